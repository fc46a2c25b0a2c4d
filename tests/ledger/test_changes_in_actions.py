"""Rows change in actions, and nowhere else: what the guard refuses at run time is not even written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "jiaoheng"
WRITES = frozenset(
    ("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete")
) | {"asave", "acreate", "aupdate", "adelete", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"}
SQL = frozenset(("cursor", "raw", "extra", "RawSQL", "execute", "executemany", "executescript"))
# Where changes may stand: the actions, and what they stand on.
ALLOWED = ("ledger/actions/", "ledger/migrations/", "ledger/chain.py", "ledger/work.py", "ledger/guard.py")
# Calls by file, with the reason.
EXCEPTIONS = {
    ("ledger/models/people.py", "save"): "a unit's own save keeps the path of those below it in step",
    ("ledger/backup/database.py", "cursor"): "a backup copies the database as a whole",
    ("ledger/backup/database.py", "execute"): "a backup copies the database as a whole",
    ("web/health.py", "cursor"): "asks whether the database answers",
    ("web/health.py", "execute"): "asks whether the database answers",
}


def _writes(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every call that looks like a change of rows, or like SQL of one's own."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        writes = isinstance(node.func, ast.Attribute) and name in WRITES and not _is_of_a_mapping(node)
        if writes or name in SQL:
            yield node.lineno, name


def _is_of_a_mapping(call: ast.Call) -> bool:
    """``mapping.update(other)`` and ``vars(thing).update(…)``; a query set's ``update`` takes fields by name only."""
    assert isinstance(call.func, ast.Attribute)
    receiver = call.func.value
    of_vars = isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "vars"
    return call.func.attr == "update" and (of_vars or bool(call.args))


def _found() -> Iterator[tuple[str, int, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        text = path.read_text(encoding="utf-8")
        if ("django" in text or "jiaoheng.ledger" in text) and not name.startswith(ALLOWED):
            yield from ((name, line, what) for line, what in _writes(text))


def test_nothing_outside_the_actions_changes_rows() -> None:
    outside = [(name, line, what) for name, line, what in _found() if (name, what) not in EXCEPTIONS]
    assert outside == [], "put the change into a function under @action in ledger/actions"


def test_no_exception_is_left_over() -> None:
    assert EXCEPTIONS.keys() <= {(name, what) for name, _, what in _found()}


@pytest.mark.parametrize(
    "change",
    [
        "task.save()",
        "Task.objects.create(title='x')",
        "Task.objects.filter(pk=1).update(title='x')",
        "Task.objects.filter(pk=1).update(**changes)",
        "Task.objects.bulk_create(rows)",
        "row.evidence.all().delete()",
        "connection.cursor()",
        "Task.objects.raw('SELECT 1')",
        "cursor.execute(sql)",
    ],
)
def test_a_change_is_recognised(change: str) -> None:
    assert list(_writes(change))


@pytest.mark.parametrize("harmless", ["values.update({'a': 1})", "vars(request).update(a=1)", "digest.update(data)"])
def test_what_changes_no_row_is_let_be(harmless: str) -> None:
    assert not list(_writes(harmless))
