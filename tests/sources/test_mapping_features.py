"""Each thing that a mapping can say, on folders of a few rows."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter

from jiaoheng.county import Batch, admit
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.mapping import read_mapped

HEAD = 'format = 1\ntitle = "测试"\n'


def mapped(folder: Path, mapping: str, files: Mapping[str, str]) -> Batch:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "mapping.toml"
    path.write_text(HEAD + mapping, encoding="utf-8")
    return read_mapped(folder, path)


def values(batch: Batch, table: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row.values[name] for name in names) for row in batch.rows[table]]


def told(batch: Batch) -> list[tuple[str, str, int | None, str, str]]:
    return [(p.code, p.origin.file, p.origin.row, p.column, p.value) for p in batch.problems]


PLACES = """
[sources]
towns = { file = "towns.csv" }
[[feeds]]
into = "places"
from = "towns"
[feeds.columns]
place_id = "code"
name = "name"
level = { value = "town" }
"""


def places(*more: str) -> str:
    return PLACES + "\n".join(more)


class TestFilesAndHeaders:
    def test_a_file_is_found_by_pattern_and_its_rows_keep_their_place(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            PLACES.replace('"towns.csv"', '"*towns.csv"'),
            {"410999_towns.csv": "code,name\n001,甲镇\n\n002,乙镇\n", "schools.csv": "x\n"},
        )
        assert values(batch, "places", "place_id", "name", "level") == [
            ("001", "甲镇", "town"),
            ("002", "乙镇", "town"),
        ]
        assert [row.origin.row for row in batch.rows["places"]] == [2, 4]
        assert batch.problems == ()

    def test_one_file_can_be_the_whole_source(self, tmp_path: Path) -> None:
        mapped(tmp_path, PLACES, {"towns.csv": "code,name\n1,甲\n"})
        assert values(read_mapped(tmp_path / "towns.csv", tmp_path / "mapping.toml"), "places", "name") == [
            ("甲",)
        ]

    def test_a_missing_file_lists_those_that_are_there(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"town.csv": "code,name\n1,甲\n"})
        assert [p.code for p in batch.problems] == ["mapping_file_missing"]
        assert "town.csv" in batch.problems[0].what("zh")
        assert batch.rows["places"] == ()

    def test_an_optional_file_may_be_missing(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES.replace('"towns.csv"', '"towns.csv", optional = true'), {})
        assert batch.problems == ()

    def test_several_files_must_be_declared(self, tmp_path: Path) -> None:
        files = {"towns_1.csv": "code,name\n1,甲\n", "towns_2.csv": "code,name\n2,乙\n"}
        pattern = PLACES.replace('"towns.csv"', '"towns_*.csv"')
        assert [p.code for p in mapped(tmp_path, pattern, files).problems] == ["mapping_file_several"]
        batch = mapped(tmp_path, pattern.replace('.csv"', '.csv", several = true', 1), files)
        assert values(batch, "places", "place_id") == [("1",), ("2",)]
        assert [row.origin.file for row in batch.rows["places"]] == ["towns_1.csv", "towns_2.csv"]

    def test_a_part_of_the_file_name_can_be_a_column(self, tmp_path: Path) -> None:
        mapping = """
