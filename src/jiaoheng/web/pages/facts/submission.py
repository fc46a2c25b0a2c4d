"""One submission: its files, what checking gave, and the steps that it can take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from jiaoheng.county import schema
from jiaoheng.ledger import access, submissions
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Run, SourceFile, Submission
from jiaoheng.ledger.submissions import Checked
from jiaoheng.web.pages.facts import columns, rows, shown, turnout
from jiaoheng.web.pages.facts.forms import FilesForm
from jiaoheng.web.pages.facts.receiving import received
from jiaoheng.web.pages.sources import shown as differing
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

ROWS = 20
MANY = 8


@needs("submission.see")
def show(request: Request, pk: int) -> HttpResponse:
    """The page."""
    return page(request, found(request, "submission.see", Submission, pk=pk))


def page(
    request: Request,
    submission: Submission,
    *,
    files_form: FilesForm | None = None,
    typed: rows.Typed | None = None,
    error: str = "",
    unsaved: list[str] | None = None,
) -> HttpResponse:
    """The page as it is, or with what was refused: what was typed stays in it."""
    files = list(submission.files.prefetch_related("mended__by").select_related("added_by", "mapped"))
    checked = submissions.last_check(submission)
    allowed = {
        name: access.may(request.user, f"submission.{name}", submission)
        for name in ("change", "submit", "withdraw", "accept")
    }
    is_open = submission.is_open and allowed["change"]
    context: dict[str, Any] = {
        "submission": submission,
        "status": shown.status(submission),
        "breadcrumbs": [{"url": reverse("submissions"), "label": _("数据")}, {"label": submission.title}],
        "is_open": is_open,
        "may": allowed,
        "steps": _steps(submission, allowed),
        "files": [
            _file(submission, each, is_open=is_open) | {"foreign": columns.offered(request, submission, each)}
            for each in files
            if not each.removed
        ],
        "removed": [each for each in files if each.removed],
        "files_form": files_form or FilesForm(),
        "run": run_shown(submission, _latest_run(submission), checked),
        "checked": checked,
        "mends": rows.mends([each for each in files if not each.removed], checked, request.language),
        "events": shown.events(submission),
        "error": error,
        "unsaved": unsaved or [],
    }
    if checked is not None:
        context |= differing.of_submission(submission, checked, request.language)
        context |= _result(request, submission, checked, files, typed or rows.Typed(), is_open=is_open)
    refused = bool(error or (files_form and files_form.errors))
    return render(request, "facts/submission.html", context, status=409 if refused else 200)


@needs("submission.see")
def progress(request: Request, pk: int) -> HttpResponse:
    """How far the check is, asked for again and again; the whole page anew where nothing typed can be lost."""
    submission = found(request, "submission.see", Submission, pk=pk)
    checked = submissions.last_check(submission)
    run = run_shown(submission, _latest_run(submission), checked)
    answer = render(request, "facts/progress.html", {"run": run, "submission": submission})
    if not run.get("poll_url") and not request.GET.get("shown"):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@needs("submission.change")
def add(request: Request, pk: int) -> HttpResponse:
    """Add files."""
    submission = found(request, "submission.change", Submission, pk=pk)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, submission, files_form=form)
    try:
        acts.must_be_open(submission)
        with received(request, submissions.files_folder(submission), form.chosen()) as delivery:
            acts.add_files(request.actor, submission, delivery.files)
    except Refused as refused:
        form.add_error("upload", str(refused))
        return page(request, submission, files_form=form)
    shown.tell_left_out(request, delivery.left_out)
    messages.success(request, _("文件已收到，正在核对。"))
    return redirect("submission", pk=pk)


@require_POST
@needs("submission.change")
def remove(request: Request, pk: int, file: int) -> HttpResponse:
    """Leave a file out."""
    source = found(request, "submission.change", SourceFile, pk=file, submission=pk)
    return _done(request, pk, lambda: acts.remove_file(request.actor, source), _("文件已移出，可以随时放回。"))


@require_POST
@needs("submission.change")
def put_back(request: Request, pk: int, file: int) -> HttpResponse:
    """Put a file back."""
    source = found(request, "submission.change", SourceFile, pk=file, submission=pk)
    return _done(request, pk, lambda: acts.restore_file(request.actor, source), _("文件已放回。"))


@require_POST
@needs("submission.change")
def check(request: Request, pk: int) -> HttpResponse:
    """Check once more."""
    submission = found(request, "submission.change", Submission, pk=pk)
    return _done(request, pk, lambda: acts.check(request.actor, submission), "")


@require_POST
@needs("submission.submit")
def submit(request: Request, pk: int) -> HttpResponse:
    """Send it to the bureau."""
    submission = found(request, "submission.submit", Submission, pk=pk)
    return _done(request, pk, lambda: acts.submit(request.actor, submission), _("已报送教育局，等待审核。"))


@require_POST
@needs("submission.submit")
def take_back(request: Request, pk: int) -> HttpResponse:
    """Take it back before it is decided on."""
    submission = found(request, "submission.submit", Submission, pk=pk)
    return _done(request, pk, lambda: acts.take_back(request.actor, submission), _("已收回，可以继续修改。"))


@require_POST
@needs("submission.withdraw")
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Give it up."""
    submission = found(request, "submission.withdraw", Submission, pk=pk)
    told = _("已作废。文件都还在，需要时可以恢复。")
    return _done(request, pk, lambda: acts.withdraw(request.actor, submission), told)


