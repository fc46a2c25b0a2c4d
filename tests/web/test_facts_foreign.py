"""Tables of other systems in the pages: read in one click, or their columns are pointed at and the way is kept."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from six_county import brought, carried_out, found_six, fresh, school

from jiaoheng.ledger.models import Organisation, Submission, TableMapping

pytestmark = pytest.mark.django_db
PEOPLE = "姓名,身份证件号,学校名称,年级,班级名称,性别,就读方式,学生状态\n" + "".join(
    f"欧阳测试{name},11010120180101{number:04},甲小学,一年级,1班,男,走读,在校\n" for number, name in enumerate("甲乙丙")
)
SUMMARY = "单位编码,几年级,几个班,几个人,谁填的\nA,1,2,75,诸葛填报员\nA,2,2,多少,诸葛填报员\n"
POINTED = {"c0": "school_id", "c1": "grade", "c2": "classes", "c3": "pupils"}
ASKED = {"sheet": "0", "header_row": "1", "header_rows": "1", "table": "enrolment", "way": "rows", "year": "2025"}
OF = "0/1/1/enrolment"


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


def sent(name: str, data: str | bytes) -> Submission:
    submission = brought("six_clerk", school(), name, data if isinstance(data, bytes) else data.encode())
    carried_out()
    return fresh(submission)


def address(name: str, submission: Submission) -> str:
    return reverse(name, args=[submission.pk, submission.files.get().pk])


def page(client: Client, submission: Submission) -> str:
    return client.get(reverse("submission", args=[submission.pk])).content.decode()


def test_a_list_of_pupils_is_read_in_one_click(bureau: Organisation, as_user: Callable[[str], Client]) -> None:
    submission, client = sent("名单.csv", PEOPLE), as_user("six_clerk")
    told = page(client, submission)
    assert "这像是" in told
    assert "学籍" in told
    assert "从服务器删除" in told
    given = {"mapping": "shipped:student-register", "year": "2025"}
    assert client.post(address("submission_read_file", submission), given).status_code == 302
    carried_out()
    assert fresh(submission).summary["rows"] >= 1
    told = page(client, submission)
    assert "不按它读取" in told
    assert "欧阳" not in told
    client.post(address("submission_unmap_file", submission))
    assert not hasattr(fresh(submission).files.get(), "mapped")


def test_without_a_year_nothing_is_read_and_it_is_said(bureau: Organisation, as_user: Callable[[str], Client]) -> None:
    submission, client = sent("名单.csv", PEOPLE), as_user("six_clerk")
    given = {"mapping": "shipped:student-register", "year": "去年"}
    answer = client.post(address("submission_read_file", submission), given, follow=True)
    assert "请填写学年" in answer.content.decode()
    assert fresh(submission).revision == submission.revision


class TestPointing:
    def test_the_columns_that_are_known_are_chosen_and_persons_are_masked(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        submission = sent("名单.csv", PEOPLE)
        told = as_user("six_clerk").get(address("submission_columns", submission)).content.decode()
        assert "欧阳测试" not in told
        assert "110101201801010001" not in told
        assert "个人信息：不读取，不保存" in told
        assert re.search(r'<option value="count" selected>', told)
        assert re.search(r'name="c3".*?<option value="grade" selected>', told)

    def test_what_would_be_read_is_shown_with_its_problems(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        submission = sent("汇总.csv", SUMMARY)
        given = {**ASKED, **POINTED, "of": OF, "do": "look"}
        told = as_user("six_clerk").post(address("submission_columns", submission), given).content.decode()
        assert "读到 <strong>1</strong> 行，等待改正 <strong>1</strong> 行" in told
        assert "“多少”" in told or "多少" in told
        assert re.search(r'name="c3".*?<option value="pupils" selected>', told)

    def test_missing_columns_are_named(self, bureau: Organisation, as_user: Callable[[str], Client]) -> None:
        submission = sent("汇总.csv", SUMMARY)
        given = {**ASKED, "c3": "pupils", "of": OF, "do": "use", "title": "汇总"}
        answer = as_user("six_clerk").post(address("submission_columns", submission), given)
        assert answer.status_code == 409
        assert re.search(r"还缺：学校标识码、年级", answer.content.decode())
        assert not hasattr(fresh(submission).files.get(), "mapped")

    def test_two_columns_for_one_are_refused_and_the_choice_stays(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        submission = sent("汇总.csv", SUMMARY)
        given = {**ASKED, **POINTED, "c2": "pupils", "of": OF, "do": "use", "title": "我的汇总"}
        answer = as_user("six_clerk").post(address("submission_columns", submission), given)
        told = answer.content.decode()
        assert answer.status_code == 409
        assert "“几个班”、“几个人”都指认成了" in told
        assert re.search(r'name="c0".*?<option value="school_id" selected>', told)
        assert 'value="我的汇总"' in told

    def test_another_table_is_pointed_at_anew(self, bureau: Organisation, as_user: Callable[[str], Client]) -> None:
        submission = sent("汇总.csv", SUMMARY)
        given = {**ASKED, **POINTED, "table": "facilities", "of": OF, "do": "look"}
        answer = as_user("six_clerk").post(address("submission_columns", submission), given)
        assert answer.status_code == 200
        assert 'value="0/1/1/facilities"' in answer.content.decode()

    def test_a_forged_form_harms_nothing(self, bureau: Organisation, as_user: Callable[[str], Client]) -> None:
        submission = sent("汇总.csv", SUMMARY)
        forged = {
            "sheet": "99", "header_row": "9999", "header_rows": "x", "table": "no", "way": "no", "year": "-1",
            "c0": "no", "c99": "school_id", "u0": "里", "v-no": "1", "of": "0/9999/1/", "do": "use",
        }  # fmt: skip
        assert as_user("six_clerk").post(address("submission_columns", submission), forged).status_code in (302, 409)
        given = {**ASKED, **POINTED, "u3": "万里", "of": OF, "do": "use"}
        assert as_user("six_clerk").post(address("submission_columns", submission), given).status_code == 409
        assert not hasattr(fresh(submission).files.get(), "mapped")

    def test_an_officer_keeps_it_for_the_county_and_a_school_does_not(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        submission = sent("汇总.csv", SUMMARY)
        given = {**ASKED, **POINTED, "of": OF, "do": "use", "title": "乡镇汇总", "keep": "1"}
        assert as_user("six_clerk").post(address("submission_columns", submission), given).status_code == 302
        assert TableMapping.objects.count() == 0
        assert as_user("six_officer").post(address("submission_columns", submission), given).status_code == 302
        kept = TableMapping.objects.get()
        assert (kept.title, kept.made_by.username) == ("乡镇汇总", "six_officer")
        carried_out()
        assert (fresh(submission).summary["rows"], fresh(submission).summary["waiting"]) == (2, 1)
        told = page(as_user("six_clerk"), submission)
        assert "按“乡镇汇总”读取" in told
        assert 'name="cell:' not in told, "rows that a mapping reads have no cells to type into"
        again = sent("又一份.csv", SUMMARY)
        assert "这像是“乡镇汇总”" in page(as_user("six_clerk"), again)

    def test_a_sheet_with_a_title_above_headers_of_two_rows(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        book = openpyxl.Workbook()
        book.active.title = "封面"
        book.active["A1"] = "说明"
        sheet = book.create_sheet("数")
        for row in (
            ["某县各校学生情况"], ["单位", "", "学生", ""], ["编码", "年级号", "班", "人"],
            ["A", 1, 2, 75], ["A", 2, 2, 70],
        ):  # fmt: skip
            sheet.append(row)
        data = io.BytesIO()
        book.save(data)
        submission = sent("汇总.xlsx", data.getvalue())
        given = {
            **ASKED, "sheet": "1", "header_row": "2", "header_rows": "2", "of": "1/2/2/enrolment",
            **POINTED, "do": "use", "title": "两行表头",
        }  # fmt: skip
        answer = as_user("six_clerk").post(address("submission_columns", submission), given)
        assert answer.status_code == 302, answer.content.decode()
        carried_out()
        assert (fresh(submission).summary["rows"], fresh(submission).summary["waiting"]) == (2, 0)


class TestKept:
    def test_a_mapping_file_is_brought_shown_renamed_taken_away_and_withdrawn(
        self, bureau: Organisation, as_user: Callable[[str], Client]
    ) -> None:
        client = as_user("six_officer")
        text = client.get(reverse("shipped_mapping", args=["staff-roster"])).getvalue()
        file = SimpleUploadedFile("a.toml", text)
        assert client.post(reverse("mapping_new"), {"title": "花名册", "upload": file}).status_code == 302
        kept = TableMapping.objects.get()
        told = client.get(reverse("mapping", args=[kept.pk])).content.decode()
        assert "[sources.staff]" in told
        mark = re.search(r'name="seen" value="(\w+)"', told)
        assert mark is not None
        client.post(reverse("mapping", args=[kept.pk]), {"title": "教师花名册", "seen": mark[1]})
        assert TableMapping.objects.get().title == "教师花名册"
        stale = client.post(reverse("mapping", args=[kept.pk]), {"title": "又改", "seen": mark[1]})
        assert stale.status_code == 409
        assert client.get(reverse("mapping_text", args=[kept.pk])).getvalue() == text
        client.post(reverse("mapping_withdraw", args=[kept.pk]))
        assert "已停用" in client.get(reverse("mappings")).content.decode()

    def test_a_slip_is_told_with_its_line(self, bureau: Organisation, as_user: Callable[[str], Client]) -> None:
        client = as_user("six_officer")
        text = client.get(reverse("shipped_mapping", args=["staff-roster"])).getvalue().decode()
        line = text.splitlines().index("[[feeds]]") + 2
        slip = SimpleUploadedFile("a.toml", text.replace('into = "teachers"', 'into = "teacher"').encode())
        answer = client.post(reverse("mapping_new"), {"title": "花名册", "upload": slip})
        assert answer.status_code == 409
        assert f"mapping:{line}" in answer.content.decode()
        bad = SimpleUploadedFile("a.toml", b"\xff\xfe\x00")
        assert "UTF-8" in client.post(reverse("mapping_new"), {"title": "x", "upload": bad}).content.decode()
        assert TableMapping.objects.count() == 0


def filled(html: str) -> dict[str, str]:
    """What a browser would send of the form as it stands in the page."""
    told = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    told |= dict(re.findall(r'<input name="([\w-]+)"[^>]* value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r"<option selected>([^<]*)", options)
        told[name] = chosen[1] if chosen else ""
    return told


def test_one_change_leaves_the_other_choices_and_another_sheet_finds_its_own_headers(
    bureau: Organisation, as_user: Callable[[str], Client]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["校名", "所在年级", "人数总计", "班级数"])
    book.active.append(["甲小学", 1, 75, 2])
    other = book.create_sheet("另一张")
    for row in (["标题"], [""], ["学校名称", "年级", "在校生数"], ["甲小学", 2, 70]):
        other.append(row)
    data = io.BytesIO()
    book.save(data)
    submission, client = sent("汇总.xlsx", data.getvalue()), as_user("six_clerk")
    where = address("submission_columns", submission)
    form = filled(client.get(where).content.decode())
    assert form["header_row"] == "1"
    again = filled(client.post(where, {**form, "table": "enrolment"}).content.decode())
    changed = filled(client.post(where, {**again, "c2": "pupils"}).content.decode())
    assert changed["c2"] == "pupils"
    changed = filled(client.post(where, {**changed, "c3": "classes"}).content.decode())
    assert (changed["c2"], changed["c3"]) == ("pupils", "classes")
    elsewhere = filled(client.post(where, {**changed, "sheet": "1"}).content.decode())
    assert (elsewhere["header_row"], elsewhere["c1"], elsewhere["c2"]) == ("3", "grade", "pupils")