[sources]
pupils = { file = "pupils{roc_year}.csv", several = true }
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = "code"
year = { column = "roc_year", add = 1911 }
grade = "grade"
pupils = "n"
"""
        batch = mapped(
            tmp_path,
            mapping,
            {"pupils113.csv": "code,grade,n\nA,1,5\n", "pupils114.csv": "code,grade,n\nA,1,6\n"},
        )
        assert values(batch, "enrolment", "year", "pupils") == [(2024, 5), (2025, 6)]

    def test_a_missing_column_lists_the_headers_found(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"towns.csv": "code,title\n1,甲\n"})
        (problem,) = batch.problems
        assert (problem.code, problem.column, problem.origin.file, problem.origin.row) == (
            "mapping_column_missing",
            "name",
            "towns.csv",
            1,
        )
        assert "code、title" in problem.what("zh")
        assert batch.rows["places"] == ()

    def test_an_optional_column_may_be_missing(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            places('population = { column = "people", optional = true }'),
            {"towns.csv": "code,name\n1,甲\n"},
        )
        assert values(batch, "places", "population") == [(None,)]

    def test_headers_match_whatever_their_width_case_and_spaces_and_by_alias(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            PLACES.replace('name = "name"', 'name = ["乡镇名", "名称(全称)"]'),
            {"towns.csv": "CODE, 名称 (全称)\n1,甲\n"},
        )
        assert values(batch, "places", "place_id", "name") == [("1", "甲")]

    def test_the_first_alias_that_is_there_counts(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            PLACES.replace('name = "name"', 'name = ["b", "a"]'),
            {"towns.csv": "code,a,b\n1,甲,乙\n"},
        )
        assert values(batch, "places", "name") == [("乙",)]

    def test_a_header_that_stands_twice_is_no_guess(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"towns.csv": "code,name,Name\n1,甲,乙\n"})
        assert {p.code for p in batch.problems} == {"mapping_header_twice"}
        assert batch.rows["places"] == ()

    def test_a_row_of_another_width_waits_as_its_cells_may_have_moved(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"towns.csv": "code,name\n1,甲\n2,乙,丙\n3\n4,丁,\n"})
        assert values(batch, "places", "place_id") == [("1",), ("4",)]
        assert [(r.origin.row, r.cells["code"]) for r in batch.rejected] == [(3, "2"), (4, "3")]
        assert [(p.code, p.table, p.origin.row) for p in batch.problems] == [
            ("row_width", "places", 3),
            ("row_width", "places", 4),
        ]

    def test_a_text_file_that_may_be_cut_short_is_told_once(self, tmp_path: Path) -> None:
        mapping = PLACES + PLACES[PLACES.index("[[feeds]]") :].replace('"town"', '"village"').replace(
            'place_id = "code"', 'place_id = { template = "v{code}" }'
        )
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n1,甲"})
        assert [p.code for p in batch.problems] == ["file_end"]
        assert len(batch.rows["places"]) == 2

    def test_an_unreadable_file_is_a_source_error(self, tmp_path: Path) -> None:
        (tmp_path / "towns.csv").write_bytes(b"")
        with pytest.raises(SourceError, match="empty"):
            mapped(tmp_path, PLACES, {})


class TestWorkbooks:
    def book(self, path: Path, sheets: Mapping[str, list[list[object]]]) -> None:
        with xlsxwriter.Workbook(path) as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)

    def test_the_header_row_is_found_under_a_title(self, tmp_path: Path) -> None:
        rows = [["某县乡镇一览表"], [], ["name", "code"], ["甲", 1001], ["乙", 1002.0]]
        self.book(tmp_path / "towns.xlsx", {"一": rows})
        batch = mapped(tmp_path, PLACES.replace("towns.csv", "towns.xlsx"), {})
        assert values(batch, "places", "place_id", "name") == [("1001", "甲"), ("1002", "乙")]
        assert [(r.origin.sheet, r.origin.row) for r in batch.rows["places"]] == [("一", 4), ("一", 5)]

    def test_several_sheets_need_a_name(self, tmp_path: Path) -> None:
        sheet = [["code", "name"], ["1", "甲"]]
        self.book(tmp_path / "towns.xlsx", {"2024": sheet, "2025": [["code", "name"], ["2", "乙"]]})
        mapping = PLACES.replace("towns.csv", "towns.xlsx")
        batch = mapped(tmp_path, mapping, {})
        assert [p.code for p in batch.problems] == ["mapping_sheet_several"]
        assert "2024、2025" in batch.problems[0].what("zh")
        batch = mapped(tmp_path, mapping.replace('.xlsx"', '.xlsx", sheet = "2025"'), {})
        assert values(batch, "places", "name") == [("乙",)]
        batch = mapped(tmp_path, mapping.replace('.xlsx"', '.xlsx", sheet = "2026"'), {})
        assert [p.code for p in batch.problems] == ["mapping_sheet_missing"]
        batch = mapped(tmp_path, mapping.replace('.xlsx"', '.xlsx", sheet = "20{n}", several = true'), {})
        assert values(batch, "places", "name") == [("甲",), ("乙",)]

    def test_headers_in_two_rows_and_merged_cells_downwards(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "towns.xlsx") as workbook:
            sheet = workbook.add_worksheet("表")
            sheet.merge_range("A1:A2", "学校")
            sheet.merge_range("B1:C1", "2025")
            sheet.write_row("B2", ["年级", "人数"])
            sheet.merge_range("A3:A4", "S1")
            sheet.write_row("B3", [1, 30])
            sheet.write_row("B4", [2, 28])
        mapping = """
