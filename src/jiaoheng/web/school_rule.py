"""The rule by which a standard passes a school, in words, and how a section of a school stands under it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from jiaoheng.findings import SchoolVerdict, words
from jiaoheng.web.basis import Basis


def rule(of: Basis, area: str | None = None) -> str:
    """What the standard asks of each school, without a full stop; empty where it asks nothing, or not in this area."""
    own = of.standard.schools
    if own is None or area not in (None, own.area):
        return ""
    asked = sum(len(item.checks) for item in of.standard.of_area(own.area))
    if own.at_least >= asked or own.floor >= 1:
        return _("每校 %(count)s 项都要达标") % {"count": asked}
    return _("每校至少 %(count)s 项达标，其余不低于标准的 %(floor)s%%") % {
        "count": own.at_least,
        "floor": words.share(own.floor),
    }


def standing(of: Basis, verdict: SchoolVerdict) -> str:
    """How many indicators of a section stand where, and the rule; empty where the standard has no rule."""
    counts = _counts(of, verdict)
    return counts and _("%(counts)s。%(rule)s。") % {"counts": counts, "rule": rule(of)}


def _counts(of: Basis, verdict: SchoolVerdict) -> str:
    own = of.standard.schools
    if own is None:
        return ""
    area = next(area.label for area in of.standard.areas if area.id == own.area)
    said = {
        "area": area.say(of.language),
        "total": verdict.meets + verdict.floor + verdict.fails + verdict.unknown,
        "share": words.share(own.floor),
        "meets": verdict.meets,
        "floor": verdict.floor,
        "fails": verdict.fails,
        "unknown": verdict.unknown,
    }
    if own.floor >= 1:
        return _("%(area)s %(total)s 项：达标 %(meets)s 项，未达标 %(fails)s 项，缺数据 %(unknown)s 项") % said
    return (
        _(
            "%(area)s %(total)s 项：达标 %(meets)s 项，未达标但在 %(share)s%% 以上 %(floor)s 项，"
            "未达标 %(fails)s 项，缺数据 %(unknown)s 项"
        )
        % said
    )
