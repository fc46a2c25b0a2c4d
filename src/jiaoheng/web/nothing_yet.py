"""What a page says while the county has no figures, or they are still being measured, and what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiaoheng.ledger import access, facts
from jiaoheng.ledger.models import Run, Snapshot
from jiaoheng.web.request import Request


def page(request: Request, title: str) -> HttpResponse:
    """A page of this title that makes no sense without figures."""
    return render(request, "web/nothing_yet.html", {"page_title": title, **nothing_yet(request)})


def nothing_yet(request: Request) -> dict[str, Any]:
    """What to do before there is anything to show, for the person who looks."""
    snapshot = facts.latest_snapshot(request.county)
    if snapshot is not None:
        return {"measuring": measuring(request, snapshot), "snapshot_name": snapshot.name}
    person = request.user
    if access.may_anywhere(person, "submission.accept"):
        return {
            "why": _("还没有采纳任何数据，所以还不能测算。"),
            "next": _("上传全县的统计工作簿或统计表文件夹；核对无误后采纳，系统随即测算，本页就会显示结果。"),
            "url": reverse("new_submission"),
            "url_label": _("上传全县数据"),
        }
    if access.may_anywhere(person, "submission.create"):
        return {
            "why": _("教育局还没有采纳全县数据，所以还不能测算，学校也还不能报送。"),
            "next": _("教育局采纳全县数据以后，您就可以报送本校的变化。现在可以先下载空白模板，准备本校的数据。"),
            "url": reverse("template"),
            "url_label": _("下载空白模板"),
        }
    return {
        "why": _("教育局还没有采纳任何数据，所以还不能测算。"),
        "next": _("数据由教育局股室导入；采纳后，这里会显示全县的结论和各校的情况。您现在不需要做什么。"),
        "url": "",
    }


def measuring(request: Request, snapshot: Snapshot) -> dict[str, Any]:
    """How far the assessment of a snapshot is: waiting, running, failed, or never asked for."""
    runs = Run.objects.filter(county=request.county, kind="assess", snapshot=snapshot.name)
    run = runs.filter(standard__in=("", facts.NATIONAL)).order_by("-pk").first()
    unfinished = run is not None and run.status in Run.UNFINISHED
    return {
        "percent": round(100 * run.progress) if run is not None and unfinished else None,
        "unfinished": unfinished,
        "failed": run is not None and run.status == Run.Status.FAILED,
        "error": run.why(request.language) if run is not None and run.status == Run.Status.FAILED else "",
        "may_ask": not unfinished and access.may_anywhere(request.user, "run.ask"),
        "runs_url": reverse("runs") if access.may_anywhere(request.user, "run.see") else "",
    }
