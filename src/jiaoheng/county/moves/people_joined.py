"""Teachers of a school that closes, who go to the one that takes its pupils in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from jiaoheng.county.moves.checking import HELD
from jiaoheng.county.moves.move import Move
from jiaoheng.county.moves.persons import counted, newcomer
from jiaoheng.county.moves.reshaping import add
from jiaoheng.county.moves.splitting import Row, blank
from jiaoheng.county.schema import schema

_COUNTS = tuple(column.name for column in schema().tables["staff"].columns if column.unit)


def joined(staff: Iterable[Row], teachers: Iterable[Row], move: Move, year: int) -> tuple[list[Row], list[Row]]:
    """``staff`` and the roster of one year after a merger.

    Where the roster tells of the other school's stage, all who come are in it, those told by counts alone with numbers
    that begin with 拟并; where it does not, they are in the counts alone, so that neither tells part of the whole.
    """
    rows = {(row["school_id"], row["stage"]): dict(row) for row in staff}
    people = [dict(row) for row in teachers]
    listed = {(row["school_id"], row["stage"]) for row in people}
    source, target = move.school_id, move.to_school
    stages = sorted({stage for school, stage in (*rows, *listed) if school == source})
    told = sorted({stage for school, stage in (*rows, *listed) if school in (source, target)})
    for stage in told:
        gone, there = rows.pop((source, stage), None), rows.get((target, stage))
        coming = [row for row in people if (row["school_id"], row["stage"]) == (source, stage)]
        if stage not in stages:
            continue
        if gone is None:
            gone = _counts(coming, target, stage, year)
        if there is not None:
            add(there, gone, _COUNTS)
        elif (target, stage) not in listed:
            rows[target, stage] = gone | {"school_id": target}
        people = [row for row in people if (row["school_id"], row["stage"]) != (source, stage)]
        if (target, stage) in listed:
            known = coming or _unlisted(gone, move, stage, year)
            people += [row | {"school_id": target, "school_since": move.year} for row in known]
    return list(rows.values()), people


def _counts(people: Iterable[Row], school: str, stage: str, year: int) -> Row:
    """What people of the roster count in, as a row of ``staff``; posts are not known of it."""
    amounts: Counter[str] = Counter()
    for row in people:
        amounts.update({"teachers": 1, "employees": 1, **counted(row, ())})
    own = {"school_id": school, "year": year, "stage": stage, "pe_arts_shared": 0}
    return blank("staff") | own | {name: amounts[name] for name in ("teachers", "employees", *HELD)}


def _unlisted(row: Row, move: Move, stage: str, year: int) -> list[Row]:
    """Those whom counts alone tell, as people of the roster who count in as much."""
    found = []
    for number in range(row["teachers"] or 0):
        holds = [name for name in HELD if number < (row[name] or 0)]
        teacher = f"拟并{move.year}-{move.school_id}-{number + 1:03}"
        found.append(newcomer(teacher, (move.to_school, stage), year, move.year, holds, new=False))
    return found
