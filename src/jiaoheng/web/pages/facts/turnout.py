"""Who is in a submission: its files and schools with what is wrong with them, and the schools that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiaoheng.county import Problem
from jiaoheng.language import Language
from jiaoheng.ledger import access, submissions
from jiaoheng.ledger.actions import Refused, asking
from jiaoheng.ledger.models import Organisation, Submission, Task
from jiaoheng.ledger.submissions import Checked
from jiaoheng.sources.turnout import alike
from jiaoheng.web.choosing import school_year
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

ALL = "all"
FOLDED = 12
_FORMS_MISSING = "forms_missing"


class AskForm(forms.Form):
    """By when schools are to send what is missing."""

    due = forms.DateField(
        label=gettext_lazy("完成时限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["due"].initial = asking.first_day()


def told(request: Request, submission: Submission, checked: Checked, chosen: str) -> dict[str, Any]:
    """What the page says of files and schools; ``chosen`` is the school whose problems are shown."""
    turnout, language = checked.turnout, request.language
    named = {file.file: code for code, files in turnout.schools.items() for file in files if len(file.schools) == 1}
    several = len(turnout.files) + len(checked.unread) > 1
    return {
        "files_read": _files_line(checked) if several else "",
        "schools": _schools(checked, named, language, chosen) if len(set(named.values())) > 1 else None,
        "folds": _folds(checked, named, language) if several else [],
        "missing": _missing(request, submission, checked) if turnout.missing else None,
        "filtered": turnout.names.get(chosen, "") if len(set(named.values())) > 1 else "",
    }


def chosen_school(checked: Checked, asked: str) -> str:
    """The school whose problems are shown: the one asked for, or the first with errors; empty for all of them."""
    files = {file.file: file.schools[0] for file in checked.turnout.files if len(file.schools) == 1}
    codes = list(dict.fromkeys(files.values()))
    if len(codes) < 2 or asked == ALL:
        return ""
    if asked in codes:
        return asked
    wrong = sorted(checked.problems, key=lambda problem: problem.severity)
    return next((files[problem.origin.file] for problem in wrong if problem.origin.file in files), "")


def is_of(checked: Checked, code: str) -> Callable[[Problem], bool]:
    """Tells of a problem whether it concerns a school, or no single one."""
    others = {
        file.file for file in checked.turnout.files if len(file.schools) == 1 and file.schools[0] != code and code
    }
    return lambda problem: problem.origin.file not in others


@require_POST
@needs("task.create")
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask the ticked schools, or all of them, for the statistics that are missing."""
    submission = found(request, "submission.see", Submission, pk=pk)
    checked, form = submissions.last_check(submission), AskForm(request.POST)
    if checked is None or checked.turnout.year is None:
        messages.error(request, _("核对结果里没有缺报的学校。"))
    elif not form.is_valid():
        messages.error(request, _("请填写完成时限。"))
    else:
        missing = {each.code: each for each in checked.turnout.missing}
        codes = (
            missing
            if request.POST.get("every")
            else [code for code in request.POST.getlist("school") if code in missing]
        )
        if not codes:
            messages.error(request, _("请先勾选学校。"))
        else:
            _ask(request, submission, checked, list(codes), form.cleaned_data["due"])
    return HttpResponseRedirect(reverse("submission", args=[pk]) + "#missing")


def _ask(request: Request, submission: Submission, checked: Checked, codes: list[str], due: date) -> None:
    """Ask each school once; say how many were, and why others were not."""
    turnout = checked.turnout
    kinds = {each.code: each.kind for each in turnout.missing}
    units = {unit.code: unit for unit in _units(submission, codes)}
    asked, refused = 0, []
    for code in codes:
        if code not in units:
            refused.append(_("{code} 不在单位名册中。").format(code=code))
            continue
        if asking.asked(units[code], turnout.year or 0):
            continue
        try:
            asking.ask_school(
                request.actor, units[code], submission=submission, year=turnout.year or 0, due=due, kind=kinds[code]
            )
        except Refused as why:
            refused.append(str(why))
        else:
            asked += 1
    if asked:
        text = ngettext("已请 {count} 所学校补报。", "已请 {count} 所学校补报。", asked)
        messages.success(request, text.format(count=asked))
    elif not refused:
        messages.info(request, _("所选学校都已请过，没有重复发出。"))
    for why_not in refused[:5]:
        messages.error(request, why_not)


def _units(submission: Submission, codes: Iterable[str]) -> Any:
    kind = Organisation.Kind.SCHOOL
    return Organisation.objects.filter(kind=kind, code__in=list(codes), path__startswith=submission.county.path)


