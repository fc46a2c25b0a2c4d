"""Schools and their figures as rows: the sections of schools that an area of the standard looks at."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jiaoheng.findings import Value
from jiaoheng.standards import Check
from jiaoheng.web.basis import Basis

BELOW = ("fails", "floor")
_WORST = {"fails": 0, "unknown": 1, "meets": 2, "measured": 3}


class Row(msgspec.Struct, frozen=True):
    """One section of a school (``stage``), or a whole school: its figures by check, and how it stands.

    ``fails``, ``floor``, ``unknown`` and ``meets`` count its figures of the area; ``verdict`` is that of the rule for
    schools where the area has one, else the worst of the figures.
    """

    school_id: str
    name: str
    stage: str
    town: str
    pupils: float | None
    verdict: str
    fails: int
    floor: int
    unknown: int
    meets: int
    values: Mapping[str, Value]

    @property
    def below(self) -> int:
        """How many figures are below the standard."""
        return self.fails + self.floor


class Selection(msgspec.Struct, frozen=True):
    """Which rows, in which order. ``sort`` is a column (see ``ordered``), with a leading ``-`` the other way round."""

    area: str
    stage: str = ""
    verdict: str = ""
    town: str = ""
    name: str = ""
    within: frozenset[str] | None = None
    sort: str = ""


def checks(of: Basis, area: str) -> tuple[Check, ...]:
    """The checks of an area that have figures of schools: the columns."""
    there = {value.check for value in of.assessment.values if value.school_id}
    return tuple(check for item in of.standard.of_area(area) for check in item.checks if check.id in there)


def areas(of: Basis) -> tuple[str, ...]:
    """The areas that have figures of schools, that of balance first; the first of all areas where none has."""
    found = [area.id for area in of.standard.areas if checks(of, area.id)] or [of.standard.areas[0].id]
    return tuple(sorted(found, key=lambda area: area != of.standard.balanced_area))


def rows(of: Basis, area: str) -> tuple[Row, ...]:
    """A row for each school and stage that has figures in the area, the worst first.

    A figure of a whole school stands in the row of each of its stages.
    """
    wanted = {check.id for check in checks(of, area)}
    figures: dict[tuple[str, str], dict[str, Value]] = {}
    whole: dict[str, dict[str, Value]] = {}
    for value in of.assessment.values:
        if value.school_id and value.check in wanted:
            target = (
                figures.setdefault((value.school_id, value.stage), {})
                if value.stage
                else whole.setdefault(value.school_id, {})
            )
            target[value.check] = value
    for school in whole.keys() - {school for school, _ in figures}:
        figures[school, ""] = {}
    towns = towns_of(of)
    verdicts = {(school.school_id, school.stage): school.verdict for school in of.assessment.schools}
    ruled = of.standard.schools is not None and of.standard.schools.area == area
    found = []
    for (school, stage), own in figures.items():
        values = whole.get(school, {}) | own
        statuses = [value.status for value in values.values()]
        found.append(
            Row(
                school_id=school,
                name=of.school(school),
                stage=stage,
                town=towns.get(school, ""),
                pupils=next((value.pupils for value in values.values() if value.pupils is not None), None),
                verdict=verdicts.get((school, stage), "unknown") if ruled else _verdict(statuses),
                fails=statuses.count("fails"),
                floor=statuses.count("floor"),
                unknown=statuses.count("unknown"),
                meets=statuses.count("meets"),
                values=values,
            )
        )
    return tuple(sorted(found, key=_rank))


def selected(all_rows: Iterable[Row], wanted: Selection) -> list[Row]:
    """The rows that are wanted, in the order that is wanted."""
    name = plain(wanted.name)
    found = [
        row
        for row in all_rows
        if wanted.stage in ("", row.stage)
        and wanted.verdict in ("", row.verdict)
        and wanted.town in ("", row.town)
        and (wanted.within is None or row.school_id in wanted.within)
        and (not name or name in plain(row.name) or name in plain(row.school_id))
    ]
    return ordered(found, wanted.sort)


def ordered(found: list[Row], sort: str) -> list[Row]:
    """Rows by ``name``, ``stage``, ``town``, ``pupils``, ``meets`` or a check; the worst first where nothing is said.

    What is not known stands at the end, whichever way round.
    """
    column, backwards = sort.removeprefix("-"), sort.startswith("-")
    if column in ("", "worst"):
        return found[::-1] if backwards else found
    known = [row for row in found if key(row, column) is not None]
    unknown = [row for row in found if key(row, column) is None]
    return [*sorted(known, key=lambda row: key(row, column), reverse=backwards), *unknown]  # type: ignore[arg-type,return-value]


def key(row: Row, column: str) -> float | str | tuple[int, str] | None:
    """What a row is sorted by in a column; None where that is not known."""
    if column in ("name", "town"):
        return getattr(row, column) or None
    if column == "stage":
        return STAGES.index(row.stage), row.name
    if column in ("pupils", "meets"):
        return getattr(row, column)
    value = row.values.get(column)
    return None if value is None else bound(value)


def bound(value: Value) -> float | None:
    """A figure, or where it is only bounded, the bound that can be shown to be wrong."""
    return value.value if value.value is not None else value.low


def plain(text: str) -> str:
    """A text as it is searched: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def towns_of(of: Basis) -> dict[str, str]:
    """The town of each school by its code, where the facts say it."""
    places = {
        row["place_id"]: row
        for row in of.county["places"].select(["place_id", "name", "level", "parent_id"]).to_pylist()
    }
    found = {}
    schools = of.county["schools"].select(["school_id", "place_id"]).to_pylist()
    for row in schools:
        place, seen = places.get(row["place_id"]), set()
        while place and place["level"] != "town" and place["place_id"] not in seen:
            seen.add(place["place_id"])
            place = places.get(place["parent_id"])
        if place and place["level"] == "town":
            found[row["school_id"]] = place["name"] or place["place_id"]
    return found


STAGES = ("", "primary", "junior", "senior", "special", "kindergarten", "vocational")


def _verdict(statuses: Sequence[str]) -> str:
    said = ["fails" if status == "floor" else status for status in statuses]
    return min(said, key=lambda status: _WORST[status], default="unknown")


def _rank(row: Row) -> tuple[int, int, int, int, float, str, str]:
    """The worst first: by verdict, figures that fail, figures below, figures unknown; then the larger first."""
    return (_WORST[row.verdict], -row.fails, -row.floor, -row.unknown, -(row.pupils or 0), row.school_id, row.stage)
