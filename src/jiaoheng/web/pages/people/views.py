"""The people of the county: who has which role where, and their log-ins."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiaoheng.ledger import access, history
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import log_in as second
from jiaoheng.ledger.actions import people as actions
from jiaoheng.ledger.models import Membership, Organisation, Person
from jiaoheng.web.pages.people.forms import NameForm, PeopleFilter, PersonForm, RoleForm
from jiaoheng.web.pages.people.log_in import remaining
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

PEOPLE_A_PAGE = 50


@needs("people.see")
@require_safe
def index(request: Request) -> HttpResponse:
    """The people whom this person may see, with filters that stay in the address."""
    filters = PeopleFilter(request.GET)
    shown = access.which(request.user, "people.see", Person)
    if filters.is_valid():
        shown = _filtered(shown, **filters.cleaned_data)
    page = Paginator(shown.prefetch_related(_held_today()), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.fields),
        "page": page,
        "table": _table(list(page)),
        "may_change": access.may_anywhere(request.user, "people.change"),
    }
    return render(request, "people/index.html", context)


@needs("people.see")
@require_safe
def person(request: Request, key: int) -> HttpResponse:
    """One person: roles, state of the log-in, history."""
    return _person_page(request, found(request, "people.see", Person, pk=key))


@needs("people.change")
@sensitive_variables("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """A new person; the initial password is on the page that answers, and nowhere else."""
    given = {"organisation": request.GET.get("unit"), "role": request.GET.get("role")}
    form = PersonForm(_units(request), request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        password = actions.initial_password()
        try:
            made = actions.add_person(
                request.actor,
                values["organisation"],
                username=values["username"],
                name=values["name"],
                role=values["role"],
                password=password,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "people/password_once.html", {"person": made, "password": password, "new": True})
    return render(request, "people/add.html", {"form": form})


@needs("people.change")
@require_POST
def rename(request: Request, key: int) -> HttpResponse:
    """Another name for a person."""
    row = found(request, "people.change", Person, pk=key)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _person_page(request, row, name_form=form)
    actions.rename(request.actor, row, name=form.cleaned_data["name"])
    messages.success(request, _("已保存。"))
    return redirect("person", key)


@needs("people.change")
@require_POST
def give_role(request: Request, key: int) -> HttpResponse:
    """A role in a unit, from today."""
    row = found(request, "people.see", Person, pk=key)
    form = RoleForm(_units(request), request.POST)
    if form.is_valid():
        unit, role = form.cleaned_data["organisation"], form.cleaned_data["role"]
        try:
            held = actions.give_role(request.actor, unit, person=row, role=role)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("{person}现在是：{role}。").format(person=row, role=held))
            return redirect("person", key)
    return _person_page(request, row, role_form=form)


@needs("people.change")
@require_POST
def end_role(request: Request, key: int) -> HttpResponse:
    """A role is over at once."""
    held = found(request, "people.change", Membership, pk=key)
    try:
        actions.end_role(request.actor, held)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已终止：{role}。").format(role=held))
    # Who ended their own last role may not see the page of it any more.
    return redirect("person", held.person_id) if held.person_id != request.user.pk else redirect("overview")


@needs("people.change")
@sensitive_variables("password")
@require_POST
def reset_password(request: Request, key: int) -> HttpResponse:
    """A new initial password, shown once; a lockout is lifted with it."""
    row = found(request, "people.change", Person, pk=key)
    password = actions.initial_password()
    try:
        actions.set_password(request.actor, row, password=password)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("person", key)
    reset(username=row.username)
    return render(request, "people/password_once.html", {"person": row, "password": password})


@needs("people.change")
@require_POST
def set_active(request: Request, key: int) -> HttpResponse:
    """Let a person log in, or no longer."""
    row = found(request, "people.change", Person, pk=key)
    active = request.POST.get("active") == "1"
    try:
        actions.set_active(request.actor, row, active=active)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("账号已启用。") if active else _("账号已停用，现有登录立即失效。"))
    return redirect("person", key)


@needs("people.change")
@require_POST
def reset_second_factor(request: Request, key: int) -> HttpResponse:
    """For somebody who lost the phone."""
    row = found(request, "people.change", Person, pk=key)
    try:
        second.reset_second_factor(request.actor, row)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已解除两步验证，{person}今后登录只要密码。").format(person=row))
    return redirect("person", key)


def account_state(person: Person) -> tuple[str, str]:
    """A person's log-in as a status of the stylesheet and in words."""
    if not person.is_active:
        return "withdrawn", _("已停用")
    if person.initial_password_expired:
        return "overdue", _("初始密码已过期")
    if person.must_change_password:
        return "due_soon", _("还没改初始密码")
    return "meets", _("可以登录")


