"""Targets of indicator tables: a row gives one for each target year, with the base year's figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.records import Comparator, Target
from jiaoheng.documents.targets.cells import Cell, Table, tables
from jiaoheng.documents.targets.figures import figures
from jiaoheng.documents.targets.words import WORDS, one_of


class Column(msgspec.Struct, frozen=True):
    """What a column holds: name, unit, binding, base (a starting value), goal (a promised one) or other."""

    role: str
    year: int | None = None
    unit: str | None = None


class Row(msgspec.Struct):
    """A row while it is read."""

    names: list[Cell]
    values: list[Cell]
    unit: str | None = None
    binding: str | None = None


def table_targets(original: str, first_year: int | None) -> Iterator[Target]:
    """The targets of all indicator tables of a text; places are in the original."""
    for table in tables(original):
        columns = _columns(table.header, first_year)
        valued = [column for column in columns if column.role in ("base", "goal", "growth")]
        if not any(column.role == "goal" for column in valued):
            continue
        rows = _aligned(table, columns) if table.rows else _loose(table, columns, valued)
        for row in rows:
            yield from _targets(original, row, valued)


_YEAR = re.compile(r"(20\d\d)")
_PLAN = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_UNIT_IN_NAME = re.compile(r"[(\[]([^()\[\]]{1,8})[)\]]\Z")
_BASE = re.compile(r"基期|基准|基数|现状|实际|完成")
_GOAL = re.compile(r"目标|规划|预期|期末|达到|实现")


def _columns(header: tuple[Cell, ...], first_year: int | None) -> list[Column]:
    columns = [_column(cell.text, first_year) for cell in header]
    dated = [place for place, column in enumerate(columns) if column.role == "dated"]
    has_base = any(column.role == "base" for column in columns)
    for place in dated:
        base = not has_base and len(dated) > 1 and place == dated[0] and columns[place].year != columns[dated[-1]].year
        if base and first_year is not None and (columns[place].year or 0) >= first_year and len(dated) > 2:
            base = False
        columns[place] = msgspec.structs.replace(columns[place], role="base" if base else "goal")
    return columns


def _column(text: str, first_year: int | None) -> Column:
    year = _YEAR.search(text)
    plan = next((value for name, value in _PLAN.items() if name in text), None)
    number = int(year[1]) if year else plan
    unit = _UNIT_IN_NAME.search(text)
    if "年均" in text or "累计" in text:
        return Column("growth")
    if _BASE.search(text):
        return Column("base", number)
    if _GOAL.search(text):
        return Column("goal", number)
    if number is not None:
        if first_year is not None and number < first_year:
            return Column("base", number)
        return Column("dated", number, unit[1] if unit else None)
    if re.search(r"属性|性质|指标类型", text):
        return Column("binding")
    if "单位" in text and "责任" not in text and "牵头" not in text:
        return Column("unit")
    if re.search(r"序号|编号", text):
        return Column("serial")
    if re.search(r"指标|项目|内容", text):
        return Column("name")
    return Column("other")


_VALUE = re.compile(
    r"(?P<sign>[>≥<≤＞＜≧≦约]=?|大于|不低于|达到|超过|不超过|小于)?[\[(]?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[-—–~至]{1,2}(?P<high>\d+(?:\.\d+)?))?[\])]?"
    r"(?P<unit>[%‰]|[万亿]?[\u4e00-\u9fff/²]{0,4}?)(?P<after>以上|以下|以内|左右|\+)?"
)
_NOTHING = re.compile(r"[-—–/\\*…]+|无|待定|暂无")
_BINDING = re.compile(r"[(]?(约束性|预期性|约束|预期)(?:指标)?[)]?")
_SIGNS: dict[str, Comparator] = {
    ">": ">", "≥": ">=", ">=": ">=", "≧": ">=", "<": "<", "≤": "<=", "<=": "<=", "≦": "<=", "约": "~",
    "大于": ">", "不低于": ">=", "达到": ">=", "超过": ">", "不超过": "<=", "小于": "<",
}  # fmt: skip
_AFTER: dict[str, Comparator] = {"以上": ">=", "+": ">=", "以下": "<=", "以内": "<=", "左右": "~"}
_UNIT_WORD = re.compile(rf"[万亿]?(?:{one_of(WORDS.units.measure, WORDS.units.count)})(?:/.{{1,3}})?|[万亿]")
_TEXTUAL = re.compile(r"(?:保持|稳定|达标|完成|基本|不断|逐步|持续|全部|全覆盖|高水平|提高|提升|下降|优于|高于|低于|不低于|有所|实现|稳步|动态|零|达到|省|国家|—)[\u4e00-\u9fff]*")


def _is_value(text: str) -> bool:
    return _VALUE.fullmatch(text) is not None or _NOTHING.fullmatch(text) is not None


def _aligned(table: Table, columns: list[Column]) -> Iterator[Row]:
    for cells in table.rows:
        row = Row([], [])
        offset = len(columns) - len(cells)
        for place, cell in enumerate(cells):
            # A merged cell that was left out shifts the row to the right.
            at = place + offset
            column = columns[at] if 0 <= at < len(columns) else Column("other")
            if column.role in ("base", "goal", "growth"):
                row.values.append(cell)
            elif column.role == "unit":
                row.unit = cell.text or None
            elif _BINDING.fullmatch(cell.text):
                row.binding = cell.text
            elif column.role in ("name", "other") and cell.text and not row.values:
                row.names.append(cell)
        yield row


def _loose(table: Table, columns: list[Column], valued: list[Column]) -> Iterator[Row]:
    """Rows of a table that came one cell a line: names, then as many values as there are columns."""
    has_serial = any(column.role == "serial" for column in columns)
    has_unit = any(column.role == "unit" for column in columns)
    row = Row([], [])
    serial = 0
    for cell in table.loose:
        text = cell.text
        if _BINDING.fullmatch(text):
            row.binding = text
            yield row
            row = Row([], [])
        elif has_serial and text == str(serial + 1) and (not row.names or len(row.values) >= len(valued)):
            serial += 1
            if row.values:
                yield row
            row = Row([], [])
        elif row.names and not row.values and row.unit is None and _UNIT_WORD.fullmatch(text) and (has_unit or text == "%"):
            row.unit = text
        elif _is_value(text) and row.names and len(row.values) < len(valued):
            row.values.append(cell)
        elif row.names and _TEXTUAL.fullmatch(text) and len(row.values) < len(valued) and len(text) <= 14 and not re.search(r"[率数比]\Z|\(", text):
            row.values.append(cell)
        elif not _is_value(text):
            if row.values:
                yield row
                row = Row([], [])
            row.names.append(cell)
    if row.values:
        yield row


def _targets(original: str, row: Row, valued: list[Column]) -> Iterator[Target]:
    names = [cell for cell in row.names if cell.text]
    if not names or not row.values:
        return
    name = names[-1]
    subject, unit = _named(name.text)
    unit = row.unit or unit
    cells: list[Cell | None] = [None] * (len(valued) - len(row.values)) + list(row.values)
    base: tuple[float, int | None] | None = None
    for column, cell in zip(valued, cells, strict=False):
        read = _value(cell.text, unit, subject) if cell is not None else None
        if read is None or cell is None:
            continue
        value, maximum, comparator, measured = read
        if column.role == "base":
            base = value, column.year
        elif column.role == "goal":
            yield Target(
                quote=original[name.start : cell.end],
                start=name.start,
                end=cell.end,
                subject=subject,
                comparator=comparator,
                value=value,
                unit=measured,
                value_max=maximum,
                due=None if column.year is None else str(column.year),
                baseline=base[0] if base else None,
                baseline_year=base[1] if base else None,
                binding={"约束": "约束性", "预期": "预期性"}.get((row.binding or "").strip("()")[:2]),
            )


def _named(text: str) -> tuple[str, str | None]:
    """A row's name without its number, and the unit in brackets behind it."""
    name = re.sub(r"\A(?:\(?\d{1,2}[).、]|\d{1,2}(?=[\u4e00-\u9fff])|[一二三四五六七八九十]+、|其中:)", "", text)
    unit = _UNIT_IN_NAME.search(name)
    if unit and _UNIT_WORD.fullmatch(unit[1]):
        return name[: unit.start()], unit[1]
    return name, None


def _value(text: str, unit: str | None, subject: str) -> tuple[float, float | None, Comparator, str] | None:
    found = _VALUE.fullmatch(text)
    if found is None:
        said = [figure for figure in figures(text) if not figure.words]
        if len(said) == 1:
            return said[0].value, said[0].maximum, said[0].comparator, said[0].unit
        return None
    own = found["unit"] or None
    if own in ("年", "期"):
        own = None
    measured = own if own and own not in ("万", "亿") else unit or ""
    factor = 1.0
    for power, times in (("万", 1e4), ("亿", 1e8)):
        if measured.startswith(power) or own == power:
            factor = times
            measured = measured.removeprefix(power)
    if not measured and re.search(r"(?:率|比例|占比|比重)\Z", subject):
        measured = "%"
    sign = _SIGNS.get(found["sign"] or "") or _AFTER.get(found["after"] or "") or "="
    high = None if found["high"] is None else round(float(found["high"]) * factor, 6)
    return round(float(found["number"].replace(",", "")) * factor, 6), high, sign, measured


__all__ = ["table_targets"]
