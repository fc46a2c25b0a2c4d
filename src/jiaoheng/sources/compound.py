"""OLE compound files, which hold .xls workbooks and locked .xlsx files: the streams inside, by name."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from jiaoheng.sources.errors import SourceError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_NO_SECTOR = 0xFFFFFFFA


def read_streams(data: bytes, file: str) -> Mapping[str, bytes]:
    """Every stream of a compound file by its name.

    Raises ``SourceError`` where the file contradicts itself, as a damaged or shortened one does.
    """
    try:
        return dict(_streams(data))
    except (struct.error, IndexError, ValueError):
        raise SourceError("damaged", file=file, reason="OLE") from None


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift

    def sector(number: int) -> bytes:
        found = data[(number + 1) << shift : (number + 2) << shift]
        if not found:
            raise ValueError("sector outside of the file")
        return found

    directory, cutoff, mini_first = struct.unpack_from("<I4xII", data, 48)
    table = [
        link for number in _table_sectors(data, size, sector) for (link,) in struct.iter_unpack("<I", sector(number))
    ]
    mini_table = [link for number in _chain(table, mini_first) for (link,) in struct.iter_unpack("<I", sector(number))]
    listing = b"".join(map(sector, _chain(table, directory)))
    mini = b""
    for at in range(0, len(listing) - _ENTRY + 1, _ENTRY):
        letters, kind = struct.unpack_from("<HB", listing, at + 64)
        first, length = struct.unpack_from("<II", listing, at + 116)
        if kind == _ROOT:
            mini = b"".join(map(sector, _chain(table, first)))
        if kind != _STREAM:
            continue
        if length < cutoff:
            content = b"".join(mini[number * 64 : number * 64 + 64] for number in _chain(mini_table, first))
        else:
            content = b"".join(map(sector, _chain(table, first)))
        if len(content) < length:
            raise ValueError("stream cut short")
        yield listing[at : at + max(letters - 2, 0)].decode("utf-16-le", "replace"), content[:length]


def _table_sectors(data: bytes, size: int, sector: Callable[[int], bytes]) -> list[int]:
    """The sectors that hold the table of chains: the header names 109, a chain of its own the rest."""
    count, extra = struct.unpack_from("<I20xI", data, 44)
    numbers = list(struct.unpack_from("<109I", data, 76))
    while extra < _NO_SECTOR and len(numbers) < len(data) // size + size:
        *more, extra = struct.unpack(f"<{size // 4}I", sector(extra))
        numbers.extend(more)
    found = [number for number in numbers if number < _NO_SECTOR]
    if len(found) != count:
        raise ValueError("table of sectors")
    return found


def _chain(table: list[int], first: int) -> Iterator[int]:
    """The sectors of a chain in order; a chain that runs in a circle is refused."""
    steps = 0
    while first < _NO_SECTOR:
        steps += 1
        if steps > len(table):
            raise ValueError("circular chain")
        yield first
        first = table[first]