@require_POST
@needs("submission.withdraw")
def restore(request: Request, pk: int) -> HttpResponse:
    """Take it up again."""
    submission = found(request, "submission.withdraw", Submission, pk=pk)
    return _done(request, pk, lambda: acts.restore(request.actor, submission), _("已恢复，可以继续修改。"))


def run_shown(submission: Submission, run: Run | None, checked: Checked | None) -> dict[str, Any]:
    """The check that goes on or has failed; an empty one where there is nothing to tell."""
    if run is None or (run.status == Run.Status.DONE and submission.is_checked):
        return {}
    status = {"waiting": "open", "running": "in_progress", "done": "closed"}.get(run.status, "overdue")
    told: dict[str, Any] = {
        "id": "check",
        "title": _("核对数据"),
        "status": status,
        "status_label": run.get_status_display(),
        "percent": round(100 * run.progress) if run.status == Run.Status.RUNNING else None,
        "failed": run.status in (Run.Status.FAILED, Run.Status.CANCELLED),
    }
    if run.status in Run.UNFINISHED:
        text = _("排队中，马上开始。") if run.status == Run.Status.WAITING else _reading(run)
        poll = reverse("submission_progress", args=[submission.pk])
        return told | {"text": text, "poll_url": poll + (f"?shown={submission.result}" if checked else "")}
    text = run.error if run.status == Run.Status.FAILED else _("核对没有完成。")
    return told | {"percent": 0, "text": text}


def _reading(run: Run) -> str:
    """Which file of how many is being read, or that all are read."""
    doing = run.result.get("doing") or {}
    if not doing.get("file"):
        return _("正在读取和核对，一般不超过一分钟。")
    return _("正在读取 {place}/{of}：{file}").format(**doing)


def _latest_run(submission: Submission) -> Run | None:
    """The check that was asked for last."""
    return Run.objects.filter(kind="check", inputs={"submission": submission.pk}).order_by("pk").last()


