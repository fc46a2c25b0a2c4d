"""A school's figures against their thresholds, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.findings import Value, words
from jiaoheng.findings.inputs import input_label
from jiaoheng.language import Language
from jiaoheng.standards import Standard
from jiaoheng.web import school_rule
from jiaoheng.web.basis import Basis

_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "<"}
_THRESHOLD_AT = 200 / 3
"""Where the threshold's line stands on a bar of 100, so that half as much again still fits."""


class Section(msgspec.Struct, frozen=True):
    """The figures of one stage of a school (or, ``stage`` empty, of the school as a whole)."""

    stage: str
    label: str
    figures: tuple[Mapping[str, Any], ...]
    standing: str
    verdict: str


def sections(code: str, of: Basis) -> Iterator[Section]:
    """A school's figures by stage, those of the whole school last."""
    assessment, language = of.assessment, of.language
    own = [value for value in assessment.values if value.school_id == code]
    verdicts = {verdict.stage: verdict for verdict in assessment.schools if verdict.school_id == code}
    for stage in sorted({value.stage for value in own}, key=_ORDER.index):
        verdict = verdicts.get(stage)
        yield Section(
            stage=stage,
            label=words.stage_label(stage, language) if stage else _("全校"),
            figures=tuple(_figure(value, of) for value in own if value.stage == stage),
            standing=school_rule.standing(of, verdict) if verdict else "",
            verdict=verdict.verdict if verdict else "",
        )


_ORDER = ("primary", "junior", "senior", "special", "kindergarten", "vocational", "")


def _figure(value: Value, of: Basis) -> dict[str, Any]:
    standard, language = of.standard, of.language
    rule = standard.schools
    item = standard.item(value.item)
    threshold = (
        "" if value.threshold is None else f"{_SIGNS[value.sense or 'at_least']} {words.number(value.threshold)}"
    )
    return {
        "label": f"{value.item} {words.check_label(standard, value.check, language)}",
        "unit": item.unit.say(language) if item.unit else "",
        "value": shown(value),
        "threshold": threshold,
        "position": _position(value, value.value if value.value is not None else value.low),
        "threshold_position": None if not value.threshold else _THRESHOLD_AT,
        "status": value.status,
        "status_label": words.status_label(value.status, rule.floor if rule else None, language),
        "gap": gap(value, standard, language),
        "url": of.link("explain", value.school_id, value.check, stage=value.stage),
    }


def shown(value: Value) -> str:
    """The figure, its bounds where only they are known, or a dash."""
    if value.value is None and value.low is not None and value.high is not None:
        return f"{words.number(value.low)}–{words.number(value.high)}"
    return words.number(value.value)


def gap(value: Value, standard: Standard, language: Language) -> str:
    """What is lacking in plain units, or why it cannot be told; empty where the threshold is met."""
    if value.status == "unknown":
        if value.missing is None:
            return _("只有年级合计，不能判定每个班")
        return _("缺“{missing}”").format(missing=input_label(value.missing, language))
    if value.status not in ("fails", "floor") or value.short is None:
        return ""
    amount = words.shortfall(value, standard.item(value.item), language)
    text = _("还差 {amount}") if value.sense == "at_least" else _("超出 {amount}")
    return text.format(amount=amount)


def _position(value: Value, amount: float | None) -> float | None:
    if amount is None or not value.threshold:
        return None
    return round(max(0.0, min(100.0, amount / value.threshold * _THRESHOLD_AT)), 1)
