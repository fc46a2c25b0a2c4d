"""Rules in words, one line a rule: what it says, how sure it is, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jiaoheng.language import Language
from jiaoheng.plans.funding.rules import (
    Approval,
    Floor,
    Quota,
    Rules,
    Sourced,
    Tilt,
    boarding_in_force,
    in_force,
    ordered,
)
from jiaoheng.plans.funding.words import confidence, stage, told

LAST = 9999
"""A school year after every other."""


class RuleLine(msgspec.Struct, frozen=True):
    """A rule as people read it; one that is not ``enabled`` is there to be known, and holds nothing."""

    label: str
    value: str
    confidence: str
    source: str
    enabled: bool


def choices(rules: Rules, language: Language) -> str:
    """What the county has chosen, in one line."""
    chosen = (
        told(f"rule_region_{rules.region}", language),
        told(f"rule_campuses_{rules.campuses}", language),
        told(f"rule_teaching_points_{rules.teaching_points}", language),
        told(f"rule_private_{rules.private}", language),
        told(f"rule_county_quota_{rules.county_quota}", language),
    )
    return ("；" if language == "zh" else "; ").join(chosen)


def rule_lines(rules: Rules, language: Language) -> Iterator[RuleLine]:
    """All rules, in the order of the file."""
    for quota in rules.quotas:
        value = _quota(quota, language)
        elsewhere = quota.region not in (None, rules.region)
        if elsewhere:
            value += told("rule_not_here", language)
        elif quota.enabled and in_force(rules, quota.stage, LAST) is not quota:
            value += told("rule_superseded", language)
        label = told("rule_quota", language, stage=stage(quota.stage, language))
        yield _line(label, value, quota, language, elsewhere=elsewhere)
    for boarding in rules.boarding:
        value = told("rule_boarding_yuan", language, yuan=f"{boarding.yuan:,f}", since=boarding.since)
        if boarding.enabled and boarding_in_force(rules, LAST) is not boarding:
            value += told("rule_superseded", language)
        yield _line(told("rule_boarding", language), value, boarding, language)
    for floor in rules.floors:
        yield _line(told(f"rule_floor_{floor.of}", language), _floor(floor, language), floor, language)
    if rules.inclusive is not None:
        value = told("rule_inclusive_value", language)
        yield _line(told("rule_inclusive", language), value, rules.inclusive, language)
    yield _line(told("rule_tilt", language), _tilt(rules.tilt, language), rules.tilt, language)
    for approval in ordered(rules):
        yield _line(told("rule_approval", language), approval_line(approval, language), approval, language)


def approval_line(approval: Approval, language: Language) -> str:
    """Up to how much somebody approves."""
    by = approver(approval, language)
    if approval.up_to is None:
        return told("rule_approval_above", language, by=by)
    return told("rule_approval_up_to", language, up_to=f"{approval.up_to:,f}", by=by)


def approver(approval: Approval, language: Language) -> str:
    """Who approves."""
    return told(f"by_{approval.by}", language)


def _line(label: str, value: str, rule: Sourced, language: Language, *, elsewhere: bool = False) -> RuleLine:
    if not rule.enabled:
        value += told("rule_disabled", language)
    sure, source = confidence(rule.confidence, language), rule.source.say(language)
    return RuleLine(label, value, sure, source, rule.enabled and not elsewhere)


def _quota(quota: Quota, language: Language) -> str:
    if quota.of is not None and quota.times is not None:
        of = stage(quota.of, language)
        return told("rule_quota_times", language, times=f"{quota.times:f}", of=of, since=quota.since)
    return told("rule_quota_yuan", language, yuan=f"{quota.yuan:,f}", since=quota.since)


def _floor(floor: Floor, language: Language) -> str:
    if not floor.settings:
        return told("rule_floor", language, pupils=floor.pupils)
    where = ("、" if language == "zh" else ", ").join(told(f"group_{name}", language) for name in floor.settings)
    return told("rule_floor_where", language, pupils=floor.pupils, where=where)


def _tilt(tilt: Tilt, language: Language) -> str:
    fund = ""
    if tilt.share is not None:
        fund = told("rule_tilt_share", language, share=f"{tilt.share:f}")
    elif tilt.yuan is not None:
        fund = told("rule_tilt_yuan", language, yuan=f"{tilt.yuan:,f}")
    factors = {name: f"{getattr(tilt, name):f}" for name in ("rural", "town", "urban", "small")}
    return fund + told("rule_tilt_factors", language, **factors)
