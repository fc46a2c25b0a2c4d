"""A forecast in words: the same sentences on the command line, on pages and in workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from jiaoheng.county import County, schema
from jiaoheng.forecast.answer import Crossing, Forecast, Oddity, StageForecast, Tested
from jiaoheng.forecast.facts import STAGES
from jiaoheng.forecast.seats import SeatTotal, totals
from jiaoheng.language import Language, catalogue

TEXTS = Path(__file__).with_name("texts.toml")
NAMED = 6
"""Up to this many schools or towns are named in a sentence."""
_LIST = {"zh": "、", "en": "; "}
METHODS = ("naive", "linear", "mean_ratios", "sum_ratios", "average", "jiaoheng")


def say(key: str, language: Language, **values: object) -> str:
    """A text of this room."""
    return catalogue(TEXTS)[key].say(language, **values)


class Voice(msgspec.Struct, frozen=True):
    """For whom it is said: the names of schools and places by code, and the language."""

    schools: Mapping[str, str]
    places: Mapping[str, str]
    language: Language

    @classmethod
    def of(cls, county: County, language: Language) -> Voice:
        """The voice in which a county's forecasts speak."""
        rows = county["places"].to_pylist()
        return cls(county.school_names(), {row["place_id"]: row["name"] or row["place_id"] for row in rows}, language)

    def say(self, key: str, **values: object) -> str:
        """A text of this room."""
        return say(key, self.language, **values)

    def school(self, code: str) -> str:
        """A school's name; its code where it has none."""
        return self.schools.get(code, code)

    def place(self, code: str) -> str:
        """A place's name; of the schools of no known town, that."""
        return self.places.get(code, code) if code else self.say("no_town")

    def stage(self, stage: str) -> str:
        """A stage's name within a sentence."""
        label = schema().label("stage", stage, self.language)
        return label if self.language == "zh" else label.lower()

    def grade(self, grade: int) -> str:
        """A grade's name."""
        return schema().label("grade", grade, self.language)

    def listed(self, names: list[str], more: int = 0) -> str:
        """Names in a row; how many more there are."""
        told = _LIST[self.language].join(names)
        return told + (self.say("and_more", count=more) if more > 0 else "")

    def method(self, method: str) -> str:
        """What a method of the back-test is called."""
        return self.say(f"method_{method}")


def whole(value: float) -> str:
    """Pupils in whole numbers, with commas."""
    return f"{value:,.0f}".replace("-0", "0") if abs(value) < 0.5 else f"{value:,.0f}"


def sentences(county: County, forecast: Forecast, language: Language) -> Iterator[str]:
    """What the forecast says: how many, where seats are short, who crosses 56, how sure it is, what was odd."""
    voice = Voice.of(county, language)
    yield voice.say(f"title_{forecast.variant}", county=forecast.county, base=forecast.base_year, until=forecast.until)
    for stage in STAGES:
        yield from _stage(forecast, stage, voice)
    yield from _seats(totals(county, forecast), forecast, voice)
    yield from _crossings(forecast, voice)
    yield from _sure(forecast, voice)
    yield from _odd(forecast, voice)
    for note in forecast.notes:
        yield note_line(note, voice)


def _stage(forecast: Forecast, stage: str, voice: Voice) -> Iterator[str]:
    ahead = [each for each in forecast.stages if each.level == "county" and each.stage == stage]
    before = {each.year: each.pupils for each in forecast.history if each.level == "county" and each.stage == stage}
    if not ahead or stage not in forecast.bases:
        return
    base = forecast.bases[stage]
    today, last = before[base], ahead[-1]
    series = {year: count for year, count in before.items() if year == base} | {
        each.year: each.pupils.value for each in ahead
    }
    most = max(series, key=lambda year: series[year])
    change = last.pupils.value - today
    key = "stage_same" if abs(change) < 0.005 * today else "stage_more" if change > 0 else "stage_fewer"
    yield voice.say(
        key,
        stage=voice.stage(stage),
        base=base,
        today=whole(today),
        until=last.year,
        value=whole(last.pupils.value),
        low=whole(last.pupils.low),
        high=whole(last.pupils.high),
        by=whole(abs(change)),
        share=f"{100 * abs(change) / today:.0f}" if today else "—",
    ) + _peak(most, series, base, last, voice)


def _peak(most: int, series: Mapping[int, float], base: int, last: StageForecast, voice: Voice) -> str:
    if most in (base, last.year):
        return ""
    return voice.say("peak", year=most, value=whole(series[most]))


def _seats(found: tuple[SeatTotal, ...], forecast: Forecast, voice: Voice) -> Iterator[str]:
    for stage in STAGES:
        of_county = [each for each in found if each.level == "county" and each.stage == stage]
        if not of_county:
            continue
        if not any(each.seats for each in of_county):
            yield voice.say("seats_unknown", stage=voice.stage(stage))
            continue
        last = of_county[-1]
        worst = max(of_county, key=lambda each: each.short)
        if worst.short >= 0.5:
            lacking = sum(
                (each.short or 0.0) >= 0.5 for each in forecast.seats if (each.stage, each.year) == (stage, worst.year)
            )
            yield voice.say(
                "seats_short", stage=voice.stage(stage), year=worst.year, schools=lacking, short=whole(worst.short)
            ) + _towns(found, stage, voice)
        else:
            key = "seats_enough_known" if last.unknown else "seats_enough"
            yield voice.say(key, stage=voice.stage(stage), until=last.year)
        if last.spare >= 0.5 and last.seats:
            yield voice.say(
                "seats_spare",
                stage=voice.stage(stage),
                until=last.year,
                spare=whole(last.spare),
                share=f"{100 * last.spare / last.seats:.0f}",
            )
        if last.unknown:
            yield voice.say("seats_some_unknown", stage=voice.stage(stage), count=last.unknown)


