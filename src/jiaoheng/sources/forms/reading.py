"""A file of forms as a batch: its sheets recognised, read, and put together as rows of one school."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from jiaoheng.county import words
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch
from jiaoheng.county.schema import schema
from jiaoheng.language import Text
from jiaoheng.sources.forms.catalogue import Form, by_number, by_title, catalogue, plain_title
from jiaoheng.sources.forms.cells import FORM
from jiaoheng.sources.forms.export import export_header
from jiaoheng.sources.forms.facts import FormRead, read_form
from jiaoheng.sources.forms.identity import Identity, identify
from jiaoheng.sources.forms.known import Known
from jiaoheng.sources.forms.labels import label, spellings
from jiaoheng.sources.forms.limits import MAX_SHEETS, is_too_big, too_big, trimmed
from jiaoheng.sources.forms.locate import begins_row, row_words
from jiaoheng.sources.forms.mends import corrected
from jiaoheng.sources.forms.rows import Rows, School
from jiaoheng.sources.forms.school import gathered, missing_forms, tell_school
from jiaoheng.sources.forms.sheet import FormSheet
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.headers import sheet_table
from jiaoheng.sources.mending import Corrections
from jiaoheng.sources.text import tidy

_NUMBERED = re.compile(r"(教基|基础基|中职基)\s*(\d{3,4})")
_BARE = re.compile(r"(?:sheet|表)?_?(\d{4})(?:续|_.*|-.*|\(.*)?")
_TITLE_ROWS = 10
_TITLE_CELLS = 6
_DATED = re.compile(r"[(\[]?20\d\d(?:[-/]20\d\d)?(?:学年度?初?|年)[)\]]?")
_OF_PEOPLE = frozenset({"ownership", "address"})
"""What the first form says of the school that may be a person's name or home, as of a private school's founder."""


def holds_forms(grids: Sequence[Grid]) -> bool:
    """Whether a workbook holds national forms: one of its sheets is named by a form's number, or titled so.

    An export names the forms that its columns come from, and is none; nor is a sheet called as one of our tables.
    """
    if any(_number(grid.sheet) for grid in grids):
        return True
    others = (grid for grid in grids if sheet_table(grid.sheet) is None)
    return any(_form_of(grid) and export_header(grid) is None for grid in others)


def is_form(grid: Grid) -> bool:
    """Whether a sheet is a national form, one of those that are read or another."""
    return bool(_number(grid.sheet) or _form_of(grid))


def read_forms(grids: Sequence[Grid], known: Known, corrections: Corrections) -> Batch:
    """The forms of one school as rows of our tables; sheets of forms that say nothing we keep are passed over."""
    file = grids[0].file
    problems: list[Problem] = []
    chosen = _chosen(grids, problems)
    sheets: list[tuple[Form, FormSheet]] = []
    for form, grid in chosen[:MAX_SHEETS]:
        mended, lost = corrected(grid, corrections)
        problems += lost
        fitted = trimmed(mended)
        if is_too_big(fitted):
            problems.append(too_big(fitted, FORM))
        else:
            sheets.append((form, _sheet(fitted, form)))
    first = [read_form(sheet, form, (), FORM) for form, sheet in sheets if form.name == "school"]
    whose = identify(file, [sheet for _, sheet in sheets], first, known.schools, known.year, FORM)
    kind = schema().code("kind", whose.kind) if whose.kind else None
    stages = tuple(stage for stage in kind.stages if stage != "kindergarten") or kind.stages if kind else ()
    stages = stages or _stages_by_pupils(sheets)
    reads = [*first, *(read_form(sheet, form, stages, FORM) for form, sheet in sheets if form.name != "school")]
    if len(chosen) > MAX_SHEETS:
        limit = {"limit": str(MAX_SHEETS)}
        place = Origin(file, source=FORM)
        problems.append(Problem(code="forms_too_many", value=str(len(chosen)), origin=place, details=limit))
    rows = Rows(FORM)
    rows.problems += problems
    for _, sheet in sheets:
        rows.sheets[sheet.grid.file, sheet.grid.sheet] = sheet
    _tell(rows, whose, stages, reads)
    _tell_missing(rows, whose, stages, reads, file)
    return rows.batch()


def _sheet(grid: Grid, form: Form) -> FormSheet:
    """A grid as a sheet of a form; the first form also names the head and whoever filled it in."""
    public = None
    if form.name == "school":
        private = [spellings(fact.row) for fact in form.facts if fact.fact in _OF_PEOPLE]
        public = (row_words(form) | spellings(form.column)).difference(*private)
    return FormSheet(grid, partial(begins_row, form), listed=form.layout == "list", public=public)


def _stages_by_pupils(sheets: Sequence[tuple[Form, FormSheet]]) -> tuple[str, ...]:
    """The stages of a school whose kind is not told: those of which it counts pupils."""
    forms = ((form, sheet) for form, sheet in sheets if form.name.endswith("_pupils"))
    counted = ((form.stage, read_form(sheet, form, (), FORM).figures) for form, sheet in forms)
    return tuple(stage for stage, figures in counted if any(figure.reading.value for figure in figures))


def _tell(rows: Rows, whose: Identity, stages: tuple[str, ...], reads: Sequence[FormRead]) -> None:
    """The school's own row and all others; every one of them waits where it is not clear whose they are."""
    _tell_own_row(rows, whose)
    figures = gathered(reads)
    tell_school(rows, School(whose.school_id or None, whose.year, stages), figures, reads)
    if whose.county_code and not any(problem.severity == "error" for problem in whose.problems):
        name = whose.county_name or whose.county_code
        rows.tell("county", {"county_code": whose.county_code}, "name", name)
    rows.problems += [problem for problem in whose.problems if problem.severity != "error"]
    errors = [problem for problem in whose.problems if problem.severity == "error"]
    for problem in errors:
        for draft in list(rows.drafts.values()):
            rows.refuse(draft.table, draft.key, problem)
        if not rows.drafts:
            rows.problems.append(problem)


