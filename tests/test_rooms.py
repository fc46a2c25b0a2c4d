"""The house: a room sees only the rooms above it, and no file is longer than one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "jiaoheng"
ROOMS = (
    "typed",
    "language",
    "toml_lines",
    "county",
    "sources",
    "measures",
    "standards",
    "documents",
    "findings",
    "forecast",
    "plans",
    "demo",
    "reports",
    "ledger",
    "web",
    "cli",
)
LONGEST = 500
# Libraries that some rooms alone may know.
OWNED = {"duckdb": ("measures",), "django": ("ledger", "web"), "altair": ("reports",), "vl_convert": ("reports",)}


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _room(path: Path) -> str:
    """The room a file stands in; the package's own two files belong to none."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first in ("__init__", "__main__") else first


def _imports(path: Path) -> Iterator[tuple[int, str, int]]:
    """Line, module and level of every import, inside functions and type-checking blocks too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name, 0
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield node.lineno, module, node.level
            if module == "jiaoheng":
                for name in node.names:
                    yield node.lineno, f"jiaoheng.{name.name}", 0


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    room = _room(path)
    if not room:
        return
    assert room in ROOMS, f"{room} is no room: add it to ROOMS where it belongs"
    for line, module, _ in _imports(path):
        parts = module.split(".")
        if parts[0] == "jiaoheng" and len(parts) > 1 and parts[1] in ROOMS:
            seen = parts[1]
            assert ROOMS.index(seen) <= ROOMS.index(room), f"{_named(path)}:{line}: {room} imports {seen}, below it"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_a_library_stays_in_its_room(path: Path) -> None:
    for line, module, _ in _imports(path):
        owners = OWNED.get(module.split(".")[0])
        assert owners is None or _room(path) in owners, f"{_named(path)}:{line}: only {owners} import {module}"


@pytest.mark.parametrize("path", _files(), ids=_named)
def test_no_import_is_relative_or_of_everything(path: Path) -> None:
    for line, module, level in _imports(path):
        assert level == 0, f"{_named(path)}:{line}: a relative import hides its room"
        assert module, f"{_named(path)}:{line}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert all(name.name != "*" for name in node.names), f"{_named(path)}:{node.lineno}: a star import"


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_no_file_is_longer_than_one_sitting(folder: str) -> None:
    lengths = {
        _named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts  # which Django writes
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_rooms_are_read_at_all() -> None:
    assert {"language", "county"} <= {_room(path) for path in _files()}
    assert any(module.startswith("jiaoheng.county") for path in _files() for _, module, _ in _imports(path))
