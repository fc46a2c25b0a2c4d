"""Questions of catchments that cannot be asked, told in both languages."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Refusal


class ZonesError(Refusal):
    """The catchments cannot be asked for, in words with the remedy."""

    messages = Path(__file__).with_name("errors.toml")
