"""Sets of open sites: what they are priced at, and where a search over them ends."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
import pytest

from jiaoheng.plans.layout.check import valid, worth
from jiaoheng.plans.layout.exchange import Exchange
from jiaoheng.plans.layout.model import pairs
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.relaxation import Relaxation
from jiaoheng.plans.layout.search import Best, closeness
from jiaoheng.plans.layout.settling import relocated, settle
from jiaoheng.plans.zones.problem import ZoneProblem


def line(room: float = 30.0, fixed: float = 12.0, exactly: int | None = None) -> SitingProblem:
    """Eight places in a row with ten pupils each and a site in each; areas may be in pieces."""
    cost = 10.0 * np.abs(np.arange(8)[:, None] - np.arange(8)[None, :])
    zones = ZoneProblem(np.full((1, 8), 10.0), cost, np.full(8, room), tuple((each,) for each in range(8)), None)
    return SitingProblem(zones, np.full(8, fixed), np.zeros(8, bool), (), exactly)


def exchange(problem: SitingProblem, reserve: float = 0.0) -> Exchange:
    found = pairs(problem)
    relaxed = Relaxation(problem, found, None)
    assert relaxed.tighten(lambda: 10.0)
    return Exchange(relaxed, closeness(problem, found), reserve)


def test_exchanging_sites_ends_at_the_cheapest_set_of_all():
    problem = line(exactly=3)
    prices = exchange(problem)
    ended = prices.price(prices.descend((0, 1, 2), lambda: 10.0))
    every = exchange(problem)
    assert ended == pytest.approx(min(every.price(opened) for opened in itertools.combinations(range(8), 3)))
    assert ended == pytest.approx(3 * 12.0 + 50.0)


def test_a_set_without_the_room_kept_free_is_not_taken():
    problem = line(room=40.0)
    assert np.isfinite(exchange(problem).price((2, 5)))
    assert exchange(problem, reserve=0.01).price((2, 5)) == np.inf


def test_a_set_that_leaves_out_a_site_that_must_be_open_is_not_taken():
    problem = msgspec.structs.replace(line(), must=np.arange(8) == 7)
    prices = exchange(problem)
    assert prices.price((1, 4, 6)) == np.inf
    assert np.isfinite(prices.price((1, 4, 7)))


def test_the_areas_of_decided_sites_are_the_best_for_them_and_sites_then_move_within():
    problem = line(exactly=3)
    found, best = pairs(problem), Best(lambda value, bound: None, 100.0)
    decided = (0, 1, 6)
    assert settle(problem, found, best, decided, 5.0)
    plans = (np.array(plan) for plan in itertools.product(decided, repeat=8))
    least = min(worth(problem, plan, decided) for plan in plans if valid(problem, plan, decided))
    assert best.layout is not None
    assert best.layout.cost == pytest.approx(least)
    moved = relocated(problem, found, best.layout)
    assert moved is not None
    assert moved.cost < best.layout.cost
    assert valid(problem, moved.assignment, moved.opened)
