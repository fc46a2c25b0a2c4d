"""Logging in, and the people of the county."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import render

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Actor
from jiaoheng.ledger.actions.people import log_in
from jiaoheng.ledger.models import Person
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs


class LogIn(LoginView):
    """The log-in page."""

    template_name = "people/log_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in, and note it."""
        answer = super().form_valid(form)
        person = form.get_user()
        log_in(Actor(person), person)
        return answer


@needs("people.see")
def index(request: Request) -> HttpResponse:
    """The people whom this person may see."""
    return render(request, "people/index.html", {"people": access.which(request.user, "people.see", Person)})
