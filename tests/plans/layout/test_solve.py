"""Sites and areas together: what is proven is what enumeration finds, and what is answered keeps every rule."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.plans.graph import neighbours
from jiaoheng.plans.layout.check import faults, needed, valid, worth
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.solve import solve
from jiaoheng.plans.zones.problem import ZoneProblem


def row_of_places(room: float = 20.0, fixed: float = 5.0) -> SitingProblem:
    """Six places in a row, ten pupils each but the last without any; a site in the first, third and last."""
    demand = np.array([[10.0, 10, 10, 10, 10, 0]])
    sites = (0, 2, 5)
    away = np.abs(np.arange(6)[:, None] - np.array(sites)[None, :]).astype(float)
    near = neighbours(6, [(each, each + 1) for each in range(5)])
    zones = ZoneProblem(demand, demand[0][:, None] * away, np.full(3, room), tuple((each,) for each in sites), near)
    return SitingProblem(zones, np.full(3, fixed), np.zeros(3, bool))


def enumerated(problem: SitingProblem) -> float | None:
    """The least cost over all open sets and assignments; None where none is valid."""
    zones, least = problem.zones, None
    for count in range(zones.sites + 1):
        for opened in itertools.combinations(range(zones.sites), count):
            for chosen in itertools.product(opened, repeat=zones.units):
                assignment = np.array(chosen)
                if valid(problem, assignment, opened):
                    value = worth(problem, assignment, opened)
                    least = value if least is None else min(least, value)
    return least


@st.composite
def problems(draw) -> SitingProblem:
    units, sites = 5, 3
    whole = st.integers(0, 6)
    demand = np.array([[draw(whole) for _ in range(units)] for _ in range(draw(st.integers(1, 2)))], float)
    cost = np.array([[draw(st.integers(0, 30)) for _ in range(sites)] for _ in range(units)], float)
    for unit, site in draw(st.lists(st.tuples(st.integers(0, units - 1), st.integers(0, sites - 1)), max_size=3)):
        cost[unit, site] = np.inf
    capacity = np.array([draw(st.integers(4, 20)) for _ in range(sites)], float)
    homes = tuple((draw(st.integers(0, units - 1)),) for _ in range(sites))
    every = list(itertools.combinations(range(units), 2))
    near = neighbours(units, draw(st.lists(st.sampled_from(every), min_size=3))) if draw(st.booleans()) else None
    must = np.array([draw(st.integers(0, 4)) == 0 for _ in range(sites)])
    groups = ((0, 1),) if draw(st.booleans()) else ()
    exactly = draw(st.sampled_from([None, None, 1, 2]))
    fixed = np.array([draw(st.integers(0, 40)) for _ in range(sites)], float)
    return SitingProblem(ZoneProblem(demand, cost, capacity, homes, near), fixed, must, groups, exactly)


@given(problems())
@settings(max_examples=60)
def test_what_is_proven_is_what_enumeration_finds(problem):
    true, said = enumerated(problem), solve(problem, seconds=20)
    if true is None:
        assert said.zones.status == "infeasible"
        if said.zones.assignment is not None:
            assert said.zones.extra.any()
            assert not faults(problem, said.zones.assignment, said.open)
            assert (needed(problem, said.zones.assignment) <= said.zones.extra + 1e-9).all()
    else:
        assert said.zones.status == "optimal"
        assert valid(problem, said.zones.assignment, said.open)
        assert said.zones.value == pytest.approx(true)
        assert said.zones.bound <= said.zones.value + 1e-6


@given(problems())
@settings(max_examples=30)
def test_the_smallest_extra_capacity_is_what_enumeration_finds(problem):
    said = solve(problem, seconds=20)
    if said.zones.status != "infeasible" or said.zones.assignment is None:
        return
    zones, least = problem.zones, np.inf
    wide = msgspec.structs.replace(problem, zones=msgspec.structs.replace(zones, capacity=np.full(zones.sites, 1e9)))
    for count in range(zones.sites + 1):
        for opened in itertools.combinations(range(zones.sites), count):
            for chosen in itertools.product(opened, repeat=zones.units):
                if valid(wide, np.array(chosen), opened):
                    least = min(least, needed(problem, np.array(chosen)).sum())
    assert said.zones.extra.sum() == pytest.approx(least)


def test_permuting_places_changes_nothing_in_value():
    problem = row_of_places()
    order = [4, 2, 0, 5, 1, 3]
    place = {old: new for new, old in enumerate(order)}
    zones = problem.zones
    assert zones.near is not None
    moved = ZoneProblem(
        zones.demand[:, order],
        zones.cost[order],
        zones.capacity,
        tuple((place[home],) for (home,) in zones.homes),
        tuple(frozenset(place[other] for other in zones.near[old]) for old in order),
    )
    straight, turned = solve(problem, seconds=20), solve(msgspec.structs.replace(problem, zones=moved), seconds=20)
    assert straight.zones.value == pytest.approx(turned.zones.value)
    assert straight.zones.status == turned.zones.status == "optimal"


def test_a_site_that_costs_too_much_stays_closed_unless_it_must_be_open():
    problem = row_of_places(room=60.0, fixed=1000.0)
    assert len(solve(problem, seconds=20).open) == 1
    must = np.array([False, False, True])
    assert 2 in solve(msgspec.structs.replace(problem, must=must), seconds=20).open


def test_of_several_ways_to_run_a_school_one_is_taken():
    problem = row_of_places(room=60.0, fixed=-10.0)
    assert solve(problem, seconds=20).open == (0, 1, 2)
    said = solve(msgspec.structs.replace(problem, at_most_one=((0, 1, 2),)), seconds=20)
    assert len(said.open) == 1


def test_exactly_as_many_sites_as_asked_for_are_open():
    problem = row_of_places(room=60.0, fixed=1000.0)
    for count in (1, 2, 3):
        assert len(solve(msgspec.structs.replace(problem, exactly=count), seconds=20).open) == count


def test_too_little_capacity_is_said_with_the_smallest_extra_that_helps():
    said = solve(row_of_places(room=15.0), seconds=20)
    assert said.zones.status == "infeasible"
    assert said.zones.extra.sum() == pytest.approx(10.0)


def test_an_island_without_a_site_is_said_to_be_infeasible_whatever_the_capacity():
    problem = row_of_places(room=100.0)
    zones = problem.zones
    near = neighbours(6, [(0, 1), (1, 2), (4, 5)])
    said = solve(msgspec.structs.replace(problem, zones=msgspec.structs.replace(zones, near=near)), seconds=20)
    assert said.zones.status == "infeasible"
    assert said.zones.assignment is None
    assert not said.zones.extra.any()


def test_the_caller_hears_of_value_and_bound():
    heard = []
    said = solve(row_of_places(), seconds=20, told=lambda part, known: heard.append((part, dict(known))))
    assert heard
    assert heard[-1][1]["objective"] == pytest.approx(said.zones.value)
    assert all(0 <= part <= 1 for part, _ in heard)
