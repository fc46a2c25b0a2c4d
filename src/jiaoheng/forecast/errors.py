"""Why a forecast cannot be asked."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Refusal


class ForecastError(Refusal):
    """A question that cannot be answered, with what to do about it."""

    messages = Path(__file__).with_name("errors.toml")
