"""What must hold of every layout: nobody stranded, minutes and consent kept, seats in every variant, the least cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_county import county, school, village

from jiaoheng.county import County, apply
from jiaoheng.county.checks.registry import faults
from jiaoheng.county.moves import Site
from jiaoheng.language import Language
from jiaoheng.plans.costs import CostTable, defaults
from jiaoheng.plans.layout import LayoutError, LayoutRequest, plan_layout, planning
from jiaoheng.plans.layout.question import CHANGE_KM
from jiaoheng.plans.plan import Outlook, Plan
from jiaoheng.plans.telling import plan_sentences
from jiaoheng.plans.words import Voice, move_line, reasons_line

UNTIL = 2028


@pytest.fixture(autouse=True, scope="module")
def assessed_elsewhere() -> Iterator[None]:
    """The assessment of what comes out takes most of the time: the tests of the command have it, these do without."""

    def nothing(_county: County, _standard: object, year: int, _options: object) -> Outlook:
        return Outlook(year, "unknown", 0, 0, 0.0, 0.0, (), ())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "outlook", nothing)
        yield


LANGUAGES: tuple[Language, ...] = ("zh", "en")


def without(*kinds: str) -> CostTable:
    """The default costs without some levers."""
    table = defaults()
    levers = tuple(msgspec.structs.replace(lever, enabled=lever.kind not in kinds) for lever in table.levers)
    return msgspec.structs.replace(table, levers=levers)


def planned(told: County, **asked: object) -> Plan:
    request = LayoutRequest("primary", **({"until": UNTIL, "seconds": 20.0, "tolerance": 1e-6} | asked))
    found = plan_layout(told, request)
    for language in LANGUAGES:
        voice = Voice.of(found.standard, told, language, found.moves)
        said = [*plan_sentences(found, voice), *(move_line(move, voice) for move in found.moves)]
        said += [reasons_line(move, voice) for move in found.moves]
        assert not [line for line in said if "{" in line or not line]
    return found


def kinds(plan: Plan) -> Counter[str]:
    return Counter(move.kind for move in plan.moves)


@cache
def three() -> County:
    return county([60, 30, 12, 60], {0: 200, 2: 100, 3: 200})


def test_no_school_closes_without_consent() -> None:
    plan = planned(three())
    assert plan.moves == ()
    assert plan.certificate.status == "optimal"
    assert plan.places is not None
    assert {each.schools for each in plan.places.served if each.year == UNTIL} == {
        (school(0),), (school(2),), (school(3),)
    }  # fmt: skip


def test_a_school_that_consents_is_merged_where_that_costs_less() -> None:
    plan = planned(three(), consented=(school(2),))
    (move,) = plan.moves
    assert (move.kind, move.school_id, move.year) == ("merge", school(2), 2026)
    after = apply(three(), plan.moves, until=UNTIL)
    assert faults(after) == ()
    assert plan.places is not None
    (dossier,) = plan.places.dossiers
    assert {way.place_id for way in dossier.villages} == {village(1), village(2)}
    assert all(way.after_km is not None and way.before_km is not None for way in dossier.villages)
    assert "consent" not in dossier.conditions


def test_what_is_kept_stays_though_it_is_small() -> None:
    plan = planned(three(), fewest=500, consent_not_needed=True, kept=(school(0), school(2), school(3)))
    assert plan.moves == ()


def test_a_school_whose_end_would_leave_a_village_beyond_the_limit_stays() -> None:
    told = county([60, 12], {0: 300, 1: 100}, apart=12.0)
    plan = planned(
        told, consented=(school(1),), minutes={"low": 30.0, "high": 30.0}, boards_from=7, costs=without("to_branch")
    )
    assert plan.moves == ()


def test_where_only_the_upper_grades_may_go_so_far_it_becomes_a_teaching_point() -> None:
    told = county([60, 60, 12], {0: 300, 1: 300, 2: 100}, apart=12.0)
    plan = planned(told, consented=(school(2),), minutes={"low": 30.0, "high": 45.0}, costs=without("to_branch"),
                   kilometre=1.0)  # fmt: skip
    (move,) = plan.moves
    assert (move.kind, move.school_id, move.to_school, move.grade) == ("to_point", school(2), school(1), 3)
    assert plan.places is not None
    last = next(each for each in plan.places.served if each.place_id == village(2) and each.year == UNTIL)
    assert set(last.schools) == {school(1), school(2)}


def test_upper_grades_board_where_the_day_is_too_far_and_beds_are_built() -> None:
    told = county([60, 60, 12], {0: 300, 1: 300, 2: 100}, apart=20.0)
    plan = planned(told, consented=(school(2),), costs=without("to_branch"), kilometre=1.0)
    assert kinds(plan) == {"to_point": 1, "add_beds": 1}
    assert plan.places is not None
    (dossier,) = plan.places.dossiers
    assert dossier.beds_needed == pytest.approx(6, abs=1)
    assert "boarding" in dossier.conditions
    never = planned(told, consented=(school(2),), costs=without("to_branch"), kilometre=1.0, boards_from=7)
    assert never.moves == ()


def test_too_few_seats_are_told_with_the_smallest_set_and_where() -> None:
    told = county([60, 90], {0: 100, 1: 70}, pupils={0: 60, 1: 90}, apart=20.0)
    plan = planned(told, variants=("central",))
    assert plan.certificate.status == "infeasible"
    assert plan.moves == ()
    assert plan.places is not None
    ((where, seats),) = plan.places.lacking
    assert where == school(1)
    assert 15 <= seats <= 25
    mended = planned(told, variants=("central",), expand={school(1): 45})
    (move,) = mended.moves
    assert (move.kind, move.school_id, move.amount, move.area) == ("add_seats", school(1), 45.0, 45 * 4.5)
    assert (move.begun, move.year) == (2025, 2027)
    assert move.cost == 45 * 35000


def test_a_new_school_opens_where_it_is_needed_and_never_before_it_can() -> None:
    site = Site("2141999999", "新村小学", "211", village(1), most=135)
    told = county([60, 90], {0: 150, 1: 70}, pupils={0: 60, 1: 90}, apart=20.0)
    plan = planned(told, variants=("central",), until=2030, sites=(site,))
    (move,) = [move for move in plan.moves if move.kind == "open"]
    assert (move.school_id, move.year, move.begun, move.site) == (site.school_id, 2028, 2025, site)
    after = apply(told, plan.moves, until=2030)
    assert faults(after) == ()


def test_a_school_closes_only_when_its_children_fit_elsewhere() -> None:
    told = county([60, 66], {0: 135, 1: 135})
    for year in (2026, 2028):
        plan = planned(
            told, consented=(school(1),), variants=("central",), phases=(year,), costs=without("to_branch", "to_point")
        )
        assert {move.year for move in plan.moves} == {year}
    tight = county([60, 90], {0: 135, 1: 135})
    assert (
        planned(tight, consented=(school(1),), variants=("central",), costs=without("to_branch", "to_point")).moves
        == ()
    )


def test_all_variants_fit() -> None:
    told = county([60, 66], {0: 128, 1: 135})
    costs = without("to_branch", "to_point")
    assert kinds(planned(told, consented=(school(1),), variants=("central",), costs=costs)) == {"merge": 1}
    assert planned(told, consented=(school(1),), variants=("central", "high"), costs=costs).moves == ()


def brute(told: list[float], seats: dict[int, int], closable: list[int], apart: float) -> float:
    """The least cost a year, by trying every layout and every assignment of whole villages."""
    running = defaults().running
    assert running is not None
    yearly = {"keep": running.school, "campus": running.campus, "closed": 0.0}
    nearest = [min(seats, key=lambda at: (abs(at - number), at)) for number in range(len(told))]
    best = float("inf")
    for ways in product(("keep", "campus", "closed"), repeat=len(closable)):
        way = dict.fromkeys(seats, "keep") | dict(zip(closable, ways, strict=True))
        there = [at for at in seats if way[at] != "closed"]
        if "keep" not in way.values():
            continue
        for homes in product(there, repeat=len(told)):
            load: Counter[int] = Counter()
            for number, at in enumerate(homes):
                load[at] += told[number]
            if any(load[at] > seats[at] for at in there):
                continue
            km = sum(
                told[number] * (abs(at - number) * apart + CHANGE_KM * (at != nearest[number]))
                for number, at in enumerate(homes)
            )
            cost = sum(yearly[way[at]] for at in seats) + 600 * km
            best = min(best, cost)
    return best


@pytest.mark.parametrize(
    ("told", "seats", "closable"),
    [
        ([60, 30, 12, 60], {0: 200, 2: 100, 3: 200}, [2]),
        ([60, 30, 12, 60], {0: 100, 2: 60, 3: 66}, [0, 2]),
        ([120, 6, 6, 120], {0: 130, 1: 20, 3: 130}, [1]),
        ([30, 30, 30, 30, 30], {0: 66, 2: 90, 4: 66}, [0, 2, 4]),
    ],
)
def test_the_certificate_is_the_optimum_of_trying_everything(
    told: list[int], seats: dict[int, int], closable: list[int]
) -> None:
    plan = planned(
        county(told, seats, zones=True),
        consented=tuple(map(school, closable)),
        variants=("central",),
        costs=without("to_point"),
    )
    assert plan.places is not None
    # As many as the forecast has in the last year.
    last = {each.place_id: each.children for each in plan.places.served if each.year == UNTIL}
    wanted = brute([last[village(number)] for number in range(len(told))], seats, closable, 2.0)
    assert plan.certificate.status == "optimal"
    assert plan.certificate.objective == pytest.approx(wanted, rel=1e-3)
    assert plan.certificate.bound is not None
    assert plan.certificate.bound <= wanted * (1 + 1e-3)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(1, 15).map(lambda n: 6 * n), min_size=3, max_size=5),
    st.data(),
)
def test_layouts_strand_nobody_and_ask_those_who_consented(told: list[int], data: st.DataObject) -> None:
    villages = list(range(len(told)))
    homes = sorted(data.draw(st.sets(st.sampled_from(villages), min_size=2)))
    seats = {at: data.draw(st.integers(4, 12)) * 15 for at in homes}
    consented = tuple(school(at) for at in data.draw(st.sets(st.sampled_from(homes))))
    here = county(told, seats, apart=4.0)
    # A school that is no place's nearest cannot be asked for; in these counties each has its own village.
    plan = planned(here, consented=consented, expand_all=90, seconds=10.0)
    assert plan.places is not None
    closed = {move.school_id: move.year for move in plan.moves if move.kind == "merge"}
    assert closed.keys() <= set(consented)
    assert {move.school_id for move in plan.moves if move.kind in ("to_point", "to_branch")} <= set(consented)
    for each in plan.places.served:
        assert each.schools
        assert not [code for code in each.schools if closed.get(code, UNTIL + 1) <= each.year]
        assert each.minutes is not None
        assert each.minutes <= max(30.0, each.before_minutes or 0.0) + 1e-6
    if plan.certificate.status == "infeasible":
        assert plan.moves == ()
        return
    for seating in plan.places.seating:
        if seating.year >= 2027:
            assert seating.pupils <= (seating.seats or 0.0) + 1e-6
    total = {each.year: each.children for each in plan.places.after}
    for year, children in total.items():
        assert sum(each.pupils for each in plan.places.seating if each.year == year) == pytest.approx(children)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"until": 2025}, "not_after"),
        ({"until": 2040}, "too_far"),
        ({"consented": ("9",)}, "school"),
        ({"consented": (school(2),), "kept": (school(2),)}, "kept_consented"),
        ({"fewest": 50}, "fewest"),
        ({"consent_not_needed": True}, "fewest"),
        ({"minutes": {"low": 0.0, "high": 45.0}}, "minutes"),
        ({"speed": 0.0}, "speed"),
        ({"variants": ("best",)}, "variants"),
        ({"phases": (2031,)}, "phases"),
        ({"expand": {school(2): -1}}, "seats"),
        ({"sites": (Site(school(2), "新", "211", village(0), most=45),)}, "site_taken"),
        ({"sites": (Site("9", "新", "211", "0", most=45),)}, "site_place"),
        ({"sites": (Site("9", "新", "311", village(0), most=45),)}, "site_kind"),
        ({"sites": (Site("9", "新", "211", village(0)),)}, "site_seats"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], code: str) -> None:
    with pytest.raises(LayoutError) as caught:
        planned(three(), **asked)
    assert caught.value.code == code
    assert "{" not in caught.value.say("zh") + caught.value.say("en")


def test_schools_may_be_given_by_name() -> None:
    assert kinds(planned(three(), consented=("2号小学",))) == {"merge": 1}
