"""Where the tables are: a county in memory or a province on disk, opened in DuckDB.

The formulas are SQL: common table expressions, windows and CASE, which other engines share; DuckDB's own is only
``EXCLUDE`` and the temporary tables. A connection holds one view per table of the schema, each with a ``county_code``,
and the temporary tables of one survey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from jiaoheng.county import County, schema
from jiaoheng.county.schema import Table

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
    return _opened(_files(root))


def parts(root: Path, counties: int = 300) -> Iterator[Connection]:
    """Connections to such a folder, so many counties at a time: memory stays flat however many there are.

    Every row is in exactly one part, with all others of its county. A connection is closed when the next is asked for.
    """
    files = _files(root)
    with _opened({"county": files["county"]}) as whole:
        codes = whole.execute("SELECT DISTINCT county_code FROM county ORDER BY county_code").fetchall()
    starts = [code for (code,) in codes[counties::counties]]
    for first, after in pairwise([None, *starts, None]):
        here = {name: [file for file in own if file.may_hold(first, after)] for name, own in files.items()}
        with _opened(here, first, after) as connection:
            yield connection


class _File(NamedTuple):
    """A Parquet file and bounds of the county codes in it; None where they are not known."""

    path: str
    low: str | None
    high: str | None

    def may_hold(self, first: str | None, after: str | None) -> bool:
        """Whether a code from ``first`` to before ``after`` may be in it."""
        return not (first and self.high and self.high < first) and not (after and self.low and self.low >= after)


def _files(root: Path) -> dict[str, list[_File]]:
    """The files of every table."""
    found: dict[str, list[_File]] = {}
    for name in schema().tables:
        if whole := sorted(map(str, (root / name).glob("*.parquet"))):
            query = f"""
                SELECT file_name, MIN(stats_min_value), MAX(stats_max_value)
                FROM parquet_metadata([{", ".join(map(text, whole))}])
                WHERE path_in_schema = 'county_code' GROUP BY file_name ORDER BY file_name
            """
            found[name] = [_File(*row) for row in _database().cursor().execute(query).fetchall()]
        else:
            apart = sorted(root.glob(f"county_code=*/{name}.parquet"))
            codes = [path.parent.name.partition("=")[2] for path in apart]
            found[name] = [_File(str(path), code, code) for path, code in zip(apart, codes, strict=True)]
    return found


def _opened(files: Mapping[str, Sequence[_File]], first: str | None = None, after: str | None = None) -> Connection:
    """A connection with a view on the files of every table, of counties from ``first`` to before ``after``."""
    bounds = [f"county_code >= {text(first)}"] if first else []
    bounds += [f"county_code < {text(after)}"] if after else []
    connection = _database().cursor()
    for name, table in schema().tables.items():
        paths = [file.path for file in files.get(name, ())]
        rows = _rows(paths, " AND ".join(bounds) or "TRUE") if paths else _no_rows(table)
        if paths and name == "county":
            # Columns that files from before they were thought of lack are null.
            rows = f"{rows} UNION ALL BY NAME {_no_rows(table)}"
        connection.execute(f'CREATE TEMP VIEW "{name}" AS {rows}')
    return connection


def answers(connection: Connection, query: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows that a query gives, each as a dictionary by column."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rows(paths: Sequence[str], where: str) -> str:
    apart = Path(paths[0]).parent.name.startswith("county_code=")
    options = f"union_by_name = TRUE, hive_partitioning = {apart}, hive_types_autocast = FALSE"
    return f"SELECT * FROM read_parquet([{', '.join(map(text, paths))}], {options}) WHERE {where}"


def _no_rows(table: Table) -> str:
    fields = {"county_code": pa.string()} | {field.name: field.type for field in table.arrow()}
    return f"SELECT {', '.join(f'CAST(NULL AS {_SQL[kind]}) AS {name}' for name, kind in fields.items())} WHERE FALSE"


_SQL = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN"}


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
