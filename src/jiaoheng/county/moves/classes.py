"""Classes added to a grade, whose pupils are then divided evenly among all of its classes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from jiaoheng.county.moves.splitting import Row, blank, even, loosened
from jiaoheng.county.moves.structure import Numbered


class Taught(NamedTuple):
    """Rows of ``enrolment``, ``classes`` and ``class_sizes`` of one year."""

    enrolment: list[Row]
    classes: list[Row]
    bands: list[Row]


def changed(told: Taught, moves: Iterable[Numbered], stage_of: Callable[[str, int], str]) -> Taught:
    """The rows of one year with the moves in force.

    Where a grade's pupils and classes are known, all of its classes are listed then, as even as can be. Of bands of
    size only the largest class stays sure. Where the classes are unknown they stay so. Raises ``MoveError`` for a
    grade that the school does not have.
    """
    enrolment = {(row["school_id"], row["grade"]): dict(row) for row in told.enrolment}
    added: Counter[tuple[str, int]] = Counter()
    for each in moves:
        place = (each.move.school_id, each.move.grade or 0)
        if place not in enrolment:
            raise each.refused("grade", wanted=each.move.grade)
        added[place] += int(each.move.amount)
    added = +added
    listed: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in told.classes:
        listed[row["school_id"], row["grade"]].append(row)
    more: Counter[tuple[str, str]] = Counter()
    for place, count in added.items():
        more[place[0], stage_of(*place)] += count
        listed[place] = _split(enrolment[place], listed[place], count)
    bands: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in told.bands:
        bands[row["school_id"], row["stage"]].append(row)
    for unit, count in more.items():
        bands[unit] = loosened(bands[unit], count)
    return Taught(
        list(enrolment.values()),
        [row for rows in listed.values() for row in rows],
        [row for rows in bands.values() for row in rows],
    )


def _split(row: Row, listed: list[Row], more: int) -> list[Row]:
    """The grade's classes after so many more; ``row`` of its enrolment is changed with them."""
    classes = row["classes"] if row["classes"] is not None else len(listed) or None
    if row["classes"] is not None:
        row["classes"] += more
    pupils = row["pupils"]
    if pupils is None and listed and len(listed) >= (classes or 0):
        sizes = [each["pupils"] for each in listed]
        pupils = None if None in sizes else sum(sizes)
    if pupils is None or classes is None:
        return []
    first = blank("classes", school_id=row["school_id"], year=row["year"], grade=row["grade"])
    return even(listed or [first], pupils, classes + more)