def _done(request: Request, pk: int, act: Callable[[], object], told: str) -> HttpResponse:
    """Carry an action out and go back to the page, with what came of it."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if told:
            messages.success(request, told)
    return redirect("submission", pk=pk)


def _steps(submission: Submission, allowed: dict[str, bool]) -> dict[str, Any]:
    """What can be done with it now."""
    state, states = submission.state, Submission.State
    is_school = submission.school is not None
    ready = submission.is_checked and bool(submission.summary.get("rows"))
    may_review = state == states.SUBMITTED if is_school else submission.is_open
    return {
        "submit": is_school and submission.is_open and allowed["submit"] and ready,
        "take_back": state == states.SUBMITTED and allowed["submit"],
        "review": may_review and allowed["accept"] and bool(submission.result) and bool(submission.summary.get("rows")),
        "withdraw": submission.is_open and allowed["withdraw"],
        "restore": state == states.WITHDRAWN and allowed["withdraw"],
        "check": submission.is_open and allowed["change"] and bool(submission.revision),
    }


def _file(submission: Submission, source: SourceFile, *, is_open: bool) -> dict[str, Any]:
    of = [submission.pk, source.pk]
    return {
        "name": source.name,
        "kind": source.name.rpartition(".")[2],
        "size": source.size,
        "who": source.added_by.name,
        "at": source.added_at,
        "url": "" if source.gone else reverse("submission_file", args=of),
        "gone": source.gone,
        "leave_out_url": reverse("submission_remove_file", args=of) if is_open and not source.gone else "",
    }


def _result(
    request: Request,
    submission: Submission,
    checked: Checked,
    files: list[SourceFile],
    typed: rows.Typed,
    *,
    is_open: bool,
) -> dict[str, Any]:
    school = turnout.chosen_school(checked, request.GET.get("school", ""))
    sheets = rows.sheets(checked, request.language, turnout.is_of(checked, school))
    chosen = next((each for each in sheets if each.key == request.GET.get("sheet")), sheets[0] if sheets else None)
    # Rows that a mapping reads have no cells to type into: one of them may be made of several.
    by_name = {each.name: each for each in files if not each.removed and not _mapped(each)}
    found_rows = Paginator(chosen.rows if chosen else (), ROWS).get_page(request.GET.get("page"))
    listed = list(
        rows.entries(list(found_rows.object_list), checked, by_name, request.language, typed, is_open=is_open)
    )
    unknown = {each.file for each in checked.foreign}
    every = [problem for _place, problems in (chosen.rows if chosen else ()) for problem in problems]
    return turnout.told(request, submission, checked, school) | {
        "metrics": _metrics(submission, checked),
        "brought": _brought(checked, request),
        "unread": [
            {"file": each.file, "reason": each.reason.say(request.language)}
            for each in checked.unread
            if each.file not in unknown
        ],
        "unknown": [each.name for each in files if not each.removed and each.name in unknown and not _mapped(each)],
        "is_mapped": chosen is not None and _is_mapped(chosen, files),
        "sheets": [
            {
                "url": "?" + urlencode({"sheet": each.key} | ({"school": school} if school else {})) + "#problems",
                "label": each.label,
                "current": each is chosen,
                "count": each.errors + each.warnings,
            }
            for each in sheets
        ],
        "chosen": chosen,
        "others": rows.told(chosen.others, request.language) if chosen else [],
        "entries": listed,
        "unplaced": rows.unplaced(typed, listed),
        "rows_page": found_rows,
        "alike": _alike(every, request) if len(chosen.rows if chosen else ()) > MANY else [],
        "query": request.GET.urlencode(),
    }


def _mapped(source: SourceFile) -> bool:
    return hasattr(source, "mapped")


def _is_mapped(sheet: rows.Sheet, files: list[SourceFile]) -> bool:
    """Whether the rows of a sheet were read through a mapping, so that nothing can be typed into them."""
    named = {origin.file for (_table, origin), _problems in sheet.rows}
    mapped = {each.name for each in files if not each.removed and _mapped(each)}
    # Those of a folder are told by their own names.
    return bool(named & (mapped | {PurePosixPath(name).name for name in mapped}))


def _alike(problems: list[Any], request: Request) -> list[dict[str, Any]]:
    """Where there are many rows: the same problems told once, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    firsts: dict[tuple[str, str], Any] = {}
    for problem in problems:
        key = (problem.code, problem.column)
        counts[key] = counts.get(key, 0) + 1
        firsts.setdefault(key, problem)
    return [
        {
            "label": firsts[key].label(request.language) or _("整行"),
            "what": firsts[key].what(request.language),
            "severity": firsts[key].severity,
            "count": count,
        }
        for key, count in sorted(counts.items(), key=lambda each: -each[1])
    ]


def _metrics(submission: Submission, checked: Checked) -> list[dict[str, Any]]:
    counts = checked.summary()
    waiting = counts["waiting"]
    told = [
        {"label": _("读到"), "value": f"{counts['rows']:,}", "unit": pgettext("unit", "行")},
        {
            "label": _("等待改正"),
            "value": f"{waiting:,}",
            "unit": pgettext("unit", "行"),
            "status": "fails" if waiting else "meets",
            "status_label": _("不改也能采纳，但相关数字算不出") if waiting else _("全部可用"),
        },
        {"label": _("错误"), "value": f"{counts['errors']:,}", "unit": _("处")},
        {"label": _("提醒"), "value": f"{counts['warnings']:,}", "unit": _("处"), "note": _("请看一眼，不影响采纳")},
    ]
    if counts["refused"]:
        note = _("不是本校的行，不采用")
        told.insert(
            2, {"label": _("不采用"), "value": f"{counts['refused']:,}", "unit": pgettext("unit", "行"), "note": note}
        )
    return told


def _brought(checked: Checked, request: Request) -> dict[str, Any]:
    tables = schema().tables
    listed = [name for name in tables if checked.brought.get(name) or checked.waiting.get(name)]
    return {
        "caption": _("各表读到的行数"),
        "caption_hidden": True,
        "dense": True,
        "columns": [
            {"label": _("表"), "kind": "name"},
            {"label": _("读到"), "kind": "number", "unit": pgettext("unit", "行")},
            {"label": _("等待改正"), "kind": "number", "unit": pgettext("unit", "行")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": tables[name].label.say(request.language), "kind": "name"},
                    {"text": f"{checked.brought.get(name, 0):,}", "kind": "number"},
                    {"text": f"{checked.waiting.get(name, 0):,}", "kind": "number"},
                ]
            }
            for name in listed
        ],
    }