[sources]
pupils = { file = "towns.xlsx", header_row = 1, header_rows = 2, fill_down = "学校" }
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = "学校"
year = { value = 2025 }
grade = "2025/年级"
pupils = "2025/人数"
"""
        batch = mapped(tmp_path, mapping, {})
        assert values(batch, "enrolment", "school_id", "grade", "pupils") == [("S1", 1, 30), ("S1", 2, 28)]

    def test_a_cell_merged_over_rows_names_them_all_but_is_no_figure(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "towns.xlsx") as workbook:
            sheet = workbook.add_worksheet("表")
            sheet.write_row("A1", ["code", "kind", "name", "people"])
            sheet.merge_range("B2:B3", "town")
            sheet.merge_range("D3:D4", 50)
            sheet.write_row("A2", ["1"])
            sheet.write_row("C2", ["甲", 40])
            sheet.write_row("A3", ["2"])
            sheet.write("C3", "乙")
            sheet.write_row("A4", ["3", "village", "丙"])
        mapping = places('population = "people"').replace("towns.csv", "towns.xlsx")
        batch = mapped(tmp_path, mapping.replace('{ value = "town" }', '"kind"'), {})
        assert values(batch, "places", "place_id", "level", "population") == [("1", "town", 40)]
        assert [(p.code, p.origin.row, p.column, p.value) for p in batch.problems] == [
            ("cell_merged", 3, "people", "50"),
            ("cell_merged", 4, "people", "50"),
        ]
        assert [r.values["level"] for r in batch.rejected] == ["town", "village"]

    def test_an_excel_error_is_a_problem_with_its_cell(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "towns.xlsx") as workbook:
            sheet = workbook.add_worksheet("表")
            sheet.write_row("A1", ["code", "name", "people"])
            sheet.write_row("A2", ["1", "甲"])
            sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        mapping = places('population = "people"').replace("towns.csv", "towns.xlsx")
        batch = mapped(tmp_path, mapping, {})
        assert [(p.code, p.origin.row, p.column) for p in batch.problems] == [("cell_error", 2, "people")]
        assert batch.rejected[0].values["place_id"] == "1"


class TestValues:
    def test_codes_are_translated_and_an_unlisted_one_is_a_problem_with_its_row(self, tmp_path: Path) -> None:
        mapping = PLACES.replace(
            'level = { value = "town" }', 'level = { column = "kind", codes = { "鎮" = "town" } }'
        )
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name,kind\n1,甲, 鎮\n2,乙,里\n"})
        assert values(batch, "places", "level") == [("town",)]
        assert told(batch) == [("mapping_code", "towns.csv", 3, "kind", "里")]
        (waits,) = batch.rejected
        assert waits.cells == {"code": "2", "name": "乙", "kind": "里"}
        assert waits.values["place_id"] == "2"
        assert "鎮" in batch.problems[0].what("zh")

    def test_a_default_for_unlisted_values_only_where_stated(self, tmp_path: Path) -> None:
        rule = 'level = { column = "kind", codes = { "鎮" = "town" }, otherwise = "village" }'
        batch = mapped(
            tmp_path,
            PLACES.replace('level = { value = "town" }', rule),
            {"towns.csv": "code,name,kind\n1,甲,鎮\n2,乙,里\n"},
        )
        assert values(batch, "places", "level") == [("town",), ("village",)]

    def test_a_blank_required_cell_waits_and_is_not_the_default(self, tmp_path: Path) -> None:
        rule = 'level = { column = "kind", codes = { "鎮" = "town" }, otherwise = "village" }'
        batch = mapped(
            tmp_path,
            PLACES.replace('level = { value = "town" }', rule),
            {"towns.csv": "code,name,kind\n1,甲,\n"},
        )
        assert told(batch) == [("required_cell", "towns.csv", 2, "kind", "")]

    def test_our_own_labels_need_no_translation(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('level = { value = "town" }', 'level = "kind"')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name,kind\n1,甲,乡镇\n2,乙,不明\n"})
        assert values(batch, "places", "level") == [("town",)]
        assert told(batch) == [("unknown_code", "towns.csv", 3, "kind", "不明")]

    def test_units_and_factors(self, tmp_path: Path) -> None:
        mapping = """
[sources]
s = { file = "s.csv" }
[[feeds]]
into = "facilities"
from = "s"
[feeds.columns]
school_id = "code"
year = { value = 2025 }
equipment_value = { column = "equipment", unit = "万元" }
teaching_area = { column = "area", factor = 0.5 }
"""
        batch = mapped(tmp_path, mapping, {"s.csv": 'code,equipment,area\nA,12.34,"1,001"\n'})
        assert values(batch, "facilities", "equipment_value", "teaching_area") == [(123400.0, 500.5)]

    def test_an_offset_moves_years_and_keeps_blanks(self, tmp_path: Path) -> None:
        mapping = (
            places().replace('level = { value = "town" }', 'level = { value = "town" }')
            + """
