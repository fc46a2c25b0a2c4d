"""What changed since last year, for the county and school by school, in figures and in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county.comparison_words import exact, figure_label, say
from jiaoheng.county.county import County, Gap
from jiaoheng.county.figures import Figure, yearly
from jiaoheng.county.rows import Batch
from jiaoheng.county.schema import schema
from jiaoheng.language import Language

TABLES = ("enrolment", "staff", "teachers", "facilities")


class YearChange(msgspec.Struct, frozen=True):
    """The figures of a school (``school`` empty: of the county) in a year that differ from the year before."""

    school: str
    year: int
    figures: tuple[Figure, ...]


def brought_schools(batches: Collection[Batch]) -> dict[int, frozenset[str]]:
    """Of which schools batches bring figures, by year."""
    found: dict[int, set[str]] = {}
    for batch in batches:
        for name in TABLES:
            for row in batch.rows.get(name, ()):
                school, year = row.values.get("school_id"), row.values.get("year")
                if isinstance(school, str) and isinstance(year, int):
                    found.setdefault(year, set()).add(school)
    return {year: frozenset(schools) for year, schools in found.items()}


def changes_since_last_year(county: County, schools: Mapping[int, Collection[str]]) -> tuple[YearChange, ...]:
    """What changed in the latest of these years: of the county, if several schools are concerned, and of each."""
    if not schools:
        return ()
    year = max(schools)
    concerned = sorted(schools[year])
    found = [_change(county, year, "")] if len(concerned) > 1 else []
    slim = {name: _of_years(county, name, year) for name in TABLES}
    for school in concerned:
        tables = {name: table.filter(pc.field("school_id") == school) for name, table in slim.items()}
        of = msgspec.structs.replace(county, tables={**county.tables, **tables}, gaps=_gaps(county, school))
        found.append(_change(of, year, school))
    return tuple(change for change in found if change is not None)


def _change(county: County, year: int, school: str) -> YearChange | None:
    changed = tuple(figure for figure in yearly(county, year) if figure.old.value != figure.new.value)
    return YearChange(school, year, changed) if changed else None


def _of_years(county: County, name: str, year: int) -> pa.Table:
    return county[name].filter(pc.field("year").isin([year - 1, year]))


def _gaps(county: County, school: str) -> tuple[Gap, ...]:
    return tuple(gap for gap in county.gaps if gap.subject in ("", school))


def change_sentence(change: YearChange, names: Mapping[str, str], language: Language) -> str:
    """What changed, in one sentence: 青石镇中心小学：小学在校生数 412 → 398（−14）；教学仪器设备值 …"""
    parts = [_figure(figure, language) for figure in change.figures]
    who = names.get(change.school, change.school) or say("whole_county", language)
    return say("since_last_year", language, who=who, parts=("；" if language == "zh" else "; ").join(parts))


def _figure(figure: Figure, language: Language) -> str:
    old, new = figure.old.value, figure.new.value
    by = ""
    if old is not None and new is not None:
        moved = Decimal(repr(new)) - Decimal(repr(old))
        by = say("moved", language, by=("+" if moved > 0 else "−") + exact(float(abs(moved))))
    unit = "" if figure.table == "teachers" or new is None else schema().tables[figure.table].column(figure.column).unit
    shown = schema().units[unit].label.after(exact(new), language) if unit and unit != "person" else ""
    return say(
        "figure_moved",
        language,
        name=figure_label(figure, language),
        old=exact(old),
        new=exact(new),
        unit=f" {shown}" if shown else "",
        by=by,
    )
