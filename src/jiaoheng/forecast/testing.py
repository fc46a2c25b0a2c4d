"""The forecast held against the county's own past, from each earlier year as it was known then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast import oddities
from jiaoheng.forecast.answer import Oddity, Tested
from jiaoheng.forecast.chain import Choice, Part, blended, carry
from jiaoheng.forecast.children import carried_children
from jiaoheng.forecast.facts import STAGES, Facts
from jiaoheng.forecast.panel import totals
from jiaoheng.forecast.projected import Band
from jiaoheng.forecast.projecting import project
from jiaoheng.forecast.references import REFERENCES
from jiaoheng.forecast.spreads import ENDS, ends

Array = NDArray[np.float64]

HORIZONS = (1, 3, 5)
REACH = 5
LEAST = 3
"""School years that must be known before a forecast is tried from one."""
OURS = "jiaoheng"
WEIGHTS = (1.0, 0.5, 0.0)
"""How far schools follow their own cohorts: what is tried."""
BETTER = 0.95
"""What a method's error must be below of the simpler one's to be taken instead."""
FEW = 8
"""Cases below which an interval's width is not mended by them."""
NARROWEST = 0.5
"""A short past may hold by luck: intervals are never narrowed below this share."""
_LEVELS = {"school": "units", "town": "groups", "county": "total"}


class Trial(msgspec.Struct, frozen=True):
    """One level of a stage, forecast from ``origin`` for ``horizon`` years on by a method, and what came.

    ``ends`` are the shares of the forecast's figures at which its intervals end (rows: subjects), where it has any.
    """

    level: str
    stage: str
    method: str
    horizon: int
    origin: int
    came: Array
    value: Array
    ends: Array | None = None

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Where something came and something was forecast."""
        return (np.nan_to_num(self.came) > 0) & (np.nan_to_num(self.value) > 0)

    @property
    def errors(self) -> Array:
        """Relative errors, without their sign."""
        return np.asarray(np.abs(self.value - self.came)[self.counted] / self.came[self.counted])


def tested(facts: Facts) -> tuple[Choice, tuple[Tested, ...]]:
    """What does best on the county's past, and every method's error 1, 3 and 5 years ahead.

    Forecasts are made from each year with at least three known, with the children, ratios and feeders as they were
    known then, and held against what came; so are the naive figure (as the year before), the line, and cohort survival.
    """
    trials = list(_trials(facts))
    choice = _chosen(trials)
    widths = dict(_widths(trials, choice))
    used = [each for each in trials if each.method == _method(each.stage, choice)]
    found = [_result(OURS, rows, True) for rows in _alike(used)]
    for method in REFERENCES:
        found += [_result(method, rows, False) for rows in _alike(each for each in trials if each.method == method)]
    order = sorted((each for each in found if each.horizon in HORIZONS), key=_order)
    return msgspec.structs.replace(choice, width=widths), tuple(order)


def _order(each: Tested) -> tuple[str, int, int, bool, str]:
    return each.level, STAGES.index(each.stage), each.horizon, not each.used, each.method


def _trials(facts: Facts) -> Iterator[Trial]:
    for origin in facts.years[LEAST - 1 : -1]:
        known = facts.known_until(origin)
        bases = {stage: base for stage, base in known.bases().items() if base == origin}
        until = min(facts.years[-1], origin + REACH)
        for part in carry(known, until, carried_children(known, until), bases):
            if part.name in STAGES:
                yield from _of_part(facts, part, until)


def _of_part(facts: Facts, part: Part, until: int) -> Iterator[Trial]:
    summed = totals(facts.pupils[list(part.units)][:, :, list(part.grades)])
    ahead = {f"cohorts{weight:g}": blended(part.cohorts, part.projected.pupils, weight) for weight in WEIGHTS}
    if part.panel.entering is None:
        ahead["panel"] = part.projected.pupils
    elif part.from_children:
        # Children may be counted wrongly or live elsewhere; the pupils of the stage below are what they are.
        plain = msgspec.structs.replace(part.panel, entering=None, entering_years=())
        ahead["panel"] = project(plain, until - part.base).pupils
    for method, reference in REFERENCES.items():
        ahead[method] = reference(part.panel.pupils, until - part.base)
    bands = part.projected.blocks[part.stage]
    for horizon in range(1, until - part.base + 1):
        truth = summed[:, facts.year_at(part.base + horizon)]
        if not np.isfinite(truth).any():
            continue
        for level, name in _LEVELS.items():
            came = _grouped(part, truth, level)
            sure = _ends(getattr(bands, name), horizon - 1)
            for method, pupils in ahead.items():
                value = _grouped(part, np.nansum(pupils[:, horizon - 1], axis=1), level)
                of_ours = None if method in REFERENCES else sure
                yield Trial(level, part.stage, method, horizon, part.base, came, value, of_ours)


def _ends(band: Band, at: int) -> Array:
    rows = [ends(band, row, 1.0) for row in range(len(band.value))]
    return np.array([[own[end][at] for end in ENDS[:2]] for own in rows])


def _grouped(part: Part, of_units: Array, level: str) -> Array:
    """Figures of schools added up to a level; a school of which nothing is told counts as having none."""
    if level == "school":
        return of_units
    if level == "county":
        return np.array([np.nansum(of_units)])
    found = np.zeros(len(part.projected.group_names))
    np.add.at(found, part.panel.group_of, np.nan_to_num(of_units))
    return found


def _method(stage: str, choice: Choice) -> str:
    return "panel" if stage in choice.panel_only else f"cohorts{choice.weight.get(stage, 1.0):g}"


def _chosen(trials: list[Trial]) -> Choice:
    """Totals by cohorts unless the panel's projection was clearly better; schools as did best below those totals."""
    weights, panel_only = {}, []
    for stage in STAGES:
        of_stage = [each for each in trials if each.stage == stage]
        if not of_stage:
            continue
        whole = {method: _mean(of_stage, "county", method) for method in ("cohorts1", "panel")}
        if whole["panel"] < BETTER * whole["cohorts1"]:
            panel_only.append(stage)
        # Cohorts and the mean of both, unless another is clearly better: the order is that of trust.
        best = WEIGHTS[0]
        for weight in WEIGHTS[1:]:
            if _mean(of_stage, "school", f"cohorts{weight:g}") < BETTER * _mean(of_stage, "school", f"cohorts{best:g}"):
                best = weight
        weights[stage] = best
    return Choice(weights, tuple(panel_only))


