"""What the projection of a panel says: pupils ahead with intervals, for units, groups and the whole."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.forecast.panel import Floats

ALL = "all"  # the block of all grades


class Band(msgspec.Struct, frozen=True):
    """Pupils ahead and the ends of their 80 % and 95 % intervals: five arrays, subjects × years ahead (nan: closed)."""

    value: Floats
    low: Floats
    high: Floats
    low95: Floats
    high95: Floats


class Levels(msgspec.Struct, frozen=True):
    """A block of grades at each level: units (as in the panel), groups (as in ``group_names``), total (one row)."""

    units: Band
    groups: Band
    total: Band


class Doubt(msgspec.Struct, frozen=True):
    """A grade's figure of the last year that was not started from, because it is odd: what was taken instead."""

    unit: str
    grade: str
    reported: float | None
    taken: float


class Projected(msgspec.Struct, frozen=True):
    """A panel carried forward: ``pupils`` are units × ``years`` × ``grades`` (nan where the unit lacks the grade).

    ``blocks`` has the totals of each block of grades that was asked for, and of ``ALL`` grades. Values add up: units
    to their group, groups to the total, grades to their block. ``doubts`` are figures of the last year that were
    replaced before starting from them.
    """

    units: tuple[str, ...]
    group_names: tuple[str, ...]
    base_year: int
    years: tuple[int, ...]
    grades: tuple[str, ...]
    pupils: Floats
    blocks: Mapping[str, Levels]
    doubts: tuple[Doubt, ...] = ()
