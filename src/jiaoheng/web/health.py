"""Whether the workspace is well, for programs that watch over it; it says nothing about the county or its people."""

from __future__ import annotations

import time

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiaoheng.ledger import work


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, else 503; ``worker``: seconds since a worker's sign of life, null for none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        answers = True
    except Error:
        answers = False
    try:
        age = max(0.0, round(time.time() - work.sign_of_life().stat().st_mtime, 1))
    except OSError:
        age = None
    told = {"ok": answers, "database": answers, "worker": age}
    return JsonResponse(told, status=200 if answers else 503)
