"""What is proven of a plan, what holds it back and what is in the way, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from jiaoheng.county.moves import Reason
from jiaoheng.findings import words as found_words
from jiaoheng.findings.words import number
from jiaoheng.plans import words
from jiaoheng.plans.plan import Limit, Plan, Relaxation
from jiaoheng.plans.words import Voice

_STEP = {"budget": 10_000.0, "buy_equipment": 10_000.0}
"""Limits of which one unit is too little to speak of: by how many of it a price is told."""
_OF_COEFFICIENT = 0.01
_NOISE = 1e-9
"""A relative gap that is none but the noise of adding up."""
_UNITS = {"site": "m2", "rooms": "room", "budget": "yuan"}
_UNIT_WORDS = {"posts": "unit_post", "hires": "unit_place", "backbone_quota": "unit_place"}


def proof_sentences(plan: Plan, voice: Voice) -> Iterator[str]:
    """What is proven, and by what."""
    certificate, language = plan.certificate, voice.language
    if certificate.status in ("infeasible", "unfinished"):
        yield voice.say(f"proof_{certificate.status}")
    elif certificate.bound is None or certificate.gap is None:
        yield voice.say("proof_no_bound")
    else:
        most = certificate.sense == "maximise"
        bound = certificate.bound
        told = voice.say("pupils", count=number(math.floor(bound + 1e-9))) if most else words.money(bound, language)
        gap = gap_label(certificate.gap)
        key = "exact" if certificate.gap <= _NOISE else certificate.status
        yield voice.say(f"proof_most_{key}" if most else f"proof_{key}", bound=told, gap=gap)
    if certificate.solver:
        yield voice.say("proof_by", solver=certificate.solver, seconds=number(certificate.seconds, 1))


def gap_label(gap: float) -> str:
    """A relative gap in per cent without the sign, never shown smaller than it is."""
    percent = 100 * gap
    decimals = 1 if percent >= 1 else 2 if percent >= 0.01 else 4
    shown = math.ceil(percent * 10**decimals - 1e-9) / 10**decimals
    return number(max(shown, 0.0), decimals)


def binding_lines(plan: Plan, voice: Voice) -> Iterator[str]:
    """Each limit that holds the plan back, with what one more of it would save, without full stops; dearest first."""
    ordered = sorted(plan.certificate.binding, key=lambda limit: -_worth(limit))
    for limit in ordered:
        yield limit_line(limit, plan.certificate.sense == "maximise", voice)


def limit_line(limit: Limit, most: bool, voice: Voice) -> str:
    """A limit, and what one more of it would save (of a plan for most pupils: how many more would pass)."""
    told = voice.say(_key("limit", limit), amount=_amount(limit, limit.amount, voice), **_named(limit, voice))
    if not limit.price:
        return told
    step = _step(limit)
    kind = limit.kind if limit.kind in ("coefficient", "threshold") else ""
    key = ("brings" if most else "saves") + (f"_{kind}" if kind else "")
    more = number(step) if kind == "coefficient" else _with_unit(limit, step, voice)
    gain = _gain(limit, step)
    given = (
        {"pupils": voice.say("pupils", count=number(gain, 1))} if most else {"money": words.money(gain, voice.language)}
    )
    return told + ("；" if voice.language == "zh" else "; ") + voice.say(key, more=more, **given)


class _Group(msgspec.Struct):
    """Relaxations of one kind, rule and year, which are told together."""

    first: Relaxation
    amount: float = 0.0
    pupils: float | None = 0.0
    schools: list[str] = []


def relaxation_lines(plan: Plan, voice: Voice) -> Iterator[tuple[str, str]]:
    """The smallest loosening that makes a plan possible: each part in words, and what can be done about it.

    Parts of several schools that are alike are one line.
    """
    groups: dict[tuple[object, ...], _Group] = {}
    for each in plan.certificate.relaxations:
        key = (each.kind, each.check, each.stage, each.unit, each.year)
        group = groups.setdefault(key, _Group(each, schools=[]))
        group.amount += each.amount
        group.pupils = None if group.pupils is None or each.pupils is None else group.pupils + each.pupils
        if each.school_id and each.school_id not in group.schools:
            group.schools.append(each.school_id)
    for group in groups.values():
        yield _group_line(group, voice), remedy(group.first.kind, voice)


def remedy(kind: str, voice: Voice) -> str:
    """What can be done about a limit that is in the way, without the full stop; empty where nothing is known."""
    return voice.say(f"remedy_{kind}") if words.there(f"remedy_{kind}") else ""


def _group_line(group: _Group, voice: Voice) -> str:
    names = [voice.school(code) for code in group.schools]
    if len(names) > 1:
        places = voice.say("places_of", count=len(names), names=words.listed(names, voice.language))
    else:
        places = (names[0] if names else "") + voice.stage(group.first.stage, names[0] if names else "")
    given = _named(group.first, voice) | {"places": places, "colon": _colon(places, voice)}
    given["comma"] = ", " if voice.language == "en" and (given["stage"] or places) else ""
    told = voice.say(_key("relax", group.first), amount=_amount(group.first, group.amount, voice), **given)
    if group.pupils:
        count = number(math.ceil(group.pupils - 1e-9))
        told += voice.say("relax_or_pupils", pupils=voice.say("pupils", count=count))
    return told


def _key(prefix: str, limit: Limit | Relaxation) -> str:
    """The text of a kind of limit: its own for one of a year, and a plain one for a kind that is new here."""
    yearly = f"{prefix}_{limit.kind}_year"
    if limit.year is not None and words.there(yearly):
        return yearly
    return f"{prefix}_{limit.kind}" if words.there(f"{prefix}_{limit.kind}") else f"{prefix}_other"


def _named(limit: Limit | Relaxation, voice: Voice) -> dict[str, str]:
    school = voice.school(limit.school_id) if limit.school_id else ""
    item = voice.check(limit.check) if voice.knows(limit.check) else words.kind_label(limit.check, voice.language)
    return {
        "school": school,
        "stage": voice.stage(limit.stage, school),
        "item": item,
        "kind": words.kind_label(limit.kind, voice.language),
        "year": "" if limit.year is None else str(limit.year),
        "comma": ", " if voice.language == "en" and (school or limit.stage) else "",
        "colon": _colon(school, voice),
    }


def _amount(limit: Limit | Relaxation, amount: float, voice: Voice) -> str:
    """The amount as the kind's text takes it: plain where the text has the unit, else with it."""
    if limit.kind == "coefficient":
        return found_words.fixed(amount, 3)
    if limit.kind == "figure" and voice.knows(limit.check):
        # What a figure lacks is told of its numerator: ㎡ and not ㎡ a pupil.
        item = voice.standard.item(limit.check.partition("/")[0])
        return found_words.shortfall(Reason(limit.check, limit.stage, "threshold", amount), item, voice.language)
    if limit.kind in _UNIT_WORDS:
        return number(math.ceil(amount - 1e-9) if isinstance(limit, Relaxation) else amount)
    if limit.kind == "rooms" and isinstance(limit, Relaxation):
        return number(math.ceil(amount - 1e-9))
    return _with_unit(limit, amount, voice)


