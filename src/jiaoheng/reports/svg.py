"""Elements of SVG as text: everything escaped, nothing that a strict content policy refuses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

# What XML has no way to hold, however it is escaped.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*", re.IGNORECASE)

Attribute = str | float | None


def element(name: str, /, *children: str, **attributes: Attribute) -> str:
    """One element around its children, which are elements or the output of ``text``.

    Attributes that are None are left out; ``_`` in their names stands for ``-``, a last one keeps Python's own words
    apart (``class_``). Numbers lose what no eye sees, a hundredth of a pixel. ``ValueError`` for ``style`` and
    ``on…``, for which the policy has no room.
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        attribute = "viewBox" if attribute == "viewbox" else attribute
        if attribute == "style" or attribute.startswith("on"):
            raise ValueError(f"no {attribute} attribute in SVG: use a class or a presentation attribute")
        shown = _fit(value) if isinstance(value, str) else length(value)
        parts.append(f"{attribute}={quoteattr(shown)}")
    opening = " ".join(parts)
    return f"<{opening}>{''.join(children)}</{name}>" if children else f"<{opening}/>"


def text(words: str) -> str:
    """Words as they may stand within an element."""
    return escape(_fit(words))


def titled(words: str) -> str:
    """What a browser shows when the pointer rests on the element around it."""
    return element("title", text(words))


def length(value: float) -> str:
    """A length or coordinate in pixels, to a tenth or, where small, a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.1f}".rstrip("0").rstrip(".")


def address(url: str) -> str:
    """A link's address, fit for a page; ``ValueError`` for one that would run a script."""
    if urlsplit(url.strip()).scheme.lower() not in ("", "http", "https"):
        raise ValueError(f"not an address that a page may link to: {url!r}")
    return url


def class_name(name: str) -> str:
    """One or several class names; ``ValueError`` for what is none."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a class name: {name!r}")
    return name


def _fit(words: str) -> str:
    return _UNFIT.sub("\ufffd", words)
