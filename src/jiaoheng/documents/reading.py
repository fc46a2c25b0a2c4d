"""A plan document read: its record, its targets, tasks and groups, with the text that their places refer to."""

from __future__ import annotations

from jiaoheng.documents.front import record
from jiaoheng.documents.groups import groups
from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Reading
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets
from jiaoheng.documents.tasks import tasks


def read(text: str) -> Reading:
    """All that the plain text of a document says, each with its place in it. A text that says nothing gives nothing."""
    mended = repaired(text)
    structure = outline(mended)
    return Reading(
        document=record(mended, structure),
        targets=targets(mended, structure),
        tasks=tasks(mended, structure),
        groups=groups(mended, structure),
        text=text,
    )
