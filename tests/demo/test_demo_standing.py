"""Does the demo county nearly pass, and fail where it should? Reckoned here from the tables alone.

L1 to L7 as the national standard defines them: a school with several stages is split 1 : 1.1 : 1.32 for the
four facility indicators, a campus counts with its school, teaching points under fifty pupils, special and
vocational schools are left out; the coefficient of variation is weighted by pupils, in the population form.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import msgspec
import pytest

THRESHOLDS = {
    "primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
LIMITS = {"primary": 0.50, "junior": 0.45}
STAGES = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}
WEIGHTS = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
GROUNDS = 4  # position of sports grounds, L5

Facts = dict[str, list[dict[str, Any]]]
Shortfalls = dict[str, list[tuple[int, bool]]]


class Section(msgspec.Struct, frozen=True):
    """One stage of one school: pupils, and what it has of each of the seven in total."""

    pupils: int
    totals: tuple[float, ...]

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(total / self.pupils for total in self.totals)


def sections(facts: Facts, stage: str, year: int, *, points: str = "50", private: bool = True) -> dict[str, Section]:
    """By school. ``points``: ``50`` leaves out the small ones, ``merged`` adds all to their school."""
    schools = {row["school_id"]: row for row in facts["schools"]}
    pupils: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STAGES, 0))
    for row in facts["enrolment"]:
        for name, grades in STAGES.items():
            if row["year"] == year and row["grade"] in grades:
                pupils[row["school_id"]][name] += row["pupils"]
    staff = {row["school_id"]: row for row in facts["staff"] if (row["year"], row["stage"]) == (year, stage)}
    facilities = {(row["school_id"], row["stage"]): row for row in facts["facilities"] if row["year"] == year}
    found: dict[str, Section] = {}
    for school_id, school in schools.items():
        own = pupils[school_id]
        count = own[stage]
        if not count or school["kind"] in ("514", "365") or (school["ownership"] == "private" and not private):
            continue
        if school["kind"] == "218" and points == "50" and count < 50:
            continue
        if (school_id, stage) in facilities:
            row, share = facilities[school_id, stage], 1.0
        else:
            row = facilities[school_id, None]
            share = WEIGHTS[stage] * count / math.fsum(WEIGHTS[name] * own[name] for name in STAGES)
        people = staff[school_id]
        totals = (
            100 * people["above_required_degree"],
            100 * people["backbone"],
            100 * people["pe_arts"],
            share * (row["teaching_area"] - row["indoor_sports_area"]),
            share * (row["sports_ground_area"] + row["indoor_sports_area"]),
            share * row["equipment_value"],
            share * 100 * row["multimedia_rooms"],
        )
        merged = not school["counted"] or (school["kind"] == "218" and points == "merged")
        key = school["parent_id"] if merged else school_id
        before = found.get(key, Section(0, (0.0,) * 7))
        found[key] = Section(before.pupils + count, tuple(a + b for a, b in zip(before.totals, totals, strict=True)))
    return found


def coefficients(found: dict[str, Section]) -> list[float]:
    everybody = sum(section.pupils for section in found.values())
    results = []
    for item in range(7):
        county = math.fsum(section.totals[item] for section in found.values()) / everybody
        spread = math.fsum(s.pupils / everybody * (s.values[item] - county) ** 2 for s in found.values())
        results.append(math.sqrt(spread) / county)
    return results


def over(facts: Facts, year: int, **options: object) -> list[tuple[str, int]]:
    return [
        (stage, item)
        for stage, limit in LIMITS.items()
        for item, value in enumerate(coefficients(sections(facts, stage, year, **options)))  # type: ignore[arg-type]
        if value > limit
    ]


def below(facts: Facts, stage: str) -> Shortfalls:
    """By school: the items short of their threshold, each with whether it is below the floor of 85 % too."""
    return {
        school: [
            (item, value < 0.85 * least)
            for item, (value, least) in enumerate(zip(section.values, THRESHOLDS[stage], strict=True))
            if value < least
        ]
        for school, section in sections(facts, stage, 2025).items()
    }


def passes(short: list[tuple[int, bool]]) -> bool:
    return not short or (len(short) == 1 and not short[0][1])


@pytest.fixture(scope="module")
def names(facts: Facts) -> dict[str, str]:
    return {row["school_id"]: row["name"] for row in facts["schools"]}


@pytest.fixture(scope="module")
def shortfalls(facts: Facts) -> dict[str, Shortfalls]:
    return {stage: below(facts, stage) for stage in THRESHOLDS}


@pytest.fixture(scope="module")
def verdicts(shortfalls: dict[str, Shortfalls], names: dict[str, str]) -> dict[str, bool]:
    """By school name: whether all its stages pass."""
    found: dict[str, bool] = {}
    for schools in shortfalls.values():
        for school, short in schools.items():
            found[names[school]] = found.get(names[school], True) and passes(short)
    return found


def test_exactly_one_coefficient_is_over_its_limit_and_it_is_sports_grounds_of_primary_schools(
    facts: Facts,
) -> None:
    assert over(facts, 2025) == [("primary", GROUNDS)]
    values = coefficients(sections(facts, "primary", 2025))
    assert 0.50 < values[GROUNDS] < 0.58


@pytest.mark.parametrize("options", [{"private": False}, {"points": "merged"}, {"points": "merged", "private": False}])
def test_the_same_coefficient_is_over_however_the_open_questions_are_settled(
    facts: Facts, options: dict[str, object]
) -> None:
    assert over(facts, 2025, **options) == [("primary", GROUNDS)]


def test_the_other_coefficients_are_well_within_but_not_flat(facts: Facts) -> None:
    for stage, limit in LIMITS.items():
        values = coefficients(sections(facts, stage, 2025))
        rest = [value for item, value in enumerate(values) if (stage, item) != ("primary", GROUNDS)]
        assert max(rest) < 0.9 * limit
        assert min(rest) > 0.08


def test_coefficients_can_be_drawn_over_five_years_and_equipment_became_more_even(facts: Facts) -> None:
    series = {year: coefficients(sections(facts, "primary", year)) for year in range(2021, 2026)}
    assert all(0.05 < value < 1.3 for values in series.values() for value in values)
    assert series[2021][5] > series[2025][5]


def test_most_schools_pass_and_a_handful_do_not(verdicts: dict[str, bool]) -> None:
    assert 50 <= len(verdicts) <= 70
    assert 0.70 <= sum(verdicts.values()) / len(verdicts) <= 0.95


def test_the_crowded_schools_of_the_seat_fail_for_want_of_room(
    shortfalls: dict[str, Shortfalls], names: dict[str, str], verdicts: dict[str, bool]
) -> None:
    short = {names[school]: items for schools in shortfalls.values() for school, items in schools.items()}
    for name in ("望岚县实验小学", "城关镇第二小学", "望岚县第一初级中学"):
        assert not verdicts[name]
        assert {3, GROUNDS} <= {item for item, _ in short[name]}


def test_pe_music_and_art_teachers_are_short_outside_the_county_seat(
    facts: Facts, shortfalls: dict[str, Shortfalls]
) -> None:
    settings = {row["school_id"]: row["setting"] for row in facts["schools"]}
    lacking = [
        (school, floor)
        for schools in shortfalls.values()
        for school, items in schools.items()
        for item, floor in items
        if item == 2
    ]
    assert len({school for school, floor in lacking if floor}) == 3
    assert len({school for school, floor in lacking if not floor}) == 7
    assert all(settings[school] >= "121" for school, _ in lacking)


def test_two_private_schools_fail_and_two_central_primaries_stand_at_the_floor_for_backbone_teachers(
    facts: Facts, shortfalls: dict[str, Shortfalls], verdicts: dict[str, bool]
) -> None:
    private = [row["name"] for row in facts["schools"] if row["ownership"] == "private" and row["kind"] != "111"]
    assert sorted(verdicts[name] for name in private) == [False, False]
    at_floor = [school for school, items in shortfalls["primary"].items() if (1, False) in items]
    assert len(at_floor) == 2


def test_some_classes_are_too_large_and_only_in_the_county_seat(facts: Facts, names: dict[str, str]) -> None:
    large: defaultdict[str, list[int]] = defaultdict(list)
    for row in facts["classes"]:
        if row["year"] == 2025 and 1 <= row["grade"] <= 9 and row["pupils"] > (45 if row["grade"] < 7 else 50):
            large[names[row["school_id"]]].append(row["pupils"])
    huge = {name for name, sizes in large.items() if max(sizes) >= 56}
    assert huge == {"望岚县实验小学", "城关镇第二小学", "望岚县第一初级中学"}
    assert max(max(sizes) for sizes in large.values()) <= 70
    assert len(large) in (5, 6)


def test_one_primary_school_has_more_than_two_thousand_pupils_even_without_its_campus(
    facts: Facts,
) -> None:
    sizes = {school: section.pupils for stage in THRESHOLDS for school, section in sections(facts, stage, 2025).items()}
    campus = next(row for row in facts["schools"] if not row["counted"])
    too_large = [school for school, pupils in sizes.items() if pupils > 2000]
    assert too_large == [campus["parent_id"]]
    own = sum(
        row["pupils"] for row in facts["enrolment"] if (row["school_id"], row["year"]) == (campus["parent_id"], 2025)
    )
    assert 2000 < own < sizes[too_large[0]] <= 2400  # within what schools built before 2010 may have


def test_nearly_all_schools_set_a_twentieth_aside_for_training(facts: Facts) -> None:
    money = {(row["subject_id"], row["item"]): row["amount"] for row in facts["finance"] if row["year"] == 2025}
    schools = {school for school, item in money if item == "operating_budget"}
    low = [s for s in schools if money[s, "training_budget"] < 0.05 * money[s, "operating_budget"]]
    assert len(schools) >= 100
    assert len(low) == 2


def test_teachers_are_all_certified_and_a_few_lack_training_hours(facts: Facts) -> None:
    rows = [row for row in facts["teachers"] if row["year"] == 2025 and row["stage"] in THRESHOLDS]
    assert all(row["certificate"] for row in rows)
    assert sum(row["training_hours"] < 360 for row in rows) == 6


def test_small_schools_are_funded_for_a_hundred_pupils_and_the_special_school_at_its_rate(
    facts: Facts,
) -> None:
    pupils: defaultdict[str, int] = defaultdict(int)
    for row in facts["enrolment"]:
        if row["year"] == 2025 and row["grade"] >= 1:
            pupils[row["school_id"]] += row["pupils"]
    funds = {
        row["subject_id"]: row["amount"]
        for row in facts["finance"]
        if (row["year"], row["item"]) == (2025, "operating_funds")
    }
    for school in facts["schools"]:
        count = pupils[school["school_id"]]
        if school["kind"] in ("211", "218") and 0 < count < 100:
            assert funds[school["school_id"]] >= 100 * 720
        if school["kind"] == "514":
            assert funds[school["school_id"]] >= 6000 * count
