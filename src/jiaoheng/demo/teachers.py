"""The roster of the last two years: numbers and facts of teachers, no names.

The last year is drawn from the plan of posts; the year before it follows by undoing what happened in between: new
teachers were not there yet, those who changed schools were still at the other one, those who retired still taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.geography import Geography, degrees, inside
from jiaoheng.demo.posts import Posts
from jiaoheng.demo.schools import LAST_YEAR, School, hub

Teacher = dict[str, Any]

ROSTER_YEARS = (LAST_YEAR - 1, LAST_YEAR)
ELIGIBLE_YEARS = 6  # years in a school after which a teacher may be asked to move
_PAIRS = 58  # exchanged between schools in the last year
_NEW_UP_TO = 27  # age of a teacher who has just begun
_SHORT_OF_HOURS = 6  # teachers who have not yet had their 360 hours of training

_SUBJECTS = {
    "primary": (("chinese", 40), ("math", 30), ("english", 11), ("science", 7), ("morality", 6), ("it", 3), ("labour", 2), ("psychology", 1)),
    "junior": (
        ("chinese", 19), ("math", 19), ("english", 18), ("physics", 9), ("chemistry", 5), ("biology", 6), ("morality", 7),
        ("history", 7), ("geography", 6), ("it", 3), ("psychology", 1),
    ),
    "senior": (
        ("chinese", 17), ("math", 17), ("english", 16), ("physics", 12), ("chemistry", 10), ("biology", 8), ("morality", 7),
        ("history", 7), ("geography", 6), ("it", 3), ("psychology", 1),
    ),
    "vocational": (("vocational", 62), ("chinese", 12), ("math", 10), ("english", 9), ("morality", 4), ("pe", 3)),
    "kindergarten": (("preschool", 100),),
    "special": (("special", 100),),
}  # fmt: skip
_SECOND = {"chinese": ("morality", "labour", "practice"), "math": ("science", "it", "labour"), "science": ("labour", "practice")}
_PE_ARTS = (("pe", 45), ("music", 27), ("art", 24), ("arts", 4))
_WOMEN = {"kindergarten": 0.97, "primary": 0.74, "junior": 0.6, "senior": 0.52, "vocational": 0.5, "special": 0.78}
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


def roster(seed: int, geography: Geography, schools: Sequence[School], plan: Sequence[Posts]) -> dict[int, list[Teacher]]:
    """Rows of ``teachers`` by year."""
    draws = Draws(seed, "teachers")
    last: list[Teacher] = []
    for posts in plan:
        last += _staff(draws, geography, schools[posts.school], posts)
    for number, teacher in enumerate(draws.shuffled(last), start=1):
        teacher["teacher_id"] = f"T{number:05d}"
    _train(draws, [teacher for teacher in last if teacher["stage"] in ("primary", "junior")])
    before = [_a_year_ago(draws, teacher) for teacher in last if not _is_new(teacher)]
    _exchange(draws, last, before, {school.id: school for school in schools})
    before += _retired(draws, before, len(last) + 1)
    for year, rows in zip(ROSTER_YEARS, (before, last), strict=True):
        for row in rows:
            row["year"] = year
        rows.sort(key=lambda row: row["teacher_id"])
    return {ROSTER_YEARS[0]: before, ROSTER_YEARS[1]: last}


def rotation(roster: Mapping[int, Sequence[Teacher]]) -> tuple[float, float]:
    """Teachers who changed schools in percent of those eligible, and backbone teachers in percent of those who did."""
    before = {row["teacher_id"]: row for row in roster[ROSTER_YEARS[0]] if row["stage"] in ("primary", "junior")}
    eligible = [row for row in before.values() if ROSTER_YEARS[0] - row["school_since"] >= ELIGIBLE_YEARS]
    moved = [row for row in roster[ROSTER_YEARS[1]] if row["teacher_id"] in before and row["school_id"] != before[row["teacher_id"]]["school_id"]]
    leading = [row for row in moved if row["backbone"] not in ("none", "school")]
    return round(100 * len(moved) / len(eligible), 1), round(100 * len(leading) / len(moved), 1)


def _staff(draws: Draws, geography: Geography, school: School, posts: Posts) -> list[Teacher]:
    """The teachers of one school and stage."""
    stage = posts.stage
    rank = draws.shuffled(range(posts.teachers))
    above = set(draws.shuffled(range(posts.teachers))[: posts.above])
    teachers = []
    for position in range(posts.teachers):
        sex = "female" if draws.chance(_WOMEN[stage] - (0.12 if school.rural and stage == "primary" else 0)) else "male"
        born = _born(draws, school, sex)
        if stage in _ABOVE:
            degree = draws.weighted(_ABOVE[stage]) if position in above else _REQUIRED[stage]
        else:
            degree = draws.weighted(_ELSEWHERE[stage])
        if degree == "secondary":
            born = min(born, LAST_YEAR - 44)
        since = _since(draws, school, born)
        home = _home(draws, geography, school)
        teachers.append(
            {
                "school_id": school.id,
                "stage": stage,
                "subjects": _subjects(draws, stage, position < posts.pe_arts),
                "degree": degree,
                "title": _title(draws, LAST_YEAR - born),
                "backbone": "none",
                "certificate": True,
                "birth_year": born,
                "sex": sex,
                "post": "teacher",
                "post_since": since,
                "school_since": since,
                "training_hours": float(draws.whole(362, 480)),
                "home_lon": home[0],
                "home_lat": home[1],
            }
        )
    seniority = sorted(range(posts.teachers), key=lambda position: (not 30 <= LAST_YEAR - teachers[position]["birth_year"] <= 54, rank[position]))
    for place, position in enumerate(seniority):
        if place < posts.backbone:
            teachers[position]["backbone"] = draws.weighted(_BACKBONE)
        elif draws.chance(0.12):
            teachers[position]["backbone"] = "school"
    if school.role != "campus":
        _appoint(draws, teachers, first_stage=posts.stage == _leading_stage(school))
    return teachers


def _leading_stage(school: School) -> str:
    """The stage whose teachers include the head."""
    return {
        "kindergarten": "kindergarten", "nine_year": "junior", "twelve_year": "senior", "complete": "senior", "senior": "senior",
        "vocational": "vocational", "special": "special", "seat_junior": "junior", "town_junior": "junior",
    }.get(school.role, "primary")  # fmt: skip


def _appoint(draws: Draws, teachers: list[Teacher], *, first_stage: bool) -> None:
    """Head, deputies and middle managers, from the older half."""
    elders = sorted(range(len(teachers)), key=lambda position: (teachers[position]["birth_year"] > 1988, position))
    size = len(teachers)
    posts = ["head"] * first_stage + ["deputy"] * (first_stage * min(4, size // 18)) + ["middle"] * min(8, size // 12)
    for position, post in zip(elders, posts, strict=False):
        teacher = teachers[position]
        teacher["post"] = post
        teacher["post_since"] = max(teacher["school_since"], LAST_YEAR - draws.whole(0, 13 if post == "head" else 10))


def _born(draws: Draws, school: School, sex: str) -> int:
    middle, spread = (1980, 9.5) if school.rural else (1984, 8.5)
    if school.role == "kindergarten":
        middle, spread = 1992, 6.0
    oldest = LAST_YEAR - (54 if sex == "female" else 59)
    return min(LAST_YEAR - 23, max(oldest, int(draws.bell(middle, spread))))


def _since(draws: Draws, school: School, born: int) -> int:
    """Year of coming to the school: most have stayed for a while, the young are new."""
    first = max(born + 22, school.built_year, school.open_from or 0)
    span = max(0, LAST_YEAR - first)
    years = int(span * draws.between(0, 1) * draws.between(0.55, 1) + 0.35)
    return LAST_YEAR - (years if LAST_YEAR - born <= _NEW_UP_TO else max(1, years))


def _title(draws: Draws, age: int) -> str:
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
    subject = draws.weighted([pair for pair in _SUBJECTS[stage] if pair[0] != "pe"])
    if stage == "primary" and subject in _SECOND and draws.chance(0.4):
        return f"{subject}、{draws.pick(_SECOND[subject])}"
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


def _train(draws: Draws, compulsory: list[Teacher]) -> None:
    """A few older village teachers short of their training hours."""
    old = sorted((teacher for teacher in compulsory if teacher["birth_year"] < 1975), key=lambda teacher: teacher["teacher_id"])
    for teacher in draws.shuffled(old)[:_SHORT_OF_HOURS]:
        teacher["training_hours"] = float(draws.whole(290, 352))


def _is_new(teacher: Teacher) -> bool:
    return bool(teacher["school_since"] == LAST_YEAR)


def _a_year_ago(draws: Draws, teacher: Teacher) -> Teacher:
    """The same teacher's row of the year before."""
    hours = teacher["training_hours"] - draws.whole(0, 30)
    before = {**teacher, "training_hours": max(hours, 360.0) if teacher["training_hours"] >= 360 else hours}
    if before["post_since"] == LAST_YEAR:
        before["post"], before["post_since"] = "teacher", teacher["school_since"]
    return before


