"""Files and folders that a user points at: opened, or refused in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jiaoheng.sources.errors import SourceError

MAX_BYTES = 256 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def visible_files(folder: Path) -> list[Path]:
    """The files of a folder by name, without hidden ones and the locks that Excel leaves beside an open workbook.

    Raises ``SourceError`` for a folder that is not there or cannot be read.
    """
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError:
        raise SourceError("not_found", file=folder.name) from None
    except OSError as error:
        raise SourceError("unreadable", file=folder.name, reason=_reason(error)) from None
    return [entry for entry in entries if entry.is_file() and not entry.name.startswith((".", "~$"))]


def bundled_files(folder: Path) -> list[Path]:
    """The files of a folder by name, and the workbooks one level below it, where each school may have a folder.

    Raises ``SourceError`` as ``visible_files`` does.
    """
    files = visible_files(folder)
    below = (entry for entry in sorted(folder.iterdir()) if entry.is_dir() and not entry.name.startswith("."))
    return files + [file for entry in below for file in visible_files(entry) if file.suffix.lower() in _BOOKS]


def read_bytes(path: Path) -> bytes:
    """A file whole. Raises ``SourceError`` where it is not there, cannot be read, is empty or too big."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            limits = {"megabytes": size // _MEGABYTE, "limit": MAX_BYTES // _MEGABYTE}
            raise SourceError("too_big", file=path.name, **limits)
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceError("not_found", file=path.name) from None
    except OSError as error:
        raise SourceError("unreadable", file=path.name, reason=_reason(error)) from None
    if not data.strip():
        raise SourceError("empty", file=path.name)
    return data


def read_geojson(path: Path) -> dict[str, Any]:
    """A GeoJSON FeatureCollection. Raises ``SourceError`` for what is none, as ``read_bytes`` does and beyond."""
    try:
        found = json.loads(read_bytes(path))
        # Escapes may hold half a character, which no file can be written with.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SourceError("damaged", file=path.name, reason=type(error).__name__) from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise SourceError("not_geojson", file=path.name)
    return found


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
