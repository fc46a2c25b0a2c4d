"""A plan of catchments in sentences, the same on the command line, on pages and in tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jiaoheng.county import schema
from jiaoheng.findings import words as found_words
from jiaoheng.findings.words import number
from jiaoheng.language import Language, catalogue
from jiaoheng.plans.lines import sentence, year_line
from jiaoheng.plans.plan import PlacesAnswer, Plan, Served
from jiaoheng.plans.proof_words import gap_label
from jiaoheng.plans.words import Voice

TEXTS = Path(__file__).with_name("texts.toml")
_LIST = {"zh": "、", "en": ", "}
_COUNTED = ("present_nearest", "children_elsewhere", "detour", "detour_dropped", "lacking_unproven")


def say(key: str, language: Language, **values: object) -> str:
    """A text of catchments."""
    return catalogue(TEXTS)[key].say(language, **values)


def zones_sentences(plan: Plan, voice: Voice) -> Iterator[str]:
    """The whole answer: what comes out, whether seats are lacking, what is proven, ways, changes, what was assumed."""
    places = plan.places
    if places is None:
        return
    language = voice.language
    first = min(each.year for each in places.served)
    rows = [each for each in places.served if each.year == first]
    lacking = sum(amount for _, amount in places.lacking)
    key = "headline" if not places.lacking else "headline_lacking" if _proven(plan) else "headline_lacking_unproven"
    yield say(
        key, language, county=plan.county, stage=schema().label("stage", places.stage, language), first=first,
        until=plan.until, places=len(rows), schools=len({school for each in rows for school in each.schools}),
        lacking=number(lacking),
    )  # fmt: skip
    if places.lacking:
        named = _LIST[language].join(
            say("lacking_at", language, school=voice.school(code), amount=number(amount))
            for code, amount in places.lacking
        )
        yield say("lacking", language, named=named)
    yield from _proof(plan, voice)
    yield from _ways(places, voice)
    yield from _noted(places, voice)
    for year in plan.after[-1:]:
        yield sentence(year_line(year, language), language)


def why_label(served: Served, voice: Voice) -> str:
    """Why a place goes where it goes, in words, with the nearest school where it goes to another."""
    told = _LIST[voice.language].join(say(f"why_{code}", voice.language) for code in served.why)
    if not served.nearest:
        return told
    return told + say("nearest_is", voice.language, school=voice.school(served.nearest))


def warning_label(code: str, subject: str, voice: Voice) -> str:
    """What a change by hand breaks."""
    name = voice.school(subject) if code == "over" else voice.place(subject)
    return say(f"warning_{code}", voice.language, name=name)


def note_lines(places: PlacesAnswer, voice: Voice) -> Iterator[str]:
    """What was taken for granted and what the map lacks."""
    yield from _noted(places, voice)


def _proven(plan: Plan) -> bool:
    return plan.certificate.status == "infeasible"


def _proof(plan: Plan, voice: Voice) -> Iterator[str]:
    certificate, language = plan.certificate, voice.language
    if certificate.objective is None or certificate.bound is None or certificate.gap is None:
        yield say("proof_none", language)
    else:
        key = "proof_exact" if certificate.gap <= 1e-9 else "proof_optimal"
        if certificate.gap > certificate.tolerance:
            key = "proof_feasible"
        yield say(key, language, gap=gap_label(certificate.gap), bound=number(certificate.bound, 0),
                  value=number(certificate.objective, 0))  # fmt: skip
    if certificate.solver:
        yield voice.say("proof_by", solver=certificate.solver, seconds=number(certificate.seconds, 1))


def _ways(places: PlacesAnswer, voice: Voice) -> Iterator[str]:
    language = voice.language
    before, after = places.before[0], places.after[0]
    yield say(
        "ways", language, year=after.year, before=_km(before.mean_km), after=_km(after.mean_km),
        worst_before=_km(before.worst_km), worst=_km(after.worst_km),
    )  # fmt: skip
    yield say("over", language, before=number(before.over_capacity, 0), after=number(after.over_capacity, 0))
    if after.too_far:
        yield say("too_far", language, children=number(after.too_far, 0), before=number(before.too_far, 0))
    key = "moved_nearest" if any(code == "present_nearest" for code, _ in places.notes) else "moved"
    share = 100 * places.moved / after.children if after.children else 0.0
    yield say(key, language, children=number(places.moved, 0), share=number(share, 1))


def _noted(places: PlacesAnswer, voice: Voice) -> Iterator[str]:
    language = voice.language
    yield say(f"boundaries_{places.boundaries}", language)
    for key, members in (("islands", places.islands), ("unplaced", places.unplaced)):
        if members:
            named = found_words.listed([voice.place(each) for each in members], language)
            yield say(key, language, count=len(members), named=named)
    joined = [f"{voice.place(one)}—{voice.place(other)}" for one, other in places.links
              if one not in places.islands and other not in places.islands]  # fmt: skip
    if joined:
        yield say("links", language, count=len(joined), named=found_words.listed(joined, language))
    for code, count in Counter(code for code, _ in places.notes).items():
        subjects = [subject for own, subject in places.notes if own == code]
        if code in _COUNTED or not subjects[0]:
            yield say(f"note_{code}", language, count=subjects[0])
        else:
            of_place = code == "left_nowhere"
            names = [voice.place(each) if of_place else voice.school(each) for each in subjects]
            yield say(f"note_{code}", language, count=count, named=found_words.listed(names, language))


def _km(amount: float | None) -> str:
    return "—" if amount is None else number(amount, 2)
