"""Moves that change which schools there are, held against the county and against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jiaoheng.county import words
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.county.moves.errors import MoveError
from jiaoheng.county.moves.move import KINDS, Move
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

RESHAPING = ("merge", "to_point", "to_branch")
"""Kinds that lead a whole school, or part of it, to another."""
POINT = "218"
"""The kind of a primary teaching point."""
LARGEST_AREA = 1e6
"""More m² than any school has: a slip of the keyboard."""


class Numbered(msgspec.Struct, frozen=True):
    """A move with its place in the list, from 1, and the name of its school."""

    number: int
    move: Move
    school: str

    def refused(self, code: str, **values: object) -> MoveError:
        """Why it cannot be carried out."""
        move = self.move
        kind = KINDS[move.kind].label if move.kind in KINDS else move.kind
        return MoveError(code, self.number, **{"kind": kind, "school": self.school, "year": move.year} | values)


class Known(msgspec.Struct, frozen=True):
    """What the checks ask of the county, with the schools that moves open among its own.

    By school: ``names``, the ``last`` years told, ``stages`` that it has and ``possible`` ones by its
    kind, ``parents`` of teaching points and campuses. ``opened`` are the moves' own schools. ``zoned``: the schools of
    a place and stage.
    """

    names: Mapping[str, str]
    last: Mapping[str, int | None]
    stages: Mapping[str, tuple[str, ...]]
    possible: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, str]
    opened: Mapping[str, int]
    places: frozenset[str]
    zoned: Mapping[tuple[str, str], tuple[str, ...]]
    primary_grades: int
    latest: int


def verify_form(each: Numbered, known: Known) -> None:
    """What a move of the school's structure says, by itself. Raises ``MoveError``."""
    move = each.move
    if (move.kind == "open") != (move.site is not None) or (move.site and move.site.school_id != move.school_id):
        raise each.refused("no_site")
    if move.site is not None:
        if not move.site.kind or schema().code("kind", move.site.kind) is None:
            raise each.refused("site_kind", wanted=move.site.kind)
        if move.site.place_id not in known.places:
            raise each.refused("site_place", wanted=move.site.place_id)
    if move.area is not None and (move.kind not in ("open", "add_seats") or not 0 <= move.area <= LARGEST_AREA):
        raise each.refused("area", area=f"{move.area:g}", most=words.number(LARGEST_AREA))
    if (move.kind == "zone") != bool(move.place_id) or (move.place_id and move.place_id not in known.places):
        raise each.refused("zone_place", wanted=move.place_id)
    if KINDS[move.kind].table == "schools" and move.stage:
        raise each.refused("whole_merge")
    if move.kind == "zone" and (not move.stage or move.stage not in _taught(move.school_id, known)):
        raise each.refused("zone_stage")


def verify_together(plan: Sequence[Numbered], known: Known) -> None:
    """The moves against each other, in their order. Raises ``MoveError`` for the first that cannot be."""
    reshaped: dict[str, Numbered] = {}
    seen: dict[tuple[str, int], Numbered] = {}
    opening: dict[str, Numbered] = {}
    for each in plan:
        move = each.move
        if move.kind == "open" and opening.setdefault(move.school_id, each) is not each:
            raise each.refused("exists", wanted=move.school_id)
        if move.kind not in RESHAPING:
            continue
        if (other := seen.setdefault((move.school_id, move.year), each)) is not each:
            raise each.refused("reshaped", wanted=each.school, other=other.number)
        if move.kind == "merge":
            if move.school_id in reshaped:
                raise _merged(each, reshaped[move.school_id], known)
            reshaped[move.school_id] = each
    for each in plan:
        _verify_open(each, reshaped, known)
    parents = dict(known.parents)
    for each in plan:
        if each.move.kind in RESHAPING:
            _verify_target(each, reshaped, known)
            _verify_parts(each, parents, known)
    _verify_zones(plan, known)