def _files_line(checked: Checked) -> str:
    read, unread = len(checked.turnout.files), len(checked.unread)
    later = len({each.file for each in checked.foreign} & {each.file for each in checked.unread})
    text = ngettext("读了 {count} 个文件", "读了 {count} 个文件", read).format(count=read)
    if schools := len(checked.turnout.names):
        text += _("，") + ngettext("有 {count} 所学校的数据", "有 {count} 所学校的数据", schools).format(count=schools)
    if later:
        text += _("，") + ngettext("{count} 个文件还没有读取", "{count} 个文件还没有读取", later).format(count=later)
    if unread > later:
        count = unread - later
        text += _("，") + ngettext("{count} 个文件读不了", "{count} 个文件读不了", count).format(count=count)
    return text + _("。")


def _schools(checked: Checked, named: Mapping[str, str], language: Language, chosen: str) -> dict[str, Any]:
    """The schools, those with errors first: files, errors, warnings, forms that are missing."""
    errors: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    lacking: dict[str, list[str]] = {}
    for problem in checked.problems:
        if code := named.get(problem.origin.file):
            (errors if problem.severity == "error" else warnings)[code] += 1
            if problem.code == _FORMS_MISSING:
                lacking.setdefault(code, []).append(problem.details.get(f"forms_{language}", ""))
    files = {code: [file.file for file in of if len(file.schools) == 1] for code, of in checked.turnout.schools.items()}
    codes = sorted(set(named.values()), key=lambda code: (-errors[code], -warnings[code], files[code]))
    return {
        "id": "schools",
        "caption": _("读到的学校"),
        "caption_hidden": True,
        "filter": len(codes) > FOLDED,
        "columns": [
            {"label": _("学校"), "kind": "name"},
            {"label": _("文件"), "kind": "text"},
            {"label": _("错误"), "kind": "number"},
            {"label": _("提醒"), "kind": "number"},
            {"label": _("缺少的表"), "kind": "text"},
        ],
        "rows": [
            {
                "current": code == chosen,
                "cells": [
                    {
                        "text": checked.turnout.names.get(code, code),
                        "url": "?" + urlencode({"school": code}) + "#problems",
                        "kind": "name",
                    },
                    {"text": _("、").join(files[code]), "kind": "text"},
                    {"text": errors[code], "kind": "number"},
                    {"text": warnings[code], "kind": "number"},
                    {"text": _("、").join(lacking.get(code, [])) or "—", "kind": "text"},
                ],
            }
            for code in codes
        ],
    }


def _folds(checked: Checked, named: Mapping[str, str], language: Language) -> list[dict[str, Any]]:
    """Problems that several files have, told once with links to the schools."""
    names = checked.turnout.names
    return [
        {
            "files": ngettext("{count} 个文件", "{count} 个文件", len(each.files)).format(count=len(each.files)),
            "what": each.what,
            "severity": each.severity,
            "links": [
                {
                    "label": names.get(named.get(file, ""), "") or file,
                    "url": "?" + urlencode({"school": named.get(file, ALL)}) + "#problems",
                }
                for file in each.files
            ],
        }
        for each in alike(checked.problems, language)
    ]


def _missing(request: Request, submission: Submission, checked: Checked) -> dict[str, Any]:
    """The schools without a workbook, with what the county has of them and who asked them when."""
    turnout = checked.turnout
    year = turnout.year or 0
    units = {unit.code: unit for unit in _units(submission, [each.code for each in turnout.missing])}
    tasks = Task.objects.filter(lead__in=units.values(), asked_year=year).exclude(state=Task.State.WITHDRAWN)
    asked = {task.lead.code: task for task in tasks.select_related("lead", "created_by", "answer").order_by("pk")}
    rows = [
        {
            "code": each.code,
            "name": each.name,
            "years": _have(each.years, year),
            "task": asked.get(each.code),
            "status": asked[each.code].state if each.code in asked else "",
        }
        for each in turnout.missing
    ]
    may_ask = access.may(request.user, "task.create", submission.county) and submission.is_open
    return {
        "rows": rows,
        "year": school_year(year),
        "open": sum(row["task"] is None for row in rows),
        "form": AskForm() if may_ask else None,
    }


def _have(years: tuple[int, ...], year: int) -> str:
    """What the county has of a school."""
    if year in years:
        return _("已有{year}的数据").format(year=school_year(year))
    if years:
        return _("只有到{year}的数据").format(year=school_year(years[-1]))
    return _("还没有任何数据")
