"""One's own account: the password, the second factor, and what happened to the account lately."""

from __future__ import annotations

from base64 import b32encode
from binascii import unhexlify
from typing import Any
from urllib.parse import quote, urlencode

import qrcode
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.util import random_hex

from jiaoheng.ledger import history
from jiaoheng.ledger.actions import Refused, people
from jiaoheng.ledger.actions import log_in as second
from jiaoheng.web.pages.people.forms import ChangePasswordForm, CodeForm, OwnPasswordForm, password_rules
from jiaoheng.web.request import Request

NEW_KEY = "second_factor_key"
EVENTS_SHOWN = 12


@require_safe
def account(request: Request) -> HttpResponse:
    """Who one is, and what happened to the account lately: a log-in that one does not know shows here."""
    context = {
        "has_second_factor": second.has_second_factor(request.user),
        "codes_left": StaticToken.objects.filter(device__user=request.user).count(),
        "events": history.history(request.user, limit=EVENTS_SHOWN),
        "off_form": OwnPasswordForm(request),
    }
    return render(request, "people/account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: Request) -> HttpResponse:
    """A new password; every other session of the person ends with it."""
    form = ChangePasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = people.change_password(request.actor, request.user, password=form.cleaned_data["new_password"])
        update_session_auth_hash(request, changed)
        messages.success(request, _("密码已修改。您在其他电脑和手机上的登录已全部退出。"))
        return redirect("overview")
    context = {"form": form, "rules": password_rules(), "initial": request.user.must_change_password}
    return render(request, "people/change_password.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """Turn the second factor on: scan, type the code that the phone then shows, and keep the backup codes."""
    if second.has_second_factor(request.user):
        return redirect("account")
    key = request.session.setdefault(NEW_KEY, random_hex(20))
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = ""
    if request.method == "POST" and form.is_valid():
        try:
            codes = second.turn_on_second_factor(request.actor, request.user, key=key, code=form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[NEW_KEY]
            return render(request, "people/backup_codes.html", {"codes": codes, "turned_on": True})
    secret = b32encode(unhexlify(key)).decode()
    address = _address(request.user.username, secret)
    groups = [secret[place : place + 4] for place in range(0, len(secret), 4)]
    return render(request, "people/second_factor.html", {"form": form, "code": squares(address), "groups": groups})


@sensitive_post_parameters()
@require_POST
def second_factor_off(request: Request) -> HttpResponse:
    """Turn it off again, with the password."""
    form = OwnPasswordForm(request, request.POST)
    if not form.is_valid():
        messages.error(request, _("密码不对，两步验证没有关闭。"))
        return redirect("account")
    second.turn_off_second_factor(request.actor, request.user)
    messages.success(request, _("两步验证已关闭，今后登录只要密码。"))
    return redirect("account")


@require_POST
def backup_codes(request: Request) -> HttpResponse:
    """New backup codes, shown once."""
    codes = second.renew_backup_codes(request.actor, request.user)
    return render(request, "people/backup_codes.html", {"codes": codes})


def squares(text: str) -> dict[str, Any]:
    """A QR code as one SVG path: its ``size`` in squares, the quiet border included, and its dark squares."""
    drawn = qrcode.QRCode(border=4)
    drawn.add_data(text)
    drawn.make(fit=True)
    matrix = drawn.get_matrix()
    dark = [
        f"M{column} {row}h1v1h-1z" for row, line in enumerate(matrix) for column, is_dark in enumerate(line) if is_dark
    ]
    return {"size": len(matrix), "path": "".join(dark)}


def _address(username: str, secret: str) -> str:
    issuer = settings.OTP_TOTP_ISSUER
    query = urlencode({"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": 6, "period": 30})
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{query}"
