"""Files that people upload: judged by what is in them, named harmlessly, and kept under a random name.

Nothing of an archive is unpacked to a path that it names itself; a file's own name is for showing only.
"""

from __future__ import annotations

import hashlib
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from jiaoheng.county import files, personal
from jiaoheng.ledger import store
from jiaoheng.ledger.actions.registry import Refused
from jiaoheng.ledger.spoken import spoken
from jiaoheng.sources.archives import open_archive
from jiaoheng.sources.bundles import DEEPEST, is_litter, member_name, parts_of, within_bundle
from jiaoheng.sources.compound import SIGNATURE
from jiaoheng.sources.delimited import decode
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.folder import BOUNDARIES, PARQUET
from jiaoheng.sources.grids import TEXTS, WORKBOOKS

ZIP = ".zip"
MAP = ".geojson"
ACCEPTED = (*WORKBOOKS, *TEXTS, PARQUET, MAP, ZIP)
LONGEST_NAME = 80
LONGEST_PATH = 180
MOST_FILES = 300
_ARCHIVE = b"PK\x03\x04"
_PARQUET = b"PAR1"
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"/\\|?*'), "_")
# Text has line ends and tabs, form feeds and the old mark of a file's end, and no other control characters.
_CONTROL = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1a\x1b")
_SAMPLE = 65_536


class Received(msgspec.Struct, frozen=True):
    """A file that lies in its folder: the name to show, the name it is stored under, size in bytes, digest."""

    name: str
    stored: str
    size: int
    sha256: str


class Delivery(msgspec.Struct, frozen=True):
    """What came of an upload: the files, and the names of those in an archive or folder that are no data."""

    files: tuple[Received, ...]
    left_out: tuple[str, ...] = ()


def limit() -> int:
    """The largest file that is taken, in bytes."""
    return int(settings.JIAOHENG_UPLOAD_BYTES)


def whole_limit() -> int:
    """The most that all files of an upload, or what an archive unpacks to, may be together, in bytes."""
    return int(settings.JIAOHENG_UPLOAD_TOTAL)


def receive(folder: Path, name: str, chunks: Iterable[bytes]) -> Delivery:
    """Keep an uploaded file in this folder; of a zip archive, each file of data that is in it.

    ``name`` may have folders in front, as schools' folders often hold files of one name; they are kept for showing.
    Raises ``Refused``, with nothing kept, for what is too big, empty, no data, or not what its name says.
    """
    shown = harmless_path(name)
    data = _whole(shown, chunks)
    if PurePosixPath(shown).suffix.lower() != ZIP:
        _must_be_what_it_says(shown, data)
        return Delivery((_keep(folder, shown, data),))
    kept: list[Received] = []
    left_out: list[str] = []
    try:
        for inner, content in _unpacked(shown, data):
            if content is None:
                left_out.append(inner)
                continue
            _must_be_what_it_says(inner, content)
            kept.append(_keep(folder, inner, content))
        if not kept:
            raise Refused(_("“{name}”里没有可以读取的数据文件（Excel 工作簿、CSV 等）。").format(name=shown))
    except Refused:
        discard(folder, kept)
        raise
    return Delivery(tuple(kept), tuple(left_out))


def is_data(name: str) -> bool:
    """Whether a file of a folder looks like one to read; others are left out, as those in an archive are."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in ACCEPTED and (suffix != MAP or PurePosixPath(name).name.lower() in BOUNDARIES)


def discard(folder: Path, received: Iterable[Received]) -> None:
    """Remove files that nothing refers to: the change that they were for was refused."""
    for file in received:
        (folder / file.stored).unlink(missing_ok=True)


def harmless_name(name: str) -> str:
    """A file's own name without folders, control characters and what a file system forbids, of bounded length.

    A personal number in it is masked.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
    text = personal.scrub(text.translate(_FORBIDDEN)).replace("*", "_").strip(" ~$")
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    stem = stem.strip(" .")[: LONGEST_NAME - len(suffix[:10]) - 1] or _("未命名")
    return f"{stem}.{suffix[:10].strip()}" if suffix.strip() else stem


