"""Targets of indicator tables: a row gives one for each target year, with the base year's figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.records import Comparator, Target
from jiaoheng.documents.targets.cells import QUANTITY, Cell, Table, tables
from jiaoheng.documents.targets.dates import dates
from jiaoheng.documents.targets.figures import figures
from jiaoheng.documents.targets.rows import BINDING, PART, SEVERAL, UNIT_WORD, VALUE, Column, Row, loose_rows
from jiaoheng.documents.targets.subjects import is_group, restored


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
        rows = _aligned(table, columns) if table.rows else loose_rows(table, columns, valued)
        bases: dict[str, tuple[float, int | None]] = {}
        whole = ""
        for row in rows:
            whole = _whole_of(row, whole)
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


def _whole_of(row: Row, above: str) -> str:
    """The measure that a row 其中 is a part of, for this row and the next; a row that is no part begins a new one."""
    named = [cell.text for cell in row.names if cell.text]
    if not named:
        return above
    if PART.match(named[-1]) or (row.part and len(named) > 1):
        above = named[-2] if len(named) > 1 else above
    elif not (above and is_group(_named(named[-1])[0])):
        row.part = False
        return named[-1]
    row.part = True
    row.whole = above
    return above


_POPULATION = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:教师|校长|园长)|[\u4e00-\u9fff]{0,8}?(?:学生|幼儿园|幼儿|儿童|学校)")


_MEASURED = re.compile(r"(?:率|比例|比重|占比|比|数|量|额|年限|时间|面积|规模|经费|值|度|人次|学位)(?:\([^()]*\))?\Z")


def _of_whole(subject: str, whole: str) -> str:
    """小学 of 义务教育标准班额比例, 本科及以上学历比例 of 幼儿教师专科及以上学历比例: said with whose it is."""
    if is_group(subject) and (said := restored(subject, whole)) != subject:
        return said
    if not _MEASURED.search(subject):
        return subject + whole
    people = _POPULATION.match(whole)
    return people[0] + subject if people and _POPULATION.match(subject) is None else subject


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
_SIGNS: dict[str, Comparator] = {
    ">": ">", "≥": ">=", ">=": ">=", "≧": ">=", "<": "<", "≤": "<=", "<=": "<=", "≦": "<=", "约": "~",
    "大于": ">", "不低于": ">=", "达到": ">=", "超过": ">", "不超过": "<=", "小于": "<",
}  # fmt: skip
_AFTER: dict[str, Comparator] = {"以上": ">=", "+": ">=", "以下": "<=", "以内": "<=", "左右": "~"}


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
            elif BINDING.fullmatch(cell.text):
                row.binding = cell.text
            elif column.role in ("name", "other") and cell.text and not row.values:
                row.names.append(cell)
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
    part = PART.match(original, name.start, name.end)
    first = part.end() if part else name.start
    dated = next((date for date in dates(name.text + "年")), None) if own_columns else None
    is_base = dated is not None and (_BASE.search(name.text) or (first_year is not None and dated.year < first_year))
    cells: list[Cell | None] = [None] * (len(valued) - len(row.values)) + list(row.values)
    whole, whole_unit = _named(row.whole)
    base: tuple[float, int | None] | None = None
    for column, cell in zip(valued, cells, strict=False):
        subject, unit = _subject(name.text, column, topic, by_year=dated is not None)
        unit = unit or (whole_unit if row.part else None)
        read = _value(cell.text, column.unit or row.unit or unit, subject) if cell is not None else None
        if read is None or cell is None:
            continue
        value, maximum, comparator, measured = read
        if dated is not None and is_base:
            bases[subject] = value, dated.year
        elif column.role == "base":
            base = value, column.year
        elif column.role == "goal":
            if row.part:
                subject = _of_whole(subject, whole)
            start_value = base or bases.get(subject) or (None, None)
            if comparator == "=" and _ADDED.match(subject.removeprefix(name.text) or subject):
                comparator = "+="
            yield Target(
                quote=original[first : cell.end],
                start=first,
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
    name = re.sub(r"\A(?:\(?\d{1,2}[).、]|\d{1,2}(?=[\u4e00-\u9fff])|[一二三四五六七八九十]+、|其中[:,]?)", "", text)
    unit = _UNIT_IN_NAME.search(name)
    if unit and UNIT_WORD.fullmatch(unit[1]):
        return name[: unit.start()], unit[1]
    return name, None


def _value(text: str, unit: str | None, subject: str) -> tuple[float, float | None, Comparator, str] | None:
    if SEVERAL.search(text):
        return None  # 95 98: two lines of a cell, nobody knows whose
    found = VALUE.fullmatch(text)
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
