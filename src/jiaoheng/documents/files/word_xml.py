"""The parts of a Word package as XML, whichever of the two Word namespaces they are in."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from jiaoheng.documents.files.errors import DocumentError

_FALSE = ("0", "false", "off", "none")


def parsed(data: bytes, name: str, file: str) -> Element:
    """The root of a part. Raises ``DocumentError`` for damaged XML and for any that defines entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Element = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        code = "unsafe" if b"<!DOCTYPE" in data or b"<!ENTITY" in data else "damaged"
        raise DocumentError(code, file=file, reason=name) from None
    if root.getroottree().docinfo.doctype:
        raise DocumentError("unsafe", file=file)
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of this name."""
    for inner in element if element is not None else ():
        if local(inner) == name:
            yield inner


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name."""
    return next(children(element, name), None)


def value(element: Element | None, name: str) -> str | None:
    """An attribute in the element's own namespace."""
    if element is None:
        return None
    space = str(element.tag).rpartition("}")[0]
    found: str | None = element.get(f"{space}}}{name}")
    return found


def is_on(element: Element | None) -> bool:
    """Whether a property is set: it is there, and not switched off."""
    return element is not None and (value(element, "val") or "true") not in _FALSE
