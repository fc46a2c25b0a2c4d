"""Two states of the county's facts side by side: in words, cell by cell, and by what they are worth."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng import standards
from jiaoheng.county import County, schema, snapshots
from jiaoheng.county.comparison import Comparison, compare
from jiaoheng.county.comparison_words import cell_text, comparison_sentences, key_line
from jiaoheng.findings import Assessment
from jiaoheng.findings.change import changes
from jiaoheng.findings.change_words import change_sentences
from jiaoheng.language import Language
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Organisation, Snapshot

MOST = 300
"""So many changed cells and rows of a table are listed; all are counted."""


def snapshot_of(county: Organisation, name: str) -> Snapshot | None:
    """A county's snapshot by its name; the one that was accepted last where it was accepted twice."""
    return Snapshot.objects.filter(county=county, name=name).order_by("pk").last() if name else None


@lru_cache(maxsize=4)
def read_draft(folder: Path) -> County:
    """The county of a draft, which never changes; raises ``SnapshotError`` where it is damaged."""
    return snapshots.read(folder)


def told(before: County, after: County, language: Language) -> dict[str, Any]:
    """What changed, in sentences and table by table."""
    comparison = compared(before, after)
    return {
        "is_same": comparison.is_empty,
        "blanked": sum(
            cell.old is not None and cell.new is None for table in comparison.tables for cell in table.changed
        ),
        "sentences": list(comparison_sentences(comparison, language)),
        "tables": [_table(each, comparison, language) for each in comparison.tables],
    }


def compared(before: County, after: County) -> Comparison:
    """What differs, reckoned once for the same two snapshots."""
    return _compared(_Same(before), _Same(after))


def verdicts(before: Assessment, after: Assessment, county: County, language: Language) -> list[str]:
    """What the change means against the standard; empty where the two were not reckoned alike."""
    if (before.standard, before.options) != (after.standard, after.options):
        return []
    standard = standards.load(facts.NATIONAL)
    return list(change_sentences(changes(before, after), standard, county, language))


class _Same:
    """A county as a key: two are the same where they are the same snapshot."""

    def __init__(self, county: County) -> None:
        self.county = county

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.county.snapshot == other.county.snapshot

    def __hash__(self) -> int:
        return hash(self.county.snapshot)


@lru_cache(maxsize=16)
def _compared(before: _Same, after: _Same) -> Comparison:
    return compare(before.county, after.county)


def _table(change: Any, comparison: Comparison, language: Language) -> dict[str, Any]:
    """One table: the cells that changed and the rows that came and went, each with its row in words."""
    table = schema().tables[change.table]
    label = table.label.say(language)
    lines: list[dict[str, Any]] = []
    for each in change.changed[:MOST]:
        column = table.column(each.column)
        unit = f"({schema().units[column.unit].label.say(language)})" if column.unit else ""
        lines.append(
            _line(
                key_line(each.table, each.key, comparison, language),
                column.label.say(language) + unit,
                cell_text(column, each.old, language),
                cell_text(column, each.new, language),
            )
        )
    left = MOST - len(lines)
    moved = [(key, _("新增")) for key in change.added] + [(key, _("去掉")) for key in change.removed]
    for key, word in moved[: max(0, left)]:
        row = key_line(change.table, key, comparison, language)
        is_new = word == _("新增")
        lines.append(_line(row, _("整行"), "" if is_new else _("有"), _("新增") if is_new else _("去掉")))
    total = len(change.changed) + len(moved)
    more = total - len(lines)
    return {
        "label": label,
        "count": total,
        "caption": label,
        "caption_hidden": True,
        "dense": True,
        "note": "",
        "more": more,
        "columns": [
            {"label": _("哪一行"), "kind": "name"},
            {"label": _("项目"), "kind": "text"},
            {"label": _("原来"), "kind": "number"},
            {"label": _("现在"), "kind": "number"},
        ],
        "rows": lines,
    }


def _line(row: str, column: str, old: str, new: str) -> dict[str, Any]:
    texts = ((row, "name"), (column, "text"), (old, "number"), (new, "number"))
    return {"cells": [{"text": text, "kind": kind} for text, kind in texts]}
