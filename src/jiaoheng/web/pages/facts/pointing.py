"""Which column of a foreign sheet is which of ours: what was chosen in the form, and the mapping that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, cast

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.county.schema import Column, Table, schema
from jiaoheng.language import Language
from jiaoheng.sources.mapping import MappingError
from jiaoheng.sources.mapping.making import Design, Pointed, View, suggest_columns, write_mapping
from jiaoheng.sources.mapping.spec import Scalar

BY_NAME = "school_id@name"
"""The choice of a column that holds names of schools, whose codes are to be looked up."""
WAYS = ("rows", "sum", "count")
USUAL = ("enrolment", "facilities", "staff", "teachers", "schools")
MOST_HEADER_ROWS = 4
SAMPLES = 3


class Chosen(msgspec.Struct, frozen=True):
    """What the form says: which sheet and table, the column of ours under each header's place, values for all rows.

    ``sheet`` counts the file's sheets from 0; ``header_row`` is the number that Excel shows, 0 to have it found.
    """

    sheet: int
    header_row: int
    header_rows: int
    table: str
    way: str
    only: bool
    columns: Mapping[int, str]
    units: Mapping[int, str]
    values: Mapping[str, str]
    year: int | None


def chosen(sent: Mapping[str, str], year: int | None) -> Chosen:
    """What was sent, as far as it makes sense; the columns only where they are of the sheet and table sent."""
    table = sent.get("table", "")
    sheet = _whole(sent.get("sheet"), 0)
    is_other = sent.get("of", "").partition("/")[0] not in ("", str(sheet))
    rows = min(max(_whole(sent.get("header_rows"), 1), 1), MOST_HEADER_ROWS)
    found = Chosen(
        sheet=sheet,
        # Another sheet has its headers elsewhere.
        header_row=0 if is_other else _whole(sent.get("header_row"), 0),
        header_rows=rows,
        table=table if table in schema().tables else "",
        way=sent.get("way", "") if sent.get("way") in WAYS else "",
        only=sent.get("only", "1") == "1",
        columns={place: value for place, value in _numbered(sent, "c") if value},
        units={place: value for place, value in _numbered(sent, "u") if value},
        values={name[2:]: value.strip() for name, value in sent.items() if name.startswith("v-") and value.strip()},
        year=_whole(sent.get("year"), 0) or year,
    )
    return found if sent.get("of") == signature(found) else msgspec.structs.replace(found, columns={}, units={})


def signature(of: Chosen) -> str:
    """What columns were pointed at in: another sheet, header or table has other columns."""
    return f"{of.sheet}/{of.header_row}/{of.header_rows}/{of.table}"


def completed(of: Chosen, view: View, *, anew: bool) -> Chosen:
    """With table, way and, where they are asked for ``anew``, columns as they seem to be."""
    table = of.table or likely_table(view)
    counted = any(column.name == "pupils" for column in schema().tables[table].columns)
    way = of.way or ("count" if view.personal and counted else "rows")
    made = msgspec.structs.replace(of, table=table, way=way, header_row=view.header_row)
    if not anew:
        return made
    suggested = {pointed.header: pointed for pointed in suggest_columns(view.headers, table)}
    columns, units = {}, {}
    for place, header in enumerate(view.headers):
        if pointed := suggested.pop(header, None):
            columns[place] = BY_NAME if pointed.by_name else pointed.column
            if pointed.unit:
                units[place] = pointed.unit
    return msgspec.structs.replace(made, columns=columns, units=units)


def likely_table(view: View) -> str:
    """The table of ours of which the headers name most columns; of equals, the one that is brought most often."""
    counts = {name: len(suggest_columns(view.headers, name)) for name in (*USUAL, *schema().tables)}
    return max(counts, key=lambda name: counts[name])


def wrong(of: Chosen, view: View, language: Language) -> list[str]:
    """Why the choice cannot be, in words; empty where it can."""
    table = schema().tables[of.table]
    told = []
    places: dict[str, list[int]] = {}
    for place, column in of.columns.items():
        places.setdefault(column.partition("@")[0], []).append(place)
    for column, several in places.items():
        if len(several) > 1:
            headers = _("、").join(f"“{view.headers[place]}”" for place in several)
            label = table.column(column).label.say(language)
            told.append(_("{headers}都指认成了“{column}”，只能留一个。").format(headers=headers, column=label))
    lacking = [column.label.say(language) for column in missing(of)]
    if lacking:
        text = _("还缺：{columns}。请指认是哪一列，或在“文件里没写的”中填写对所有行都一样的值。")
        told.append(text.format(columns=_("、").join(lacking)))
    return told


def missing(of: Chosen) -> list[Column]:
    """The columns of the table that must be there and are neither pointed at nor given a value."""
    table = schema().tables[of.table]
    given = {column.partition("@")[0] for column in of.columns.values()} | of.values.keys()
    given |= {"year"} if of.year else set()
    given |= {"pupils"} if of.way == "count" else set()
    return [column for column in needed(table) if column.name not in given]


def needed(table: Table) -> list[Column]:
    """The columns without which no row of a table can be read."""
    return [column for column in table.columns if column.required]


def mapping(of: Chosen, view: View, *, title: str, several: bool) -> str:
    """The mapping file of the choice. Raises ``MappingError`` where it cannot be."""
    pointed = []
    for place, column in sorted(of.columns.items()):
        name, _at, by = column.partition("@")
        pointed.append(Pointed(view.headers[place], name, unit=of.units.get(place, ""), by_name=bool(by)))
    design = Design(
        title=title or PurePath(view.file).stem,
        table=of.table,
        pointed=tuple(pointed),
        sheet=view.sheet if several and of.only else "",
        header_rows=of.header_rows,
        values={name: _value(schema().tables[of.table], name, text) for name, text in of.values.items()},
        way=cast(Any, of.way),
    )
    return write_mapping(design)


def slips(error: MappingError, language: Language) -> list[str]:
    """What is wrong with a made mapping, without the lines of a text that nobody has seen."""
    return [text.say(language) for _line, _place, text in error.slips]


def fields(of: Chosen, view: View, language: Language) -> Iterator[dict[str, Any]]:
    """A line of the form for each column of the sheet."""
    table = schema().tables[of.table]
    options = list(_options(table, language))
    for place, header in enumerate(view.headers):
        column = of.columns.get(place, "")
        name = column.partition("@")[0]
        unit = table.column(name).unit if name and name in {each.name for each in table.columns} else ""
        yield {
            "place": place,
            "letter": _letter(place),
            "header": header,
            "samples": _samples(view, place),
            "personal": header in view.personal,
            "column": column,
            "options": options,
            "unit": of.units.get(place, ""),
            "units": list(schema().units[unit].accepts) if unit else [],
            "own_unit": schema().units[unit].label.say(language) if unit else "",
        }


def constants(of: Chosen, language: Language) -> list[dict[str, Any]]:
    """The fields for what the file does not say and every row needs."""
    pointed = {column.partition("@")[0] for column in of.columns.values()}
    skipped = pointed | {"year"} | ({"pupils"} if of.way == "count" else set())
    return [
        {
            "name": column.name,
            "label": column.label.say(language),
            "value": of.values.get(column.name, ""),
            "options": [
                {"value": str(code.value), "label": code.label.say(language)}
                for code in (schema().codes[column.codes] if column.type == "code" else ())
            ],
        }
        for column in needed(schema().tables[of.table])
        if column.name not in skipped
    ]


def asks_year(of: Chosen) -> bool:
    """Whether the school year has to be told: the table has one and no column was pointed at for it."""
    has = any(column.name == "year" for column in schema().tables[of.table].columns)
    return has and "year" not in of.columns.values()


def _options(table: Table, language: Language) -> Iterator[dict[str, str]]:
    must = {column.name for column in needed(table)}
    for column in table.columns:
        star = "＊" if column.name in must else ""
        yield {"value": column.name, "label": column.label.say(language) + star}
        if column.name == "school_id" and table.name != "schools":
            yield {"value": BY_NAME, "label": _("学校名称（自动查出标识码）")}


def _samples(view: View, place: int) -> str:
    texts = dict.fromkeys(row[place] for row in view.rows if place < len(row) and row[place])
    return _("；").join(text[:24] for text in list(texts)[:SAMPLES])


def _numbered(sent: Mapping[str, str], letter: str) -> Iterator[tuple[int, str]]:
    for name, value in sent.items():
        if name[:1] == letter and name[1:].isdecimal() and len(name) < 6:
            yield int(name[1:]), value


def within(of: Chosen, view: View) -> Chosen:
    """Without what is of no column of the sheet or the table: a form that was forged or has grown old."""
    names: Sequence[str] = [*(column.name for column in schema().tables[of.table].columns), BY_NAME]
    columns = {
        place: column
        for place, column in of.columns.items()
        if place < len(view.headers)
        and column in names
        and view.headers[place]
        and view.headers[place] not in view.personal
    }
    there = {column.name for column in needed(schema().tables[of.table])}
    values = {name: value for name, value in of.values.items() if name in there}
    return msgspec.structs.replace(of, columns=columns, values=values)


def _value(table: Table, name: str, text: str) -> Scalar:
    """A value typed for all rows, as the mapping writes it."""
    column = table.column(name)
    codes = schema().codes[column.codes] if column.type == "code" else ()
    known = next((code.value for code in codes if str(code.value) == text), None)
    if known is not None:
        return known
    return int(text) if column.type in ("integer", "number") and text.isdecimal() and len(text) < 10 else text


def _whole(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise


def _letter(place: int) -> str:
    """Excel's letter of a column, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
