"""Views."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from jiaoheng.web.request import Request
from jiaoheng.web.views import needs


@needs("run.see")
def index(request: Request) -> HttpResponse:
    """The page's beginning."""
    return render(request, "runs/index.html")
