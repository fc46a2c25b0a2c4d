"""Answers as they are kept: JSON, compressed."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec


def pack(value: msgspec.Struct) -> bytes:
    """An answer as bytes; numpy's numbers and truths become plain ones."""
    return zlib.compress(msgspec.json.encode(value, enc_hook=_plain))


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"cannot be kept: {type(value).__name__}")
