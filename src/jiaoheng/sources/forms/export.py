"""The county's export of the statistics: a row a school, headers of several rows, a file a stage.

A school with several stages stands in several files, each time with the figures of the whole school beside those of its
section. A campus that is not counted as a school (是否计校数 = 0) goes to the school whose name its own begins with.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from jiaoheng.county import words
from jiaoheng.county.grades import WHOLE
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.rows import Batch
from jiaoheng.county.schema import Column, schema
from jiaoheng.language import Text
from jiaoheng.sources.forms.about import about
from jiaoheng.sources.forms.catalogue import BANDS, Fact, catalogue
from jiaoheng.sources.forms.catalogue import words as group_words
from jiaoheng.sources.forms.cells import Reading, origin, read_cell, unit_for
from jiaoheng.sources.forms.facts import Figure, Member, agreed, column_of, fact_label, group_figures
from jiaoheng.sources.forms.identity import CODE, years_in
from jiaoheng.sources.forms.known import Known
from jiaoheng.sources.forms.labels import band, spellings
from jiaoheng.sources.forms.limits import MAX_EXPORT_COLUMNS, is_too_big, trimmed
from jiaoheng.sources.forms.locate import columns_named
from jiaoheng.sources.forms.mends import corrected
from jiaoheng.sources.forms.rows import Rows, School
from jiaoheng.sources.forms.school import tell_class_sizes, tell_enrolment, tell_facilities
from jiaoheng.sources.forms.sheet import TOTALS, FormSheet, label_of
from jiaoheng.sources.forms.staff import tell_staff
from jiaoheng.sources.grids import Grid
from jiaoheng.sources.mending import Corrections
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.text import is_total, shown, tidy

EXPORT = "export"
_HEADER_ROWS = 15
_FEWEST = 3
_STAGES = (
    ("primary", re.compile("小学")),
    ("junior", re.compile("初中|初级中学")),
    ("senior", re.compile("高中|高级中学")),
)


def export_header(grid: Grid) -> int | None:
    """The first row below the headers of an export; None for any other sheet."""
    names = spellings(catalogue().export.schools[0].column)
    merged = dict(grid.merged)
    if is_too_big(trimmed(grid), sys.maxsize, MAX_EXPORT_COLUMNS, sys.maxsize):
        return None
    for row, cells in enumerate(grid.rows[:_HEADER_ROWS]):
        for column, cell in enumerate(cells):
            if label_of(cell).text in names:
                bottom = merged[row, column][0] if (row, column) in merged else _bottom(grid, row, column)
                sheet = FormSheet(grid, lambda _: False, first=bottom + 1)
                return sheet.first if _recognised(sheet) >= _FEWEST else None
    return None


def _bottom(grid: Grid, row: int, column: int) -> int:
    """The last row of headers below a name that stands in its first: there the column of names is blank, or repeats."""
    name = label_of(grid.rows[row][column]).text
    bottom = row
    for below in range(row + 1, min(row + _HEADER_ROWS, len(grid.rows))):
        cells = grid.rows[below]
        own = cells[column] if column < len(cells) else ""
        if own != "" and label_of(own).text != name:
            break
        if not any(isinstance(cell, str) and label_of(cell).text for cell in cells):
            break
        bottom = below
    return bottom


def _recognised(sheet: FormSheet) -> int:
    """How many figures of an export have a column here."""
    found = 0
    for fact in (*catalogue().export.section, *catalogue().export.school):
        if fact.each_column and fact.each_column != BANDS:
            found += bool(columns_named(sheet, frozenset(group_words(fact.each_column, fact.prefix))))
        found += bool(fact.column and columns_named(sheet, spellings(fact.column)))
        found += bool(fact.total[1] and columns_named(sheet, spellings(fact.total[1])))
    return found


def read_export(grid: Grid, first: int, known: Known, corrections: Corrections) -> Batch:
    """The rows of an export as rows of our tables."""
    mended, lost = corrected(grid, corrections)
    sheet = FormSheet(mended, lambda _: False, first=first)
    rows = Rows(EXPORT)
    rows.problems += lost
    rows.sheets[grid.file, grid.sheet] = sheet
    places = {fact.fact: columns_named(sheet, spellings(fact.column))[:1] for fact in catalogue().export.schools}
    names = places["name"][0]
    listed = [row for row in sheet.body_rows() if _is_school(sheet, row, names, rows)]
    year = _year(sheet, known, rows)
    codes = _codes(sheet, listed, places, known, rows)
    for fact in _absent(sheet):
        details = words.both(figure=fact_label(fact.fact), form=Text("县级汇总导出表", "the county export"))
        rows.problems.append(
            Problem(code="export_column_missing", origin=Origin(grid.file, grid.sheet, source=EXPORT), details=details)
        )
    for row in listed:
        _tell_row(rows, sheet, row, places, codes, year)
    return rows.batch()


def _is_school(sheet: FormSheet, row: int, names: int, rows: Rows) -> bool:
    """A row with a name that is no total and no note under the table."""
    name = shown(sheet.cell(row, names))
    if not name or not sheet.has_figures(row) or name.isdigit():
        return False
    if is_total(name) or tidy(name) in TOTALS:
        rows.problems.append(Problem(code="row_total", value=name, origin=origin(sheet, row, EXPORT)))
        return False
    return True


def _absent(sheet: FormSheet) -> Iterator[Fact]:
    for fact in (*catalogue().export.section, *catalogue().export.school):
        if fact.needed and not any(True for _ in _columns(sheet, fact)):
            yield fact


def _tell_row(
    rows: Rows,
    sheet: FormSheet,
    row: int,
    places: Mapping[str, Sequence[int]],
    codes: Mapping[int, str | None],
    year: int | None,
) -> None:
    told = {name: (row, columns[0]) for name, columns in places.items() if columns}
    code = codes[row]
    key = {"school_id": code}
    values = _about(sheet, told)
    for name, (value, reading) in values.items():
        rows.tell("schools", key, name, value, reading)
    if "counted" in values and values["counted"][0] is False:
        _tell_parent(rows, sheet, row, told, codes, key)
    kind = schema().code("kind", str(values["kind"][0])) if "kind" in values and values["kind"][0] else None
    stage = _stage(sheet, kind.stages if kind else ())
    if stage is None:
        rows.refuse(
            "schools", key, _problem("export_stage", sheet, row, told["name"], shown(sheet.cell(*told["name"])))
        )
        return
    school = School(code, year, (stage,))
    figures = dict(_figures(sheet, row, stage))
    tell_enrolment(rows, school, figures, stage)
    tell_class_sizes(rows, school, figures, stage)
    tell_staff(rows, school, figures, stage, alone=False)
    tell_facilities(rows, school, figures)


def _about(sheet: FormSheet, told: Mapping[str, Place]) -> dict[str, tuple[object, Reading]]:
    """What a row says of the school itself."""
    found = {}
    for name in ("name", "kind", "setting", "ownership", "counted"):
        if name in told:
            reading = Reading(sheet, told[name], sheet.cell(*told[name]) or None)
            value, problem = about(name, reading, EXPORT)
            found[name] = (value, msgspec.structs.replace(reading, problem=problem))
    return found


def _tell_parent(
    rows: Rows,
    sheet: FormSheet,
    row: int,
    told: Mapping[str, Place],
    codes: Mapping[int, str | None],
    key: Mapping[str, object],
) -> None:
    """The main school of a campus: as the export says, or the one school whose name the campus's begins with."""
    by_name = {tidy(shown(sheet.cell(each, told["name"][1]))): code for each, code in codes.items()}
    stated = tidy(shown(sheet.cell(*told["parent"]))) if "parent" in told else ""
    name = tidy(shown(sheet.cell(*told["name"])))
    if stated:
        parent = by_name.get(stated) or (stated if stated in codes.values() else None)
    else:
        heads = [each for each in by_name if each != name and name.startswith(each)]
        parent = by_name[max(heads, key=len)] if heads else None
    reading = Reading(sheet, told["name"])
    if parent is not None:
        rows.tell("schools", key, "parent_id", parent, reading)
        if not stated:
            main = next(each for each, code in by_name.items() if code == parent)
            rows.problems.append(_problem("campus_guessed", sheet, row, told["name"], name, main=main))
    else:
        rows.problems.append(_problem("campus_alone", sheet, row, told["name"], name))


