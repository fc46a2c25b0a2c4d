"""What there is to say while facts are missing or still being measured, and what to do next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiaoheng import standards
from jiaoheng.ledger import access, facts
from jiaoheng.ledger.models import Run, Snapshot
from jiaoheng.web.basis import Basis
from jiaoheng.web.links import address
from jiaoheng.web.request import Request

Part = dict[str, Any]


def nothing_yet(request: Request) -> Part:
    """What to do before there is anything to show, for the person who looks."""
    snapshot = facts.latest_snapshot(request.county)
    if snapshot is not None:
        return {"measuring": measuring(request, snapshot), "snapshot_name": snapshot.name}
    person = request.user
    if access.may_anywhere(person, "submission.accept"):
        return {
            "why": _("还没有采纳任何数据,所以还不能测算。"),
            "next": _("上传全县的统计工作簿或统计表文件夹;核对无误后采纳,系统随即测算,本页就会显示结论。"),
            "url": address("submissions"),
            "url_label": _("导入数据"),
        }
    if access.may_anywhere(person, "submission.create"):
        return {
            "why": _("教育局还没有采纳任何数据,所以还不能测算。"),
            "next": _("请先在“数据”中报送本校的统计表;教育局采纳后,这里会显示本校和全县的情况。"),
            "url": address("submissions"),
            "url_label": _("报送本校数据"),
        }
    return {
        "why": _("教育局还没有采纳任何数据,所以还不能测算。"),
        "next": _("数据由教育局股室导入;采纳后,这里会显示全县的结论和各校的情况。您现在不需要做什么。"),
        "url": "",
    }


def newer(request: Request, of: Basis) -> Part | None:
    """What is said on top when there are newer facts than those shown."""
    latest = facts.latest_snapshot(request.county)
    if latest is None or latest.pk <= of.snapshot.pk:
        return None
    return measuring(request, latest) | {"shown": of.snapshot.accepted_at, "accepted": latest.accepted_at}


def measuring(request: Request, snapshot: Snapshot) -> Part:
    """How far the assessment of a snapshot is: waiting, running, failed, or never asked for."""
    runs = Run.objects.filter(county=request.county, kind="assess", snapshot=snapshot.name)
    run = runs.filter(standard__in=("", facts.NATIONAL)).order_by("-pk").first()
    unfinished = run is not None and run.status in Run.UNFINISHED
    return {
        "percent": round(100 * run.progress) if run is not None and unfinished else None,
        "unfinished": unfinished,
        "failed": run is not None and run.status == Run.Status.FAILED,
        "error": run.error if run is not None and run.status == Run.Status.FAILED else "",
        "may_ask": not unfinished and access.may_anywhere(request.user, "run.ask"),
        "runs_url": address("runs") if access.may_anywhere(request.user, "run.see") else "",
    }


def other_standards(request: Request, of: Basis) -> list[tuple[str, str]]:
    """Standards that the facts were not held against yet, for who may ask for that."""
    if not access.may_anywhere(request.user, "run.ask"):
        return []
    return [
        (name, standards.load(name).label.say(of.language)) for name in standards.names() if name not in of.standards
    ]
