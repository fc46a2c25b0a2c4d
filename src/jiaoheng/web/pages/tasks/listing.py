"""The tasks as a list, a board, a calendar and a workbook, all by the same filters."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiaoheng.ledger import access, agenda, clock, targets
from jiaoheng.ledger.actions.task_states import MOVES
from jiaoheng.ledger.models import Task
from jiaoheng.web.pages.tasks import filters, rows
from jiaoheng.web.pages.tasks.forms import FIRST_DAY, LAST_DAY
from jiaoheng.web.pages.tasks.moves import LABELS, QUICK
from jiaoheng.web.pages.tasks.tabs import tabs
from jiaoheng.web.pages.tasks.workbook import task_workbook
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

PER_PAGE = 50
PER_COLUMN = 15
PER_DAY = 4
RECENT = timedelta(days=60)
"""How long what is closed stays on the board."""


@needs("task.see")
def index(request: Request) -> HttpResponse:
    """The list: what is overdue first, then what is due soon."""
    form = filters.FilterForm(request)
    tasks = filters.filtered(request, form)
    page = Paginator(tasks, PER_PAGE).get_page(request.GET.get("page"))
    by = targets.ruler(request.county)
    columns = [
        {"label": _("事项"), "kind": "name", "sort": "title"},
        {"label": _("时限"), "kind": "short", "sort": "due"},
        {"label": _("状态"), "kind": "short", "sort": "state"},
        {"label": _("责任单位"), "kind": "text", "sort": "lead"},
        {"label": _("现值 / 标准"), "kind": "number"},
        {"label": _("验收单位"), "kind": "short", "sort": "verifier"},
    ]
    table = {
        "id": "tasks",
        "caption": _("台账事项"),
        "caption_hidden": True,
        "columns": filters.sort_columns(request, form, columns),
        "rows": [rows.table_row(task, request, by) for task in page],
    }
    return render(request, "tasks/list.html", _frame(request, form, "tasks") | {"table": table, "page": page})


@needs("task.see")
def board(request: Request) -> HttpResponse:
    """The board: a column a state; a card moves by the buttons that are allowed."""
    form = filters.FilterForm(request)
    tasks = filters.of_every_state(request, form)
    allowed = {
        right: set(access.which(request.user, right, Task).values_list("pk", flat=True))
        for right in QUICK
        if access.may_anywhere(request.user, right)
    }
    columns = []
    for state in (*Task.PENDING, Task.State.CLOSED):
        own = tasks.filter(state=state)
        if state == Task.State.CLOSED:
            own = own.filter(closed_at__gte=clock.now() - RECENT).order_by("-closed_at")
        count = own.count()
        query = request.GET.copy()
        query["state"] = state
        columns.append(
            {
                "status": state,
                "label": Task.State(state).label,
                "count": count,
                "cards": [rows.card(task, request, _moves(task, allowed)) for task in own[:PER_COLUMN]],
                "more_url": f"{reverse('tasks')}?{query.urlencode()}" if count > PER_COLUMN else "",
            }
        )
    return render(request, "tasks/board.html", _frame(request, form, "board") | {"board": columns})


@needs("task.see")
def calendar(request: Request) -> HttpResponse:
    """The calendar: each task on the day that it is due."""
    form = filters.FilterForm(request)
    first = _month(request)
    tasks = filters.of_every_state(request, form)
    state = form.cleaned_data.get("state")
    if state != "all":
        tasks = tasks.filter(agenda.PENDING) if not state else tasks.filter(state=state)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    by_day: dict[date, list[Task]] = {}
    for task in tasks.filter(due__gte=weeks[0][0], due__lte=weeks[-1][-1]):
        by_day.setdefault(task.due, []).append(task)  # type: ignore[arg-type]
    query = request.GET.copy()

    def address(day: date) -> str:
        query["month"] = f"{day:%Y-%m}"
        return f"?{query.urlencode()}"

    shown = {
        "title": date_format(first, "YEAR_MONTH_FORMAT"),
        "previous_url": address(first - timedelta(days=1)),
        "today_url": address(clock.today()),
        "next_url": address(first + timedelta(days=32)),
        "weekdays": [date_format(day, "D") for day in weeks[0]],
        "weeks": [[_day(day, first, by_day.get(day, []), request) for day in week] for week in weeks],
    }
    return render(request, "tasks/calendar.html", _frame(request, form, "calendar") | {"calendar": shown})


@needs("task.see")
def export(request: Request) -> HttpResponse:
    """The list as a workbook, all pages of it."""
    form = filters.FilterForm(request)
    data = task_workbook(request, list(filters.filtered(request, form)), targets.ruler(request.county))
    answer = HttpResponse(data, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="tasks-{clock.today().isoformat()}.xlsx"'
    return answer


def _frame(request: Request, form: filters.FilterForm, current: str) -> dict[str, Any]:
    """What list, board and calendar have in common."""
    return {
        "tabs": tabs(request, current),
        "filters": form,
        "filters_url": reverse(current),
        "chips": filters.chips(request, form),
        "reset_url": reverse(current),
        "counts": agenda.counts(filters.visible(request)),
        "waiting": agenda.mine(request.user).count(),
        "may_create": access.may_anywhere(request.user, "task.create"),
        "may_wait": access.may_anywhere(request.user, "task.comment"),
        "query": request.GET.urlencode(),
    }


def _moves(task: Task, allowed: dict[str, set[int]]) -> list[dict[str, str]]:
    return [
        {"name": right.removeprefix("task."), "label": str(LABELS[right])}
        for right, keys in allowed.items()
        if task.state in MOVES[right] and task.pk in keys
    ]


def _month(request: Request) -> date:
    """The first day of the month that the address asks for; the present one where that is no sensible month."""
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        first = date.min
    return first if FIRST_DAY <= first <= LAST_DAY else clock.today().replace(day=1)


def _day(day: date, first: date, tasks: list[Task], request: Request) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "date": day,
        "outside": day.month != first.month,
        "today": day == clock.today(),
        "events": [
            {
                "url": reverse("task", args=[task.pk]),
                "label": targets.task_title(task, request.language),
                "status": rows.due_flag(task) or task.state,
                "status_label": rows.due_note(task) or task.get_state_display(),
            }
            for task in tasks[:PER_DAY]
        ],
    }
    if len(tasks) > PER_DAY:
        query = request.GET.copy()
        query.pop("month", None)
        query["due"] = day.isoformat()
        shown["more_url"] = f"{reverse('tasks')}?{query.urlencode()}"
        shown["more_label"] = _("另有 {count} 项").format(count=len(tasks) - PER_DAY)
    return shown
