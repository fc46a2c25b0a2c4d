"""A scenario is adopted: its moves are chosen, who does what, what tasks that makes, and then they are made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import adoption, scenarios, targets
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import adoption as acts
from jiaoheng.ledger.actions.tasks import VERIFIERS
from jiaoheng.ledger.adoption import SCHOOL, Draft
from jiaoheng.ledger.models import Organisation, Scenario
from jiaoheng.plans import words
from jiaoheng.plans.plan import Plan
from jiaoheng.web.pages.studio import moves, shown
from jiaoheng.web.pages.studio.places import told
from jiaoheng.web.pages.tasks.forms import UnitField, own_verifier, units
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

Kind = Organisation.Kind


class AdoptForm(forms.Form):
    """Which moves, who does each kind, who verifies."""

    verifier = UnitField(
        queryset=Organisation.objects.none(), label=gettext_lazy("验收单位"), help_text=gettext_lazy("由它核实并销号。")
    )

    def __init__(self, request: Request, plan: Plan, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = list(dict.fromkeys(move.kind for move in plan.moves))
        verifier: Any = self.fields["verifier"]
        verifier.queryset = units(request, VERIFIERS)
        verifier.initial = own_verifier(request) or request.county
        self.leads = {str(unit.pk): unit for unit in units(request, (Kind.COUNTY, Kind.SECTION))}
        choices = [(SCHOOL, _("各学校自己")), *((key, unit.name) for key, unit in self.leads.items())]
        for kind in self.kinds:
            default = adoption.default_lead(kind, request.county)
            self.fields[f"lead-{kind}"] = forms.ChoiceField(
                label=words.kind_label(kind, request.language),
                choices=choices,
                initial=str(default.pk) if default else SCHOOL,
            )

    @property
    def lead_fields(self) -> list[forms.BoundField]:
        """Who does each kind."""
        return [self[f"lead-{kind}"] for kind in self.kinds]

    def chosen_leads(self) -> dict[str, Organisation | None]:
        """The unit of each kind, None for the school itself."""
        return {kind: self.leads.get(self.cleaned_data[f"lead-{kind}"]) for kind in self.kinds}


@needs("scenario.adopt")
def adopt(request: Request, pk: int) -> HttpResponse:
    """Choose and see what becomes of it; with ``make`` posted, make the tasks."""
    scenario = found(request, "scenario.adopt", Scenario, pk=pk)
    acts.must_be_adoptable(scenario)
    plan = scenarios.plan_of(scenario)
    by = targets.ruler(scenario.county, scenario.request["standard"])
    if plan is None or by is None:
        raise Refused(_("这个方案还没有算出来，不能采纳。"))
    posted = request.method == "POST"
    ticked = _met(request)
    form = AdoptForm(request, plan, request.POST if posted else None)
    places = _places(request, plan) if posted else list(range(len(plan.moves)))
    drafts: tuple[Draft, ...] = ()
    if posted and not places:
        form.add_error(None, _("请先勾选要采纳的举措。"))
    elif posted and "make" in request.POST and _unmet(plan, places, ticked):
        form.add_error(None, _("拟撤并学校的条件没有逐项确认。请逐项核实后勾选，或不选这些举措。"))
    elif posted and form.is_valid():
        leads = form.chosen_leads()
        if "make" in request.POST:
            verifier = form.cleaned_data["verifier"]
            acts.adopt(request.actor, scenario, places=places, leads=leads, verifier=verifier, met=_met(request))
            messages.success(request, _("方案已采纳，举措已成为台账事项。"))
            return redirect(f"{reverse('tasks')}?scenario={scenario.pk}")
        drafts = adoption.drafts(scenario, plan, places, leads, by)
    voice = shown.voice_of(scenario, request.language)
    link = lambda code: reverse("scenario_school", args=(scenario.pk, code))  # noqa: E731
    return render(
        request,
        "studio/adopt.html",
        {
            "scenario": scenario,
            "form": form,
            "rows": moves.rows(enumerate(plan.moves), voice, link),
            "chosen": set(places),
            "dossiers": _dossiers(plan, voice, ticked),
            "drafts": drafts,
            "new_tasks": sum(draft.there is None for draft in drafts),
            "joined": sum(draft.there is not None for draft in drafts),
            "breadcrumbs": [
                {"label": _("方案"), "url": reverse("scenarios")},
                {"label": scenario.name, "url": reverse("scenario", args=(pk,))},
                {"label": _("采纳")},
            ],
        },
    )


def _places(request: Request, plan: Plan) -> list[int]:
    given = request.POST.getlist("move")
    return sorted({int(one) for one in given if one.isascii() and one.isdigit() and int(one) < len(plan.moves)})


def _met(request: Request) -> dict[int, set[str]]:
    """The conditions that were ticked, by the place of the move: ``met`` is ``place:condition``."""
    found: dict[int, set[str]] = {}
    for given in request.POST.getlist("met"):
        place, _colon, code = given.partition(":")
        if place.isascii() and place.isdigit() and len(place) < 6:
            found.setdefault(int(place), set()).add(code)
    return found


def _unmet(plan: Plan, places: list[int], ticked: dict[int, set[str]]) -> bool:
    return any(not set(own) <= ticked.get(place, set()) for place, own in adoption.conditions(plan, places).items())


def _dossiers(plan: Plan, voice: words.Voice, ticked: dict[int, set[str]]) -> list[dict[str, Any]]:
    """The mergers whose conditions are to be ticked, each with its lines."""
    if plan.places is None:
        return []
    own = {(each.school_id, each.year): each for each in plan.places.dossiers}
    found = []
    for place, codes in adoption.conditions(plan, range(len(plan.moves))).items():
        move = plan.moves[place]
        dossier = own[move.school_id, move.year]
        lines = [
            {
                "key": f"{place}:{code}",
                "text": told.condition(code, dossier),
                "ticked": code in ticked.get(place, set()),
            }
            for code in codes
        ]
        what = words.move_what(move, voice)
        found.append({"name": voice.school(move.school_id), "what": what, "lines": lines})
    return found
