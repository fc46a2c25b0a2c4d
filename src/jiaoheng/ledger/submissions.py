"""What checking a submission gave, kept as files in its folder; and the rows that a school has now.

The files of a submission lie under random names in ``files``; each check writes a folder of its own in ``checked``,
which is whole or not there. The database says which of them counts.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng import typed
from jiaoheng.county import County, Difference, Origin, Problem, Rejected, WrittenRow, YearChange, errors, files
from jiaoheng.county.returns import Territory
from jiaoheng.county.rows import SheetRead
from jiaoheng.findings import Assessment
from jiaoheng.language import Text
from jiaoheng.ledger import store
from jiaoheng.ledger.foreign import Foreign
from jiaoheng.ledger.models import SourceFile, Submission
from jiaoheng.sources import Dropped, Mend
from jiaoheng.sources.turnout import Turnout

RESULT = "result.json"
DRAFT = "county"
_STALE_SECONDS = 3600


class Unread(msgspec.Struct, frozen=True):
    """A file that gave nothing, and why."""

    file: str
    reason: Text


class Checked(msgspec.Struct, frozen=True):
    """What checking a submission gave.

    ``draft`` is the name of the snapshot that accepting would make; ``brought`` how many rows of each table the files
    have, ``waiting`` how many of them wait. ``problems`` are those of the files, and those that the facts as a whole
    did not have before; ``earlier`` counts the others. ``rows`` are the rows that problems are about, cell by cell.
    ``assessment`` is what the county would be worth in its latest year, if that could be reckoned; ``turnout`` which
    schools are in the files, and which are missing. ``differences`` are of the rows brought and of what their schools'
    other tables say; ``changes`` are against the year before; ``order`` marks the order of sources that held; ``names``
    are of the schools that both speak of. ``foreign`` are the files that are none of our tables, with the mappings that
    fit them.
    """

    draft: str
    county_code: str
    county_name: str
    years: tuple[int, ...]
    brought: Mapping[str, int]
    waiting: Mapping[str, int]
    refused: int
    gaps: int
    problems: tuple[Problem, ...]
    earlier: int
    rejected: tuple[Rejected, ...]
    rows: tuple[WrittenRow, ...]
    sheets: tuple[SheetRead, ...]
    unread: tuple[Unread, ...]
    assessment: Assessment | None = None
    turnout: Turnout = Turnout()
    differences: tuple[Difference, ...] = ()
    changes: tuple[YearChange, ...] = ()
    order: str = ""
    names: Mapping[str, str] = {}
    foreign: tuple[Foreign, ...] = ()

    def written(self) -> Mapping[tuple[str, Origin], WrittenRow]:
        """The rows that problems are about, by table and place."""
        return {(row.table, row.origin): row for row in self.rows}

    def summary(self) -> dict[str, Any]:
        """The numbers that a list shows, and that decide whether it can be accepted."""
        bad = errors(self.problems)
        return {
            "draft": self.draft,
            "county": self.county_code,
            "rows": sum(self.brought.values()),
            "errors": len(bad),
            "warnings": len(self.problems) - len(bad),
            "waiting": sum(self.waiting.values()),
            "refused": self.refused,
            "gaps": self.gaps,
            "unread": len(self.unread),
            "files": len(self.turnout.files),
            "schools": len(self.turnout.names),
            "missing": len(self.turnout.missing),
            "years": list(self.years),
            "order": self.order,
            "differences": len(self.differences),
        }


def files_folder(submission: Submission) -> Path:
    """Where a submission's files lie as they were uploaded."""
    return store.submission(submission.token) / "files"


def result_folder(submission: Submission, name: str) -> Path:
    """Where one check of a submission left what it gave."""
    return store.submission(submission.token) / "checked" / name


def draft_folder(submission: Submission, checked: Checked) -> Path:
    """The snapshot that accepting would make."""
    return result_folder(submission, submission.result) / DRAFT / checked.draft


def last_check(submission: Submission) -> Checked | None:
    """What the last check gave; None where there was none."""
    return _read(submission.token, submission.result) if submission.result else None


@contextmanager
def writing(submission: Submission, name: str) -> Iterator[Path]:
    """A folder to write a check's result in, which gets its name when the block ends well."""
    final = result_folder(submission, name)
    final.parent.mkdir(parents=True, exist_ok=True)
    files.sweep(final.parent)
    # Somebody may still be reading what an earlier check left.
    files.forget(final.parent, _STALE_SECONDS, keep=submission.result)
    with files.folder(final) as work:
        yield work


def put(folder: Path, checked: Checked) -> None:
    """Write a check's result into its folder."""
    files.put(folder / RESULT, msgspec.json.encode(checked))


@contextmanager
def readable(submission: Submission, sources: Sequence[SourceFile]) -> Iterator[Sequence[Path]]:
    """The files under their own names without folders, as readers need them, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="jiaoheng-") as folder:
        paths = []
        for place, source in enumerate(sources):
            path = Path(folder) / str(place) / PurePosixPath(source.name).name
            path.parent.mkdir()
            shutil.copyfile(files_folder(submission) / source.stored, path)
            paths.append(path)
        yield paths


def forget_gone(submission: Submission | None = None) -> None:
    """Delete the lists of persons whose submission is over, of one or of all; one deleted already does no harm."""
    gone = SourceFile.objects.filter(gone=True).select_related("submission")
    for source in gone if submission is None else gone.filter(submission=submission):
        (files_folder(source.submission) / source.stored).unlink(missing_ok=True)


def corrections(source: SourceFile) -> tuple[list[Mend], list[Dropped]]:
    """What people set right in a file: cells, and rows that are not to be used."""
    mends: list[Mend] = []
    dropped: list[Dropped] = []
    for mended in source.mended.all():
        if mended.column:
            mends.append(Mend(source.name, mended.sheet, mended.row, mended.column, mended.value))
        else:
            dropped.append(Dropped(source.name, mended.sheet, mended.row))
    return mends, dropped


def new_problems(found: Sequence[Problem], before: Sequence[Problem]) -> tuple[tuple[Problem, ...], int]:
    """The problems of the files and those that the facts did not have before; and how many are left out."""
    known = Counter(_same(problem) for problem in before)
    shown = []
    for problem in found:
        if problem.origin.row is None and known[_same(problem)] > 0:
            known[_same(problem)] -= 1
        else:
            shown.append(problem)
    return tuple(shown), len(found) - len(shown)


def own_rows(county: County, school: str) -> County:
    """A school's own rows, its campuses' and teaching points' with them: all that it may send, of the latest year."""
    own = Territory(county, (), school)
    tables = {name: _own(table, own) for name, table in county.tables.items()}
    return County(tables)


def _own(table: pa.Table, own: Territory) -> pa.Table:
    column = next((name for name in ("school_id", "subject_id") if name in table.column_names), None)
    if column is None:
        return table.slice(0, 0)
    kept = [index for index, code in enumerate(table[column].to_pylist()) if code is not None and own.has(code)]
    mine = table.take(pa.array(kept, pa.int64()))
    if "year" not in mine.column_names or not mine.num_rows:
        return mine
    years = mine["year"].to_pylist()
    latest = max((year for year in years if year is not None), default=None)
    return mine.take(pa.array([index for index, year in enumerate(years) if year == latest], pa.int64()))


def _same(problem: Problem) -> tuple[object, ...]:
    details = tuple(sorted(problem.details.items()))
    return problem.code, problem.table, problem.column, problem.value, details


@lru_cache(maxsize=16)
def _read(token: str, name: str) -> Checked:
    path = store.submission(token) / "checked" / name / RESULT
    return typed.decode(path.read_bytes(), Checked)
