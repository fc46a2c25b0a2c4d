"""The monthly bulletin on the page, on paper and as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.bulletin import Bulletin, Line, NotYet, Told, bulletin, line, months
from jiaoheng.ledger.models import Organisation, Task
from jiaoheng.web.pages.tasks.tabs import tabs
from jiaoheng.web.pages.tasks.workbook import bulletin_workbook, headers
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

Kind = Organisation.Kind
LATE_SHOWN = 20


@needs("bulletin.see")
def index(request: Request) -> HttpResponse:
    """The months that have a bulletin."""
    shown = [
        {"url": reverse("bulletin", args=[month.year, month.month]), "label": _month_name(month), "current": place == 0}
        for place, month in enumerate(months(request.county))
    ]
    return render(request, "tasks/bulletins.html", {"tabs": tabs(request, "bulletins"), "months": shown})


@needs("bulletin.see")
def month(request: Request, year: int, month: int) -> HttpResponse:
    """The bulletin of the county, or of the units that this person answers for."""
    told = _told(request, year, month)
    whole, seen = _within(request) is None, _seen(request)
    return render(
        request,
        "tasks/bulletin.html",
        {
            "tabs": tabs(request, "bulletins"),
            "told": told,
            "heading": _title(told, whole),
            "sentences": _sentences(told),
            "sections": _table(_("按主管股室（含责任区）"), told.sections, told, told.total) if whole else None,
            "schools": _table(_("按学校"), told.schools, told, told.total),
            "late": [_late(one, told, seen) for one in told.late()[:LATE_SHOWN]],
            "late_more": max(0, len(told.late()) - LATE_SHOWN),
            "excel_url": reverse("bulletin_excel", args=[year, month]),
            "breadcrumbs": _crumbs(_month_name(told.first)),
        },
    )


@needs("bulletin.see")
def excel(request: Request, year: int, month: int) -> HttpResponse:
    """The same as a workbook."""
    told = _told(request, year, month)
    whole = _within(request) is None
    data = bulletin_workbook(request, told, _title(told, whole), _sentences(told), whole)
    answer = HttpResponse(data, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="bulletin-{told.first:%Y-%m}.xlsx"'
    return answer


@needs("bulletin.see")
def unit(request: Request, year: int, month: int, unit: int) -> HttpResponse:
    """A section's or a school's month: its numbers and its tasks."""
    of = found(request, "bulletin.see", Organisation, pk=unit)
    told = _told(request, year, month)
    own, seen = told.of(of.pk), _seen(request)
    name = told.names.get(of.pk, of.name)
    groups = (
        (_("逾期未办结"), [one for one in own if one.days_late is not None]),
        (_("本月销号"), [one for one in own if one.closed]),
        (_("本月退回"), [one for one in own if one.returned]),
        (_("本月新增"), [one for one in own if one.new]),
    )
    return render(
        request,
        "tasks/bulletin_unit.html",
        {
            "tabs": tabs(request, "bulletins"),
            "told": told,
            "name": name,
            "heading": _("{unit} {month}台账办理情况").format(unit=name, month=_month_name(told.first)),
            "metrics": _metrics(line(of.pk, name, own)),
            "groups": [(label, [_late(one, told, seen) for one in tasks]) for label, tasks in groups if tasks],
            "breadcrumbs": [
                *_crumbs("")[:-1],
                {"url": reverse("bulletin", args=[year, month]), "label": _month_name(told.first)},
                {"label": name},
            ],
        },
    )


def _told(request: Request, year: int, month: int) -> Bulletin:
    try:
        date(year, month, 1)
    except (ValueError, OverflowError):
        raise Http404 from None
    try:
        return bulletin(request.county, year, month, within=_within(request))
    except NotYet:
        raise Refused(_("{year} 年 {month} 月还没有到，没有通报。").format(year=year, month=month)) from None


def _within(request: Request) -> set[int] | None:
    """None for those who see the whole county; else the units whose tasks they are told of."""
    reached = access.reached(request.user, "bulletin.see")
    return None if request.county.pk in reached else reached


def _month_name(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def _title(told: Bulletin, whole: bool) -> str:
    month = _month_name(told.first)
    return _("{month}台账办理情况通报").format(month=month) if whole else _("{month}台账办理情况").format(month=month)


def _sentences(told: Bulletin) -> list[str]:
    """What the numbers say, to be read aloud."""
    total = told.total
    day = date_format(told.last, "DATE_FORMAT")
    said = [
        _(
            "截至 {day}，台账事项上月结转 {carried} 项，本月新增 {new} 项，销号 {closed} 项，"
            "作废 {withdrawn} 项，月末未办结 {pending} 项。"
        ).format(
            day=day,
            carried=total.carried,
            new=total.new,
            closed=total.closed,
            withdrawn=total.withdrawn,
            pending=total.pending,
        )
    ]
    if total.rate is not None:
        said.append(_("销号率 {rate}，即本月销号数占“上月结转+本月新增-作废”的比例。").format(rate=_share(total.rate)))
    if total.overdue:
        first = told.late()[0]
        unit = told.names.get(first.school or first.section, "")
        said.append(
            _("逾期 {count} 项，最长逾期 {days} 天（{title}）。").format(
                count=total.overdue,
                days=total.longest,
                title=first.title if first.title.startswith(unit) else f"{unit} {first.title}",
            )
        )
    else:
        said.append(_("没有逾期事项。"))
    if total.returned:
        said.append(_("验收退回 {count} 次。").format(count=total.returned))
    return said


def _table(caption: str, lines: tuple[Line, ...], told: Bulletin, total: Line) -> dict[str, Any]:
    columns = [{"label": _("单位"), "kind": "name"}, *({"label": label, "kind": "number"} for label in headers())]
    return {
        "caption": caption,
        "columns": columns,
        "rows": [{"cells": [_unit_cell(own, told), *_numbers(own)]} for own in lines],
        "foot": [{"text": _("合计")}, *_numbers(total)],
    }


def _unit_cell(own: Line, told: Bulletin) -> dict[str, Any]:
    if own.unit is None:
        return {"text": _("全县事项"), "kind": "name"}
    url = reverse("bulletin_unit", args=[told.first.year, told.first.month, own.unit])
    return {"text": own.name, "url": url, "kind": "name"}


def _numbers(own: Line) -> list[dict[str, Any]]:
    counted = (own.carried, own.new, own.closed, own.withdrawn, own.pending)
    shown: list[dict[str, Any]] = [{"text": value, "kind": "number"} for value in counted]
    late: dict[str, Any] = {"text": own.overdue, "kind": "number"}
    if own.overdue:
        late |= {"status": "overdue", "status_label": _("已逾期")}
    longest = "—" if own.longest is None else own.longest
    return [
        *shown,
        late,
        {"text": own.returned, "kind": "number"},
        {"text": "—" if own.rate is None else _share(own.rate), "kind": "number"},
        {"text": longest, "kind": "number"},
    ]


def _metrics(own: Line) -> list[dict[str, Any]]:
    return [
        {"label": _("上月结转"), "value": own.carried},
        {"label": _("本月新增"), "value": own.new},
        {
            "label": _("本月销号"),
            "value": own.closed,
            "note": _share(own.rate) if own.rate is not None else "",
        },
        {"label": _("月末未办结"), "value": own.pending},
        {"label": _("其中逾期"), "value": own.overdue},
        {"label": _("退回（次）"), "value": own.returned},
    ]


def _late(one: Told, told: Bulletin, seen: set[int]) -> dict[str, Any]:
    """A task of the bulletin; a link where the person may see it."""
    return {
        "title": one.title,
        "url": reverse("task", args=[one.task]) if one.task in seen else "",
        "unit": told.names.get(one.school or one.section, ""),
        "section": told.names.get(one.section, ""),
        "due": one.due,
        "days": one.days_late,
    }


def _seen(request: Request) -> set[int]:
    return set(access.which(request.user, "task.see", Task).values_list("pk", flat=True))


def _crumbs(last: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("tasks"), "label": _("台账")},
        {"url": reverse("bulletins"), "label": _("月度通报")},
        {"label": last},
    ]


def _share(rate: float) -> str:
    return f"{rate * 100:.1f}%"
