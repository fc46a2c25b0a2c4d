"""Reading a hundred schools' statistical workbooks of sixty sheets: Jiaoheng, and openpyxl that only loads them.

    python benchmarks/import.py [--workbooks 100] [--sheets 60]

Both read the same files in the same process, one after the other; CPU time of the process is compared. Beside the
figures that were read it prints how many of them are as they were written, so that speed is not bought with errors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from forms.compare import differences
from forms.known import Known, known_county
from forms.layouts import Layout
from forms.school_workbook import workbook
from forms.sheets import write

from jiaoheng.sources import read


def main() -> None:
    """Write the files, read them both ways, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workbooks", type=int, default=100)
    parser.add_argument("--sheets", type=int, default=60)
    chosen = parser.parse_args()
    known = known_county(1, schools=chosen.workbooks)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheets = _written(folder, known, chosen.sheets)
        files = sorted(folder.iterdir())
        size = sum(file.stat().st_size for file in files) / 2**20
        print(f"{len(files)} workbooks, {sheets} sheets, {size:.1f} MiB")
        ours, batch = _timed(lambda: read(folder))
        theirs, _ = _timed(lambda: [openpyxl.load_workbook(file, data_only=True) for file in files])
    rows = sum(len(some) for some in batch.rows.values())
    wrong = differences(replace(known, campuses=()), batch)
    print(f"Jiaoheng, reading {rows} rows of our tables: {ours:.1f} s CPU; differing from the truth: {len(wrong)}")
    print(f"openpyxl, loading and nothing else:  {theirs:.1f} s CPU")
    print(f"ratio: {ours / theirs:.2f}")


def _written(folder: Path, known: Known, sheets: int) -> int:
    """The workbooks, filled up with forms that nobody needs to the wished number of sheets; returns all sheets."""
    count = 0
    for number, school in enumerate(known.schools):
        plain = workbook(known, school, Layout(seed=number))
        missing = max(0, sheets - len(plain.sheets))
        book = workbook(known, school, Layout(seed=number, noise_sheets=missing))
        write(folder, book)
        count += len(book.sheets)
    return count


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
