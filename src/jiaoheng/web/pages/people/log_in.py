"""Logging in: a name and a password, a code of the phone where somebody asked for that, and what a lockout says."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import Any

import msgspec
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from jiaoheng import typed
from jiaoheng.ledger.actions import Actor
from jiaoheng.ledger.actions.log_in import has_second_factor
from jiaoheng.ledger.actions.people import log_in
from jiaoheng.ledger.cast import CAST, PASSWORD
from jiaoheng.ledger.models import Membership, Person
from jiaoheng.web.pages.people.forms import CodeForm, LogInForm

PENDING = "pending"
PENDING_SECONDS = 300
CODE_ATTEMPTS = 5
_HEIGHTS = (1, 1, 2, 1, 3, 4, 6, 5, 7, 6, 4, 5, 3, 2, 3, 1, 2)
DOTS = [
    {"x": 20 + 17 * place, "y": 83 - 12 * level, "kind": "is-fails" if place < 5 else "is-meets"}
    for place, height in enumerate(_HEIGHTS)
    for level in range(height)
]
"""The mark beside the form: schools as dots on either side of a threshold."""


class Pending(msgspec.Struct):
    """Who gave the right password and has still to give a code."""

    person: int
    backend: str
    at: float
    next: str
    attempts: int = 0


class LogIn(LoginView):
    """The log-in page."""

    template_name = "people/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "post")

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in, or ask for the code first."""
        person = form.get_user()
        if person.initial_password_expired:
            form.add_error(None, _("初始密码已经过期。请联系管理员重设。"))
            return self.form_invalid(form)
        if has_second_factor(person):
            self.request.session.cycle_key()
            pending = Pending(person.pk, person.backend, time.time(), self.get_redirect_url())
            self.request.session[PENDING] = msgspec.to_builtins(pending)
            return redirect("log_in_code")
        return _let_in(self.request, person, person.backend, self.get_success_url())

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """With the demo's people to choose from, in the demo only."""
        shown = {"players": _players(), "dots": DOTS, "ended": "ended" in self.request.GET}
        return super().get_context_data(**given) | shown


@login_not_required
@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the phone, or a backup code."""
    pending = _pending(request)
    if pending is None:
        request.session.pop(PENDING, None)
        messages.info(request, _("请重新输入登录名和密码。"))
        return redirect("log_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = Person.objects.get(pk=pending.person)
        refusal = _refusal(person, form.cleaned_data["code"])
        if refusal is None:
            del request.session[PENDING]
            fits = url_has_allowed_host_and_scheme(pending.next, {request.get_host()}, request.is_secure())
            return _let_in(request, person, pending.backend, pending.next if fits else reverse("overview"))
        pending.attempts += 1
        request.session[PENDING] = msgspec.to_builtins(pending)
        form.add_error("code", refusal)
    return render(request, "people/log_in_code.html", {"form": form, "dots": DOTS})


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What somebody sees after too many wrong passwords: how long to wait, whoever the name belongs to."""
    waits = remaining((credentials or {}).get("username", ""), request) or timedelta(minutes=1)
    minutes = math.ceil(waits.total_seconds() / 60)
    context = {"dots": DOTS, "minutes": minutes, "failures": settings.AXES_FAILURE_LIMIT}
    shown = render(request, "people/locked_out.html", context, status=429)
    shown.headers["Retry-After"] = str(minutes * 60)
    return shown


def remaining(username: str, request: HttpRequest) -> timedelta | None:
    """How long a log-in stays locked; None where it is not."""
    cool_off = get_cool_off(request) or timedelta()
    # A row for every browser and address that tried; the lock counts them together.
    recent = AccessAttempt.objects.filter(username=username, attempt_time__gt=timezone.now() - cool_off)
    counted = recent.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    if (counted["failures"] or 0) < settings.AXES_FAILURE_LIMIT:
        return None
    left: timedelta = counted["last"] + cool_off - timezone.now()
    return left


def _let_in(request: HttpRequest, person: Person, backend: str, url: str) -> HttpResponse:
    # The session gets a new name here, so that one planted beforehand is worth nothing.
    login(request, person, backend=backend)
    log_in(Actor(person), person)
    return redirect(resolve_url(url))


def _pending(request: HttpRequest) -> Pending | None:
    kept = request.session.get(PENDING)
    pending = typed.convert(kept, Pending) if kept else None
    if pending is None or time.time() - pending.at >= PENDING_SECONDS or pending.attempts >= CODE_ATTEMPTS:
        return None
    return pending if Person.objects.filter(pk=pending.person, is_active=True).exists() else None


def _refusal(person: Person, typed: str) -> str | None:
    """Why a code does not open the door; None where it does. Whoever tries too often waits longer and longer."""
    kind = TOTPDevice if typed.isdigit() and len(typed) == 6 else StaticDevice
    with transaction.atomic():
        device = kind.objects.select_for_update().filter(user=person, confirmed=True).first()
        if device is None:
            return _("验证码不对。")
        allowed, why = device.verify_is_allowed()
        if not allowed:
            seconds = max(1, math.ceil((why["locked_until"] - timezone.now()).total_seconds()))
            return _("输错次数太多，请等 {seconds} 秒再试。").format(seconds=seconds)
        if device.verify_token(typed):
            return None
    return _("验证码不对。请输入应用里现在显示的 6 位数字，或一个没有用过的备用码。")


def _players() -> list[dict[str, str]]:
    if not settings.DEMO:
        return []
    return [
        {
            "username": player.username,
            "password": PASSWORD,
            "name": player.name,
            "role": str(Membership.Role(player.role).label),
            "unit": player.unit,
        }
        for player in CAST
    ]
