"""How a mapping makes a value: fetched, translated, converted, looked up; never guessed, never personal."""

from pathlib import Path

from sources.mapping_folder import PLACES, mapped, places, told, values


class TestValues:
    def test_codes_are_translated_and_an_unlisted_one_is_a_problem_with_its_row(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('level = { value = "town" }', 'level = { column = "kind", codes = { "鎮" = "town" } }')
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
        batch = mapped(tmp_path, places(rule), {"towns.csv": "code,name,people\n1,甲,0.0\n2,乙,保密\n3,丙,7\n"})
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


class TestPersonalData:
    def test_a_mapping_cannot_bring_in_personal_columns(self, tmp_path: Path) -> None:
        mapping = PLACES.replace('name = "name"', 'name = ["校长姓名"]')
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,校长姓名\n1,张三\n"})
        assert [(p.code, p.value) for p in batch.problems] == [("personal_column", "校长姓名")]
        assert batch.rows["places"] == ()

    def test_neither_through_a_derived_column_nor_a_template(self, tmp_path: Path) -> None:
        mapping = PLACES.replace("[feeds.columns]", '[feeds.derive]\nx = "联系电话"\n[feeds.columns]').replace(
            'name = "name"', 'name = { template = "{x}" }'
        )
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
