"""Who goes where: the fewest kilometres, as enumeration finds them, and a bound loosened only where it must be."""

from __future__ import annotations

import itertools

import pytest
from counties import CENTRAL, JUNIOR, NINE_YEAR, clean_rows
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import build
from jiaoheng.county.checks.polygons import distance_km
from jiaoheng.plans.distances import Distances
from jiaoheng.plans.pairing import paired, shipped

KM = {("A", "X"): 3.0, ("A", "Y"): 9.0, ("B", "X"): 4.0, ("B", "Y"): 30.0}


def known(source: str, target: str) -> float | None:
    return KM.get((source, target))


def test_the_kilometres_are_the_fewest_of_all_together() -> None:
    # Each to the nearest would send A to X and B thirty kilometres away.
    found = paired({"A": 1, "B": 1}, {"X": 1, "Y": 1}, known)
    assert found.pairs == (("A", "Y", 1), ("B", "X", 1))
    assert (found.km, found.beyond, found.note) == (13.0, 0, None)


def test_as_few_as_can_be_go_beyond_the_bound_and_that_is_said() -> None:
    found = paired({"A": 1, "B": 2}, {"X": 1, "Y": 2}, known, most_km=10.0)
    assert found.pairs == (("A", "Y", 1), ("B", "X", 1), ("B", "Y", 1))
    assert found.beyond == 1
    assert found.note is not None
    assert "1 人的路程超过 10 公里" in found.note.zh
    assert "1 person goes farther than 10 km" in found.note.en


def test_an_unknown_way_is_taken_last() -> None:
    found = paired({"A": 1, "C": 1}, {"X": 1, "Y": 1}, known)
    assert found.pairs == (("A", "X", 1), ("C", "Y", 1))
    assert (found.km, found.beyond) == (3.0, 1)


def test_who_leaves_and_arrives_at_one_school_stays() -> None:
    found = paired({"A": 2, "X": 1}, {"X": 2, "A": 1}, known)
    assert found.pairs == (("A", "X", 1),)


def test_nobody_goes_nowhere() -> None:
    assert paired({}, {}, known).pairs == ()


@pytest.mark.parametrize(("outs", "ins"), [({"A": 2}, {"X": 1}), ({"A": -1, "B": 2}, {"X": 1})])
def test_counts_that_do_not_agree_are_refused(outs: dict[str, int], ins: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="arrive"):
        paired(outs, ins, known)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.integers(0, 50), min_size=n, max_size=n), min_size=n,
                                                    max_size=5)))  # fmt: skip
def test_it_costs_what_the_best_of_all_assignments_does(costs: list[list[int]]) -> None:
    wide = len(costs[0])
    flows = shipped([1] * len(costs), [1] * wide, costs)
    least = min(
        sum(costs[row][column] for column, row in enumerate(rows))
        for rows in itertools.permutations(range(len(costs)), wide)
    )
    assert (
        sum(cost * flow for line, own in zip(costs, flows, strict=True) for cost, flow in zip(line, own, strict=True))
        == least
    )


def test_distances_are_those_of_the_table_and_else_the_great_circle_with_its_detour() -> None:
    told = clean_rows()
    told["county"][0]["detour_factor"] = 1.5
    told["travel"] = [{"place_id": "410999102", "school_id": CENTRAL, "km": 21.5}]
    for row in told["schools"]:
        if row["school_id"] == JUNIOR:
            row |= {"lon": None, "place_id": None}
    distances = Distances(build(told))
    assert distances.between(CENTRAL, CENTRAL) == 0.0
    # The nine-year school stands in the place from which the table tells the way.
    assert distances.between(CENTRAL, NINE_YEAR) == distances.between(NINE_YEAR, CENTRAL) == 21.5
    assert distances.between(CENTRAL, JUNIOR) is None
    direct = distance_km((113.421, 34.512), (113.301, 34.421))
    told["travel"] = []
    assert Distances(build(told)).between(CENTRAL, NINE_YEAR) == pytest.approx(1.5 * direct)
    assert Distances(build(told)).from_point((113.421, 34.512), NINE_YEAR) == pytest.approx(1.5 * direct)
    assert Distances(build(told)).from_point(None, NINE_YEAR) is None
