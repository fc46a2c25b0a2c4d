"""Figures that do not follow from the cohorts of the years around them: reporting errors and reorganisations.

A grade is expected to be last year's grade below, as it usually goes on in this school, and next year's grade above
is expected to be this one. A figure that fits neither its past nor its future, in the same direction, is a dip or a
spike: most likely a mistake. One that fits its future but not its past is a change that lasts: a reorganisation.
When a year is handed in there is no future yet; then it is judged by its past alone.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast.panel import Floats, Panel
from jiaoheng.forecast.survival import HABITS, ratios

LIMIT = 3.0  # usual deviations from which on a year is odd
GRADE = 0.75  # a grade alone counts less than the whole: there are more of them to look odd by chance
LASTING = 0.04  # of a figure: what families and boundaries do beyond chance
COPIED = 5  # grades with pupils that all agree with the year before: no chance makes that
FEW = 30.0  # figures, whose usual deviation is believed half
MATCHING = 0.4  # how near another unit's opposite difference must be to explain one

Bools = NDArray[np.bool_]


class Oddity(msgspec.Struct, frozen=True):
    """A unit's year that does not fit: ``score`` in usual deviations, ``expected`` what its cohorts lead to expect.

    ``grade`` is the one that is farthest off where the whole year is not. ``why``: dip or spike (the year after is
    back), copied (all grades as in the year before), cohort (does not follow from the year before, and the year after
    is not known), lasting (it stays so), reorganised (as cohort or lasting, and ``other`` of the same group has the
    difference) or span (it stays so, and grades were opened or closed).
    """

    unit: str
    year: int
    grade: str | None
    reported: float
    expected: float
    score: float
    why: str
    other: str = ""

    @property
    def mistake(self) -> bool:
        """Whether it looks like a wrong figure, not like a change that lasts: not learned from."""
        return self.why in ("dip", "spike", "copied", "cohort")


class Flow(msgspec.Struct, frozen=True):
    """Deviations in usual ones: arrays units × years (× grades); nan where there is nothing to compare with."""

    past: Floats
    future: Floats
    past_grades: Floats
    future_grades: Floats
    expected: Floats
    expected_grades: Floats
    reported: Floats
    span: Bools


def oddities(panel: Panel, at_entry: bool = False, limit: float = LIMIT) -> tuple[Oddity, ...]:
    """The odd years of a panel; ``at_entry`` judges each year by those before it alone, as when it is handed in."""
    found: list[Oddity] = []
    if at_entry:
        for year in range(1, len(panel.years)):
            flow = flowing(panel.pupils[:, : year + 1])
            found += _told(panel, flow, year, limit, last=True)
        return tuple(found)
    flow = flowing(panel.pupils)
    for year in range(1, len(panel.years)):
        found += _told(panel, flow, year, limit, last=year == len(panel.years) - 1)
    return tuple(found)


def _told(panel: Panel, flow: Flow, year: int, limit: float, last: bool) -> list[Oddity]:
    whole, grade = both_sides(flow, year, last)
    top = np.where(np.isnan(grade), 0.0, np.abs(grade))
    farthest = top.argmax(axis=1)
    alone = GRADE * top.max(axis=1)
    total = np.nan_to_num(np.abs(whole))
    copied = _copied(panel.pupils, year)
    score = np.maximum(np.maximum(total, alone), np.where(copied, 2 * limit, 0.0))
    past = np.nan_to_num(flow.past[:, year])
    changed = ~last & (np.abs(past) > 1.5 * limit) & (score <= limit)
    found = []
    for unit in np.flatnonzero((score > limit) | changed):
        single = bool(alone[unit] > total[unit]) and not changed[unit] and not copied[unit]
        at = int(farthest[unit])
        below = (grade[unit, at] if single else past[unit]) < 0
        why, other = "dip" if below else "spike", ""
        if copied[unit]:
            why = "copied"
        elif last or changed[unit]:
            why = "span" if flow.span[unit, year] else "cohort" if last else "lasting"
            other = _other(panel, flow, int(unit), year)
            why = "reorganised" if other else why
        reported = panel.pupils[unit, year, at] if single else flow.reported[unit, year]
        expected = flow.expected_grades[unit, year, at] if single else flow.expected[unit, year]
        found.append(
            Oddity(
                unit=panel.units[unit],
                year=panel.years[year],
                grade=panel.grades[at] if single else None,
                reported=float(np.nan_to_num(reported)),
                expected=float(expected),
                score=float(abs(past[unit]) if changed[unit] else score[unit]),
                why=why,
                other=other,
            )
        )
    return found


def both_sides(flow: Flow, year: int, last: bool) -> tuple[Floats, Floats]:
    """The deviation of a year (units) and its grades (units × grades): the smaller of those from past and future.

    0 where they point in opposite directions. ``last``: from the past alone.
    """
    if last:
        return flow.past[:, year], flow.past_grades[:, year]
    return (
        _smaller(flow.past[:, year], flow.future[:, year]),
        _smaller(flow.past_grades[:, year], flow.future_grades[:, year]),
    )


def _smaller(one: Floats, two: Floats) -> Floats:
    least = np.minimum(np.abs(one), np.abs(two)) * np.sign(one)
    return np.where(np.sign(one) == np.sign(two), least, 0.0)


def flowing(pupils: Floats) -> Flow:
    """How each year follows from the one before and leads to the one after."""
    told = ~np.isnan(pupils)
    figure = np.nan_to_num(pupils)
    ratio, own = ratios(pupils, msgspec.structs.replace(HABITS, fading=0.95, longest=12))
    ratio = ratio * own[:, None]
    before = np.full_like(figure, np.nan)
    before[:, 1:, 1:] = np.where(figure[:, :-1, :-1] > 0, figure[:, :-1, :-1] * ratio[:, None, :], np.nan)
    after = np.full_like(figure, np.nan)
    after[:, :-1, :-1] = np.where(figure[:, 1:, 1:] > 0, figure[:, 1:, 1:] / np.maximum(ratio[:, None, :], 0.2), np.nan)
    earlier = _shifted(pupils, 1)
    later = _shifted(pupils, -1)
    usual = _entering(pupils)
    # Where nobody comes from below, the entrants of the years before; where nobody goes on above, those of the next.
    enters = np.isnan(before) & (earlier > 0)
    before = np.where(enters, usual, before)
    after = np.where(np.isnan(after) & (later > 0), later, after)
    kept = (earlier > 0) & ((figure > 0) | (later > 0) | np.isnan(later))
    from_past = told & ~np.isnan(before) & ((figure > 0) | kept) & (np.nan_to_num(earlier) >= 0)
    from_past &= (figure > 0) | (earlier > 0)
    from_future = told & ~np.isnan(after) & ((figure > 0) | ((later > 0) & (earlier > 0)))
    # A year in which entrants fall everywhere is no mistake of every school.
    before = np.where(enters, before * _common(figure, before, enters & from_past & (figure > 0)), before)
    wide_past = _wide(figure, before, from_past, enters)
    wide_future = _wide(figure, after, from_future, np.isnan(_above(figure)))
    grade_past = np.where(from_past, (figure - before) / wide_past, np.nan)
    grade_future = np.where(from_future, (figure - after) / wide_future, np.nan)
    expected = np.where(from_past, before, 0.0).sum(axis=2)
    reported = np.where(from_past, figure, 0.0).sum(axis=2)
    onward = np.where(from_future, after, 0.0).sum(axis=2)
    here = np.where(from_future, figure, 0.0).sum(axis=2)
    opened = (figure > 0) & told & ~(earlier > 0)
    closed = (earlier > 0) & ~(figure > 0)
    span: Bools = np.asarray((opened | closed).any(axis=2))
    span[:, 0] = False
    return Flow(
        past=_whole(reported - expected, wide_past, from_past),
        future=_whole(here - onward, wide_future, from_future),
        past_grades=grade_past,
        future_grades=grade_future,
        expected=expected,
        expected_grades=before,
        reported=reported,
        span=span,
    )


def _shifted(pupils: Floats, by: int) -> Floats:
    """The same grade a year before (``by`` 1) or after (−1); nan beyond the panel."""
    result = np.full_like(pupils, np.nan)
    if by > 0:
        result[:, by:] = pupils[:, :-by]
    else:
        result[:, :by] = pupils[:, -by:]
    return result


def _entering(pupils: Floats) -> Floats:
    """The mean of the last three years of the same grade, before each year."""
    parts = np.stack([_shifted(pupils, back) for back in range(1, 4) if back < pupils.shape[1]] or [pupils * np.nan])
    known = parts > 0
    mean: Floats = np.where(
        known.any(axis=0), np.where(known, parts, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1), np.nan
    )
    return mean


def _common(figure: Floats, expected: Floats, known: Bools) -> Floats:
    """What the year does to such figures in most units: a factor (1 × years × 1)."""
    factor = np.ones((1, figure.shape[1], 1))
    for year in range(figure.shape[1]):
        here = known[:, year]
        if here.sum() >= 10:
            factor[0, year, 0] = np.median(figure[:, year][here] / expected[:, year][here])
    return factor


def _above(figure: Floats) -> Floats:
    """The next grade a year later (nan: nobody)."""
    result = np.full_like(figure, np.nan)
    result[:, :-1, :-1] = np.where(figure[:, 1:, 1:] > 0, figure[:, 1:, 1:], np.nan)
    return result


def _wide(figure: Floats, expected: Floats, known: Bools, apart: Bools) -> Floats:
    """The usual deviation of each figure: by its size, and by how the panel's figures of its kind deviate."""
    size = np.where(known, expected, 1.0)
    wide = np.sqrt(size + (LASTING * size) ** 2 + 1.0)
    for kind in (apart, ~apart):
        here = known & kind
        if here.any():
            usual = _usual(np.abs(figure[here] - expected[here]) / wide[here])
            wide = np.where(kind, wide * usual, wide)
    return wide


