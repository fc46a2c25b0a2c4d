"""What users tell a forecast in files: births by year, and planned homes."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from jiaoheng.county import County
from jiaoheng.forecast.facts import STAGES
from jiaoheng.forecast.request import Housing
from jiaoheng.language import Language, Text, catalogue

TEXTS = Path(__file__).with_name("inputs.toml")

BIRTHS: Mapping[str, tuple[str, ...]] = {
    "year": ("year", "学年", "年份", "年度", "出生年份"),
    "births": ("births", "出生人数", "出生人口", "人数"),
}
HOUSING: Mapping[str, tuple[str, ...]] = {
    "place_id": ("place_id", "地点代码", "地点", "地点名称", "村代码", "place"),
    "year": ("year", "学年", "年份", "入住学年", "交付学年"),
    "homes": ("homes", "套数", "户数", "住房套数"),
    "kindergarten": ("kindergarten", "每套幼儿", "每户幼儿"),
    "primary": ("primary", "每套小学生", "每户小学生"),
    "junior": ("junior", "每套初中生", "每户初中生"),
    "senior": ("senior", "每套高中生", "每户高中生"),
    "from_place": ("from_place", "迁出地点代码", "迁出地点", "来自"),
    "note": ("note", "备注", "说明", "项目"),
}
_REQUIRED = {"births": ("year", "births"), "housing": ("place_id", "year", "homes")}
_Read = TypeVar("_Read")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a file, where (row as in a spreadsheet, with the header as the first), and what to do."""

    file: str
    row: int | None
    column: str
    text: Text

    def say(self, language: Language) -> str:
        """Place, reason and remedy in one line."""
        place = [catalogue(TEXTS)["file"].say(language, file=self.file)]
        if self.row is not None:
            place.append(catalogue(TEXTS)["row"].say(language, row=self.row))
        if self.column:
            place.append(catalogue(TEXTS)["column"].say(language, column=self.column))
        what = self.text.say(language)
        return f"{''.join(place)}：{what}" if language == "zh" else f"{', '.join(place)}: {what}"