def _verify_open(each: Numbered, merges: Mapping[str, Numbered], known: Known) -> None:
    """Nothing is done at a school before it opens or after it is merged."""
    move = each.move
    for school in filter(None, (move.school_id, move.to_school)):
        first = known.opened.get(school)
        if first is not None and move.year < first:
            raise each.refused("not_open", wanted=known.names[school], first=first)
        gone = merges.get(school)
        if gone is None or gone is each or move.year < gone.move.year:
            continue
        # Who leaves a school as it is merged leaves before the others go.
        if not (move.kind == "transfer" and school == move.school_id and move.year == gone.move.year):
            raise _merged(each, gone, known)


def _merged(each: Numbered, gone: Numbered, known: Known) -> MoveError:
    into = known.names[gone.move.to_school]
    return each.refused("merged", wanted=gone.school, since=gone.move.year, into=into)


def _verify_target(each: Numbered, merges: Mapping[str, Numbered], known: Known) -> None:
    move = each.move
    target = move.to_school
    last = known.last[target]
    if last is not None and target not in merges:
        raise each.refused("closes", wanted=known.names[target], last=last)
    own = known.stages[move.school_id]
    for stage in own if move.kind == "merge" else own[:1]:
        if stage not in _taught(target, known):
            raise each.refused("not_taught", wanted=known.names[target], stage=words.coded("stage", stage))
    if move.kind == "to_point":
        others = [stage for stage in known.stages[move.school_id] if stage not in ("primary", "kindergarten")]
        if others or "primary" not in _taught(move.school_id, known):
            raise each.refused("only_primary", names=words.named([words.coded("stage", stage) for stage in others]))
        if not 1 <= (move.grade or 0) < known.primary_grades:
            raise each.refused("highest_grade", most=known.primary_grades - 1)


def _verify_parts(each: Numbered, parents: dict[str, str], known: Known) -> None:
    """A main school is no part of another, and what becomes a part has none; ``parents`` follows the moves."""
    move = each.move
    if move.kind == "merge":
        parents.pop(move.school_id, None)
        for part in [part for part, above in parents.items() if above == move.school_id]:
            parents[part] = move.to_school
        if move.to_school in parents and move.school_id in parents.values():
            raise each.refused("part_of", wanted=known.names[move.to_school])
        return
    if move.to_school in parents:
        raise each.refused("part_of", wanted=known.names[move.to_school])
    own = [part for part, above in parents.items() if above == move.school_id]
    if own:
        names = words.named([Text(known.names[part], known.names[part]) for part in sorted(own)])
        raise each.refused("has_parts", wanted=each.school, names=names)
    parents[move.school_id] = move.to_school


def _verify_zones(plan: Iterable[Numbered], known: Known) -> None:
    zoned = {place: list(schools) for place, schools in known.zoned.items()}
    for each in plan:
        move = each.move
        if move.kind != "zone":
            continue
        own = zoned.setdefault((move.place_id, move.stage), [])
        # A school that the place has already may take the children of another that it loses.
        if move.school_id in own and move.from_school in ("", move.school_id):
            raise each.refused("zone_twice", wanted=each.school)
        if move.from_school and own and move.from_school not in own:
            names = words.named([Text(known.names.get(code, code), known.names.get(code, code)) for code in own])
            raise each.refused("zone_from", wanted=known.names.get(move.from_school, move.from_school), names=names)
        if move.from_school in own:
            own.remove(move.from_school)
        if move.school_id not in own:
            own.append(move.school_id)


def _taught(school: str, known: Known) -> tuple[str, ...]:
    return (*known.stages[school], *known.possible[school])


def goes(grade: int, highest: int, kind: str, primary_grades: int) -> bool:
    """Whether a grade leaves a school that becomes a teaching point up to ``highest``."""
    return not is_stage(grade) and grade > highest and stage_of(grade, kind, primary_grades) == "primary"
