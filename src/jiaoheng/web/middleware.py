"""What every request carries: who acts, in which county, in which language; and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jiaoheng.ledger.access import home_county
from jiaoheng.ledger.actions import Actor, Forbidden, Refused
from jiaoheng.ledger.models import Person
from jiaoheng.ledger.spoken import spoken
from jiaoheng.web.errors import bad_request, not_found


class NulMiddleware:
    """Refuses what no browser sends and no database holds: a zero character in an address or a cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that has none."""
        asked = (text for _name, texts in request.GET.lists() for text in texts)
        if any("\0" in text for text in (request.path_info, *asked, *request.COOKIES.values())):
            return bad_request(request)
        return self.get_response(request)


class WorkspaceMiddleware:
    """Sets ``request.actor``, ``request.county`` and ``request.language``; shows what an action refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        person = request.user if isinstance(request.user, Person) else None
        vars(request).update(actor=Actor(person), county=home_county(person) if person else None, language=spoken())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for what is forbidden, and one for what makes no sense now."""
        if isinstance(exception, Forbidden):
            return render(request, "web/forbidden.html", status=403)
        if isinstance(exception, Refused):
            return render(request, "web/refused.html", {"reason": str(exception)}, status=409)
        if isinstance(exception, Http404):
            return not_found(request)
        return None
