"""All addresses of the workspace, and the table of who may open them: ``web/permissions/*.toml``.

A line of the table::

    "person own_clerk" = { ok = "admin head", missing = "head2" }

names the address (its ``name`` in ``urls.py``), for one with parts in its path the object that is asked for (a
function in ``permission_objects.py``), the people of the cast who get in (``ok``), and those who find nothing there
(``missing``: 404, they have the right but not to this object). Everybody else is forbidden (403), whoever is not
logged in is sent to log in. ``method = "post"`` for what only takes forms; ``public = true`` for what needs no log-in.
``outsider``, the administrator of another county, is worked out: like ``admin`` where there is no object, else 404
where ``admin`` has the right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiaoheng.ledger.cast import CAST

FOLDER = Path(__file__).parent / "web" / "permissions"
OUTSIDER = "outsider"
PLAYERS = tuple(player.username for player in CAST)
EVERYBODY = (*PLAYERS, OUTSIDER)
GROUPS = {
    "everybody": PLAYERS,
    "bureau": ("admin", "jijiao", "jicai"),
    "school": ("clerk", "head"),
    "school2": ("clerk2", "head2"),
    "inspectors": ("dudao", "dudao2"),
}


class Address(msgspec.Struct, frozen=True):
    """A named address: how many parts of its path vary, and of which type each is."""

    name: str
    route: str
    types: tuple[str, ...]


class Row(msgspec.Struct, frozen=True):
    """A line of the table."""

    name: str
    of: str
    ok: frozenset[str]
    missing: frozenset[str]
    method: str
    public: bool

    def expected(self, username: str) -> int:
        """200 for who gets in, else 403 or 404."""
        if username == OUTSIDER and username not in self.ok | self.missing:
            known = "admin" in self.ok | self.missing
            return 403 if not known else 404 if self.of else 200
        return 200 if username in self.ok else 404 if username in self.missing else 403

    def __str__(self) -> str:
        return f"{self.name} {self.of}".strip()


def addresses() -> list[Address]:
    """Every named address."""
    return list(_walk(get_resolver().url_patterns))


def rows() -> list[Row]:
    """The whole table."""
    return [row for path in sorted(FOLDER.glob("*.toml")) for row in _rows(path)]


def url(row: Row, part: Any) -> str:
    """The address of a row, ``part`` being the value, the values, or the values by name that vary in its path."""
    if isinstance(part, dict):
        return reverse(row.name, kwargs=part)
    return reverse(row.name, args=part if isinstance(part, tuple) else () if part is None else (part,))


def _walk(patterns: list[Any], before: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{route} has no name"
            types = tuple(type(one).__name__ for one in pattern.pattern.converters.values())
            yield Address(pattern.name, route, types)


def _rows(path: Path) -> Iterator[Row]:
    for key, line in tomllib.loads(path.read_text(encoding="utf-8")).items():
        name, _, of = key.partition(" ")
        assert line.keys() <= {"ok", "missing", "method", "public"}, f"{path.name}: {key}"
        yield Row(
            name=name,
            of=of,
            ok=frozenset(_people(line["ok"])),
            missing=frozenset(_people(line.get("missing", ""))),
            method=line.get("method", "get"),
            public=line.get("public", False),
        )


def _people(said: str) -> Iterator[str]:
    for name in said.split():
        people = GROUPS.get(name, (name,))
        assert set(people) <= set(EVERYBODY), f"{name} is nobody of the cast"
        yield from people
