"""Addresses of other pages, with the standard and school year that are being looked at."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: str | int, query: Mapping[str, str | int] | None = None) -> str:
    """A page's address with a query; empty where the workspace runs without that page, so that nothing is linked."""
    try:
        path = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    wanted = {key: value for key, value in (query or {}).items() if value != ""}
    return f"{path}?{urlencode(wanted)}" if wanted else path
