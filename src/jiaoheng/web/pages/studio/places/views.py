"""The pages of a scenario of places: the answer on two maps, schools, places, mergers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from jiaoheng.ledger import facts, planners, scenarios
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import words
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.plan import PlacesAnswer, Plan
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.web.pages.studio import shown
from jiaoheng.web.pages.studio.places import maps, tables, told
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

Part = dict[str, Any]


class PlacesFilter(forms.Form):
    """Which places are shown."""

    school = forms.ChoiceField(label=gettext_lazy("学校"), required=False)
    which = forms.ChoiceField(
        label=gettext_lazy("哪些"), required=False,
        choices=[("", gettext_lazy("全部")), ("changed", gettext_lazy("只看换学校的"))],
    )  # fmt: skip

    def __init__(self, data: Any, answer: PlacesAnswer, voice: Voice) -> None:
        super().__init__(data)
        codes = {code for each in answer.served for code in (*each.schools, *each.before)}
        school: Any = self.fields["school"]
        named = sorted(((code, voice.school(code)) for code in codes), key=lambda one: one[1])
        school.choices = [("", _("全部")), *named]
        self.is_valid()


def answer(request: Request, scenario: Scenario, plan: Plan | None) -> Part:
    """What the first page of a scenario of places shows besides its frame."""
    given: Part = {"facts": asked_facts(scenario, request)}
    if plan is None or plan.places is None:
        return given
    voice = shown.voice_of(scenario, request.language)
    own = plan.places
    chosen, town = request.GET.get("place", ""), request.GET.get("town", "")
    served = maps.served_in(own)
    link = lambda code: f"?town={town}&place={code}#place"  # noqa: E731
    ground = maps.ground_of(scenario.snapshot)
    given |= {
        "verdict": told.verdict(plan, own, voice, by_hand=bool(scenario.by_hand)),
        "metrics": told.metrics(plan, own, voice) if served else [],
        "lacking": told.lacking(own, voice),
        "notes": told.notes(own, voice),
    }
    if served:
        given |= {
            "maps": maps.pair(scenario, plan, own, voice, link, chosen=chosen, town=town),
            "legend": maps.legend(own),
            "towns": [
                {"url": f"?town={code}#maps", "label": name, "current": code == town}
                for code, name in [("", _("全县")), *maps.towns(facts.tables(scenario.snapshot), ground)]
            ],
            "chosen": {
                "name": voice.place(chosen),
                "facts": told.place(served[chosen], voice),
                "move_url": f"{reverse('scenario_by_hand', args=(scenario.pk,))}?place={chosen}",
            }
            if chosen in served
            else None,
            "compared": tables.compared(own),
            "coefficients": shown.coefficients(plan, voice) if plan.before.balance else None,
            "years": shown.outlook_lines(plan, request.language),
        }
    return given


def asked_facts(scenario: Scenario, request: Request) -> list[Part]:
    """What was asked."""
    asked = planners.read(scenario.planner, scenario.request)
    assert not isinstance(asked, PathRequest)
    language = request.language
    listed: list[Part] = [
        {"label": _("问题"), "value": told.condition_line(scenario, asked, language)},
        {"label": _("数据快照"), "value": scenario.snapshot.name},
    ]
    names = facts.tables(scenario.snapshot).school_names()
    if isinstance(asked, ZonesRequest):
        listed += _zones_facts(asked, names, language)
    else:
        listed += _layout_facts(asked, names, language)
    listed.append({"label": _("提出人"), "value": scenario.made_by.name if scenario.made_by else _("系统")})
    if scenario.by_hand:
        listed.append({"label": _("手工调整"), "value": _("{count} 个村（社区）").format(count=len(scenario.by_hand))})
    if scenario.based_on is not None:
        url = reverse("scenario", args=(scenario.based_on_id,))
        listed.append({"label": _("依据的方案"), "value": scenario.based_on.name, "url": url})
    return listed


@require_safe
@needs("scenario.see")
def seats(request: Request, pk: int) -> HttpResponse:
    """Every school: seats, and pupils year by year."""
    scenario, plan, own = computed(request, pk)
    voice = shown.voice_of(scenario, request.language)
    link = lambda code: f"{reverse('scenario_places', args=(pk,))}?school={code}"  # noqa: E731
    given = {"table": tables.seating(own, voice, link), "lacking": told.lacking(own, voice)}
    return render(request, "studio/places/seats.html", _frame(request, scenario, plan, "scenario_seats") | given)


@require_safe
@needs("scenario.see")
def places(request: Request, pk: int) -> HttpResponse:
    """Every place: where it goes today and by the plan, and why."""
    scenario, plan, own = computed(request, pk)
    voice = shown.voice_of(scenario, request.language)
    form = PlacesFilter(request.GET, own, voice)
    served, chosen = maps.served_in(own), request.GET.get("place", "")
    given = {
        "filters": form,
        "table": tables.places(
            own,
            voice,
            only_changed=form.cleaned_data.get("which") == "changed",
            school=form.cleaned_data.get("school") or "",
        ),
        "chosen": {"name": voice.place(chosen), "facts": told.place(served[chosen], voice)}
        if chosen in served
        else None,
    }
    return render(request, "studio/places/places.html", _frame(request, scenario, plan, "scenario_places") | given)


@require_safe
@needs("scenario.see")
def mergers(request: Request, pk: int) -> HttpResponse:
    """What the rules require of each proposed merger."""
    scenario, plan, own = computed(request, pk)
    voice = shown.voice_of(scenario, request.language)
    listed = [
        {
            "name": voice.school(each.school_id),
            "facts": told.dossier_facts(each, voice),
            "table": tables.villages(each, voice),
            "conditions": [told.condition(code, each) for code in each.conditions],
        }
        for each in own.dossiers
    ]
    given = {"dossiers": listed}
    return render(request, "studio/places/mergers.html", _frame(request, scenario, plan, "scenario_mergers") | given)


def computed(request: Request, pk: int, right: str = "scenario.see") -> tuple[Scenario, Plan, PlacesAnswer]:
    """A scenario of places with its plan; 404 where it is none or has none."""
    scenario = found(request, right, Scenario, pk=pk)
    plan = scenarios.plan_of(scenario)
    if plan is None or plan.places is None:
        raise Http404
    return scenario, plan, plan.places


def _frame(request: Request, scenario: Scenario, plan: Plan, current: str) -> Part:
    from jiaoheng.web.pages.studio.views import frame

    return frame(request, scenario, plan, current)


def _zones_facts(asked: ZonesRequest, names: Any, language: Any) -> list[Part]:
    listed: list[Part] = [
        {"label": _("换一名儿童的学校抵"), "value": told.km(asked.keep)},
        {"label": _("随迁子女留的学位"), "value": f"{100 * asked.migrants:g}%"},
    ]
    if asked.groups:
        groups = _("；").join(_("、").join(names.get(code, code) for code in group) for group in asked.groups)
        listed.append({"label": _("多校划片"), "value": groups})
    if asked.spread:
        listed.append(
            {"label": _("热点学校"), "value": words.listed([names.get(c, c) for c in asked.spread], language)}
        )
    if asked.fixed:
        listed.append({"label": _("固定的村（社区）"), "value": str(len(asked.fixed))})
    return listed


def _layout_facts(asked: LayoutRequest, names: Any, language: Any) -> list[Part]:
    minutes = _("一至三年级 {low} 分钟，四年级以上 {high} 分钟").format(
        low=f"{asked.minutes.get('low', 30):g}", high=f"{asked.minutes.get('high', 45):g}"
    )
    listed: list[Part] = [{"label": _("上学时限"), "value": minutes}]
    consented = [names.get(code, code) for code in asked.consented]
    listed.append(
        {"label": _("可以撤并的学校"), "value": words.listed(consented, language) if consented else _("没有")}
    )
    if asked.consent_not_needed:
        text = _("不足 {count} 人的学校也试算撤并（未征求同意）").format(count=asked.fewest)
        listed.append({"label": _("注意"), "value": text})
    if asked.sites:
        listed.append({"label": _("备选新校"), "value": words.listed([site.name for site in asked.sites], language)})
    listed.append({"label": _("每校最多加学位"), "value": str(asked.expand_all)})
    return listed
