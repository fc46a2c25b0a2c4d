"""Pages for what went wrong outside a view: plain, in both languages, and without a word about the inside."""

from __future__ import annotations

import re

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from jiaoheng.language import Text

SHOWN_FIELDS = 60
_SECRET = re.compile("password|token|code|key|secret", re.IGNORECASE)


class PlainReporter(ExceptionReporter):
    """What is shown of a fault while debugging, as in the demo: the page that everybody sees; the log has the rest."""

    def get_traceback_html(self) -> SafeString:
        """The plain page."""
        return _page(500)


class Typed(msgspec.Struct, frozen=True):
    """One field of a form that could not be taken: its name and what was typed."""

    name: str
    text: str
    rows: int


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what no browser sends, or a form too large."""
    return _plain(400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _plain(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    return _plain(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program."""
    return _plain(500)


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


def _plain(status: int) -> HttpResponse:
    # Without the request's context: what went wrong may be the database or the session.
    return HttpResponse(_page(status), status=status)


def _page(status: int) -> SafeString:
    title, text = _PAGES[status]
    return loader.render_to_string(
        "web/plain.html", {"title": title, "text": text, "home": Text("回到总览", "Overview")}
    )


_PAGES = {
    400: (
        Text("请求无法识别", "The request could not be read"),
        Text(
            "发来的内容不完整、太大或格式不对，没有保存任何内容。请返回上一页重新提交；文件太大的，请分开上传。",
            "What was sent is incomplete, too large or malformed; nothing was saved. Go back and send it again; "
            "upload large files one by one.",
        ),
    ),
    403: (
        Text("没有权限", "Not allowed"),
        Text(
            "您的角色不能使用这个页面或操作。如果需要，请联系县教育局管理员。",
            "Your role may not use this page. If you need it, ask the administrator at the county bureau.",
        ),
    ),
    404: (
        Text("没有这个页面", "No such page"),
        Text(
            "地址可能有误，或这项内容不在您的权限范围内。请从总览重新进入。",
            "The address may be wrong, or what it shows is not open to you. Please start again from the overview.",
        ),
    ),
    500: (
        Text("系统出错了", "Something went wrong"),
        Text(
            "刚才的操作没有保存。请稍后再试；仍不行时，请把现在的时间和您做的操作告诉管理员。",
            "What you did was not saved. Please try again later; if it fails again, tell the administrator the time "
            "and what you were doing.",
        ),
    ),
}
