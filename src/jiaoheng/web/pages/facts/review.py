"""Before facts are accepted: what would change, what waits, and which figures would be unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from jiaoheng import standards
from jiaoheng.county import County, schema
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.findings import Assessment, Value, words
from jiaoheng.ledger import access, facts, submissions
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Submission
from jiaoheng.ledger.submissions import Checked
from jiaoheng.web.pages.facts import changes, shown
from jiaoheng.web.pages.facts.forms import ReturnForm
from jiaoheng.web.pages.sources import shown as differing
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

NAMED = 6


@needs("submission.see")
def show(request: Request, pk: int) -> HttpResponse:
    """The page; whoever may see the submission may see what it would change."""
    return _page(request, found(request, "submission.see", Submission, pk=pk))


@require_POST
@needs("submission.return")
def send_back(request: Request, pk: int) -> HttpResponse:
    """Return it to the school."""
    submission = found(request, "submission.return", Submission, pk=pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            acts.send_back(request.actor, submission, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已退回{unit}，并附上您的说明。").format(unit=submission.organisation.name))
            return redirect("submissions")
    return _page(request, submission, form=form)


@require_POST
@needs("submission.accept")
def accept(request: Request, pk: int) -> HttpResponse:
    """Make it the county's facts."""
    submission = found(request, "submission.accept", Submission, pk=pk)
    try:
        snapshot = acts.accept(request.actor, submission, result=request.POST.get("result", ""))
    except Refused as refused:
        submission.refresh_from_db()
        return _page(request, submission, error=str(refused))
    except SnapshotError:
        return _page(request, submission, error=_("核对结果的文件不完整。请重新核对。"))
    if snapshot is None:
        messages.success(request, _("已采纳。数据与现有的完全相同，没有变化。"))
        return redirect("submission", pk=pk)
    messages.success(request, _("已采纳，成为全县现有数据。正在测算达标情况。"))
    return redirect("snapshot", pk=snapshot.pk)


def _page(request: Request, submission: Submission, *, form: ReturnForm | None = None, error: str = "") -> HttpResponse:
    checked = submissions.last_check(submission)
    allowed = {name: access.may(request.user, f"submission.{name}", submission) for name in ("accept", "return")}
    is_submitted = submission.state == Submission.State.SUBMITTED
    why = acts.why_not_acceptable(submission)
    context: dict[str, Any] = {
        "submission": submission,
        "status": shown.status(submission),
        "breadcrumbs": [
            {"url": reverse("submissions"), "label": _("数据")},
            {"url": reverse("submission", args=[submission.pk]), "label": submission.title},
            {"label": _("核对变化")},
        ],
        "may_accept": allowed["accept"],
        "may_return": allowed["return"] and is_submitted,
        "why_not": why,
        "may_check": bool(why) and submission.state not in (Submission.State.ACCEPTED, Submission.State.WITHDRAWN),
        "form": form or ReturnForm(),
        "error": error,
        "checked": checked,
        "metrics": _metrics(checked) if checked else [],
    }
    if checked is not None:
        context |= differing.of_submission(submission, checked, request.language)
        try:
            context |= _difference(request, submission, checked)
        except SnapshotError:
            context["error"] = _("核对结果的文件不完整。请重新核对。")
    status = 409 if error or (form and form.errors) else 200
    return render(request, "facts/review.html", context, status=status)


def _difference(request: Request, submission: Submission, checked: Checked) -> dict[str, Any]:
    """What accepting would change of the facts it was laid over."""
    after = changes.read_draft(submissions.draft_folder(submission, checked))
    base = changes.snapshot_of(submission.county, submission.base)
    told: dict[str, Any] = {
        "is_first": base is None,
        "waiting": _waiting(checked, request),
        "unknown": _unknown(checked, facts.assessment(base) if base else None, after, request),
    }
    if base is None:
        text = _("首次采纳：{rows} 行数据，{years} 个学年。")
        return told | {"first": text.format(rows=_rows(after), years=len(after.years))}
    told |= changes.told(facts.tables(base), after, request.language)
    told["metrics"] = [*_metrics(checked), *shown.blanked(told["blanked"])]
    before = facts.assessment(base)
    if before is not None and checked.assessment is not None:
        told["verdicts"] = changes.verdicts(before, checked.assessment, after, request.language)
    return told


def _metrics(checked: Checked) -> list[dict[str, Any]]:
    counts = checked.summary()
    waiting = counts["waiting"]
    return [
        {"label": _("这次读到"), "value": f"{counts['rows']:,}", "unit": pgettext("unit", "行")},
        {
            "label": _("等待改正"),
            "value": f"{waiting:,}",
            "unit": pgettext("unit", "行"),
            "status": "fails" if waiting else "meets",
            "status_label": _("相关数字会缺") if waiting else _("全部可用"),
        },
        {"label": _("提醒"), "value": f"{counts['warnings']:,}", "unit": _("处")},
    ]


def _rows(county: County) -> str:
    return f"{sum(table.num_rows for table in county.tables.values()):,}"


def _waiting(checked: Checked, request: Request) -> list[dict[str, Any]]:
    """The rows that wait by table."""
    tables = schema().tables
    return [
        {"label": tables[name].label.say(request.language) if name in tables else name, "count": count}
        for name, count in checked.waiting.items()
    ]


def _unknown(checked: Checked, before: Assessment | None, county: County, request: Request) -> list[dict[str, Any]]:
    """The figures that would be unknown and are known now, those of the same schools together."""
    if checked.assessment is None:
        return []
    known = {_place(value) for value in before.values if value.status != "unknown"} if before else None
    figures: dict[tuple[str, str], list[str]] = {}
    names = county.school_names()
    for value in checked.assessment.values:
        if value.status == "unknown" and (known is None or _place(value) in known):
            figures.setdefault((value.check, value.stage), []).append(names.get(value.school_id, ""))
    if before is None and not checked.gaps:
        return []
    groups: dict[tuple[str, ...], list[str]] = {}
    for (check, stage), of in figures.items():
        groups.setdefault(tuple(sorted(filter(None, of))), []).append(_label(check, stage, request))
    return [{"schools": _named(of) or request.county.name, "figures": labels} for of, labels in groups.items()]


def _label(check: str, stage: str, request: Request) -> str:
    label = words.check_label(standards.load(facts.NATIONAL), check, request.language)
    return f"{words.stage_label(stage, request.language)} · {label}" if stage else label


def _place(value: Value) -> tuple[str, str, str]:
    return value.check, value.stage, value.school_id


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    first = " · ".join(listed[:NAMED])
    return first if len(listed) <= NAMED else _("{names} 等 {count} 所").format(names=first, count=len(listed))
