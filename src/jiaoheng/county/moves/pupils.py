"""Pupils who go to another school as theirs closes or becomes a teaching point, with their classes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from jiaoheng.county.grades import WHOLE
from jiaoheng.county.moves.classes import Taught
from jiaoheng.county.moves.reshaping import add
from jiaoheng.county.moves.splitting import Row, loosened
from jiaoheng.county.moves.structure import Numbered, goes

_COUNTS = ("classes", "pupils", "boarders", "migrant_children", "left_behind_children", "disabled_children")
StageOf = Callable[[str, int], str]


def moved(
    told: Taught, each: Numbered, stage_of: StageOf, routed: Collection[tuple[str, str]], primary_grades: int
) -> Taught:
    """The rows of one year after a merger or a new teaching point.

    ``routed`` are the schools' stages that projected rows tell: where they tell the school that takes the pupils in
    and leave out the one that they come from, they have them there already, and nobody is moved twice.
    Raises ``MoveError`` where a teaching point's pupils are not told by grade.
    """
    move = each.move
    own = [row for row in told.enrolment if row["school_id"] == move.school_id]
    if move.kind == "to_point":
        if any(row["grade"] == WHOLE["primary"] and row["pupils"] != 0 for row in own):
            raise each.refused("pooled")
        grades = {row["grade"] for row in own if goes(row["grade"], move.grade or 0, "", primary_grades)}
    else:
        grades = {row["grade"] for row in own}
    going = [row for row in own if row["grade"] in grades]
    stages = {stage_of(move.school_id, grade) for grade in grades}
    there = {stage for stage in stages if (move.to_school, stage) in routed and (move.school_id, stage) not in routed}
    arriving = {grade for grade in grades if stage_of(move.school_id, grade) not in there}
    return Taught(
        _enrolment(told.enrolment, going, arriving, move.to_school),
        _classes(told, grades, arriving, each),
        _bands(told, going, stages - there, each, stage_of),
    )


def _enrolment(rows: Iterable[Row], going: Sequence[Row], arriving: Collection[int], target: str) -> list[Row]:
    gone = {id(row) for row in going}
    found = {(row["school_id"], row["grade"]): dict(row) for row in rows if id(row) not in gone}
    for row in going:
        place = (target, row["grade"])
        if row["grade"] not in arriving:
            continue
        if place in found:
            add(found[place], row, _COUNTS)
        else:
            found[place] = row | {"school_id": target}
    return list(found.values())


def _classes(told: Taught, grades: Collection[int], arriving: Collection[int], each: Numbered) -> list[Row]:
    """Single classes: those of a grade are listed at the other school where all of them were, at both."""
    source, target = each.move.school_id, each.move.to_school
    kept = [row for row in told.classes if row["school_id"] != source or row["grade"] not in grades]
    for grade in sorted(arriving):
        coming = [row for row in told.classes if row["school_id"] == source and row["grade"] == grade]
        own = [row for row in kept if row["school_id"] == target and row["grade"] == grade]
        has = any(row["school_id"] == target and row["grade"] == grade and row["pupils"] != 0 for row in told.enrolment)
        if coming and (own or not has):
            taken = {row["class_no"] for row in own}
            free = (str(number) for number in range(1, len(own) + len(coming) + 1) if str(number) not in taken)
            kept += [row | {"school_id": target, "class_no": next(free)} for row in coming]
        elif own and any(row["school_id"] == source and row["grade"] == grade for row in told.enrolment):
            # A list that is no longer whole proves nothing.
            kept = [row for row in kept if row not in own]
    return kept


def _bands(
    told: Taught, going: Sequence[Row], arriving: Collection[str], each: Numbered, stage_of: StageOf
) -> list[Row]:
    """Bands of class sizes: what is still sure of both schools."""
    source, target = each.move.school_id, each.move.to_school
    kept = [row for row in told.bands if row["school_id"] not in (source, target)]
    bands = {
        (school, stage): [row for row in told.bands if (row["school_id"], row["stage"]) == (school, stage)]
        for school in (source, target)
        for stage in {row["stage"] for row in told.bands if row["school_id"] in (source, target)}
    }
    for (school, stage), own in bands.items():
        leaving = [row["classes"] for row in going if stage_of(source, row["grade"]) == stage]
        count = None if None in leaving else sum(leaving)
        if school == source:
            stays = each.move.kind == "to_point" and (not leaving or count is not None)
            kept += (loosened(own, -(count or 0)) if leaving else own) if stays else []
        elif stage not in arriving or not leaving:
            kept += own
        else:
            has = any(row["school_id"] == target and stage_of(target, row["grade"]) == stage for row in told.enrolment)
            coming = bands[source, stage]
            if each.move.kind == "to_point" and coming:
                coming = [row | {"classes": count} for row in loosened(coming, 0)]
            if coming and (own or not has):
                kept += _together(own, [row | {"school_id": target} for row in coming])
    return kept


def _together(own: Sequence[Row], coming: Sequence[Row]) -> list[Row]:
    found = {row["smallest"]: dict(row) for row in own}
    for row in coming:
        if row["smallest"] not in found:
            found[row["smallest"]] = dict(row)
            continue
        band = found[row["smallest"]]
        add(band, row, ("classes",))
        band["largest"] = None if None in (band["largest"], row["largest"]) else max(band["largest"], row["largest"])
    return list(found.values())
