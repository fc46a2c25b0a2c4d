"""Snapshots: a county frozen for a date as Parquet files and a manifest, never changed once written.

A store is a folder of snapshots and a file ``LATEST`` that names the current one::

    store/
      LATEST
      410999-2025-3f9ac2d1b7e4/   manifest.json, one Parquet file a table, provenance.parquet, boundaries.geojson
      410999-2025-3f9ac2d1b7e4.waiting.csv   rejected rows, beside it

Writing goes to a hidden folder that is renamed when whole, and ``LATEST`` is replaced in one step, so that a
reader sees the old snapshot or the new one and never a part. The manifest has the SHA-256 of every file and a
seal over itself, so that what was altered, lost or cut short is found before it is used.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jiaoheng import typed
from jiaoheng.county import files
from jiaoheng.county.county import County, Gap
from jiaoheng.county.problems import Problem
from jiaoheng.county.provenance import Provenance, from_table
from jiaoheng.county.rows import Rejected
from jiaoheng.county.schema import schema
from jiaoheng.county.waiting import waiting_file, write_waiting
from jiaoheng.language import Language

FORMAT = 1
MANIFEST = "manifest.json"
LATEST = "LATEST"
BOUNDARIES = "boundaries.geojson"
PROVENANCE = "provenance.parquet"
_NAME = re.compile(r"[0-9A-Za-z]+--?\d+-[0-9a-f]{12}")


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a snapshot; ``rows`` is null for what is not a table."""

    name: str
    sha256: str
    rows: int | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot holds and how it came about.

    ``facts`` is the digest of the facts themselves, whatever the order of their rows and the version of
    Parquet; ``seal`` that of all the other fields.
    """

    format: int
    id: str
    county_code: str
    county_name: str
    years: tuple[int, ...]
    created: str
    source: str
    facts: str
    files: tuple[File, ...]
    problems: Mapping[str, int]
    waiting_rows: int
    gaps: tuple[Gap, ...]
    seal: str = ""


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
    rejected: tuple[Rejected, ...] = (),
    language: Language = "zh",
) -> Path:
    """Freeze a county in a store and make it the latest; returns the snapshot's folder.

    The same facts always get the same name; writing them again changes nothing but ``LATEST``. Rejected rows
    are kept in a CSV file beside the snapshot, in the given language, before the snapshot becomes the latest.
    """
    store.mkdir(parents=True, exist_ok=True)
    files.sweep(store)
    work = files.aside(store)
    work.mkdir()
    try:
        about = _manifest(county, _write_files(county, work), source, problems, len(rejected))
        files.put(work / MANIFEST, msgspec.json.format(msgspec.json.encode(about), indent=1))
        files.sync(work)
        final = store / about.id
        _settle(work, final)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    files.sync(store)
    if rejected:
        write_waiting(waiting_file(store, about.id), rejected, language)
    make_latest(final)
    return final


def copy(snapshot: Path, store: Path) -> Path:
    """Put a snapshot, and the rows that wait beside it, into another store too; returns the folder there.

    The store's latest stays what it is: see ``make_latest``. The same facts lie in a store once.
    Raises ``SnapshotError`` where the snapshot is damaged.
    """
    folder = locate(snapshot)
    read(folder)
    store.mkdir(parents=True, exist_ok=True)
    files.sweep(store)
    work = files.aside(store)
    try:
        shutil.copytree(folder, work)
        for path in work.iterdir():
            files.sync(path)
        files.sync(work)
        _settle(work, store / folder.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    waiting = waiting_file(folder.parent, folder.name)
    if waiting.exists():
        files.replace(waiting_file(store, folder.name), waiting.read_bytes())
    files.sync(store)
    return store / folder.name


def make_latest(snapshot: Path) -> None:
    """Make a snapshot the latest of the store that it lies in."""
    files.replace(snapshot.parent / LATEST, locate(snapshot).name.encode())


def locate(path: Path) -> Path:
    """The snapshot's own folder, given that folder or a store.

    Raises ``SnapshotError`` where there is none.
    """
    if path.name.startswith(files.WRITING):
        raise SnapshotError(f"{path}: a half-written snapshot")
    if (path / MANIFEST).is_file():
        return path
    try:
        name = (path / LATEST).read_text(encoding="utf-8").strip()
    except OSError:
        raise SnapshotError(f"{path}: no {MANIFEST} and no {LATEST}: not a snapshot, or a half-written one") from None
    except UnicodeDecodeError:
        raise SnapshotError(f"{path / LATEST}: damaged, not text") from None
    folder = path / name
    if not _NAME.fullmatch(name) or folder.is_symlink() or not (folder / MANIFEST).is_file():
        raise SnapshotError(f"{path / LATEST}: names {name[:80]!r}, which is no snapshot here")
    if (held := manifest(folder).id) != name:
        raise SnapshotError(f"{folder}: holds the snapshot {held}, another one than its name says")
    return folder


def manifest(path: Path) -> Manifest:
    """The manifest of a snapshot or of a store's latest one.

    Raises ``SnapshotError`` where it is missing, cut short, altered or of another format.
    """
    where = locate(path) / MANIFEST
    try:
        data = where.read_bytes()
        held = typed.decode(data, _Format).format
        if held != FORMAT:
            raise SnapshotError(f"{where}: format {held}, this program reads {FORMAT}")
        stored = msgspec.json.decode(data)
        loaded = typed.convert(stored, Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{where}: damaged: {error}") from None
    if loaded.seal != _seal(stored) or loaded.id != _id(loaded.county_code, loaded.years, loaded.facts):
        raise SnapshotError(f"{where}: altered after it was written (its seal does not match)")
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
        entry = listed.pop(f"{name}.parquet", None)
        tables[name] = _table(folder, entry, table.arrow()) if entry else table.arrow().empty_table()
    boundaries: Any = None
    if entry := listed.pop(BOUNDARIES, None):
        try:
            boundaries = json.loads(_verified(folder, entry))
        except ValueError as error:
            raise SnapshotError(f"{folder / entry.name}: unreadable: {error}") from None
    entry = listed.pop(PROVENANCE, None)
    provenance = _provenance(folder, entry) if entry else Provenance()
    if listed:
        raise SnapshotError(f"{folder / MANIFEST}: lists {sorted(listed)}, unknown to this program")
    return County(tables, boundaries, about.gaps, about.id, provenance)


class _Format(msgspec.Struct):
    """The one field that every format of the manifest has."""

    format: int


def _settle(work: Path, final: Path) -> None:
    """Give a finished folder its name, unless the same facts lie there whole already."""
    if _is_whole(final):
        return
    if final.exists():
        # Damaged: out of the way, to be swept like any other leftover.
        final.rename(files.aside(final.parent))
    try:
        work.rename(final)
    except OSError:
        # Another program wrote the same facts in this moment: theirs are as good, if they are whole.
        if not _is_whole(final):
            raise


def _table(folder: Path, entry: File, wanted: pa.Schema) -> pa.Table:
    """A table of the snapshot in today's schema: a column that an older snapshot lacks is null."""
    where = folder / entry.name
    data = _verified(folder, entry)
    try:
        found = pq.ParquetFile(pa.BufferReader(data)).read()
        columns = [
            found[field.name].cast(field.type)
            if field.name in found.column_names
            else pa.nulls(found.num_rows, field.type)
            for field in wanted
        ]
    except (pa.ArrowException, OSError) as error:
        raise SnapshotError(f"{where}: unreadable: {error}") from None
    if found.num_rows != entry.rows:
        raise SnapshotError(f"{where}: {found.num_rows} rows, the manifest says {entry.rows}")
    if unknown := set(found.column_names) - set(wanted.names):
        raise SnapshotError(f"{where}: has columns {sorted(unknown)}, unknown to this program")
    return pa.table(columns, schema=wanted)