def _tell_own_row(rows: Rows, whose: Identity) -> None:
    key = {"school_id": whose.school_id or None}
    for column, (value, reading) in whose.about.items():
        told = {"name": whose.name, "kind": whose.kind}.get(column, value)
        rows.tell("schools", key, column, told or None, reading)
    for column, told in (("name", whose.name), ("kind", whose.kind)):
        if told and column not in whose.about:
            rows.tell("schools", key, column, told)
    if not whose.kind and whose.name:
        file = next(iter(rows.sheets))[0]
        rows.refuse(
            "schools", key, Problem(code="form_kind_unknown", value=whose.name, origin=Origin(file, source=FORM))
        )


def _tell_missing(rows: Rows, whose: Identity, stages: tuple[str, ...], reads: Sequence[FormRead], file: str) -> None:
    """A warning for forms that a school of its kind should have."""
    if missing := missing_forms(reads, catalogue().sheets, stages):
        forms = Text(
            "、".join(f"{form.numbers[0]} {form.label.zh}" for form in missing),
            ", ".join(f"{form.numbers[0]} {form.label.en}" for form in missing),
        )
        details = words.both(forms=forms)
        rows.problems.append(
            Problem(code="forms_missing", value=whose.name or file, origin=Origin(file, source=FORM), details=details)
        )


# ------------------------------------------------------------------------------------------------- recognising


def _chosen(grids: Sequence[Grid], problems: list[Problem]) -> list[tuple[Form, Grid]]:
    """The sheets to read, each with its form: of a form that stands open, hidden copies are left out."""
    found = [(form, grid) for grid in grids if (form := _form_of(grid, problems))]
    open_forms = {form.name for form, grid in found if grid.visible}
    chosen = []
    for form, grid in found:
        if grid.visible or form.name not in open_forms:
            chosen.append((form, grid))
        else:
            problems.append(
                Problem(code="sheet_hidden", value=grid.sheet, origin=Origin(grid.file, grid.sheet, source=FORM))
            )
    return chosen


def _number(text: str) -> str:
    """The number of a form in a text, as it is compared."""
    found = _NUMBERED.search(tidy(text))
    return f"{found.group(1)}{found.group(2)}" if found else ""


def _form_of(grid: Grid, problems: list[Problem] | None = None) -> Form | None:
    """The form that a sheet is: by its name, or by its number or title above the headers."""
    by_name = _number(grid.sheet)
    if not by_name and (bare := _BARE.fullmatch(tidy(grid.sheet))):
        by_name = f"教基{bare.group(1)}"
    if (by_name and by_name not in by_number()) or (not by_name and not grid.visible):
        return None
    inside = _inside(grid)
    if not by_name:
        return inside
    form = by_number()[by_name]
    if inside is not None and inside.name != form.name:
        if problems is not None:
            details = words.both(form=form.label, other=inside.label)
            origin = Origin(grid.file, grid.sheet, source=FORM)
            problems.append(Problem(code="form_confused", value=grid.sheet, origin=origin, details=details))
        return None
    return form


def _inside(grid: Grid) -> Form | None:
    """The form that the texts above the headers name."""
    texts = [cell for row in grid.rows[:_TITLE_ROWS] for cell in row if isinstance(cell, str) and 0 < len(cell) < 120]
    numbers = {by_number()[number].name: number for text in texts if (number := _number(text)) in by_number()}
    if numbers:
        # A list of forms is none of them.
        return by_number()[numbers.popitem()[1]] if len(numbers) == 1 else None
    for text in _alone(grid):
        tried = plain_title(_DATED.sub("", label(text).text))
        # A form may go on in a second sheet, which is of it unless the catalogue knows it as another.
        if found := by_title().get(tried) or by_title().get(tried.removesuffix("续")):
            return found
    return None


def _alone(grid: Grid) -> Iterator[str]:
    """Texts at the top of a sheet that share their row with few others, as titles do and headers do not."""
    for row in grid.rows[:_TITLE_ROWS]:
        texts = [cell for cell in row if cell != ""]
        if len(texts) <= _TITLE_CELLS:
            yield from (cell for cell in texts if isinstance(cell, str) and len(cell) < 120)