def _exchange(draws: Draws, last: list[Teacher], before: list[Teacher], schools: Mapping[str, School]) -> None:
    """Pairs of the same stage and field who changed places: one from the county seat, in every third pair a backbone
    teacher, and one from a town or village."""
    rows = {row["teacher_id"]: row for row in before}
    mixed = draws.shuffled([row for row in last if row["teacher_id"] in rows and _may_move(row, schools[row["school_id"]])])
    seat = [row for row in mixed if schools[row["school_id"]].role.startswith("seat")]
    afield = [row for row in mixed if schools[row["school_id"]].role in ("village_primary", "central_primary", "nine_year", "town_junior")]
    done: set[str] = set()
    for number in range(_PAIRS):
        one = next(row for row in seat if row["teacher_id"] not in done and (number % 3 != 0 or row["backbone"] not in ("none", "school")))
        other = next(row for row in afield if row["teacher_id"] not in done and _field(one) == _field(row))
        done |= {one["teacher_id"], other["teacher_id"]}
        _swap(draws, rows[one["teacher_id"]], rows[other["teacher_id"]])
        for row in (one, other):
            row["school_since"] = row["post_since"] = LAST_YEAR


def _may_move(row: Teacher, school: School) -> bool:
    return (
        row["stage"] in ("primary", "junior")
        and row["post"] == "teacher"
        and row["birth_year"] <= LAST_YEAR - 22 - ELIGIBLE_YEARS - 1
        and school.ownership == "public"
        and school.open_from is None
    )


def _field(row: Teacher) -> tuple[str, bool]:
    """What has to be alike for two teachers to change places without a lesson being lost."""
    return row["stage"], row["subjects"].split("、")[0] in ("pe", "music", "art", "arts")


def _swap(draws: Draws, one: Teacher, other: Teacher) -> None:
    """Put two rows of the year before at each other's school."""
    one["school_id"], other["school_id"] = other["school_id"], one["school_id"]
    for row in (one, other):
        since = max(ROSTER_YEARS[0] - draws.whole(ELIGIBLE_YEARS, 14), row["birth_year"] + 22)
        row["school_since"] = row["post_since"] = since


def _retired(draws: Draws, before: list[Teacher], number: int) -> list[Teacher]:
    """Teachers of the year before who have retired since."""
    left = []
    for row in before:
        if row["post"] == "teacher" and row["stage"] != "kindergarten" and draws.chance(0.022):
            born = ROSTER_YEARS[0] - (54 if row["sex"] == "female" else 59)
            since = min(row["school_since"], born + draws.whole(22, 40))
            kept = {**row, "birth_year": born, "title": _title(draws, 55), "post_since": since, "school_since": since, "backbone": "none"}
            left.append({**kept, "teacher_id": f"T{number + len(left):05d}"})
    return left
