"""Promised quantities."""

from __future__ import annotations

import re

from jiaoheng.documents.outline import Outline
from jiaoheng.documents.records import Target
from jiaoheng.documents.repairing import Repaired

_TARGET = re.compile(
    r"(?P<subject>[一-龥]{3,20}?)(?P<comparator>达到|不少于|不低于|不超过|至)(?P<value>\d+(?:\.\d+)?)(?P<unit>%|所|个)"
)


def targets(repaired: Repaired, outline: Outline) -> tuple[Target, ...]:
    """The promised quantities of a document."""
    found = []
    for each in _TARGET.finditer(repaired.text):
        start, end = repaired.span(each.start(), each.end())
        block = outline.block_at(each.start())
        found.append(
            Target(
                quote=repaired.original[start:end],
                start=start,
                end=end,
                subject=each["subject"],
                comparator="<=" if each["comparator"] == "不超过" else ">=",
                value=float(each["value"]),
                unit=each["unit"],
                due="2027",
                path=outline.path(block.section) if block else (),
            )
        )
    return tuple(found)
