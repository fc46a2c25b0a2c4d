"""Where the tables are: a county in memory or a province on disk, opened in DuckDB.

The formulas are SQL: common table expressions, windows and CASE, which other engines share; DuckDB's own is only
``EXCLUDE`` and the temporary tables. A connection holds one view per table of the schema, each with a ``county_code``,
and the temporary tables of one survey.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from jiaoheng.county import County, schema

Connection = duckdb.DuckDBPyConnection


@cache
def _database() -> Connection:
    """One in-memory database for the process; connections to it share nothing but its buffers."""
    return duckdb.connect(":memory:")


def open_county(county: County) -> Connection:
    """A connection with the tables of one county."""
    connection = _database().cursor()
    for name, table in county.tables.items():
        connection.register(name, _with_county(table, county.code))
    return connection


def open_province(root: Path) -> Connection:
    """A connection with the tables of a folder of Parquet files.

    Either ``<root>/county_code=…/<table>.parquet`` or, with the code as a column, ``<root>/<table>/*.parquet``. Files
    are read in place, the columns that a formula needs only. Tables that the folder lacks are empty.
    """
    connection = _database().cursor()
    for name, table in schema().tables.items():
        whole = sorted((root / name).glob("*.parquet"))
        parts = whole or sorted(root.glob(f"county_code=*/{name}.parquet"))
        if parts:
            files = connection.read_parquet(
                [str(part) for part in parts], hive_partitioning=not whole, union_by_name=True
            )
            files.create_view(name)
        else:
            connection.register(name, _with_county(table.arrow().empty_table(), ""))
    return connection


def answers(connection: Connection, query: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows that a query gives, each as a dictionary by column."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def number(value: float) -> str:
    """A number as an SQL literal of double precision; a plain one would be read as a decimal."""
    return f"{float(value)!r}" if "e" in f"{float(value)!r}" else f"{float(value)!r}e0"


def texts(values: Iterable[str]) -> str:
    """Strings as an SQL list for IN; never an empty one, which SQL does not know."""
    return "(" + ", ".join(map(text, values)) + ")"


def _with_county(table: pa.Table, code: str) -> pa.Table:
    if "county_code" in table.column_names:
        return table
    return table.append_column("county_code", pa.array([code] * table.num_rows, pa.string()))
