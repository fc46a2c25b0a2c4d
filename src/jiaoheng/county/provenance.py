"""Where facts came from: of each row which source told which columns, and what others said that is not in force."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng.county.precedence import OWN, sources
from jiaoheng.county.problems import Origin

Place = tuple[str, tuple[str, ...]]
"""A row: its table and its key as text."""

_SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("key", pa.list_(pa.string())),
        ("source", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("date", pa.string()),
        ("columns", pa.string()),
        ("other", pa.string()),
        ("absent", pa.bool_()),
    ]
)
# Of these the digest is made: the day on which a file came is no part of what it says.
_SAID = tuple(name for name in _SCHEMA.names if name != "date")


class Claim(msgspec.Struct, frozen=True):
    """What one row of a source says of a row of the county: the columns that it tells.

    ``other`` has the values of those that are not in force, as another source holds. With ``absent`` the county has
    no such row, because it is told another way (a stage by its grades): then all values are there, the key's too.
    ``date`` is the day on which the file came, where that is known.
    """

    origin: Origin
    columns: tuple[str, ...]
    other: Mapping[str, Any] = {}
    date: str = ""
    absent: bool = False


class Provenance(msgspec.Struct, frozen=True):
    """The claims of each row. A row without any is of our own tables alone, or of a time when none was noted."""

    claims: Mapping[Place, tuple[Claim, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.claims)

    def of(self, table: str, key: tuple[str, ...], column: str) -> tuple[Claim, ...]:
        """The claims that hold for one cell, the key being given as text."""
        return tuple(
            claim
            for claim in self.claims.get((table, key), ())
            if column in claim.columns and column not in claim.other and not claim.absent
        )

    def table(self) -> pa.Table:
        """All claims as a table, in order."""
        rows = sorted(_rows(self), key=repr)
        return pa.table({name: [row[at] for row in rows] for at, name in enumerate(_SCHEMA.names)}, schema=_SCHEMA)

    def digest(self) -> bytes:
        """SHA-256 of what is claimed, whatever the order."""
        columns = self.table().select(list(_SAID)).to_pydict()
        return hashlib.sha256(ascii(columns).encode()).digest()


def from_table(table: pa.Table) -> Provenance:
    """The claims of a table that ``Provenance.table`` made.

    Raises ``pa.ArrowException``, ``KeyError`` or ``ValueError`` for any other.
    """
    found: dict[Place, list[Claim]] = {}
    shapes: dict[str, tuple[str, ...]] = {}
    origins: dict[Origin, Origin] = {}
    for row in table.cast(_SCHEMA).to_pylist():
        origin = Origin(row["file"], row["sheet"], row["row"], row["source"])
        columns = shapes.setdefault(row["columns"], tuple(filter(None, row["columns"].split(";"))))
        other = json.loads(row["other"]) if row["other"] else {}
        claim = Claim(origins.setdefault(origin, origin), columns, other, row["date"], row["absent"])
        found.setdefault((row["table"], tuple(row["key"])), []).append(claim)
    return gathered(found.items())


def gathered(told: Iterable[tuple[Place, Collection[Claim]]]) -> Provenance:
    """A provenance of those rows that have claims, each row's by the usual order of sources."""
    usual = {source: at for at, source in enumerate(sources())}

    def order(claim: Claim) -> tuple[int, str, str, int, tuple[str, ...]]:
        of = claim.origin
        return usual[of.source or OWN], of.file, of.sheet, of.row or 0, claim.columns

    return Provenance({place: tuple(sorted(claims, key=order)) for place, claims in told if claims})


def _rows(provenance: Provenance) -> Iterator[tuple[Any, ...]]:
    for (table, key), claims in provenance.claims.items():
        for claim in claims:
            of = claim.origin
            other = json.dumps(claim.other, ensure_ascii=False, sort_keys=True) if claim.other else None
            columns = ";".join(sorted(claim.columns))
            yield table, list(key), of.source, of.file, of.sheet, of.row, claim.date, columns, other, claim.absent
