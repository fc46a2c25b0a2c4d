"""What a target and its indicator come to: a limit or a change, and a pace. Nothing is guessed that is not written."""

from __future__ import annotations

from typing import Literal

import msgspec

from jiaoheng.documents.linking import is_lowered
from jiaoheng.documents.records import Record, Target
from jiaoheng.language import Text
from jiaoheng.standards import Pace
from jiaoheng.standards.indicators import MEASURES, Indicator

Sense = Literal["at_least", "at_most", "below", "above"]


class Promise(msgspec.Struct, frozen=True):
    """A target as a check: inputs, a limit (or a change in the pace), and the pace; none for what always holds."""

    indicator: Indicator
    inputs: tuple[str, ...]
    limit: tuple[Sense, float] | None
    pace: Pace | None
    label: Text
    short: Text


class Impossible(ValueError):
    """A target that cannot be held against its indicator; ``why`` says it in both languages."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


_UNIT = Text(zh="单位“{unit}”不是这个指标的单位", en="“{unit}” is no unit of this indicator")
_SENSE = Text(zh="这个指标不能这样比较（{sign}）", en="this indicator cannot be compared so ({sign})")
_FIRST_YEAR = Text(zh="文件没有写明规划起始年", en="the document does not say in which year the plan begins")
_EXACT = Text(zh="没有写明是不少于还是不超过", en="it does not say whether at least or at most")
_WHOLE = Text(zh="数值应为整数", en="the figure must be a whole number")

_COUNTED_OVER = ("class_size", "training_hours")
"""Measures whose target is a norm: what is counted are those that do not keep it, and there should be none."""


def promise(target: Target, indicator: Indicator, document: Record) -> Promise:
    """What the target asks of the indicator. Raises ``Impossible`` where that cannot be said.

    Of a range the end that binds is taken: at least the lower, at most the upper one.
    """
    cleared = _clears(target, indicator)
    factor = 1.0 if cleared else _factor(target, indicator)
    inputs = _inputs(target, indicator, document)
    label, short = _label(target, indicator), _short(target, indicator)
    if cleared or indicator.measure in _COUNTED_OVER:
        return Promise(indicator, inputs, ("at_most", 0.0), _pace(target, indicator, document), label, short)
    if change := _change(target, indicator):
        pace = _pace(target, indicator, document, change=change * factor)
        if pace is None or pace.baseline_year is None:
            raise Impossible(_FIRST_YEAR)
        return Promise(indicator, inputs, None, pace, label, short)
    sense = _sense(target, indicator)
    upper = target.value_max is not None and sense in ("at_most", "below")
    value = target.value_max if upper and target.value_max is not None else target.value
    if indicator.inverse and 0 < value < 1:
        value = 1 / value  # 13:1 and 1:13 are the same thirteen pupils a teacher
    return Promise(indicator, inputs, (sense, value * factor), _pace(target, indicator, document, factor), label, short)


def _clears(target: Target, indicator: Indicator) -> bool:
    return target.unit == "%" and target.value == 100 and any(word in target.subject for word in indicator.clears)


def _factor(target: Target, indicator: Indicator) -> float:
    accepts = MEASURES[indicator.measure].accepts
    unit = target.unit.strip().replace("％", "%")
    if unit in accepts:
        return accepts[unit]
    if not unit:
        return 1.0
    raise Impossible(_told(_UNIT, unit=unit))


def _inputs(target: Target, indicator: Indicator, document: Record) -> tuple[str, ...]:
    """The indicator's inputs with the class size, the hours or the year that the target names."""
    values: dict[str, int] = {}
    if indicator.measure in _COUNTED_OVER:
        if not float(target.value).is_integer():
            raise Impossible(_WHOLE)
        values["limit"] = int(target.value)
        if indicator.measure == "class_size":
            if target.comparator not in ("<=", "<", "=", "~"):
                raise Impossible(_told(_SENSE, sign=target.comparator))
            largest = int(target.value_max if target.value_max is not None else target.value)
            values["limit"] = largest if target.comparator == "<" else largest + 1
        elif target.comparator not in (">=", ">", "=", "~"):
            raise Impossible(_told(_SENSE, sign=target.comparator))
    if any("{since}" in name for name in indicator.inputs):
        values["since"] = _first_year(target, document)
    return tuple(name.format(**values) if "{" in name else name for name in indicator.inputs)


def _first_year(target: Target, document: Record) -> int:
    if document.period:
        return document.period[0]
    if target.baseline_year is not None:
        return target.baseline_year + 1
    raise Impossible(_FIRST_YEAR)


