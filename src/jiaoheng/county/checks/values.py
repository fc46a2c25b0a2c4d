"""Single cells: numbers that are numbers, within the schema's limits and code lists, in possible years."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county import words
from jiaoheng.county.checks.coordinates import LATITUDES, turned_rows
from jiaoheng.county.checks.registry import advice, rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import SEVERAL, Column, schema

FAR_YEARS = 5


@rule
def finite_numbers(county: County) -> Iterator[Problem]:
    """No cell holds infinity or what is not a number."""
    for table, column, values in _columns(county):
        if pa.types.is_floating(values.type):
            for index in _where(pc.invert(pc.is_finite(values))):
                yield _cell("not_finite", table, column, index, values)


@rule
def limits(county: County) -> Iterator[Problem]:
    """Numbers within the schema's limits; a latitude that is a longitude is told by coordinates."""
    for table, column, values in _columns(county):
        turned = turned_rows(county, table) if (table, column.name) in LATITUDES else frozenset()
        if column.minimum is not None:
            details = {"minimum": words.number(column.minimum)}
            for index in _where(pc.and_(pc.less(values, column.minimum), pc.is_finite(values))):
                if index not in turned:
                    yield _cell("below_minimum", table, column, index, values, details)
        if column.maximum is not None:
            details = {"maximum": words.number(column.maximum)}
            for index in _where(pc.and_(pc.greater(values, column.maximum), pc.is_finite(values))):
                if index not in turned:
                    yield _cell("above_maximum", table, column, index, values, details)


@rule
def code_lists(county: County) -> Iterator[Problem]:
    """Coded cells hold codes of their list."""
    for table, column, values in _columns(county):
        if not column.codes:
            continue
        known = {code.value for code in schema().codes[column.codes]}
        wrong = [value for value in pc.unique(values).to_pylist() if not _is_known(column, value, known)]
        if wrong:
            labels = [words.coded(column.codes, code.value) for code in schema().codes[column.codes]]
            details = words.both(codes=words.listed(labels, at_most=8))
            for index in _where(pc.is_in(values, value_set=pa.array(wrong, values.type))):
                yield _cell("unknown_code", table, column, index, values, details)


@advice
def years(county: County) -> Iterator[Problem]:
    """Years that stand apart from the county's own years of enrolment, as a slip of the keyboard does."""
    if not county.years:
        return
    for table in schema().tables.values():
        if any(column.name == "year" for column in table.columns):
            values = county[table.name]["year"].to_pylist()
            counts = Counter(year for year in values if year is not None)
            for year in _apart(table.name, counts, county.years):
                yield Problem(
                    code="year_apart",
                    table=table.name,
                    column="year",
                    value=str(year),
                    index=values.index(year),
                    details={"count": str(counts[year]), "years": words.years(set(county.years) - {year})},
                )


def _apart(table: str, counts: Counter[int], known: tuple[int, ...]) -> list[int]:
    """In enrolment: years with few rows far from all others; elsewhere: years after the next one."""
    if table != "enrolment":
        return sorted(year for year in counts if year > known[-1] + 1)
    most = max(counts.values())
    return [
        year
        for year in known
        if counts[year] * 2 < most and all(abs(year - other) > FAR_YEARS for other in known if other != year)
    ]


def _columns(county: County) -> Iterator[tuple[str, Column, pa.ChunkedArray]]:
    for table in schema().tables.values():
        if county[table.name].num_rows:
            for column in table.columns:
                yield table.name, column, county[table.name][column.name]


def _where(mask: Any) -> list[int]:
    """Positions where a mask is true; null is not."""
    return pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()  # type: ignore[no-any-return]


def _is_known(column: Column, value: Any, known: set[str | int]) -> bool:
    if value is None:
        return True
    if column.type == "codes":
        return all(part in known for part in value.split(SEVERAL))
    return value in known


def _cell(
    code: str,
    table: str,
    column: Column,
    index: int,
    values: pa.ChunkedArray,
    details: dict[str, str] | None = None,
) -> Problem:
    value = values[index].as_py()
    is_figure = column.type in ("integer", "number") and math.isfinite(value)
    value = words.number(value) if is_figure else str(value)
    return Problem(code=code, table=table, column=column.name, value=value, index=index, details=details or {})
