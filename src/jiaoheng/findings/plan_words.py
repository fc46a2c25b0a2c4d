"""How the promises of a plan stand, in words."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.findings.assessment import Assessment, Progress, State
from jiaoheng.findings.inputs import input_label
from jiaoheng.findings.saying import number, say
from jiaoheng.language import Language, bracketed
from jiaoheng.standards import Item, Standard

STATES: tuple[State, ...] = ("met", "on_track", "behind", "unknown")
_NAMED = 6


def states(assessment: Assessment) -> dict[str, State]:
    """How each item of a plan stands; what always holds (and has no pace) is met or behind."""
    plain: dict[str, State] = {"meets": "met", "measured": "met", "fails": "behind", "floor": "behind"}
    found = {item.item: plain.get(item.status, "unknown") for item in assessment.items if not item.advisory}
    return found | {each.item: each.state for each in assessment.progress if each.item in found}


def promise_sentences(assessment: Assessment, standard: Standard, language: Language) -> Iterator[str]:
    """How many promises stand where, and which are behind."""
    found = states(assessment)
    comma = "，" if language == "zh" else ", "
    counts = [(state, sum(each == state for each in found.values())) for state in STATES]
    parts = [say(f"promises_{state}", language, count=count) for state, count in counts if count]
    yield say(
        "promises",
        language,
        plan=standard.label.say(language),
        year=assessment.year,
        total=len(found),
        parts=comma.join(parts),
    )
    between = "；" if language == "zh" else "; "
    for state, key in (("behind", "promises_behind_named"), ("unknown", "promises_unknown_named")):
        names = [f"{item} {standard.item(item).name.say(language)}" for item, each in found.items() if each == state]
        if names:
            told = between.join(names[:_NAMED])
            yield say(key, language, names=say("and_more", language, names=told) if len(names) > _NAMED else told)


def state_label(found: Progress, language: Language) -> str:
    """How a promise stands, in a word or two: 已实现, 进度正常, 滞后（已到期）."""
    if found.state == "behind" and found.reason:
        return say(f"state_behind_{found.reason}", language)
    return say(f"state_{found.state}", language)


def pace_label(found: Progress, item: Item, language: Language) -> str:
    """Where a promise should stand now and why, in words: what the line asks, from which baseline until when."""
    if found.state == "unknown":
        missing = found.missing if found.reason == "no_value" else None
        told = input_label(missing, language) if missing else ""
        named = item.reported or next(iter(item.checks[0].inputs), "")
        pace = item.checks[0].pace
        year = pace.baseline_year if pace else None
        return say(f"pace_{found.reason}", language, missing=told, year=year or "", number=named)
    if found.due is not None and found.year >= found.due:
        return say("pace_due", language, due=found.due)
    if found.required is None or found.baseline is None:
        return say("pace_no_line" if found.due is None else "pace_met_early", language, due=found.due)
    return say(
        "pace_line",
        language,
        baseline=_with_unit(found.baseline, item, language),
        first=found.baseline_year,
        basis=say(f"pace_basis_{found.baseline_basis}", language),
        required=_with_unit(found.required, item, language),
        due=found.due,
    )


def value_label(found: Progress, item: Item, language: Language) -> str:
    """The figure now, or its bounds, with its unit."""
    if found.value is not None:
        return _with_unit(found.value, item, language)
    if found.low is None and found.high is None:
        return "—"
    return f"{number(found.low)}–{number(found.high)} {item.unit.say(language) if item.unit else ''}".strip()


def target_label(found: Progress, item: Item, language: Language) -> str:
    """What is to be reached, with its sign: 不低于 90%; of a change, how much it is and what that comes to."""
    level = ""
    if found.target is not None:
        level = say(f"sense_{found.sense}", language, limit=_with_unit(found.target, item, language))
    pace = item.checks[0].pace
    if pace is None or pace.change is None:
        return level or "—"
    ways = ("yearly_more", "yearly_less") if pace.yearly else ("more", "less")
    way = ways[pace.change < 0]
    change = _with_unit(abs(pace.change), item, language)
    if item.unit and item.unit.zh == "%":
        change = say("points", language, points=number(abs(pace.change)))
    told = say(f"target_{way}", language, change=change, year=pace.baseline_year)
    return told + bracketed(level, language)


def promise_line(found: Progress, standard: Standard, language: Language) -> str:
    """A promise that is behind or unknown as a sentence without its full stop."""
    item = standard.item(found.item)
    words = {
        "item": item.name.say(language),
        "value": value_label(found, item, language),
        "target": target_label(found, item, language),
        "pace": pace_label(found, item, language),
        "state": state_label(found, language),
    }
    return say("promise_unknown" if found.state == "unknown" else "promise_behind", language, **words)


def _with_unit(value: float, item: Item, language: Language) -> str:
    shown = number(value)
    unit = item.unit.after(shown, language) if item.unit else ""
    return f"{shown}{'' if unit.startswith(('%', '（')) else ' '}{unit}".strip()
