"""Many files in one zip archive, as schools' workbooks are sent: their names, and a folder of them for reading."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jiaoheng.sources.archives import open_archive
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import read_bytes

ARCHIVE = ".zip"
_LONGEST_NAME = 180
_LONGEST_ENDING = 10
DEEPEST = 3
"""Parts that are kept of a file's name: the innermost folders and its own."""


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of an archive's member; Chinese Windows writes it in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def is_litter(name: str) -> bool:
    """Whether a file is hidden, a lock that Excel leaves, or what a Mac or Windows adds to a folder."""
    parts = parts_of(name)
    hidden = any(part.startswith((".", "~$", "._")) for part in parts)
    return not parts or hidden or "__MACOSX" in parts or parts[-1].lower() in ("thumbs.db", "desktop.ini")


def parts_of(name: str) -> list[str]:
    """The folders of a name and the file's own, from the outermost; nothing that leads out of a folder."""
    return [part for part in name.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]


def within_bundle(names: Sequence[str]) -> list[str]:
    """The names of several files without the outer folders that all of them share; an empty list stays so."""
    split = [parts_of(name) for name in names]
    shared = 0
    while split and all(len(parts) > shared + 1 and parts[shared] == split[0][shared] for parts in split):
        shared += 1
    return ["/".join(parts[shared:][-DEEPEST:]) for parts in split]


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """An archive's files in a folder of their own, at most one folder deep, for as long as the block lasts.

    Raises ``SourceError`` for what is no archive, or a bomb.
    """
    with open_archive(read_bytes(path), path.name) as archive, tempfile.TemporaryDirectory(prefix="jiaoheng-") as made:
        names = [(member, member_name(member)) for member in archive.infolist() if not member.is_dir()]
        kept = [(member, name) for member, name in names if not is_litter(name)]
        folder = Path(made) / path.stem
        folder.mkdir()
        for (member, _), name in zip(kept, within_bundle([name for _, name in kept]), strict=True):
            target = _place(folder, name)
            with archive.open(member) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
        if not kept:
            raise SourceError("empty", file=path.name)
        yield folder


def _short(name: str) -> str:
    """A name as long as every disk takes it, with room for a number and an ending behind it."""
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _place(folder: Path, name: str) -> Path:
    """Where a file goes: under its own name, its folders joined to one; beside another of the same name."""
    *folders, last = PurePosixPath(name).parts
    own = Path(_short(Path(last).stem) + Path(last).suffix[:_LONGEST_ENDING])
    under = folder / _short("_".join(folders))
    while under.is_file():
        under = under.with_name(f"{under.name}_")
    place = under / own
    number = 1
    while place.exists():
        number += 1
        place = place.with_name(f"{own.stem}({number}){own.suffix}")
    place.parent.mkdir(exist_ok=True)
    return place
