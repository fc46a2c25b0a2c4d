"""``apply(county, moves)``: the county's facts year by year with the moves in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves import classes, facilities, people_joined, pupils, reshaping
from jiaoheng.county.moves.carrying import extended, latest_year, without_closed
from jiaoheng.county.moves.checking import enrolled_stages, ordered
from jiaoheng.county.moves.move import KINDS, Move
from jiaoheng.county.moves.persons import Roster, numbers
from jiaoheng.county.moves.splitting import Row
from jiaoheng.county.moves.staffing import Staffing
from jiaoheng.county.moves.structure import Numbered
from jiaoheng.county.schema import schema

_TAUGHT = ("enrolment", "classes", "class_sizes")
_TOUCHED = {"facilities": ("facilities",), "staff": ("staff", "teachers"), "enrolment": _TAUGHT}
_RESHAPED = {
    "open": ("facilities", "staff"),
    "merge": ("facilities", "staff", "teachers", *_TAUGHT, "finance"),
    "to_point": _TAUGHT,
}
"""Tables with a year that moves of the school's structure change."""
_GOING = ("merge", "to_point")
_Rows = dict[str, list[Row]]


def apply(county: County, moves: Sequence[Move], until: int | None = None, enrolment: pa.Table | None = None) -> County:
    """The county after moves: each year after the latest with enrolment has the moves of that year and before.

    The facts are first ``carried`` to ``until``, or to the last move's year where that is later (``enrolment``: as
    there); years before stay as they are. Where a roster tells of a school's stage, both it and ``staff`` change: who
    is hired gets a number that begins with 拟聘, and a transfer that names nobody takes the first who count in exactly
    what it ``holds``. An unknown figure stays unknown, whatever is added. The order of the moves makes no difference:
    in a year, staff and classes change first, then schools merge.

    Where ``enrolment`` tells the school that takes a merger's pupils in, and leaves out the one that closes, they are
    there already. What has no year (a school's kind, main school and catchment) is as after the last move: who asks of
    an earlier year applies the moves up to it.

    Raises ``MoveError``, with the move's number in the list, for one that the facts do not allow.
    """
    latest = latest_year(county)
    plan = ordered(county, moves, latest)
    last = max([latest, until or latest, *(move.year for move in moves)])
    whole = extended(county, last, enrolment)
    if any(KINDS[each.move.kind].table in ("schools", "zones") or each.move.kind == "add_beds" for each in plan):
        whole = reshaping.reshaped(whole, plan)
    touched = {table for each in plan for table in _tables(each.move)}
    if not touched:
        return without_closed(whole, latest)
    years = _Years(whole, plan, latest, _routed(county, enrolment))
    later = {name: _by_year(whole[name], latest) for name in touched}
    changed: dict[str, list[Row]] = {name: [] for name in touched}
    for year in range(latest + 1, last + 1):
        for name, found in years.changed(year, {name: later[name].get(year, []) for name in touched}).items():
            changed[name] += found
    tables = dict(whole.tables)
    for name, found in changed.items():
        facts = whole[name]
        kept = facts.filter(pc.fill_null(pc.less_equal(facts["year"], latest), True))
        tables[name] = pa.concat_tables([kept, pa.Table.from_pylist(found, schema=facts.schema)])
    return without_closed(msgspec.structs.replace(whole, tables=tables), latest)


def _tables(move: Move) -> tuple[str, ...]:
    table = KINDS[move.kind].table
    return _TOUCHED.get(table, ()) if table not in ("schools", "zones") else _RESHAPED.get(move.kind, ())


