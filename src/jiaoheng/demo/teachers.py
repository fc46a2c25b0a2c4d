"""The roster of the last year: numbers and facts of teachers, no names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.geography import Geography, degrees, inside
from jiaoheng.demo.posts import Posts
from jiaoheng.demo.schools import LAST_YEAR, School, hub

Teacher = dict[str, Any]

_NEW_UP_TO = 27  # age of a teacher who has just begun
_SHORT_OF_HOURS = 6  # teachers who have not yet had their 360 hours of training

_SUBJECTS = {
    "primary": (
        ("chinese", 40), ("math", 30), ("english", 11), ("science", 7), ("morality", 6), ("it", 3),
        ("labour", 2), ("psychology", 1),
    ),
    "junior": (
        ("chinese", 19), ("math", 19), ("english", 18), ("physics", 9), ("chemistry", 5), ("biology", 6),
        ("morality", 7), ("history", 7), ("geography", 6), ("it", 3), ("psychology", 1),
    ),
    "senior": (
        ("chinese", 17), ("math", 17), ("english", 16), ("physics", 12), ("chemistry", 10), ("biology", 8),
        ("morality", 7), ("history", 7), ("geography", 6), ("it", 3), ("psychology", 1),
    ),
    "vocational": (("vocational", 62), ("chinese", 12), ("math", 10), ("english", 9), ("morality", 4)),
    "kindergarten": (("preschool", 100),),
    "special": (("special", 100),),
}  # fmt: skip
_SECOND = {
    "chinese": ("morality", "labour", "practice"),
    "math": ("science", "it", "labour"),
    "science": ("labour", "practice"),
}
_PE_ARTS = (("pe", 45), ("music", 27), ("art", 24), ("arts", 4))
_WOMEN = {
    "kindergarten": 0.97,
    "primary": 0.74,
    "junior": 0.6,
    "senior": 0.52,
    "vocational": 0.5,
    "special": 0.78,
}
_ABOVE = {
    "primary": (("associate", 34), ("bachelor", 65), ("master", 1)),
    "junior": (("bachelor", 95), ("master", 5)),
}
_REQUIRED = {"primary": "secondary", "junior": "associate"}
_ELSEWHERE = {
    "kindergarten": (("secondary", 12), ("associate", 61), ("bachelor", 27)),
    "senior": (("bachelor", 87), ("master", 13)),
    "vocational": (("associate", 6), ("bachelor", 86), ("master", 8)),
    "special": (("associate", 45), ("bachelor", 55)),
}
_BACKBONE = (("county", 760), ("city", 185), ("province", 50), ("national", 5))
_LEADING = {
    "kindergarten": "kindergarten", "nine_year": "junior", "twelve_year": "senior", "complete": "senior",
    "senior": "senior", "vocational": "vocational", "special": "special", "seat_junior": "junior",
    "town_junior": "junior",
}  # fmt: skip


def roster(seed: int, geography: Geography, schools: Sequence[School], plan: Sequence[Posts]) -> list[Teacher]:
    """Rows of ``teachers`` for the last year, by number."""
    draws = Draws(seed, "teachers")
    rows: list[Teacher] = []
    for posts in plan:
        rows += _staff(draws, geography, schools[posts.school], posts)
    mixed = draws.shuffled(rows)
    rows = [{"teacher_id": f"T{number:05d}", "year": LAST_YEAR, **row} for number, row in enumerate(mixed, start=1)]
    older = [row for row in rows if row["stage"] in ("primary", "junior") and row["birth_year"] < 1975]
    for row in draws.shuffled(older)[:_SHORT_OF_HOURS]:
        row["training_hours"] = float(draws.whole(290, 352))
    return rows


def leads(teacher: Teacher) -> bool:
    """Whether a teacher is a backbone teacher of county level or above."""
    return teacher["backbone"] not in ("none", "school")


def teaches_pe_arts(teacher: Teacher) -> bool:
    """Whether PE, music or fine art is what a teacher is there for."""
    return any(teacher["subjects"] == subject for subject, _ in _PE_ARTS)


def _staff(draws: Draws, geography: Geography, school: School, posts: Posts) -> list[Teacher]:
    """The teachers of one school and stage."""
    above = set(draws.shuffled(range(posts.teachers))[: posts.above])
    staff = [
        _teacher(draws, geography, school, posts.stage, above=place in above, pe_arts=place < posts.pe_arts)
        for place in range(posts.teachers)
    ]
    mixed = draws.shuffled(staff)
    mixed.sort(key=lambda row: not 30 <= LAST_YEAR - row["birth_year"] <= 54)
    for place, row in enumerate(mixed):
        if place < posts.backbone:
            row["backbone"] = draws.weighted(_BACKBONE)
        elif draws.chance(0.12):
            row["backbone"] = "school"
    if school.role not in ("campus", "point"):
        _appoint(draws, staff, leading=posts.stage == _LEADING.get(school.role, "primary"))
    return staff


def _teacher(draws: Draws, geography: Geography, school: School, stage: str, *, above: bool, pe_arts: bool) -> Teacher:
    women = _WOMEN[stage] - (0.12 if school.rural and stage == "primary" else 0)
    sex = "female" if draws.chance(women) else "male"
    born = _born(draws, school, sex)
    if stage in _ABOVE:
        degree = draws.weighted(_ABOVE[stage]) if above else _REQUIRED[stage]
    else:
        degree = draws.weighted(_ELSEWHERE[stage])
    if degree == "secondary":
        born = min(born, LAST_YEAR - 44)
    since = _since(draws, school, born)
    lon, lat = _home(draws, geography, school)
    return {
        "school_id": school.id,
        "stage": stage,
        "subjects": _subjects(draws, stage, pe_arts),
        "degree": degree,
        "title": title(draws, LAST_YEAR - born),
        "backbone": "none",
        "certificate": True,
        "birth_year": born,
        "sex": sex,
        "post": "teacher",
        "post_since": since,
        "school_since": since,
        "training_hours": float(draws.whole(362, 480)),
        "home_lon": lon,
        "home_lat": lat,
    }


def _appoint(draws: Draws, staff: Sequence[Teacher], *, leading: bool) -> None:
    """Head and deputies in the stage that leads a school, and middle managers: from the older half."""
    elders = sorted(draws.shuffled(staff), key=lambda row: row["birth_year"] > 1988)
    deputies = min(4, len(staff) // 18)
    posts = [*(["head", *["deputy"] * deputies] if leading else []), *["middle"] * min(8, len(staff) // 12)]
    for row, post in zip(elders, posts, strict=False):
        row["post"] = post
        row["post_since"] = max(row["school_since"], LAST_YEAR - draws.whole(0, 13 if post == "head" else 10))


def _born(draws: Draws, school: School, sex: str) -> int:
    middle, spread = (1980, 9.5) if school.rural else (1984, 8.5)
    if school.role == "kindergarten":
        middle, spread = 1992, 6.0
    oldest = LAST_YEAR - (54 if sex == "female" else 59)
    born = int(draws.bell(middle, spread))
    if born < oldest:
        born = 2 * oldest - born  # nobody past retirement, and no crowd of those about to retire
    return min(LAST_YEAR - 23, born)


def _since(draws: Draws, school: School, born: int) -> int:
    """Year of coming to the school: most have stayed for a while, the young are new."""
    first = max(born + 22, school.built_year, school.open_from or 0)
    span = max(0, LAST_YEAR - first)
    years = int(span * draws.between(0, 1) * draws.between(0.55, 1))
    return LAST_YEAR - (years if LAST_YEAR - born <= _NEW_UP_TO else min(years + 1, max(1, span)))


def title(draws: Draws, age: int) -> str:
    """A title usual at an age."""
    if age < 28:
        return draws.weighted((("none", 30), ("junior", 10), ("assistant", 60)))
    if age < 37:
        return draws.weighted((("none", 3), ("assistant", 57), ("middle", 40)))
    if age < 47:
        return draws.weighted((("assistant", 22), ("middle", 62), ("senior", 16)))
    return draws.weighted((("assistant", 8), ("middle", 52), ("senior", 39.9), ("senior_full", 0.1)))


def _subjects(draws: Draws, stage: str, pe_arts: bool) -> str:
    if pe_arts:
        return draws.weighted(_PE_ARTS)
    subject = draws.weighted(_SUBJECTS[stage])
    if stage == "primary" and subject in _SECOND and draws.chance(0.4):
        return f"{subject};{draws.pick(_SECOND[subject])}"
    return subject


def _home(draws: Draws, geography: Geography, school: School) -> tuple[float, float]:
    """Where the teacher lives, to about a hundred metres: near the school, or in the county seat."""
    near = geography.places[school.place]
    if not near.urban and draws.chance(0.3):
        near = geography.places[hub(geography, 0)]
    reach = 1.6 if near.urban else 1.2
    ring = geography.towns[near.town].ring
    lon, lat = degrees(near.x + draws.between(-reach, reach), near.y + draws.between(-reach, reach))
    home = round(lon, 3), round(lat, 3)
    return home if inside(home, ring) else (near.lon, near.lat)