def _mean(trials: Iterable[Trial], level: str, method: str) -> float:
    """The mean error of a method at a level, each horizon counting alike."""
    by_horizon: defaultdict[int, list[float]] = defaultdict(list)
    for each in trials:
        if each.level == level and each.method == method:
            by_horizon[each.horizon] += list(each.errors)
    means = [float(np.mean(errors)) for errors in by_horizon.values() if errors]
    return float(np.mean(means)) if means else np.inf


def _widths(trials: list[Trial], choice: Choice) -> Iterator[tuple[tuple[str, str], float]]:
    """By level and stage, what the intervals' half widths must be multiplied with to hold four times of five."""
    for stage in STAGES:
        for level in _LEVELS:
            own = [t for t in trials if (t.stage, t.level, t.method) == (stage, level, _method(stage, choice))]
            width = _width(own)
            if width is not None:
                yield (level, stage), width


def _width(trials: Iterable[Trial]) -> float | None:
    needed = [share for each in trials for share in _needed(each)]
    return None if len(needed) < FEW else float(np.clip(np.quantile(needed, 0.8), NARROWEST, 4.0))


def _needed(trial: Trial) -> list[float]:
    """How many half widths what came is off what was forecast."""
    if trial.ends is None:
        return []
    counted = trial.counted
    off = np.log(trial.came[counted] / trial.value[counted])
    low, high = (np.log(np.maximum(trial.ends[counted, side], 1e-9)) for side in (0, 1))
    half = np.where(off < 0, -low, high)
    return list(np.abs(off) / np.maximum(half, 1e-6))


def _alike(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    found: defaultdict[tuple[str, str, int], list[Trial]] = defaultdict(list)
    for each in trials:
        found[each.level, each.stage, each.horizon].append(each)
    return (rows for rows in found.values() if any(each.counted.any() for each in rows))


def _result(method: str, rows: list[Trial], used: bool) -> Tested:
    errors = np.concatenate([each.errors for each in rows])
    return Tested(
        level=rows[0].level,
        stage=rows[0].stage,
        method=method,
        horizon=rows[0].horizon,
        error=100 * float(errors.mean()),
        cases=len(errors),
        covered80=_covered(rows) if used else None,
        used=used,
    )


def _covered(rows: list[Trial]) -> float | None:
    """The share of intervals that held, those from each year as wide as the other years ask for."""
    held: list[bool] = []
    for each in rows:
        others = [row for row in rows if row.origin != each.origin]
        width = _width(others) or 1.0
        held += [share <= width for share in _needed(each)]
    return float(np.mean(held)) if held else None


def odd(parts: tuple[Part, ...]) -> tuple[Oddity, ...]:
    """The odd years in the history of every stage."""
    return tuple(sorted(_odd(parts), key=lambda each: (not each.mistake, -each.score, each.school_id, each.year)))


def _odd(parts: tuple[Part, ...]) -> Iterator[Oddity]:
    for part in parts:
        for each in oddities.oddities(part.panel):
            yield Oddity(
                school_id=each.unit,
                year=each.year,
                grade=None if each.grade is None else int(each.grade),
                reported=float(each.reported),
                expected=float(each.expected),
                score=float(each.score),
                why=each.why,
                other=each.other,
                stage=part.stage,
                mistake=each.mistake,
            )
