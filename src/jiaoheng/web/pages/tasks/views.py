"""One task: what it is, where it stands, what was said and shown, and how it moves on."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.ledger import access, plan_ruler, store, targets
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.evidence import attach as attach_files
from jiaoheng.ledger.actions.evidence import remove_evidence
from jiaoheng.ledger.actions.tasks import comment as say
from jiaoheng.ledger.models import AdoptedMove, Commitment, Evidence, Task
from jiaoheng.ledger.spoken import spoken
from jiaoheng.web.pages.tasks import rows
from jiaoheng.web.pages.tasks.asked import asked
from jiaoheng.web.pages.tasks.expense import expense
from jiaoheng.web.pages.tasks.forms import AttachForm, CommentForm, ReasonForm, SubmitForm
from jiaoheng.web.pages.tasks.history import history
from jiaoheng.web.pages.tasks.moves import DONE, FUNCTIONS, LABELS, allowed, carry_out
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

_SHAPES = {"gone": "unknown", "on_track": "in_progress"}
FORMS: dict[str, type[forms.Form]] = {"submit": SubmitForm, "return": ReasonForm, "withdraw": ReasonForm}


@needs("task.see")
def page(request: Request, pk: int) -> HttpResponse:
    """The task."""
    return _page(request, found(request, "task.see", Task, pk=pk))


@require_POST
@needs("task.see")
def move(request: Request, pk: int, name: str) -> HttpResponse:
    """Make a move, from the task's page or from the board."""
    task = found(request, "task.see", Task, pk=pk)
    if name not in FUNCTIONS:
        raise Http404
    form = FORMS.get(name, forms.Form)(request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _page(request, task, given={name: form})
    try:
        carry_out(request.actor, task, name, form.cleaned_data)
    except Refused as refused:
        task.refresh_from_db()
        return _page(request, task, refusal=str(refused), given={name: form})
    messages.success(request, f"{targets.task_title(task, request.language)}: {DONE[name]}")
    return redirect("board" if request.POST.get("from") == "board" else task_url(task))


@require_POST
@needs("task.comment")
def comment(request: Request, pk: int) -> HttpResponse:
    """Say something of the task."""
    task = found(request, "task.see", Task, pk=pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, task, given={"comment": form})
    say(request.actor, task, text=form.cleaned_data["text"])
    return redirect(f"{task_url(task)}#comments")


@require_POST
@needs("task.evidence")
def attach(request: Request, pk: int) -> HttpResponse:
    """Add evidence."""
    task = found(request, "task.see", Task, pk=pk)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, task, given={"attach": form})
    try:
        kept = attach_files(request.actor, task, files=form.cleaned_data["evidence"])
    except Refused as refused:
        form.add_error("evidence", str(refused))
        return _page(request, task, given={"attach": form})
    messages.success(request, _("已上传 {count} 个文件。").format(count=len(kept)))
    return redirect(f"{task_url(task)}#evidence")


@require_POST
@needs("task.evidence")
def remove(request: Request, pk: int, token: str) -> HttpResponse:
    """Take one's own file away again."""
    task = found(request, "task.see", Task, pk=pk)
    remove_evidence(request.actor, task, evidence=found(request, "task.see", Evidence, token=token, task=task))
    messages.success(request, _("文件已删除。"))
    return redirect(f"{task_url(task)}#evidence")


@needs("task.see")
def evidence(request: Request, token: str) -> HttpResponse:
    """A file of evidence, to be saved and never shown in the page; one that was altered on the disk is not given."""
    kept = found(request, "task.see", Evidence, token=token)
    try:
        with store.evidence(kept.token).open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256
    except FileNotFoundError:
        whole = False
    if not whole:
        raise Refused(_("文件“{name}”已丢失或被改动，与上传时的记录不一致，请联系管理员。").format(name=kept.name))
    answer = FileResponse(
        store.evidence(kept.token).open("rb"), as_attachment=True, filename=kept.name, content_type=kept.kind
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)


def task_url(task: Task) -> str:
    """The task's own page."""
    return reverse("task", args=[task.pk])


def _page(
    request: Request, task: Task, *, refusal: str = "", given: dict[str, forms.Form] | None = None
) -> HttpResponse:
    given = given or {}
    moves = allowed(request.user, task)
    may = {
        right: access.may(request.user, f"task.{right}", task)
        if access.may_anywhere(request.user, f"task.{right}")
        else False
        for right in ("comment", "evidence", "edit", "start")
    }
    may["attach"] = may["evidence"] and task.is_pending
    may["change"] = may["edit"] and task.state in ("open", "in_progress", "returned")
    may["split"] = (
        (may["edit"] or may["start"])
        and access.may_anywhere(request.user, "task.create")
        and task.parent_id is None
        and task.state in ("open", "in_progress", "returned")
    )
    title = targets.task_title(task, request.language)
    return render(
        request,
        "tasks/task.html",
        {
            "task": task,
            "title": title,
            "breadcrumbs": [{"url": reverse("tasks"), "label": _("台账")}, {"label": title}],
            "refusal": refusal,
            "due_flag": rows.due_flag(task),
            "due_note": rows.due_note(task),
            "facts": _facts(request, task),
            "measured": _measured(request, task),
            "moves": [_move(task, name, given.get(name)) for name in moves],
            "may": may,
            "files": [_file(request, task, kept) for kept in task.evidence.select_related("by")],
            "comments": task.comments.select_related("by"),
            "parts": [
                {"task": part, "title": targets.task_title(part, request.language), "due_note": rows.due_note(part)}
                for part in task.parts.select_related("lead")
            ],
            "again": list(task.again.all()),
            "events": history(task),
            "comment_form": given.get("comment") or CommentForm(),
            "expense": expense(request, task),
            "attach_form": given.get("attach") or AttachForm(),
        },
    )


