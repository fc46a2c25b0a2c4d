"""``apply(county, moves)``: the county's facts year by year with the moves in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves import classes, facilities
from jiaoheng.county.moves.carrying import extended, latest_year, without_closed
from jiaoheng.county.moves.checking import Numbered, enrolled_stages, ordered
from jiaoheng.county.moves.move import KINDS, Move
from jiaoheng.county.moves.persons import Roster, numbers
from jiaoheng.county.moves.splitting import Row
from jiaoheng.county.moves.staffing import Staffing

_TAUGHT = ("enrolment", "classes", "class_sizes")
_TOUCHED = {"facilities": ("facilities",), "staff": ("staff", "teachers"), "enrolment": _TAUGHT}


def apply(county: County, moves: Sequence[Move], until: int | None = None, enrolment: pa.Table | None = None) -> County:
    """The county after moves: each year after the latest with enrolment has the moves of that year and before.

    The facts are first ``carried`` to ``until``, or to the last move's year where that is later (``enrolment``: as
    there); years before stay as they are. Where a roster tells of a school's stage, both it and ``staff`` change: who
    is hired gets a number that begins with 拟聘, and a transfer that names nobody takes the first who count in exactly
    what it ``holds``. An unknown figure stays unknown, whatever is added. The order of the moves makes no difference.

    Raises ``MoveError``, with the move's number in the list, for one that the facts do not allow.
    """
    latest = latest_year(county)
    plan = ordered(county, moves, latest)
    last = max([latest, until or latest, *(move.year for move in moves)])
    whole = extended(county, last, enrolment)
    touched = {table for each in plan for table in _TOUCHED[KINDS[each.move.kind].table]}
    if not touched:
        return without_closed(whole, latest)
    later = {name: _by_year(whole[name], latest) for name in touched}
    changed: dict[str, list[Row]] = {name: [] for name in touched}
    stages = _shared_stages(whole, latest)
    given = numbers(plan, _people(whole))
    for year in range(latest + 1, last + 1):
        rows = {name: later[name].get(year, []) for name in touched}
        for name, found in _of_year(whole, year, rows, plan, stages.get(year, {}), given).items():
            changed[name] += found
    tables = dict(whole.tables)
    for name, found in changed.items():
        facts = whole[name]
        kept = facts.filter(pc.fill_null(pc.less_equal(facts["year"], latest), True))
        tables[name] = pa.concat_tables([kept, pa.Table.from_pylist(found, schema=facts.schema)])
    return without_closed(msgspec.structs.replace(whole, tables=tables), latest)


def _of_year(
    county: County,
    year: int,
    rows: Mapping[str, list[Row]],
    plan: Sequence[Numbered],
    stages: Mapping[str, set[str]],
    given: Mapping[int, Sequence[str]],
) -> dict[str, list[Row]]:
    """The rows of the tables that moves touch, in one year, after those in force."""
    found = dict(rows)
    moves = [each for each in plan if each.move.year <= year]
    own = {table: [each for each in moves if KINDS[each.move.kind].table == table] for table in _TOUCHED}
    if "facilities" in rows:
        found["facilities"] = facilities.changed(rows["facilities"], own["facilities"], stages)
    if "enrolment" in rows:
        kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
        told = classes.Taught(*(rows[name] for name in _TAUGHT))
        taught = classes.changed(
            told,
            own["enrolment"],
            lambda school, grade: stage_of(grade, kinds.get(school) or "", county.primary_grades),
        )
        found |= dict(zip(_TAUGHT, taught, strict=True))
    if "staff" in rows:
        reserved = {teacher for each in plan for teacher in each.move.teachers}
        roster = Roster(rows["teachers"], reserved, county.school_names())
        staffing = Staffing(year, rows["staff"], roster, given, counts_first=county.staff_from == "counts")
        staffing.carry_out(own["staff"])
        found |= {"staff": list(staffing.rows.values()), "teachers": list(roster.people.values())}
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
