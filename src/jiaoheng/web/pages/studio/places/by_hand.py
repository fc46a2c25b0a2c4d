"""Places are given to other schools by hand: what that does is shown at once, and kept as a scenario of its own.

The address holds what was moved (``to=place:school``, several), so that it can be gone back to and sent to somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, facts, planners, scenarios
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.jobs.scenarios import MENDABLE, said
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans.graph import components
from jiaoheng.plans.plan import PlacesAnswer, Plan, Seating
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones import telling
from jiaoheng.web.pages.studio import shown
from jiaoheng.web.pages.studio.places import maps, tables, told
from jiaoheng.web.pages.studio.places.views import computed
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

Part = dict[str, Any]
MOST = 200


class MoveForm(forms.Form):
    """A place, and the school that it is given to."""

    place = forms.ChoiceField(label=gettext_lazy("村（社区）"), required=False)
    school = forms.ChoiceField(label=gettext_lazy("改到哪所学校"), required=False)

    def __init__(self, data: Any, answer: PlacesAnswer, voice: Voice, chosen: str) -> None:
        super().__init__(data, initial={"place": chosen})
        listed = {
            "place": sorted(((code, voice.place(code)) for code in maps.served_in(answer)), key=lambda one: one[1]),
            "school": sorted(((code, voice.school(code)) for code in _schools(answer)), key=lambda one: one[1]),
        }
        for name, choices in listed.items():
            field: Any = self.fields[name]
            field.choices = [("", "—"), *choices]


class KeepForm(forms.Form):
    """The name of what is kept."""

    name = forms.CharField(label=gettext_lazy("新方案名称"), max_length=80)


class Hand(msgspec.Struct, frozen=True):
    """What was moved, which place is looked at, which town."""

    moved: tuple[tuple[str, str], ...]
    place: str = ""
    town: str = ""

    def address(self, **changes: Any) -> str:
        """The query of a page with changes."""
        own = msgspec.structs.replace(self, **changes)
        query = [("to", f"{place}:{school}") for place, school in own.moved]
        query += [(name, value) for name, value in (("place", own.place), ("town", own.town)) if value]
        return f"?{urlencode(query)}"

    def without(self, place: str) -> str:
        """The query with a place back where the plan has it."""
        return self.address(moved=tuple(one for one in self.moved if one[0] != place))


@needs("scenario.see")
def page(request: Request, pk: int) -> HttpResponse:
    """The map on which places are moved; posted, what is moved is kept as a new scenario."""
    scenario, plan, answer = computed(request, pk)
    if scenario.planner != Scenario.Planner.ZONES:
        raise Refused(_("只有划片方案可以手工调整；布局方案请改条件再算。"))
    voice = shown.voice_of(scenario, request.language)
    hand = _hand(request, answer)
    may_keep = access.may(request.user, "scenario.ask", scenario)
    changed, error = _measured(scenario, plan, hand, request)
    if request.method == "POST":
        kept = _keep(request, scenario, hand, changed)
        if kept is not None:
            return kept
    shown_plan = changed or plan
    own = shown_plan.places or answer
    served, before = maps.served_in(own), maps.served_in(answer)
    county = facts.tables(scenario.snapshot)
    link = lambda code: hand.address(place=code)  # noqa: E731
    given = {
        "scenario": scenario,
        "error": error,
        "map": maps.large(
            scenario, shown_plan, own, voice, link, moved=dict(hand.moved), chosen=hand.place, town=hand.town
        ),
        "towns": [
            {"url": hand.address(town=code), "label": name, "current": code == hand.town}
            for code, name in [("", _("全县")), *maps.towns(county, maps.ground_of(scenario.snapshot))]
        ],
        "form": MoveForm(None, answer, voice, hand.place),
        "hidden": hand,
        "compared": tables.compared(answer, own if changed is not None else None),
        "warnings": warnings(scenario, answer, own, voice, hand) if changed is not None else [],
        "moved": [
            {
                "name": voice.place(place),
                "from": told.schools_line(before[place].schools, voice),
                "to": voice.school(school),
                "undo": hand.without(place),
            }
            for place, school in hand.moved
        ],
        "chosen": {"name": voice.place(hand.place), "facts": told.place(served[hand.place], voice)}
        if hand.place in served
        else None,
        "keep_form": KeepForm(initial={"name": _("{name}（手调）").format(name=scenario.name)[:80]}),
        "may_keep": may_keep and changed is not None,
        "breadcrumbs": [
            {"label": _("方案"), "url": reverse("scenarios")},
            {"label": scenario.name, "url": reverse("scenario", args=(pk,))},
            {"label": _("手工调整")},
        ],
    }
    return render(request, "studio/places/by_hand.html", given)


def warnings(scenario: Scenario, answer: PlacesAnswer, own: PlacesAnswer, voice: Voice, hand: Hand) -> list[str]:
    """What a change by hand does that the plan did not: schools over their seats, areas in pieces, longer ways."""
    known = set(answer.warnings)
    told_of = [
        f"{telling.warning_label(code, subject, voice)}{_('。')}"
        for code, subject in own.warnings
        if (code, subject) not in known and code != "over"
    ]
    over = {(each.school_id, each.year) for each in answer.seating if _over(each) >= 0.5}
    worst: dict[str, Any] = {}
    for each in sorted(own.seating, key=_over):
        if _over(each) >= 0.5 and (each.school_id, each.year) not in over:
            worst[each.school_id] = each
    for code, each in worst.items():
        text = _("{school} {year} 学年超学位 {count} 人。")
        told_of.append(text.format(school=voice.school(code), year=each.year, count=told.whole(_over(each))))
    if not own.areas:
        told_of += _in_pieces(scenario, answer, own, voice)
    served = maps.served_in(own)
    for place, _school in hand.moved:
        each = served[place]
        if each.km is not None and each.before_km is not None and each.km > each.before_km + 1:
            text = _("{place}的上学路比现在远 {km}。")
            told_of.append(text.format(place=voice.place(place), km=told.km(each.km - each.before_km)))
    return told_of


def _in_pieces(scenario: Scenario, answer: PlacesAnswer, own: PlacesAnswer, voice: Voice) -> list[str]:
    """Areas that a layout's change by hand tears apart."""
    before = _pieces(scenario, answer)
    text = _("{school}的片区不再连成一块，分成了 {count} 处。")
    return [
        text.format(school=told.schools_line(schools, voice), count=pieces)
        for schools, pieces in _pieces(scenario, own).items()
        if pieces > max(before.get(schools, 1), 1)
    ]


