"""Where the assistant is: only what the environment says, and nothing unless it does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from jiaoheng.language import Refusal

TEXTS = Path(__file__).with_name("texts.toml")
_COMPLETIONS = "/chat/completions"


class AssistantError(Refusal):
    """The assistant cannot be asked as it is set up; the document itself is read without it."""

    messages = TEXTS


class Settings(msgspec.Struct, frozen=True):
    """The one address that is asked. ``key`` is sent as a bearer token; empty for a server that asks for none."""

    secure: bool
    host: str
    port: int
    path: str
    model: str
    key: str = ""


def configured(environment: Mapping[str, str] | None = None) -> Settings | None:
    """The assistant that the environment names; None where it names none, as is usual.

    Raises ``AssistantError`` where what it says cannot be used.
    """
    given = os.environ if environment is None else environment
    url = given.get("JIAOHENG_READER_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AssistantError("bad_url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise AssistantError("bad_url")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise AssistantError("bad_url")
    model = given.get("JIAOHENG_READER_MODEL", "").strip()
    if not model:
        raise AssistantError("no_model")
    key = given.get("JIAOHENG_READER_KEY", "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise AssistantError("bad_key")
    path = parts.path.rstrip("/")
    path = path if path.endswith(_COMPLETIONS) else path + _COMPLETIONS
    secure = parts.scheme == "https"
    query = f"?{parts.query}" if parts.query else ""
    return Settings(secure, parts.hostname, port or (443 if secure else 80), path + query, model, key)
