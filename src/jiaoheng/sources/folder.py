"""A folder of files, each named by the table it holds: CSV, Parquet, or workbooks of several sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch, Row
from jiaoheng.county.schema import Table, schema
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import bundled_files, read_geojson
from jiaoheng.sources.forms import (
    Known,
    county_of,
    export_header,
    holds_forms,
    is_form,
    joined_rows,
    read_export,
    read_forms,
)
from jiaoheng.sources.grids import TEXTS, WORKBOOKS, Broken, Grid, read_grids
from jiaoheng.sources.headers import sheet_table
from jiaoheng.sources.layout import count_columns
from jiaoheng.sources.mapping.shipped import suggest_grid, title
from jiaoheng.sources.mending import Corrections, corrected
from jiaoheng.sources.overlooked import refuse_huge, refuse_texts
from jiaoheng.sources.tables import read_table

PARQUET = ".parquet"
FORMATS = (*WORKBOOKS, *TEXTS, PARQUET)
BOUNDARIES = ("boundaries.geojson", "边界.geojson")
LIKELY_SHARE = 0.5
# Sheets of ours that hold no facts.
_SILENT = frozenset({"说明", "填写说明", "readme", "_lists"})


_TEXTS = (pa.string(), pa.large_string(), pa.string_view())
_NOTHING, _NOBODY = Corrections(), Known()


Progress = Callable[[int, int, str], None]
"""Told of each file of several before it is read: the how manieth, of how many, its name."""


def quietly(place: int, of: int, name: str) -> None:
    """Nobody watches."""


def read_folder(
    path: Path, corrections: Corrections = _NOTHING, known: Known = _NOBODY, progress: Progress = quietly
) -> Batch:
    """All tables of a folder's files, and the national forms in its sub-folders, as where each school has its own.

    A file that cannot be read is a problem of the batch, so that the others are not held up. ``progress`` is told of
    each file before it is read. Raises ``SourceError`` where no file holds a table.
    """
    files = bundled_files(path)
    batches = []
    for place, file in enumerate(files):
        name = file.relative_to(path).as_posix()
        progress(place + 1, len(files), name)
        batches.append(read_of_folder(file, corrections, known, name))
    batch = county_of(joined_rows(joined(batches)))
    if not _holds_table(batch) and not any(problem.severity == "error" for problem in batch.problems):
        raise SourceError("no_table", file=path.name, **_table_labels())
    return batch


def read_file(path: Path, corrections: Corrections = _NOTHING, known: Known = _NOBODY, name: str = "") -> Batch:
    """The tables of one file: a workbook's sheets, or the table that a CSV or Parquet file is named by.

    A workbook of national forms is read as that; ``known`` helps to tell whose they are. In what is said of it the file
    is called ``name``, by default as on the disk.

    Raises ``SourceError`` for a file that cannot be read or holds no table.
    """
    batch = joined_rows(_read_grids(path, corrections, known, name or path.name))
    if not _holds_table(batch):
        code = "no_table" if path.suffix.lower() in WORKBOOKS else "no_table_name"
        raise SourceError(code, file=path.name, **_table_labels())
    return batch


def _holds_table(batch: Batch) -> bool:
    return bool(batch.rows or batch.rejected) or any(problem.code == "header_missing" for problem in batch.problems)


def read_of_folder(file: Path, corrections: Corrections = _NOTHING, known: Known = _NOBODY, name: str = "") -> Batch:
    """One file of a folder; only a file whose name promises a table is an error where it cannot be read.

    ``name`` is what it is called; in a sub-folder, which may hold anything, only national forms are looked for.
    """
    suffix, name = file.suffix.lower(), name or file.name
    try:
        if "/" in name:
            return _read_grids(file, corrections, known, name, only_forms=True)
        if file.name.lower() in BOUNDARIES:
            return Batch({}, boundaries=read_boundaries(file))
        return _read_grids(file, corrections, known, name) if suffix in FORMATS else Batch({})
    except SourceError as error:
        if suffix in TEXTS and not sheet_table(file.stem):
            unknown = Problem(code="sheet_unknown", value=name, origin=Origin(name), details=_table_labels())
            return Batch({}, problems=(unknown,))
        details = words.both(reason=error.text)
        unreadable = Problem(code="file_unreadable", value=name, origin=Origin(name), details=details)
        return Batch({}, problems=(unreadable,))


def _read_grids(path: Path, corrections: Corrections, known: Known, name: str, *, only_forms: bool = False) -> Batch:
    suffix = path.suffix.lower()
    grids = (_read_parquet(path),) if suffix == PARQUET else read_grids(path)
    if name != path.name:
        grids = tuple(msgspec.structs.replace(grid, file=name) for grid in grids)
    if suffix in WORKBOOKS and holds_forms(grids):
        batch = read_forms(grids, known, corrections)
        return msgspec.structs.replace(batch, problems=(*batch.problems, *_beside_forms(grids)))
    if only_forms:
        return Batch({})
    return joined(_read_grid(grid, grid.sheet or path.stem, corrections, known) for grid in grids)


def _beside_forms(grids: Iterable[Grid]) -> Iterator[Problem]:
    """The problems of tables of ours, and of exports, that stand in a workbook of forms and are not read there."""
    for grid in grids:
        if not grid.visible or is_form(grid) or not any(map(any, grid.rows[1:])):
            continue
        if sheet_table(grid.sheet) or export_header(grid) is not None:
            yield Problem(code="table_beside_forms", value=grid.sheet, origin=Origin(grid.file, grid.sheet))


def joined(batches: Iterable[Batch]) -> Batch:
    """Several batches as one, rows of the same table one after the other."""
    every = tuple(batches)
    rows: dict[str, list[Row]] = {}
    for batch in every:
        for table, some in batch.rows.items():
            rows.setdefault(table, []).extend(some)
    return Batch(
        {table: tuple(some) for table, some in rows.items()},
        tuple(row for batch in every for row in batch.rejected),
        tuple(problem for batch in every for problem in batch.problems),
        next((batch.boundaries for batch in every if batch.boundaries is not None), None),
        tuple(sheet for batch in every for sheet in batch.sheets),
    )


def _read_grid(grid: Grid, name: str, corrections: Corrections, known: Known) -> Batch:
    table = sheet_table(name)
    if table and grid.visible:
        mended, problems = corrected(grid, table, corrections)
        batch = read_table(mended, table)
        unread = any(problem.code in ("header_missing", "column_missing") for problem in batch.problems)
        if unread and not batch.rows.get(table.name) and (hint := _mapped(grid, name)):
            problems = (hint, *problems)
        return msgspec.structs.replace(batch, problems=(*batch.problems, *problems)) if problems else batch
    if grid.visible and (first := export_header(grid)) is not None:
        return read_export(grid, first, known, corrections)
    if "".join(name.lower().split()) in _SILENT or not any(map(any, grid.rows)):
        return Batch({})
    return Batch({}, problems=(_unread(grid, name),))


def _unread(grid: Grid, name: str) -> Problem:
    """The warning of a sheet that is left out, with the table that it looks like where it looks like one."""
    if not grid.visible:
        return Problem(code="sheet_hidden", value=name, origin=Origin(grid.file, grid.sheet))
    if mapped := _mapped(grid, name):
        return mapped
    code, details = "sheet_unknown", _table_labels()
    if likely := _likely(grid):
        code, details = "sheet_likely", words.both(table=likely.label)
    return Problem(code=code, value=name, origin=Origin(grid.file, grid.sheet), details=details)


def _mapped(grid: Grid, name: str) -> Problem | None:
    """The hint that a shipped mapping can read this sheet."""
    fitting = suggest_grid(grid)
    if not fitting:
        return None
    details = {"mapping": fitting[0], **words.both(titles=title(fitting[0]))}
    return Problem(code="sheet_mapping", value=name, origin=Origin(grid.file, grid.sheet), details=details)


def _likely(grid: Grid) -> Table | None:
    """The one table most of whose columns the sheet's headers name."""
    shares = {table.name: count_columns(grid, table) / len(table.columns) for table in schema().tables.values()}
    best = max(shares.values())
    names = [name for name, share in shares.items() if share == best]
    return schema().tables[names[0]] if best >= LIKELY_SHARE and len(names) == 1 else None