def _figures(sheet: FormSheet, row: int, stage: str) -> Iterator[tuple[tuple[str, str, Member], Reading]]:
    """The figures of one row."""
    for fact in catalogue().export.section:
        if fact.stage in ("", stage):
            for figure in _of_fact(sheet, row, fact, stage):
                yield (figure.fact, figure.stage, figure.member), figure.reading
    for fact in catalogue().export.school:
        for figure in _of_fact(sheet, row, fact, ""):
            yield (figure.fact, "", figure.member), figure.reading


def _of_fact(sheet: FormSheet, row: int, fact: Fact, stage: str) -> Iterator[Figure]:
    column = column_of(fact.fact)
    members: dict[Member, list[int]] = {}
    for member, at in _columns(sheet, fact):
        members.setdefault(member, []).append(at)
    parts = {
        member: reading
        for member, at in members.items()
        if member != "total" and (reading := _read(sheet, row, at, column, fact))
    }
    total = _read(sheet, row, members.get("total", []), column, fact)
    if fact.fact == "teachers":
        yield from (Figure("degrees", stage, "total", reading) for reading in parts.values())
    elif not fact.each_column:
        yield from (Figure(fact.fact, stage, "", reading) for reading in parts.values())
    elif fact.fact in ("pupils", "classes") and not parts and total:
        yield Figure(fact.fact, stage, "", total)
    else:
        yield from group_figures(fact, stage, parts, total, EXPORT)


