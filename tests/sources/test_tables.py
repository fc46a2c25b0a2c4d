"""Sheets as people fill them: every row is read, waits, or is named as left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from books import SCHOOLS, Rows, csv_file, wide, xls, xlsx

from jiaoheng.county import Batch, Problem, admit, schema
from jiaoheng.sources import read
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.tables import read_table

PUPILS: list[object] = ["学校标识码", "学年", "年级", "班数", "在校生数"]


def enrolment(path: Path, *rows: Sequence[object], merged: Sequence[str] = ()) -> Batch:
    return read(xlsx(path / "a.xlsx", merged, 在校生=[PUPILS, *rows]))


def codes(batch: Batch) -> list[str]:
    return [problem.code for problem in batch.problems]


def values(batch: Batch, table: str = "enrolment") -> list[dict[str, object]]:
    return [dict(row.values) for row in batch.rows[table]]


def one(batch: Batch) -> Problem:
    (problem,) = batch.problems
    return problem


def test_a_plain_sheet_is_read_with_the_place_of_every_row(tmp_path: Path) -> None:
    batch = enrolment(tmp_path, ["01", 2025, 1, 2, 80], [], ["01", 2025, "二年级", "-", "1,080"])
    assert values(batch) == [
        {"school_id": "01", "year": 2025, "grade": 1, "classes": 2, "pupils": 80},
        {"school_id": "01", "year": 2025, "grade": 2, "classes": None, "pupils": 1080},
    ]
    assert [(row.origin.file, row.origin.sheet, row.origin.row) for row in batch.rows["enrolment"]] == [
        ("a.xlsx", "在校生", 2),
        ("a.xlsx", "在校生", 4),
    ]
    assert batch.problems == ()


def test_columns_may_change_places_and_languages(tmp_path: Path) -> None:
    rows: Rows = [["Pupils", "年级", "school_id", "School year"], [80, "grade 1", "01", "2025-2026"]]
    (row,) = values(read(xlsx(tmp_path / "a.xlsx", Enrolment=rows)))
    assert row == {"pupils": 80, "grade": 1, "school_id": "01", "year": 2025}


def test_old_workbooks_are_read_alike(tmp_path: Path) -> None:
    rows: Rows = [
        ["望岚县在校生统计表"],
        PUPILS,
        ["0141", 2025, 1, 2, "80"],
        ["0142", "2025", "一年级", "*", -1],
    ]
    batch = read(xls(tmp_path / "a.xls", 在校生=rows))
    assert [row["pupils"] for row in values(batch)] == [80, None]
    assert [row["school_id"] for row in values(batch)] == ["0141", "0142"]


def test_titles_units_and_column_numbers_around_the_headers_are_passed_over(tmp_path: Path) -> None:
    rows: Rows = [
        ["望岚县办学条件统计表"],
        ["填报单位:望岚县教育局", None, "单位:㎡、万元"],
        [],
        ["学校标识码", "学年", "教学及辅助用房面积", "教学仪器设备值", "图书"],
        [None, None, "平方米", None, "万册"],
        ["甲", "乙", 1, 2, 3],
        ["01", 2025, 3200, 12.34, 2.1],
    ]
    batch = read(xlsx(tmp_path / "a.xlsx", ["A1:E1"], 办学条件=rows))
    assert batch.problems == ()
    (row,) = values(batch, "facilities")
    assert (row["teaching_area"], row["equipment_value"], row["books"]) == (3200.0, 123400.0, 21000)


@pytest.mark.parametrize("stated", ["单位:百万元", "单位:元、万元", wide("单位:百万元")])
def test_a_unit_stated_for_the_sheet_that_is_unknown_or_ambiguous_is_never_guessed(tmp_path: Path, stated: str) -> None:
    rows: Rows = [[stated], ["学校标识码", "学年", "教学仪器设备值"], ["01", 2025, 12], ["02", 2025, None]]
    batch = read(xlsx(tmp_path / "a.xlsx", 办学条件=rows))
    assert codes(batch) == ["header_unit"]
    assert [row.origin.row for row in batch.rejected] == [3]
    assert [row.origin.row for row in batch.rows["facilities"]] == [4]


def test_an_unknown_unit_keeps_the_rows_that_need_it_waiting(tmp_path: Path) -> None:
    rows: Rows = [
        ["学校标识码", "学年", "教学仪器设备值(美元)", "图书"],
        ["01", 2025, 12, 5],
        ["02", 2025, "", 6],
    ]
    batch = read(xlsx(tmp_path / "a.xlsx", 办学条件=rows))
    problem = one(batch)
    assert (problem.code, problem.column, problem.origin.row) == ("header_unit", "equipment_value", 1)
    assert "美元" in problem.what("zh")
    assert "万元" in problem.remedy("zh")
    (waits,) = batch.rejected
    assert (waits.origin.row, waits.problems) == (2, (problem,))
    assert waits.cells == {"学校标识码": "01", "学年": "2025", "教学仪器设备值(美元)": "12", "图书": "5"}
    assert [row.origin.row for row in batch.rows["facilities"]] == [3]


def test_every_wrong_cell_is_a_problem_with_its_place_and_its_row_waits(tmp_path: Path) -> None:
    batch = enrolment(tmp_path, ["01", 2025, 1, 2, 80], ["01", "2025-2027", "二年级", 1.5, "45人"])
    assert [(p.code, p.column, p.value, p.origin.row) for p in batch.problems] == [
        ("cell_year", "year", "2025-2027", 3),
        ("cell_not_integer", "classes", "1.5", 3),
        ("cell_not_integer", "pupils", "45人", 3),
    ]
    assert batch.problems[2].where("zh") == "a.xlsx · 在校生 · 第 3 行 · 在校生数"
    assert batch.problems[2].what("zh") == "“在校生数”应为整数，现为“45人”"
    (waits,) = batch.rejected
    assert waits.problems == batch.problems
    assert waits.values == {"school_id": "01", "year": None, "grade": 2, "classes": None, "pupils": None}
    assert waits.cells["在校生数"] == "45人"
    assert len(batch.rows["enrolment"]) == 1


def test_excel_errors_and_formulas_without_a_result_are_problems(tmp_path: Path) -> None:
    batch = enrolment(tmp_path, ["01", 2025, 1, "#REF!", 80], ["01", 2025, 2, "=1+1", 80])
    assert codes(batch) == ["cell_error", "cell_formula"]
    assert len(batch.rejected) == 2


def test_unknown_columns_are_named_in_one_warning(tmp_path: Path) -> None:
    rows: Rows = [[*SCHOOLS[0], "占地面积", "备用"], [*SCHOOLS[1], 1, 2]]
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=rows))
    problem = one(batch)
    assert (problem.code, problem.value, problem.severity) == ("columns_unknown", "占地面积、备用", "warning")
    assert len(batch.rows["schools"]) == 1


def test_two_columns_of_the_same_meaning_are_never_chosen_between(tmp_path: Path) -> None:
    rows: Rows = [["学校标识码", "学年", "年级", "在校生数", "学生数"], ["01", 2025, 1, 80, 81]]
    batch = read(xlsx(tmp_path / "a.xlsx", 在校生=rows))
    problem = one(batch)
    assert (problem.code, problem.value) == ("header_twice", "在校生数、学生数")
    (waits,) = batch.rejected
    assert (waits.cells["在校生数"], waits.cells["学生数"]) == ("80", "81")


def test_a_missing_required_column_is_told_once_and_all_rows_wait(tmp_path: Path) -> None:
    rows: Rows = [["学校标识码", "年级", "在校生数"], ["01", 1, 80], ["02", 1, 90]]
    batch = read(xlsx(tmp_path / "a.xlsx", 在校生=rows))
    problem = one(batch)
    assert (problem.code, problem.column, problem.origin.row) == ("column_missing", "year", 1)
    assert [row.problems for row in batch.rejected] == [(problem,), (problem,)]


def test_a_sheet_without_headers_is_a_problem_that_names_them(tmp_path: Path) -> None:
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=[["x"], [1, 2]]))
    problem = one(batch)
    assert problem.code == "header_missing"
    assert "学校标识码、学校名称、办学类型" in problem.remedy("zh")


def test_personal_columns_are_refused_and_leave_no_trace(tmp_path: Path) -> None:
    rows: Rows = [
        [*SCHOOLS[0], "校长姓名", "联系电话", "法人身份证号"],
        [*SCHOOLS[1], "张三丰", "13800138000", "410999198001010011"],
        ["0141000002", "望岚县第一中学", "不知道", "李四光", "13900139000", ""],
    ]
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=rows))
    assert codes(batch) == ["personal_column", "personal_column", "personal_column", "unknown_code"]
    assert batch.problems[0].severity == "error"
    assert (len(batch.rows["schools"]), len(batch.rejected)) == (1, 1)
    for secret in ("张三丰", "李四光", "13800138000", "13900139000", "410999198001010011"):
        assert secret not in repr(batch)


def test_personal_values_in_rows_that_wait_are_masked(tmp_path: Path) -> None:
    rows: Rows = [SCHOOLS[0], ["0141000002", "联系13800138000", "不知道"]]
    assert "13800138000" not in repr(read(xlsx(tmp_path / "a.xlsx", 学校=rows)))


@pytest.mark.parametrize("word", ["合计", "总计", "小计", "全县合计", "合 计", "青石镇小计", "合计:", "Total"])
def test_rows_of_totals_are_left_out_and_named(tmp_path: Path, word: str) -> None:
    batch = enrolment(tmp_path, ["01", 2025, 1, 2, 80], [word, 2025, None, 2, 80], [None, None, word, 2, 80])
    assert codes(batch) == ["row_total", "row_total"]
    assert [problem.origin.row for problem in batch.problems] == [3, 4]
    assert len(values(batch)) == 1
    assert batch.rejected == ()


def test_notes_under_the_table_are_left_out_and_named_without_the_persons(tmp_path: Path) -> None:
    batch = enrolment(
        tmp_path,
        ["01", 2025, 1, 2, 80],
        [],
        ["填表人:张三丰", None, "审核人:李四光"],
        [wide("备注:1.") + "以上为九月数"],
        ["2.不含幼儿"],
    )
    assert codes(batch) == ["row_note"] * 3
    assert len(values(batch)) == 1
    assert batch.rejected == ()
    assert "张三丰" not in repr(batch)
    assert "李四光" not in repr(batch)


def test_rows_after_a_note_are_still_read(tmp_path: Path) -> None:
    batch = enrolment(tmp_path, ["说明:略"], ["01", 2025, 1, 2, 80], ["01", 2025, "x", 2, 80])
    assert codes(batch) == ["row_note", "unknown_code"]
    assert (len(values(batch)), len(batch.rejected)) == (1, 1)


def test_a_school_whose_name_only_begins_like_a_total_or_a_note_is_read(tmp_path: Path) -> None:
    rows: Rows = [
        ["学校名称", "学校标识码", "办学类型"],
        ["合计小学", "01", "小学"],
        ["说明乡小学", "02", "小学"],
    ]
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=rows))
    assert batch.problems == ()
    assert len(batch.rows["schools"]) == 2


def test_codes_merged_over_rows_hold_for_each_and_figures_for_none(tmp_path: Path) -> None:
    rows = [["01", 2025, 1, 2, 80], [None, None, 2, 2, 70], [None, None, 3, None, 60]]
    batch = enrolment(tmp_path, *rows, merged=["A2:A4", "B2:B4"])
    assert [(row["school_id"], row["year"], row["grade"]) for row in values(batch)] == [
        ("01", 2025, 1),
        ("01", 2025, 2),
        ("01", 2025, 3),
    ]
    batch = enrolment(tmp_path, *rows, merged=["A2:A4", "B2:B4", "D3:D4"])
    assert [(p.code, p.column, p.origin.row) for p in batch.problems] == [
        ("cell_merged", "classes", 3),
        ("cell_merged", "classes", 4),
    ]
    assert len(batch.rejected) == 2


def test_a_number_split_by_its_own_comma_never_moves_into_another_column(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "在校生.csv", [PUPILS, ["01", 2025, 1, 2, 80]])
    with path.open("a", encoding="utf-8") as file:
        file.write("02,2025,1,1,080,\r\n03,2025,1\r\n")
    batch = read(path)
    assert [(p.code, p.origin.row) for p in batch.problems] == [("row_width", 3), ("row_width", 4)]
    assert len(values(batch)) == 1
    assert [row.values for row in batch.rejected] == [{}, {}]


def test_a_last_line_without_an_end_is_a_warning(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "学校.csv", SCHOOLS)
    path.write_bytes(path.read_bytes().rstrip())
    batch = read(path)
    assert [(p.code, p.origin.row) for p in batch.problems] == [("file_end", 3)]
    assert len(batch.rows["schools"]) == 2


def test_the_county_of_a_batch_with_wrong_rows_knows_its_gaps(tmp_path: Path) -> None:
    rows: Rows = [PUPILS, ["0141000001", 2025, 1, 2, "45人"]]
    county: Rows = [["县区划代码", "县名"], ["410999", "望岚县"]]
    admission = admit(read(xlsx(tmp_path / "a.xlsx", 县=county, 学校=SCHOOLS, 在校生=rows)))
    assert [(gap.table, gap.subject, gap.year) for gap in admission.county.gaps] == [("enrolment", "0141000001", 2025)]


def test_a_note_that_stands_in_the_key_column_is_a_note(tmp_path: Path) -> None:
    rows: Rows = [*SCHOOLS, ["注:民办学校未统计在内。"]]
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=rows))
    assert codes(batch) == ["row_note"]
    assert len(batch.rows["schools"]) == len(SCHOOLS) - 1


def test_a_row_keeps_its_cells_as_they_are_written_in_case_it_must_wait(tmp_path: Path) -> None:
    batch = read(xlsx(tmp_path / "a.xlsx", 学校=SCHOOLS))
    row = batch.rows["schools"][0]
    assert row.as_written is not None
    assert list(row.as_written().values()) == [cell for cell in SCHOOLS[1] if cell]


def test_cells_merged_down_to_the_end_of_the_sheet_reach_no_further_than_its_rows() -> None:
    rows = (tuple(PUPILS), ("01", 2025, 1, 2, 80))
    grid = Grid("a.xlsx", "在校生", rows, merged=(((1, 0), (10**12, 0)), ((1, 4), (10**12, 4)), ((9, 4), (10**12, 4))))
    batch = read_table(grid, schema().tables["enrolment"])
    assert [row.values["school_id"] for row in batch.rejected] == ["01"]
    assert [problem.code for problem in batch.problems] == ["cell_merged"]


def test_the_example_row_is_known_though_the_unit_of_a_header_was_changed(tmp_path: Path) -> None:
    rows: Rows = [
        ["学校标识码", "学年", "教学仪器设备值(万元)"],
        ["示例:2141000001", 2025, 1650000],
        ["2141000002", 2025, 52.5],
    ]
    batch = read(xlsx(tmp_path / "a.xlsx", 办学条件=rows))
    assert codes(batch) == []
    assert [row.values["equipment_value"] for row in batch.rows["facilities"]] == [525000]