def _towns(found: tuple[SeatTotal, ...], stage: str, voice: Voice) -> str:
    """The towns that lack seats even if every school of theirs were full, each in its worst year."""
    worst: dict[str, SeatTotal] = {}
    for each in found:
        if each.level == "town" and each.stage == stage and each.net <= -0.5:
            worst[each.subject] = min(worst.get(each.subject, each), each, key=lambda total: total.net)
    if not worst:
        return voice.say("towns_enough")
    order = sorted(worst.values(), key=lambda each: (each.net, each.subject))
    named = [
        voice.say("town_short", town=voice.place(each.subject), year=each.year, short=whole(-each.net))
        for each in order[:NAMED]
    ]
    return voice.say("towns_short", towns=voice.listed(named, len(order) - len(named)))


def _crossings(forecast: Forecast, voice: Voice) -> Iterator[str]:
    first: dict[str, Crossing] = {}
    for each in forecast.crossings:
        known = first.get(each.school_id)
        if known is None or (each.year, -each.class_mean) < (known.year, -known.class_mean):
            first[each.school_id] = each
    if not forecast.seats or all(each.class_mean is None for each in forecast.seats):
        return
    if not first:
        yield voice.say("no_crossings")
        return
    order = sorted(first.values(), key=lambda each: (each.year, -each.class_mean, each.school_id))
    named = [crossing_line(each, voice) for each in order[:NAMED]]
    yield voice.say("crossings", count=len(order), schools=voice.listed(named, len(order) - len(named)))


def crossing_line(each: Crossing, voice: Voice) -> str:
    """A school's grade that crosses 56, in a few words."""
    key = "crossing_sure" if each.sure else "crossing"
    return voice.say(
        key,
        school=voice.school(each.school_id),
        grade=voice.grade(each.grade),
        year=each.year,
        mean=f"{each.class_mean:.0f}",
    )


def _sure(forecast: Forecast, voice: Voice) -> Iterator[str]:
    for stage in STAGES:
        used = {(each.level, each.horizon): each for each in forecast.tests if each.used and each.stage == stage}
        if not used:
            if stage in forecast.bases:
                yield voice.say("not_tested", stage=voice.stage(stage))
            continue
        parts = [
            voice.say(
                "tested_level",
                level=voice.say(f"level_{level}"),
                errors=" / ".join(f"{used[level, horizon].error:.1f}%" for horizon in _horizons(used, level)),
                years=" / ".join(str(horizon) for horizon in _horizons(used, level)),
                best=" / ".join(_best(forecast, level, stage, horizon) for horizon in _horizons(used, level)),
            )
            for level in ("county", "school")
            if _horizons(used, level)
        ]
        yield voice.say(
            "tested", stage=voice.stage(stage), parts=("；" if voice.language == "zh" else "; ").join(parts)
        )


def _horizons(used: Mapping[tuple[str, int], Tested], level: str) -> list[int]:
    return sorted(horizon for own, horizon in used if own == level)


def _best(forecast: Forecast, level: str, stage: str, horizon: int) -> str:
    others = [
        each.error
        for each in forecast.tests
        if (each.level, each.stage, each.horizon) == (level, stage, horizon) and not each.used
    ]
    return f"{min(others):.1f}%" if others else "—"


def _odd(forecast: Forecast, voice: Voice) -> Iterator[str]:
    for key, mistake in (("oddities", True), ("changes", False)):
        own = [each for each in forecast.oddities if each.mistake == mistake]
        if own:
            named = [oddity_line(each, voice) for each in own[:3]]
            yield voice.say(key, count=len(own), named=voice.listed(named, len(own) - len(named)))


def oddity_line(each: Oddity, voice: Voice) -> str:
    """A school's odd year, in a few words."""
    return voice.say(
        "oddity",
        school=voice.school(each.school_id),
        year=each.year,
        what=voice.grade(each.grade) if each.grade is not None else voice.stage(each.stage) if each.stage else "",
        reported=whole(each.reported),
        expected=whole(each.expected),
        why=why_line(each, voice),
    )


def why_line(each: Oddity, voice: Voice) -> str:
    """Why a school's year is odd."""
    return voice.say(f"why_{each.why}", other=voice.school(each.other) if each.other else "")


def note_line(note: str, voice: Voice) -> str:
    """What a code of ``Forecast.notes`` says."""
    code, *told = note.split(":")
    if code in ("base", "no_enrolment"):
        return voice.say(f"note_{code}", stage=voice.stage(told[0]), year=told[1] if len(told) > 1 else "")
    if code in ("not_told", "opening"):
        return voice.say(f"note_{code}", school=voice.school(told[0]), year=told[1] if len(told) > 1 else "")
    return voice.say(f"note_{code}", count=told[0] if told else "", year=told[0] if told else "")
