"""Typed reading of JSON and TOML that many threads may begin at once.

msgspec looks up what a type consists of when it first reads one, and keeps that with the type. Two threads that read
their first value of one type at the same instant end the whole process (msgspec 0.22). So every reading goes through
here: one thread at a time prepares a type, and all may read once it is known. A test holds that nobody else asks
msgspec to read a type.
"""

from __future__ import annotations

from threading import RLock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_prepared: set[Any] = set()
_preparing = RLock()


def convert(value: Any, kind: type[T]) -> T:
    """``value``, made of the types of JSON, as ``kind``; raises ``msgspec.ValidationError`` where it does not fit."""
    return msgspec.convert(value, _ready(kind))


def decode(data: bytes | str, kind: type[T]) -> T:
    """JSON as ``kind``; raises ``msgspec.DecodeError``, and ``msgspec.ValidationError`` where it does not fit."""
    return msgspec.json.decode(data, type=_ready(kind))


def _ready(kind: type[T]) -> type[T]:
    if kind not in _prepared:
        with _preparing:
            msgspec.json.Decoder(kind)
            _prepared.add(kind)
    return kind