def harmless_path(name: str) -> str:
    """A file's name with the innermost of its folders, each part as ``harmless_name`` makes it: 城关小学/年报.xlsx."""
    parts = [harmless_name(part) for part in parts_of(name)[-DEEPEST:]] or [harmless_name(name)]
    while len("/".join(parts)) > LONGEST_PATH:
        parts = parts[1:]
    return "/".join(parts)


def too_many() -> str:
    """That there are too many files, and what to do."""
    return _("文件太多，一次最多 {files} 个。请分几次上传。").format(files=MOST_FILES)


def too_much() -> str:
    """That the files are too big together, and what to do."""
    text = _("这些文件一共超过 {limit} MB。请分几次上传，或打成 zip 包。")
    return text.format(limit=whole_limit() // 2**20)


def _whole(name: str, chunks: Iterable[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit():
            raise Refused(too_big(name))
        parts.append(chunk)
    if not size:
        raise Refused(_("“{name}”是空文件。").format(name=name))
    return b"".join(parts)


def too_big(name: str) -> str:
    """That a file is too big, and what to do."""
    text = _("“{name}”过大，上限是 {limit} MB。请按学校或年份拆分后再上传。")
    return text.format(name=harmless_name(name), limit=limit() // 2**20)


def _keep(folder: Path, name: str, data: bytes) -> Received:
    folder.mkdir(parents=True, exist_ok=True)
    stored = store.token()
    files.put(folder / stored, data)
    files.sync(folder)
    return Received(name, stored, len(data), hashlib.sha256(data).hexdigest())


def _must_be_what_it_says(name: str, data: bytes) -> None:
    """Refuse a file whose content is not of the kind that its ending tells."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in ACCEPTED or suffix == ZIP:
        text = _("“{name}”不是能读取的格式。请上传 Excel 工作簿（.xlsx）、CSV，或把它们打成一个 zip 包。")
        raise Refused(text.format(name=name))
    if not _is(suffix, name, data):
        text = _("“{name}”的内容与扩展名不符，没有接收。请用 Excel 或 WPS 打开，确认无误后另存为 .xlsx 再上传。")
        raise Refused(text.format(name=name))


def _is(suffix: str, name: str, data: bytes) -> bool:
    if suffix in WORKBOOKS:
        return data.startswith(SIGNATURE) or (data.startswith(_ARCHIVE) and _is_workbook(name, data))
    if suffix == PARQUET:
        return data.startswith(_PARQUET) and data.endswith(_PARQUET)
    try:
        text = decode(data, name)[:_SAMPLE]
    except SourceError:
        return False
    start = text.lstrip("\ufeff \t\r\n")
    if suffix == MAP:
        return start.startswith("{")
    return not start.startswith(("<", "%PDF")) and not _CONTROL & set(text)


def _is_workbook(name: str, data: bytes) -> bool:
    with _opened(name, data) as archive:
        names = archive.NameToInfo
        return "xl/workbook.xml" in names or "content.xml" in names


def _opened(name: str, data: bytes) -> zipfile.ZipFile:
    """The archive, examined before anything is unpacked; raises ``Refused`` in the words of the readers."""
    try:
        return open_archive(data, name)
    except SourceError as error:
        raise Refused(error.say(spoken())) from None


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes | None]]:
    """The files of an archive by harmless name; None for what is no data and is left out."""
    if not data.startswith(_ARCHIVE):
        raise Refused(_("“{name}”不是 zip 压缩包。").format(name=name))
    with _opened(name, data) as archive:
        every = [member for member in archive.infolist() if not member.is_dir()]
        members = [member for member in every if not is_litter(member_name(member))]
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_FILES or unpacked > whole_limit():
            text = _("“{name}”里的文件太多或太大（最多 {files} 个，解压后不超过 {limit} MB）。请分几次上传。")
            raise Refused(text.format(name=name, files=MOST_FILES, limit=whole_limit() // 2**20))
        names = within_bundle([member_name(member) for member in members])
        for member, told in zip(members, names, strict=True):
            inner = harmless_path(told)
            is_link = stat.S_ISLNK(member.external_attr >> 16)
            suffix = PurePosixPath(inner).suffix.lower()
            wanted = is_data(inner) and suffix != ZIP and not is_link
            yield inner, archive.read(member) if wanted else None