def _provenance(folder: Path, entry: File) -> Provenance:
    """Where the snapshot's facts came from."""
    data = _verified(folder, entry)
    try:
        return from_table(pq.ParquetFile(pa.BufferReader(data)).read())
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise SnapshotError(f"{folder / entry.name}: unreadable: {error}") from None


def _write_files(county: County, folder: Path) -> tuple[File, ...]:
    written = []
    for name, table in county.tables.items():
        if table.num_rows:
            path = folder / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd")
            files.sync(path)
            written.append(File(path.name, _digest(path), table.num_rows))
    if county.provenance:
        path, table = folder / PROVENANCE, county.provenance.table()
        pq.write_table(table, path, compression="zstd")
        files.sync(path)
        written.append(File(path.name, _digest(path), table.num_rows))
    if county.boundaries is not None:
        path = folder / BOUNDARIES
        files.put(path, _json(county.boundaries))
        written.append(File(path.name, _digest(path)))
    return tuple(written)


def _manifest(
    county: County, written: tuple[File, ...], source: str, problems: tuple[Problem, ...], waiting_rows: int
) -> Manifest:
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
    facts = _facts(county)
    about = Manifest(
        format=FORMAT,
        id=_id(county.code, county.years, facts),
        county_code=county.code,
        county_name=county.name,
        years=county.years,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        source=source,
        facts=facts,
        files=written,
        problems=dict(sorted(counts.items())),
        waiting_rows=waiting_rows,
        gaps=county.gaps,
    )
    return msgspec.structs.replace(about, seal=_seal(about))


def _facts(county: County) -> str:
    """A digest of the county's facts: the same for the same rows in any order, however they are stored."""
    digest = hashlib.sha256()
    for name, table in sorted(county.tables.items()):
        if table.num_rows:
            order = pc.sort_indices(table, sort_keys=[(column, "ascending") for column in table.column_names])
            digest.update(name.encode())
            for column in table.column_names:
                digest.update(column.encode())
                # ascii() tells every value apart, null and nan too, and writes floats in full.
                digest.update(ascii(table[column].take(order).to_pylist()).encode())
    digest.update(_json(county.boundaries))
    digest.update(msgspec.json.encode(sorted(county.gaps, key=repr)))
    if county.provenance:
        digest.update(county.provenance.digest())
    return digest.hexdigest()


def _id(code: str, years: tuple[int, ...], facts: str) -> str:
    safe = "".join(letter for letter in code if letter.isalnum() and letter.isascii()) or "county"
    return f"{safe[:20]}-{max(years, default=0)}-{facts[:12]}"


def _seal(about: Manifest | Mapping[str, Any]) -> str:
    """The digest of a manifest, as it is or as it was read: fields that it was written without do not count."""
    return hashlib.sha256(msgspec.json.encode({**msgspec.to_builtins(about), "seal": ""})).hexdigest()


def _is_whole(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file() and read(folder).snapshot == folder.name
    except SnapshotError:
        return False


def _verified(folder: Path, entry: File) -> bytes:
    path = folder / entry.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"{path}: missing or unreadable: {error.strerror}") from None
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise SnapshotError(f"{path}: altered or damaged (its SHA-256 differs from the manifest)")
    return data


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
