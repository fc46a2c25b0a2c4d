"""Workbooks are zip archives: one is examined before a reader unpacks it, so that none harms the machine."""

from __future__ import annotations

import io
import zipfile
import zlib

from jiaoheng.sources.errors import SourceError

MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200
RATIO_COUNTS_FROM = 32 * 1024 * 1024
MAX_MEMBERS = 5_000
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    UnicodeDecodeError,
)


def open_archive(data: bytes, file: str) -> zipfile.ZipFile:
    """The archive of a workbook, its size and every checksum verified.

    Raises ``SourceError`` for a bomb, a locked archive, and one that is damaged or cut short.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN_ARCHIVE:
        raise SourceError("damaged", file=file, reason="zip") from None
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    megabytes = unpacked // (1024 * 1024)
    if unpacked > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        raise SourceError("zip_bomb", file=file, megabytes=megabytes)
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * len(data):
        raise SourceError("zip_bomb", file=file, megabytes=megabytes)
    if any(member.flag_bits & 1 for member in members):
        raise SourceError("encrypted", file=file)
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise SourceError("damaged", file=file, reason="zip")
    # The directory may lie about sizes; reading every member proves them, within the limits above.
    try:
        bad = archive.testzip()
    except (*_BROKEN_ARCHIVE, RuntimeError):
        bad = "zip"
    if bad:
        raise SourceError("damaged", file=file, reason=bad)
    return archive
