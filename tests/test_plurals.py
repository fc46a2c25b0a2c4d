"""English texts never say “1 schools”: a plural after a figure has its singular beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from reading import SOURCE, texts_in

from jiaoheng.county import schema
from jiaoheng.language import Text
from jiaoheng.standards import load
from jiaoheng.standards.files import names
from jiaoheng.web import texts

NOUNS = (
    "schools|pupils|persons|people|children|teachers|classes|rooms|rows|cells|errors|warnings|files|places|items|tasks"
    "|findings|indicators|coefficients|figures|days|months|years|minutes|seconds|hours|events|snapshots|submissions"
    "|tables|sheets|codes|corrections|points|times"
)
# What counts nothing: a latitude, an age of ten or more, a magnification, the name of a stage or school.
_FIGURE = r"(?:\{(?!(?:lat|age|years|times|school)\b)\w+(?::[\d.,f]+)?\}|%\((?!stage\b)\w+\)[sd])(?:</b>)?"
PLURAL = re.compile(rf"{_FIGURE} (?:[a-z]+ )?(?:{NOUNS}|have|are|were)\b")
# Of several, or up to a limit that the program sets: never one.
MANY = re.compile(r"(?:\bof|\b[Aa]ll|at most|at least)(?: the| these)? $")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.toml")), ids=lambda path: path.stem)
def test_a_catalogue_has_the_singular_of_what_it_counts(path: Path) -> None:
    said = texts_in(tomllib.loads(path.read_text(encoding="utf-8")), "en")
    assert [text for text in said if _is_only_plural(text)] == []


@pytest.mark.parametrize("area", texts.areas(), ids=lambda area: area.name)
def test_the_workspace_has_the_singular_of_what_it_counts(area: texts.Area) -> None:
    said = [str(entry.string) for entry in texts.catalogue(area.po("en")) if not entry.pluralizable]
    assert [text for text in said if _is_only_plural(text)] == []


def test_a_unit_that_is_counted_has_a_singular() -> None:
    units: list[Text] = [unit.label for unit in schema().units.values()]
    units += [item.unit for name in names() for item in load(name).items if item.unit]
    # A share, such as "per 100 pupils", begins with no plural.
    counted = {unit for unit in units if unit.en.split()[0].endswith("s") and unit.zh != "是否"}
    assert len(counted) > 8
    assert {unit.en for unit in counted if not unit.one} == set()


def test_a_plural_alone_is_found() -> None:
    assert _is_only_plural("{count} schools lack figures")
    assert _is_only_plural("%(count)s rows still wait")
    assert not _is_only_plural("{count} {count:school lacks|schools lack} figures")
    assert not _is_only_plural("{count} of {total} schools")
    assert not _is_only_plural("Schools added: {count}")


def _is_only_plural(text: str) -> bool:
    return any(not MANY.search(text[: found.start()]) for found in PLURAL.finditer(text))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.toml")), ids=lambda path: path.stem)
def test_the_words_of_a_plural_hold_no_placeholder(path: Path) -> None:
    said = texts_in(tomllib.loads(path.read_text(encoding="utf-8")), "en")
    assert [text for text in said if re.search(r"\{\w+:[^{}]*\{|\|[^{}]*\{", text)] == []
