"""Rows counted: how many, how many with a yes, how many different values; and what a count does with bad rows."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sources.mapping_folder import HEAD, mapped, told, values

from jiaoheng.county import Batch
from jiaoheng.sources.mapping import MappingError, load, read_mapped

PUPILS = """
[sources.pupils]
file = "pupils.csv"
names = { "学校代码" = ["XXDM", "标识码"], "年级" = "SSNJ", "寄宿" = "是否寄宿生" }
[[feeds]]
into = "enrolment"
from = "pupils"
[feeds.columns]
school_id = "学校代码"
year = { column = "学年", or = { given = "year" } }
grade = "年级"
classes = { column = "班级", optional = true }
pupils = { value = true }
boarders = { column = "寄宿", optional = true }
[feeds.combine]
columns.classes = "distinct"
columns.pupils = "count"
columns.boarders = "count"
"""


def counted(folder: Path, rows: str, mapping: str = PUPILS, **given: int) -> Batch:
    (folder / "pupils.csv").write_text(rows, encoding="utf-8")
    (folder / "mapping.toml").write_text(HEAD + mapping, encoding="utf-8")
    return read_mapped(folder, folder / "mapping.toml", given={"year": 2025, **given})


def figures(batch: Batch) -> list[tuple[object, ...]]:
    return values(batch, "enrolment", "school_id", "grade", "classes", "pupils", "boarders")


class TestCounts:
    def test_rows_yeses_and_different_values_are_counted(self, tmp_path: Path) -> None:
        batch = counted(
            tmp_path, "学校代码,年级,班级,寄宿\nA,1,1班,是\nA,1,2班,否\nA,1, 1班,1\nB,1,1班,否\nA,2,1班,√\n"
        )
        assert figures(batch) == [("A", 1, 2, 3, 2), ("B", 1, 1, 1, 0), ("A", 2, 1, 1, 1)]
        assert batch.problems == ()

    def test_a_column_that_the_file_lacks_is_unknown_not_nought(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "学校代码,年级\nA,1\nA,1\n")
        assert figures(batch) == [("A", 1, None, 2, None)]

    def test_a_blank_makes_the_count_unknown_unless_the_mapping_says_what_it_means(self, tmp_path: Path) -> None:
        rows = "学校代码,年级,班级,寄宿\nA,1,1班,是\nA,1,1班,\n"
        batch = counted(tmp_path, rows)
        assert figures(batch) == [("A", 1, 1, 2, None)]
        assert told(batch) == [("mapping_sum_incomplete", "pupils.csv", 3, "寄宿", "")]
        declared = PUPILS.replace('column = "寄宿",', 'column = "寄宿", blank = false,')
        assert figures(counted(tmp_path, rows, declared)) == [("A", 1, 1, 2, 1)]
        assert figures(counted(tmp_path, "学校代码,年级\nA,1\n", declared)) == [("A", 1, None, 1, None)]

    def test_a_bad_row_makes_the_count_of_its_group_wait_and_no_other(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "学校代码,年级,班级,寄宿\nA,1,1班,是\nA,1,1班,或许\nA,2,1班,否\n")
        assert figures(batch) == [("A", 2, 1, 1, 0)]
        assert [(p.code, p.origin.row) for p in batch.problems] == [("cell_boolean", 3), ("mapping_count_waits", 2)]
        assert [row.values for row in batch.rejected] == [{"school_id": "A", "year": 2025, "grade": 1}] * 2

    def test_where_the_grade_is_unreadable_all_grades_of_the_school_wait(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "学校代码,年级,班级,寄宿\nA,1,1班,是\nA,?,1班,否\nB,1,1班,否\n")
        assert figures(batch) == [("B", 1, 1, 1, 0)]
        assert sorted(p.code for p in batch.problems) == ["mapping_count_waits", "unknown_code"]

    def test_only_whole_numbers_can_be_counts(self, tmp_path: Path) -> None:
        path = tmp_path / "mapping.toml"
        path.write_text(HEAD + PUPILS.replace('columns.pupils = "count"', 'columns.year = "count"'), encoding="utf-8")
        with pytest.raises(MappingError, match="year"):
            load(path)


class TestWhereValuesComeFrom:
    def test_the_school_year_comes_from_the_file_or_from_whoever_imports(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "学校代码,年级,学年\nA,1,2023-2024学年\n")
        assert values(batch, "enrolment", "year") == [(2023,)]
        assert values(counted(tmp_path, "学校代码,年级\nA,1\n", year=2024), "enrolment", "year") == [(2024,)]

    def test_a_school_year_that_nobody_gives_is_told_once(self, tmp_path: Path) -> None:
        batch = mapped(tmp_path, PUPILS, {"pupils.csv": "学校代码,年级\nA,1\nB,1\n"})
        assert [(p.code, p.column) for p in batch.problems] == [("mapping_given", "year")]
        assert "--year" in batch.problems[0].remedy("zh")
        assert not batch.rows["enrolment"]

    @pytest.mark.parametrize(
        "header",
        ["XXDM", "xxdm", "标识码", "学校代码-xxdm", "学校（机构）代码—ＸＸＤＭ", "*学校代码", "学校代码（必填）"],
    )
    def test_spellings_of_a_header(self, tmp_path: Path, header: str) -> None:
        assert values(counted(tmp_path, f"{header},年级\nA,1\n"), "enrolment", "school_id") == [("A",)]

    def test_of_two_spellings_in_one_file_the_first_listed_counts(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "标识码,XXDM,SSNJ\nX,A,1\n")
        assert values(batch, "enrolment", "school_id") == [("A",)]

    def test_a_spelling_that_stands_twice_is_a_problem(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "XXDM,甲-xxdm,年级,XXDM\nX,A,1,B\n")
        assert ("mapping_header_twice", "XXDM") in [(p.code, p.column) for p in batch.problems]

    def test_a_missing_column_is_told_with_all_its_spellings(self, tmp_path: Path) -> None:
        batch = counted(tmp_path, "学校,年级\nA,1\n")
        assert [(p.code, p.column) for p in batch.problems] == [("mapping_column_missing", "学校代码 / XXDM / 标识码")]

    def test_years_of_entry_become_grades(self, tmp_path: Path) -> None:
        mapping = PUPILS.replace(
            'grade = "年级"', 'grade = { column = "年级", cohorts = { "小学{y}级" = 1, "初中{y}级" = 7 } }'
        )
        rows = "学校代码,年级\nA,小学2025级\nB,小学2020级\nC,初中2024级\nD,三年级\nE,小学2013级\n"
        batch = counted(tmp_path, rows, mapping)
        assert values(batch, "enrolment", "school_id", "grade") == [("A", 1), ("B", 6), ("C", 8), ("D", 3)]
        assert [(p.code, p.origin.row) for p in batch.problems] == [("unknown_code", 6)]

    def test_codes_with_their_labels(self, tmp_path: Path) -> None:
        mapping = PUPILS.replace(
            '"寄宿", optional = true', '"寄宿", optional = true, codes = { "住校" = true, "走读" = false }'
        )
        batch = counted(tmp_path, "学校代码,年级,寄宿\nA,1,2-住校\nA,1,1-走读\nA,1,住校\n", mapping)
        assert values(batch, "enrolment", "boarders") == [(2,)]
        assert [p.code for p in counted(tmp_path, "学校代码,年级,寄宿\nA,1,2-别的\n", mapping).problems] == [
            "mapping_code"
        ]

    def test_a_value_that_has_not_the_form_of_its_column_waits(self, tmp_path: Path) -> None:
        mapping = PUPILS.replace('school_id = "学校代码"', 'school_id = { column = "学校代码", like = ["A*", "##"] }')
        batch = counted(tmp_path, "学校代码,年级\nA1,1\n12,1\nB,1\n123,1\n", mapping)
        assert values(batch, "enrolment", "school_id") == [("A1",), ("12",)]
        assert [(p.code, p.origin.row) for p in batch.problems] == [("mapping_like", 4), ("mapping_like", 5)]


VALUES = """
[sources.assets]
file = "assets.csv"
names = { "原值" = "账面原值", "面积" = "建筑面积" }
[lookups.code]
table = "schools"
key = "name"
value = "school_id"
[[feeds]]
into = "facilities"
from = "assets"
optional = true
[feeds.columns]
school_id = { lookup = "code", by = "学校" }
year = { value = 2025 }
equipment_value = { column = "原值", cases = [{ where = { "类别" = { is = "房屋", optional = true } }, value = 0 }] }
[feeds.combine]
columns.equipment_value = "sum"
[[feeds]]
into = "facilities"
from = "assets"
optional = true
unless = "原值"
[feeds.columns]
school_id = { lookup = "code", by = "学校" }
year = { value = 2025 }
teaching_area = "面积"
[feeds.combine]
columns.teaching_area = "sum"
"""
SCHOOLS = {"schools": [{"school_id": "A", "name": "甲校"}, {"school_id": "B", "name": "乙校"}]}


def valued(folder: Path, rows: str, mapping: str = VALUES, known: Mapping[str, object] = SCHOOLS) -> Batch:
    (folder / "assets.csv").write_text(rows, encoding="utf-8")
    (folder / "mapping.toml").write_text(HEAD + mapping, encoding="utf-8")
    return read_mapped(folder, folder / "mapping.toml", known=known)  # type: ignore[arg-type]


class TestUnitsAndTables:
    @pytest.mark.parametrize(
        ("header", "value"),
        [("账面原值", 3.0), ("账面原值（元）", 3.0), ("原值(万元)", 30000.0), ("账面原值【千元】", 3000.0)],
    )
    def test_the_unit_in_a_header_counts(self, tmp_path: Path, header: str, value: float) -> None:
        batch = valued(tmp_path, f"学校,{header}\n甲校,1\n甲校,2\n")
        assert values(batch, "facilities", "school_id", "equipment_value") == [("A", value)]

    def test_a_unit_that_the_column_does_not_take_is_told(self, tmp_path: Path) -> None:
        batch = valued(tmp_path, "学校,账面原值(平方米)\n甲校,1\n")
        assert [(p.code, p.column) for p in batch.problems] == [("header_unit", "账面原值(平方米)")]
        assert not batch.rows["facilities"]

    def test_a_feed_is_passed_over_where_its_columns_are_missing(self, tmp_path: Path) -> None:
        batch = valued(tmp_path, "学校,建筑面积(平方米)\n乙校,12.5\n")
        assert values(batch, "facilities", "school_id", "teaching_area") == [("B", 12.5)]
        assert [(p.code, p.severity) for p in batch.problems] == [("mapping_feed_skipped", "warning")]
        both = valued(tmp_path, "学校,建筑面积,原值\n乙校,12.5,7\n")
        assert [set(row.values) for row in both.rows["facilities"]] == [{"school_id", "year", "equipment_value"}]

    def test_a_name_is_looked_up_in_our_own_table(self, tmp_path: Path) -> None:
        batch = valued(tmp_path, "学校,原值\n丙校,1\n", known=SCHOOLS)
        assert [(p.code, p.value) for p in batch.problems] == [("mapping_lookup_missing", "丙校")]
        twins = {"schools": [{"school_id": "A", "name": "甲校"}, {"school_id": "B", "name": "甲校"}]}
        batch = valued(tmp_path, "学校,原值\n甲校,1\n", known=twins)
        assert [p.code for p in batch.problems] == ["mapping_lookup_several"]

    def test_rows_of_a_kind_may_count_as_nought(self, tmp_path: Path) -> None:
        batch = valued(tmp_path, "学校,原值,类别\n甲校,5,设备\n甲校,1000,房屋\n")
        assert values(batch, "facilities", "equipment_value") == [(5.0,)]

    def test_files_that_the_mapping_refuses_are_not_read(self, tmp_path: Path) -> None:
        mapping = VALUES.replace(
            "names = {", 'refuse = [{ where = { "类别" = "变动" }, because = "只有变动" }]\nnames = {'
        )
        batch = valued(tmp_path, "学校,原值,类别\n甲校,5,变动\n", mapping)
        assert [(p.code, p.origin.row) for p in batch.problems] == [("mapping_refused", 2)]
        assert "只有变动" in batch.problems[0].what("zh")
        assert not batch.rows
