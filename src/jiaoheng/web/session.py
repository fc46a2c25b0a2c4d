"""How long a log-in lasts, and what comes first after it: changing a password that somebody else set."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from jiaoheng.ledger.models import Person
from jiaoheng.web.errors import not_found, session_ended

BEGAN, SEEN = "began", "seen"
NOTED_EVERY = 300
"""Seconds between two notes that somebody is still there, so that not every request writes the session."""
WITH_INITIAL_PASSWORD = ("change_password", "log_out", "set_language")
"""The pages open to somebody whose password was set by somebody else."""


def begin(sender: object, request: HttpRequest, **_: object) -> None:
    """A log-in begins its own time; called by Django's signal ``user_logged_in``."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


class SessionMiddleware:
    """Ends sessions in time, asks for a first password of one's own, and keeps pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request, if its session is not over."""
        # The person, not Django's lazy stand-in for one: actions ask a row for its class.
        request.user = get_user(request)
        person = request.user if isinstance(request.user, Person) else None
        if person is not None and self._is_over(request):
            logout(request)
            response = self._ended(request)
        else:
            response = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            # While debugging, as in the demo, Django would list every address.
            response = not_found(request)
        if person is None and "HX-Request" in request.headers and _asks_to_log_in(response):
            response = _whole_page(request)
        # What was on a shared computer's screen must not come back from its disk.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Nothing but a password of one's own, as long as it is somebody else's."""
        person, match = request.user, request.resolver_match
        name = match.url_name if match is not None else None
        if isinstance(person, Person) and person.must_change_password and name not in WITH_INITIAL_PASSWORD:
            return redirect("change_password")
        return None

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = int(time.time()), request.session
        began, seen = session.get(BEGAN), session.get(SEEN)
        if began is None or seen is None:
            return True
        if now - began >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE:
            return True
        # What a page asks for by itself is no sign that somebody sits before it.
        if now - seen >= NOTED_EVERY and "HX-Request" not in request.headers:
            session[SEEN] = now
        return False

    def _ended(self, request: HttpRequest) -> HttpResponse:
        if "HX-Request" in request.headers:
            return _whole_page(request)
        return session_ended(request) if request.method == "POST" else HttpResponseRedirect(_log_in(request))


def _log_in(request: HttpRequest) -> str:
    """The log-in page, which leads back to where one was."""
    here = {"next": request.get_full_path()} if request.method == "GET" else {}
    return f"{reverse('log_in')}?{urlencode({'ended': '1'} | here)}"


def _asks_to_log_in(response: HttpResponse) -> bool:
    return isinstance(response, HttpResponseRedirect) and response.url.startswith(reverse("log_in"))


def _whole_page(request: HttpRequest) -> HttpResponse:
    """For a part of a page: the log-in page takes the whole window, and leads back to the page."""
    page = request.headers.get("HX-Current-URL", "")
    home = f"{request.scheme}://{request.get_host()}/"
    here = {"next": "/" + page.removeprefix(home)} if page.startswith(home) else {}
    return HttpResponse(status=204, headers={"HX-Redirect": f"{reverse('log_in')}?{urlencode({'ended': '1'} | here)}"})
