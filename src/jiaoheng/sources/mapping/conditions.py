"""Whether a row answers a description."""

from __future__ import annotations

from jiaoheng.sources.mapping.foreign import Line
from jiaoheng.sources.mapping.spec import Condition, Scalar, Where, listed, several
from jiaoheng.sources.text import shown, tidy


def holds(where: Where, line: Line) -> bool:
    """Whether every condition holds for this row; an empty description fits every row."""
    return all(_met(condition, line.cell(header)) for header, condition in where.items())


def same(wanted: Scalar, cell: object) -> bool:
    """Whether a cell is what the mapping says: a number is compared as a number, a text as a text."""
    if isinstance(wanted, bool):
        return cell is wanted
    if isinstance(wanted, str):
        return tidy(shown(cell)) == tidy(wanted)
    try:
        return float(tidy(shown(cell))) == wanted
    except ValueError:
        return False


def _met(condition: Condition, cell: object) -> bool:
    text = tidy(shown(cell))
    wanted, unwanted = several(condition.is_), several(condition.not_)
    starts, ends = _tidied(condition.starts_with), _tidied(condition.ends_with)
    inside, outside = _tidied(condition.contains), _tidied(condition.contains_not)
    return (
        (not wanted or any(same(value, cell) for value in wanted))
        and not any(same(value, cell) for value in unwanted)
        and (not starts or text.startswith(starts))
        and (not ends or text.endswith(ends))
        and (not inside or any(part in text for part in inside))
        and not any(part in text for part in outside)
        and (condition.blank is None or condition.blank == (not text))
    )


def _tidied(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(tidy, listed(names)))
