"""Snapshots: a county frozen for a date as Parquet files and a manifest, never changed once written.

A store is a folder of snapshots and a file ``LATEST`` that names the current one::

    store/
      LATEST
      410999-2025-3f9ac2d1b7e4/   manifest.json, one Parquet file a table, boundaries.geojson
      410999-2025-3f9ac2d1b7e4.waiting.csv   rejected rows, beside it

Writing goes to a hidden folder that is renamed when whole, and ``LATEST`` is replaced in one step, so that a
reader sees the old snapshot or the new one and never a part.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from jiaoheng.county.county import County, Gap
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema

FORMAT = 1
MANIFEST = "manifest.json"
LATEST = "LATEST"
BOUNDARIES = "boundaries.geojson"
_WRITING = ".writing-"
_STALE_SECONDS = 24 * 3600


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a snapshot; ``rows`` is null for what is not a table."""

    name: str
    sha256: str
    rows: int | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot holds and how it came about."""

    format: int
    id: str
    county_code: str
    county_name: str
    years: tuple[int, ...]
    created: str
    source: str
    files: tuple[File, ...]
    problems: Mapping[str, int]
    waiting_rows: int
    gaps: tuple[Gap, ...]


class SnapshotError(Exception):
    """A folder that is no whole snapshot: damaged, half-written, or of another format."""


def is_snapshot(path: Path) -> bool:
    """Whether this folder is a snapshot or a store of snapshots."""
    return (path / MANIFEST).is_file() or (path / LATEST).is_file()


def write(
    county: County,
    store: Path,
    *,
    source: str = "",
    problems: tuple[Problem, ...] = (),
    waiting_rows: int = 0,
) -> Path:
    """Freeze a county in a store and make it the latest; returns the snapshot's folder.

    The same facts always get the same name; writing them again changes nothing but ``LATEST``.
    """
    store.mkdir(parents=True, exist_ok=True)
    _sweep(store)
    work = store / f"{_WRITING}{secrets.token_hex(6)}"
    work.mkdir()
    try:
        files = _write_files(county, work)
        name = _name(county, files)
        counts: dict[str, int] = {}
        for problem in problems:
            counts[problem.code] = counts.get(problem.code, 0) + 1
        manifest = Manifest(
            format=FORMAT,
            id=name,
            county_code=county.code,
            county_name=county.name,
            years=county.years,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            source=source,
            files=files,
            problems=dict(sorted(counts.items())),
            waiting_rows=waiting_rows,
            gaps=county.gaps,
        )
        _put(work / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        _sync(work)
        final = store / name
        if not _is_whole(final):
            if final.exists():
                os.rename(final, store / f"{_WRITING}{secrets.token_hex(6)}")
            os.rename(work, final)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    pointer = store / f"{_WRITING}{secrets.token_hex(6)}"
    _put(pointer, name.encode())
    os.replace(pointer, store / LATEST)
    _sync(store)
    return final


def locate(path: Path) -> Path:
    """The snapshot's own folder, given that folder or a store.

    Raises ``SnapshotError`` where there is none.
    """
    if (path / MANIFEST).is_file():
        return path
    try:
        name = (path / LATEST).read_text(encoding="utf-8").strip()
    except OSError:
        raise SnapshotError(
            f"{path}: no {MANIFEST} and no {LATEST}: not a snapshot, or a half-written one"
        ) from None
    if not name or Path(name).name != name or not (path / name / MANIFEST).is_file():
        raise SnapshotError(f"{path / LATEST}: names {name!r}, which is no snapshot here")
    return path / name


def manifest(path: Path) -> Manifest:
    """The manifest of a snapshot or of a store's latest one."""
    folder = locate(path)
    try:
        loaded = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise SnapshotError(f"{folder / MANIFEST}: {error}") from None
    if loaded.format != FORMAT:
        raise SnapshotError(f"{folder / MANIFEST}: format {loaded.format}, this program reads {FORMAT}")
    if loaded.id != _id(loaded.county_code, loaded.years, loaded.files, loaded.gaps):
        raise SnapshotError(f"{folder / MANIFEST}: its name {loaded.id} does not match its contents")
    return loaded


def read(path: Path) -> County:
    """The county of a snapshot or of a store's latest one, every file verified against the manifest.

    Raises ``SnapshotError`` naming the file that is missing, altered or unreadable.
    """
    folder = locate(path)
    about = manifest(folder)
    listed = {file.name: file for file in about.files}
    tables: dict[str, pa.Table] = {}
    for name, table in schema().tables.items():
        entry = listed.get(f"{name}.parquet")
        if entry is None:
            tables[name] = table.arrow().empty_table()
            continue
        data = _verified(folder, entry)
        found = pq.read_table(pa.BufferReader(data))
        if found.num_rows != entry.rows:
            raise SnapshotError(
                f"{folder / entry.name}: {found.num_rows} rows, the manifest says {entry.rows}"
            )
        tables[name] = _conform(found, table.arrow())
    boundaries: Any = None
    if BOUNDARIES in listed:
        boundaries = json.loads(_verified(folder, listed[BOUNDARIES]))
    return County(tables, boundaries, about.gaps, about.id)


def _conform(found: pa.Table, wanted: pa.Schema) -> pa.Table:
    """Columns of an older snapshot in today's schema: what it lacks is null."""
    columns = [
        found[field.name].cast(field.type)
        if field.name in found.column_names
        else pa.nulls(found.num_rows, field.type)
        for field in wanted
    ]
    return pa.table(columns, schema=wanted)


def _write_files(county: County, folder: Path) -> tuple[File, ...]:
    files = []
    for name, table in county.tables.items():
        if table.num_rows:
            path = folder / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd")
            files.append(File(path.name, _digest(path), table.num_rows))
    if county.boundaries is not None:
        path = folder / BOUNDARIES
        _put(path, json.dumps(county.boundaries, ensure_ascii=False, sort_keys=True).encode())
        files.append(File(path.name, _digest(path)))
    for file in files:
        _sync(folder / file.name)
    return tuple(files)


def _name(county: County, files: tuple[File, ...]) -> str:
    return _id(county.code, county.years, files, county.gaps)


def _id(code: str, years: tuple[int, ...], files: tuple[File, ...], gaps: tuple[Gap, ...]) -> str:
    digest = hashlib.sha256(msgspec.json.encode((files, gaps))).hexdigest()[:12]
    safe = "".join(letter for letter in code if letter.isalnum() and letter.isascii()) or "county"
    return f"{safe}-{max(years, default=0)}-{digest}"


def _is_whole(folder: Path) -> bool:
    try:
        read(folder)
    except SnapshotError:
        return False
    return True


def _verified(folder: Path, entry: File) -> bytes:
    path = folder / entry.name
    try:
        data = path.read_bytes()
    except OSError:
        raise SnapshotError(f"{path}: missing") from None
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise SnapshotError(f"{path}: altered or damaged (its SHA-256 differs from the manifest)")
    return data


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """Flush a file or folder to disk; Windows cannot open a folder and does not need to."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(store: Path) -> None:
    """Remove what a killed import left behind a day ago or longer; a younger one may still be at work."""
    for path in store.glob(f"{_WRITING}*"):
        if time.time() - path.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
