"""Pages for what went wrong outside a view: plain, in both languages, and without a word about the inside."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

SHOWN_FIELDS = 60
_SECRET = re.compile("password|token|code|key|secret", re.IGNORECASE)


class Typed(msgspec.Struct, frozen=True):
    """One field of a form that could not be taken: its name and what was typed."""

    name: str
    text: str
    rows: int


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what no browser sends, or a form too large."""
    return _plain("400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _plain("403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    return _plain("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program."""
    return _plain("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that did not come from a page of this session; what was typed is shown to be copied."""
    return render(request, "web/lost_form.html", {"typed": typed(request), "ended": False}, status=403)


def session_ended(request: HttpRequest) -> HttpResponse:
    """403: a form sent after the session had ended; what was typed is shown to be copied."""
    return render(request, "web/lost_form.html", {"typed": typed(request), "ended": True}, status=403)


def typed(request: HttpRequest) -> list[Typed]:
    """What was typed into a form of our own; nothing of what another site sent, and no secrets."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    fields = [
        Typed(name, text, min(12, text.count("\n") + len(text) // 60 + 1))
        for name, texts in request.POST.lists()
        for text in texts
        if text.strip() and not _SECRET.search(name)
    ]
    names = [Typed(name, file.name or "", 1) for name, files in request.FILES.lists() for file in files]
    return (fields + names)[:SHOWN_FIELDS]


def _plain(template: str, status: int, **values: Any) -> HttpResponse:
    # Without the request's context: what went wrong may be the database or the session.
    return HttpResponse(loader.render_to_string(template, values), status=status)
