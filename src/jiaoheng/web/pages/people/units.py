"""The tree of units: the bureau, its sections, responsibility areas, groups and schools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jiaoheng.ledger import access, history
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.organisations import COVERING, KINDS_BELOW, add_organisation, change_organisation, mark
from jiaoheng.ledger.models import Membership, Organisation, Person
from jiaoheng.web.pages.people.forms import UnitForm, follows_facts
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

Kind = Organisation.Kind


@needs("people.see")
@require_safe
def index(request: Request) -> HttpResponse:
    """The tree as far as this person sees it: the units above in a line, those below by kind."""
    units = list(_counted(access.which(request.user, "people.see", Organisation)))
    above = Organisation.objects.filter(pk__in=request.county.ancestry).order_by("path")
    context = {
        "above": above,
        "tables": [table for kind in KINDS_BELOW[Kind.COUNTY] if (table := _table(kind, units, request.county))],
        "may_change": access.may(request.user, "organisation.change", request.county),
        "breadcrumbs": [{"label": _("人员"), "url": reverse("people")}, {"label": _("单位")}],
    }
    return render(request, "people/units.html", context)


@needs("people.see")
@require_safe
def unit(request: Request, key: int) -> HttpResponse:
    """One unit: its people, what lies below it, the schools it covers or the areas and groups that cover it."""
    row = found(request, "people.see", Organisation, pk=key)
    held = Membership.objects.filter(Membership.in_force(), organisation=row).select_related("person")
    seen = access.which(request.user, "people.see", Organisation)
    may_change = access.may(request.user, "organisation.change", row)
    context = {
        "unit": row,
        "held": held.order_by("role", "pk"),
        "below": seen.filter(parent=row).order_by("kind", "name"),
        "covers": seen.filter(covered_by__organisation=row).order_by("name"),
        "covered_by": Organisation.objects.filter(covers__school=row, active=True).order_by("kind", "name"),
        "is_covering": row.kind in COVERING,
        "follows_facts": follows_facts(row),
        "may_change": may_change,
        "may_add": may_change and row.kind in KINDS_BELOW,
        "events": history.history(row, *row.covers.all(), limit=10) if may_change else (),
        "breadcrumbs": _crumbs(row.name),
    }
    return render(request, "people/unit.html", context)


@needs("organisation.change")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, key: int) -> HttpResponse:
    """A new unit below another."""
    parent = found(request, "organisation.change", Organisation, pk=key)
    given = {"kind": request.GET.get("kind")}
    form = UnitForm(_schools(request), request.POST or None, parent=parent, initial=given)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = add_organisation(
                request.actor,
                parent,
                kind=values["kind"],
                name=values["name"],
                code=values["code"] if values["kind"] == Kind.SCHOOL else "",
                schools=values["schools"] if values["kind"] in COVERING else (),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已新增“{unit}”。").format(unit=made))
            return redirect("organisation", made.pk)
    context = {"form": form, "parent": parent, "breadcrumbs": _crumbs(_("新增单位"))}
    return render(request, "people/unit_form.html", context)


@needs("organisation.change")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, key: int) -> HttpResponse:
    """Another name, out of use or in use again, other schools."""
    row = found(request, "organisation.change", Organisation, pk=key)
    covered = list(row.covers.values_list("school", flat=True))
    given = {"name": row.name, "active": row.active, "schools": covered, "seen": mark(row)}
    schools = _schools(request, covered)
    form = UnitForm(schools, request.POST or None, parent=row.parent or row, unit=row, initial=given)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            change_organisation(
                request.actor,
                row,
                name=values["name"],
                active=values["active"],
                schools=values.get("schools"),
                seen=values["seen"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            form.saw(mark(Organisation.objects.get(pk=key)))
        else:
            messages.success(request, _("已保存。"))
            return redirect("organisation", key)
    return render(request, "people/unit_form.html", {"form": form, "unit": row, "breadcrumbs": _crumbs(row.name, row)})


def _schools(request: Request, also: Iterable[int] = ()) -> QuerySet[Organisation]:
    """The schools that can be chosen: those in use, and those that were chosen before."""
    schools = access.which(request.user, "organisation.change", Organisation).filter(kind=Kind.SCHOOL)
    return schools.filter(Q(active=True) | Q(pk__in=list(also))).order_by("name")


def _counted(units: QuerySet[Organisation]) -> QuerySet[Organisation]:
    active = Person.objects.filter(is_active=True)
    held = Q(memberships__person__in=active) & _held_today()
    return units.annotate(
        people=Count("memberships__person", filter=held, distinct=True), schools=Count("covers", distinct=True)
    )


def _held_today() -> Q:
    """``Membership.in_force`` as seen from a unit."""
    return Q(memberships__in=Membership.objects.filter(Membership.in_force()))


def _table(kind: str, units: list[Any], county: Organisation) -> dict[str, Any] | None:
    """The units of a kind; schools with what belongs to them right below."""
    rows = [one for one in units if one.kind == kind]
    if not rows:
        return None
    names = {one.pk: one.name for one in rows}
    # A campus follows its main school, whatever it is called.
    rows.sort(key=lambda one: [names.get(key, "") for key in one.ancestry])
    columns = [{"label": _("名称"), "kind": "name"}, {"label": _("有账号的人"), "kind": "number"}]
    if kind in COVERING:
        columns.append({"label": _("所辖学校"), "kind": "number"})
    if kind == Kind.SCHOOL:
        columns.append({"label": _("学校代码"), "kind": "short"})
    columns.append({"label": _("状态"), "kind": "short"})
    return {
        "id": f"units-{kind}",
        "kind": kind,
        "caption": f"{Kind(kind).label} · {len(rows)}",
        "columns": columns,
        "rows": [{"cells": _cells(one, kind, names)} for one in rows],
        "filter": kind == Kind.SCHOOL,
    }


def _cells(one: Any, kind: str, names: dict[int, str]) -> list[dict[str, Any]]:
    main = names.get(one.parent_id)
    cells: list[dict[str, Any]] = [
        {
            "text": one.name,
            "url": reverse("organisation", args=[one.pk]),
            "kind": "name",
            "note": _("属于{school}").format(school=main) if main else "",
        },
        {"text": one.people, "kind": "number"},
    ]
    if kind in COVERING:
        cells.append({"text": one.schools, "kind": "number"})
    if kind == Kind.SCHOOL:
        cells.append({"text": one.code, "kind": "short"})
    label = _("在用") if one.active else _("停用")
    return [*cells, {"text": label, "kind": "short"}]


def _crumbs(last: str, row: Organisation | None = None) -> list[dict[str, str]]:
    crumbs = [
        {"label": _("人员"), "url": reverse("people")},
        {"label": _("单位"), "url": reverse("organisations")},
    ]
    if row is not None:
        return [*crumbs, {"label": last, "url": reverse("organisation", args=[row.pk])}, {"label": _("修改")}]
    return [*crumbs, {"label": last}]
