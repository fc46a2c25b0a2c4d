"""The open data of a real county: enrolment of all its schools, but none of the seven indicators."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from path_county import FACILITIES

from jiaoheng.county import admit, build
from jiaoheng.plans.path import PathError, PathRequest, plan_path
from jiaoheng.sources import read_mapped

MAPPING = Path(__file__).resolve().parents[3] / "examples" / "open-data" / "mapping.toml"
YEAR = 2025


@pytest.fixture(scope="module")
def facts(shared):
    return admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county


def test_without_any_indicator_it_is_said_that_nothing_can_be_planned(facts):
    with pytest.raises(PathError) as raised:
        plan_path(facts, PathRequest(YEAR + 1))
    assert "没有一项能够计算" in raised.value.say("zh")


@pytest.mark.slow
def test_with_two_indicators_these_are_planned_for_and_the_others_stay_unknown(facts):
    """Grounds and equipment drawn for each school by its pupils; staff and rooms are not known."""
    draw = random.Random(7)
    pupils: dict[str, int] = {}
    for row in facts["enrolment"].to_pylist():
        if row["year"] == YEAR and row["grade"] in range(1, 10):
            pupils[row["school_id"]] = pupils.get(row["school_id"], 0) + (row["pupils"] or 0)
    drawn = [
        {"school_id": school, "year": YEAR, "indoor_sports_area": 0.0}
        | {
            name: draw.uniform(0.3, 1.5) * FACILITIES[name] * count
            for name in ("sports_ground_area", "equipment_value")
        }
        for school, count in pupils.items()
    ]
    facilities = build({"facilities": drawn})["facilities"]
    county = msgspec.structs.replace(facts, tables=dict(facts.tables) | {"facilities": facilities})
    plan = plan_path(county, PathRequest(YEAR + 1, seconds=20.0))
    assert plan.certificate.status in ("optimal", "feasible")
    assert {move.kind for move in plan.moves} <= {"build_ground", "build_hall", "buy_equipment"}
    assert plan.moves
    assert plan.after[-1].verdict == "unknown"
    known = {even.check: even.status for even in plan.after[-1].balance if even.stage == "primary"}
    assert (known["1.1"], known["1.5"], known["1.6"]) == ("unknown", "meets", "meets")
