"""What a layout says besides its moves: seats that lack, ways before and after, the dossier of each change."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from jiaoheng.county.moves import KINDS
from jiaoheng.findings.words import number
from jiaoheng.plans import words
from jiaoheng.plans.plan import Dossier, PlacesAnswer, Plan
from jiaoheng.plans.words import Voice

_LIST = {"zh": "、", "en": ", "}
_BETWEEN = {"zh": "；", "en": "; "}


def lines(plan: Plan, voice: Voice) -> Iterator[str]:
    """The whole of it, each a sentence with or without its full stop."""
    places = plan.places
    if places is None:
        return
    if plan.certificate.status == "infeasible":
        yield lacking_line(places, voice) if places.lacking else voice.say("layout_out_of_reach")
        return
    if plan.certificate.status == "unfinished":
        return
    if plan.moves:
        counted = Counter(move.kind for move in plan.moves)
        parts = [
            voice.say("layout_count", kind=words.kind_label(kind, voice.language), count=counted[kind])
            for kind in KINDS
            if counted[kind]
        ]
        yield voice.say("layout_changes", parts=_LIST[voice.language].join(parts))
    yield from _ways(plan, places, voice)
    if not plan.request.get("consented") and not plan.request.get("consent_not_needed"):
        yield voice.say("layout_no_consent")
    for dossier in places.dossiers:
        yield dossier_line(dossier, plan, voice)


def lacking_line(places: PlacesAnswer, voice: Voice) -> str:
    """The smallest set of seats to add, and where, as a sentence; empty where nothing lacks."""
    if not places.lacking:
        return ""
    named = [
        voice.say("layout_lacking_one", school=voice.school(code), count=number(seats, 0))
        for code, seats in places.lacking
    ]
    total = sum(seats for _, seats in places.lacking)
    return voice.say("layout_lacking", count=number(total, 0), places=_BETWEEN[voice.language].join(named))


def _ways(plan: Plan, places: PlacesAnswer, voice: Voice) -> Iterator[str]:
    if not places.after or not places.before:
        return
    before, after = places.before[-1], places.after[-1]
    yield voice.say(
        "layout_ways",
        year=after.year,
        children=_count(after.children),
        before=_km(before.mean_km),
        after=_km(after.mean_km),
        worst=_km(after.worst_km),
        minutes=_minutes(after.worst_minutes),
        moved=_count(places.moved),
    )
    if math.ceil(before.over_capacity - 0.5) > 0:
        over = {"before": _count(before.over_capacity), "after": _count(after.over_capacity)}
        yield voice.say("layout_over", year=after.year, **over)
    if after.too_far >= 0.5:
        low = number(min(plan.request["minutes"].values()), 0)
        yield voice.say("layout_far", count=_count(after.too_far), low=low)
    early = [each for each in places.after if each.over_capacity >= 0.5]
    if early:
        told = [voice.say("layout_early_one", year=each.year, count=_count(each.over_capacity)) for each in early]
        first = max(each.year for each in early) + 1
        yield voice.say("layout_early", year=first, years=_LIST[voice.language].join(told))


def dossier_line(dossier: Dossier, plan: Plan, voice: Voice) -> str:
    """A merger or a new teaching point, with what the rules ask of it, without the full stop."""
    point = any(move.kind == "to_point" and move.school_id == dossier.school_id for move in plan.moves)
    known = [way for way in dossier.villages if way.before_km is not None and way.after_km is not None]
    children = sum(way.children for way in known)
    mean = {
        name: sum(way.children * (getattr(way, f"{name}_km") or 0.0) for way in known) / children if children else None
        for name in ("before", "after")
    }
    told = voice.say(
        "layout_dossier_point" if point else "layout_dossier",
        school=voice.school(dossier.school_id),
        to=voice.school(dossier.to_school),
        year=dossier.year,
        pupils=_count(dossier.pupils),
        villages=len({way.place_id for way in dossier.villages}),
        before=_km(mean["before"]),
        after=_km(mean["after"]),
        worst=_km(max((way.after_km or 0.0 for way in known), default=None)),
        minutes=_minutes(max((way.after_minutes or 0.0 for way in known), default=None)),
    )
    if dossier.mean_class_before is not None and dossier.mean_class_after is not None:
        sizes = {"before": number(dossier.mean_class_before, 1), "after": number(dossier.mean_class_after, 1)}
        told += voice.say("layout_classes", **sizes)
    if dossier.beds_needed:
        beds = "—" if dossier.beds is None else number(dossier.beds, 0)
        told += voice.say("layout_beds", needed=_count(math.ceil(dossier.beds_needed - 1e-6)), beds=beds)
    if dossier.conditions:
        conditions = [voice.say(f"condition_{each}") for each in dossier.conditions]
        told += voice.say("layout_conditions", conditions=_BETWEEN[voice.language].join(conditions))
    return told


def _count(children: float) -> str:
    return number(round(children), 0)


def _km(km: float | None) -> str:
    return "—" if km is None else number(km, 1)


def _minutes(minutes: float | None) -> str:
    return "—" if minutes is None else number(math.ceil(minutes - 1e-6), 0)
