"""The texts of the workspace and their English: what stands in the sources against what the catalogues hold.

Texts stand in Chinese in templates and Python; each area (the ledger, the frame, a page) keeps its English beside it in
``locale/en/LC_MESSAGES/django.po``, compiled to ``django.mo``. ``python -m jiaoheng.web texts`` brings both up to date.
Needs Babel, which only those need who change texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from jiaoheng.web.pages import PAGES

PACKAGE = Path(__file__).parents[1]
LANGUAGES = ("en",)
_KEYWORDS: dict[str, None] = dict.fromkeys(
    (
        "_",
        *(f"{name}{lazy}" for name in ("gettext", "ngettext", "pgettext", "npgettext") for lazy in ("", "_lazy")),
    )
)


class Area(msgspec.Struct, frozen=True):
    """A folder whose texts are translated together."""

    name: str
    folder: Path
    without: tuple[Path, ...] = ()

    def po(self, language: str) -> Path:
        """The catalogue that people edit."""
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"

    def mo(self, language: str) -> Path:
        """The catalogue that Django reads."""
        return self.po(language).with_suffix(".mo")

    def sources(self) -> Iterator[Path]:
        """Its Python files and templates."""
        for path in sorted(self.folder.rglob("*")):
            inside = not any(path.is_relative_to(other) for other in self.without)
            if inside and path.suffix in (".py", ".html", ".txt") and "locale" not in path.parts:
                yield path


def areas() -> tuple[Area, ...]:
    """The ledger, the frame of the pages, and every page."""
    web = PACKAGE / "web"
    return (
        Area("ledger", PACKAGE / "ledger"),
        Area("web", web, without=(web / "pages",)),
        *(Area(page, web / "pages" / page) for page in PAGES),
    )


def extracted(area: Area) -> Catalog:
    """Every text of an area's sources, with the files that it stands in."""
    found = Catalog(charset="utf-8")
    for path in area.sources():
        place = path.relative_to(PACKAGE).as_posix()
        for _, function, said, _ in _extract(path):
            message = said if isinstance(said, tuple) else (said,)
            if function.removesuffix("_lazy") in ("pgettext", "npgettext"):
                found.add(message[1:] if len(message) > 2 else message[1], context=message[0], locations=[(place, 0)])
            elif message[0]:
                found.add(message[:2] if "ngettext" in function else message[0], locations=[(place, 0)])
    return found


def catalogue(path: Path) -> Catalog:
    """A catalogue as it stands in its file; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def brought_up_to_date(area: Area, language: str) -> Catalog:
    """An area's catalogue with the texts of today: translations kept, new texts empty, old ones gone."""
    old, new = catalogue(area.po(language)), Catalog(locale=language, charset="utf-8", fuzzy=False)
    for message in extracted(area):
        if message.id:
            there = old.get(message.id, message.context) or old.get(_first(message.id), message.context)
            string = there.string if there is not None else ""
            new.add(message.id, string, locations=message.locations, flags=message.flags, context=message.context)
    return new


def written(found: Catalog) -> bytes:
    """A catalogue as the text that people edit; the same for the same texts."""
    out = io.BytesIO()
    write_po(out, found, width=110, sort_output=True, omit_header=True, include_lineno=False)
    return _HEADER.encode() + out.getvalue().lstrip(b"\n")


_HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def lacking(found: Catalog) -> Iterator[str]:
    """The texts of a catalogue that have no English, or English that is marked as doubtful."""
    for message in found:
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(strings)):
            yield str(_first(message.id))


def compiled(found: Catalog) -> bytes:
    """A catalogue as Django reads it."""
    out = io.BytesIO()
    plain = Catalog(locale="en", charset="utf-8", fuzzy=False, creation_date=_FIXED, revision_date=_FIXED)
    for message in found:
        if message.id:
            plain.add(message.id, message.string, context=message.context)
    write_mo(out, plain)
    return out.getvalue()


# The same texts give the same file, whenever it is made.
_FIXED = datetime(2026, 1, 1, tzinfo=UTC)


def _first(said: Any) -> str:
    return said[0] if isinstance(said, tuple | list) else said


def _extract(path: Path) -> Iterator[Any]:
    """Line, function, text (a tuple where it has several) and comments of every text in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What Django makes of a template reads as Python but for its indentation.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    yield from extract_python(io.BytesIO(text.encode()), _KEYWORDS, [], {})
