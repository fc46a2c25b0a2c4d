"""The rows of tables that came one cell a line, and the forms of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.targets.cells import Cell, Table
from jiaoheng.documents.targets.words import WORDS, one_of


class Column(msgspec.Struct, frozen=True):
    """What a column holds: name, unit, binding, date, base (a starting value), goal (a promised one) or other.

    ``what`` is the quantity that the column itself names (新增学位), None where the rows name it.
    """

    role: str
    year: int | None = None
    unit: str | None = None
    what: str | None = None


class Row(msgspec.Struct):
    """A row while it is read; ``part`` says that it is a part (其中) of the measure ``whole``."""

    names: list[Cell]
    values: list[Cell]
    unit: str | None = None
    binding: str | None = None
    due: str | None = None
    units: list[str] = []
    part: bool = False
    whole: str = ""


VALUE = re.compile(
    r"(?P<sign>[>≥<≤＞＜≧≦约]=?|大于|不低于|达到|超过|不超过|小于)?[\[(]?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[-—–~至]{1,2}(?P<high>\d+(?:\.\d+)?))?[\])]?"
    r"(?P<unit>[%‰]|[万亿]?[\u4e00-\u9fff/²]{0,4}?)(?P<after>以上|以下|以内|左右|\+)?"
)
_NOTHING = re.compile(r"[-—–/\\*…]+|无|待定|暂无")
BINDING = re.compile(r"[(]?(约束性|预期性|约束|预期)(?:指标)?[)]?")
UNIT_WORD = re.compile(rf"[万亿]?(?:{one_of(WORDS.units.measure, WORDS.units.count)})(?:/.{{1,3}})?|[万亿]")
_TEXTUAL = re.compile(
    r"(?:保持|稳定|达标|完成|基本|不断|逐步|持续|全部|全覆盖|高水平|提高|提升|下降|优于|高于|低于|不低于|有所|实现|稳步|动态|零|达到|省|国家|—)[\u4e00-\u9fff]*"
)


PART = re.compile(r"其中[:：,，]?")
SEVERAL = re.compile(r"\d[%以上左右]* \d")


def _is_value(text: str) -> bool:
    text = text.replace(" ", "")
    return VALUE.fullmatch(text) is not None or _NOTHING.fullmatch(text) is not None


def loose_rows(table: Table, columns: list[Column], valued: list[Column]) -> Iterator[Row]:
    """Rows of a table that came one cell a line: names, then as many values as there are columns."""
    for record in _records(table, columns, len(valued)):
        yield from _rows_of(record, len(valued))


def _records(table: Table, columns: list[Column], width: int) -> Iterator[Row]:
    """Names with all values that follow them."""
    has_serial = any(column.role == "serial" for column in columns)
    has_unit = any(column.role == "unit" for column in columns)
    row = Row([], [])
    serial = 0
    for cell in table.loose:
        text = cell.text
        if BINDING.fullmatch(text):
            row.binding = text
            yield row
            row = Row([], [])
        elif has_serial and text == str(serial + 1) and (not row.names or len(row.values) >= width):
            serial += 1
            yield row
            row = Row([], [])
        elif row.names and not row.values and UNIT_WORD.fullmatch(text) and (has_unit or text == "%"):
            row.units.append(text)
        elif row.names and (_is_value(text) or (len(row.values) < width and _says_a_value(text))):
            row.values.append(cell)
        elif not _is_value(text):
            if row.values:
                yield row
                row = Row([], [])
            row.names.append(cell)
    yield row


def _says_a_value(text: str) -> bool:
    return bool(_TEXTUAL.fullmatch(text) and len(text) <= 14 and not re.search(r"[率数比]\Z|\(", text))


def _rows_of(record: Row, width: int) -> Iterator[Row]:
    """The row of a record, or its rows where the cells held several lines (其中:小学, 初中); none where that is unsure.

    The lines of a cell follow each other, so the values come column by column.
    """
    if not record.values or not record.names:
        return
    parts = [place for place, name in enumerate(record.names) if PART.match(name.text)]
    if len(record.values) <= width:
        record.unit = record.units[0] if record.units else None
        if not parts or parts[0] == len(record.names) - 1:
            yield record
        return
    count, rest = divmod(len(record.values), width)
    first = len(record.names) - count
    if rest or first < 0 or len(parts) != 1 or parts[0] not in (first, first + 1) or parts[0] == 0:
        return
    if any(_NUMBERED.match(name.text) for name in record.names[first + 1 :]) or len(record.units) not in (0, 1, count):
        return
    whole = record.names[parts[0] - 1]
    for place in range(count):
        name = record.names[first + place]
        yield Row(
            names=[name] if name is whole else [whole, name],
            values=record.values[place::count],
            unit=(record.units * count)[place] if record.units else None,
            binding=record.binding,
            part=name is not whole,
        )


_NUMBERED = re.compile(r"\(?\d{1,2}[).、]|[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")
