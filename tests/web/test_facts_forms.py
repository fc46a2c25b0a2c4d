"""Schools' statistical forms come in all at once: who is there, what is wrong, who is missing and asked."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from forms.sheets import Book
from forms_county import KNOWN, YEAR, files, found_forms_county, wrong_unit
from six_county import actor, carried_out, fresh, latest

from jiaoheng.ledger import chain, uploads, work
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Mended, Organisation, Run, Submission, Task
from jiaoheng.ledger.submissions import last_check

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
LAST = KNOWN.schools[-1]
SPOILT = KNOWN.schools[0]
INPUT = re.compile(r'<input id="cell-[^"]*" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_forms_county()


def this_year() -> dict[str, bytes]:
    """Workbooks of all schools but the last, the first with a wrong unit."""
    return files(KNOWN.schools[:-1], **{f"s{SPOILT.school_id}": wrong_unit})


def send(client: Client, bureau: Organisation, chosen: dict[str, bytes], **more: object) -> Submission:
    """Choose a folder in which each school has one of its own, and files that are no data."""
    sent = {f"2025年报/{name[10:-5]}/年报.xlsx": data for name, data in chosen.items()}
    sent |= {"2025年报/说明.docx": b"PK", "2025年报/~$锁.xlsx": b"x", "2025年报/.DS_Store": b"x"}
    fields = {
        "organisation": bureau.pk,
        "title": "秋季年报",
        "mode": "merge",
        "year": YEAR,
        "folder": [SimpleUploadedFile(path.rpartition("/")[2], data) for path, data in sent.items()],
        "paths": "\n".join(sent),
    } | more
    answer = client.post(reverse("new_submission"), fields)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Submission.objects.get(title=fields["title"])


def page(client: Client, submission: Submission, query: str = "") -> str:
    return client.get(reverse("submission", args=[submission.pk]) + query).content.decode()


def test_a_folder_of_schools_is_read_mended_completed_and_accepted(bureau: Organisation, as_user: AsUser) -> None:
    client = as_user("forms_officer")
    submission = send(client, bureau, this_year())
    assert {each.name for each in submission.files.all()} == {f"{each.name}/年报.xlsx" for each in KNOWN.schools[:-1]}
    assert submission.year == YEAR
    carried_out()
    submission = fresh(submission)
    checked = last_check(submission)
    assert checked is not None
    assert not checked.unread
    assert (submission.summary["files"], submission.summary["schools"], submission.summary["missing"]) == (12, 12, 1)
    assert [each.code for each in checked.turnout.missing] == [LAST.school_id]
    shown = page(client, submission)
    assert "读了 12 个文件，有 12 所学校的数据。" in shown
    for text in ("缺 1 所学校", LAST.name, "只有到2024—2025 学年的数据"):
        assert text in shown
    # The school with the error comes first, with the wrong unit to be typed over.
    assert f"要看的地方：{SPOILT.name}" in shown
    inputs = INPUT.findall(shown)
    assert inputs[0][1] == "万圆"
    assert 'name="drop"' not in shown
    sent = {html.unescape(name): html.unescape(value).replace("万圆", "元") for name, value in inputs}
    assert client.post(reverse("submission_mend", args=[submission.pk]), sent).status_code == 302
    assert Mended.objects.get().file.name == f"{SPOILT.name}/年报.xlsx"
    carried_out()
    submission = fresh(submission)
    assert (submission.summary["errors"], submission.summary["waiting"]) == (0, 0), page(client, submission)
    answer = client.post(reverse("submission_accept", args=[submission.pk]), {"result": submission.result})
    assert answer.url == reverse("snapshot", args=[latest(bureau).pk])
    assert latest(bureau).year == YEAR
    assert chain.verify().faults == ()


def test_a_missing_school_is_asked_once_and_its_own_upload_answers(bureau: Organisation, as_user: AsUser) -> None:
    client = as_user("forms_officer")
    submission = send(client, bureau, this_year())
    carried_out()
    address = reverse("submission_ask", args=[submission.pk])
    for _ in range(2):
        assert client.post(address, {"every": "1", "due": "2036-11-30"}).status_code == 302
    task = Task.objects.get(asked_year=YEAR)
    assert (task.lead.code, task.submission, task.created_by.username) == (LAST.school_id, submission, "forms_officer")
    assert "2025—2026 学年" in task.title
    assert "教基3112" in task.detail
    assert "教基2105" not in task.detail
    assert (str(task.due), task.verifier) == ("2036-11-30", bureau)
    shown = page(client, submission)
    assert "forms_officer" in shown
    assert reverse("task", args=[task.pk]) in shown
    assert "请学校补报" not in shown.partition('id="history"')[0]
    clerk = as_user("forms_clerk")
    told = clerk.get(reverse("task", args=[task.pk])).content.decode()
    assert reverse("new_submission") in told
    assert reverse("submission", args=[submission.pk]) not in told
    school = Organisation.objects.get(code=LAST.school_id)
    own = send(clerk, school, files((LAST,)), title="本校年报")
    carried_out()
    assert "缺" not in re.sub(r"<[^>]*>", "", page(clerk, own).partition('id="missing"')[2][:40])
    acts.submit(actor("forms_clerk"), fresh(own))
    task.refresh_from_db()
    assert (task.state, task.answer, task.submitted_by.username) == ("submitted", own, "forms_clerk")
    assert reverse("submission", args=[own.pk]) in client.get(reverse("task", args=[task.pk])).content.decode()


def test_asking_nobody_or_without_a_day_says_so(bureau: Organisation, as_user: AsUser) -> None:
    client = as_user("forms_officer")
    submission = send(client, bureau, this_year())
    carried_out()
    address = reverse("submission_ask", args=[submission.pk])
    assert "请先勾选学校" in client.post(address, {"due": "2036-11-30"}, follow=True).content.decode()
    assert "完成时限" in client.post(address, {"every": "1", "due": "bald"}, follow=True).content.decode()
    assert not Task.objects.filter(asked_year=YEAR).exists()
    assert as_user("forms_clerk").post(address, {"every": "1"}).status_code in (403, 404)


def test_the_page_tells_which_file_is_being_read(bureau: Organisation, as_user: AsUser) -> None:
    client = as_user("forms_officer")
    submission = send(client, bureau, files(KNOWN.schools[:1]))
    run = work.claim()
    assert run is not None
    assert work.beat(run, 0.2, {"place": 37, "of": 103, "file": "城关小学/年报.xlsx"})
    assert "正在读取 37/103：城关小学/年报.xlsx" in page(client, submission)
    assert work.finish(run, Run.Status.DONE)


def test_an_archive_keeps_folders_and_chinese_names(bureau: Organisation, as_user: AsUser) -> None:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        for folder, data in zip(("XXXX", "YYYY"), files(KNOWN.schools[:2]).values(), strict=True):
            archive.writestr(f"ZZZZ/{folder}/report.xlsx", data)
    packed = told.getvalue()
    for ours, chinese in (("XXXX", "甲校"), ("YYYY", "乙校"), ("ZZZZ", "本县")):
        packed = packed.replace(ours.encode(), chinese.encode("gb18030"))
    upload = SimpleUploadedFile("年报.zip", packed)
    submission = send(as_user("forms_officer"), bureau, {}, folder=[], paths="", upload=[upload])
    assert [each.name for each in submission.files.all()] == ["甲校/report.xlsx", "乙校/report.xlsx"]


def test_too_many_files_are_refused_in_one_sentence(
    bureau: Organisation, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    sent = [SimpleUploadedFile(f"{number}.csv", b"x") for number in range(4)]
    fields = {"organisation": bureau.pk, "title": "多", "mode": "merge", "folder": sent}
    answer = as_user("forms_officer").post(reverse("new_submission"), fields)
    assert answer.status_code == 409
    assert "文件太多，一次最多 3 个。请分几次上传。" in answer.content.decode()
    assert not Submission.objects.filter(title="多").exists()


def test_a_unit_above_the_headers_is_mended_in_the_page(bureau: Organisation, as_user: AsUser) -> None:
    def feet(made: Book) -> None:
        sheet = made.sheet("教基5170")
        place = next(place for place in sheet.cells if "平方米" in str(sheet.value(*place)))
        sheet.cells[place].value = str(sheet.value(*place)).replace("平方米", "平方尺")

    client = as_user("forms_officer")
    submission = send(client, bureau, files(KNOWN.schools[:1], **{f"s{SPOILT.school_id}": feet}))
    carried_out()
    shown = page(client, submission)
    sent = {html.unescape(name): html.unescape(value) for name, value in INPUT.findall(shown)}
    wrong = [name for name, value in sent.items() if "平方尺" in value]
    assert len(wrong) == 1
    sent[wrong[0]] = sent[wrong[0]].replace("平方尺", "平方米")
    assert client.post(reverse("submission_mend", args=[submission.pk]), sent).status_code == 302
    carried_out()
    assert fresh(submission).summary["errors"] == 0, page(client, submission)


def test_a_text_in_a_figure_is_the_first_cell_and_each_cell_is_there_once(
    bureau: Organisation, as_user: AsUser
) -> None:
    def words(made: Book) -> None:
        sheet = made.sheet("教基3112")
        place = next(place for place in sheet.places("figure") if sheet.cells[place].facts)
        sheet.cells[place].value = "三百来人"

    client = as_user("forms_officer")
    submission = send(client, bureau, files(KNOWN.schools[:1], **{f"s{SPOILT.school_id}": words}))
    carried_out()
    inputs = INPUT.findall(page(client, submission))
    assert inputs[0][1] == "三百来人"
    assert len({name for name, _ in inputs}) == len(inputs)


def test_files_too_big_together_are_refused_while_they_arrive(
    bureau: Organisation, as_user: AsUser, settings: Any
) -> None:
    settings.JIAOHENG_UPLOAD_TOTAL = 300_000
    sent = [SimpleUploadedFile(f"{number}.csv", b"1,2\n" * 25_000) for number in range(4)]
    fields = {"organisation": bureau.pk, "title": "大", "mode": "merge", "folder": sent}
    answer = as_user("forms_officer").post(reverse("new_submission"), fields)
    assert answer.status_code == 409
    assert "这些文件一共超过" in answer.content.decode()
    assert not Submission.objects.filter(title="大").exists()
