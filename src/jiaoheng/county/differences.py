"""A difference: one fact that several sources tell differently, which of them is used, and why."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from jiaoheng.county.precedence import OWN
from jiaoheng.county.problems import EARLIER, Origin
from jiaoheng.county.rows import Key
from jiaoheng.county.schema import schema

How = Literal["", "grades", "stages", "roster", "classes", "bands"]
Why = Literal["order", "later", "finer", "staff_from", "shown"]


class Side(msgspec.Struct, frozen=True):
    """What a source says; None where it says nothing that can be compared.

    ``how`` tells what was reckoned from single rows: the sum of grades, of stages, of bands of class size, the
    teachers of a roster, the classes listed. ``origin`` is the first of them.
    """

    value: Any
    origin: Origin = Origin()
    date: str = ""
    how: How = ""

    @property
    def source(self) -> str:
        """The code of the source; our own tables where none is noted."""
        return self.origin.source or OWN

    @property
    def file(self) -> str:
        """The file's name, empty where it is not known."""
        return "" if self.origin.file == EARLIER.file else self.origin.file


class Difference(msgspec.Struct, frozen=True):
    """One cell of which ``used`` holds and ``others`` say something else, the highest source first.

    ``key`` is the row's. ``why`` tells what decided: the bureau's ``order``, of which ``rule`` names the exception
    (a table, or a column, empty for the general order); the ``later`` of two files of one source; the ``finer``
    rows, where the coarse ones add nothing; the order of roster and counts (``staff_from``); or nothing, as both are
    kept in their own tables and the first serves for this figure (``shown``).
    """

    table: str
    key: Key
    column: str
    used: Side
    others: tuple[Side, ...]
    why: Why = "order"
    rule: str = ""

    @property
    def school(self) -> str:
        """The school or other subject that it is about; empty for facts of no school."""
        names = schema().tables[self.table].key
        parts = dict(zip(names, self.key, strict=True))
        return str(parts.get("school_id") or parts.get("subject_id") or "")

    @property
    def by(self) -> float | None:
        """How much the first other source is above what is used; None where they are no figures."""
        used, other = self.used.value, self.others[0].value
        return other - used if _is_figure(used) and _is_figure(other) else None

    @property
    def relative(self) -> float | None:
        """That as a part of what is used; None where that is nought or no figure."""
        return self.by / self.used.value if self.by is not None and self.used.value else None


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
