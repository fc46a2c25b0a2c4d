"""Whatever a user points at, as a checked county: a snapshot as it is, anything else read and admitted."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.county import Admission, admit, check, snapshots
from jiaoheng.sources.reading import read


def open_source(path: Path) -> Admission:
    """The county behind a path: a snapshot or store, a workbook, a CSV or Parquet file, or a folder of them.

    Raises ``SourceError`` where nothing can be read, ``snapshots.SnapshotError`` for a damaged snapshot.
    """
    if path.is_dir() and snapshots.is_snapshot(path):
        county = snapshots.read(path)
        return Admission(county, (), check(county))
    return admit(read(path))
