"""A whole plan told in sentences, from the headline to each year."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.county.moves import Move
from jiaoheng.findings import words as found_words
from jiaoheng.language import bracketed
from jiaoheng.plans import layout_words, proof_words, words
from jiaoheng.plans.lines import sentence, year_line
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.telling import zones_sentences

__all__ = ["next_line", "not_known_line", "plan_sentences", "sentence", "year_line"]


def plan_sentences(plan: Plan, voice: Voice) -> Iterator[str]:
    """The whole answer in sentences: the headline, what is proven, what binds or is in the way, each year."""
    if plan.planner == "layout" and plan.places is not None:
        yield from _layout_sentences(plan, voice)
        return
    if plan.planner == "zones" and plan.places is not None:
        yield from zones_sentences(plan, voice)
        return
    yield words.headline(plan, voice)
    yield from proof_words.proof_sentences(plan, voice)
    if plan.certificate.status != "infeasible":
        for line in proof_words.binding_lines(plan, voice):
            yield sentence(line, voice.language)
    relaxed = list(proof_words.relaxation_lines(plan, voice))
    if relaxed:
        yield voice.say("relax_rest" if plan.moves else "relax_lead")
        for line, remedy in relaxed:
            yield sentence(line + bracketed(remedy, voice.language), voice.language)
    for year in plan.after:
        yield sentence(year_line(year, voice.language), voice.language)
    if lacking := not_known_line(plan, voice):
        yield lacking
    if more := next_line(plan, voice):
        yield more


def _layout_sentences(plan: Plan, voice: Voice) -> Iterator[str]:
    yield words.headline(plan, voice)
    yield from proof_words.proof_sentences(plan, voice)
    for line in layout_words.lines(plan, voice):
        yield sentence(line, voice.language) if not line.endswith(("。", ".")) else line
    for line in proof_words.binding_lines(plan, voice):
        yield sentence(line, voice.language)
    for year in plan.after:
        yield sentence(year_line(year, voice.language), voice.language)
    if lacking := not_known_line(plan, voice):
        yield lacking


def not_known_line(plan: Plan, voice: Voice) -> str:
    """Which schools cannot be judged for want of data, as a sentence; empty where all can."""
    unknown = [each for year in plan.after[-1:] for each in year.failing if each.verdict == "unknown"]
    if not unknown:
        return ""
    told = [voice.school(each.school_id) + bracketed(voice.stage(each.stage, ""), voice.language) for each in unknown]
    named = found_words.listed(told, voice.language)
    return voice.say("not_known", count=len(unknown), sections=named)


def next_line(plan: Plan, voice: Voice) -> str:
    """What more money would buy next, as a sentence; empty where the plan says nothing of it."""
    if not plan.next_steps:
        return ""
    told = [_short(move, voice) for move in plan.next_steps]
    named = found_words.listed(told, voice.language, {"zh": "；", "en": "; "})
    return voice.say("next_steps", moves=named)


def _short(move: Move, voice: Voice) -> str:
    school = voice.school(move.school_id)
    stage = voice.stage(move.stage, school)
    return voice.say("move_line", school=school, stage=stage, what=words.move_what(move, voice))
