"""Our own forms of data: a workbook, CSV, Parquet, or a folder of them."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.county.rows import Batch
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.folder import FORMATS, read_file, read_folder


def read(path: Path) -> Batch:
    """Read a county's tables from a workbook, a CSV or Parquet file named by a table, or a folder.

    Raises ``SourceError``, which says in Chinese and English what to do, where nothing can be read.
    """
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise SourceError("not_found", file=str(path))
    if path.suffix.lower() not in FORMATS:
        raise SourceError("unknown_format", file=path.name)
    return read_file(path)