def _read_parquet(path: Path) -> Grid:
    """A Parquet file as a grid whose first row is the names of its columns; nulls are blank cells."""
    if not path.exists():
        raise SourceError("not_found", file=path.name)
    try:
        texts = [field.name for field in pq.read_schema(path) if field.type in _TEXTS]
        # A text that many rows share stands in the file once, and is counted before each row gets it.
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            about = file.metadata
            refuse_huge(about.num_rows + 1, about.num_columns, path.name, path.stem)
            refuse_texts(sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups)), path.name)
            table = file.read()
        refuse_texts(sum(map(_text_bytes, table.columns)), path.name)
        columns = [_cells(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError("damaged", file=path.name, reason=type(error).__name__) from None
    return Grid(path.name, "", (tuple(map(str, table.column_names)), *zip(*columns, strict=True)))


def _text_bytes(column: pa.ChunkedArray) -> int:
    """Bytes of a column's texts when every row holds its own."""
    if not pa.types.is_dictionary(column.type) or column.type.value_type not in _TEXTS:
        return 0
    sizes = (pc.binary_length(chunk.dictionary).take(chunk.indices) for chunk in column.chunks)
    return sum(pc.sum(size).as_py() or 0 for size in sizes)


def _cells(column: pa.ChunkedArray) -> list[object]:
    """A column's values as cells; lists, bytes and the like are no cells of a table."""
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return ["" if not valid else Broken(column.type) for valid in column.is_valid().to_pylist()]
    return ["" if value is None else value for value in column.to_pylist()]


def read_boundaries(path: Path) -> Mapping[str, Any]:
    """The boundaries of places; of a map nothing else is kept, as maps come with names and telephones of people.

    Raises ``SourceError`` for a file that is no GeoJSON FeatureCollection.
    """
    features = read_geojson(path).get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise SourceError("not_geojson", file=path.name)
    return {"type": "FeatureCollection", "features": [_feature(feature) for feature in features]}


def _feature(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties, geometry = feature.get("properties"), feature.get("geometry")
    place = properties.get("place_id") if isinstance(properties, dict) else None
    shape = {name: geometry.get(name) for name in ("type", "coordinates")} if isinstance(geometry, dict) else None
    whose = {"place_id": str(place)} if isinstance(place, str | int) else {}
    return {"type": "Feature", "properties": whose, "geometry": shape}


def _table_labels() -> dict[str, str]:
    return words.both(tables=words.named(table.label for table in schema().tables.values()))
