"""Targets within tables that share out tasks: what a row promises is due when its deadline (完成时限) says."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.documents.group_tables import Row
from jiaoheng.documents.outline import Outline, sentences
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import Repaired
from jiaoheng.documents.targets.dates import dates
from jiaoheng.documents.targets.drafts import Draft, as_target
from jiaoheng.documents.targets.prose import drafts
from jiaoheng.documents.targets.sentence import Sentence, sentence
from jiaoheng.documents.task_tables import path_above, tables_of_tasks


def targets_of_jobs(repaired: Repaired, outline: Outline) -> Iterator[Target]:
    """The promises in the cells of tasks and of their aims."""
    for caption, rows in tables_of_tasks(repaired):
        for row in rows:
            block = outline.block_at(row.start)
            if block is None or block.part != "today":
                yield from _of_row(repaired, row, path_above(repaired, outline, row.start, caption))


def _of_row(repaired: Repaired, row: Row, path: tuple[str, ...]) -> Iterator[Target]:
    """Below its table's headings an aim stands under the job that it belongs to."""
    due = _deadline(row.text("due"))
    job = (row.words(repaired, "task"),) if row.spans("task") else ()
    for column in ("task", "aim"):
        for cell in row.spans(column):
            for start, end in sentences(repaired, *cell):
                read = sentence(repaired.text[start:end], repaired.words(start, end))
                for each in drafts(read):
                    yield as_target(
                        repaired, start, each, _own_due(read, each) or due, path + (job if column == "aim" else ())
                    )


def _deadline(words: str) -> str | None:
    """The last date of a deadline (2024—2026年, 2025年12月底); 每年 and 持续推进 are none."""
    found = [date for date in dates(words) if date.role == "due"]
    return found[-1].due if found else None


def _own_due(read: Sentence, each: Draft) -> str | None:
    before = [date.due for date in read.dates if date.role == "due" and date.start < each.at]
    return each.due or (before[-1] if before else None)
