"""Layouts of a real county and of the demo county, and the closings of 2018 to 2025 in hindsight."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaoheng import demo
from jiaoheng.county import admit, apply
from jiaoheng.county.checks.registry import faults
from jiaoheng.plans.layout import LayoutRequest, plan_layout
from jiaoheng.plans.layout.history import as_of, hindsight
from jiaoheng.sources import read_mapped

MAPPING = Path(__file__).resolve().parents[3] / "examples" / "open-data" / "mapping.toml"


@pytest.fixture(scope="module")
def facts(shared):
    return admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county


def test_facts_of_an_earlier_year_have_nothing_later(facts):
    then = as_of(facts, 2018)
    assert then.years[-1] == 2018
    assert all(last is None or last < 2018 for last in then["schools"]["open_to"].to_pylist())


@pytest.mark.slow
def test_the_small_schools_of_a_real_county(facts):
    asked = LayoutRequest("primary", 2027, variants=("central",), fewest=30, consent_not_needed=True, seconds=60.0)
    plan = plan_layout(facts, asked)
    assert plan.certificate.status == "optimal"
    assert {move.kind for move in plan.moves} <= {"merge", "to_point", "to_branch", "add_beds"}
    assert plan.places is not None
    assert len({each.place_id for each in plan.places.served}) == 275
    before, after = plan.places.before[-1], plan.places.after[-1]
    assert after.children == pytest.approx(before.children)
    assert after.too_far <= before.too_far + 1e-6
    assert after.schools < before.schools
    assert faults(apply(facts, plan.moves, until=2027)) == faults(facts)


@pytest.mark.slow
def test_the_schools_that_really_closed_are_among_those_proposed_by_the_facts_of_2018(facts):
    asked = LayoutRequest(
        "primary", 2020, variants=("central",), fewest=60, consent_not_needed=True, expand_all=270, seconds=60.0
    )
    then = hindsight(facts, asked, 2018)
    names = {facts.school_names()[fate.school_id] for fate in then.closed}
    assert names == {"縣立武榮國小", "縣立僑文國小"}
    assert all(fate.proposed for fate in then.closed)
    assert all(fate.rank <= 20 for fate in then.closed)


@pytest.mark.slow
def test_the_demo_county_is_planned_with_points_and_nine_year_schools():
    county = demo.county()
    asked = LayoutRequest(
        "primary", 2027, variants=("central",), fewest=60, consent_not_needed=True, expand_all=270, seconds=60.0
    )
    plan = plan_layout(county, asked)
    assert plan.certificate.status in ("optimal", "feasible")
    assert plan.places is not None
    changed = {move.school_id for move in plan.moves if move.kind in ("merge", "to_point", "to_branch")}
    kinds = {row["school_id"]: row["kind"] for row in county["schools"].to_pylist()}
    assert changed
    assert "312" not in {kinds[code] for code in changed}
    assert len(plan.after) == 2
