"""How a mapping finds files, sheets and headers."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter
from sources.mapping_folder import PLACES, mapped, places, values

from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.mapping import read_mapped


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
        assert values(read_mapped(tmp_path / "towns.csv", tmp_path / "mapping.toml"), "places", "name") == [("甲",)]

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
            PLACES.replace('name = "name"', 'name = ["乡镇名", "名称（全称）"]'),
            {"towns.csv": "CODE, 名称 （全称）\n1,甲\n"},
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
        assert values(batch, "places", "place_id") == [("1",)]
        assert [(r.origin.row, r.cells["code"]) for r in batch.rejected] == [(3, "2"), (4, "3"), (5, "4")]
        assert [(p.code, p.table, p.origin.row) for p in batch.problems] == [
            ("row_width", "places", 3),
            ("row_width", "places", 4),
            ("row_width", "places", 5),
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