def _whole(away: Floats, wide: Floats, known: Bools) -> Floats:
    """A unit's deviation over its grades, in usual ones (units × years); nan where nothing is known."""
    together = np.sqrt(np.where(known, wide**2, 0.0).sum(axis=2))
    there = known.any(axis=2)
    result = np.where(there, away / np.where(there, together, 1.0), np.nan)
    if not there.any():
        return result
    scaled: Floats = result / _usual(np.abs(result[there]))
    return scaled


def _usual(away: Floats) -> float:
    """The usual deviation by the middle one, from 0.3 up; a few figures tell little, and 1 is believed instead."""
    middle = max(1.4826 * float(np.median(away)), 0.3)
    return float(np.sqrt((len(away) * middle**2 + FEW) / (len(away) + FEW)))


def _copied(pupils: Floats, year: int) -> Bools:
    same = (pupils[:, year] == pupils[:, year - 1]) & (pupils[:, year] > 0)
    differs = (pupils[:, year] != pupils[:, year - 1]) & (
        (np.nan_to_num(pupils[:, year]) > 0) | (np.nan_to_num(pupils[:, year - 1]) > 0)
    )
    many = np.nan_to_num(pupils[:, year]).sum(axis=1) >= 10 * COPIED
    copied: Bools = (same.sum(axis=1) >= COPIED) & ~differs.any(axis=1) & many
    return copied


def _other(panel: Panel, flow: Flow, unit: int, year: int) -> str:
    """The unit of the same group whose difference is the opposite of this one's, if there is one."""
    if panel.groups is None:
        return ""
    difference = np.nan_to_num(flow.reported[:, year] - flow.expected[:, year])
    # A unit that opens or closes brings or leaves all its pupils.
    now, then = np.nansum(panel.pupils[:, year], axis=1), np.nansum(panel.pupils[:, year - 1], axis=1)
    difference = np.where((now == 0) | (then == 0), now - then, difference)
    mine = difference[unit]
    alike = np.array([group == panel.groups[unit] for group in panel.groups])
    alike[unit] = False
    near = alike & (np.abs(difference + mine) < MATCHING * abs(mine))
    if not near.any():
        return ""
    place = int(np.argmin(np.where(near, np.abs(difference + mine), np.inf)))
    return panel.units[place]
