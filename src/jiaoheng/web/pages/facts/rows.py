"""The rows of a submission that something is wrong with, cell by cell, as the page shows them to be set right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from jiaoheng import typed
from jiaoheng.county import Origin, Problem, WrittenCell, WrittenRow, schema
from jiaoheng.county.personal import is_personal_header
from jiaoheng.county.problems import folded
from jiaoheng.language import Language
from jiaoheng.ledger.actions.mending import ROW, Cell
from jiaoheng.ledger.models import Mended, SourceFile
from jiaoheng.ledger.submissions import Checked
from jiaoheng.sources.turnout import FORMS

PREFIX = "cell:"
_HEADERS = frozenset({"column_missing", "columns_unknown", "header_unit", "header_twice"})
WAITS_FOR_ANOTHER = "reference_waits"
"""The problem of a row in which nothing is to be mended: it waits for another row that waits itself."""
Place = tuple[str, Origin]
LABELS = 4
"""Labels that tell a form's row."""
_FIGURE = re.compile(r"[-+]?[\d.,]*%?|[*×—-]+")
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""A number that every database holds."""


class Field(msgspec.Struct, frozen=True):
    """One cell as the page shows it; ``name`` of its input is empty where it is not to be changed here."""

    label: str
    text: str
    name: str = ""
    id: str = ""
    wrong: bool = False
    mended: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One row with what is wrong in it; ``more`` are the cells of a wide row that are seldom looked at.

    ``drop`` is what the button to set it aside sends, empty where it has none.
    """

    place: str
    severity: str
    fields: tuple[Field, ...]
    problems: tuple[Mapping[str, str], ...]
    drop: str = ""
    more: tuple[Field, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """The problems of one sheet of a file, errors before warnings: rows to mend and what is told without a row."""

    key: str
    label: str
    errors: int
    warnings: int
    rows: tuple[tuple[Place, tuple[Problem, ...]], ...]
    others: tuple[Problem, ...]


class Typed(msgspec.Struct, frozen=True):
    """What was typed into the page and not saved, by the cell's place."""

    values: Mapping[tuple[int, str, int, str], str] = {}


def sheets(checked: Checked, language: Language, wanted: Callable[[Problem], bool] = lambda _: True) -> list[Sheet]:
    """The wanted problems by file and sheet in the order of the files; last those that no file's row has."""
    written = checked.written()
    headers = {(sheet.table, Origin(sheet.file, sheet.sheet, sheet.row)) for sheet in checked.sheets if sheet.headings}
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in filter(wanted, checked.problems):
        groups.setdefault((problem.origin.file, problem.origin.sheet), []).append(problem)
    found: list[Sheet] = []
    several = len({file for file, _sheet in groups}) > 1
    for (file, sheet), problems in groups.items():
        rows: dict[Place, list[Problem]] = {}
        others = []
        for problem in problems:
            place = _place(problem, rows)
            if problem.code == WAITS_FOR_ANOTHER:
                others.append(problem)
            elif place in written or (problem.code in _HEADERS and place in headers):
                rows.setdefault(place, []).append(problem)
            else:
                others.append(problem)
        bad = sum(problem.severity == "error" for problem in problems)
        told = sorted(rows.items(), key=lambda each: (_grave(each[1]), each[0][1].row or 0))
        name = problems[0].origin.named(language)
        found.append(
            Sheet(
                key=f"{file}/{sheet}",
                label=" · ".join(part for part in (name, sheet) if part) if several else sheet or name or _("整体"),
                errors=bad,
                warnings=len(problems) - bad,
                rows=tuple((place, tuple(of)) for place, of in told),
                others=tuple(sorted(others, key=lambda problem: problem.severity)),
            )
        )
    return sorted(found, key=lambda each: not each.errors)


def told(problems: Iterable[Problem], language: Language) -> list[dict[str, str]]:
    """Problems without a row to mend here, folded where they say the same."""
    return [
        {
            "place": each.where(language),
            "value": each.problem.value,
            "what": each.problem.what(language),
            "remedy": each.problem.remedy(language),
            "severity": each.problem.severity,
        }
        for each in folded(problems)
    ]


def entries(
    rows: Sequence[tuple[Place, Sequence[Problem]]],
    checked: Checked,
    files: Mapping[str, SourceFile],
    language: Language,
    typed: Typed,
    *,
    is_open: bool,
) -> Iterator[Entry]:
    """Rows with an input for each cell that something is wrong with, and the others beside it."""
    written = checked.written()
    mended = {
        (each.file_id, each.sheet, each.row, each.column): each
        for source in files.values()
        for each in source.mended.all()
    }
    for number, (place, problems) in enumerate(rows):
        table, origin = place
        row = written.get(place) or _header(checked, place)
        source = files.get(origin.file) if is_open else None
        wrong = {cell.letter or cell.header for problem in problems if (cell := row.cell(problem))}
        is_form = origin.source in FORMS
        everywhere = is_form or any(row.cell(problem) is None for problem in problems)
        fields = []
        for at, cell in enumerate(row.cells):
            column = cell.letter or cell.header
            is_wrong = column in wrong
            editable = source is not None and (is_wrong or everywhere) and not is_personal_header(cell.header, table)
            if not ((editable and not is_form) or cell.text or is_wrong):
                continue
            field = Field(_label(table, cell, language), cell.text, wrong=is_wrong)
            if editable and source is not None and origin.row is not None:
                key = (source.pk, origin.sheet, origin.row, column)
                field = _input(field, key, mended.get(key), typed, f"cell-{number}-{at}")
            fields.append(field)
        is_row = place in written
        fields, more = _sorted(fields) if is_form else (fields, [])
        yield Entry(
            place=_("第 {row} 行").format(row=origin.row)
            if is_row
            else _("表头（第 {row} 行）").format(row=origin.row),
            severity=min(problem.severity for problem in problems),
            fields=tuple(fields),
            more=tuple(more),
            problems=_all_said(problems, language),
            drop=_drop(source, origin) if is_row and not is_form else "",
        )


def cells(sent: Mapping[str, str]) -> list[Cell]:
    """The cells whose text in the form is another than was shown there; raises ``ValueError`` for a forged form."""
    found = []
    for name, value in sent.items():
        if name.startswith(PREFIX):
            cell, was = _unnamed(name.removeprefix(PREFIX))
            if value.strip() != was.strip():
                found.append(msgspec.structs.replace(cell, value=value.strip()))
    return found


def row_cell(sent: str, *, undo: bool = False) -> Cell:
    """What a button says of a row, or of a mend that is to be taken back; raises ``ValueError`` for a forged one."""
    cell, _shown = _unnamed(sent)
    return msgspec.structs.replace(cell, value=None) if undo else cell


def unplaced(typed: Typed, listed: Iterable[Entry]) -> list[str]:
    """What was typed for cells that the page no longer shows, so that it can be read off and is not lost."""
    there = set()
    for entry in listed:
        for field in entry.fields:
            if field.name:
                cell, _was = _unnamed(field.name.removeprefix(PREFIX))
                there.add((cell.file, cell.sheet, cell.row, cell.column))
    return [
        " · ".join(part for part in (sheet, _("第 {row} 行").format(row=row), column) if part) + f" = {value}"
        for (file, sheet, row, column), value in typed.values.items()
        if column != ROW and (file, sheet, row, column) not in there
    ]


def mends(files: Iterable[SourceFile], checked: Checked | None, language: Language) -> list[dict[str, Any]]:
    """What was set right so far, each with what takes it back."""
    headings = {
        (sheet.file, sheet.sheet, heading.letter): heading.header
        for sheet in (checked.sheets if checked else ())
        for heading in sheet.headings
    }
    listed = []
    for source in files:
        for each in source.mended.all():
            header = headings.get((source.name, each.sheet, each.column), each.column)
            where = [source.name, each.sheet, _("第 {row} 行").format(row=each.row), header]
            listed.append(
                {
                    "place": " · ".join(part for part in where if part),
                    "dropped": each.column == ROW,
                    "value": each.value,
                    "by": each.by,
                    "at": each.at,
                    "undo": _named(Cell(source.pk, each.sheet, each.row, each.column, None, each.revision)),
                }
            )
    return sorted(listed, key=lambda each: each["at"], reverse=True)


def _input(field: Field, key: tuple[int, str, int, str], held: Mended | None, typed: Typed, identity: str) -> Field:
    shown = held.value if held else field.text
    cell = Cell(*key, value=None, seen=held.revision if held else 0)
    return msgspec.structs.replace(
        field,
        text=typed.values.get(key, shown),
        name=PREFIX + _named(cell, shown),
        id=identity,
        mended=_("{who}已改").format(who=held.by.name) if held else "",
    )


def _header(checked: Checked, place: Place) -> WrittenRow:
    """The row of headers of a sheet, to be renamed like any other cells."""
    table, origin = place
    sheet = next(each for each in checked.sheets if Origin(each.file, each.sheet, each.row) == origin)
    told = (WrittenCell(heading.letter, heading.header, "", heading.header) for heading in sheet.headings)
    return WrittenRow(table, origin, tuple(told))


def _label(table: str, cell: WrittenCell, language: Language) -> str:
    if cell.column and table in schema().tables:
        return schema().tables[table].column(cell.column).label.say(language)
    return cell.header


def _said(problem: Problem, language: Language) -> dict[str, str]:
    return {"what": problem.what(language), "remedy": problem.remedy(language), "severity": problem.severity}


def _drop(source: SourceFile | None, origin: Origin) -> str:
    """What the button sends that sets a row aside; of a form no row is, as figures stand in all directions."""
    return _named(Cell(source.pk, origin.sheet, origin.row or 0, ROW, "")) if source else ""


def _all_said(problems: Iterable[Problem], language: Language) -> tuple[dict[str, str], ...]:
    """What is wrong, each thing once: one cell of a form may stand behind rows of several tables."""
    told = [_said(problem, language) for problem in problems]
    return tuple(each for at, each in enumerate(told) if each not in told[:at])


def _sorted(fields: list[Field]) -> tuple[list[Field], list[Field]]:
    """The cells of a form's row: those that are wrong first, then its labels; and the others, which can be many."""
    wrong = [field for field in fields if field.wrong]
    labels = [field for field in fields if not field.wrong and not _FIGURE.fullmatch(field.text.strip())][:LABELS]
    told = [Field(field.label, field.text) for field in labels]
    return [*wrong, *told], [field for field in fields if field not in wrong and field not in labels]


def _place(problem: Problem, there: Iterable[Place]) -> Place:
    """The row that a problem is about: of a form, one for whatever tables it is told in."""
    if problem.origin.source in FORMS:
        return next((place for place in there if place[1] == problem.origin), (problem.table, problem.origin))
    return problem.table, problem.origin


def _grave(problems: Iterable[Problem]) -> bool:
    return all(problem.severity == "warning" for problem in problems)


def _named(cell: Cell, shown: str = "") -> str:
    told = [cell.file, cell.sheet, cell.row, cell.column, cell.seen, shown]
    return msgspec.json.encode(told).decode()


def _unnamed(name: str) -> tuple[Cell, str]:
    file, sheet, row, column, seen, shown = typed.decode(name, tuple[Count, str, Count, str, Count, str])
    if "\0" in sheet + column:
        raise ValueError(name)
    return Cell(file, sheet, row, column, "", seen), shown
