"""Kept forecasts for reading: the answer of one, kept in memory, and the question as the forecast takes it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from jiaoheng import typed
from jiaoheng.forecast.answer import Forecast
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.ledger import packing
from jiaoheng.ledger.models import Organisation, Projection

KIND = "forecast"
"""The run that answers a forecast."""
LEAST_YEARS = 2
"""So many school years of enrolment it takes to see how pupils go on."""


def answer_of(projection: Projection) -> Forecast | None:
    """The forecast; None while there is none."""
    return _answer(projection.pk, projection.computed_at) if projection.is_computed else None


def pack(answer: Forecast) -> bytes:
    """A forecast as it is kept."""
    return packing.pack(answer)


def request_of(kept: Mapping[str, Any]) -> ForecastRequest:
    """A kept question; raises ``msgspec.ValidationError`` where it is none."""
    return typed.decode(msgspec.json.encode(dict(kept)), ForecastRequest)


def plain(request: ForecastRequest) -> dict[str, Any]:
    """A question as JSON keeps it: years as keys become texts."""
    kept: dict[str, Any] = msgspec.to_builtins(request, str_keys=True)
    return kept


def latest(county: Organisation) -> Projection | None:
    """The county's last forecast that is computed and not put away."""
    return Projection.objects.filter(county=county, archived=False, computed_at__isnull=False).order_by("-pk").first()


@lru_cache(maxsize=16)
def _answer(key: int, computed: object) -> Forecast:
    data = bytes(Projection.objects.values_list("answer", flat=True).get(pk=key))
    return typed.decode(zlib.decompress(data), Forecast)
