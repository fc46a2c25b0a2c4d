"""How many teachers each school and stage has, and of what kind: the plan behind roster and staff counts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.enrolment import Teaching
from jiaoheng.demo.geography import Geography
from jiaoheng.demo.pupils import Flow
from jiaoheng.demo.schools import GRADES, LAST_YEAR, School

# Pupils a teacher, from and to, by stage and role.
_RATIO = {
    ("primary", "seat_primary"): (21.3, 22.4),
    ("primary", "campus"): (20.5, 21.5),
    ("primary", "central_primary"): (17.6, 19.8),
    ("primary", "nine_year"): (15.2, 17.2),
    ("primary", "twelve_year"): (17.5, 18.5),
    ("junior", "seat_junior"): (13.9, 14.6),
    ("junior", "town_junior"): (10.9, 13.8),
    ("junior", "nine_year"): (10.6, 13.2),
    ("junior", "complete"): (13.4, 14.2),
    ("junior", "twelve_year"): (13.6, 14.4),
}
_FLAT_RATIO = {
    "kindergarten": (16.0, 18.5),
    "senior": (14.2, 15.0),
    "vocational": (16.5, 17.5),
    "special": (4.8, 5.4),
}
_FULL = {"望岚县实验小学": 23.7, "城关镇第二小学": 23.1, "城关镇第一小学": 22.6, "望岚县第一初级中学": 15.6}
_SHARED_UP_TO = 99  # pupils of a small rural school whose travelling teachers count
FAILING, AT_FLOOR = 3, 7  # rural stages short of PE, music and art teachers


class Posts(msgspec.Struct, frozen=True):
    """Teachers of a school and stage in the last year; ``shared``: PE and arts teachers who travel to it."""

    school: int
    stage: str
    pupils: int
    teachers: int
    above: int
    backbone: int
    pe_arts: int
    shared: int = 0


def plan(
    seed: int, geography: Geography, schools: Sequence[School], flow: Flow, teaching: Teaching
) -> tuple[Posts, ...]:
    """The posts filled in the last year, school by school."""
    draws = Draws(seed, "posts")
    filled = []
    for index, school in enumerate(schools):
        for stage in (*GRADES, "vocational", "special"):
            classes = teaching.counts.get((index, LAST_YEAR, stage), 0)
            if classes:
                pupils = flow.stage(index, LAST_YEAR, GRADES.get(stage, range(1, 13)))
                filled.append(_posts(draws, school, index, stage, pupils, classes))
    return tuple(_short_of_backbone(schools, _short_of_arts(draws, geography, schools, filled)))


def _posts(draws: Draws, school: School, index: int, stage: str, pupils: int, classes: int) -> Posts:
    if school.role in ("point", "village_primary") and stage == "primary":
        a_class = draws.between(1.0, 1.25) if school.role == "point" else draws.between(1.4, 1.65)
        teachers = max(2, round(classes * a_class), round(pupils / 17))
    elif school.name in _FULL:
        teachers = round(pupils / _FULL[school.name])
    else:
        ratio = draws.between(*_RATIO.get((stage, school.role), _FLAT_RATIO.get(stage, (16.0, 17.0))))
        teachers = max(1, round(pupils / ratio))
    shares = {"primary": (0.965, 1.0), "junior": (0.87, 0.96)}.get(stage, (0.5, 0.9))
    if school.role in ("point", "village_primary"):
        shares = (0.86, 1.0)
    rates = (1.05, 1.6) if stage in ("primary", "junior") else (0.8, 1.4)
    backbone = _enough(pupils, draws.between(*rates)) if school.role != "point" else int(draws.chance(0.3))
    pe_arts = (
        _enough(pupils, draws.between(0.92, 1.3 if school.rural else 1.12)) if stage in ("primary", "junior") else 0
    )
    if stage in ("senior", "special"):
        pe_arts = _enough(pupils, 0.62)
    if school.role == "point":
        pe_arts = 0
    above = min(teachers, round(teachers * draws.between(*shares)))
    return Posts(index, stage, pupils, teachers, above, min(backbone, teachers), min(pe_arts, teachers))


def _enough(pupils: int, rate: float) -> int:
    """The smallest number that is ``rate`` per hundred pupils or more."""
    return -int(-pupils * rate / 100 // 1)


def _short_of_arts(draws: Draws, geography: Geography, schools: Sequence[School], filled: list[Posts]) -> list[Posts]:
    """Remote schools short of PE, music and art teachers: some below the floor, more at it."""
    remote = sorted(
        (position for position, posts in enumerate(filled) if _is_remote(schools[posts.school], posts)),
        key=lambda position: (
            -geography.places[schools[filled[position].school].place].remoteness - draws.between(0, 0.35)
        ),
    )
    failing = at_floor = 0
    touched: set[int] = set()
    for position in remote:
        posts = filled[position]
        floor = _enough(posts.pupils, 0.765)
        if posts.school in touched:
            continue
        if failing < FAILING and posts.pupils > _SHARED_UP_TO:
            filled[position] = msgspec.structs.replace(posts, pe_arts=floor - 1)
            failing += 1
        elif at_floor < AT_FLOOR and floor * 100 < 0.9 * posts.pupils:
            filled[position] = msgspec.structs.replace(posts, pe_arts=floor)
            at_floor += 1
        elif posts.pupils <= _SHARED_UP_TO:
            filled[position] = msgspec.structs.replace(posts, shared=1)
            continue
        else:
            continue
        touched.add(posts.school)
    return filled


def _short_of_backbone(schools: Sequence[School], filled: list[Posts]) -> list[Posts]:
    """Two central primaries with fewer backbone teachers than asked, though not below the floor."""
    lacking = 0
    for position, posts in enumerate(filled):
        floor = _enough(posts.pupils, 0.85)
        if lacking < 2 and schools[posts.school].role == "central_primary" and floor * 100 < posts.pupils:
            filled[position] = msgspec.structs.replace(posts, backbone=floor)
            lacking += 1
    return filled


def _is_remote(school: School, posts: Posts) -> bool:
    away = school.role in ("village_primary", "central_primary", "town_junior") or (
        school.role == "nine_year" and school.boarding and school.ownership == "public"
    )
    return away and posts.stage in ("primary", "junior")