def _change(target: Target, indicator: Indicator) -> float:
    """How much more or less is promised; 0 where a level is. A new school is new, and no change of a number."""
    if any("{since}" in name for name in indicator.inputs):
        if target.comparator == "-=" or is_lowered(target):
            raise Impossible(_told(_SENSE, sign=target.comparator))
        return 0.0
    if target.comparator == "-=" or is_lowered(target):
        return -target.value
    added = any(word in target.subject for word in indicator.added)
    if target.comparator == "+=" or (added and target.comparator in (">=", ">", "=", "~")):
        return target.value
    return 0.0


def _sense(target: Target, indicator: Indicator) -> Sense:
    plain: dict[str, Sense] = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below", "+=": "at_least"}
    turned: dict[str, Sense] = {">=": "at_most", ">": "below", "<=": "at_least", "<": "above"}
    if any(word in target.subject for word in indicator.inverse):
        plain |= turned
    if target.comparator in plain:
        return plain[target.comparator]
    if indicator.better == "none":
        raise Impossible(_EXACT)
    return "at_least" if indicator.better == "more" else "at_most"


def _pace(
    target: Target, indicator: Indicator, document: Record, factor: float = 1.0, *, change: float | None = None
) -> Pace | None:
    """By when, and from where. A norm without a date holds always: it has no pace.

    The baseline is the document's, where it tells one with its year; of new schools it is none in the year before the
    plan; of what is added, the county's own figure of that year; else the county's own figure of the plan's first year.
    """
    due = int(target.due[:4]) if target.due else None
    if due is None and not indicator.norm and document.period:
        due = document.period[1]
    if due is None and indicator.norm:
        return None
    first = document.period[0] if document.period else None
    baseline: float | None = None
    year = first
    level = indicator.measure not in _COUNTED_OVER and not _clears(target, indicator)
    if any("{since}" in name for name in indicator.inputs):
        baseline, year = 0.0, _first_year(target, document) - 1
    elif change is not None:
        year = target.baseline_year if target.baseline_year is not None else None if first is None else first - 1
        # A number in the base year's column may be what was added then; only a share is surely a level.
        if indicator.measure == "percent" and target.baseline is not None and target.baseline_year is not None:
            baseline = target.baseline
    elif target.baseline is not None and target.baseline_year is not None and level:
        baseline, year = target.baseline * factor, target.baseline_year
    if year is not None and due is not None and year >= due:
        baseline = year = None
    yearly = change is not None and any(word in target.subject for word in ("每年", "年均", "逐年"))
    return Pace(due, baseline, year, change, yearly, target.comparator == "~")


def _label(target: Target, indicator: Indicator) -> Text:
    """The target in words: the document's subject and figure, the indicator's name in English."""
    shown = _shown(target.value) + ("" if target.value_max is None else f"—{_shown(target.value_max)}")
    english = _shown(target.value) + ("" if target.value_max is None else f" to {_shown(target.value_max)}")
    unit = MEASURES[indicator.measure].unit
    space = "" if target.unit in ("%", "") else " "
    sign = _SIGNS[target.comparator]
    named = f"{english}{space}{_UNITS.get(target.unit, unit.en) if target.unit else ''}".strip()
    subject = " ".join(target.subject.split())
    return Text(f"{subject}：{sign.zh} {shown}{space}{target.unit}".strip(), f"{indicator.label.en}: {sign.en} {named}")


def _short(target: Target, indicator: Indicator) -> Text:
    """What is measured, in few words; of a norm, those that do not keep it."""
    subject, name = " ".join(target.subject.split()), indicator.label.en
    shown = _shown(target.value_max if target.value_max is not None else target.value)
    if indicator.measure == "class_size":
        return Text(f"{subject}（超过 {shown} 人的班）", f"{name}: over {shown}")
    if indicator.measure == "training_hours":
        return Text(f"{subject}（不足 {_shown(target.value)} 学时的教师）", f"{name}: under {_shown(target.value)}")
    return Text(subject, name)


_SIGNS = {
    ">=": Text("不低于", "at least"),
    ">": Text("高于", "more than"),
    "<=": Text("不超过", "at most"),
    "<": Text("低于", "less than"),
    "=": Text("达到", "to reach"),
    "~": Text("约", "about"),
    "+=": Text("增加", "up by"),
    "-=": Text("降低", "down by"),
}
_UNITS = {"%": "%", "个百分点": "percentage points", "百分点": "percentage points", "人": "", "名": "", "学时": "hours"}
"""English units as documents give them, where that is not the unit of what is measured."""


def _told(text: Text, **values: str) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))


def _shown(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")