def _move(task: Task, name: str, given: forms.Form | None) -> dict[str, Any]:
    """A button, or a dialog where something is to be written."""
    form = given or (FORMS[name](auto_id=f"{name}_%s") if name in FORMS else None)
    return {
        "name": name,
        "label": LABELS[f"task.{name}"],
        "url": reverse("task_move", args=[task.pk, name]),
        "form": form if name in FORMS else None,
        "primary": name in ("start", "submit", "close"),
        "danger": name in ("withdraw",),
        "open": given is not None and bool(given.errors),
    }


def _facts(request: Request, task: Task) -> list[dict[str, Any]]:
    source: dict[str, Any] = {"label": _("来源"), "value": task.get_source_display()}
    if task.visit is not None:
        source |= {
            "value": f"{task.get_source_display()} {task.visit.date}",
            "url": reverse("visit", args=[task.visit_id]),
        }
    commitment = access.which(request.user, "document.see", Commitment).filter(task=task).first()
    if commitment is not None:
        source |= {
            "value": f"{task.get_source_display()} 《{commitment.document.title}》",
            "url": reverse("commitment", args=[commitment.pk]),
        }
    adopted = AdoptedMove.objects.filter(task__in=[task, *task.parts.all()]).select_related("scenario").first()
    if adopted is not None and access.may(request.user, "scenario.see", adopted.scenario):
        shown_in = reverse("scenario", args=[adopted.scenario_id])
        source |= {"value": f"{task.get_source_display()} {adopted.scenario.name}", "url": shown_in}
    shown: list[dict[str, Any]] = [
        {"label": _("责任单位"), "value": task.lead.name},
        {"label": _("责任人"), "value": task.person.name if task.person else _("由责任单位分派")},
        {
            "label": _("配合单位"),
            "value": "、".join(s.organisation.name for s in task.supports.select_related("organisation")),
        },
        {"label": _("验收单位"), "value": task.verifier.name},
        {"label": _("完成时限"), "value": task.due, "note": rows.due_note(task)},
        source,
        {"label": _("编号"), "value": task.pk},
    ]
    if task.school is not None and task.school_id != task.lead_id:
        shown.insert(0, {"label": _("学校"), "value": task.school.name})
    if task.parent is not None:
        shown.insert(
            0,
            {
                "label": _("上级事项"),
                "value": targets.task_title(task.parent, spoken()),
                "url": task_url(task.parent),
            },
        )
    if task.again_of is not None:
        shown.append(
            {
                "label": _("曾销号后又不达标"),
                "value": targets.task_title(task.again_of, spoken()),
                "url": task_url(task.again_of),
            }
        )
    return shown + asked(request, task)


def _measured(request: Request, task: Task) -> dict[str, Any] | None:
    """What is to be reached, what it was, and what it is by the latest assessment."""
    if not task.is_measured:
        return None
    by = plan_ruler.present(task)
    target = targets.Target.of(task.target)
    standing = by.standing(target) if by is not None else None
    told = task.found or {}
    return {
        "was": told.get("said", {}).get(request.language, ""),
        "was_snapshot": told.get("snapshot", ""),
        "was_year": told.get("year", ""),
        "now": by.line(standing, target, request.language) if by is not None and standing is not None else "",
        "now_snapshot": by.assessment.snapshot if by is not None else "",
        "status": _SHAPES.get(standing.status, standing.status) if standing is not None else "unknown",
        "label": _("进度正常") if standing is not None and standing.status == "on_track" else None,
        "newer": by is not None and task.snapshot is not None and by.assessment.snapshot != task.snapshot.name,
        "proof": (task.proof or {}).get("said", {}).get(request.language, ""),
        "proof_snapshot": (task.proof or {}).get("snapshot", ""),
        "fell": task.state == Task.State.CLOSED and standing is not None and standing.status == "fails",
    }


def _file(request: Request, task: Task, kept: Evidence) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": kept.name.rsplit(".", 1)[-1],
        "name": kept.name,
        "url": reverse("evidence", args=[kept.token]),
        "size": kept.size,
        "who": kept.by.name,
        "at": kept.at,
    }
    if kept.by_id == request.user.pk and task.state in ("open", "in_progress", "returned"):
        shown["remove_url"] = reverse("task_remove_evidence", args=[task.pk, kept.token])
    return shown
