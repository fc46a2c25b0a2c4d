"""The kept forecasts as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from jiaoheng.ledger.models import Projection, Run

MOST = 100


def table(projections: Iterable[Projection]) -> dict[str, Any]:
    """A row each: name, how far it goes, how it stands, who asked."""
    columns = [
        {"label": _("推算"), "kind": "name"},
        {"label": _("推算到"), "kind": "short"},
        {"label": _("状态"), "kind": "text"},
        {"label": _("提出"), "kind": "short"},
    ]
    rows = [_row(one) for one in projections]
    return {"id": "forecasts", "caption": _("学位推算"), "caption_hidden": True, "columns": columns, "rows": rows}


def _row(one: Projection) -> dict[str, Any]:
    who = one.made_by.name if one.made_by else _("系统")
    state = _standing(one)
    return {
        "cells": [
            {"text": one.name, "url": reverse("forecast", args=(one.pk,)), "kind": "name"},
            {"text": str(one.until), "kind": "short"},
            {"text": "", "status": state[0], "status_label": state[1], "kind": "text"},
            {"text": f"{who} {date_format(localtime(one.made_at), 'SHORT_DATE_FORMAT')}", "kind": "short"},
        ]
    }


def _standing(one: Projection) -> tuple[str, str]:
    if one.is_running:
        return "in_progress", _("推算中")
    if one.computed_at is not None:
        return "closed", _("已算完")
    if one.run is not None and one.run.status == Run.Status.CANCELLED:
        return "withdrawn", _("已停止")
    return "fails", _("没有算成")
