"""A plan in words: the same sentences on the command line, on pages, in tasks and in workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from jiaoheng.county import County, schema
from jiaoheng.county.moves import KINDS, Move, Reason
from jiaoheng.findings import words
from jiaoheng.findings.words import number
from jiaoheng.language import Language, Text, bracketed, catalogue
from jiaoheng.plans import sums
from jiaoheng.plans.plan import Outlook, PlacesAnswer, Plan
from jiaoheng.standards import Standard, load

TEXTS = Path(__file__).with_name("texts.toml")
_BETWEEN = {"zh": "；", "en": "; "}
_CLAUSE = {"zh": "，", "en": ", "}
_LIST = {"zh": "、", "en": ", "}
NAMED = 6
"""Up to this many schools or moves are named in a sentence."""


class Voice(msgspec.Struct, frozen=True):
    """For whom it is said: the standard whose checks are named, schools and places by their codes, the language."""

    standard: Standard
    names: Mapping[str, str]
    language: Language
    places: Mapping[str, str] = {}

    @classmethod
    def of(cls, standard: str, county: County, language: Language, moves: Iterable[Move] = ()) -> Voice:
        """The voice in which the plans of a county speak; schools that ``moves`` open have their names too."""
        opened = {move.site.school_id: move.site.name for move in moves if move.site is not None}
        columns = (county["places"][column].to_pylist() for column in ("place_id", "name"))
        places = {code: name or code for code, name in zip(*columns, strict=True)}
        return cls(load(standard), opened | county.school_names(), language, places)

    def school(self, code: str) -> str:
        """A school's name; its code where it has none."""
        return self.names.get(code, code)

    def place(self, code: str) -> str:
        """A place's name; its code where it has none."""
        return self.places.get(code, code)

    def check(self, check: str) -> str:
        """A check's name."""
        return words.check_label(self.standard, check, self.language)

    def knows(self, check: str) -> bool:
        """Whether the standard has this check's item."""
        return any(item.id == check.partition("/")[0] for item in self.standard.items)

    def stage(self, stage: str, school: str = "") -> str:
        """A stage's name; after a school's name in brackets."""
        if not stage:
            return ""
        label = words.stage_label(stage, self.language)
        return bracketed(label.lower(), self.language) if school else label

    def say(self, key: str, **values: object) -> str:
        """A text of this room."""
        return say(key, self.language, **values)


def say(key: str, language: Language, **values: object) -> str:
    """A text of this room."""
    return catalogue(TEXTS)[key].say(language, **values)


def there(key: str) -> bool:
    """Whether this room has such a text."""
    return key in catalogue(TEXTS)


def money(yuan: float | None, language: Language) -> str:
    """An amount of money as it is read aloud: 万元 and 亿元 in Chinese, whole yuan in English; a dash where unknown."""
    if yuan is None:
        return "—"
    if language == "en":
        return say("yuan", language, amount=_plain(yuan, 0 if abs(yuan) >= 100 else 2)).replace("¥-", "-¥")
    if abs(yuan) >= 1e8:
        return say("yuan_100m", language, amount=_plain(yuan / 1e8, 4))
    if abs(yuan) >= 1e4:
        return say("yuan_10k", language, amount=_plain(yuan / 1e4, 2))
    return say("yuan", language, amount=_plain(yuan, 2))


def year_label(year: int, language: Language) -> str:
    """A school year."""
    return say("school_year", language, year=year, next=year + 1)


def now_label(year: int, language: Language) -> str:
    """The county as it is, in a school year."""
    return say("outlook_before", language, year=year)


def pupils_label(count: float, language: Language) -> str:
    """A number of pupils."""
    return say("pupils", language, count=number(count, 0))


def kind_label(kind: str, language: Language) -> str:
    """What a kind of move is called, short enough for a table."""
    return KINDS[kind].label.say(language) if kind in KINDS else kind


def stage_line(check: str, stage: str, voice: Voice) -> dict[str, str]:
    """The words in which a rule's texts name it: its stage and item, and the comma between them."""
    named = voice.stage(stage)
    comma = ", " if voice.language == "en" and named else ""
    return {"stage": named, "item": voice.check(check) if voice.knows(check) else check, "comma": comma}


def move_what(move: Move, voice: Voice) -> str:
    """What is ordered, without the school and the year: 新招教师 3 人."""
    language = voice.language
    grade = "" if move.grade is None else schema().label("grade", move.grade, language)
    given = {
        "kind": kind_label(move.kind, language),
        "amount": number(move.amount),
        "money": money(move.amount, language),
        "to": voice.school(move.to_school),
        "grade": grade,
        "place": voice.place(move.place_id),
    }
    told = say(f"move_{move.kind}" if there(f"move_{move.kind}") else "move_other", language, **given)
    if move.from_school:
        told += say("move_zone_from", language, **{"from": voice.school(move.from_school)})
    if move.area:
        told += say("move_area", language, area=number(move.area, 0))
    if move.holds:
        told += say("move_transfer_holds", language, holds=_LIST[language].join(_held(move.holds, language)))
    if move.km is not None:
        told += say("move_transfer_km", language, km=number(move.km, 1))
    if move.teachers:
        told += say("move_teachers", language, teachers=_LIST[language].join(move.teachers))
    return told


def move_when(move: Move, language: Language) -> str:
    """When it is done and when it counts."""
    if move.begun is None:
        return say("move_counts", language, year=move.year)
    return say("move_when", language, begun=move.begun, year=move.year)


def move_cost(move: Move, language: Language) -> str:
    """What it costs."""
    return say("move_costs", language, money=money(move.cost, language)) if move.cost else say("move_free", language)


