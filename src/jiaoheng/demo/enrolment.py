"""Pupils put into classes; how many board, came with migrant parents, stayed behind, or are disabled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.pupils import YEARS, Flow
from jiaoheng.demo.schools import School

# The largest class that the bureau let form, year by year: those of 56 and more went first.
_LARGEST = {
    "primary": (54, 53, 52, 50, 48, 45, 45, 45),
    "junior": (55, 55, 54, 53, 52, 50, 50, 50),
}
_OTHERS = {"kindergarten": 31, "senior": 54, "vocational": 46, "special": 12}
_OVER = {"tight": 4, "crowded": 0, "": 0}
_CROWDED_CLASS = 56  # a crowded school opens a further class only when all its classes would have this many


class Teaching(msgspec.Struct, frozen=True):
    """Rows of ``enrolment`` and ``classes``, and the number of classes by (school, year, stage)."""

    enrolment: tuple[Mapping[str, Any], ...]
    classes: tuple[Mapping[str, Any], ...]
    counts: Mapping[tuple[int, int, str], int]
    boarders: Mapping[tuple[int, int], int]


def stage_of(school: School, grade: int) -> str:
    """The stage that a grade of a school belongs to."""
    if school.role in ("special", "vocational"):
        return school.role
    return "kindergarten" if grade < 1 else "primary" if grade < 7 else "junior" if grade < 10 else "senior"


def organise(seed: int, schools: Sequence[School], flow: Flow) -> Teaching:
    """Classes and groups of pupils for every school, year and grade."""
    draws = Draws(seed, "classes")
    enrolment: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    counts: dict[tuple[int, int, str], int] = {}
    boarding: dict[tuple[int, int], int] = {}
    for index, school in enumerate(schools):
        shares = _shares(draws, school)
        for year in YEARS:
            for grade in school.grades:
                pupils = flow.pupils.get((index, year, grade), 0)
                if not pupils and not (school.role == "point" and school.open(year)):
                    continue
                stage = stage_of(school, grade)
                number = _classes(school, stage, year, pupils)
                counts[index, year, stage] = counts.get((index, year, stage), 0) + number
                groups = _groups(draws, school, stage, grade, pupils, shares)
                boarding[index, year] = boarding.get((index, year), 0) + groups["boarders"]
                key = {"school_id": school.id, "year": year, "grade": grade}
                enrolment.append({**key, "classes": number, "pupils": pupils, **groups})
                sizes = _sizes(draws, pupils, number, _limit(school, stage, year))
                classes += [
                    {**key, "class_no": str(position), "pupils": size} for position, size in enumerate(sizes, start=1)
                ]
    return Teaching(tuple(enrolment), tuple(classes), counts, boarding)


def _limit(school: School, stage: str, year: int) -> int | None:
    """The largest class that a school lets form, or None where it has no choice."""
    if school.crowd == "crowded":
        return None
    if stage in _LARGEST:
        return _LARGEST[stage][year - YEARS[0]] + _OVER[school.crowd]
    return _OTHERS[stage] - (5 if stage == "kindergarten" and school.ownership == "private" else 0)


def _classes(school: School, stage: str, year: int, pupils: int) -> int:
    limit = _limit(school, stage, year)
    return max(1, pupils // _CROWDED_CLASS) if limit is None else -(-pupils // limit)


def _sizes(draws: Draws, pupils: int, number: int, limit: int | None) -> list[int]:
    """Class sizes that add up: even, but for a pupil or two moved between neighbours."""
    sizes = [pupils // number + (position < pupils % number) for position in range(number)]
    for position in range(number - 1):
        moved = draws.whole(-2, 2)
        pair = sizes[position] + moved, sizes[position + 1] - moved
        if min(pair) > 0 and max(pair) <= (limit or _CROWDED_CLASS + 14):
            sizes[position], sizes[position + 1] = pair
    return sizes


def _shares(draws: Draws, school: School) -> dict[str, float]:
    """Shares of a school's pupils that hold for all its years."""
    urban = school.setting.startswith("1") and school.setting < "120"
    return {
        "boarders": draws.between(0.55, 0.75),
        "migrant": draws.between(0.07, 0.14) if urban else draws.between(0.0, 0.012),
        "left": draws.between(0.03, 0.06) if urban else draws.between(0.14, 0.2 if school.setting < "200" else 0.32),
    }


def _groups(
    draws: Draws, school: School, stage: str, grade: int, pupils: int, shares: Mapping[str, float]
) -> dict[str, int]:
    boarding = shares["boarders"] if school.boarding else 0.0
    if stage == "primary":
        boarding *= 0.0 if grade < 4 else 0.2 if school.ownership == "public" else 0.8
    if stage == "kindergarten":
        boarding = 0.0
    compulsory = stage in ("primary", "junior")
    return {
        "boarders": draws.rounded(pupils * boarding),
        "migrant_children": draws.rounded(pupils * shares["migrant"]) if compulsory else 0,
        "left_behind_children": draws.rounded(pupils * shares["left"]) if stage != "senior" else 0,
        "disabled_children": pupils if stage == "special" else draws.rounded(pupils * 0.005) if compulsory else 0,
    }
