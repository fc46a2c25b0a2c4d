"""Rooms, grounds and equipment of every school, 2021 to 2025.

Figures are drawn for the last year as so much a pupil, in the range that real schools of that kind have, and
then taken back through the years: an extension not yet built, equipment not yet bought. A school with several
stages has one row; a junior pupil takes up a tenth and a senior one a third more than a primary pupil.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.enrolment import Teaching
from jiaoheng.demo.pupils import Flow
from jiaoheng.demo.schools import GRADES, LAST_YEAR, School

YEARS = range(2021, LAST_YEAR + 1)

Range = tuple[float, float]


class Norm(msgspec.Struct, frozen=True):
    """A kind of school's rooms and grounds (m²) and equipment (yuan) a pupil, multimedia rooms a hundred."""

    rooms: Range
    grounds: Range
    equipment: Range
    multimedia: Range
    computers: Range = (9, 14)  # per hundred pupils
    books: Range = (20, 30)


_NORMS = {
    "seat_primary": Norm((4.7, 6.2), (7.6, 9.2), (2060, 3800), (2.4, 3.4)),
    "campus": Norm((5.0, 5.6), (7.7, 8.5), (2300, 2900), (2.5, 3.0)),
    "central_primary": Norm((5.0, 8.4), (8.0, 13.0), (2040, 4200), (2.45, 4.2)),
    "village_primary": Norm((6.5, 12.5), (20.0, 40.0), (2080, 5600), (3.4, 5.4), (10, 20), (22, 40)),
    "point": Norm((9.0, 20.0), (18.0, 44.0), (2300, 7000), (5.0, 9.0), (10, 25), (25, 60)),
    "seat_junior": Norm((5.95, 7.4), (10.3, 12.5), (2540, 4300), (2.45, 3.4), (12, 17), (26, 36)),
    "town_junior": Norm((6.2, 11.5), (11.0, 21.0), (2560, 5200), (2.5, 4.6), (13, 19), (28, 42)),
    "nine_year": Norm((5.5, 9.8), (9.6, 17.0), (2330, 4600), (2.4, 4.2), (11, 17), (24, 36)),
    "twelve_year": Norm((5.4, 5.8), (7.4, 7.9), (2500, 2900), (2.4, 2.6), (12, 16), (24, 30)),
    "complete": Norm((6.1, 6.8), (10.6, 11.8), (2700, 3200), (2.45, 2.8), (13, 17), (28, 36)),
    "senior": Norm((6.6, 8.0), (9.5, 12.0), (3400, 4600), (2.2, 2.6), (13, 18), (30, 40)),
    "vocational": Norm((7.2, 9.0), (9.0, 12.0), (6200, 8200), (2.2, 2.6), (24, 32), (24, 32)),
    "special": Norm((14.0, 18.0), (20.0, 28.0), (8200, 11500), (9.0, 12.0), (12, 20), (18, 28)),
    "kindergarten": Norm((4.6, 7.2), (3.6, 6.0), (1100, 2400), (3.0, 4.2), (2, 5), (8, 16)),
}
# Where the seat's schools stand apart from their kind.
_TROUBLED = {
    "望岚县实验小学": Norm((3.9, 3.9), (5.75, 5.75), (2380, 2380), (2.08, 2.08)),
    "城关镇第二小学": Norm((3.72, 3.72), (6.05, 6.05), (1930, 1930), (2.02, 2.02)),
    "望岚县第一初级中学": Norm((5.15, 5.15), (8.1, 8.1), (2640, 2640), (2.13, 2.13), (12, 12), (25, 25)),
    "城关镇第一小学": Norm((4.62, 4.62), (6.75, 6.75), (2150, 2150), (2.36, 2.36)),
    "城关镇第五小学": Norm((4.55, 4.55), (7.05, 7.05), (2210, 2210), (2.41, 2.41)),
    "望岚县第二初级中学": Norm((5.92, 5.92), (9.3, 9.3), (2710, 2710), (2.46, 2.46)),
    "望岚县新城小学": Norm((6.9, 6.9), (10.2, 10.2), (3300, 3300), (3.1, 3.1)),
    "望岚县启明学校": Norm((5.5, 5.5), (8.4, 8.4), (1990, 1990), (2.45, 2.45)),
}
_STAGE_WEIGHT = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
_CLASSROOM, _LARGE_ROOM = 54, 98  # m² of a small school's rooms, however few its pupils
_PLACES_PER_CLASS = {
    "kindergarten": 30,
    "primary": 45,
    "junior": 50,
    "senior": 50,
    "vocational": 45,
    "special": 10,
}


class _Load(msgspec.Struct, frozen=True):
    """Pupils (weighted where there are several stages), classes by stage, and boarders."""

    pupils: float
    classes: Mapping[str, int]
    boarders: int


class _Site(msgspec.Struct, frozen=True):
    """What a school had in the last year, and what it lacked before.

    Rooms and grounds grew by ``extension`` and ``added_ground`` in the years of those projects; equipment
    grew evenly from the share ``start`` of today's.
    """

    rooms: float
    gym: float
    grounds: float
    equipment: float
    multimedia: int
    computers: int
    books: int
    places: int
    beds: int
    music: tuple[int, int, int]
    art: tuple[int, int, int]
    extended: int
    extension: float
    resurfaced: int
    added_ground: float
    start: float


def equip(seed: int, schools: Sequence[School], flow: Flow, teaching: Teaching) -> list[dict[str, Any]]:
    """Rows of ``facilities``; the complete secondary school reports by stage, all others as a whole."""
    rows: list[dict[str, Any]] = []
    for index, school in enumerate(schools):
        draws = Draws(seed, f"facilities {school.id}")
        for stage in ("junior", "senior") if school.role == "complete" else (None,):
            site = _site(draws, school, _load(flow, teaching, school, index, stage))
            for year in YEARS:
                if school.open(year):
                    key = {"school_id": school.id, "year": year, "stage": stage}
                    rows.append({**key, **_in_year(site, year)})
    return rows


