"""The file of a backup: what it lists, and reading it without believing it."""

from __future__ import annotations

import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from django.utils.translation import gettext as _

from jiaoheng import typed

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "workspace.sqlite3", "postgresql": "workspace.dump"}
"""The database's file, by its kind."""
FOLDERS = ("snapshots", "submissions", "evidence", "documents")
"""The folders of the home folder that hold what people brought in."""
_CHUNK = 2**20
_DAMAGE = (
    OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, ValueError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What reading a damaged .zip raises."""


class BackupError(Exception):
    """Why a backup cannot be made or restored, in words for the person who asked."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: its name in the backup, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds. ``events`` and ``head`` are the length and the last hash of the chain at that moment."""

    format: int
    program: str
    made: str
    database: str
    events: int
    head: str
    files: tuple[Kept, ...]


class Archive:
    """A backup that is read: every file is held against the manifest while it is unpacked."""

    def __init__(self, path: Path) -> None:
        """Open it; raises ``BackupError`` where it is none, is cut short, or lists what it does not hold."""
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise BackupError(_("找不到备份文件 {path}。").format(path=path)) from None
        except _DAMAGE as error:
            raise BackupError(_("{path} 不是完整的备份文件：{why}").format(path=path, why=_why(error))) from None
        try:
            self.manifest = self._manifest()
            self._check_names()
        except BackupError:
            self.close()
            raise

    def close(self) -> None:
        """Close it."""
        self._zip.close()

    def _manifest(self) -> Manifest:
        try:
            found = typed.decode(self._zip.read(MANIFEST), Manifest)
        except (*_DAMAGE, msgspec.DecodeError) as error:
            raise BackupError(_("备份清单已损坏：{why}").format(why=_why(error))) from None
        if found.format != FORMAT or found.database not in DATABASES:
            raise BackupError(_("备份的格式是 {format}，本程序不能读取。").format(format=found.format))
        return found

    def unpack(self, folder: Path) -> None:
        """Unpack every file; raises ``BackupError`` for one that is damaged."""
        for kept in self.manifest.files:
            target = folder.joinpath(*PurePosixPath(kept.name).parts)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest, size = hashlib.sha256(), 0
            try:
                with self._zip.open(kept.name) as source, target.open("xb") as made:
                    # Not further than promised, whatever a crafted file unpacks to.
                    while size <= kept.size and (part := source.read(_CHUNK)):
                        made.write(part)
                        digest.update(part)
                        size += len(part)
            except _DAMAGE as error:
                raise BackupError(_("备份中的 {name} 已损坏：{why}").format(name=kept.name, why=_why(error))) from None
            if (size, digest.hexdigest()) != (kept.size, kept.sha256):
                raise BackupError(_("备份中的 {name} 已损坏：与清单的校验值不符。").format(name=kept.name))

    def _check_names(self) -> None:
        """Names must be those of a workspace, each once, and exactly those that the manifest lists."""
        there = [entry.filename for entry in self._zip.infolist()]
        listed = [kept.name for kept in self.manifest.files]
        for name in (*there, *listed):
            if name != MANIFEST and not _is_ours(name, self.manifest.database):
                raise BackupError(_("备份中有不该有的文件：{name}。没有恢复任何内容。").format(name=name[:200]))
        if missing := sorted(set(listed) - set(there)):
            raise BackupError(_("备份中缺少 {count} 个文件，如 {name}。").format(count=len(missing), name=missing[0]))
        if len(set(there)) < len(there) or len(set(listed)) < len(listed) or set(there) != {MANIFEST, *listed}:
            raise BackupError(_("备份中的文件与清单不一致。"))
        if DATABASES[self.manifest.database] not in listed:
            raise BackupError(_("备份中没有数据库。"))


def copied(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    """Copy a file; its size in bytes and its SHA-256, of what was copied."""
    digest, size = hashlib.sha256(), 0
    while part := source.read(_CHUNK):
        target.write(part)
        digest.update(part)
        size += len(part)
    return size, digest.hexdigest()


def files_of(home: Path) -> Iterator[Path]:
    """The files in a home folder that people brought in, without what is just being written."""
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            inside = path.relative_to(home)
            if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in inside.parts):
                yield path


def _is_ours(name: str, database: str) -> bool:
    parts = name.split("/")
    plain = "\\" not in name and ":" not in name and "\0" not in name
    proper = all(part and not part.startswith(".") for part in parts)
    return plain and proper and (name == DATABASES.get(database) or (len(parts) > 1 and parts[0] in FOLDERS))


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