def _person_page(request: Request, row: Person, **forms: Any) -> HttpResponse:
    may_change = access.may(request.user, "people.change", row)
    visible = access.which(request.user, "people.see", Membership)
    today = timezone.localdate()
    roles = list(visible.filter(person=row).select_related("organisation").order_by("-until", "pk"))
    status, label = account_state(row)
    locked = remaining(row.username, request)
    facts = [
        {"label": _("登录名"), "value": row.username},
        {"label": _("账号"), "value": label, "status": status},
        {"label": _("上次登录"), "value": _when(row.last_login) or _("从未登录")},
        {"label": _("密码设定时间"), "value": _when(row.password_at)},
        {"label": _("两步验证"), "value": _("已开启") if second.has_second_factor(row) else _("未开启")},
    ]
    if locked:
        minutes = int(locked.total_seconds() // 60) + 1
        facts.append({"label": _("锁定"), "value": _("密码连续输错，还要 {minutes} 分钟").format(minutes=minutes)})
    context = {
        "person": row,
        "facts": facts,
        "held": [held for held in roles if held.until is None or held.until >= today],
        "former": [held for held in roles if held.until is not None and held.until < today],
        "may_change": may_change,
        "may_give": access.may_anywhere(request.user, "people.change"),
        "is_self": row == request.user,
        "has_second_factor": second.has_second_factor(row),
        "role_form": forms.get("role_form") or RoleForm(_units(request)),
        "name_form": forms.get("name_form") or NameForm(initial={"name": row.name}),
        "events": history.history(row, *roles, limit=20),
        "breadcrumbs": [{"label": _("人员"), "url": reverse("people")}, {"label": row.name}],
    }
    return render(request, "people/person.html", context)


def _units(request: Request) -> QuerySet[Organisation]:
    order = ("kind", "name")
    return access.which(request.user, "people.change", Organisation).filter(active=True).order_by(*order)


def _held_today() -> Prefetch:
    held = Membership.objects.filter(Membership.in_force()).select_related("organisation")
    return Prefetch("memberships", held, to_attr="today")


def _filtered(people: QuerySet[Person], text: str, role: str, state: str) -> QuerySet[Person]:
    held = Membership.objects.filter(Membership.in_force())
    if text:
        units = held.filter(organisation__name__icontains=text)
        named = Q(name__icontains=text) | Q(username__icontains=text)
        people = people.filter(named | Q(pk__in=units.values("person")))
    if role:
        people = people.filter(pk__in=held.filter(role=role).values("person"))
    if state == "none":
        people = people.exclude(pk__in=held.values("person"))
    elif state:
        people = people.filter(is_active=state != "inactive")
    if state == "initial":
        people = people.filter(must_change_password=True)
    return people


def _table(people: list[Person]) -> dict[str, Any]:
    columns = [
        {"label": _("姓名"), "kind": "name"},
        {"label": _("登录名"), "kind": "short"},
        {"label": _("单位和角色"), "kind": "text"},
        {"label": _("账号"), "kind": "short"},
        {"label": _("上次登录"), "kind": "short"},
    ]
    return {
        "caption": _("人员"),
        "caption_hidden": True,
        "columns": columns,
        "rows": [{"cells": _cells(one)} for one in people],
    }


def _cells(one: Any) -> list[dict[str, Any]]:
    status, label = account_state(one)
    return [
        {"text": one.name, "url": reverse("person", args=[one.pk]), "kind": "name"},
        {"text": one.username, "kind": "short"},
        {"text": _(";").join(str(held) for held in one.today) or _("没有角色"), "kind": "text"},
        {"text": "", "status": status, "status_label": label, "kind": "short"},
        {"text": _when(one.last_login) or _("从未登录"), "kind": "short"},
    ]


def _when(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
