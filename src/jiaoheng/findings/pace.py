"""How a promise stands: reached, on the straight line towards it, behind the line, or not to be told.

The line runs from the baseline to the limit in the year it is due::

    required = baseline + (target − baseline) × (year − baseline year) ÷ (due − baseline year)

Nothing is guessed: without a figure, a baseline or a due year there is no line, and before the due year what is not
reached is then unknown. Figures are compared before they are rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from jiaoheng import typed
from jiaoheng.county import County
from jiaoheng.findings.assessment import Progress, State, Status, Value
from jiaoheng.measures.demands import Demand, Sense
from jiaoheng.measures.engine import Connection, answers
from jiaoheng.measures.figures import NOISE
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.standards import Check, Item, Pace, Standard, fallback_id

ABOUT = 0.05
"""Of “about 100” it cannot be said that it is missed while the figure is this share or less away."""

_LOWER = ("at_least", "above")


class Figure(msgspec.Struct, frozen=True):
    """A figure of the county in one year: its value, or bounds; ``basis`` says where it comes from."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    basis: str = ""
    missing: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.low is not None or self.high is not None


def progress(check: Check, item: str, now: Figure, own_start: Figure, year: int) -> Progress:
    """How a figure stands in a year; ``own_start`` is the county's own figure of the baseline year.

    A check without a pace is a norm: it holds always.
    """
    pace = check.pace or Pace()
    start, basis = (own_start.value, own_start.basis) if pace.baseline is None else (pace.baseline, "document")
    sense: Sense = check.limits[0].sense if check.limits else "at_least" if (pace.change or 0) > 0 else "at_most"
    target = check.limits[0].value if check.limits else _changed(pace, start, year)
    required = target if check.pace is None else _required(pace, start, target, sense, year)
    state, reason = _state(pace, sense, target, required, now, year)
    if state == "behind" and check.pace is None:
        reason = "norm"
    return Progress(
        item=item,
        check=check.id,
        state=state,
        reason=reason,
        year=year,
        value=now.value,
        low=now.low,
        high=now.high,
        basis=now.basis,
        missing=now.missing,
        baseline=start,
        baseline_year=pace.baseline_year if start is not None else None,
        baseline_basis=basis if start is not None else "",
        required=required,
        target=target,
        sense=sense,
        due=pace.due,
    )


def _changed(pace: Pace, start: float | None, year: int) -> float | None:
    """The limit that a change amounts to; of a yearly one without a due year, the limit of this year."""
    if start is None or pace.change is None or pace.baseline_year is None:
        return None
    years = (pace.due or year) - pace.baseline_year if pace.yearly else 1
    return start + pace.change * years


def _required(pace: Pace, start: float | None, target: float | None, sense: Sense, year: int) -> float | None:
    """The figure on the line in this year, never stricter than the target; None where there is no line."""
    if target is None:
        return None
    if pace.due is None:
        return target if pace.yearly else None
    if year >= pace.due:
        return target
    if start is None or pace.baseline_year is None or year < pace.baseline_year:
        return None
    line = start + (target - start) * (year - pace.baseline_year) / (pace.due - pace.baseline_year)
    return min(line, target) if sense in _LOWER else max(line, target)


def _state(
    pace: Pace, sense: Sense, target: float | None, required: float | None, now: Figure, year: int
) -> tuple[State, str]:
    if not now.is_known:
        return "unknown", "no_value"
    if target is None:
        return "unknown", "no_start"
    if _surely(now, target, sense):
        return "met", ""
    if required is None:
        begun = pace.baseline_year is None or year >= pace.baseline_year
        return "unknown", "no_due" if pace.due is None else "no_baseline" if begun else "not_begun"
    at_line: Sense = sense if required == target else "at_least" if sense in _LOWER else "at_most"
    if _surely(now, required, at_line):
        return "on_track", ""
    if not _surely_not(now, required, at_line):
        return "unknown", "bounds"
    if pace.about and now.value is not None and abs(now.value - target) <= ABOUT * abs(target):
        return "unknown", "about"
    overdue = pace.due is not None and year > pace.due
    return "behind", "overdue" if overdue else "due" if year == pace.due else ""


