"""The record of a document: title, issuer, number, date and years, for the forms in which documents come."""

from __future__ import annotations

import pytest

from jiaoheng.documents.reading import read
from jiaoheng.documents.records import Record

BODY = "\n为推动教育发展,结合我县实际,制定本方案。\n一、工作目标\n到2025年建成强县。\n"


def _record(text: str) -> Record:
    return read(text).document


def test_plan_carried_by_a_notice() -> None:
    text = (
        "望岚县人民政府办公室\n关于印发《望岚县教育强县行动方案(2023—2025年)》的通知\n望政办发〔2023〕 17 号\n"
        "各乡镇人民政府,县政府各部门:\n现将《望岚县教育强县行动方案(2023—2025年)》印发给你们。\n"
        "望岚县人民政府办公室\n二〇二三年十一月二十日\n望岚县教育强县\n行动方案\n(2023—2025年)" + BODY
    )
    assert _record(text) == Record(
        title="望岚县教育强县行动方案(2023—2025年)",
        issuer="望岚县人民政府办公室",
        number="望政办发〔2023〕17号",
        issued="2023-11-20",
        period=(2023, 2025),
    )


def test_opinion_with_its_organs_above_the_title() -> None:
    text = "中共望岚县委 望岚县人民政府\n关于加强教师队伍建设的实施意见\n望发〔2023〕9号\n(2023年6月30日)\n" + BODY
    assert _record(text) == Record(
        title="关于加强教师队伍建设的实施意见",
        issuer="中共望岚县委 望岚县人民政府",
        number="望发〔2023〕9号",
        issued="2023-06-30",
    )


def test_facts_of_a_page_in_a_table() -> None:
    text = (
        "索引号 | WL/2024-1 | 发文机构 | 望岚县教育局 |\n文号 | 望教字〔2024〕56 号 | 成文日期 | 2024-03-05 |\n"
        "望岚县教共体建设实施方案" + BODY
    )
    assert _record(text) == Record(
        title="望岚县教共体建设实施方案", issuer="望岚县教育局", number="望教字〔2024〕56号", issued="2024-03-05"
    )


def test_several_organs_sign() -> None:
    text = "望岚县学前教育行动计划" + BODY + "望岚县教育局\n望岚县财政局\n2024年5月6日\n"
    assert _record(text).issuer == "望岚县教育局 望岚县财政局"


def test_title_runs_into_the_text() -> None:
    text = "关于推进教育提质三年行动方案为适应新时代需要,制定本方案。一、工作目标坚持立德树人。二、措施(一)建设。新建。"
    assert _record(text).title == "关于推进教育提质三年行动方案"


def test_name_of_a_file_is_no_part_of_the_title() -> None:
    assert _record("望岚县教育三年行动方案.docx" + BODY).title == "望岚县教育三年行动方案"


def test_only_the_notice_names_the_plan() -> None:
    text = "望岚县教育局关于印发《望岚县幼小衔接实施方案》的通知\n各学校:" + BODY
    assert _record(text).title == "望岚县幼小衔接实施方案"
    assert _record(text).issuer == "望岚县教育局"


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("望岚县行动方案(2023-2027年)", (2023, 2027)),
        ("望岚县行动方案（２０２３年至２０２５年）", (2023, 2025)),
        ("望岚县行动方案(20212023年)", (2021, 2023)),
        ("望岚县“十四五”教育发展规划", (2021, 2025)),
        ("望岚县教育“十五五”规划", (2026, 2030)),
        ("望岚县2024年教育工作要点", None),
        ("望岚县三年行动方案", None),
    ],
)
def test_years_of_the_title(title: str, period: tuple[int, int] | None) -> None:
    assert _record(title + BODY).period == period


def test_years_of_the_plan_that_is_carried_out() -> None:
    text = "望岚县实施方案\n根据《教育提质振兴三年行动计划(2021—2023年)》,制定本方案。\n一、目标\n建成强县。"
    assert _record(text).period == (2021, 2023)


def test_what_the_text_does_not_say_is_none() -> None:
    assert _record("教育发展稳步推进。群众满意度提高。") == Record()


@pytest.mark.parametrize("date", ["2023年2月30日", "2023年13月1日"])
def test_days_that_do_not_exist_are_no_dates(date: str) -> None:
    assert _record("望岚县行动方案" + BODY + f"望岚县教育局\n{date}\n").issued is None


def test_blanks_in_a_signature_part_organs_only() -> None:
    text = "望岚县学前教育行动计划" + BODY + "望岚县教 育局 望岚县财政局\n2024年5月6日\n"
    assert _record(text).issuer == "望岚县教育局 望岚县财政局"


def test_a_bracketed_line_above_the_title_is_no_part_of_it() -> None:
    record = _record("(此件公开发布)\n望岚县教育发展规划\n一、发展基础\n略。")
    assert record.title == "望岚县教育发展规划"
