"""The largest class, where classes are counted in bands of size and not listed one by one."""

from __future__ import annotations

import pytest
from six_schools import YEAR, rows

from jiaoheng.county import build
from jiaoheng.findings import assess, explain
from jiaoheng.standards import load

STANDARD = load("cn-2017")


def _judged(bands, **school):
    facts = rows()
    facts["classes"] = []
    for row in facts["enrolment"]:
        if row["school_id"] == "A":
            row |= school
    facts["class_sizes"] = [
        {"school_id": "A", "year": YEAR, "stage": "primary", "smallest": low, "largest": high, "classes": classes}
        for low, high, classes in bands
    ]
    return build(facts)


def _status(county):
    values = assess(county, STANDARD).values
    return next(
        (value.status, value.low, value.high) for value in values if (value.school_id, value.item) == ("A", "2.5")
    )


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ([(0, 25, 0), (41, 45, 2)], ("meets", 41, 45)),
        ([(41, 45, 2), (46, 50, 1)], ("fails", 46, 50)),
        ([(41, 45, 2), (46, 50, None)], ("unknown", 41, None)),
        ([(41, 45, 2), (66, None, 1)], ("fails", 66, None)),
        ([(41, 48, 2)], ("unknown", 41, 48)),
    ],
)
def test_bands_bound_the_largest_class(bands, expected):
    assert _status(_judged(bands, classes=None)) == expected


def test_the_bands_are_shown_where_the_figure_is_taken_apart():
    (found,) = explain(_judged([(0, 25, 0), (46, 50, 1)], classes=None), STANDARD, "A", "2.5")
    assert ("class_sizes", 46, 1.0) in [
        (row.table, row.key.get("smallest"), row.amount) for entry in found.inputs for row in entry.rows
    ]


def test_a_stage_told_as_a_whole_is_assessed_like_its_grades():
    facts = rows()
    pupils = sum(row["pupils"] for row in facts["enrolment"] if row["school_id"] == "A" and row["year"] == YEAR)
    before = {(v.check, v.stage): v.value for v in assess(build(facts), STANDARD).values if v.school_id == "A"}
    kept = [row for row in facts["enrolment"] if not (row["school_id"] == "A" and row["year"] == YEAR)]
    facts["enrolment"] = [*kept, {"school_id": "A", "year": YEAR, "grade": 200, "pupils": pupils}]
    after = {(v.check, v.stage): v.value for v in assess(build(facts), STANDARD).values if v.school_id == "A"}
    assert {key: before[key] for key in before if key[0].startswith("1.")} == {
        key: after[key] for key in after if key[0].startswith("1.")
    }
