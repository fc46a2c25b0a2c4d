"""A task made by hand, a part of one, and changes to what a task says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import targets
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.tasks import add, mark
from jiaoheng.ledger.actions.tasks import edit as change
from jiaoheng.ledger.models import Organisation, Task
from jiaoheng.web.pages.tasks.forms import EditForm, TaskForm
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@needs("task.create")
def new(request: Request) -> HttpResponse:
    """A new task; ``?parent=`` makes it a part, ``?school=`` puts a school in."""
    parent = _parent(request)
    form = TaskForm(request, request.POST or None, initial=_initial(request, parent))
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = dict(form.cleaned_data)
        lead = given.pop("lead")
        try:
            task = add(request.actor, lead, parent=parent, **given)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记，责任单位能看到这个事项了。"))
            return redirect("task", task.pk)
    heading = _("分出子事项") if parent else _("登记事项")
    return _form(request, form, heading, parent, reverse("task", args=[parent.pk]) if parent else reverse("tasks"))


@needs("task.edit")
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what a task says, who does it and until when."""
    task = found(request, "task.edit", Task, pk=pk)
    form = EditForm(request, task, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change(request.actor, task, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            form.saw(mark(Task.objects.get(pk=pk)))
        else:
            messages.success(request, _("已保存。"))
            return redirect("task", task.pk)
    return _form(request, form, _("修改事项"), task, reverse("task", args=[task.pk]))


def _parent(request: Request) -> Task | None:
    key = request.GET.get("parent", "")
    return found(request, "task.see", Task, pk=int(key)) if key.isdecimal() and len(key) < 19 else None


def _initial(request: Request, parent: Task | None) -> dict[str, Any]:
    if parent is not None:
        return {"due": parent.due, "verifier": parent.verifier_id, "lead": parent.lead_id}
    code = request.GET.get("school", "")
    school = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code=code).first() if code else None
    return {"lead": school.pk} if school is not None else {}


def _form(request: Request, form: TaskForm, heading: str, about: Task | None, back: str) -> HttpResponse:
    crumbs: list[dict[str, str]] = [{"url": reverse("tasks"), "label": _("台账")}]
    if about is not None:
        label = targets.task_title(about, request.language)
        crumbs.append({"url": reverse("task", args=[about.pk]), "label": label})
    return render(
        request,
        "tasks/form.html",
        {
            "form": form,
            "heading": heading,
            "about": targets.task_title(about, request.language) if about else "",
            "breadcrumbs": [*crumbs, {"label": heading}],
            "submit_label": _("保存"),
            "cancel_url": back,
        },
    )