def _columns(sheet: FormSheet, fact: Fact) -> Iterator[tuple[Member, int]]:
    """The columns of a fact: of its group's members and their total, or its own."""
    if fact.column:
        for at in columns_named(sheet, spellings(fact.column)):
            yield "", at
    if fact.total[1]:
        for at in columns_named(sheet, spellings(fact.total[1])):
            yield "total", at
    if fact.each_column == BANDS:
        prefixes = spellings(fact.prefix)
        for at, above in sheet.columns.items():
            bounds = (band(above.text.removeprefix(prefix)) for prefix in prefixes if above.text.startswith(prefix))
            if found := next((each for each in bounds if each is not None), None):
                yield found, at
    elif fact.each_column:
        named = group_words(fact.each_column, fact.prefix)
        for at, above in sheet.columns.items():
            if above.text in named:
                yield named[above.text], at


def _read(sheet: FormSheet, row: int, columns: Iterable[int], column: Column, fact: Fact) -> Reading | None:
    places = [(row, at) for at in columns]
    readings = [
        read_cell(sheet, place, column, unit_for(sheet, place, place[1], column, fact.unit), EXPORT) for place in places
    ]
    return agreed(readings, "", fact_label(fact.fact))


def _stage(sheet: FormSheet, stages: Sequence[str]) -> str | None:
    """The stage whose section a file is of: by its sheet, its name, its titles, or the only one a school has."""
    for text in (sheet.grid.sheet, sheet.grid.file, " ".join(sheet.titles[:4])):
        named = [stage for stage, pattern in _STAGES if pattern.search(text)]
        if len(named) == 1:
            return named[0]
    compulsory = [stage for stage in stages if stage in WHOLE and stage != "kindergarten"]
    return compulsory[0] if len(compulsory) == 1 else None


def _codes(
    sheet: FormSheet, listed: Sequence[int], places: Mapping[str, Sequence[int]], known: Known, rows: Rows
) -> dict[int, str | None]:
    """The code of each row's school: stated, known by its name, or where neither is there the name itself."""
    found: dict[int, str | None] = {}
    names = places["name"][0]
    coded = bool(places["school_id"])
    unknown = []
    for row in listed:
        name = shown(sheet.cell(row, names))
        stated = shown(sheet.cell(row, places["school_id"][0])).removesuffix(".0") if coded else ""
        code = stated or known.schools.get(tidy(name)) or (None if coded else name)
        if stated and not CODE.fullmatch(stated):
            rows.refuse(
                "schools",
                {"school_id": None},
                _problem("form_school_code", sheet, row, (row, places["school_id"][0]), stated),
            )
            code = None
        elif not stated and code == name:
            unknown.append(name)
        found[row] = code
    if unknown:
        rows.problems.append(
            Problem(
                code="export_without_codes",
                value=str(len(unknown)),
                origin=Origin(sheet.grid.file, sheet.grid.sheet, source=EXPORT),
            )
        )
    return found


def _year(sheet: FormSheet, known: Known, rows: Rows) -> int | None:
    stated = {int(text) for title in sheet.titles for text in years_in(title)}
    if not stated:
        stated = set(map(int, re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", f"{sheet.grid.file} {sheet.grid.sheet}")))
    if len(stated) == 1:
        return stated.pop()
    if stated:
        place = Origin(sheet.grid.file, sheet.grid.sheet, source=EXPORT)
        rows.problems.append(Problem(code="form_years_differ", value=words.years(stated), origin=place))
        return None
    if known.year is None:
        place = Origin(sheet.grid.file, sheet.grid.sheet, source=EXPORT)
        rows.problems.append(Problem(code="form_year_unknown", origin=place))
    return known.year


def _problem(code: str, sheet: FormSheet, row: int, place: Place, value: str, **details: str) -> Problem:
    heading = sheet.heading(place[1])
    return Problem(
        code=code, table="schools", column=heading, value=value, origin=origin(sheet, row, EXPORT), details=details
    )
