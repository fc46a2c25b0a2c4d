"""The history that a forecast learns from: pupils by unit, year and grade, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Panel(msgspec.Struct, frozen=True):
    """Pupils (units × years × grades; nan = not told) with the groups that units belong to.

    ``years`` are consecutive, ``grades`` in the order in which a child passes through them. A unit is a school (or a
    school's stage, or a district); a unit that is closed, or not yet open, has nan in all grades of the year. A grade
    that no unit tells in a year was not collected in it: totals of the units that have it are unknown then, not small.

    ``groups`` is the town or district of each unit. ``entering`` are the children who come of age for the first grade
    in a school year, wherever they are known (births of the right year, children by age): one row for each unit, for
    each group (in the order of ``group_names``), or a single row for all, over ``entering_years`` (consecutive; may
    start before and go beyond ``years``), nan = not told.
    """

    units: tuple[str, ...]
    years: tuple[int, ...]
    grades: tuple[str, ...]
    pupils: Floats
    groups: tuple[str, ...] | None = None
    entering: Floats | None = None
    entering_years: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError, with what is wrong, where the parts do not fit together."""
        shape = (len(self.units), len(self.years), len(self.grades))
        if self.pupils.shape != shape:
            raise ValueError(f"pupils has shape {self.pupils.shape}, not units × years × grades {shape}")
        if not self.years or not self.grades:
            raise ValueError("a panel needs at least one year and one grade")
        if len(set(self.units)) != len(self.units):
            raise ValueError("a unit is there twice")
        _consecutive(self.years, "years")
        if (self.pupils < 0).any() or np.isinf(self.pupils).any():
            raise ValueError("pupils are numbers from 0 up, or nan where they are not told")
        if self.groups is not None and len(self.groups) != len(self.units):
            raise ValueError(f"groups names {len(self.groups)} of {len(self.units)} units")
        if self.entering is not None:
            _consecutive(self.entering_years, "entering_years")
            rows = {1, len(self.units), len(self.group_names)}
            if self.entering.ndim != 2 or self.entering.shape[0] not in rows:
                raise ValueError("entering has one row for all, one for each group, or one for each unit")
            if self.entering.shape[1] != len(self.entering_years):
                raise ValueError("entering has a column for each of entering_years")
            if (self.entering < 0).any() or np.isinf(self.entering).any():
                raise ValueError("entering are numbers from 0 up, or nan where they are not told")

    @property
    def group_names(self) -> tuple[str, ...]:
        """The groups, each once, in order of their names."""
        return tuple(sorted(set(self.groups or ())))

    @property
    def group_of(self) -> NDArray[np.int64]:
        """The place in ``group_names`` of each unit's group."""
        place = {name: index for index, name in enumerate(self.group_names)}
        return np.array([place[name] for name in self.groups or ()], dtype=np.int64)

    def until(self, year: int) -> Panel:
        """The panel as it was known in ``year``: nothing of the units' later years (what is to enter stays)."""
        kept = self.years.index(year) + 1
        return msgspec.structs.replace(self, years=self.years[:kept], pupils=self.pupils[:, :kept])

    def chosen(self, order: Sequence[int] | NDArray[np.int64]) -> Panel:
        """The panel of these units, in this order."""
        places = [int(each) for each in order]
        groups = None if self.groups is None else tuple(self.groups[each] for each in places)
        entering = self.entering
        if entering is not None and self.rows_are == "units":
            entering = entering[places]
        elif entering is not None and self.rows_are == "groups":
            names = sorted(set(groups or ()))
            entering = entering[[self.group_names.index(name) for name in names]]
        return msgspec.structs.replace(
            self,
            units=tuple(self.units[each] for each in places),
            pupils=self.pupils[places],
            groups=groups,
            entering=entering,
        )

    @property
    def rows_are(self) -> str:
        """What a row of ``entering`` is of: ``units``, ``groups`` or ``all``; ``none`` without any."""
        if self.entering is None:
            return "none"
        rows = self.entering.shape[0]
        if self.groups is not None and rows == len(self.group_names) and rows != len(self.units):
            return "groups"
        if rows == len(self.units):
            return "units"
        return "all"


def _consecutive(years: tuple[int, ...], name: str) -> None:
    if any(after - before != 1 for before, after in pairwise(years)):
        raise ValueError(f"{name} are not consecutive: {years}")


def totals(pupils: Floats) -> Floats:
    """Pupils of each unit and year over these grades (units × years): nan where none is told.

    A grade that nobody tells in a year was not collected: a unit that told it the year before has no total then.
    """
    told = ~np.isnan(pupils)
    summed = np.where(told.any(axis=2), np.nansum(pupils, axis=2), np.nan)
    collected = np.count_nonzero(told, axis=0) > 0
    ever = np.count_nonzero(told, axis=(0, 1)) > 0
    offered = np.zeros(pupils.shape[::2], dtype=bool)
    for year in range(pupils.shape[1]):
        lacking = ~collected[year] & ever
        summed[(offered & lacking).any(axis=1), year] = np.nan
        here = np.count_nonzero(told[:, year], axis=1) > 0
        now = told[:, year] & (pupils[:, year] > 0)
        offered = np.where(here[:, None] & collected[year], now, offered)
    return summed


def by_group(panel: Panel) -> Panel:
    """The panel of the groups: the units of each added up; a unit's gap of one or more years is bridged by a line."""
    return _added(panel, panel.group_names, panel.group_of)


def together(panel: Panel) -> Panel:
    """The panel of all units added up, as one unit named with the empty text; gaps are bridged as in ``by_group``."""
    return _added(panel, ("",), np.zeros(len(panel.units), dtype=np.int64))


def _added(panel: Panel, names: tuple[str, ...], where: NDArray[np.int64]) -> Panel:
    filled = bridged(panel.pupils)
    told = ~np.isnan(filled)
    summed = np.zeros((len(names), *filled.shape[1:]))
    counted = np.zeros_like(summed)
    np.add.at(summed, where, np.where(told, filled, 0.0))
    np.add.at(counted, where, told)
    entering = panel.entering
    if entering is not None and (panel.rows_are == "units" or len(names) < entering.shape[0]):
        rows = np.zeros((len(names), entering.shape[1]))
        np.add.at(rows, where if panel.rows_are == "units" else np.zeros(entering.shape[0], dtype=np.int64), entering)
        entering = rows
    return Panel(
        units=names,
        years=panel.years,
        grades=panel.grades,
        pupils=np.where(counted > 0, summed, np.nan),
        entering=entering,
        entering_years=panel.entering_years,
    )


def bridged(pupils: Floats) -> Floats:
    """Pupils with the gaps between two told years of a unit's grade filled by a straight line."""
    filled = pupils.copy()
    years = np.arange(pupils.shape[1])
    told = ~np.isnan(pupils)
    inner = (np.cumsum(told, axis=1) > 0) & (np.cumsum(told[:, ::-1], axis=1)[:, ::-1] > 0) & ~told
    for unit, grade in np.argwhere(inner.any(axis=1)):
        at = told[unit, :, grade]
        gap = inner[unit, :, grade]
        filled[unit, gap, grade] = np.interp(years[gap], years[at], pupils[unit, at, grade])
    return filled
