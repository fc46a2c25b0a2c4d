"""Tables that share out tasks: a row a task, with columns of leading and supporting units and of deadlines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiaoheng.documents.dates import DATE, iso
from jiaoheng.documents.group_tables import Row, cell_spans, rows_with_bars
from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Task
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.units import listed

_HEADS = {
    "task": re.compile(
        r"(?:重点|主要|具体|工作)?(?:任务|工作|措施|举措|事项|内容)(?:名称|内容|措施|举措|清单)?|项目(?:名称|内容)?"
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
    text = repaired.text
    if not _HINT.search(text) or "|" not in text:
        return
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    told = "".join(text[block.start : block.end] for block in outline.blocks if block.kind != "row")[:_MOST_TOLD]
    index = 0
    while index < len(lines):
        names = _columns(text, *lines[index])
        index += 1
        if names:
            rows, index = rows_with_bars(repaired, lines, index, names)
            yield from (task for row in rows if (task := _task(repaired, outline, row, told)))


def _columns(text: str, start: int, end: int) -> list[str] | None:
    if text.find("|", start, end) < 0 or not _HINT.search(text, start, end):
        return None
    cells = [re.sub(r"\s", "", text[first:last]) for first, last in cell_spans(text, start, end)]
    names = [next((name for name, head in _HEADS.items() if head.fullmatch(cell)), "") for cell in cells]
    return names if "task" in names and "lead" in names else None


def _task(repaired: Repaired, outline: Outline, row: Row, told: str) -> Task | None:
    cells = row.spans("task")
    if not cells:
        return None
    # The last of several columns of tasks is the most exact one (任务, 具体措施).
    first, last = cells[-1]
    stop = re.compile(r"[。;:,\n]").search(repaired.text, first, last)
    title_end = stop.start() if stop and stop.start() > first else last
    title = repaired.text[first:title_end]
    if len(title) < _SHORTEST_TITLE or title in told:
        return None
    start, end = repaired.span(cells[0][0], max(span[1] for _, span in row.cells if span[0] < span[1]))
    block = outline.block_at(first)
    return Task(
        path=outline.path(block.section if block else None),
        title=repaired.words(first, title_end),
        start=start,
        end=end,
        lead=_units(repaired, row, "lead"),
        support=_units(repaired, row, "support"),
        due=_due(row),
    )


def _units(repaired: Repaired, row: Row, column: str) -> tuple[str, ...]:
    named = [
        repaired.words(unit.start, unit.end)
        for span in row.spans(column)
        for unit in listed(repaired, *span, "lead" if column == "lead" else "support")
    ]
    return tuple(dict.fromkeys(re.sub(r"\s", "", name) for name in named))


def _due(row: Row) -> str | None:
    found = DATE.match(row.text("due"))
    return iso(found) if found else None
