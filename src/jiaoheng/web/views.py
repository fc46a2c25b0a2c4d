"""What views begin with: the right to the page, and the row that the address names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Forbidden
from jiaoheng.web.request import Request

View = Callable[..., HttpResponseBase]
Row = TypeVar("Row", bound=Model)


def needs(right: str) -> Callable[[View], View]:
    """Only for people who have this right somewhere in their county; anybody else gets the page that says so."""
    if right not in access.ACTIONS:
        raise KeyError(right)

    def register(view: View) -> View:
        @wraps(view)
        def allowed(request: Request, *args: Any, **values: Any) -> HttpResponseBase:
            if request.county is None or not access.may_anywhere(request.user, right):
                raise Forbidden(right)
            return view(request, *args, **values)

        return allowed

    return register


def found(request: Request, right: str, model: type[Row], **which: Any) -> Row:
    """The row that the address names, among those to which this person has the right; else there is no such page."""
    return get_object_or_404(access.which(request.user, right, model), **which)
