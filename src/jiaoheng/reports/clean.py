"""Vega's SVG made fit for a page with a strict content policy, and for several on one page."""

from __future__ import annotations

import hashlib
import re
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(("svg", "g", "defs", "clipPath", "path", "line", "rect", "circle", "text", "tspan", "polygon"))
_KEPT = re.compile(
    "width|height|viewBox|id|clip-path|d|[xyr]|[xy][12]|c[xy]|d[xy]|points|transform|opacity|text-anchor"
    "|fill(-opacity|-rule)?|stroke(-width|-dasharray|-dashoffset|-opacity|-linecap|-linejoin|-miterlimit)?"
    "|font-(family|size|weight|style)"
)
_NOTHING = frozenset(("", "M0,0h0v0h0Z"))
_LONG = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def clean_svg(drawn: str, told: str) -> str:
    """The drawing without styles, scripts, links and empty parts; said in words by ``told``.

    Inline styles become presentation attributes. Names of clip paths get a prefix of the drawing's own, so that two
    drawings on a page keep to theirs. The white ground goes, the page has its own. ``ValueError`` for what is no SVG.
    """
    try:
        root = ElementTree.fromstring(drawn)
    except ElementTree.ParseError as error:
        raise ValueError(f"this is no SVG: {error}") from None
    prefix = "c" + hashlib.sha256(drawn.encode()).hexdigest()[:8]
    ground = root.find(f"{{{_SVG}}}rect")
    if ground is not None:
        root.remove(ground)
    _clean(root, prefix)
    root.attrib |= {"class": "chart", "role": "img", "aria-label": told}
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(node: ElementTree.Element, prefix: str) -> None:
    """Attributes of the node and everything below it."""
    for declaration in node.attrib.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            node.set(name.strip(), value.strip())
    node.attrib = {name: _value(name, value, prefix) for name, value in node.attrib.items() if _KEPT.fullmatch(name)}
    for child in list(node):
        if _is_seen(child):
            _clean(child, prefix)
        else:
            node.remove(child)
    for child in list(node):
        if child.tag == f"{{{_SVG}}}g" and len(child) == 0:
            node.remove(child)


def _is_seen(node: ElementTree.Element) -> bool:
    """Whether an element is one that draws, and is not drawn empty or hidden."""
    name = node.tag.removeprefix(f"{{{_SVG}}}")
    if name not in _DRAWN or node.get("display") == "none":
        return False
    return name != "path" or (node.get("d", "") not in _NOTHING and node.get("class") != "background")


def _value(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return f"{prefix}-{value}"
    value = _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
    return _LONG.sub(lambda found: f"{float(found.group()):.2f}".rstrip("0").rstrip("."), value)
