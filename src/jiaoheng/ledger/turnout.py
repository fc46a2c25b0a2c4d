"""Whose statistics a submission brings, file by file, and which of the county's schools it does not bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from jiaoheng.county import Batch, County, Origin
from jiaoheng.sources import Known
from jiaoheng.sources.text import tidy

FORMS = frozenset({"form", "export"})
"""Sources that come once a year from every school: whoever is not in them is missing."""


class FileRead(msgspec.Struct, frozen=True):
    """A file that was read: whether it holds national forms, the schools whose rows it has, how many rows."""

    file: str
    forms: bool
    schools: tuple[str, ...]
    rows: int


class SchoolMissing(msgspec.Struct, frozen=True):
    """A school of the county that is not in a submission, and the years of which the county has its figures."""

    code: str
    name: str
    kind: str
    years: tuple[int, ...] = ()


class Turnout(msgspec.Struct, frozen=True):
    """The files of a submission, names of the schools in them, the year of its forms, and who is missing in it.

    ``year`` is None and ``missing`` empty where no file holds national forms.
    """

    files: tuple[FileRead, ...] = ()
    names: Mapping[str, str] = {}
    year: int | None = None
    missing: tuple[SchoolMissing, ...] = ()

    @property
    def schools(self) -> Mapping[str, tuple[FileRead, ...]]:
        """The files of each school, by its code in the order of the files."""
        found: dict[str, list[FileRead]] = {}
        for file in self.files:
            for code in file.schools:
                found.setdefault(code, []).append(file)
        return {code: tuple(files) for code, files in found.items()}


def known(present: County | None, year: int | None) -> Known:
    """What helps to read forms: the county's schools by names that no two share, the year of files that say none."""
    if present is None:
        return Known(year=year)
    names = {code: tidy(name) for code, name in present.school_names().items()}
    counts = Counter(names.values())
    return Known({name: code for code, name in names.items() if counts[name] == 1}, year)


def turnout(batches: Sequence[Batch], present: County | None, county: County, *, whole: bool) -> Turnout:
    """Who is in these batches; who is missing only where they are to be of the ``whole`` county.

    ``county`` are the facts with the batches in them, which have the names.
    """
    files = tuple(_read(batch) for batch in batches)
    here = {code for file in files for code in file.schools}
    named = present.school_names() if present else {}
    names = {code: name for code, name in (named | county.school_names()).items() if code in here}
    year = _year(batches)
    missing = tuple(_missing(present, here, year)) if whole and present and year is not None else ()
    return Turnout(files, names, year, missing)


def _read(batch: Batch) -> FileRead:
    origins = list(_origins(batch))
    codes = [values["school_id"] for values in _values(batch) if values.get("school_id")]
    return FileRead(
        next((origin.file for origin in origins if origin.file), ""),
        any(origin.source in FORMS for origin in origins),
        tuple(dict.fromkeys(map(str, codes))),
        sum(map(len, batch.rows.values())) + len(batch.rejected),
    )


def _origins(batch: Batch) -> Iterator[Origin]:
    for sheet in batch.sheets:
        yield Origin(sheet.file, sheet.sheet)
    for rows in batch.rows.values():
        yield from (row.origin for row in rows)
    yield from (row.origin for row in batch.rejected)
    yield from (problem.origin for problem in batch.problems)


def _values(batch: Batch) -> Iterator[Mapping[str, object]]:
    for rows in batch.rows.values():
        yield from (row.values for row in rows)
    yield from (row.values for row in batch.rejected)


def _year(batches: Iterable[Batch]) -> int | None:
    """The latest year of the national forms in these batches."""
    years = (
        row.values.get("year")
        for batch in batches
        for rows in batch.rows.values()
        for row in rows
        if row.origin.source in FORMS
    )
    return max((year for year in years if isinstance(year, int)), default=None)


def _missing(present: County, here: set[str], year: int) -> Iterator[SchoolMissing]:
    """The schools that are open in a year and counted, and not here."""
    have: dict[str, set[int]] = {}
    for row in present["enrolment"].select(["school_id", "year"]).to_pylist():
        have.setdefault(row["school_id"], set()).add(row["year"])
    for school in present["schools"].to_pylist():
        opens, closes = school["open_from"], school["open_to"]
        is_open = (opens is None or opens <= year) and (closes is None or closes >= year)
        code = school["school_id"]
        if is_open and school["counted"] is not False and code not in here:
            yield SchoolMissing(code, school["name"] or "", school["kind"] or "", tuple(sorted(have.get(code, ()))))
