"""The stages one after the other: kindergarten and primary from children, junior and senior from the stage below."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.forecast import pools
from jiaoheng.forecast.children import Born
from jiaoheng.forecast.cohorts import cohorts
from jiaoheng.forecast.facts import AGES, GRADES, Facts
from jiaoheng.forecast.oddities import oddities
from jiaoheng.forecast.panel import Panel
from jiaoheng.forecast.projected import Projected
from jiaoheng.forecast.projecting import project

Array = NDArray[np.float64]

PARTS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "nursery": (2, (-3,)),
    "kindergarten": (3, (-2, -1, 0)),
    "primary": (6, ()),
    "junior": (0, ()),
    "senior": (0, ()),
}
"""What is carried forward together: the age at which children enter it (0: after the stage below), and its grades."""
STAGE_OF = {"nursery": "kindergarten"}


class Choice(msgspec.Struct, frozen=True):
    """What won in the back-test: by stage, how far schools follow their cohorts (1) or the panel's projection (0).

    ``panel_only`` are stages whose totals follow the panel's projection, as it did better than the children. ``width``
    is by level and stage what the half width of the intervals is multiplied with.
    """

    weight: Mapping[str, float] = {}
    panel_only: tuple[str, ...] = ()
    width: Mapping[tuple[str, str], float] = {}


EVERYTHING = Choice()
"""Cohorts throughout."""


class Part(msgspec.Struct, frozen=True):
    """A stage (nurseries apart) carried forward: the panel it is from, its schools by position, what is projected.

    ``pupils`` (school × year × grade) is the forecast, from ``cohorts`` and ``projected``, which are the same of each
    alone and begin after ``base``; ``from_children`` whether children told who enters.
    """

    name: str
    stage: str
    base: int
    units: tuple[int, ...]
    grades: tuple[int, ...]
    panel: Panel
    projected: Projected
    cohorts: Array
    pupils: Array
    from_children: bool


def carry(
    facts: Facts, until: int, born: Born, bases: Mapping[str, int], choice: Choice = EVERYTHING
) -> tuple[Part, ...]:
    """Every part that the facts tell of, to ``until``; ``born`` are the children of ``carried_children``."""
    done: list[Part] = []
    for name in PARTS:
        stage = STAGE_OF.get(name, name)
        if stage not in bases or bases[stage] >= until:
            continue
        part = _part(facts, name, until, born, bases[stage], done, choice)
        if part is not None:
            done.append(part)
    return tuple(done)


def _part(
    facts: Facts,
    name: str,
    until: int,
    born: Born,
    base: int,
    done: list[Part],
    choice: Choice,
) -> Part | None:
    stage = STAGE_OF.get(name, name)
    age, grades = PARTS[name]
    at = tuple(GRADES.index(grade) for grade in grades) or facts.stage_grades(stage)
    last = facts.year_at(base) + 1
    pupils = facts.pupils[:, :last][:, :, list(at)]
    units = tuple(int(unit) for unit in np.flatnonzero(np.nansum(pupils, axis=(1, 2)) > 0))
    if not units:
        return None
    panel = Panel(
        units=tuple(facts.schools[unit].school_id for unit in units),
        years=facts.years[:last],
        grades=tuple(str(GRADES[grade]) for grade in at),
        pupils=pupils[list(units)],
        groups=tuple(facts.schools[unit].town for unit in units),
    )
    entering, years = _entering(facts, (stage, age, at[0], base), units, born, done, until)
    usable = entering is not None and base in years and bool(np.nansum(entering[:, years.index(base)]) > 0)
    if usable:
        panel = msgspec.structs.replace(panel, entering=entering, entering_years=years)
    if stage in choice.panel_only:
        panel, usable = msgspec.structs.replace(panel, entering=None, entering_years=()), False
    found = project(panel, until - base, {stage: panel.grades, "entry": panel.grades[:1]})
    odd = [(each.unit, each.year) for each in oddities(panel) if each.mistake]
    own = cohorts(_without_doubts(panel, found), until - base, odd)
    pupils = found.pupils if stage in choice.panel_only else blended(own, found.pupils, choice.weight.get(stage, 1.0))
    return Part(name, stage, base, units, at, panel, found, own, pupils, usable and age > 0)


def _without_doubts(panel: Panel, found: Projected) -> Panel:
    """The panel with the figures of its last year that are odd replaced by what they are taken for."""
    if not found.doubts:
        return panel
    pupils = panel.pupils.copy()
    for each in found.doubts:
        pupils[panel.units.index(each.unit), -1, panel.grades.index(each.grade)] = each.taken
    return msgspec.structs.replace(panel, pupils=pupils)


def blended(own: Array, other: Array, weight: float) -> Array:
    """How many there are in all of each grade by the cohorts, where they are between cohorts and the other (0).

    The mean of two figures of a school is the geometric one, so that nobody is where nobody is born.
    """
    if weight >= 1:
        return own
    usable = np.nan_to_num(other) > 0
    mixed = np.where(usable, np.nan_to_num(own) ** weight * np.where(usable, other, 1.0) ** (1 - weight), own)
    total, mine = np.nansum(own, axis=0), np.nansum(mixed, axis=0)
    scale = np.divide(total, mine, out=np.zeros_like(total), where=mine > 0)
    return np.asarray(np.where(np.isnan(own), np.nan, mixed * scale))


def _entering(
    facts: Facts,
    what: tuple[str, int, int, int],
    units: tuple[int, ...],
    born: Born,
    done: list[Part],
    until: int,
) -> tuple[Array | None, tuple[int, ...]]:
    """Who may enter each school, and in which years; ``what``: stage, entry age, entry grade's position, base year."""
    stage, age, entry, base = what
    if age:
        if base not in born.years:
            return None, ()
        children, at = born.children[:, :, AGES.index(age)], born.years.index(base)
        return pools.of_children(facts, stage, units, entry, children, at), born.years
    below = next((part for part in done if part.stage == {"junior": "primary", "senior": "junior"}[stage]), None)
    if below is None:
        return None, ()
    years = tuple(range(facts.years[0] + 1, until + 1))
    leaving = np.zeros((len(facts.schools), len(years)))
    last = below.grades[-1]
    for column, year in enumerate(years):
        if year - 1 <= below.base:
            told = facts.pupils[:, facts.year_at(year - 1), last]
            leaving[:, column] = np.nan_to_num(told) if np.isfinite(told).any() else np.nan
        else:
            ahead = below.pupils[:, year - 2 - below.base, -1]
            leaving[list(below.units), column] = np.nan_to_num(ahead)
    return pools.of_leavers(facts, stage, units, leaving, whole=stage == "senior"), years
