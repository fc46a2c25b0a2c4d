"""What changed between two assessments, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.county import County
from jiaoheng.findings.assessment import Finding
from jiaoheng.findings.change import Changes, CoefficientChange
from jiaoheng.findings.words import check_label, finding_line, fixed, listed, say, stage_label
from jiaoheng.language import Language
from jiaoheng.standards import Standard

TOLD = 5
"""So many findings, the gravest, are told in full."""
_JUDGED = ("meets", "fails", "unknown")


def change_sentences(changes: Changes, standard: Standard, county: County, language: Language) -> Iterator[str]:
    """What changed, the most important first: verdict, schools, coefficients, items, findings.

    ``county`` is the later one; schools that are in it no more are told by their codes.
    """
    if changes.is_empty:
        yield say("change_nothing", language)
        return
    if changes.years[0] != changes.years[1]:
        yield say("change_years", language, then=changes.years[0], now=changes.years[1])
    then, now = changes.verdict
    words = {"standard": standard.label.say(language), "county": county.name}
    if then != now:
        told = {"then": say(f"change_verdict_{then}", language), "now": say(f"change_verdict_{now}", language)}
        yield say("change_verdict", language, **words, **told)
    else:
        yield say(f"change_still_{now}", language, **words)
    yield from _schools(changes, language)
    for coefficient in changes.coefficients:
        yield _coefficient(coefficient, standard, language)
    for status in ("meets", "fails", "unknown"):
        own = [item.item for item in changes.items if ("fails" if item.now == "floor" else item.now) == status]
        if own:
            names = listed([f"{item} {standard.item(item).name.say(language)}" for item in own], language)
            yield say(f"change_items_{status}", language, count=len(own), names=names)
    yield from _findings(changes, standard, county, language)


def _schools(changes: Changes, language: Language) -> Iterator[str]:
    """Schools by what they are now, stage by stage."""
    for stage in dict.fromkeys(school.stage for school in changes.schools):
        own = [school for school in changes.schools if school.stage == stage]
        for verdict in _JUDGED:
            # A school that is judged for the first time has not come to pass: it is told as new.
            known = [school.name for school in own if school.now == verdict and school.then is not None]
            fresh = [school.name for school in own if school.now == verdict and school.then is None]
            for key, names in ((f"change_schools_{verdict}", known), (f"change_schools_new_{verdict}", fresh)):
                if names:
                    yield _told(key, stage, names, language)
        if gone := [school.name for school in own if school.now is None]:
            yield _told("change_schools_gone", stage, gone, language)


def _told(key: str, stage: str, names: list[str], language: Language) -> str:
    told = listed(names, language)
    return say(key, language, stage=stage_label(stage, language), count=len(names), names=told)


def _coefficient(change: CoefficientChange, standard: Standard, language: Language) -> str:
    """A coefficient that crossed its limit, became known or unknown, or moved."""
    then, now = change.then, change.now
    latest = now or then
    known = now is not None and now.coefficient is not None
    key = "change_even_moved" if known else "change_even_unknown"
    if change.crossed and known and now is not None and now.status in ("meets", "fails"):
        key = f"change_even_{now.status}"
    decimals = 3
    old, new = (None if even is None else even.coefficient for even in (then, now))
    # Two coefficients that differ are told with as many digits as it takes to see it.
    while old is not None and new is not None and old != new and fixed(old, decimals) == fixed(new, decimals):
        decimals += 1
    return say(
        key,
        language,
        stage=stage_label(change.stage, language),
        item=check_label(standard, change.check, language),
        then=fixed(old, decimals),
        now=fixed(new, decimals),
        limit=fixed(latest.at_most if latest else None, 2),
    )


def _findings(changes: Changes, standard: Standard, county: County, language: Language) -> Iterator[str]:
    groups: tuple[tuple[str, tuple[Finding, ...]], ...] = (
        ("change_new", changes.new),
        ("change_solved", changes.solved),
        ("change_lapsed", changes.lapsed),
    )
    for key, found in groups:
        if found:
            lines = [finding_line(finding, standard, county, language) for finding in found[:TOLD]]
            more = say("change_more", language) if len(found) > TOLD else ""
            told = ("；" if language == "zh" else "; ").join(lines)
            yield say(key, language, count=len(found), findings=told + more)
    if changes.moved:
        yield say("change_moved", language, count=len(changes.moved))
    if changes.figures:
        yield say("change_figures", language, count=changes.figures)