class InputError(Exception):
    """A file that cannot be used as it is, with everything that is wrong in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.say("en") for fault in self.faults))

    def say(self, language: Language) -> str:
        """Every fault on a line of its own."""
        return "\n".join(fault.say(language) for fault in self.faults)


def read_births(data: bytes, file: str) -> dict[int, float]:
    """Births of the county by year from a CSV with the columns year and births. Raises ``InputError``."""
    sheet = _Sheet(data, file, BIRTHS, _REQUIRED["births"])
    found: dict[int, float] = {}
    for row in sheet.rows():
        year, births = row.year("year"), row.number("births")
        if year is None or births is None:
            continue
        if year in found:
            row.wrong("year", "twice", value=str(year))
        found[year] = births
    sheet.finish()
    return found


def read_housing(data: bytes, file: str, county: County) -> tuple[Housing, ...]:
    """Planned homes from a CSV: place (code or name), year, homes, pupils a home by stage. Raises ``InputError``."""
    sheet = _Sheet(data, file, HOUSING, _REQUIRED["housing"])
    if not any(stage in sheet.columns for stage in STAGES):
        sheet.wrong(1, "", "no_yields", columns="、".join(HOUSING[stage][1] for stage in STAGES))
    places = _Places(county)
    found = []
    for row in sheet.rows():
        place = row.place("place_id", places)
        origin = row.place("from_place", places) if row.text("from_place") else ""
        year, homes = row.year("year"), row.number("homes")
        yields = {stage: each for stage in STAGES if row.text(stage) and (each := row.number(stage)) is not None}
        for stage, each in yields.items():
            if each > 20:
                row.wrong(stage, "many", value=f"{each:g}")
        if not any(row.text(stage) for stage in STAGES) and any(stage in sheet.columns for stage in STAGES):
            row.wrong("", "no_pupils")
        if place is not None and origin is not None and year is not None and homes is not None:
            found.append(Housing(place, year, homes, yields, origin, row.text("note")))
    sheet.finish()
    return tuple(found)


class _Places:
    """Places by code, and by a name that one alone has."""

    def __init__(self, county: County) -> None:
        rows = county["places"].to_pylist()
        self.codes = {row["place_id"] for row in rows}
        self.by_name: dict[str, list[str]] = {}
        for row in rows:
            self.by_name.setdefault(row["name"] or "", []).append(row["place_id"])

    def find(self, told: str) -> list[str]:
        return [told] if told in self.codes else self.by_name.get(told, [])


class _Sheet:
    """A CSV by our names of its columns; faults are gathered, and raised together at the end."""

    def __init__(self, data: bytes, file: str, names: Mapping[str, tuple[str, ...]], required: Sequence[str]) -> None:
        self.file = file
        self.faults: list[Fault] = []
        lines = list(csv.reader(io.StringIO(self._text(data))))
        heads = [head.strip() for head in lines[0]] if lines else []
        known = {alias.casefold(): name for name, aliases in names.items() for alias in aliases}
        self.columns: dict[str, int] = {}
        self.heads: dict[str, str] = {}
        for at, head in enumerate(heads):
            name = known.get(head.casefold())
            if name is None:
                if head:
                    labels = "、".join(aliases[1] for aliases in names.values())
                    self.wrong(1, head, "unknown_column", columns=labels)
            elif name in self.columns:
                self.wrong(1, head, "column_twice")
            else:
                self.columns[name], self.heads[name] = at, head
        for name in required:
            if name not in self.columns:
                self.wrong(1, "", "no_column", column=names[name][1], other=names[name][0])
        self.finish()
        self.lines = [(number, line) for number, line in enumerate(lines[1:], 2) if any(cell.strip() for cell in line)]
        if not self.lines:
            self.wrong(None, "", "empty")
            self.finish()

    def _text(self, data: bytes) -> str:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.wrong(None, "", "encoding")
        raise InputError(self.faults)

    def wrong(self, row: int | None, head: str, code: str, **values: str) -> None:
        message = catalogue(TEXTS)[code]
        told = Text(message.say("zh", **values), message.say("en", **values))
        self.faults.append(Fault(self.file, row, head, told))

    def finish(self) -> None:
        """Raise what is wrong so far."""
        if self.faults:
            raise InputError(self.faults)

    def rows(self) -> Iterator[_Row]:
        return (_Row(self, number, line) for number, line in self.lines)


class _Row:
    def __init__(self, sheet: _Sheet, number: int, line: Sequence[str]) -> None:
        self.sheet, self.number_of, self.line = sheet, number, line

    def text(self, name: str) -> str:
        at = self.sheet.columns.get(name)
        return self.line[at].strip() if at is not None and at < len(self.line) else ""

    def wrong(self, name: str, code: str, **values: str) -> None:
        self.sheet.wrong(self.number_of, self.sheet.heads.get(name, ""), code, **values)

    def year(self, name: str) -> int | None:
        """A year between 1990 and 2100."""
        return self._read(name, "no_year", lambda told: int(told) if 1990 <= int(told) <= 2100 else None)

    def number(self, name: str) -> float | None:
        """A number from 0 up."""
        return self._read(name, "no_number", _amount)

    def place(self, name: str, places: _Places) -> str | None:
        """The code of a place that the county has."""
        told = self.text(name)
        found = places.find(told)
        if not told:
            self.wrong(name, "missing")
        elif not found:
            self.wrong(name, "no_place", value=told)
        elif len(found) > 1:
            self.wrong(name, "several_places", value=told, codes="、".join(found[:6]))
        return found[0] if len(found) == 1 else None

    def _read(self, name: str, code: str, read: Callable[[str], _Read | None]) -> _Read | None:
        told = self.text(name).replace(",", "").replace("，", "")
        if not told:
            self.wrong(name, "missing")
            return None
        try:
            found = read(told)
        except ValueError:
            found = None
        if found is None:
            self.wrong(name, code, value=self.text(name))
        return found


def _amount(told: str) -> float | None:
    found = float(told)
    return found if math.isfinite(found) and 0 <= found < 1e7 else None
