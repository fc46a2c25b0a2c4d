"""Public funds as the workspace keeps them: the rules in force, and an allocation with what it means."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from jiaoheng.ledger import facts
from jiaoheng.ledger.models import FundingDecision, FundingRules, Organisation, Snapshot
from jiaoheng.plans.funding import Allocation, Rules, allocate, judged, never_less, parse
from jiaoheng.plans.funding.checks import Judged, Kept
from jiaoheng.plans.funding.rules import FILE
from jiaoheng.standards import load

NAME = "rules.toml"


class Allocated(msgspec.Struct, frozen=True):
    """An allocation, the rules that it follows, and its checks."""

    allocation: Allocation
    rules: Rules
    kept: tuple[Kept, ...]
    judged: tuple[Judged, ...]


def rules_row(county: Organisation) -> FundingRules | None:
    """The county's own rules, where it has set some."""
    return FundingRules.objects.filter(county=county).first()


def rules_text(county: Organisation) -> str:
    """The text of the rules in force: the county's own, or the default."""
    row = rules_row(county)
    return row.text if row else FILE.read_text(encoding="utf-8")


def rules(county: Organisation) -> Rules:
    """The rules in force."""
    return parsed(rules_text(county))


@lru_cache(maxsize=16)
def parsed(text: str) -> Rules:
    """Rules of a text, kept: a text never changes. Raises ``RulesError``."""
    return parse(text, NAME)


def allocated(snapshot: Snapshot, text: str, year: int | None, total: int | None, *, scale: bool) -> Allocated:
    """The allocation of a snapshot by rules, with its checks.

    Raises ``FundingError``, ``RulesError``, ``findings.AssessmentError``, ``county.snapshots.SnapshotError``.
    """
    return _allocated(snapshot, text, year, total, scale)


def decision(county: Organisation, year: int) -> FundingDecision | None:
    """What the county has decided for a year."""
    return FundingDecision.objects.filter(county=county, year=year).select_related("snapshot").first()


def decided(row: FundingDecision) -> Allocated:
    """The allocation as it was decided."""
    return allocated(row.snapshot, row.text, row.year, row.total, scale=row.scale)


@lru_cache(maxsize=32)
def _allocated(snapshot: Snapshot, text: str, year: int | None, total: int | None, scale: bool) -> Allocated:
    """A snapshot never changes, so what was worked out once serves every page after."""
    county, held = facts.tables(snapshot), parsed(text)
    allocation = allocate(county, held, year, total, scale=scale)
    standard = load(facts.NATIONAL)
    return Allocated(allocation, held, never_less(county, allocation, held), judged(county, allocation, held, standard))
