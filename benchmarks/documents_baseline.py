"""What anybody would try first: regular expressions for a number with its unit, numbered lines, and lists of units."""

from __future__ import annotations

import re
from typing import Any

_UNITS = "%|％|百分点|所|个|名|人|小时|分钟|学时|平方米|元|次|年|间|幢|万元|亿元|公里|亩|册|台"
_FIGURE = re.compile(rf"(\d+(?:\.\d+)?)\s*(万|亿)?({_UNITS})")
_BREAK = re.compile(r"[。；;，,、：:\n]")
_YEAR = re.compile(r"到\s*(20\d\d)\s*年")
_MORE = re.compile(r"不低于|不少于|至少|达到?|以上")
_LESS = re.compile(r"不超过|以内|不高于")
_MEASURE = re.compile(
    r"^[ 　]*(?:（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)|\d+[.．、])(.*)$", re.MULTILINE
)
_HEADING = re.compile(r"^[ 　]*[一二三四五六七八九十]+、", re.MULTILINE)
_LEAD = re.compile(r"(?:牵头|责任)(?:单位|部门)[:：]([^）)；;。\n]+)")
_SUPPORT = re.compile(r"(?:配合|协同|参与)(?:单位|部门)[:：]([^）)；;。\n]+)")
_FOLD = {"万": 1e4, "亿": 1e8}


def read(text: str) -> dict[str, Any]:
    """Targets and tasks of a plan by regular expressions, in the form of the labels."""
    return {"targets": [_target(text, found) for found in _FIGURE.finditer(text)], "tasks": _tasks(text)}


def _target(text: str, found: re.Match[str]) -> dict[str, Any]:
    start = max((mark.end() for mark in _BREAK.finditer(text, max(0, found.start() - 60), found.start())), default=None)
    start = max(0, found.start() - 60) if start is None else start
    end = _BREAK.search(text, found.end())
    quote = text[start : end.start() if end else len(text)]
    unit = found[3]
    for sign in ("万", "亿"):
        if unit.startswith(sign):
            unit = unit[1:]
    comparator = ">=" if _MORE.search(quote) else "<=" if _LESS.search(quote) else "="
    years = _YEAR.findall(text, max(0, found.start() - 300), found.start())
    return {
        "start": start,
        "end": start + len(quote),
        "subject": _MORE.sub("", _LESS.sub("", text[start : found.start()])),
        "comparator": comparator,
        "value": float(found[1]) * _FOLD.get(found[2] or found[3][0], 1.0),
        "value_max": None,
        "unit": unit,
        "due": years[-1] if years else None,
    }


def _tasks(text: str) -> list[dict[str, Any]]:
    starts = [found.start() for found in _MEASURE.finditer(text)]
    stops = sorted([*starts, *(found.start() for found in _HEADING.finditer(text)), len(text)])
    tasks = []
    for start in starts:
        end = next(stop for stop in stops if stop > start)
        body = text[start:end]
        tasks.append({"start": start, "end": end, "lead": _listed(_LEAD, body), "support": _listed(_SUPPORT, body)})
    return tasks


def _listed(label: re.Pattern[str], body: str) -> list[str]:
    return [unit.strip() for found in label.findall(body) for unit in re.split("[、，,]", found) if unit.strip()]
