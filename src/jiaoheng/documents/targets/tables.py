"""Targets of indicator tables: a row gives one for each target year, with the base year's figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.records import Comparator, Target
from jiaoheng.documents.targets.cells import QUANTITY, Cell, Table, tables
from jiaoheng.documents.targets.dates import dates
from jiaoheng.documents.targets.figures import figures
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
    """A row while it is read."""

    names: list[Cell]
    values: list[Cell]
    unit: str | None = None
    binding: str | None = None
    due: str | None = None


class Topic(msgspec.Struct, frozen=True):
    """What the line above a table says that its rows do not: the measure with its unit."""

    what: str = ""
    unit: str | None = None


def table_targets(original: str, first_year: int | None) -> Iterator[Target]:
    """The targets of all tables of figures in a text; places are in the original."""
    for table in tables(original):
        columns = _columns(table.header, first_year)
        valued = [column for column in columns if column.role in _VALUED]
        if not any(column.role == "goal" for column in valued):
            continue
        topic = Topic() if any(column.role == "name" for column in columns) else _topic(table.title)
        rows = _aligned(table, columns) if table.rows else _loose(table, columns, valued)
        bases: dict[str, tuple[float, int | None]] = {}
        for row in rows:
            yield from _targets(original, row, valued, topic, first_year, bases)


_VALUED = ("base", "goal", "growth")
_YEAR = re.compile(r"(20\d\d)")
_PLAN = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_UNIT_IN_NAME = re.compile(r"[(\[]([^()\[\]]{1,8})[)\]]\Z")
_BASE = re.compile(r"基期|基准|基数|现状|实际|完成(?!时)|现有|原有")
_GOAL = re.compile(r"目标|规划|预期|期末|达到|实现")
_FRAME = re.compile(
    r"\A(?:附?表\d*|附件\d*|专栏\d*|各[县市区乡镇校](?:\([^()]*\))?|全[县市区])|(?:建设)?(?:年度)?(?:目标|任务|计划|安排|规划|一览|分解)+表?\Z|(?:建设|情况)\Z"
)


def _topic(title: str) -> Topic:
    """公办园在园幼儿占比 of 各县(市、区)公办园在园幼儿占比年度目标(%)."""
    unit = _UNIT_IN_NAME.search(title)
    words = title[: unit.start()] if unit else title
    while (shorter := _FRAME.sub("", words)) != words:
        words = shorter
    return Topic(words if len(words) <= 20 else "", unit[1].removeprefix("单位:") if unit else None)


def _columns(header: tuple[Cell, ...], first_year: int | None) -> list[Column]:
    columns = [_column(cell.text, first_year) for cell in header]
    dated = [place for place, column in enumerate(columns) if column.role == "dated"]
    has_base = any(column.role == "base" for column in columns)
    for place in dated:
        # The first of several years is where the plan starts from, unless the plan had begun before it.
        year = columns[place].year or 0
        base = not has_base and len(dated) > 1 and place == dated[0] and (first_year is None or year <= first_year)
        columns[place] = msgspec.structs.replace(columns[place], role="base" if base else "goal")
    return columns


def _column(text: str, first_year: int | None) -> Column:
    year = _YEAR.search(text)
    plan = next((value for name, value in _PLAN.items() if name in text), None)
    number = int(year[1]) if year else plan
    unit = _UNIT_IN_NAME.search(text)
    if re.search(r"年均增|累计", text):
        return Column("growth")
    if _BASE.search(text):
        return Column("base", number)
    quantity = QUANTITY.fullmatch(text)
    if quantity and not re.search(r"指标|项目|名称|内容", text):
        return Column("goal", None, quantity["unit"], quantity["what"])
    if _GOAL.search(text):
        return Column("goal", number)
    if number is not None:
        past = first_year is not None and number < first_year
        return Column("base" if past else "dated", number, unit[1] if unit else None)
    return Column(next((role for role, pattern in _ROLES if pattern.search(text)), "other"))


_ROLES = (
    ("binding", re.compile(r"属性|性质|指标类型")),
    ("unit", re.compile(r"\A(?:计量)?单位\Z")),
    ("serial", re.compile(r"序号|编号")),
    ("date", re.compile(r"(?:完成|建成|竣工|投用|实施)(?:时间|时限|年限|年度)")),
    ("name", re.compile(r"指标|项目|内容(?!$)")),
)
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
_TEXTUAL = re.compile(
    r"(?:保持|稳定|达标|完成|基本|不断|逐步|持续|全部|全覆盖|高水平|提高|提升|下降|优于|高于|低于|不低于|有所|实现|稳步|动态|零|达到|省|国家|—)[\u4e00-\u9fff]*"
)


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
            if column.role in _VALUED:
                row.values.append(cell)
            elif column.role == "unit":
                row.unit = cell.text or None
            elif column.role == "date":
                row.due = next((date.due for date in dates(cell.text)), None)
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
        elif (
            row.names
            and not row.values
            and row.unit is None
            and _UNIT_WORD.fullmatch(text)
            and (has_unit or text == "%")
        ):
            row.unit = text
        elif (_is_value(text) and row.names and len(row.values) < len(valued)) or (
            row.names
            and _TEXTUAL.fullmatch(text)
            and len(row.values) < len(valued)
            and len(text) <= 14
            and not re.search(r"[率数比]\Z|\(", text)
        ):
            row.values.append(cell)
        elif not _is_value(text):
            if row.values:
                yield row
                row = Row([], [])
            row.names.append(cell)
    if row.values:
        yield row


def _targets(
    original: str,
    row: Row,
    valued: list[Column],
    topic: Topic,
    first_year: int | None,
    bases: dict[str, tuple[float, int | None]],
) -> Iterator[Target]:
    """The goals of a row; ``bases`` keeps what a row of the base year (2023年(实际)) says for the rows below."""
    names = [cell for cell in row.names if cell.text]
    if not names or not row.values:
        return
    own_columns = any(column.what for column in valued)
    name = names[0] if own_columns else names[-1]
    dated = next((date for date in dates(name.text + "年")), None) if own_columns else None
    is_base = dated is not None and (_BASE.search(name.text) or (first_year is not None and dated.year < first_year))
    cells: list[Cell | None] = [None] * (len(valued) - len(row.values)) + list(row.values)
    base: tuple[float, int | None] | None = None
    for column, cell in zip(valued, cells, strict=False):
        subject, unit = _subject(name.text, column, topic, by_year=dated is not None)
        read = _value(cell.text, column.unit or row.unit or unit, subject) if cell is not None else None
        if read is None or cell is None:
            continue
        value, maximum, comparator, measured = read
        if dated is not None and is_base:
            bases[subject] = value, dated.year
        elif column.role == "base":
            base = value, column.year
        elif column.role == "goal":
            start_value = base or bases.get(subject) or (None, None)
            if comparator == "=" and _ADDED.match(subject.removeprefix(name.text) or subject):
                comparator = "+="
            yield Target(
                quote=original[name.start : cell.end],
                start=name.start,
                end=cell.end,
                subject=_ADDED.sub("", subject, count=1) if comparator == "+=" else subject,
                comparator=comparator,
                value=value,
                unit=measured,
                value_max=maximum,
                due=row.due or (dated.due if dated else None) or (str(column.year) if column.year else None),
                baseline=start_value[0],
                baseline_year=start_value[1],
                binding=_BINDINGS.get((row.binding or "").strip("()")[:2]),
            )


_BINDINGS = {"约束": "约束性", "预期": "预期性"}
_ADDED = re.compile(r"新增加?|净增|增加")
_DEED = re.compile(r"(?:新建|改建|扩建|改扩建|迁建|续建)(?:[、和及](?:改建|扩建|改扩建))*")


def _subject(name: str, column: Column, topic: Topic, *, by_year: bool) -> tuple[str, str | None]:
    """What a cell says: of its row and its column, and of the table's title where both leave it out."""
    row, unit = _named(name)
    if column.what is None:
        return row + topic.what, unit or topic.unit
    what = column.what + topic.what if _DEED.fullmatch(column.what) else column.what
    return what if by_year else row + what, column.unit


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
