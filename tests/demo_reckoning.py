"""The seven indicators and their coefficients, reckoned from a county's rows alone.

L1 to L7 as the national standard defines them: a school with several stages is split 1 : 1.1 : 1.32 for the
four facility indicators, a campus counts with its school, teaching points under fifty pupils, special and
vocational schools are left out; the coefficient of variation is weighted by pupils, in the population form.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import msgspec

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