def _load(flow: Flow, teaching: Teaching, school: School, index: int, only: str | None) -> _Load:
    """What a school, or one stage of it, had to hold in its last year."""
    year = min(LAST_YEAR, school.open_to or LAST_YEAR)
    pupils = {stage: flow.stage(index, year, GRADES[stage]) for stage in _STAGE_WEIGHT if stage == (only or stage)}
    weighted = float(sum(pupils.values()))
    if school.role == "kindergarten":
        weighted = float(flow.stage(index, year, GRADES["kindergarten"]))
    elif school.role in ("nine_year", "twelve_year"):
        weighted = math.fsum(_STAGE_WEIGHT[stage] * count for stage, count in pupils.items())
    classes = {
        stage: teaching.counts[index, year, stage]
        for stage in _PLACES_PER_CLASS
        if (index, year, stage) in teaching.counts and stage == (only or stage)
    }
    return _Load(weighted, classes, teaching.boarders.get((index, year), 0) // (2 if only else 1))


def _site(draws: Draws, school: School, load: _Load) -> _Site:
    norm = _TROUBLED.get(school.name, _NORMS[school.role])
    pupils = load.pupils
    number = sum(load.classes.values())
    taught = sum(count for stage, count in load.classes.items() if stage in ("primary", "junior"))
    multimedia = _tailed(draws, norm.multimedia) * pupils / 100
    if school.role in ("village_primary", "point"):
        multimedia = min(max(multimedia, number / 2), float(number + 1))
    music, art = _special_rooms(draws, school, taught), _special_rooms(draws, school, taught)
    rooms = _tailed(draws, norm.rooms) * pupils
    if school.role in ("village_primary", "point"):
        rooms = max(rooms, _CLASSROOM * number + _LARGE_ROOM * (music[0] + art[0]) + draws.between(10, 60))
    beds = load.boarders * draws.between(1.02, 1.3)
    gym = draws.between(320, 1100) if pupils > 700 and draws.chance(0.55) and school.name not in _TROUBLED else 0.0
    spare = 0 if school.crowd or school.role == "point" else draws.whole(0, 2)
    return _Site(
        rooms=rooms,
        gym=gym,
        grounds=_tailed(draws, norm.grounds) * pupils - gym,
        equipment=_tailed(draws, norm.equipment) * pupils,
        multimedia=-int(-multimedia // 1),
        computers=int(draws.between(*norm.computers) * pupils / 100) + 1,
        books=int(draws.between(*norm.books) * pupils) + 1,
        places=sum(_PLACES_PER_CLASS[stage] * count for stage, count in load.classes.items())
        + 45 * spare * (number > 6),
        beds=int(beds),
        music=music,
        art=art,
        extended=_project(draws, 0.4) if school.open_from is None else school.open_from + 3,
        extension=draws.between(0.08, 0.22) if school.open_from is None else 0.45,
        resurfaced=_project(draws, 0.25),
        added_ground=draws.between(0.05, 0.15),
        start=draws.between(0.32, 0.92),
    )


def _tailed(draws: Draws, range_: Range) -> float:
    """A figure from low to high, most schools near the low end and a few well off."""
    low, high = range_
    share = draws.between(0, 1)
    return low + (high - low) * share * share


def _project(draws: Draws, probability: float) -> int:
    """The year in which a building project was finished; the first of all years where there was none."""
    return draws.whole(YEARS[0] + 1, LAST_YEAR) if draws.chance(probability) else YEARS[0]


def _special_rooms(draws: Draws, school: School, classes: int) -> tuple[int, int, int]:
    """Music or art rooms (large, medium, small): one for twelve classes, some of the old ones not large."""
    if not classes:
        return 0, 0, 0
    needed = -(-classes // 12)
    if school.crowd == "crowded":
        return needed - 2, 1, 0
    if school.role in ("point", "village_primary"):
        # Two spare classrooms made into one, or a single one.
        return draws.weighted((((1, 0, 0), 0.9), ((0, 1, 0), 0.04), ((0, 0, 1), 0.06)))
    if school.built_year <= 2016 and draws.chance(0.08):
        return needed - 1, 1, 0
    return needed + int(draws.chance(0.15)), 0, 0


def _in_year(site: _Site, year: int) -> dict[str, Any]:
    """The site's figures in one year."""
    rooms = site.rooms * (1 - site.extension if year < site.extended else 1.0)
    grounds = site.grounds * (1 - site.added_ground if year < site.resurfaced else 1.0)
    bought = site.start + (1 - site.start) * (year - YEARS[0]) / (len(YEARS) - 1)
    fitted = site.multimedia * (0.5 + 0.5 * bought) * (1 - site.extension if year < site.extended else 1.0)
    return {
        "teaching_area": round(rooms + site.gym, 1),
        "indoor_sports_area": round(site.gym, 1),
        "sports_ground_area": round(grounds, 1),
        "offcampus_sports_area": 0.0,
        "equipment_value": round(site.equipment * bought, -2),
        "multimedia_rooms": max(1, int(fitted + 0.5)) if year < LAST_YEAR else site.multimedia,
        "computers": int(site.computers * (0.4 + 0.6 * bought)) + 1,
        "books": int(site.books * (0.8 + 0.2 * bought)),
        "music_rooms": site.music[0],
        "music_rooms_medium": site.music[1],
        "music_rooms_small": site.music[2],
        "art_rooms": site.art[0],
        "art_rooms_medium": site.art[1],
        "art_rooms_small": site.art[2],
        "places": site.places,
        "beds": site.beds,
    }