def _with_unit(limit: Limit | Relaxation, amount: float, voice: Voice) -> str:
    if limit.kind in _UNIT_WORDS:
        shown = number(amount)
        return f"{shown} {words.after(_UNIT_WORDS[limit.kind], shown, voice.language)}"
    unit = limit.unit or _UNITS.get(limit.kind, "")
    if not unit and voice.knows(limit.check):
        label = voice.standard.item(limit.check.partition("/")[0]).unit
        shown = number(amount)
        return f"{shown} {label.after(shown, voice.language)}" if label else shown
    return words.measured(amount, unit, voice.language)


def _colon(before: str, voice: Voice) -> str:
    return ": " if voice.language == "en" and before else ""


def _worth(limit: Limit) -> float:
    return _gain(limit, _step(limit))


def _step(limit: Limit) -> float:
    """By how much of a limit its price is told."""
    if limit.kind == "coefficient":
        return _OF_COEFFICIENT
    return _STEP.get(limit.kind, _STEP.get(limit.check, 1.0))


def _gain(limit: Limit, step: float) -> float:
    """What so much more of a limit is worth; a coefficient's price is that of its unit, where it has one."""
    if limit.kind == "coefficient" and limit.unit:
        return abs(limit.price or 0.0) * step / float(limit.unit)
    return abs(limit.price or 0.0) * step
