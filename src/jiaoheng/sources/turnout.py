"""Whose statistics a submission brings, file by file, and which of the county's schools it does not bring."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from jiaoheng.county import Batch, County, Origin, Problem
from jiaoheng.county.problems import EARLIER
from jiaoheng.language import Language, Text

FORMS = frozenset({"form", "export"})
"""Sources that come once a year from every school: whoever is not in them is missing."""
_NUMBER = re.compile(r"(?:教基|基础基|中职基)\s*\d{3,4}")
_LETTER = re.compile(r"^[A-Z]{1,3}(?:\s|$)")
_LISTED = re.compile(r"、|, ")
_SUCH_AS = Text("如：{what}", "such as: {what}")
_LACKING = Text("缺“{form}”", "“{form}” is missing")


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


class Alike(msgspec.Struct, frozen=True):
    """A problem that several files have: in words, how grave, the files, and the problems themselves."""

    what: str
    severity: str
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


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


def turnout(batches: Iterable[Batch], present: County | None, county: County, *, whole: bool) -> Turnout:
    """Who is in these batches; who is missing only where they are to be of the ``whole`` county.

    ``present`` are the facts that there were before, ``county`` those with the batches in them, which have the names.
    """
    every = tuple(batches)
    files, year = _files(every), _year(every)
    here = {code for file in files for code in file.schools}
    named = present.school_names() if present else {}
    names = {code: name for code, name in (named | county.school_names()).items() if code in here}
    missing = tuple(_missing(present, here, year)) if whole and present and year is not None else ()
    return Turnout(files, names, year, missing)


def alike(problems: Iterable[Problem], language: Language) -> list[Alike]:
    """Problems that more than one file has, told once; those of most files first."""
    groups: dict[tuple[str, ...], list[tuple[Problem, str]]] = {}
    for problem in problems:
        if problem.origin.file and problem.origin != EARLIER:
            for key, what in _kinds_of(problem, language):
                groups.setdefault(key, []).append((problem, what))
    found = [
        Alike(
            _said(key, [what for _, what in some], language),
            some[0][0].severity,
            tuple(dict.fromkeys(problem.origin.file for problem, _ in some)),
            tuple(problem for problem, _ in some),
        )
        for key, some in groups.items()
    ]
    return sorted((each for each in found if len(each.files) > 1), key=lambda each: -len(each.files))


def _kinds_of(problem: Problem, language: Language) -> list[tuple[tuple[str, ...], str]]:
    """What a problem says of its file, in words that do not change from file to file."""
    details, form = problem.details, _NUMBER.search(problem.origin.sheet)
    if problem.code == "forms_missing":
        lacking = _LISTED.split(details.get(f"forms_{language}", ""))
        return [((f"{problem.code} {each}",), _LACKING.say(language, form=each)) for each in lacking]
    sheet = form.group(0) if form else problem.origin.sheet
    column = details.get(f"figure_{language}", "") or _LETTER.sub("", problem.label(language))
    return [((problem.code, sheet, column), problem.what(language))]


def _said(key: tuple[str, ...], texts: Sequence[str], language: Language) -> str:
    """A kind of problem with its form and column; where files say it with other figures, the first of them."""
    what = texts[0] if len(set(texts)) == 1 else _SUCH_AS.say(language, what=texts[0])
    return " · ".join(part for part in (*key[1:], what) if part)


def _files(batches: Sequence[Batch]) -> tuple[FileRead, ...]:
    """Each file once, in the order in which it was read."""
    schools: dict[str, dict[str, None]] = {}
    counts: Counter[str] = Counter()
    forms: set[str] = set()
    for batch in batches:
        told = [Origin(sheet.file) for sheet in batch.sheets] + [problem.origin for problem in batch.problems]
        for origin in told:
            if origin.file and origin != EARLIER:
                schools.setdefault(origin.file, {})
                forms |= {origin.file} if origin.source in FORMS else set()
        for values, origin in _rows(batch):
            if not origin.file:
                continue
            own = schools.setdefault(origin.file, {})
            counts[origin.file] += 1
            forms |= {origin.file} if origin.source in FORMS else set()
            if code := values.get("school_id"):
                own[str(code)] = None
    return tuple(FileRead(file, file in forms, tuple(own), counts[file]) for file, own in schools.items())


def _rows(batch: Batch) -> Iterator[tuple[Mapping[str, object], Origin]]:
    for rows in batch.rows.values():
        yield from ((row.values, row.origin) for row in rows)
    yield from ((row.values, row.origin) for row in batch.rejected)


def _year(batches: Iterable[Batch]) -> int | None:
    """The latest year of the national forms in these batches."""
    told = (values.get("year") for batch in batches for values, origin in _rows(batch) if origin.source in FORMS)
    return max((year for year in told if isinstance(year, int)), default=None)


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
