"""What the levers cost: a table that a county edits, with defaults and where they come from."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.language import Text


class Lever(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to raise a figure, as a kind of move.

    ``cost`` is yuan a unit of the kind, ``lot`` the units in which it comes, ``lead`` the school years from ordering to
    counting. ``school_most`` bounds the units a school, all years together, ``year_most`` the units a year in the whole
    county; None: unbounded. ``share_most`` bounds them as a share of the teachers of a school's stage.
    """

    kind: str
    label: Text
    cost: float
    source: Text
    lot: float = 1.0
    lead: int = 1
    school_most: float | None = None
    year_most: float | None = None
    share_most: float | None = None
    enabled: bool = True


class CostTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All levers, and the bounds of single schools: units by kind and school (what a site still takes).

    ``room_area``: m² of teaching rooms that a multimedia room needs; ``transfer_km``: how far a teacher is moved at
    most; ``posts`` (编制): posts of the county, None to add up those of the schools.
    """

    levers: tuple[Lever, ...]
    sites: Mapping[str, Mapping[str, float]] = {}
    room_area: float = 80.0
    transfer_km: float = 30.0
    posts: int | None = None

    def lever(self, kind: str) -> Lever | None:
        """The lever of a kind where it is there and enabled."""
        return next((lever for lever in self.levers if lever.kind == kind and lever.enabled), None)
