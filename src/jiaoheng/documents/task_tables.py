"""Tables that share out tasks: a row a task, with columns of leading and supporting units and of deadlines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.dates import DATE, iso
from jiaoheng.documents.group_tables import Row, Span, cell_spans, rows_with_bars
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Task
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.units import listed

_HEADS = {
    "task": re.compile(
        r"[\u4e00-\u9fff]{0,6}(?:任务|工作|措施|举措|事项|内容)(?:名称|内容|措施|举措|清单)?|[\u4e00-\u9fff]{0,4}项目(?:名称|内容)?"
    ),
    "aim": re.compile(
        r"(?:工作|任务|主要|年度|预期|具体|建设|创建)?(?:目标|指标)(?:要求|任务|值)?|(?:主要|预期)?成果|(?:完成|验收)标准"
    ),
    "lead": re.compile(r"(?:牵头|责任|主责|负责|主办|实施)(?:单位|部门|科室|股室)(?:\(.*\))?"),
    "support": re.compile(r"(?:配合|协同|参与|协办|协作)(?:单位|部门|科室|股室)"),
    "due": re.compile(r"(?:完成|办理)?(?:时限|时间|期限)(?:要求|节点)?"),
}
_HINT = re.compile(r"[牵责主负实][头任责办施](?:单位|部门|科室|股室)")
_SHORTEST_TITLE = 4
_MOST_TOLD = 200_000  # characters; many times the longest plan


def tasks_of_tables(repaired: Repaired, outline: Outline) -> Iterator[Task]:
    """The rows of tables that share out tasks, unless the running text tells of the same task already."""
    told: str | None = None
    for caption, rows in tables_of_tasks(repaired):
        if told is None:
            told = _running_text(outline)
        yield from (task for row in rows if (task := _task(repaired, outline, row, told, caption)))


def tables_of_tasks(repaired: Repaired) -> Iterator[tuple[Span | None, list[Row]]]:
    """The rows of each table of tasks, and the line above it where that names the table."""
    text = repaired.text
    if not _HINT.search(text) or "|" not in text:
        return
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    index = 0
    while index < len(lines):
        names = _columns(text, *lines[index])
        index += 1
        if names:
            caption = lines[index - 2] if index > 1 and _CAPTION.fullmatch(text, *lines[index - 2]) else None
            rows, index = rows_with_bars(repaired, lines, index, names)
            yield caption, rows


_CAPTION = re.compile(r"[^|\n。;:]{4,50}(?:清单|任务|分工|台账|安排|项目|计划|进度|分解|一览)表?(?:\([^()\n]*\))?")


def _running_text(outline: Outline) -> str:
    text = outline.repaired.text
    return "".join(text[block.start : block.end] for block in outline.blocks if block.kind != "row")[:_MOST_TOLD]


def _columns(text: str, start: int, end: int) -> list[str] | None:
    if text.find("|", start, end) < 0 or not _HINT.search(text, start, end):
        return None
    cells = [re.sub(r"\s", "", text[first:last]) for first, last in cell_spans(text, start, end)]
    names = [next((name for name, head in _HEADS.items() if head.fullmatch(cell)), "") for cell in cells]
    return names if "task" in names and "lead" in names else None


def _task(repaired: Repaired, outline: Outline, row: Row, told: str, caption: Span | None) -> Task | None:
    cells = row.spans("task")
    if not cells:
        return None
    # The last of several columns of tasks is the most exact one (任务, 具体措施).
    first, last = cells[-1]
    stop = re.compile(r"[。;:,\n]").search(repaired.text, first, last)
    title_end = stop.start() if stop and stop.start() > first else last
    title = repaired.text[first:title_end]
    # A row with an aim and a deadline of its own says more than the text that names the same task.
    own = bool(row.spans("aim") and row.spans("due"))
    if len(title) < _SHORTEST_TITLE or (title in told and not own):
        return None
    start, end = repaired.span(cells[0][0], max(span[1] for _, span in row.cells if span[0] < span[1]))
    return Task(
        path=path_above(repaired, outline, first, caption),
        title=repaired.words(first, title_end),
        start=start,
        end=end,
        lead=_units(repaired, row, "lead"),
        support=_units(repaired, row, "support"),
        due=_due(row),
    )


def path_above(repaired: Repaired, outline: Outline, place: int, caption: Span | None) -> tuple[str, ...]:
    """The headings above a table; an annex that has a number alone is called by the table's own name."""
    block = outline.block_at(place)
    path = outline.path(block.section if block else None)
    if caption is not None and (not path or _ANNEX.fullmatch(path[-1])):
        return (*path[:-1], repaired.words(*caption))
    return path


_ANNEX = re.compile(r"附[件表]\s*\d{0,2}[一二三四五六七八九十]{0,2}[:：]?")


def _units(repaired: Repaired, row: Row, column: str) -> tuple[str, ...]:
    named = [
        repaired.words(unit.start, unit.end)
        for span in row.spans(column)
        for unit in listed(repaired, *span, "lead" if column == "lead" else "support")
    ]
    return tuple(dict.fromkeys(re.sub(r"\s", "", name) for name in named))


_SPAN_FROM = re.compile(r"\A(?:19|20)\d\d年?[-—–~至到]{1,2}(?=(?:19|20)\d\d年)")


def _due(row: Row) -> str | None:
    found = DATE.match(_SPAN_FROM.sub("", row.text("due")))
    return iso(found) if found else None
