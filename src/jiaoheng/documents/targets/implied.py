"""Comparisons that stand apart from their number: 至少新建5个, 新增公办学位3000个, 提高到小学每生每年750元."""

from __future__ import annotations

import re

import msgspec

from jiaoheng.documents.records import Comparator
from jiaoheng.documents.targets.figures import Figure

_APART: tuple[tuple[Comparator, re.Pattern[str]], ...] = (
    (">=", re.compile(r"至少|最少|不少于|不低于|不得少于|不得低于")),
    ("<=", re.compile(r"不超过|不得超过|最多|至多|不多于|不高于")),
)
# 不得一次性收取时间跨度超过3个月的费用
_FORBIDDEN = re.compile(r"(?:不得|严禁|禁止|不准|不应|不能)(?!低于|少于)[^,;]{1,20}\Z")
_RAISED_TO = re.compile(r"(?:提高|提升|增加|扩大|增长)(?:到|至)|达到(?!的|了)")
_RAISED_TO_GROUP = re.compile(r"(?:达到|提高到|提升到|不低于|不少于)(?:小学|初中|高中|幼儿园)\Z")
_FARTHEST = 14
_ADDED = re.compile(r"(?:新增加?|净增|扩增|增加)(?!值|额|数|收|速|量|率|幅|到|至|经费|教育经费|劳动力)")
_OTHER = re.compile(r"新建|改扩建|建设|建成|创建|培养|培育|引进|招聘|打造|完成|配备|投入|改造")


def implied(hidden: str, start: int, figure: Figure) -> Figure:
    """The figure with the comparison that stands before its subject, where none stands beside the number."""
    left = hidden[start : figure.start]
    if figure.before in ("+=", "-=") and figure.after is None and left.endswith(("至少", "不少于", "不低于")):
        return msgspec.structs.replace(figure, after=">=")
    if figure.before == ">" and _FORBIDDEN.search(left):
        return msgspec.structs.replace(figure, before="<=")
    if figure.before is None:
        for sign, pattern in _APART:
            if pattern.search(left):
                return msgspec.structs.replace(figure, before=sign)
        if not figure.counted and figure.after is None and _RAISED_TO.search(left[-_FARTHEST:]):
            return msgspec.structs.replace(figure, before=">=")
        if figure.counted and _RAISED_TO_GROUP.search(left):
            return msgspec.structs.replace(figure, before=">=")
    if figure.comparator == "=" and figure.unit != "%":
        added = list(_ADDED.finditer(left))
        if added and not _OTHER.search(left, added[-1].end()):
            return msgspec.structs.replace(figure, before="+=")
    return figure


def without_raised(words: str) -> str:
    """The subject without the comparison that stood inside it."""
    return _RAISED_TO.sub("", words)
