"""A document that cannot be read: said to the person who chose it, in their language."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Refusal


class DocumentError(Refusal):
    """A document that gives no text."""

    messages = Path(__file__).with_name("errors.toml")
