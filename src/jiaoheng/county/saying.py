"""What sources say of rows, cell by cell: the county's as it was, and that of rows on their way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jiaoheng.county.county import County
from jiaoheng.county.precedence import OWN, Ranking
from jiaoheng.county.problems import EARLIER, Origin
from jiaoheng.county.provenance import Claim, Place
from jiaoheng.county.rows import Row, key_text
from jiaoheng.county.schema import Table, schema

OWN_EARLIER = Origin(EARLIER.file, source=OWN)
"""The origin of facts of our own tables that were in the county already."""


class Said(NamedTuple):
    """A known value, where it stands and the day on which that file came."""

    value: Any
    origin: Origin
    date: str = ""


Statements = dict[str, dict[str, Said]]
"""What is said of one row: by source and column, known values only; the key's columns are left out."""


class Earlier:
    """The county's rows and what sources said of them, table by table as they are asked for."""

    def __init__(self, county: County | None) -> None:
        self.county = county
        self.claims: Mapping[Place, tuple[Claim, ...]] = county.provenance.claims if county else {}
        self._rows: dict[str, dict[tuple[str, ...], Mapping[str, Any]]] = {}

    def rows(self, table: str) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
        """The rows of a table by their keys as text."""
        if table not in self._rows:
            keys = schema().tables[table].key
            every = self.county[table].to_pylist() if self.county else ()
            self._rows[table] = {key_text(tuple(row[name] for name in keys)): row for row in every}
        return self._rows[table]

    def said(self, place: Place) -> Statements:
        """What sources said of a row; of one without claims all that is known is of our own tables."""
        table, key = place
        row = self.rows(table).get(key)
        columns = schema().tables[table]
        if claims := self.claims.get(place):
            return _claimed(columns, claims, row)
        if row is None:
            return {}
        known = {name: Said(value, OWN_EARLIER) for name, value in _known(columns, row).items()}
        return {OWN: known}

    def key(self, place: Place) -> Mapping[str, Any]:
        """The key's values of a row that the county has, or that is claimed though it is told another way."""
        table, key = place
        names = schema().tables[table].key
        row = self.rows(table).get(key)
        if row is None:
            row = next(claim.other for claim in self.claims[place] if claim.absent)
        return {name: row.get(name) for name in names}


def spoken(table: Table, row: Row, date: str) -> dict[str, Said]:
    """What a row says."""
    return {
        name: Said(value, row.origin_of(name), date)
        for name, value in row.values.items()
        if value is not None and name not in table.key
    }


def heard(before: Mapping[str, Said], row: Row, new: Mapping[str, Said]) -> dict[str, Said]:
    """What a source says after another of its rows: that as a whole, or of the columns that it tells at all."""
    if row.told is None:
        return dict(new)
    kept = {name: said for name, said in before.items() if name not in row.told}
    return {**kept, **{name: said for name, said in new.items() if name in row.told}}


def combined(table: Table, rows: Sequence[Row]) -> Row | None:
    """Rows of one key and source as one, where each tells its own columns or they agree; None where they do not."""
    if len(rows) == 1:
        return rows[0]
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    told: set[str] = set()
    for row in rows:
        if row.told is None:
            return None
        told |= row.told
        for name, value in row.values.items():
            if value is None or (name not in row.told and name not in table.key):
                continue
            if name in values and values[name] != value:
                return None
            values.setdefault(name, value)
            origins.setdefault(name, row.origin_of(name))
    return Row(values, rows[0].origin, None, frozenset(told), origins)


def resolved(said: Statements, ranking: Ranking, table: str) -> dict[str, Said]:
    """Of each column what the highest source says."""
    found: dict[str, Said] = {}
    if len(said) == 1:
        return dict(next(iter(said.values())))
    for column in {name: None for cells in said.values() for name in cells}:
        speakers = [source for source, cells in said.items() if column in cells]
        found[column] = said[min(speakers, key=lambda source: ranking.rank(source, table, column))][column]
    return found


def claims(said: Statements, used: Mapping[str, Said]) -> tuple[Claim, ...]:
    """What is kept of the statements about a row; nothing where our own tables alone speak of it."""
    if {source for source, cells in said.items() if cells} <= {OWN}:
        return ()
    found = []
    for cells in said.values():
        by_origin: dict[tuple[Origin, str], list[str]] = {}
        for column, each in cells.items():
            by_origin.setdefault((each.origin, each.date), []).append(column)
        for (origin, date), columns in by_origin.items():
            other = {
                name: cells[name].value for name in columns if name not in used or cells[name].value != used[name].value
            }
            found.append(Claim(origin, tuple(sorted(columns)), other, date))
    return tuple(found)


def claims_absent(said: Statements, key: Mapping[str, Any]) -> tuple[Claim, ...]:
    """What is kept of the statements about a row that the county tells another way."""
    found = []
    for cells in said.values():
        by_origin: dict[tuple[Origin, str], dict[str, Any]] = {}
        for column, each in cells.items():
            by_origin.setdefault((each.origin, each.date), {})[column] = each.value
        for (origin, date), other in by_origin.items():
            found.append(Claim(origin, tuple(sorted(other)), {**other, **key}, date, absent=True))
    return tuple(found)


def _claimed(table: Table, of: Iterable[Claim], row: Mapping[str, Any] | None) -> Statements:
    said: Statements = {}
    for claim in of:
        source = claim.origin.source or OWN
        for column in claim.columns:
            value = claim.other[column] if column in claim.other else (row or {}).get(column)
            if value is not None and column not in table.key:
                said.setdefault(source, {})[column] = Said(value, claim.origin, claim.date)
    return said


def _known(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in table.key}
