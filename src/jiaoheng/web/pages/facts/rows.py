"""The rows of a submission that something is wrong with, cell by cell, as the page shows them to be set right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.county import Origin, Problem, WrittenCell, WrittenRow, schema
from jiaoheng.county.personal import is_personal_header
from jiaoheng.county.problems import folded
from jiaoheng.language import Language
from jiaoheng.ledger.actions.mending import ROW, Cell
from jiaoheng.ledger.models import Mended, SourceFile
from jiaoheng.ledger.submissions import Checked

PREFIX = "cell:"
_HEADERS = frozenset({"column_missing", "columns_unknown", "header_unit", "header_twice"})
WAITS_FOR_ANOTHER = "reference_waits"
"""The problem of a row in which nothing is to be mended: it waits for another row that waits itself."""
Place = tuple[str, Origin]
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
    """One row with what is wrong in it; ``drop`` is what the button to set it aside sends, empty where it has none."""

    place: str
    severity: str
    fields: tuple[Field, ...]
    problems: tuple[Mapping[str, str], ...]
    drop: str = ""


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


def sheets(checked: Checked, language: Language) -> list[Sheet]:
    """Problems by file and sheet in the order of the files; last those that no file's row has."""
    written = checked.written()
    headers = {(sheet.table, Origin(sheet.file, sheet.sheet, sheet.row)) for sheet in checked.sheets if sheet.headings}
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in checked.problems:
        groups.setdefault((problem.origin.file, problem.origin.sheet), []).append(problem)
    found: list[Sheet] = []
    several = len({file for file, _sheet in groups}) > 1
    for (file, sheet), problems in groups.items():
        rows: dict[Place, list[Problem]] = {}
        others = []
        for problem in problems:
            place = (problem.table, problem.origin)
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
        everywhere = any(row.cell(problem) is None for problem in problems)
        fields = []
        for at, cell in enumerate(row.cells):
            column = cell.letter or cell.header
            is_wrong = column in wrong
            editable = source is not None and (is_wrong or everywhere) and not is_personal_header(cell.header, table)
            if not (editable or cell.text or is_wrong):
                continue
            field = Field(_label(table, cell, language), cell.text, wrong=is_wrong)
            if editable and source is not None and origin.row is not None:
                key = (source.pk, origin.sheet, origin.row, column)
                field = _input(field, key, mended.get(key), typed, f"cell-{number}-{at}")
            fields.append(field)
        is_row = place in written
        yield Entry(
            place=_("第 {row} 行").format(row=origin.row) if is_row else _("表头（第 {row} 行）").format(row=origin.row),
            severity=min(problem.severity for problem in problems),
            fields=tuple(fields),
            problems=tuple(_said(problem, language) for problem in problems),
            drop=_named(Cell(source.pk, origin.sheet, origin.row or 0, ROW, "")) if source and is_row else "",
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


def _grave(problems: Iterable[Problem]) -> bool:
    return all(problem.severity == "warning" for problem in problems)


def _named(cell: Cell, shown: str = "") -> str:
    told = [cell.file, cell.sheet, cell.row, cell.column, cell.seen, shown]
    return msgspec.json.encode(told).decode()


def _unnamed(name: str) -> tuple[Cell, str]:
    file, sheet, row, column, seen, shown = msgspec.json.decode(name, type=tuple[Count, str, Count, str, Count, str])
    if "\0" in sheet + column:
        raise ValueError(name)
    return Cell(file, sheet, row, column, "", seen), shown
