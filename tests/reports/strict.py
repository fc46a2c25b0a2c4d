"""What a page with ``style-src 'self'; script-src 'self'`` would refuse, looked for in SVG."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
_REFUSED = {"script", "style", "foreignObject", "image", "use", "animate", "set"}


def parsed(svg: str) -> ElementTree.Element:
    """The drawing, once it is known to be one that the policy lets through."""
    root = ElementTree.fromstring(svg)
    for node in root.iter():
        assert node.tag.removeprefix(SVG) not in _REFUSED
        for name, value in node.attrib.items():
            assert name != "style"
            assert not name.lower().startswith("on")
            assert "javascript:" not in value.lower()
            if name == "href":
                assert urlsplit(value).scheme in ("", "http", "https")
    return root


def every(root: ElementTree.Element, name: str, meaning: str = "") -> list[ElementTree.Element]:
    """Elements of a name, within elements of a class if one is given."""
    within = [root] if not meaning else [node for node in root.iter() if meaning in node.get("class", "").split()]
    return [node for group in within for node in group.iter(SVG + name)]


def titles(root: ElementTree.Element) -> Iterator[str]:
    """What the pointer is shown."""
    for node in root.iter(SVG + "title"):
        yield node.text or ""
