"""Catchments of small drawn counties, against every plan there is."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.plans.graph import neighbours, stranded
from jiaoheng.plans.zones.problem import ZoneProblem
from jiaoheng.plans.zones.solve import lacking, solve

SECONDS = 20.0


@st.composite
def counties(draw: st.DrawFn) -> ZoneProblem:
    """Up to seven units and three sites, with groups, forbidden pairs, years and units that have no neighbour."""
    units = draw(st.integers(3, 7))
    sites = draw(st.integers(1, 3))
    pairs = st.tuples(st.integers(0, units - 1), st.integers(0, units - 1))
    tree = [(unit, draw(st.integers(0, unit - 1))) for unit in range(1, units)]
    if draw(st.integers(0, 4)) == 0:
        tree.pop()
    near = neighbours(units, [*tree, *draw(st.lists(pairs, max_size=4))])
    cost = np.array(draw(st.lists(st.integers(0, 20), min_size=units * sites, max_size=units * sites)), dtype=float)
    cost = cost.reshape(units, sites)
    for unit, site in draw(st.lists(st.tuples(st.integers(0, units - 1), st.integers(0, sites - 1)), max_size=3)):
        cost[unit, site] = np.inf
    cases = draw(st.integers(1, 2))
    heads = st.lists(st.integers(0, 9), min_size=units, max_size=units)
    return ZoneProblem(
        demand=np.array([draw(heads) for _ in range(cases)], dtype=float),
        cost=cost,
        capacity=np.array(draw(st.lists(st.integers(4, 30), min_size=sites, max_size=sites)), dtype=float),
        homes=tuple(
            tuple(sorted(draw(st.sets(st.integers(0, units - 1), min_size=1, max_size=2)))) for _ in range(sites)
        ),
        near=near if draw(st.integers(0, 5)) else None,
    )


def every(problem: ZoneProblem) -> list[tuple[float, float]]:
    """Capacity lacking and cost of every contiguous plan."""
    found = []
    for plan in itertools.product(range(problem.sites), repeat=problem.units):
        cost = problem.cost[np.arange(problem.units), plan].sum()
        if not np.isfinite(cost):
            continue
        if problem.near is not None and stranded(plan, problem.homes, problem.near):
            continue
        found.append((float(lacking(problem, np.array(plan)).sum()), float(cost)))
    return found


@given(counties())
@settings(max_examples=60)
def test_the_answer_is_the_best_of_all_plans(problem: ZoneProblem) -> None:
    plans = every(problem)
    answer = solve(problem, SECONDS)
    if not plans:
        assert answer.status == "infeasible"
        assert answer.assignment is None
        return
    least = min(extra for extra, _ in plans)
    assert answer.assignment is not None
    assert answer.value is not None
    assert answer.bound is not None
    if problem.near is not None:
        assert not stranded(answer.assignment.tolist(), problem.homes, problem.near)
    assert np.isclose(answer.value, problem.cost[np.arange(problem.units), answer.assignment].sum())
    assert np.allclose(answer.extra, lacking(problem, answer.assignment))
    assert np.isclose(answer.extra.sum(), least)
    if least:
        assert answer.status == "infeasible"
        return
    assert answer.status == "optimal"
    assert np.isclose(answer.value, min(cost for extra, cost in plans if not extra))
    assert answer.bound <= answer.value + 1e-9
    assert answer.gap is not None
    assert answer.gap < 1e-6


@given(counties(), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_units_and_sites_changes_no_value(problem: ZoneProblem, chance: object) -> None:
    units, sites = np.arange(problem.units), np.arange(problem.sites)
    chance.shuffle(units)  # type: ignore[attr-defined]
    chance.shuffle(sites)  # type: ignore[attr-defined]
    place = np.argsort(units)
    near = problem.near
    turned = msgspec.structs.replace(
        problem,
        demand=problem.demand[:, units],
        cost=problem.cost[np.ix_(units, sites)],
        capacity=problem.capacity[sites],
        homes=tuple(tuple(int(place[home]) for home in problem.homes[site]) for site in sites),
        near=near and tuple(frozenset(int(place[other]) for other in near[unit]) for unit in units),
    )
    one, other = solve(problem, SECONDS), solve(turned, SECONDS)
    assert one.status == other.status
    assert np.isclose(one.extra.sum(), other.extra.sum())
    if one.status == "optimal":
        assert one.value is not None
        assert other.value is not None
        assert np.isclose(one.value, other.value)
