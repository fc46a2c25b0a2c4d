"""Every text that a user reads is used, and every one that the program asks for is there."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "jiaoheng"
CATALOGUES = (
    "findings/texts.toml",
    "reports/texts.toml",
    "cli/texts.toml",
    "sources/workbook.toml",
    "sources/errors.toml",
    "sources/mapping/slips.toml",
    "county/problems.toml",
    "county/comparison.toml",
    "documents/files/errors.toml",
    "documents/assistant/texts.toml",
    "plans/funding/texts.toml",
    "plans/zones/texts.toml",
    "plans/zones/errors.toml",
    "plans/kindergartens/texts.toml",
    "plans/kindergartens/errors.toml",
    "forecast/texts.toml",
)
# Whose `say` a module means by its plain name.
SPEAKERS = {
    "county": "county/comparison.toml",
    "findings": "findings/texts.toml",
    "reports": "reports/texts.toml",
    "cli": "cli/texts.toml",
    "sources": "sources/workbook.toml",
    "plans": "plans/texts.toml",
    "plans/zones": "plans/zones/texts.toml",
    "plans/kindergartens": "plans/kindergartens/texts.toml",
    "forecast": "forecast/texts.toml",
}


def _keys(catalogue: str) -> set[str]:
    return set(tomllib.loads((PACKAGE / catalogue).read_text(encoding="utf-8")))


@cache
def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


@cache
def _literals() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Strings that stand in the program, and patterns of those that it puts together from a name."""
    whole, patterns = set(), set()
    for tree in _trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                # A code may be told with what it is about, as in ``short_history:primary``.
                whole |= {node.value, node.value.rstrip(":")}
            elif isinstance(node, ast.JoinedStr) and (pattern := _pattern(node)):
                patterns.add(pattern)
    return frozenset(whole), tuple(map(re.compile, patterns))


def _pattern(node: ast.JoinedStr) -> str:
    """A key with holes, such as ``status_{…}``; empty for what is no key."""
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.*)" for part in node.values]
    return "".join(parts) if re.fullmatch(r"[a-z]+_.*", "".join(parts)) else ""


def _is_used(key: str) -> bool:
    """Whether the program says this key as it is, or joins it from parts that it says."""
    whole, patterns = _literals()
    found = (pattern.fullmatch(key) for pattern in patterns)
    return key in whole or any(match and all(part in whole for part in match.groups()) for match in found)


def _room_of_words(tree: ast.Module) -> str:
    """The room whose ``words`` a module imports."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "jiaoheng.plans")
    return "plans" if any(name.name == "words" for node in imports for name in node.names) else "findings"


def _own_catalogue(path: Path) -> str:
    """The catalogue of the innermost folder that has one."""
    folders = (str(folder.relative_to(PACKAGE)) for folder in path.parents)
    return next(SPEAKERS[folder] for folder in folders if folder in SPEAKERS)


def _asked() -> Iterator[tuple[str, str]]:
    """Catalogue and key of every plain ``say("key", …)``, and of ``words.say`` in the rooms below."""
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "say":
                yield _own_catalogue(path), node.args[0].value
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "words.say":
                yield SPEAKERS[_room_of_words(tree)], node.args[0].value


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_no_text_lies_unused(catalogue: str) -> None:
    assert {key for key in _keys(catalogue) if not _is_used(key)} == set()


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(_asked())
    assert len(asked) > 50
    assert {(catalogue, key) for catalogue, key in asked if key not in _keys(catalogue)} == set()


def test_a_key_that_nothing_says_is_found() -> None:
    assert not _is_used("status_forgotten")
    assert not _is_used("nobody_says_this_key")
