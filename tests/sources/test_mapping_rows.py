"""How a mapping makes rows: taken or left, wide ones made long, several made one, two files joined."""

from pathlib import Path

from sources.mapping_folder import PLACES, mapped, places, told, values

from jiaoheng.county import admit

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


WITH_TOTALS = WIDE.replace("[feeds.columns]", 'totals = [{ column = "all_{roc}", zero_fills = true }]\n[feeds.columns]')


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
        batch = mapped(tmp_path, mapping, {"towns.csv": "code,name,all,m,age0,age1\n1,甲,9,2,3,4\n2,乙,9,1,1,1\n"})
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
            (r.values["school_id"], r.values.get("pupils"), r.values.get("classes")) for r in batch.rows["enrolment"]
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
