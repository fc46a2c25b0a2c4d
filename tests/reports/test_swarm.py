"""Dots beside one another: none over another while there is room, always at their own value."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.reports.swarm import swarm

_PLACES = st.lists(st.floats(0, 220), max_size=150)


@settings(max_examples=40)
@given(_PLACES)
def test_a_dot_is_never_moved_along_the_scale(along: list[float]) -> None:
    spots = swarm(along, 28)
    assert [spot.x for spot in spots] == along
    assert all(spot.radius <= spot.y <= 28 - spot.radius for spot in spots)


@given(st.lists(st.floats(0, 220), max_size=12))
def test_a_few_dots_never_cover_one_another(along: list[float]) -> None:
    spots = swarm(along, 28)
    # Up to five at one place fit above one another; more at one place must cover.
    if max((sum(abs(x - other) < 6 for other in along) for x in along), default=0) <= 4:
        for one, other in combinations(spots, 2):
            assert math.hypot(one.x - other.x, one.y - other.y) >= 2 * one.radius


@settings(max_examples=40)
@given(_PLACES, st.randoms())
def test_the_picture_does_not_depend_on_the_order(along: list[float], random: Random) -> None:
    mixed = list(along)
    random.shuffle(mixed)
    assert sorted((s.x, s.y) for s in swarm(mixed, 28)) == sorted((s.x, s.y) for s in swarm(along, 28))


def test_many_schools_at_one_value_are_all_drawn() -> None:
    assert len(swarm([100.0] * 80, 28)) == 80
