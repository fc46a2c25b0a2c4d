"""A file that cannot be read at all: said to the person who chose it, in their language."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Refusal


class SourceError(Refusal):
    """A source that gives nothing: unreadable, locked, damaged, too big, or not what it claims to be."""

    messages = Path(__file__).with_name("errors.toml")
