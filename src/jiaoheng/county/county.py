"""The county: its tables of facts, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county.provenance import Provenance
from jiaoheng.county.schema import schema


class Gap(msgspec.Struct, frozen=True, order=True):
    """Facts that wait in quarantine: figures that need them are unknown, never computed without them.

    ``subject`` (a school or place) and ``year`` are empty where the rejected row did not say. ``key`` is the row's
    key as text, column by column, so that the gap closes when that very row arrives; empty where not all of it
    could be read. ``rows`` is how many rows wait alike.
    """

    table: str
    subject: str = ""
    year: int | None = None
    key: tuple[str, ...] = ()
    rows: int = 1


class County(msgspec.Struct, frozen=True):
    """A county's facts. ``tables`` holds every table of the schema, empty where nothing is known.

    ``provenance`` says of rows from other sources than our own tables who told them.
    """

    tables: Mapping[str, pa.Table]
    boundaries: Mapping[str, Any] | None = None
    gaps: tuple[Gap, ...] = ()
    snapshot: str = ""
    provenance: Provenance = Provenance()

    def __getitem__(self, table: str) -> pa.Table:
        return self.tables[table]

    @property
    def code(self) -> str:
        """The county's code, or an empty string where the county table is empty."""
        return self._own("county_code")

    @property
    def name(self) -> str:
        """The county's name, or an empty string where the county table is empty."""
        return self._own("name")

    @property
    def years(self) -> tuple[int, ...]:
        """School years with enrolment, ascending."""
        years = pc.unique(self.tables["enrolment"]["year"]).to_pylist()
        return tuple(sorted(year for year in years if year is not None))

    @property
    def primary_grades(self) -> int:
        """How many grades primary school has here: six, or five under the 5-4 system."""
        stated = self.tables["county"]["primary_grades"].to_pylist()
        return stated[0] if stated and stated[0] else 6

    @property
    def staff_from(self) -> str:
        """Whether teachers are counted from the ``roster`` or told by ``counts``, where there are both."""
        return self._own("staff_from") or "roster"

    def school_names(self) -> dict[str, str]:
        """The name of each school by its code; where it has none, the code itself."""
        columns = (self.tables["schools"][column].to_pylist() for column in ("school_id", "name"))
        return {code: name or code for code, name in zip(*columns, strict=True)}

    def _own(self, column: str) -> str:
        values = self.tables["county"][column].to_pylist()
        return values[0] or "" if values else ""


def build(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    boundaries: Mapping[str, Any] | None = None,
    gaps: Iterable[Gap] = (),
) -> County:
    """A county from rows by table; columns left out are null, columns with a default take it.

    Raises ``KeyError`` for a table or column that the schema does not have, ``pa.ArrowInvalid`` for a value
    of the wrong type: rows from users go through ``sources`` first.
    """
    unknown = set(rows) - set(schema().tables)
    if unknown:
        raise KeyError(f"the schema has no table {sorted(unknown)}")
    tables = {}
    for name, table in schema().tables.items():
        columns: dict[str, list[Any]] = {column.name: [] for column in table.columns}
        for row in rows.get(name, ()):
            if extra := row.keys() - columns.keys():
                raise KeyError(f"{name} has no column {sorted(extra)}")
            for column in table.columns:
                value = row.get(column.name)
                columns[column.name].append(column.default if value is None else value)
        tables[name] = pa.table(columns, schema=table.arrow())
    return County(tables, boundaries, tuple(sorted(set(gaps), key=repr)))
