"""How the county stands: the verdict in one sentence, and the few figures that matter."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiaoheng.findings import words
from jiaoheng.measures.options import LABELS
from jiaoheng.web.basis import Basis

Part = dict[str, Any]
WORST_FIRST = ("fails", "unknown", "meets", "measured")


def verdict(of: Basis) -> Part:
    """The verdict as its component takes it; what it rests on goes below, in sentences."""
    first, *rest = words.sentences(of.assessment, of.standard, of.county, of.language)
    status = of.assessment.verdict
    return {"status": status, "label": status_label(status, of), "sentence": first, "grounds": rest}


def status_label(status: str, of: Basis) -> str:
    """How a status is called."""
    rule = of.standard.schools
    return _capital(words.status_label(status, rule.floor if rule else None, of.language))


def basis_label(basis: str, of: Basis) -> str:
    """How it is called where a status comes from."""
    return _capital(words.say(f"basis_{basis}", of.language))


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def metrics(of: Basis) -> list[Part]:
    """Schools of each stage that meet the standard, and coefficients over their limit."""
    return [*_schools(of), *_coefficients(of), *([] if of.assessment.schools else [_pupils(of)])]


def options_line(of: Basis) -> str:
    """With which reading of the rules it was measured."""
    options = of.assessment.options
    colon, between = ("：", "；") if of.language == "zh" else (": ", "; ")
    pairs = [(name, getattr(options, name)) for name in options.__struct_fields__]
    return between.join(
        f"{LABELS[name].say(of.language)}{colon}{LABELS[value].say(of.language)}" for name, value in pairs
    )


def counts_line(statuses: Counter[str]) -> str:
    """How many are not where they should be, in words; empty where all are."""
    said = []
    if statuses["fails"]:
        said.append(
            ngettext("%(count)s 所未达标", "%(count)s 所未达标", statuses["fails"]) % {"count": statuses["fails"]}
        )
    if statuses["unknown"]:
        said.append(
            ngettext("%(count)s 所缺数据，不能判定", "%(count)s 所缺数据，不能判定", statuses["unknown"])
            % {"count": statuses["unknown"]}
        )
    return _("，").join(said)


def pupils(of: Basis, stage: str) -> float:
    """Pupils of a stage's measured sections, as far as they are known."""
    if of.assessment.schools:
        return sum(school.pupils or 0 for school in of.assessment.schools if school.stage == stage)
    own = {value.school_id: value.pupils for value in of.assessment.values if value.stage == stage}
    return sum(known or 0 for known in own.values())


def _schools(of: Basis) -> list[Part]:
    found = []
    for stage in dict.fromkeys(school.stage for school in of.assessment.schools):
        counts = Counter(school.verdict for school in of.assessment.schools if school.stage == stage)
        total = sum(counts.values())
        worst = next(status for status in WORST_FIRST if counts[status])  # type: ignore[index]
        where = _("在校生 %(count)s 人") % {"count": words.number(pupils(of, stage))}
        found.append(
            {
                "label": _("%(stage)s达标学校") % {"stage": words.stage_label(stage, of.language)},
                "value": counts["meets"],
                "unit": f"/ {total}",
                "url": of.link("matrix", stage=stage),
                "status": worst,
                "status_label": counts_line(Counter(counts)) or _("全部达标"),
                "note": where,
            }
        )
    return found


def _coefficients(of: Basis) -> list[Part]:
    judged = [even for even in of.assessment.balance if even.at_most is not None]
    if not judged:
        return []
    over = [even for even in judged if even.status == "fails"]
    unknown = [even for even in judged if even.status == "unknown"]
    label = _("%(count)s 项因缺数据不能计算") % {"count": len(unknown)} if unknown else ""
    if over:
        names = _("、").join(f"{words.stage_label(even.stage, of.language)} {even.item}" for even in over[:3]) + (
            _("等") if len(over) > 3 else ""
        )
        label = _("；").join(filter(None, (_("超限：%(names)s") % {"names": names}, label)))
    return [
        {
            "label": _("超过限值的差异系数"),
            "value": len(over),
            "unit": f"/ {len(judged)}",
            "url": "#indicators",
            "status": "fails" if over else "unknown" if unknown else "meets",
            "status_label": label or _("全部在限值以内"),
        }
    ]


def _pupils(of: Basis) -> Part:
    stages = dict.fromkeys(value.stage for value in of.assessment.values if value.stage)
    return {
        "label": _("在校生"),
        "value": words.number(sum(pupils(of, stage) for stage in stages)),
    }
