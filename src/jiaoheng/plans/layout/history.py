"""A layout asked of the facts of an earlier year, held against the schools that really closed since."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county import County, build
from jiaoheng.plans.ground.people import public_pupils, seats
from jiaoheng.plans.layout.planning import plan_layout, silent
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.plan import Plan, Progress


class Fate(msgspec.Struct, frozen=True):
    """A school that has closed since: its ``pupils`` in the year asked, ``rank`` among all by pupils (1: the fewest),
    the last year with any (``last``), and whether the plan ``proposed`` to close or change it.
    """

    school_id: str
    pupils: float
    rank: int
    last: int
    proposed: bool


class Hindsight(msgspec.Struct, frozen=True):
    """``closed`` schools that have no pupils of the stage any more; ``proposed`` by the plan and still open; ``of``
    how many schools; ``plan`` as it was asked.
    """

    year: int
    of: int
    closed: tuple[Fate, ...]
    proposed: tuple[str, ...]
    plan: Plan


def as_of(county: County, year: int) -> County:
    """The county as it was known in a school year: later facts are left out, later closings not known yet."""
    tables = {}
    for name, table in county.tables.items():
        if "year" in table.column_names:
            tables[name] = table.filter(pc.fill_null(pc.less_equal(table["year"], year), True))
        else:
            tables[name] = table
    schools = county["schools"]
    opened = pc.fill_null(pc.less_equal(schools["open_from"], year), True)
    closes = pa.array([None if last is not None and last >= year else last for last in schools["open_to"].to_pylist()],
                      pa.int64())  # fmt: skip
    place = schools.schema.get_field_index("open_to")
    tables["schools"] = schools.set_column(place, schools.schema.field(place), closes).filter(opened)
    return msgspec.structs.replace(county, tables=tables, gaps=(), snapshot="")


def hindsight(county: County, request: LayoutRequest, year: int, progress: Progress = silent) -> Hindsight:
    """The plan of an earlier year, and how the schools that closed since stand in it.

    What the county tells of then comes first. Where it does not tell them, seats are those known now (buildings hardly
    change), and children by place those of the first year that tells them, so many years younger. Raises as
    ``plan_layout`` does.
    """
    before = as_of(county, year)
    tables = dict(before.tables)
    if not before["children"].num_rows:
        tables["children"] = _earlier(county, year)
    if not before["facilities"].num_rows:
        tables["facilities"] = _seats_now(county, request.stage, year)
    before = msgspec.structs.replace(before, tables=tables)
    plan = plan_layout(before, request, progress)
    then = {code: count for code, count in public_pupils(county, request.stage, year).items() if count}
    order = sorted(then, key=lambda code: (then[code], code))
    changed = {move.school_id for move in plan.moves if move.kind in ("merge", "to_point", "to_branch")}
    years = [each for each in county.years if each >= year]
    taught = {each: public_pupils(county, request.stage, each) for each in years}
    closed = tuple(
        Fate(
            code,
            then[code],
            order.index(code) + 1,
            max(each for each in years if taught[each].get(code)),
            code in changed,
        )
        for code in order
        if not taught[years[-1]].get(code)
    )
    gone = {fate.school_id for fate in closed}
    return Hindsight(year, len(then), closed, tuple(sorted(changed - gone)), plan)


def _seats_now(county: County, stage: str, year: int) -> pa.Table:
    """Rows of ``facilities`` of the earlier year with the seats that are known now."""
    now = seats(county, stage, (county.years[-1],), None, {})
    rows = [
        {"school_id": code, "year": year, "stage": stage, "places": int(amount)}
        for (code, _), (amount, _) in now.items()
        if amount is not None
    ]
    return build({"facilities": rows})["facilities"]


def _earlier(county: County, year: int) -> pa.Table:
    """Children by place and age as they must have been: those of the first year told, so many years younger.

    Who was not born, or is too old to be told, is as many as the nearest age that is told.
    """
    rows = county["children"].to_pylist()
    first = min((row["year"] for row in rows), default=year)
    own = {(row["place_id"], row["age"]): row for row in rows if row["year"] == first}
    oldest = max((age for _, age in own), default=0)
    found = [
        row | {"year": year, "persons": own[place, min(oldest, age + first - year)]["persons"]}
        for (place, age), row in own.items()
        if (place, min(oldest, age + first - year)) in own
    ]
    return pa.Table.from_pylist(found, schema=county["children"].schema)
