"""Layouts that cannot be asked for."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Refusal


class LayoutError(Refusal):
    """The layout cannot be asked for, in words with the remedy."""

    messages = Path(__file__).with_name("errors.toml")