[[feeds]]
into = "schools"
from = "towns"
[feeds.columns]
school_id = "code"
name = "name"
kind = { value = "211" }
open_from = { column = "since", add = 1911 }
"""
        )
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name,since\n1,甲,107\n2,乙,\n3,丙,unknown\n"})
        assert values(batch, "schools", "open_from") == [(2018,), (None,)]
        assert [(p.code, p.origin.row, p.column, p.value) for p in batch.problems] == [
            ("cell_not_number", 4, "since", "unknown")
        ]

    def test_templates_join_columns_and_a_blank_part_leaves_a_blank(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('place_id = "code"', 'place_id = { template = "K{code}-{name}" }')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n1,甲\n,乙\n"})
        assert values(batch, "places", "place_id") == [("K1-甲",)]
        assert told(batch) == [("required_cell", "towns.csv", 3, "code", "")]

    def test_a_template_keeps_a_name_as_it_is_written(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('name = "name"', 'name = { template = "{name}镇" }')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n1,甲（东）\n"})
        assert values(batch, "places", "name") == [("甲（东）镇",)]

    def test_characters_take_part_of_a_code_and_a_short_code_waits(self, tmp_path: Path) -> None:
        mapping = places('parent_id = { column = "code", characters = [1, 3] }')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n01234,甲\n01,乙\n"})
        assert values(batch, "places", "parent_id") == [("012",)]
        assert told(batch) == [("mapping_characters", "towns.csv", 3, "code", "01")]

    def test_declared_missing_values_are_null_with_a_warning_and_reason(self, tmp_path: Path) -> None:
        because = 'because = { zh = "未统计", en = "not counted" }'
        rule = f'population = {{ column = "people", missing = [0, "保密"], {because} }}'
        batch = mapped(
            tmp_path, places(rule), {"towns.csv": "code,name,people\n1,甲,0.0\n2,乙,保密\n3,丙,7\n"}
        )
        assert values(batch, "places", "population") == [(None,), (None,), (7,)]
        assert [(p.code, p.severity, p.origin.row) for p in batch.problems] == [
            ("mapping_missing", "warning", 2),
            ("mapping_missing", "warning", 3),
        ]
        assert "未统计" in batch.problems[0].what("zh")
        assert "not counted" in batch.problems[0].what("en")

    def test_cases_come_first_and_without_a_fallback_every_row_needs_one(self, tmp_path: Path) -> None:
        cases = """level = { cases = [
  { where = { name = { ends_with = ["镇", "乡"] } }, value = "town" },
  { where = { name = { contains = "村", not = "无名村" } }, value = "village" },
] }"""
        batch = mapped(
            tmp_path,
            PLACES.replace('level = { value = "town" }', cases),
            {"towns.csv": "code,name\n1,甲镇\n2,乙村\n3,无名村\n"},
        )
        assert values(batch, "places", "level") == [("town",), ("village",)]
        assert told(batch) == [("mapping_no_case", "towns.csv", 4, "name", "")]

    def test_a_bad_number_waits_with_file_row_and_column(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path, places('population = "people"'), {"towns.csv": "code,name,people\n1,甲,many\n2,乙,-5\n"}
        )
        assert told(batch) == [
            ("cell_not_integer", "towns.csv", 2, "people", "many"),
            ("below_minimum", "towns.csv", 3, "people", "-5"),
        ]
        assert batch.rows["places"] == ()
        assert len(batch.rejected) == 2


LOOKUP = """
[sources]
schools = { file = "schools.csv" }
towns = { file = "towns.csv" }
[lookups.town]
from = "towns"
key = ["county", "town"]
value = "village_code"
characters = [1, 3]
[[feeds]]
into = "schools"
from = "schools"
[feeds.derive]
town_code = { lookup = "town", by = ["县", "乡镇"] }
[feeds.columns]
school_id = { template = "{town_code}-{name}" }
name = "name"
kind = { value = "111" }
place_id = "town_code"
"""


class TestLookups:
    def test_a_value_is_found_in_another_file_and_used_in_a_template(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            LOOKUP,
            {
                "towns.csv": "county,town,village_code\n望,甲,00101\n望,甲,00102\n岚,甲,00201\n",
                "schools.csv": "县,乡镇,name\n望,甲,一园\n岚,甲,二园\n",
            },
        )
        assert values(batch, "schools", "school_id", "place_id") == [("001-一园", "001"), ("002-二园", "002")]
        assert batch.problems == ()

    def test_what_is_not_found_or_found_twice_waits(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            LOOKUP,
            {
                "towns.csv": "county,town,village_code\n望,甲,00101\n望,甲,00202\n",
                "schools.csv": "县,乡镇,name\n望,甲,一园\n望,乙,二园\n",
            },
        )
        assert told(batch) == [
            ("mapping_lookup_several", "schools.csv", 2, "县", "望 / 甲"),
            ("mapping_lookup_missing", "schools.csv", 3, "县", "望 / 乙"),
        ]
        assert "001、002" in batch.problems[0].what("zh")


WIDE = """
[sources]
pupils = { file = "pupils.csv" }
[[feeds]]
into = "enrolment"
from = "pupils"
where = { level = "小学" }
unpivot = { headers = "g{grade}_{roc}", only = { grade = "1-2" }, value = "n", blank = "skip" }
[feeds.columns]
school_id = "code"
year = { column = "roc", add = 1911 }
grade = "grade"
pupils = "n"
"""
WITH_TOTALS = WIDE.replace(
    "[feeds.columns]", 'totals = [{ column = "all_{roc}", zero_fills = true }]\n[feeds.columns]'
)


class TestUnpivot:
    def test_wide_columns_become_rows_with_year_and_grade_from_the_header(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WITH_TOTALS,
            {"pupils.csv": "code,level,all_113,g1_113,g2_113,g1_114,g2_114,g3_114\nA,小学,7,3,4,5,,9\n"},
        )
        assert values(batch, "enrolment", "year", "grade", "pupils") == [
            (2024, 1, 3),
            (2024, 2, 4),
            (2025, 1, 5),
        ]
        assert batch.problems == ()

    def test_a_blank_cell_kept_is_a_row_with_a_null(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WIDE.replace('"skip"', '"keep"'),
            {"pupils.csv": "code,level,g1_114,g2_114\nA,小学,5,\n"},
        )
        assert values(batch, "enrolment", "grade", "pupils") == [(1, 5), (2, None)]

    def test_a_bad_cell_makes_only_its_own_row_wait(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, WIDE, {"pupils.csv": "code,level,g1_114,g2_114\nA,小学,五,6\n"})
        assert values(batch, "enrolment", "grade", "pupils") == [(2, 6)]
        assert told(batch) == [("cell_not_integer", "pupils.csv", 2, "g1_114", "五")]
        assert batch.rejected[0].values == {"school_id": "A", "year": 2025, "grade": 1, "pupils": None}

    def test_declared_headers_must_be_there(self, tmp_path: Path) -> None:
        mapping = WIDE.replace('grade = "1-2"', 'grade = "1-2", roc = [113, 114]')
        batch = mapped(tmp_path, mapping, {"pupils.csv": "code,level,g1_113,g2_113,g1_114\nA,小学,5,6,7\n"})
        assert [(p.code, p.column) for p in batch.problems] == [("mapping_column_missing", "g2_114")]

    def test_at_least_one_header_of_an_open_pattern_must_be_there(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, WIDE, {"pupils.csv": "code,level,n1_114\nA,小学,5\n"})
        assert ("mapping_column_missing", "g{grade}_{roc}") in [(p.code, p.column) for p in batch.problems]

    def test_a_total_that_is_not_the_sum_of_its_parts_is_a_warning(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WITH_TOTALS,
            {"pupils.csv": "code,level,all_114,g1_114,g2_114\nA,小学,12,5,6\nB,小学,9,4,5\n"},
        )
        assert told(batch) == [("mapping_total", "pupils.csv", 2, "all_114", "12")]
        assert "11" in batch.problems[0].what("zh")
        assert len(batch.rows["enrolment"]) == 4

    def test_a_total_of_zero_fills_blank_parts_and_no_other_total_does(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WITH_TOTALS,
            {"pupils.csv": "code,level,all_114,g1_114,g2_114\nA,小学,0,,\nB,小学,4,4,\nC,小学,,,\n"},
        )
        assert values(batch, "enrolment", "school_id", "grade", "pupils") == [
            ("A", 1, 0),
            ("A", 2, 0),
            ("B", 1, 4),
        ]

    def test_without_zero_fills_a_total_of_zero_fills_nothing(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WITH_TOTALS.replace(", zero_fills = true", ""),
            {"pupils.csv": "code,level,all_114,g1_114,g2_114\nA,小学,0,,\n"},
        )
        assert batch.rows["enrolment"] == ()

    def test_totals_of_named_parts(self, tmp_path: Path) -> None:
        mapping = places('population = "all"').replace(
            "[feeds.columns]", 'totals = [{ column = "all", parts = ["m", "age{age}"] }]\n[feeds.columns]'
        )
        batch = mapped(
            tmp_path, mapping, {"towns.csv": "code,name,all,m,age0,age1\n1,甲,9,2,3,4\n2,乙,9,1,1,1\n"}
        )
        assert told(batch) == [("mapping_total", "towns.csv", 3, "all", "9")]


class TestRowsTakenAndLeft:
    def test_rows_that_no_feed_takes_are_told(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            WIDE,
            {"pupils.csv": "code,level,g1_114,g2_114\nA,小学,5,\nB,国中小,6,\n合计,,11,\n"},
        )
        assert told(batch) == [
            ("mapping_not_taken", "pupils.csv", 3, "", ""),
            ("mapping_not_taken", "pupils.csv", 4, "", ""),
        ]

    def test_rows_left_out_with_a_reason_are_not_told(self, tmp_path: Path) -> None:
        mapping = PLACES.replace(
            '"towns.csv" }',
            '"towns.csv", leave_out = [{ where = { name = { contains = "计" } }, because = "合计行" }] }',
        )
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n1,甲\n,总计\n"})
        assert values(batch, "places", "name") == [("甲",)]
        assert batch.problems == ()

    def test_a_row_of_totals_is_told_and_never_read_as_a_place(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"towns.csv": "code,name\n1,甲\n合 计,\n,总计\n"})
        assert values(batch, "places", "name") == [("甲",)]
        assert told(batch) == [
            ("row_total", "towns.csv", 3, "", "合 计"),
            ("row_total", "towns.csv", 4, "", "总计"),
        ]

    def test_conditions(self, tmp_path: Path) -> None:
        rows = "code,name,kind,n\n1,甲镇,a,1\n2,乙镇,b,2\n3,丙村,A,\n4,丁村,c,10\n"

        def taken(where: str) -> list[object]:
            batch = mapped(
                tmp_path,
                PLACES.replace("[feeds.columns]", f"where = {where}\n[feeds.columns]"),
                {"towns.csv": rows},
            )
            return [row.values["place_id"] for row in batch.rows["places"]]

        assert taken('{ kind = "a" }') == ["1", "3"]
        assert taken('{ kind = ["a", "c"] }') == ["1", "3", "4"]
        assert taken('{ kind = { not = ["a", "b"] } }') == ["4"]
        assert taken('{ kind = { is = "a" }, name = { starts_with = "丙" } }') == ["3"]
        assert taken('{ name = { ends_with = "镇" } }') == ["1", "2"]
        assert taken('{ name = { contains = ["甲", "丁"] } }') == ["1", "4"]
        assert taken('{ name = { contains_not = "村" } }') == ["1", "2"]
        assert taken("{ n = { blank = true } }") == ["3"]
        assert taken("{ n = { blank = false } }") == ["1", "2", "4"]
        assert taken("{ n = 10 }") == ["4"]

    def test_a_condition_that_selects_nothing_is_told(self, tmp_path: Path) -> None:
        mapping = PLACES.replace("[feeds.columns]", 'where = { name = "无" }\n[feeds.columns]')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name\n1,甲\n"})
        assert [p.code for p in batch.problems] == ["mapping_nothing", "mapping_not_taken"]


COMBINE = """
[sources]
s = { file = "s.csv" }
[[feeds]]
into = "schools"
from = "s"
[feeds.columns]
school_id = "code"
name = "name"
kind = { column = "level", codes = { "小" = "211", "初" = "311", "高" = "342" } }
lon = "lon"
[feeds.combine]
order = { column = "level", values = ["高", "初", "小"] }
columns.name = "first"
columns.kind = { "311 + 342" = "341" }
"""


class TestCombine:
    def test_rows_of_one_school_become_one_whatever_their_order(self, tmp_path: Path) -> None:
        for rows in ("A,附设初中,初,\nA,高中,高,113\n", "A,高中,高,113\nA,附设初中,初,\n"):
            batch = mapped(tmp_path, COMBINE, {"s.csv": f"code,name,level,lon\n{rows}B,小学,小,112\n"})
            assert values(batch, "schools", "school_id", "name", "kind", "lon") == [
                ("A", "高中", "341", 113.0),
                ("B", "小学", "211", 112.0),
            ]
            assert batch.problems == ()

    def test_a_combination_that_is_not_listed_waits_whole(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, COMBINE, {"s.csv": "code,name,level,lon\nA,甲,小,1\nA,乙,初,1\n"})
        assert told(batch) == [("mapping_combination", "s.csv", 3, "level", "311 + 211")]
        assert len(batch.rejected) == 2
        assert "第 3, 2 行" in batch.problems[0].what("zh")

    def test_rows_that_disagree_wait(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, COMBINE, {"s.csv": "code,name,level,lon\nA,甲,高,1\nA,乙,初,2\n"})
        assert told(batch) == [("mapping_disagree", "s.csv", 2, "lon", "1.0 + 2.0")]
        assert batch.rows["schools"] == ()

    def test_a_bad_row_makes_the_others_of_its_key_wait(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, COMBINE, {"s.csv": "code,name,level,lon\nA,甲,高,1\nA,乙,中,1\nB,丙,小,1\n"})
        assert values(batch, "schools", "school_id") == [("B",)]
        assert sorted(p.code for p in batch.problems) == ["mapping_code", "mapping_group_waits"]

    def test_an_order_must_list_every_value_that_meets_another(self, tmp_path: Path) -> None:
        mapping = COMBINE.replace('["高", "初", "小"]', '["高"]')
        batch = mapped(tmp_path, mapping, {"s.csv": "code,name,level,lon\nA,甲,高,1\nA,乙,初,1\nB,丙,小,1\n"})
        assert [(p.code, p.value) for p in batch.problems] == [("mapping_code", "初")]
        assert values(batch, "schools", "school_id") == [("B",)]

    def test_sums_of_distinct_places(self, tmp_path: Path) -> None:
        mapping = places('population = "n"', "[feeds.combine]", 'columns.population = "sum"')
        rows = "code,name,n\n1,甲,2\n1,甲,3\n2,乙,4\n2,乙,\n"
        batch = mapped(tmp_path, mapping, {"towns.csv": rows})
        assert values(batch, "places", "place_id", "population") == [("1", 5), ("2", None)]
        assert [(p.code, p.column) for p in batch.problems] == [("mapping_sum_incomplete", "n")]

    def test_without_combine_rows_of_one_key_are_left_to_the_check(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PLACES, {"towns.csv": "code,name\n1,甲\n1,乙\n"})
        assert len(batch.rows["places"]) == 2
        assert "duplicate_key" in {problem.code for problem in admit(batch).problems}


JOIN = """
[sources]
pupils = { file = "pupils.csv" }
classes = { file = "classes.csv" }
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = "code"
year = { value = 2025 }
grade = "grade"
pupils = "n"
[[feeds]]
into = "enrolment"
from = "classes"
join = "problem"
[feeds.columns]
school_id = "code"
year = { value = 2025 }
grade = "grade"
classes = "n"
"""


class TestJoin:
    def test_two_files_fill_one_table_by_key(self, tmp_path: Path) -> None:
        files = {
            "pupils.csv": "code,grade,n\nA,1,30\nA,2,31\n",
            "classes.csv": "code,grade,n\nA,2,2\nA,1,1\n",
        }
        batch = mapped(tmp_path, JOIN, files)
        assert values(batch, "enrolment", "grade", "pupils", "classes") == [(1, 30, 1), (2, 31, 2)]

    def test_a_row_without_partner_waits_or_stands_alone_as_declared(self, tmp_path: Path) -> None:
        files = {"pupils.csv": "code,grade,n\nA,1,30\n", "classes.csv": "code,grade,n\nB,1,2\n"}
        batch = mapped(tmp_path, JOIN, files)
        assert told(batch) == [("mapping_partner", "classes.csv", 2, "code", "B / 2025 / 1")]
        assert [row.values.get("classes") for row in batch.rows["enrolment"]] == [None]
        batch = mapped(tmp_path, JOIN.replace('join = "problem"', 'join = "keep"'), files)
        assert [
            (r.values["school_id"], r.values.get("pupils"), r.values.get("classes"))
            for r in batch.rows["enrolment"]
        ] == [
            ("A", 30, None),
            ("B", None, 2),
        ]

    def test_a_row_waits_with_a_partner_that_waits(self, tmp_path: Path) -> None:
        files = {"pupils.csv": "code,grade,n\nA,1,x\n", "classes.csv": "code,grade,n\nA,1,2\n"}
        batch = mapped(tmp_path, JOIN, files)
        assert batch.rows["enrolment"] == ()
        assert [p.code for p in batch.problems] == ["cell_not_integer", "mapping_group_waits"]
        assert {r.origin.file for r in batch.rejected} == {"pupils.csv", "classes.csv"}

    def test_a_value_that_is_there_already_must_agree(self, tmp_path: Path) -> None:
        mapping = JOIN.replace('classes = "n"', 'pupils = "n"')
        files = {"pupils.csv": "code,grade,n\nA,1,30\n", "classes.csv": "code,grade,n\nA,1,31\n"}
        batch = mapped(tmp_path, mapping, files)
        assert [(p.code, p.value) for p in batch.problems] == [("mapping_disagree", "30 + 31")]
        assert values(batch, "enrolment", "pupils") == [(30,)]


class TestPersonalData:
    def test_a_mapping_cannot_bring_in_personal_columns(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('name = "name"', 'name = ["校长姓名"]')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,校长姓名\n1,张三\n"})
        assert [(p.code, p.value) for p in batch.problems] == [("personal_column", "校长姓名")]
        assert batch.rows["places"] == ()

    def test_neither_through_a_derived_column_nor_a_template(self, tmp_path: Path) -> None:
        mapping = PLACES.replace(
            "[feeds.columns]", '[feeds.derive]\nx = "联系电话"\n[feeds.columns]'
        ).replace('name = "name"', 'name = { template = "{x}" }')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,联系电话\n1,13800138000\n"})
        assert [p.code for p in batch.problems] == ["personal_column"]

    def test_a_waiting_row_keeps_its_cells_with_personal_ones_masked(self, tmp_path: Path) -> None:
        batch = mapped(
            tmp_path,
            places('population = "people"'),
            {"towns.csv": "code,name,people,校长,备注\n1,甲,x,张三,电话13800138000\n"},
        )
        cells = batch.rejected[0].cells
        assert cells["name"] == "甲"
        assert "张三" not in str(cells)
        assert "13800138000" not in str(cells)


def square(west: float, south: float) -> str:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south]]
    return f'{{"type": "Polygon", "coordinates": [{ring}]}}'


def feature(properties: str, geometry: str) -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def collection(*features: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'


BOUNDARIES = """
[[boundaries]]
file = "towns.geojson"
level = "town"
place_id = "id"
name = "n"
"""


class TestBoundaries:
    TOWNS = "code,name\n1,甲\n2,乙\n"

    def test_several_files_become_one_collection_with_our_properties(self, tmp_path: Path) -> None:
        mapping = places(BOUNDARIES, BOUNDARIES.replace("towns.", "more."))
        batch = mapped(
            tmp_path,
            mapping,
            {
                "towns.csv": self.TOWNS,
                "towns.geojson": collection(feature('{"id": 1, "n": "甲", "x": 9}', square(113, 34))),
                "more.geojson": collection(feature('{"id": "2", "n": "乙"}', square(114, 34))),
            },
        )
        assert batch.boundaries is not None
        assert [f["properties"] for f in batch.boundaries["features"]] == [
            {"place_id": "1", "name": "甲", "level": "town"},
            {"place_id": "2", "name": "乙", "level": "town"},
        ]
        assert batch.problems == ()

    @pytest.mark.parametrize(
        ("drawn", "code"),
        [
            ("not json", "mapping_boundary_file"),
            ("[" * 100_000, "mapping_boundary_file"),
            (
                collection(feature('{"id": 1, "n": "甲"}', square(113, 34).replace("114", "NaN"))),
                "mapping_boundary_shape",
            ),
            ('{"type": "Feature"}', "mapping_boundary_file"),
            (collection(feature('{"id": 1}', square(113, 34))), "mapping_boundary_property"),
            (collection(feature('{"id": 1, "n": "甲"}', square(500000, 34))), "mapping_boundary_shape"),
            (
                collection(feature('{"id": 1, "n": "甲"}', '{"type": "Point", "coordinates": [1, 2]}')),
                "mapping_boundary_shape",
            ),
            (collection('"x"'), "mapping_boundary_shape"),
        ],
    )
    def test_a_bad_boundary_is_told_and_left_out(self, tmp_path: Path, drawn: str, code: str) -> None:
        batch = mapped(tmp_path, places(BOUNDARIES), {"towns.csv": self.TOWNS, "towns.geojson": drawn})
        assert [(p.code, p.origin.file) for p in batch.problems] == [(code, "towns.geojson")]
        assert batch.boundaries is None
        assert batch.problems[0].what("zh")

    def test_a_place_drawn_twice_or_unknown_is_told(self, tmp_path: Path) -> None:
        one = feature('{"id": 1, "n": "甲"}', square(113, 34))
        other = feature('{"id": 3, "n": "丙"}', square(113, 34))
        batch = mapped(
            tmp_path,
            places(BOUNDARIES),
            {"towns.csv": self.TOWNS, "towns.geojson": collection(one, one, other)},
        )
        assert [(p.code, p.value) for p in batch.problems] == [
            ("mapping_boundary_twice", "1"),
            ("mapping_boundary_place", "3"),
        ]
        assert batch.boundaries is not None
        assert len(batch.boundaries["features"]) == 2
