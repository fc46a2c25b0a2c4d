"""Our own forms of data: a workbook, CSV, Parquet, or a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from jiaoheng.county.rows import Batch
from jiaoheng.sources.bundles import ARCHIVE, unpacked
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.folder import FORMATS, Progress, quietly, read_file, read_folder
from jiaoheng.sources.forms import Known
from jiaoheng.sources.mending import Corrections, Dropped, Mend, lost

_NOBODY = Known()


def read(
    path: Path,
    mends: Sequence[Mend] = (),
    dropped: Sequence[Dropped] = (),
    known: Known = _NOBODY,
    name: str = "",
    progress: Progress = quietly,
) -> Batch:
    """Read a county's tables from a workbook, a CSV or Parquet file named by a table, a folder or a zip archive of one.

    Workbooks may be our own or hold national statistical forms; ``known`` helps to tell whose forms they are. A file is
    called ``name`` in what is said of it and in ``mends``, by default as it is called on the disk.

    ``mends`` stand for the cells that they name, as if the file said so, and ``dropped`` rows are passed over; the
    file itself is not changed. One that fits nothing in the file is the problem ``mend_lost`` or ``drop_lost``.
    Raises ``SourceError``, which says in Chinese and English what to do, where nothing can be read.
    """
    corrections = Corrections(tuple(mends), tuple(dropped))
    if path.is_dir():
        return _told(read_folder(path, corrections, known, progress), corrections)
    if path.suffix.lower() == ARCHIVE:
        with unpacked(path) as folder:
            return _told(read_folder(folder, corrections, known, progress), corrections)
    if not path.exists():
        raise SourceError("not_found", file=str(path))
    if path.suffix.lower() not in FORMATS:
        raise SourceError("unknown_format", file=path.name)
    return _told(read_file(path, corrections, known, name), corrections)


def _told(batch: Batch, corrections: Corrections) -> Batch:
    """The batch with the corrections that belong to none of its sheets."""
    problems = tuple(lost(corrections, batch))
    return msgspec.structs.replace(batch, problems=(*batch.problems, *problems)) if problems else batch
