"""A document read whole: what it is, what it promises, which groups it lists."""

from __future__ import annotations

import re

from jiaoheng.documents.records import Reading, Record, Target, Task

_TARGET = re.compile(r"(?P<subject>[一-龥]{3,20}?)(?P<comparator>达到|不少于|不低于|不超过)(?P<value>\d+(?:\.\d+)?)(?P<unit>%|所|个)")
_TASK = re.compile(r"^(?P<number>\d+)[.．](?P<title>[^。\n]{2,30})[。](?P<body>[^\n]+)$", re.MULTILINE)


def read(text: str) -> Reading:
    """Everything that is read from a text."""
    targets = tuple(
        Target(
            quote=found[0],
            start=found.start(),
            end=found.end(),
            subject=found["subject"],
            comparator="<=" if found["comparator"] == "不超过" else ">=",
            value=float(found["value"]),
            unit=found["unit"],
            due="2027",
        )
        for found in _TARGET.finditer(text)
    )
    tasks = tuple(
        Task(path=(), title=found["title"], start=found.start(), end=found.end(), lead=_units(found["body"]))
        for found in _TASK.finditer(text)
    )
    first = next((line.strip() for line in text.splitlines() if line.strip()), None)
    return Reading(document=Record(title=first), targets=targets, tasks=tasks, groups=(), text=text)


def _units(body: str) -> tuple[str, ...]:
    found = re.search(r"牵头单位[:：]([^;；）)]+)", body)
    return tuple(found[1].split("、")) if found else ()