def _surely(now: Figure, limit: float, sense: Sense) -> bool:
    """Whether whatever the figure may be meets the limit."""
    bound = now.low if sense in _LOWER else now.high
    return bound is not None and _meets(bound, limit, sense)


def _surely_not(now: Figure, limit: float, sense: Sense) -> bool:
    bound = now.high if sense in _LOWER else now.low
    return bound is not None and not _meets(bound, limit, sense)


def _meets(value: float, limit: float, sense: Sense) -> bool:
    slack = NOISE * abs(limit)
    return {
        "at_least": value >= limit - slack,
        "at_most": value <= limit + slack,
        "above": value > limit + slack,
        "below": value < limit - slack,
    }[sense]


def figures(connection: Connection, items: Iterable[Item]) -> dict[str, Figure]:
    """The figure of each item with a pace: as computed, else as reported."""
    rows = {row["demand"]: row for row in answers(connection, "SELECT * FROM figures WHERE school_id IS NULL")}
    found = {}
    for item in items:
        (check,) = item.checks
        own, told = rows.get(check.id), rows.get(fallback_id(item))
        basis = "reported" if check.formula == "reported" else "computed"
        figure = _figure(own, basis)
        if not figure.is_known and told is not None and told["value"] is not None:
            figure = _figure(told, "reported")
        found[item.id] = figure
    return found


def _figure(row: Mapping[str, object] | None, basis: str) -> Figure:
    if row is None:
        return Figure()
    value, low, high = (row[name] for name in ("value", "low", "high"))
    known = value is not None or low is not None or high is not None
    return typed.convert(
        {"value": value, "low": low, "high": high, "basis": basis if known else "", "missing": row["missing"]}, Figure
    )


def promises(standard: Standard) -> tuple[Item, ...]:
    """The items of a plan: those that have a pace, and beside them what always holds for the whole county."""
    if not standard.is_plan:
        return ()
    return tuple(item for item in standard.items if len(item.checks) == 1 and _is_promise(item.checks[0]))


def _is_promise(check: Check) -> bool:
    return check.pace is not None or (FORMULAS[check.formula].grain == "county" and len(check.limits) == 1)


Measured = Callable[[County, tuple[Demand, ...], int], Connection]


def all_progress(
    county: County, standard: Standard, connection: Connection, year: int, measured: Measured, only: str = ""
) -> tuple[Progress, ...]:
    """How every promise stands, or the one of the item ``only``; ``measured`` measures demands in baseline years."""
    items = tuple(item for item in promises(standard) if only in ("", item.id))
    now = figures(connection, items)
    demands = standard.demands()
    starts: dict[str, Figure] = {}
    for before in sorted({first for item in items if (first := _own_start(item)) is not None}):
        own = [item for item in items if _own_start(item) == before]
        if before == year:
            starts |= {item.id: now[item.id] for item in own}
            continue
        wanted = {name for item in own for name in (item.checks[0].id, fallback_id(item))}
        then = measured(county, tuple(demand for demand in demands if demand.id in wanted), before)
        starts |= figures(then, own)
    return tuple(progress(item.checks[0], item.id, now[item.id], starts.get(item.id, Figure()), year) for item in items)


def _own_start(item: Item) -> int | None:
    """The year of which the county's own figure is needed; None where the document tells the baseline, or no year."""
    pace = item.checks[0].pace
    return pace.baseline_year if pace and pace.baseline is None else None


def judged(value: Value, found: Progress) -> Value:
    """A figure held against what the line asks of it now."""
    return msgspec.structs.replace(
        value,
        threshold=found.required if found.required is not None else found.target,
        sense=found.sense,
        status=status(found),
        by_rounding=False,
        short=None,
    )


def status(found: Progress) -> Status:
    """The state in the words of every other figure: what is reached or on the line meets, what is behind fails."""
    states: dict[State, Status] = {"met": "meets", "on_track": "meets", "behind": "fails", "unknown": "unknown"}
    return states[found.state]