class _Years:
    """The rows of each year after the moves in force; ``county`` is carried, its schools as after all moves."""

    def __init__(
        self,
        county: County,
        plan: Sequence[Numbered],
        latest: int,
        routed: Mapping[int, Collection[tuple[str, str]]],
    ) -> None:
        self.county, self.plan, self.routed = county, plan, routed
        self.stages = _shared_stages(county, latest)
        self.given = numbers(plan, _people(county))
        self.kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))

    def changed(self, year: int, rows: Mapping[str, list[Row]]) -> _Rows:
        """The rows of the tables that moves touch, in one year."""
        found = dict(rows)
        moves = [each for each in self.plan if each.move.year <= year]
        for each in moves:
            if each.move.kind == "open":
                code = schema().code("kind", self.kinds[each.move.school_id] or "")
                stages = [stage for stage in code.stages if stage != "kindergarten"] or code.stages if code else ()
                for table, new in reshaping.opening_rows(each, year, stages).items():
                    found[table] = [*found[table], *new]
        if "facilities" in rows:
            own = [each for each in moves if KINDS[each.move.kind].table == "facilities"]
            found["facilities"] = facilities.changed(found["facilities"], own, self.stages.get(year, {}))
        for before, going in _steps(moves):
            self._change(year, found, before)
            for each in going:
                self._go(year, found, each)
        return found

    def _change(self, year: int, found: _Rows, moves: Sequence[Numbered]) -> None:
        """Classes and staff after moves that leave the schools as they are."""
        taught = [each for each in moves if KINDS[each.move.kind].table == "enrolment"]
        if taught:
            told = classes.Taught(*(found[name] for name in _TAUGHT))
            found |= dict(zip(_TAUGHT, classes.changed(told, taught, self._stage_of), strict=True))
        staffed = [each for each in moves if KINDS[each.move.kind].table == "staff"]
        if staffed:
            reserved = {teacher for each in self.plan for teacher in each.move.teachers}
            roster = Roster(found["teachers"], reserved, self.county.school_names())
            first = self.county.staff_from == "counts"
            staffing = Staffing(year, found["staff"], roster, self.given, counts_first=first)
            staffing.carry_out(staffed)
            found |= {"staff": list(staffing.rows.values()), "teachers": list(roster.people.values())}

    def _go(self, year: int, found: _Rows, each: Numbered) -> None:
        """All that goes with the pupils of a merger, or of a new teaching point."""
        told = classes.Taught(*(found[name] for name in _TAUGHT))
        routed = self.routed.get(year, frozenset())
        after = pupils.moved(told, each, self._stage_of, routed, self.county.primary_grades)
        found |= dict(zip(_TAUGHT, after, strict=True))
        if each.move.kind == "merge":
            found["facilities"] = reshaping.with_movables(found["facilities"], each.move)
            found["finance"] = reshaping.with_funds(found["finance"], each.move)
            found["staff"], found["teachers"] = people_joined.joined(found["staff"], found["teachers"], each.move, year)

    def _stage_of(self, school: str, grade: int) -> str:
        return stage_of(grade, self.kinds.get(school) or "", self.county.primary_grades)


def _steps(moves: Sequence[Numbered]) -> Iterator[tuple[list[Numbered], list[Numbered]]]:
    """The moves, in their order, as steps: those that leave the schools as they are, then those by which pupils go."""
    last = None
    for year in sorted({each.move.year for each in moves if each.move.kind in _GOING}):
        yield (
            [each for each in moves if each.move.year <= year and (last is None or each.move.year > last)],
            [each for each in moves if each.move.year == year and each.move.kind in _GOING],
        )
        last = year
    yield [each for each in moves if last is None or each.move.year > last], []


def _routed(county: County, enrolment: pa.Table | None) -> Mapping[int, Collection[tuple[str, str]]]:
    """The schools' stages that projected rows tell, by year."""
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    if enrolment is not None:
        kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
        for school, year, grade in zip(
            *(enrolment[name].to_pylist() for name in ("school_id", "year", "grade")), strict=True
        ):
            found[year].add((school, stage_of(grade, kinds.get(school) or "", county.primary_grades)))
    return found


def _by_year(table: pa.Table, latest: int) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in table.filter(pc.greater(table["year"], latest)).to_pylist():
        found[row["year"]].append(row)
    return found


def _people(county: County) -> Iterable[str]:
    return (teacher for teacher in pc.unique(county["teachers"]["teacher_id"]).to_pylist() if teacher is not None)


def _shared_stages(county: County, latest: int) -> Mapping[int, Mapping[str, set[str]]]:
    """The stages of each school by year, a campus' with those of its main school, as its facilities are counted."""
    rows = county["schools"].to_pylist()
    above = {row["school_id"]: row["parent_id"] for row in rows if row["counted"] is False and row["parent_id"]}
    # As the assessment does, through a campus of a campus at most.
    units = {row["school_id"]: row["school_id"] for row in rows}
    for _ in range(3):
        units = {school: above.get(unit, unit) for school, unit in units.items()}
    together: defaultdict[int, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (school, year), stages in enrolled_stages(county, latest).items():
        together[year][units.get(school, school)] |= stages
    return {year: {school: own[unit] for school, unit in units.items()} for year, own in together.items()}
