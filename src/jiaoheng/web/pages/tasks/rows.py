"""Tasks as the parts of the pages show them: rows of a table, cards, dates with what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiaoheng.findings import words
from jiaoheng.ledger import plan_ruler, targets
from jiaoheng.ledger.models import Task
from jiaoheng.ledger.targets import PROMISE, Ruler, Standing, Target
from jiaoheng.web.request import Request

Row = dict[str, Any]


def due_note(task: Task) -> str:
    """How far off the day is, in words; empty where it is neither past nor near."""
    left = task.days_left
    if left is None:
        return ""
    if left < 0:
        return ngettext("逾期 %(days)d 天", "逾期 %(days)d 天", -left) % {"days": -left}
    if left == 0:
        return _("今天到期")
    if task.is_due_soon:
        return ngettext("还有 %(days)d 天", "还有 %(days)d 天", left) % {"days": left}
    return ""


def due_flag(task: Task) -> str:
    """``overdue``, ``due_soon`` or nothing."""
    return "overdue" if task.is_overdue else "due_soon" if task.is_due_soon else ""


def due_cell(task: Task) -> Row:
    """The day, and whether it is past or near."""
    shown = task.due.isoformat() if task.due else "—"
    flag = due_flag(task)
    if not flag:
        return {"text": shown, "kind": "short"}
    return {"status": flag, "status_label": shown, "text": "", "note": due_note(task), "kind": "short"}


def state_cell(task: Task) -> Row:
    """The state with its shape."""
    return {"status": task.state, "status_label": task.get_state_display(), "kind": "short"}


def standing_of(task: Task, by: Ruler | None) -> Standing | None:
    """Where a measured task's figure stands in the last assessment."""
    if not task.is_measured:
        return None
    target = Target.of(task.target)
    measuring = plan_ruler.present(task) if target.kind == PROMISE else by
    return measuring.standing(target) if measuring is not None else None


def figure_cell(task: Task, by: Ruler | None) -> Row:
    """The figure now against what it has to be."""
    standing = standing_of(task, by)
    if standing is None:
        return {"text": "", "kind": "number"}
    if standing.status in ("unknown", "gone"):
        return {"status": "unknown", "status_label": _("缺数据"), "text": _("缺数据"), "kind": "number"}
    label = {"meets": _("达标"), "on_track": _("进度正常")}.get(standing.status, _("未达标"))
    shape = "in_progress" if standing.status == "on_track" else standing.status
    if standing.value is None or standing.threshold is None:
        return {"status": shape, "status_label": label, "kind": "number"}
    decimals = 3 if Target.of(task.target).kind == "coefficient" else 2
    text = f"{words.number(standing.value, decimals)} / {words.number(standing.threshold)}"
    return {"status": shape, "status_label": label, "text": text, "kind": "number"}


def table_row(task: Task, request: Request, by: Ruler | None) -> Row:
    """A line of the list."""
    notes = [task.get_source_display()]
    if task.parent is not None:
        notes.append(_("属于“{parent}”").format(parent=targets.task_title(task.parent, request.language)))
    return {
        "cells": [
            {
                "text": targets.task_title(task, request.language),
                "url": reverse("task", args=[task.pk]),
                "note": " · ".join(notes),
                "kind": "name",
            },
            due_cell(task),
            state_cell(task),
            {"text": task.lead.name, "note": task.person.name if task.person else "", "kind": "text"},
            figure_cell(task, by),
            {"text": task.verifier.name, "kind": "short"},
        ]
    }


def card(task: Task, request: Request, moves: Iterable[Row] = ()) -> Row:
    """A card of the board; ``moves`` are the buttons on it."""
    return {
        "pk": task.pk,
        "url": reverse("task", args=[task.pk]),
        "title": targets.task_title(task, request.language),
        "unit": task.lead.name,
        "person": task.person.name if task.person else "",
        "due_text": due_note(task) or (task.due.isoformat() if task.due else ""),
        "flag": due_flag(task),
        "moves": list(moves),
    }
