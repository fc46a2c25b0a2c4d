"""The roster of the year before, by undoing what happened in between: who began, who moved, who retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.schools import LAST_YEAR, School
from jiaoheng.demo.teachers import Teacher, leads, teaches_pe_arts, title

BEFORE = LAST_YEAR - 1
ELIGIBLE_YEARS = 6  # years in a school after which a teacher may be asked to move

_PAIRS = 58  # exchanged between schools in the last year
_AFIELD = ("village_primary", "central_primary", "nine_year", "town_junior")
_HOURS = 360.0


def two_years(seed: int, schools: Sequence[School], last: Sequence[Teacher]) -> dict[int, list[Teacher]]:
    """Rows of ``teachers`` for the year before the last and for the last, in which some have just moved."""
    draws = Draws(seed, "rotation")
    moved = {
        teacher["teacher_id"]: other["school_id"]
        for pair in _pairs(draws, {school.id: school for school in schools}, last)
        for teacher, other in (pair, pair[::-1])
    }
    before, now = [], []
    for teacher in last:
        came_from = moved.get(teacher["teacher_id"])
        if came_from:
            since = max(BEFORE - draws.whole(ELIGIBLE_YEARS, 14), teacher["birth_year"] + 22)
            then = {**teacher, "school_id": came_from, "school_since": since, "post_since": since}
            now.append({**teacher, "school_since": LAST_YEAR, "post_since": LAST_YEAR})
        else:
            then = teacher
            now.append(teacher)
        if then["school_since"] < LAST_YEAR:
            before.append(_a_year_ago(draws, then))
    before += _retired(draws, before, len(last) + 1)
    return {BEFORE: before, LAST_YEAR: now}


def shares(roster: Mapping[int, Sequence[Teacher]]) -> tuple[float, float]:
    """Movers in percent of the eligible compulsory teachers, backbone teachers in percent of movers."""
    before = {row["teacher_id"]: row for row in roster[BEFORE] if row["stage"] in ("primary", "junior")}
    eligible = [row for row in before.values() if BEFORE - row["school_since"] >= ELIGIBLE_YEARS]
    moved = [row for row in roster[LAST_YEAR] if row["school_id"] != before.get(row["teacher_id"], row)["school_id"]]
    leading = [row for row in moved if leads(row)]
    return round(100 * len(moved) / len(eligible), 1), round(100 * len(leading) / len(moved), 1)


def _pairs(draws: Draws, schools: Mapping[str, School], last: Sequence[Teacher]) -> list[tuple[Teacher, Teacher]]:
    """Teachers of the same stage and field who changed places: one of the county seat, in every third pair a
    backbone teacher, and one of a town or village."""
    mixed = draws.shuffled([row for row in last if _may_move(row, schools[row["school_id"]])])
    seat = [row for row in mixed if schools[row["school_id"]].role.startswith("seat")]
    afield = [row for row in mixed if schools[row["school_id"]].role in _AFIELD]
    pairs: list[tuple[Teacher, Teacher]] = []
    for number in range(_PAIRS):
        one = next(row for row in seat if number % 3 or leads(row))
        other = next(row for row in afield if _field(one) == _field(row))
        seat.remove(one)
        afield.remove(other)
        pairs.append((one, other))
    return pairs


def _may_move(row: Teacher, school: School) -> bool:
    return (
        row["stage"] in ("primary", "junior")
        and row["post"] == "teacher"
        and row["birth_year"] < LAST_YEAR - 22 - ELIGIBLE_YEARS
        and school.ownership == "public"
        and school.open_from is None
    )


def _field(row: Teacher) -> tuple[str, bool]:
    """What has to be alike for two teachers to change places without a lesson being lost."""
    return row["stage"], teaches_pe_arts(row)


def _a_year_ago(draws: Draws, teacher: Teacher) -> Teacher:
    """The same teacher's row of the year before."""
    hours = teacher["training_hours"] - draws.whole(0, 30)
    before = {
        **teacher,
        "year": BEFORE,
        "training_hours": max(hours, _HOURS) if teacher["training_hours"] >= _HOURS else hours,
    }
    if before["post_since"] == LAST_YEAR:
        before |= {"post": "teacher", "post_since": teacher["school_since"]}
    return before


def _retired(draws: Draws, before: Sequence[Teacher], number: int) -> list[Teacher]:
    """Teachers of the year before who have retired since, each in the footsteps of one who stayed."""
    left: list[Teacher] = []
    for row in before:
        if row["post"] == "teacher" and row["stage"] != "kindergarten" and draws.chance(0.022):
            born = BEFORE - (54 if row["sex"] == "female" else 59)
            since = min(row["school_since"], born + draws.whole(22, 40))
            own = {"teacher_id": f"T{number + len(left):05d}", "birth_year": born, "title": title(draws, 55)}
            left.append({**row, **own, "post_since": since, "school_since": since, "backbone": "none"})
    return left