def _over(seating: Seating) -> float:
    """Children of the catchment beyond the seats; of those at school where the catchment is not told."""
    children = seating.pupils if seating.zoned is None else seating.zoned
    return 0.0 if seating.seats is None else children - seating.seats


def _pieces(scenario: Scenario, answer: PlacesAnswer) -> dict[tuple[str, ...], int]:
    """In how many pieces each area lies."""
    ground = maps.ground_of(scenario.snapshot)
    members: dict[tuple[str, ...], list[int]] = {}
    served = maps.served_in(answer)
    for number, unit in enumerate(ground.places):
        if unit.place_id in served:
            members.setdefault(served[unit.place_id].schools, []).append(number)
    return {schools: len(components(own, ground.near)) for schools, own in members.items()}


def _schools(answer: PlacesAnswer) -> set[str]:
    return {code for each in answer.served for code in each.schools}


def _hand(request: Request, answer: PlacesAnswer) -> Hand:
    """What the address says was moved; what it says of places or schools that are not there is left out."""
    data = request.POST if request.method == "POST" else request.GET
    served, schools = maps.served_in(answer), _schools(answer)
    moved: dict[str, str] = {}
    for pair in data.getlist("to")[:MOST]:
        place, _colon, school = pair.partition(":")
        moved[place] = school
    if data.get("place") and data.get("school"):
        moved.pop(data["place"], None)
        moved[data["place"]] = data["school"]
    real = tuple(
        (place, school)
        for place, school in moved.items()
        if place in served and school in schools and school not in served[place].schools
    )
    place, town = data.get("place", ""), data.get("town", "")
    return Hand(real, place if place in served else "", town if town.isascii() and town.isalnum() else "")


def _measured(scenario: Scenario, plan: Plan, hand: Hand, request: Request) -> tuple[Plan | None, str]:
    """The plan as changed, or why it cannot be."""
    if not hand.moved:
        return None, ""
    try:
        return _again(scenario.pk, str(scenario.computed_at), hand.moved), ""
    except MENDABLE as slip:
        chinese, english = said(slip)
        return None, english if request.language == "en" else chinese


@lru_cache(maxsize=64)
def _again(key: int, computed_at: str, moved: tuple[tuple[str, str], ...]) -> Plan:
    scenario = Scenario.objects.select_related("snapshot__county").get(pk=key)
    plan = scenarios.plan_of(scenario)
    assert plan is not None
    return planners.moved_by_hand(facts.tables(scenario.snapshot), plan, dict(moved))


def _keep(request: Request, scenario: Scenario, hand: Hand, changed: Plan | None) -> HttpResponse | None:
    form = KeepForm(request.POST)
    if changed is None or not form.is_valid():
        messages.error(request, _("请先移动至少一个村（社区），并给新方案起个名称。"))
        return None
    moved: Mapping[str, str] = dict(hand.moved)
    try:
        made = acts.keep_by_hand(request.actor, scenario, name=form.cleaned_data["name"], moved=moved, plan=changed)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, _("已另存为新方案，原方案没有变。"))
    return redirect("scenario", made.pk)
