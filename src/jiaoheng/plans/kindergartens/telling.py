"""A plan of kindergarten seats in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from jiaoheng.county import County
from jiaoheng.findings import words as found_words
from jiaoheng.findings.words import number
from jiaoheng.language import Language, catalogue
from jiaoheng.plans.kindergartens.planning import Case, KindergartenPlan

TEXTS = Path(__file__).with_name("texts.toml")
_BETWEEN = {"zh": "、", "en": ", "}


def say(key: str, language: Language, **values: object) -> str:
    """A text of kindergarten seats."""
    return catalogue(TEXTS)[key].say(language, **values)


class Voice(msgspec.Struct, frozen=True):
    """The names of schools and places, and the language."""

    names: Mapping[str, str]
    language: Language

    @classmethod
    def of(cls, county: County, language: Language) -> Voice:
        """The voice for a county."""
        columns = (county["places"][column].to_pylist() for column in ("place_id", "name"))
        places = {code: name or code for code, name in zip(*columns, strict=True)}
        return cls(places | county.school_names() | {"": county.name}, language)

    def name(self, code: str) -> str:
        """A school's or place's name; its code where it has none."""
        return self.names.get(code, code)


def sentences(plan: KindergartenPlan, voice: Voice) -> Iterator[str]:
    """The whole answer: children and seats, what must be done in each case, what was taken for granted."""
    language, request = voice.language, plan.request
    first = min(each.year for each in plan.towns)
    yield say(
        "headline", language, county=plan.county, first=first, until=request.until, public=_percent(request.public),
        inclusive=_percent(request.inclusive),
    )  # fmt: skip
    yield say(f"rate_{plan.rate_by}", language, rate=_percent(plan.rate))
    for year in sorted({first, request.until}):
        rows = [each for each in plan.towns if each.year == year]
        sums = {key: sum(getattr(each, key) for each in rows) for key in ("children", "pupils", "public", "private")}
        yield say("year", language, year=year, **{key: number(value, 0) for key, value in sums.items()})
    if len(plan.cases) > 1:
        yield say("unknown", language)
    for case in plan.cases:
        yield from _case(case, voice)
    for code in dict.fromkeys(code for code, _ in plan.notes):
        own = [voice.name(subject) for each, subject in plan.notes if each == code]
        yield say(f"note_{code}", language, count=len(own), named=found_words.listed(own, language))
    yield say("basis", language)


def _case(case: Case, voice: Voice) -> Iterator[str]:
    language, added = voice.language, case.added
    lead = say(f"case_{case.known}", language)
    worst = tuple(min(each[at] for each in case.today) for at in (1, 2))
    yield lead + say("today", language, public=_percent(worst[0]), inclusive=_percent(worst[1]))
    if not added.seats and not added.turned:
        yield say("enough", language)
        return
    if added.seats:
        named = _BETWEEN[language].join(
            say("at", language, name=voice.name(town), count=number(seats)) for town, seats in added.seats
        )
        yield say("add", language, count=number(sum(seats for _, seats in added.seats)), named=named)
    if added.turned:
        listed = found_words.listed([voice.name(code) for code, _, _ in added.turned], language)
        seats = sum(count for _, _, count in added.turned)
        yield say("turn", language, count=len(added.turned), seats=number(seats), named=listed)
    then = tuple(min(each[at] for each in case.then) for at in (1, 2))
    yield say("then", language, public=_percent(then[0]), inclusive=_percent(then[1]))
    yield say("proven" if added.proven else "unproven", language)


def _percent(share: float) -> str:
    """A share in percent, never told as more than it is."""
    return f"{math.floor(1000 * share + 1e-6) / 10:g}"
