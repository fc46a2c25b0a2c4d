"""A folder or archive read through several mappings at once, and what is left of it as our own tables."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from jiaoheng.county.rows import Batch
from jiaoheng.sources.archives import open_archive
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import read_bytes
from jiaoheng.sources.folder import joined, read_of_folder
from jiaoheng.sources.mapping.loader import load
from jiaoheng.sources.mapping.read import Given, OwnTables, read_through
from jiaoheng.sources.mapping.sheets import Folder, taken_by
from jiaoheng.sources.mapping.shipped import mapping_file

ARCHIVE = ".zip"


def read_with(
    path: Path, mappings: Sequence[str | Path], *, given: Given | None = None, known: OwnTables | None = None
) -> Batch:
    """The tables of a folder, a zip archive or a file, read through mappings; the other files are our own tables.

    ``mappings`` are names of shipped mappings or paths of mapping files. Mappings may look up in our own tables,
    those that lie in the folder and the rows of ``known``. Raises ``MappingError`` and ``SourceError`` as
    ``read_mapped`` does.
    """
    specs = [load(mapping_file(name)) for name in mappings]
    with unpacked(path) as place:
        files = Folder(place)
        foreign = {name for spec in specs for name in taken_by(files, spec)}
        own = joined(read_of_folder(file) for file in files.files if file.name not in foreign)
        tables = _known(own, known or {})
        every = [own]
        for spec in specs:
            batch = read_through(spec, files, given or {}, tables)
            files.problems.clear()
            # Of our own files it is told already that one cannot be read.
            problems = tuple(problem for problem in batch.problems if problem.code != "file_unreadable")
            every.append(msgspec.structs.replace(batch, problems=problems))
        return joined(every)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder of an archive's files while it is needed; any other path as it is.

    Folders in the archive are left away; of files with one name the first stays. Raises ``SourceError`` for an
    archive that is damaged, locked or dangerously big.
    """
    if path.is_dir() or path.suffix.lower() != ARCHIVE:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder, open_archive(read_bytes(path), path.name) as archive:
        for member in archive.infolist():
            name = PurePosixPath(_name(member).replace("\\", "/")).name
            target = Path(folder) / name
            if name and not member.is_dir() and not target.exists():
                try:
                    target.write_bytes(archive.read(member))
                except OSError as error:
                    reason = error.strerror or type(error).__name__
                    raise SourceError("unreadable", file=path.name, reason=reason) from None
        yield Path(folder)


def _name(member: zipfile.ZipInfo) -> str:
    """The name of an archive's file; Chinese Windows writes it in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _known(own: Batch, known: OwnTables) -> Mapping[str, list[Mapping[str, Any]]]:
    tables = {name: list(rows) for name, rows in known.items()}
    for name, rows in own.rows.items():
        tables.setdefault(name, []).extend(row.values for row in rows)
    return tables
