"""Headers of foreign tables under the names by which a mapping calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from jiaoheng.sources.headers import LONGEST_HEADER, folded_name, known_units
from jiaoheng.sources.mapping.spec import Source
from jiaoheng.sources.text import tidy

_BRACKET = re.compile(r"(.+)[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_PLAIN_NOTES = frozenset({"", "必填", "选填", "必填项", "选填项", "required", "optional"})


class Heading(msgspec.Struct, frozen=True):
    """A column under one of its names: the header as written, where it stands, the unit that it gives."""

    written: str
    position: int
    unit: str = ""


def headings(source: Source, written: Sequence[str]) -> Mapping[str, Heading]:
    """Every column of a row of headers by tidied name: as written, and as the mapping calls it.

    A header that is none of the mapping's spellings as it stands is tried without the marks around it, without
    the unit in its brackets, and by what follows its last dash, as in “学校代码-xxdm”. Of several columns that
    have spellings of one name, the spelling that the mapping lists first counts.
    """
    found = {tidy(text): Heading(text, position) for position, text in enumerate(written) if text}
    loosely: dict[str, Heading] = {}
    for position, text in enumerate(written):
        for key, unit in _loose(text):
            loosely.setdefault(key, Heading(text, position, unit))
    for name in source.names:
        spelt = [tidy(spelling) for spelling in source.spellings(name)]
        chosen = next((found[key] for key in spelt if key in found), None)
        chosen = chosen or next((loosely[key] for key in spelt if key in loosely), None)
        if chosen:
            found[tidy(name)] = chosen
    return found


def words(rows: Iterable[Sequence[str]]) -> frozenset[str]:
    """All that headers among these cells could be called."""
    found = set()
    for row in rows:
        for text in filter(None, row):
            found.add(tidy(text))
            found.update(key for key, _ in _loose(text))
    return frozenset(found)


def twice(source: Source, written: Sequence[str], name: str) -> bool:
    """Whether the spelling by which a column goes stands over more than one column."""
    keys = [tidy(text) for text in written if text]
    for spelling in map(tidy, source.spellings(name)):
        if spelling in keys:
            return keys.count(spelling) > 1
    places: dict[str, set[int]] = {}
    for position, text in enumerate(written):
        for key, _ in _loose(text):
            places.setdefault(key, set()).add(position)
    return next((len(places[key]) > 1 for key in map(tidy, source.spellings(name)) if key in places), False)


def _loose(text: str) -> Iterator[tuple[str, str]]:
    """What a header says without its marks, its unit, or the words before a field's code; and its unit."""
    if not text or len(text) > LONGEST_HEADER:
        return
    bare = folded_name(text)
    unit = ""
    yield bare, unit
    bracket = _BRACKET.fullmatch(bare)
    if bracket and (bracket[2] in known_units() or bracket[2] in _PLAIN_NOTES):
        bare, unit = bracket[1], bracket[2] if bracket[2] in known_units() else ""
        yield bare, unit
    if "-" in bare:
        yield bare.rpartition("-")[2], unit
