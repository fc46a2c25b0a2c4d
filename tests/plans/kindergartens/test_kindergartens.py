"""Kindergarten seats for shares of public and affordable ones: the fewest to add, against every way there is."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from jiaoheng import demo
from jiaoheng.county import County, admit, build
from jiaoheng.plans.kindergartens.adding import Garden, least_added
from jiaoheng.plans.kindergartens.planning import KindergartenError, KindergartenRequest, plan_kindergartens
from jiaoheng.plans.kindergartens.telling import Voice, sentences
from jiaoheng.sources import read_mapped


def small(pupils: bool = True, children: bool = True) -> County:
    """Two towns of 60 children an age; one public kindergarten of 90, three private ones."""
    gardens = {"G1": ("t1", "public", 90), "G2": ("t1", "private", 100), "G3": ("t2", "private", 110),
               "G4": ("t2", "private", 100)}  # fmt: skip
    years = range(2021, 2026)
    return build(
        {
            "county": [{"county_code": "410999", "name": "County"}],
            "places": [
                {"place_id": "410999", "name": "County", "level": "county"},
                *({"place_id": t, "name": t, "level": "town", "parent_id": "410999"} for t in ("t1", "t2")),
            ],
            "schools": [
                {"school_id": code, "name": code, "kind": "111", "place_id": town, "ownership": owner, "setting": "220"}
                for code, (town, owner, _) in gardens.items()
            ] + [{"school_id": "P1", "name": "P1", "kind": "211", "place_id": "t1", "setting": "220"}],
            "children": [
                {"place_id": town, "year": year, "age": age, "persons": 60}
                for town in ("t1", "t2") for year in years for age in range(12) if children
            ],
            "enrolment": [
                {"school_id": code, "year": year, "grade": grade, "pupils": 27}
                for code in gardens for year in years for grade in (-2, -1, 0) if pupils
            ] + [{"school_id": "P1", "year": year, "grade": grade, "pupils": 120}
                for year in years for grade in range(1, 7)
            ],
            "facilities": [
                {"school_id": code, "year": 2025, "stage": "kindergarten", "places": seats}
                for code, (_, _, seats) in gardens.items()
            ],
        }
    )  # fmt: skip


def test_seats_are_added_in_the_town_where_public_ones_are_fewest() -> None:
    plan = plan_kindergartens(small(), KindergartenRequest(until=2027, affordable=()))
    (case,) = plan.cases
    need = 0.9 * 360
    assert plan.rate == pytest.approx(0.9)
    assert case.added.proven
    assert case.added.seats == (("t2", math.ceil(need / 2 - 90)),)
    assert all(public >= 0.5 - 1e-9 and both >= 0.85 - 1e-9 for _, public, both in case.then)


def test_what_nobody_says_is_affordable_is_given_as_a_range() -> None:
    plan = plan_kindergartens(small(), KindergartenRequest(until=2027))
    none, every = plan.cases
    assert (none.known, every.known) == ("none", "all")
    assert none.added.turned
    assert every.added.turned == ()
    assert all(each.affordable is None for each in plan.towns)
    said = " ".join(sentences(plan, Voice.of(small(), "en")))
    assert "today's share is not known" in said


def test_without_pupils_every_child_counts_and_that_is_said() -> None:
    plan = plan_kindergartens(small(pupils=False), KindergartenRequest(until=2027))
    assert (plan.rate, plan.rate_by) == (1.0, "everyone")
    assert any("--rate" in line for line in sentences(plan, Voice.of(small(), "zh")))


def test_a_rate_that_is_set_is_used() -> None:
    plan = plan_kindergartens(small(), KindergartenRequest(until=2027, rate=0.5))
    assert {each.pupils / each.children for each in plan.towns} == {0.5}
    assert plan.cases[0].added.seats == ()


def test_enough_seats_need_nothing() -> None:
    plan = plan_kindergartens(demo.county(), KindergartenRequest(until=2028))
    assert plan.done
    assert any("不需要增加学位" in line for line in sentences(plan, Voice.of(demo.county(), "zh")))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"until": 2025}, "until"), ({"until": 2099}, "until"), ({"public": 1.5}, "range"), ({"rate": -1.0}, "range"),
        ({"inclusive": -0.1}, "range"), ({"affordable": ("G1",)}, "school"), ({"variant": "best"}, "variant"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_its_reason(more: dict[str, object], code: str) -> None:
    with pytest.raises(KindergartenError) as refused:
        plan_kindergartens(small(), KindergartenRequest(**({"until": 2027} | more)))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.say("zh") != refused.value.say("en")


def test_without_children_it_is_refused() -> None:
    with pytest.raises(KindergartenError) as refused:
        plan_kindergartens(small(children=False), KindergartenRequest(until=2027))
    assert refused.value.code == "no_children"


CASES = [
    ({"a": (10.0, 12.0), "b": (8.0, 6.0)}, (3, 2, 4, 3), 0.5, 0.85),
    ({"a": (10.0, 4.0), "b": (2.0, 12.0)}, (5, 6, 0, 9), 0.6, 0.9),
    ({"a": (7.5, 7.5), "b": (7.5, 7.5)}, (20, 2, 0, 3), 0.7, 0.8),
    ({"a": (5.0, 5.0), "b": (5.0, 5.0)}, (0, 6, 0, 6), 0.4, 1.0),
]


@pytest.mark.parametrize(("pupils", "seats", "public", "inclusive"), CASES)
def test_no_fewer_seats_would_do(pupils, seats, public, inclusive) -> None:  # type: ignore[no-untyped-def]
    gardens = [Garden(f"g{at}", "ab"[at // 2], count, at % 2 == 0) for at, count in enumerate(seats)]
    found = least_added(pupils, gardens, set(), public, inclusive)

    def does(more: dict[str, int], turned: set[str]) -> bool:
        for year in range(2):
            total = sum(each[year] for each in pupils.values())
            held = [0.0, 0.0]
            for town, told in pupils.items():
                own = [each for each in gardens if each.town == town]
                if sum(each.seats for each in own) + more[town] < told[year] - 1e-9:
                    return False
                at_public = more[town] + sum(each.seats for each in own if each.public)
                held[0] += min(told[year], at_public)
                held[1] += min(told[year], at_public + sum(e.seats for e in own if e.school_id in turned))
            if held[0] < public * total - 1e-6 or held[1] < inclusive * total - 1e-6:
                return False
        return True

    private = [each for each in gardens if not each.public]
    best = min(
        (a + b, sum(each.seats for each in turned))
        for a, b in itertools.product(range(14), repeat=2)
        for count in range(3)
        for turned in itertools.combinations(private, count)
        if does({"a": a, "b": b}, {each.school_id for each in turned})
    )
    assert found.proven
    assert does({"a": 0, "b": 0} | dict(found.seats), {code for code, _, _ in found.turned})
    assert (sum(count for _, count in found.seats), sum(count for _, _, count in found.turned)) == best


@pytest.mark.slow
def test_a_real_countys_kindergartens(shared) -> None:  # type: ignore[no-untyped-def]
    mapping = Path(__file__).resolve().parents[3] / "examples" / "open-data" / "mapping.toml"
    county = admit(read_mapped(shared / "data" / "miaoli", mapping)).county
    plan = plan_kindergartens(county, KindergartenRequest(until=2028))
    assert sum(each.public + each.private for each in plan.towns if each.year == 2026) == 20888
    assert all(case.added.proven and case.added.seats for case in plan.cases)
    assert all(public >= 0.5 - 1e-9 for case in plan.cases for _, public, _ in case.then)
