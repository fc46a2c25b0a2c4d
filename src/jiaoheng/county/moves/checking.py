"""Moves held against the county before any is carried out, and put into the order in which they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county import words
from jiaoheng.county.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves.move import KINDS, Move
from jiaoheng.county.moves.structure import Known, Numbered, verify_form, verify_together
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

NAMING = ("transfer", "raise_degree", "appoint_backbone", "retrain_pe_arts")
"""Kinds that concern teachers who are there, by number where there is a roster."""
LAST_YEAR = int(schema().tables["enrolment"].column("year").maximum or 0)
"""The last school year that there are facts of."""
MOST, MOST_COUNTED = 1e12, 1e5
"""More than any county can do at once, in yuan or m² and in persons, rooms or classes: a slip of the keyboard."""
HELD = ("above_required_degree", "backbone", "pe_arts", "certified", "trained_360h", "senior_titles")
# People arrive before they leave, and those who are named are taken before others are chosen.
_ORDER = {kind: place for place, kind in enumerate(("open", "hire", "hire_pe_arts", "transfer"))}


def ordered(county: County, moves: Sequence[Move], latest: int) -> tuple[Numbered, ...]:
    """The moves in an order that does not depend on that of the list, each with the stage that it concerns.

    Raises ``MoveError`` for one that no facts would allow.
    """
    known = _known(county, moves, latest)
    numbered = [
        Numbered(number, move, known.names.get(move.school_id, move.school_id)) for number, move in enumerate(moves, 1)
    ]
    plan = tuple(sorted((_checked(each, known) for each in sorted(numbered, key=_place)), key=_place))
    verify_together(plan, known)
    return plan


def _place(each: Numbered) -> tuple[Any, ...]:
    move = each.move
    order = _ORDER.get(move.kind, len(_ORDER))
    where = (move.kind, move.school_id, move.to_school, move.stage, move.grade or 0, move.teachers, move.holds)
    whose = (move.place_id, move.from_school, move.area or 0.0)
    return move.year, order, not move.teachers, *where, *whose, move.amount, each.number


def _checked(each: Numbered, known: Known) -> Numbered:
    move = each.move
    kind = KINDS.get(move.kind)
    if kind is None:
        raise each.refused("kind", names=words.named([Text(name, name) for name in KINDS]))
    most = MOST_COUNTED if kind.counted else MOST
    if not 0 <= move.amount <= most:
        raise each.refused("amount", amount=f"{move.amount:g}", most=words.number(most))
    if kind.counted and move.amount != int(move.amount):
        raise each.refused("whole", amount=f"{move.amount:g}", unit=kind.unit_label)
    if move.year > LAST_YEAR:
        raise each.refused("late", last=LAST_YEAR)
    if move.year <= known.latest:
        raise each.refused("year", latest=known.latest, first=known.latest + 1)
    if move.stage and schema().code("stage", move.stage) is None:
        raise each.refused("stage", wanted=move.stage, names=_stages(code.value for code in schema().codes["stage"]))
    verify_form(each, known)
    _verify_schools(each, known)
    _verify_people(each)
    if kind.graded != (move.grade is not None):
        raise each.refused("only_grade")
    return _with_stage(each, known) if kind.persons else each


def _verify_schools(each: Numbered, known: Known) -> None:
    move = each.move
    if move.kind == "open" and move.school_id not in known.opened:
        raise each.refused("exists", wanted=move.school_id)
    if KINDS[move.kind].leads != bool(move.to_school) or move.to_school == move.school_id:
        raise each.refused("target")
    for school in filter(None, (move.school_id, move.to_school)):
        if school not in known.names:
            raise each.refused("school", wanted=school)
    # Teachers of a school that has closed are still to be moved.
    needed = (move.to_school,) if move.kind == "transfer" else filter(None, (move.school_id, move.to_school))
    for school in needed:
        last = known.last[school]
        if last is not None and last < move.year:
            raise each.refused("closed", wanted=known.names[school], last=last)


def _verify_people(each: Numbered) -> None:
    move = each.move
    if move.teachers and move.kind not in NAMING:
        raise each.refused("not_named")
    if move.teachers and len(move.teachers) != move.amount:
        raise each.refused("names_count", named=len(move.teachers), amount=f"{move.amount:g}")
    for place, teacher in enumerate(move.teachers):
        if teacher in move.teachers[:place]:
            raise each.refused("twice", teacher=teacher)
    for name in move.holds:
        if name not in HELD:
            raise each.refused("holds", wanted=name, names=words.named([Text(held, held) for held in HELD]))


def _with_stage(each: Numbered, known: Known) -> Numbered:
    move = each.move
    stage = move.stage
    if not stage:
        own = known.stages[move.school_id] or known.possible[move.school_id]
        if len(own) != 1:
            raise each.refused("which_stage", wanted=each.school, names=_stages(own))
        stage = own[0]
    for school in filter(None, (move.school_id, move.to_school)):
        if stage not in (*known.stages[school], *known.possible[school]):
            raise each.refused("no_stage", wanted=known.names[school], stage=words.coded("stage", stage))
    holds = tuple(name for name in HELD if name in move.holds)
    return msgspec.structs.replace(each, move=msgspec.structs.replace(move, stage=stage, holds=holds))


def _known(county: County, moves: Sequence[Move], latest: int) -> Known:
    rows = county["schools"].to_pylist()
    own = {row["school_id"] for row in rows}
    sites = [(move.site, move.year) for move in moves if move.kind == "open" and move.site]
    new = {site.school_id: (site, year) for site, year in sites if site.school_id not in own}
    kinds = {row["school_id"]: row["kind"] or "" for row in rows} | {code: site.kind for code, (site, _) in new.items()}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table in ("staff", "teachers"):
        columns = (county[table][name].to_pylist() for name in ("school_id", "year", "stage"))
        for school, year, stage in zip(*columns, strict=True):
            if year == latest and stage:
                found[school].add(stage)
    for (school, _), stages in enrolled_stages(county, latest).items():
        if not found[school]:
            found[school] |= stages
    order = [str(code.value) for code in schema().codes["stage"]]
    codes = {school: schema().code("kind", kind) for school, kind in kinds.items()}
    zoned: defaultdict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for row in county["zones"].to_pylist():
        zoned[row["place_id"], row["stage"]] += (row["school_id"],)
    return Known(
        names=county.school_names() | {code: site.name or code for code, (site, _) in new.items()},
        last={row["school_id"]: row["open_to"] for row in rows} | dict.fromkeys(new),
        stages={school: tuple(stage for stage in order if stage in found[school]) for school in kinds},
        # A kind that is not known may have any stage.
        possible={school: code.stages if code else tuple(order) for school, code in codes.items()},
        parents={row["school_id"]: row["parent_id"] for row in rows if row["parent_id"]},
        opened={code: year for code, (_, year) in new.items()},
        places=frozenset(county["places"]["place_id"].to_pylist()),
        zoned=zoned,
        primary_grades=county.primary_grades,
        latest=latest,
    )


def enrolled_stages(county: County, since: int) -> Mapping[tuple[str, int], set[str]]:
    """The stages that each school has pupils of, by school and year, from a year on."""
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    columns = (county["enrolment"][name].to_pylist() for name in ("school_id", "year", "grade", "pupils"))
    for school, year, grade, pupils in zip(*columns, strict=True):
        if year is not None and year >= since and grade is not None and pupils != 0:
            found[school, year].add(stage_of(grade, kinds.get(school) or "", county.primary_grades))
    return found


def _stages(stages: Iterable[object]) -> Text:
    return words.named([words.coded("stage", stage) for stage in stages])
