"""A workbook with three planted errors: seen, mended in the page, accepted; and all that may go otherwise."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from six_county import (
    actor,
    add,
    brought,
    carried_out,
    county,
    found_six,
    fresh,
    latest,
    school,
    table,
    workbook,
)

from jiaoheng.county import snapshots
from jiaoheng.ledger import chain, facts
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Mended, Organisation, Run, Snapshot, Submission

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
PLANTED = {
    ("在校生", 3, "在校生数"): "七十人左右",
    ("办学条件", 2, "教学及辅助用房面积"): -5,
    ("学校", 5, "办学类型"): "初中学校",
}
WRONG = table("A,2025,1,2,七十人左右", "A,2025,2,两个,70", "C,2025,7,4,200")
RIGHTED = table("A,2025,1,2,70", "A,2025,2,2,70", "C,2025,7,4,200")
RIGHT = {"七十人左右": "70", "-5": "2300", "初中学校": "311"}


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


def _inputs(page: str) -> dict[str, str]:
    """The inputs of the form that sets cells right: name and value as the browser would send them."""
    found = re.findall(r'<input id="cell-[^"]*" name="([^"]*)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def _page(client: Client, submission: Submission) -> str:
    return client.get(reverse("submission", args=[submission.pk])).content.decode()


def _sheets(client: Client, submission: Submission) -> list[str]:
    """The page of each sheet with something to look at."""
    address = reverse("submission", args=[submission.pk])
    first = client.get(address)
    return [client.get(address + tab["url"]).content.decode() for tab in first.context["sheets"]]


def _of_every_sheet(client: Client, submission: Submission) -> dict[str, str]:
    inputs: dict[str, str] = {}
    for page in _sheets(client, submission):
        inputs |= _inputs(page)
    return inputs


def test_three_planted_errors_are_mended_in_the_page_and_the_snapshot_is_the_clean_one(
    bureau: Organisation, as_user: AsUser, tmp_path: Path
) -> None:
    def grown(rows: dict[str, list[dict[str, Any]]]) -> None:
        rows["enrolment"][0]["pupils"] += 1

    clean = county(grown)
    client = as_user("six_officer")
    data = workbook(clean, tmp_path, PLANTED)
    upload = SimpleUploadedFile("全县数据.xlsx", data)
    fields = {"organisation": bureau.pk, "title": "秋季统计", "mode": "merge", "upload": [upload]}
    assert client.post(reverse("new_submission"), fields).status_code == 302
    submission = Submission.objects.get(title="秋季统计")
    assert "排队中" in _page(client, submission)
    carried_out()
    submission = fresh(submission)
    assert (submission.summary["errors"], submission.summary["waiting"]) >= (3, 3)
    inputs = _of_every_sheet(client, submission)
    assert set(RIGHT) <= set(inputs.values())
    sent = {name: RIGHT.get(value, value) for name, value in inputs.items()}
    assert client.post(reverse("submission_mend", args=[submission.pk]), sent).status_code == 302
    assert Mended.objects.count() == 3
    carried_out()
    submission = fresh(submission)
    assert (submission.summary["errors"], submission.summary["waiting"]) == (0, 0)
    assert "没有错误" in _page(client, submission)
    review = client.get(reverse("submission_review", args=[submission.pk])).content.decode()
    assert "70 → 71" in review or "71" in review
    answer = client.post(reverse("submission_accept", args=[submission.pk]), {"result": submission.result})
    snapshot = latest(bureau)
    assert answer.url == reverse("snapshot", args=[snapshot.pk])
    assert snapshot.name == snapshots.write(clean, tmp_path / "store").name
    assert (snapshot.submissions.get(), snapshot.waiting) == (submission, 0)
    assert fresh(submission).state == "accepted"
    assert Run.objects.filter(kind="assess", snapshot=snapshot.name).count() == 1
    assert chain.verify().faults == ()


def test_a_row_is_set_aside_and_taken_back(bureau: Organisation, as_user: AsUser) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", WRONG)
    carried_out()
    client = as_user("six_officer")
    page = _page(client, submission)
    drop = html.unescape(re.findall(r'name="drop" value="([^"]*)"', page)[0])
    mend = reverse("submission_mend", args=[submission.pk])
    client.post(mend, {"drop": drop})
    carried_out()
    assert fresh(submission).summary["errors"] == 1
    undo = html.unescape(re.findall(r'name="undo" value="([^"]*)"', _page(client, submission))[0])
    client.post(mend, {"undo": undo})
    assert not Mended.objects.exists()
    carried_out()
    assert fresh(submission).summary["errors"] == 2


def test_what_is_uploaded_again_replaces_its_rows_and_keeps_the_others(
    bureau: Organisation, as_user: AsUser, tmp_path: Path
) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", WRONG)
    carried_out()
    page = as_user("six_officer").get(reverse("submission_waiting_workbook", args=[submission.pk]))
    waiting = b"".join(page.streaming_content)
    path = tmp_path / "待改.xlsx"
    path.write_bytes(waiting)
    import openpyxl

    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value = {**RIGHT, "两个": "2"}.get(str(cell.value), cell.value)
    book.save(path)
    add("six_officer", submission, "待改.xlsx", path.read_bytes())
    carried_out()
    submission = fresh(submission)
    assert (submission.summary["errors"], submission.summary["waiting"]) == (0, 0)
    assert acts.accept(actor("six_officer"), submission, result=submission.result) is None
    assert facts.latest_snapshot(bureau) == Snapshot.objects.get(county=bureau)


def test_two_people_mend_one_cell_and_the_last_is_told(bureau: Organisation, as_user: AsUser) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", WRONG)
    carried_out()
    first, second = as_user("six_officer"), as_user("six_officer")
    inputs = _of_every_sheet(first, submission)
    name = next(name for name, value in inputs.items() if value == "七十人左右")
    mend = reverse("submission_mend", args=[submission.pk])
    assert first.post(mend, {name: "70"}).status_code == 302
    answer = second.post(mend, {name: "71"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "刚改为“70”" in told
    assert Mended.objects.get().value == "70"
    again = {key: value for key, value in _inputs(told).items() if value == "71"}
    assert len(again) == 1
    assert second.post(mend, again).status_code == 302
    assert Mended.objects.get().value == "71"


@pytest.mark.parametrize("value", ["11010519491231002X", "电话 13800138000", "x" * 501, "a\x00b"])
def test_personal_numbers_and_impossible_texts_are_refused_and_stay_in_the_page(
    value: str, bureau: Organisation, as_user: AsUser, tmp_path: Path
) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", WRONG)
    carried_out()
    client = as_user("six_officer")
    inputs = _of_every_sheet(client, submission)
    name = next(iter(inputs))
    answer = client.post(reverse("submission_mend", args=[submission.pk]), {name: value})
    assert answer.status_code == 409
    assert not Mended.objects.exists()


def test_a_forged_form_is_refused_in_words(bureau: Organisation, as_user: AsUser) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", RIGHTED)
    carried_out()
    client = as_user("six_officer")
    mend = reverse("submission_mend", args=[submission.pk])
    key = submission.files.get().pk
    for sent in (
        {"cell:{}": "1"},
        {"drop": "nonsense"},
        {'cell:[99999,"x",2,"A",0,""]': "1"},
        {"undo": "[]"},
        {f'cell:[{key},"",-2,"A",0,""]': "1"},
        {f'cell:[{key},"",99999999999999999999,"A",0,""]': "1"},
        {f'cell:[{key},"\\u0000",2,"A",0,""]': "1"},
    ):
        assert client.post(mend, sent).status_code == 409
    assert not Mended.objects.exists()


def test_whoever_had_to_log_in_again_comes_back_to_the_page(bureau: Organisation) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", RIGHTED)
    mend = reverse("submission_mend", args=[submission.pk])
    client = Client()
    assert client.post(mend, {"cell:x": "1"}).url.startswith(reverse("log_in"))
    from jiaoheng.ledger.cast import person

    client.force_login(person("six_officer"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(mend).url.startswith(reverse("submission", args=[submission.pk]))


def test_a_check_that_the_facts_have_overtaken_is_not_accepted(
    bureau: Organisation, as_user: AsUser, tmp_path: Path
) -> None:
    first = brought("six_officer", bureau, "在校生.csv", table("A,2025,1,2,71"))
    second = brought("six_officer", bureau, "在校生.csv", table("A,2025,1,2,72"))
    carried_out()
    acts.accept(actor("six_officer"), fresh(first), result=fresh(first).result)
    client = as_user("six_officer")
    accept = reverse("submission_accept", args=[second.pk])
    answer = client.post(accept, {"result": fresh(second).result})
    assert answer.status_code == 409
    assert "重新核对" in answer.content.decode()
    assert fresh(second).state == "draft"
    client.post(reverse("submission_check", args=[second.pk]))
    carried_out()
    assert client.post(accept, {"result": "another"}).status_code == 409
    assert client.post(accept, {"result": fresh(second).result}).status_code == 302
    assert latest(bureau).submissions.get() == second


def test_a_first_snapshot_of_a_county_is_accepted(as_user: AsUser, tmp_path: Path) -> None:
    bureau = found_six(facts=False)
    submission = brought("six_officer", bureau, "全县数据.xlsx", workbook(county(), tmp_path), mode="replace")
    carried_out()
    client = as_user("six_officer")
    assert "首次采纳" in client.get(reverse("submission_review", args=[submission.pk])).content.decode()
    client.post(reverse("submission_accept", args=[submission.pk]), {"result": fresh(submission).result})
    assert latest(bureau).name == snapshots.write(county(), tmp_path / "store").name
    assert school("甲小学").active


def test_rows_that_wait_may_be_accepted_and_are_told(bureau: Organisation, as_user: AsUser) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", WRONG)
    carried_out()
    client = as_user("six_officer")
    review = client.get(reverse("submission_review", args=[submission.pk])).content.decode()
    assert "还缺什么" in review
    assert "缺数据" in review
    assert "班额" in review or "教师数" in review
    client.post(reverse("submission_accept", args=[submission.pk]), {"result": fresh(submission).result})
    snapshot = latest(bureau)
    assert snapshot.waiting == fresh(submission).summary["waiting"] > 0
    page = client.get(reverse("snapshot_waiting", args=[snapshot.pk]))
    assert "七十人左右" in b"".join(page.streaming_content).decode("utf-8-sig")


def test_a_file_that_cannot_be_read_is_told_and_holds_up_no_other(
    bureau: Organisation, as_user: AsUser, tmp_path: Path
) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", RIGHTED)
    add("six_officer", submission, "随便.csv", "甲,乙\n1,2\n".encode())
    carried_out()
    submission = fresh(submission)
    assert submission.summary["rows"] == 3
    client = as_user("six_officer")
    assert "这些文件不是本系统的表，还没有读取" in _page(client, submission)
    accept = reverse("submission_accept", args=[submission.pk])
    assert client.post(accept, {"result": submission.result}).status_code == 409
    source = submission.files.get(name="随便.csv")
    client.post(reverse("submission_remove_file", args=[submission.pk, source.pk]))
    carried_out()
    assert fresh(submission).summary["unread"] == 0
    client.post(reverse("submission_restore_file", args=[submission.pk, source.pk]))
    carried_out()
    assert fresh(submission).summary["unread"] == 1
