"""Lines of keys, held against what the standard library reads from the same text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiaoheng.toml_lines import TomlPath, key_lines, line_of, refusal, written

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for folder in ("src", "examples") for path in (ROOT / folder).rglob("*.toml"))
TRICKY = '''# a = 1
title = "a # b = [ \\" c"   # [x]
"quoted key".'and this' = 1.5
when = 2024-01-01 08:00:00
long = """
fake = 1
[[fake]]"""
raw = \'\'\'[ { \\\'\'\'
list = [
  "]", # no end
  [1, 2],
  { a.b = 1, c = [
    3 ] },
]
[top . under]
x = {}
[[many]]
y = 1
[many.own]
z = [[]]
[[many]]
[[many.deep]]
y = -inf
'''


def _paths(value: Any, above: TomlPath = ()) -> Iterator[TomlPath]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inside in steps:
        yield (*above, step)
        yield from _paths(inside, (*above, step))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_is_found_on_a_line_that_says_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines, found = text.splitlines(), key_lines(text)
    for place in _paths(tomllib.loads(text)):
        line = line_of(place, found)
        assert line is not None, place
        if isinstance(place[-1], str):
            assert place[-1] in lines[line - 1], place


def test_nothing_is_found_that_is_not_there() -> None:
    assert set(key_lines(TRICKY)) == set(_paths(tomllib.loads(TRICKY)))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("quoted key", "and this"), 3),
        (("long",), 5),
        (("raw",), 8),
        (("list", 0), 10),
        (("list", 1, 1), 11),
        (("list", 2, "a", "b"), 12),
        (("list", 2, "c", 0), 13),
        (("top", "under", "x"), 16),
        (("many", 0, "own", "z", 0), 20),
        (("many", 1, "deep", 0, "y"), 23),
        (("many", 1, "deep", 0, "not there"), 22),
    ],
)
def test_a_path_has_the_line_where_it_stands(place: TomlPath, line: int) -> None:
    assert line_of(place, key_lines(TRICKY)) == line


def test_a_path_reads_as_people_count() -> None:
    assert written(("feeds", 2, "columns", "year")) == "feeds[3].columns.year"
    assert written(()) == ""


def test_a_refusal_is_parted_from_its_path() -> None:
    assert refusal("Expected `str` - at `$.items[0].unit`") == ("Expected `str`", ("items", 0, "unit"))
    assert refusal("Expected `str`") == ("Expected `str`", ())
