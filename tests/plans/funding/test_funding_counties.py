"""Public funds of the demo county and of a real one, whose figures say less."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaoheng.county import admit
from jiaoheng.demo import county as demo_county
from jiaoheng.plans.funding import allocate, defaults, judged, never_less
from jiaoheng.plans.funding.words import how, kept_line, missing_line, sentences
from jiaoheng.sources import read_mapped
from jiaoheng.standards import load

MAPPING = Path(__file__).resolve().parents[3] / "examples" / "open-data" / "mapping.toml"


def test_the_demo_county_is_allocated_whole_and_meets_the_standard():
    facts, rules = demo_county(), defaults()
    found = allocate(facts, rules)
    assert (found.status, found.missing) == ("full", ())
    assert sum(grant.total for grant in found.grants) == found.total
    assert [(each.item, each.after) for each in judged(facts, found, rules, load("cn-2017"))] == [
        ("2.6", "meets"),
        ("2.7", "meets"),
    ]
    broken = [each for each in never_less(facts, found, rules) if each.outcome == "broken"]
    # Its special school had 7 000 yuan a pupil, which the default rules do not vouch for.
    assert [facts.school_names()[each.subject] for each in broken] == ["望岚县特殊教育学校"]


def test_everything_of_the_demo_county_can_be_said():
    facts, rules = demo_county(), defaults()
    found = allocate(facts, rules)
    names = facts.school_names()
    for language in ("zh", "en"):
        told = [*sentences(found, language)]
        told += [how(part, grant, found, language) for grant in found.grants for part in grant.parts]
        told += [kept_line(each, names, language) for each in never_less(facts, found, rules)]
        assert not [line for line in told if "{" in line or "None" in line]


@pytest.fixture(scope="module")
def real(shared):
    return admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county


def test_a_real_county_without_boarders_claims_no_total_and_says_what_is_missing(real):
    found = allocate(real, defaults())
    assert (found.status, found.total) == ("unknown", None)
    assert {each.what for each in found.missing} <= {"boarders", "disabled", "not_reported", "pupils"}
    lines = [missing_line(each, real.school_names(), "zh") for each in found.missing]
    assert len(lines) == len(set(lines)) == len(found.missing)
    assert all(part.base is not None for grant in found.grants for part in grant.parts if part.pupils is not None)
