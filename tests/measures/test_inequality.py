"""Measures of inequality against the published example and against each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.measures.inequality import coefficient_of_variation, gini, range_ratio, theil

PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]
VALUES = [books / pupils for books, pupils in zip(BOOKS, PUPILS, strict=True)]

schools = st.lists(
    st.tuples(st.floats(0.01, 1e4), st.integers(1, 5000), st.sampled_from("ABC")), min_size=2, max_size=30
)


def test_coefficient_of_the_published_example():
    assert sum(BOOKS) / sum(PUPILS) == pytest.approx(6.334437, abs=5e-7)
    assert coefficient_of_variation(VALUES, PUPILS) == pytest.approx(0.515257, abs=5e-7)


def test_other_measures_of_the_same_example():
    assert gini(VALUES, PUPILS) == pytest.approx(0.288377, abs=5e-7)
    assert gini(VALUES, [1] * 5) == pytest.approx(0.273713, abs=5e-7)
    split = theil(VALUES, PUPILS, "AABBB")
    assert split.total == pytest.approx(0.143630, abs=1e-6)
    assert split.between == pytest.approx(0.007738, abs=1e-6)
    assert split.within == pytest.approx(0.135891, abs=1e-6)
    assert range_ratio(VALUES) == pytest.approx(4.9902, abs=5e-5)


def test_a_school_without_the_resource():
    assert range_ratio([0.0, 1.0]) is None
    assert theil([0.0, 2.0], [1, 1], "AB").total == pytest.approx(math.log(2))
    with pytest.raises(ValueError, match="positive mean"):
        gini([0.0, 0.0], [1, 1])


@given(schools)
def test_weighting_is_the_same_as_counting_every_pupil(drawn):
    values = [x for x, _, _ in drawn]
    pupils = [min(w, 40) for _, w, _ in drawn]
    every = [x for x, w in zip(values, pupils, strict=True) for _ in range(w)]
    ones = [1] * len(every)
    assert coefficient_of_variation(values, pupils) == pytest.approx(
        coefficient_of_variation(every, ones), rel=1e-9, abs=1e-9
    )
    assert gini(values, pupils) == pytest.approx(gini(every, ones), rel=1e-9, abs=1e-9)
    assert theil(values, pupils, values).total == pytest.approx(theil(every, ones, every).total, rel=1e-9, abs=1e-9)


@given(schools, st.floats(0.001, 1000))
def test_unit_and_order_do_not_matter(drawn, scale):
    values, pupils, groups = zip(*drawn, strict=True)
    scaled, backwards = [x * scale for x in values], [list(reversed(part)) for part in (values, pupils, groups)]
    assert gini(scaled, pupils) == pytest.approx(gini(values, pupils), abs=1e-9)
    assert gini(*backwards[:2]) == pytest.approx(gini(values, pupils), abs=1e-9)
    assert theil(scaled, pupils, groups).between == pytest.approx(theil(*backwards).between, abs=1e-9)


@given(schools)
def test_theil_between_and_within_are_never_negative(drawn):
    values, pupils, groups = zip(*drawn, strict=True)
    split = theil(values, pupils, groups)
    assert split.between >= -1e-9
    assert split.within >= -1e-9
    assert theil(values, pupils, ["one"] * len(values)).between == pytest.approx(0, abs=1e-12)


def test_equal_schools_have_no_inequality():
    assert gini([3.0, 3.0], [10, 20]) == pytest.approx(0, abs=1e-15)
    assert coefficient_of_variation([3.0, 3.0], [10, 20]) == 0
