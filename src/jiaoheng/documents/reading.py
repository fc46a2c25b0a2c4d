"""A document read whole: what it is, what it promises, which groups of schools it lists."""

from __future__ import annotations

from jiaoheng.documents.front import record
from jiaoheng.documents.groups import groups
from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Reading
from jiaoheng.documents.repairing import repaired
from jiaoheng.documents.targets import targets
from jiaoheng.documents.tasks import tasks


def read(text: str) -> Reading:
    """Everything that is read from the plain text of a document; places are places in this text."""
    fixed = repaired(text)
    outlined = outline(fixed)
    return Reading(
        document=record(fixed, outlined),
        targets=targets(fixed, outlined),
        tasks=tasks(fixed, outlined),
        groups=groups(fixed, outlined),
        text=text,
    )
