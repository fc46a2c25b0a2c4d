"""An allocation in words: how each amount came about, how it ended, what fell, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from jiaoheng.county import schema
from jiaoheng.findings import saying
from jiaoheng.language import Language, bracketed, catalogue
from jiaoheng.plans.funding.allocation import Allocation, Grant, Part
from jiaoheng.plans.funding.checks import Judged, Kept
from jiaoheng.plans.funding.heads import Missing
from jiaoheng.plans.funding.rules import TEXTS

Names = Mapping[str, str]
"""School names by code."""


FEW = 3


def told(key: str, language: Language, **values: object) -> str:
    """A text of this planner."""
    return catalogue(TEXTS)[key].say(language, **values)


def yuan(fen: float | None, language: Language) -> str:
    """Fen as yuan with both decimals, thousands separated; unknown in words."""
    if fen is None:
        return told("unknown", language)
    return f"{Decimal(fen) / 100:,.2f}" if isinstance(fen, int) else f"{fen / 100:,.2f}"


def short(fen: int) -> str:
    """Fen as yuan without decimals that are nought: 720, 650.50."""
    return f"{Decimal(fen) / 100:,.2f}".removesuffix(".00")


def stage(name: str, language: Language) -> str:
    """A stage."""
    return schema().label("stage", name, language)


class Term(msgspec.Struct, frozen=True):
    """One component of an amount: which it is, how it was worked out, and how much, in fen."""

    name: str
    text: str
    amount: int | None


def terms(part: Part, grant: Grant, allocation: Allocation, language: Language) -> Iterator[Term]:
    """The components of what a stage gets; those that are nothing are left out."""
    unknown = told("unknown", language)
    pupils = part.pupils if part.pupils is not None else unknown
    yield Term("base", told("part_base", language, pupils=pupils, quota=short(part.quota)), part.base)
    if part.small or (part.small is None and part.pupils is not None):
        counted = "—" if part.counted is None else f"{part.counted:.2f}".rstrip("0").rstrip(".")
        amount = yuan(part.small, language)
        text = told("part_small", language, floor=grant.floor or unknown, counted=counted, amount=amount)
        yield Term("small", text, part.small)
    if part.boarding != 0:
        boarders = part.boarders if part.boarders is not None else unknown
        text = told("part_boarding", language, boarders=boarders, each=short(allocation.boarding))
        yield Term("boarding", text, part.boarding)
    if part.special != 0:
        values = {"disabled": part.disabled if part.disabled is not None else unknown, "quota": short(part.quota)}
        text = told("part_special", language, special=short(allocation.special or 0), **values)
        yield Term("special", text, part.special)
    if part.tilt:
        text = told("part_tilt", language, amount=yuan(part.tilt, language), factor=grant.factor)
        yield Term("tilt", text, part.tilt)
    if part.cut:
        yield Term("cut", told("part_cut", language, amount=yuan(part.cut, language)), -part.cut)


def how(part: Part, grant: Grant, allocation: Allocation, language: Language) -> str:
    """How the amount of a stage came about: 小学：37 人 × 720 元 ＋ … ＝ 72,000.00 元."""
    parts = (" ＋ " if language == "zh" else " + ").join(t.text for t in terms(part, grant, allocation, language))
    key = "part_unknown" if part.total is None else "part_sum"
    head = told("stage_part", language, stage=stage(part.stage, language))
    return head + told(key, language, parts=parts, total=yuan(part.total, language))


def missing_line(each: Missing, names: Names, language: Language) -> str:
    """What is not known, of which school."""
    school = names.get(each.school_id, each.school_id) or told("whole_county", language)
    of = bracketed(stage(each.stage, language), language) if each.stage else ""
    return told(f"missing_{each.what}", language, school=school, stage=of)


def missing_counts(allocation: Allocation, language: Language) -> Iterator[str]:
    """How often what is missing, the most first, where it is more than a few."""
    counts = Counter(each.what for each in allocation.missing)
    if counts.total() > FEW:
        for what, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            yield told("missing_count", language, what=told(f"missing_kind_{what}", language), count=count)


def sentences(allocation: Allocation, language: Language) -> Iterator[str]:
    """How it ended, and what is not in it."""
    broken = ("；" if language == "zh" else "; ").join(
        told(
            "broken_quota", language, stage=stage(each.stage, language), due=short(each.due),
            granted=yuan(each.granted, language),
        )
        for each in allocation.broken
    )  # fmt: skip
    yield told(
        f"ended_{allocation.status}",
        language,
        total=yuan(allocation.total, language),
        given=yuan(allocation.given, language),
        guaranteed=yuan(allocation.guaranteed, language),
        tilt=yuan(allocation.tilt_fund, language),
        shortage=yuan(allocation.shortage, language),
        broken=broken,
        count=len(allocation.missing),
    )
    yield from missing_counts(allocation, language)
    if allocation.tilt_short:
        yield told("tilt_short", language, amount=yuan(allocation.tilt_short, language))
    for each in allocation.outside:
        pupils = f"{each.pupils:,}" if each.pupils is not None else told("unknown", language)
        yield told("outside", language, stage=stage(each.stage, language), pupils=pupils, schools=each.schools)
    if allocation.private_left_out:
        yield told("private_left_out", language, count=len(allocation.private_left_out))


def quota_lines(allocation: Allocation, language: Language) -> Iterator[str]:
    """The quotas as they were used, each with its source."""
    for each in allocation.quotas:
        yield told(
            "quota_line",
            language,
            stage=stage(each.stage, language),
            amount=short(each.fen),
            source=each.source.say(language),
            confidence=confidence(each.confidence, language),
        )


def confidence(name: str, language: Language) -> str:
    """How sure a figure is, in words."""
    key = {"B+": "Bplus"}.get(name, name)
    return told(f"confidence_{key}", language)


def kept_line(each: Kept, names: Names, language: Language) -> str:
    """A figure against last year's."""
    if each.outcome == "unknown":
        subjects = {"quota": stage(each.subject, language), "school": names.get(each.subject, each.subject)}
        subject = subjects.get(each.kind, told("whole_county", language))
        return told("kept_unknown", language, subject=subject, why=told(f"why_{each.why}", language))
    single = each.before, each.after
    pupils = each.pupils_before, each.pupils_after
    every = [
        yuan(amount / count, language) if amount is not None and count else ""
        for amount, count in zip(single, pupils, strict=True)
    ]
    return told(
        f"kept_{each.kind}",
        language,
        stage=stage(each.subject, language) if each.kind == "quota" else "",
        school=names.get(each.subject, each.subject),
        before=yuan(each.before, language),
        after=yuan(each.after, language),
        pupils_before=f"{each.pupils_before or 0:,}",
        pupils_after=f"{each.pupils_after or 0:,}",
        each_before=every[0],
        each_after=every[1],
        schools=each.schools,
        of=each.of,
    )


def outcome(each: Kept, language: Language) -> str:
    """Whether the rule is kept."""
    return told(f"outcome_{each.outcome}", language)


def judged_line(each: Judged, names: Names, language: Language) -> str:
    """An item of the standard before and after."""
    before, after = (_status(status, language) for status in (each.before, each.after))
    line = told("judged", language, item=each.item, before=before, after=after)
    if not each.below_after:
        return line
    separator = "、" if language == "zh" else ", "
    schools = separator.join(names.get(school, school) for school in each.below_after)
    return told("judged_below", language, line=line, schools=schools)


def _status(status: str, language: Language) -> str:
    return saying.say(f"status_{status}", language)
