"""The account of a figure names who told it, and teachers are counted as the county's rule says."""

from __future__ import annotations

from typing import Any

import pytest
from counties import CENTRAL, clean_county, clean_rows, row_of

from jiaoheng.county import Batch, Origin, Precedence, Row, bring, build
from jiaoheng.findings import explain
from jiaoheng.findings.telling import account
from jiaoheng.standards import load

STANDARD = load("cn-2017")


def test_the_account_of_a_figure_names_its_source_and_day() -> None:
    row = row_of(clean_rows(), "facilities", school_id=CENTRAL, year=2025) | {"equipment_value": 1_500_000.0}
    form = Batch({"facilities": (Row(row, Origin("甲.xlsx", "教基5176", 9, "form")),)})
    found = bring(clean_county(), [form], Precedence(("form",)), dates={"甲.xlsx": "2025-10-08"})
    (figure,) = explain(found.admission.county, STANDARD, CENTRAL, "1.6")
    notes = [entry.note for entry in account(figure, STANDARD, "zh").inputs]
    assert notes == ["来源：学校统计报表 教基5176，2025-10-08", ""]
    (own,) = explain(clean_county(), STANDARD, CENTRAL, "1.6")
    assert not any(entry.note for entry in account(own, STANDARD, "zh").inputs)


@pytest.mark.parametrize(("rule", "expected"), [(None, 2), ("roster", 2), ("counts", 25)])
def test_teachers_are_counted_from_the_roster_or_told_by_the_counts(rule: str | None, expected: int) -> None:
    rows: Any = clean_rows()
    rows["county"][0]["staff_from"] = rule
    row_of(rows, "staff", school_id=CENTRAL, year=2025, stage="primary")["above_required_degree"] = 25
    rows["teachers"] = [
        {**rows["teachers"][0], "teacher_id": f"T{at}", "school_id": CENTRAL, "year": 2025, "stage": "primary",
         "degree": "bachelor"}
        for at in range(2)
    ]  # fmt: skip
    (figure,) = explain(build(rows), STANDARD, CENTRAL, "1.1")
    told = {entry.name: entry for entry in figure.inputs}["above_required_degree"]
    assert told.amount == expected
    assert (told.teachers_counted is None) == (rule == "counts")