def move_line(move: Move, voice: Voice) -> str:
    """One move as a sentence without its full stop: school, what, when, for how much."""
    school = voice.school(move.school_id)
    told = say(
        "move_line",
        voice.language,
        school=school,
        stage=voice.stage(move.stage, school),
        what=move_what(move, voice),
    )
    return _CLAUSE[voice.language].join((told, move_when(move, voice.language), move_cost(move, voice.language)))


def reason_line(reason: Reason, voice: Voice) -> str:
    """The rule that asks for a move, without its full stop."""
    if reason.rule.startswith("layout_"):
        lacked = reason.short or 0.0
        return voice.say(f"reason_{reason.rule}", short=number(lacked, 0), money=money(lacked, voice.language))
    named = stage_line(reason.check, reason.stage, voice)
    if reason.rule == "class_size":
        return voice.say("reason_class_size", **named)
    if reason.rule == "coefficient":
        balance = voice.standard.balance
        limit = balance.limits.get(reason.stage) if balance else None
        if limit is None:
            return voice.say("reason_coefficient_plain", **named)
        return voice.say("reason_coefficient", limit=words.fixed(limit, 2), **named)
    rule = voice.standard.schools
    share = words.share(rule.floor if rule else 1.0)
    key = f"reason_{'floor' if reason.rule == 'floor' else 'threshold'}"
    if reason.short is None or not voice.knows(reason.check):
        return voice.say(f"{key}_unknown", share=share, **named)
    item = voice.standard.item(reason.check.partition("/")[0])
    short = words.shortfall(reason, item, voice.language)
    return voice.say(key, short=short, share=share, **named)


def reasons_line(move: Move, voice: Voice) -> str:
    """Why a move is made, without the full stop."""
    told = [reason_line(reason, voice) for reason in move.reasons]
    return _BETWEEN[voice.language].join(told) if told else voice.say("reason_none")


def headline(plan: Plan, voice: Voice) -> str:
    """What the plan says, in one sentence: what it costs, until when, whether the county passes."""
    if plan.planner == "layout" and plan.places is not None:
        return _layout_headline(plan, plan.places, voice)
    certificate = plan.certificate
    share = sums.pupil_share(sums.last(plan))
    given = {
        "county": plan.county,
        "until": plan.until,
        "cost": money(plan.cost, voice.language),
        "share": "—" if share is None else number(share, 1),
    }
    if certificate.status in ("infeasible", "unfinished"):
        return voice.say(f"headline_{certificate.status}", **given)
    if certificate.sense == "minimise" and plan.after and plan.after[-1].verdict == "unknown":
        # No money was lacking, but figures: all that is known is reached.
        return voice.say("headline_known" if plan.moves else "headline_known_nothing", **given)
    if certificate.sense == "maximise" or not sums.passes(plan):
        return voice.say("headline_most" if certificate.status == "optimal" else "headline_many", **given)
    if not plan.moves:
        return voice.say("headline_nothing", **given)
    return voice.say(f"headline_{certificate.status}", **given)


def _layout_headline(plan: Plan, places: PlacesAnswer, voice: Voice) -> str:
    certificate = plan.certificate
    now = places.before[-1].schools if places.before else 0
    then = places.after[-1].schools if places.after else now
    key = "headline_layout" if plan.moves else "headline_layout_nothing"
    if certificate.status in ("infeasible", "unfinished"):
        key = f"headline_layout_{certificate.status}"
    return voice.say(
        key,
        county=plan.county,
        stage=voice.stage(places.stage).lower(),
        until=plan.until,
        now=now,
        then=then,
        cost=money(plan.cost, voice.language),
        yearly=money(certificate.objective, voice.language),
    )


def outlook_line(outlook: Outlook, language: Language) -> str:
    """How many pass in a year, and how even the county is, without the full stop."""
    share = sums.pupil_share(outlook)
    told = say(
        "outlook_line",
        language,
        passing=outlook.passing,
        total=outlook.sections,
        share="—" if share is None else number(share, 1),
    )
    judged = [even for even in outlook.balance if even.at_most is not None]
    fails = sum(even.status == "fails" for even in judged)
    unknown = sum(even.status == "unknown" for even in judged)
    parts = [told]
    if fails:
        parts.append(say("outlook_evens_fail", language, count=len(judged), fails=fails))
    elif judged and not unknown:
        parts.append(say("outlook_evens_meet", language, count=len(judged)))
    if unknown:
        parts.append(say("outlook_evens_unknown", language, count=len(judged), unknown=unknown))
    return _BETWEEN[language].join(parts)


def unit_label(unit: str, figure: str, language: Language) -> str:
    """A unit as it follows a figure: one of the county's units by its key, else the word that is given."""
    known = schema().units.get(unit)
    return known.label.after(figure, language) if known else unit


def measured(amount: float, unit: str, language: Language) -> str:
    """A figure with its unit; money as money."""
    if unit == "yuan":
        return money(amount, language)
    shown = number(amount)
    return f"{shown} {unit_label(unit, shown, language)}".strip()


def after(text: str, figure: str, language: Language) -> str:
    """A unit of this room as it follows a figure."""
    label: Text = catalogue(TEXTS)[text]
    return label.after(figure, language)


def listed(names: Iterable[str], language: Language) -> str:
    """Names for a sentence: all of a few, the first of many."""
    return words.listed(list(names), language, _LIST)


def _held(holds: Iterable[str], language: Language) -> list[str]:
    """The figures of the staff table in which a person counts, by their labels."""
    labels = {column.name: column.label for column in schema().tables["staff"].columns}
    return [labels[name].say(language) if name in labels else name for name in holds]


def _plain(amount: float, decimals: int) -> str:
    """A figure with thousands separated and no more decimals than it needs."""
    shown = f"{amount:,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
