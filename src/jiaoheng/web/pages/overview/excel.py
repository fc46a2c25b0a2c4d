"""The table of schools and figures as a workbook."""

from __future__ import annotations

from django.http import HttpResponse

from jiaoheng.web.pages.overview.basis import Basis
from jiaoheng.web.pages.overview.matrix import Matrix


def workbook(of: Basis, found: Matrix) -> bytes:
    """Exactly the rows and columns that are shown."""
    return b""


def download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data)
