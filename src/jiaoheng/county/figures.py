"""The totals that people know their county by, in two states of it: pupils, classes, teachers, rooms, equipment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from jiaoheng.county.checks.facts import enrolment
from jiaoheng.county.county import County
from jiaoheng.county.schema import schema

STAGES = tuple(str(code.value) for code in schema().codes["stage"])
_FACILITIES = ("teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value",
               "multimedia_rooms", "computers", "books", "places", "beds")  # fmt: skip
_ORDER = (("enrolment", "pupils"), ("enrolment", "classes"), ("staff", "teachers"), ("teachers", "teacher_id"),
          *(("facilities", column) for column in _FACILITIES))  # fmt: skip


class Total(msgspec.Struct, frozen=True):
    """A sum over rows of a year. ``missing`` rows have no figure or wait to be mended, and are not in it."""

    value: float | None = None
    missing: int = 0


class Figure(msgspec.Struct, frozen=True):
    """A column's total of all schools, of a stage or (``stage`` empty) of all, in one year each.

    The years are the same, except where one state goes on to a year that the other has not reached: then it is held
    against the other's latest. For ``teachers.teacher_id`` the rows of the roster are counted; it stands in where
    there is no ``staff``.
    """

    table: str
    column: str
    stage: str
    old_year: int
    new_year: int
    old: Total
    new: Total

    @property
    def is_changed(self) -> bool:
        """Whether the totals, or what is missing from them, differ."""
        return self.old != self.new


_Totals = Mapping[tuple[str, str, str, int], Total]


def figures(before: County, after: County) -> tuple[Figure, ...]:
    """The totals of both states: of their latest common year, and of each later one that only one of them has."""
    old, new = _totals(before), _totals(after)
    names = {(table, column, stage) for table, column, stage, _ in (*old, *new)}
    found = [
        Figure(*name, was, now, old.get((*name, was), Total()), new.get((*name, now), Total()))
        for was, now in _years(before, after)
        for name in names
    ]
    there = (figure for figure in found if figure.old != Total() or figure.new != Total())
    return tuple(sorted(there, key=_place))


def yearly(county: County, year: int) -> tuple[Figure, ...]:
    """The totals of a school year beside those of the year before; none where there is nothing of one of them."""
    totals = _totals(county)
    names = {(table, column, stage) for table, column, stage, of in totals if of in (year, year - 1)}
    found = [
        Figure(*name, year - 1, year, totals.get((*name, year - 1), Total()), totals.get((*name, year), Total()))
        for name in names
    ]
    there = {at for _, _, _, at in totals} >= {year, year - 1}
    return tuple(sorted(found, key=_place)) if there else ()


def _years(before: County, after: County) -> Iterator[tuple[int, int]]:
    """Years to be held against each other."""
    old, new = set(before.years), set(after.years)
    if common := old & new:
        yield max(common), max(common)
    if old and new:
        yield from ((max(old), year) for year in sorted(new) if year > max(old))
        yield from ((year, max(new)) for year in sorted(old) if year > max(new))


def _place(figure: Figure) -> tuple[int, int, int, int]:
    stages = ("", *STAGES)
    return (
        -figure.new_year,
        -figure.old_year,
        _ORDER.index((figure.table, figure.column)),
        stages.index(figure.stage),
    )


def _totals(county: County) -> _Totals:
    """Every total by table, column, stage and year."""
    cells: dict[tuple[str, str, str, int], list[float | None]] = {}
    for row in enrolment(county):
        cells.setdefault(("enrolment", "pupils", row.stage, row.year), []).append(row.pupils)
        cells.setdefault(("enrolment", "classes", row.stage, row.year), []).append(row.classes)
    for row in county["staff"].select(["stage", "year", "teachers"]).to_pylist():
        cells.setdefault(("staff", "teachers", row["stage"] or "", row["year"]), []).append(row["teachers"])
    counted = {year for table, _, _, year in cells if table == "staff"}
    for row in county["teachers"].select(["stage", "year"]).to_pylist():
        if row["year"] not in counted:
            cells.setdefault(("teachers", "teacher_id", row["stage"] or "", row["year"]), []).append(1)
    for row in county["facilities"].select(["year", *_FACILITIES]).to_pylist():
        for column in _FACILITIES:
            cells.setdefault(("facilities", column, "", row["year"]), []).append(row[column])
    return {name: _total(some, _waiting(county, name[0], name[3])) for name, some in cells.items()}


def _total(values: list[float | None], waiting: int) -> Total:
    known = [value for value in values if value is not None]
    missing = len(values) - len(known) + waiting
    # In decimals, as they are written: exact, whatever the order of rows.
    whole = all(isinstance(value, int) for value in known)
    total = sum(known) if whole else float(sum(Decimal(repr(value)) for value in known))
    return Total(total if known else None, missing)


def _waiting(county: County, table: str, year: int) -> int:
    return sum(gap.rows for gap in county.gaps if gap.table == table and gap.year in (None, year))
