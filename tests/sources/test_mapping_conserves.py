"""Whatever stands in a foreign file, no row of it disappears and no number changes in silence."""

import csv
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.county import Batch, admit
from jiaoheng.sources.mapping import read_mapped

MAPPING = """
format = 1
title = "t"
[sources]
pupils = { file = "pupils.csv" }
[[feeds]]
into = "enrolment"
from = "pupils"
where = { level = ["小学", "完小"] }
unpivot = { headers = "g{grade}", only = { grade = "1-3" }, value = "n" }
totals = [{ column = "all" }]
[feeds.columns]
school_id = "code"
year = { column = "roc", add = 1911 }
grade = "grade"
pupils = "n"
[[feeds]]
into = "schools"
from = "pupils"
combine = { order = { column = "level", values = ["完小", "小学"] }, columns = { name = "first" } }
[feeds.columns]
school_id = "code"
name = "name"
kind = { column = "level", codes = { "小学" = "211", "完小" = "211" } }
"""
HEADERS = ["code", "name", "level", "roc", "all", "g1", "g2", "g3"]
figures = st.one_of(
    st.integers(0, 60).map(str), st.sampled_from(["", "*", "-1", "x", "1.5", "３", "1,2", "=1+1", "9" * 30])
)
cells = st.tuples(
    st.sampled_from(["A", "B", "C", ""]),
    st.one_of(st.sampled_from(["甲", "乙", ""]), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5)),
    st.sampled_from(["小学", "完小", "初中", ""]),
    st.sampled_from(["113", "114", "2025", "?", ""]),
    figures,
    figures,
    figures,
    figures,
)


def read(folder: Path, table: list[tuple[str, ...]]) -> Batch:
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    with (folder / "pupils.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADERS, *table])
    return read_mapped(folder, folder / "mapping.toml")


def summary(batch: Batch) -> Counter[tuple[object, ...]]:
    rows = [(table, *sorted(row.values.items())) for table, of in batch.rows.items() for row in of]
    return Counter((*rows, *((row.table, *sorted(row.cells.items())) for row in batch.rejected)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(cells, min_size=1, max_size=8))
def test_every_row_is_read_waits_or_is_told(tmp_path: Path, table: list[tuple[str, ...]]) -> None:
    batch = read(tmp_path, table)
    taken = {row.origin.row for of in batch.rows.values() for row in of}
    waits = {row.origin.row for row in batch.rejected}
    told = {problem.origin.row for problem in batch.problems}
    combined = Counter(row[0] for row in table)
    for number, row in enumerate(table, 2):
        shared_code = combined[row[0]] > 1
        assert not any(row) or number in taken | waits | told or shared_code
    for row in batch.rows.get("enrolment", ()):
        header = f"g{row.values['grade']}"
        written = table[(row.origin.row or 0) - 2][HEADERS.index(header)]
        value = row.values["pupils"]
        assert (value is None) == (written in ("", "*", "-1"))
        assert value is None or value == int(written)
    assert len(batch.rows["enrolment"]) + sum(row.table == "enrolment" for row in batch.rejected) == 3 * sum(
        row[2] in ("小学", "完小") for row in table
    )
    assert len(admit(batch).rejected) >= len(batch.rejected)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(cells, min_size=2, max_size=8, unique_by=lambda row: row[0]), data=st.data())
def test_the_order_of_rows_changes_nothing_but_where_they_stand(
    tmp_path: Path, table: list[tuple[str, ...]], data: st.DataObject
) -> None:
    assert summary(read(tmp_path, table)) == summary(read(tmp_path, data.draw(st.permutations(table))))
