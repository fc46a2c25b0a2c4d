"""Wide tables made long, and totals held against their parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Column
from jiaoheng.language import Text
from jiaoheng.sources.cells import parse
from jiaoheng.sources.mapping.foreign import Line
from jiaoheng.sources.mapping.patterns import fill, holes, match, only_values
from jiaoheng.sources.mapping.spec import Feed, Total, Unpivot, listed
from jiaoheng.sources.text import shown, tidy

_FIGURE = Column(name="figure", type="number", label=Text(zh="数", en="figure"), minimum=0)
TOLERANCE = 1e-9


class Wide(msgspec.Struct, frozen=True):
    """One of the columns that become rows: its tidied header and what the holes of the pattern hold."""

    key: str
    held: Mapping[str, str]


class Expanded(msgspec.Struct, frozen=True):
    """The rows that one foreign row became, and totals that do not fit."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


def wide_columns(unpivot: Unpivot, headers: Mapping[str, str]) -> tuple[Wide, ...]:
    """The columns of a sheet that its mapping makes rows of, in the order of the sheet."""
    allowed = {name: {tidy(value) for value in only_values(values)} for name, values in unpivot.only.items()}
    found = []
    for key in headers:
        held = match(unpivot.headers, key)
        if held is not None and all(held[name] in values for name, values in allowed.items()):
            found.append(Wide(key, held))
    return tuple(found)


def expand(feed: Feed, line: Line, columns: tuple[Wide, ...]) -> Expanded:
    """A foreign row as the feed wants it: as it is, or a row for each of its wide columns."""
    problems: list[Problem] = []
    zeros: set[str] = set()
    for total in feed.totals:
        for name, parts in _totals(total, line, columns):
            fits = _fit(line, name, parts)
            if fits == "no":
                problems.append(_off(feed, line, name, parts))
            elif fits == "zero" and total.zero_fills:
                zeros |= set(parts)
    if feed.unpivot is None:
        return Expanded((line,), tuple(problems))
    lines = []
    for column in columns:
        cell = line.cells[column.key]
        if not shown(cell) and column.key in zeros:
            cell = 0
        if not shown(cell) and feed.unpivot.blank == "skip":
            continue
        added: dict[str, object] = {**column.held, feed.unpivot.value: cell}
        lines.append(line.plus(added, dict.fromkeys(added, line.headers[column.key])))
    return Expanded(tuple(lines), tuple(problems))


def _totals(total: Total, line: Line, columns: tuple[Wide, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Each total column with the tidied headers of its parts."""
    if total.parts:
        parts = [key for part in listed(total.parts) for key in line.headers if match(part, key) is not None]
        return [(total.column, tuple(dict.fromkeys(parts)))]
    groups: dict[str, list[str]] = {}
    for column in columns:
        # A column of a year without a total of its own has nothing to be held against.
        name = fill(total.column, {hole: column.held[hole] for hole in holes(total.column)})
        if tidy(name) in line.headers:
            groups.setdefault(name, []).append(column.key)
    return [(name, tuple(keys)) for name, keys in groups.items()]


def _fit(line: Line, name: str, parts: tuple[str, ...]) -> Literal["yes", "no", "zero"]:
    """Whether a total is the sum of its parts; ``zero`` where it is nought, and blank parts must be too."""
    total = parse(_FIGURE, line.cell(name))
    figures = [parse(_FIGURE, line.cells[key]) for key in parts]
    if total.problem or any(figure.problem for figure in figures):
        return "no"
    if not isinstance(total.value, float):
        return "yes"
    known = [figure.value for figure in figures if isinstance(figure.value, float)]
    if not math.isclose(math.fsum(known), total.value, rel_tol=TOLERANCE):
        return "no"
    return "zero" if total.value == 0 else "yes"


def _off(feed: Feed, line: Line, name: str, parts: tuple[str, ...]) -> Problem:
    figures = [parse(_FIGURE, line.cells[key]).value for key in parts]
    known = [figure for figure in figures if isinstance(figure, float)]
    return line.problem(
        "mapping_total",
        feed.into,
        name,
        line.cell(name),
        parts="、".join(line.headers[key] for key in parts),
        sum=f"{math.fsum(known):g}" if known else "–",
    )
