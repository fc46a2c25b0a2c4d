"""Findings become tasks: one by one click, or many of one item at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jiaoheng.ledger import clock, targets
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.tasks import from_finding
from jiaoheng.ledger.models import Organisation, Task, TaskRule
from jiaoheng.ledger.targets import Ruler
from jiaoheng.web.pages.tasks.forms import BulkForm, own_verifier
from jiaoheng.web.pages.tasks.tabs import tabs
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

Kind = Organisation.Kind
DAYS = 90


@needs("task.create")
def index(request: Request) -> HttpResponse:
    """What falls short, by item, each with its task where it has one; the chosen ones become tasks together."""
    by = targets.ruler(request.county)
    form = BulkForm(request, request.POST if request.method == "POST" else None)
    chosen = request.POST.getlist("finding")
    if request.method == "POST" and by is not None:
        if not chosen:
            form.add_error(None, _("请先勾选要立项的问题。"))
        elif form.is_valid():
            answer = _make(request, by, chosen, form)
            if answer is not None:
                return answer
    return render(
        request,
        "tasks/findings.html",
        {
            "tabs": tabs(request, "task_findings"),
            "form": form,
            "groups": _groups(request, by, set(chosen)) if by is not None else [],
            "by": by,
        },
    )


@require_POST
@needs("task.create")
def one(request: Request) -> HttpResponse:
    """One finding becomes a task by one click: of its school, verified by one's own section, in 90 days.

    Posted: ``check``, ``stage``, ``school_id``, and where that is not enough ``kind`` and ``missing``.
    """
    by = targets.ruler(request.county)
    given = {name: request.POST.get(name, "") for name in ("check", "stage", "school_id", "kind", "missing")}
    target = by.find(**given) if by is not None else None
    if by is None or target is None:
        raise Refused(_("最新测算中已没有这个问题，不用立项。"))
    pending = Task.objects.filter(county=request.county, target=target.key, state__in=Task.PENDING).first()
    if pending is not None:
        messages.info(request, _("这个问题已经立项，还在办理。"))
        return redirect("task", pending.pk)
    school = _schools(request.county).get(target.school_id)
    rule = (
        TaskRule.objects.filter(county=request.county, item=by.standard.item(target.check).id).first()
        if target.check
        else None
    )
    verifier = (rule and rule.verifier) or own_verifier(request) or request.county
    lead = (rule and rule.lead) or school or verifier
    due = clock.today() + timedelta(days=rule.days if rule else DAYS)
    task = from_finding(request.actor, lead, target, by, verifier=verifier, due=due)
    messages.success(request, _("已立项。请核对责任单位和时限，需要时点“修改”。"))
    return redirect("task", task.pk)


def _make(request: Request, by: Ruler, chosen: list[str], form: BulkForm) -> HttpResponse | None:
    """Make the chosen findings tasks; None where the form has to be shown again, nothing being made then."""
    there = {target.key: target for target, _ in by.findings()}
    wanted = [there[key] for key in chosen if key in there]
    schools, given = _schools(request.county), form.cleaned_data
    if not given["lead"] and any(target.school_id not in schools for target in wanted):
        form.add_error("lead", _("所选的有全县性的问题，没有学校可以负责，请选责任股室。"))
        return None
    pending = set(Task.objects.filter(county=request.county, state__in=Task.PENDING).values_list("target", flat=True))
    made, skipped = 0, len(chosen) - len(wanted)
    for target in wanted:
        if target.key in pending:
            skipped += 1
            continue
        lead = given["lead"] or schools[target.school_id]
        from_finding(request.actor, lead, target, by, verifier=given["verifier"], due=given["due"])
        made += 1
    text = ngettext("已立项 %(count)d 项。", "已立项 %(count)d 项。", made) % {"count": made}
    if skipped:
        text += _("另有 {count} 项已经立项或已解决，没有重复立项。").format(count=skipped)
    messages.success(request, text)
    return redirect(f"{reverse('tasks')}?source=finding")


def _groups(request: Request, by: Ruler, chosen: set[str]) -> list[dict[str, Any]]:
    """The findings by item, in the standard's order of importance."""
    tasks = {
        task.target: task
        for task in Task.objects.filter(county=request.county, state__in=Task.PENDING).exclude(target="")
    }
    groups: dict[str, dict[str, Any]] = {}
    for target, finding in by.findings():
        item = finding.item
        label = by.standard.item(item).name.say(request.language) if item else _("学校综合达标")
        group = groups.setdefault(item, {"id": item or "verdict", "item": item, "label": label, "rows": []})
        group["rows"].append(
            {
                "key": target.key,
                "line": targets.finding_line(target, finding, by, request.language),
                "blocking": finding.blocking,
                "task": tasks.get(target.key),
                "chosen": target.key in chosen,
            }
        )
    for group in groups.values():
        group["open"] = sum(row["task"] is None for row in group["rows"])
    return list(groups.values())


def _schools(county: Organisation) -> dict[str, Organisation]:
    units = Organisation.objects.filter(kind=Kind.SCHOOL, path__startswith=county.path)
    return {unit.code: unit for unit in units}
