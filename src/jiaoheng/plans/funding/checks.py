"""What an allocation means: whether anything fell since last year (只增不减), and what the assessment says after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from jiaoheng.county import County, build
from jiaoheng.findings import assess
from jiaoheng.findings.assessment import Assessment, Status
from jiaoheng.plans.funding.allocate import OWN_QUOTAS
from jiaoheng.plans.funding.allocation import Allocation, Grant
from jiaoheng.plans.funding.heads import roll
from jiaoheng.plans.funding.rules import Rules, fen
from jiaoheng.standards import Standard

JUDGED = frozenset({"funded_pupils", "funds_per_pupil"})
"""The formulas of the items that an allocation changes: 2.6 and 2.7 of the national standard."""

Kind = Literal["quota", "county_total", "county_per_pupil", "school"]
Outcome = Literal["kept", "fewer_pupils", "more_pupils", "broken", "unknown"]


class Kept(msgspec.Struct, frozen=True):
    """Whether a figure did not fall: ``before`` last year, ``after`` by the allocation, in fen (a pupil: of a quota
    and of ``county_per_pupil``).

    A sum that fell while a pupil gets no less is ``fewer_pupils``; a school that gets no less in all for more pupils,
    each of whom gets less, is ``more_pupils``: both are told, neither breaks the rule. The county's are those of
    ``schools`` that can be compared, of so many. ``subject`` is a school's code,
    or the stage of a quota. ``why`` of what is unknown: no_last_year, not_allocated, outside (last year's amount is
    also for stages that the rules do not fund).
    """

    kind: Kind
    subject: str
    outcome: Outcome
    before: float | None
    after: float | None
    pupils_before: int | None = None
    pupils_after: int | None = None
    why: str = ""
    schools: int = 1
    of: int = 1


class Judged(msgspec.Struct, frozen=True):
    """An item of the standard before and after the allocation, and the schools that are below it then."""

    item: str
    before: Status
    after: Status
    below_before: tuple[str, ...]
    below_after: tuple[str, ...]


def granted(county: County, allocation: Allocation) -> County:
    """The county with the allocation in its ``finance``: ``operating_funds`` of every school that it is of, in yuan.

    A quota that the county has not stated is stated as it was used. Raises ``ValueError`` where nothing is allocated.
    """
    if allocation.total is None:
        raise ValueError("nothing is allocated")
    year = allocation.year
    concerned = {member for grant in allocation.grants for member in grant.members}
    rows = [
        row
        for row in county["finance"].to_pylist()
        if not (row["year"] == year and row["item"] == "operating_funds" and row["subject_id"] in concerned)
    ]
    rows += [
        {"subject_id": grant.school_id, "year": year, "item": "operating_funds", "amount": (grant.total or 0) / 100}
        for grant in allocation.grants
    ]
    stated = {(row["item"]) for row in rows if row["year"] == year and row["subject_id"] == county.code}
    rows += [
        {"subject_id": county.code, "year": year, "item": OWN_QUOTAS[quoted.stage], "amount": quoted.fen / 100}
        for quoted in allocation.quotas
        if quoted.stage in OWN_QUOTAS and OWN_QUOTAS[quoted.stage] not in stated
    ]
    return msgspec.structs.replace(county, tables={**county.tables, "finance": build({"finance": rows})["finance"]})


def judged(county: County, allocation: Allocation, rules: Rules, standard: Standard) -> tuple[Judged, ...]:
    """The items on public funds as the assessment judges them before and after; empty where nothing is allocated."""
    if allocation.total is None:
        return ()
    options = msgspec.structs.replace(
        standard.options,
        teaching_points="merged" if rules.teaching_points == "main" else standard.options.teaching_points,
        private="excluded" if rules.private == "excluded" else standard.options.private,
    )
    items = tuple(item for item in standard.items if any(check.formula in JUDGED for check in item.checks))
    # Of these items alone: no other is touched by what schools get.
    asked = msgspec.structs.replace(standard, items=items, schools=None, balance=None)
    before = assess(county, asked, year=allocation.year, options=options)
    after = assess(granted(county, allocation), asked, year=allocation.year, options=options)
    return tuple(
        Judged(
            item.id, _status(before, item.id), _status(after, item.id), _below(before, item.id), _below(after, item.id)
        )
        for item in items
    )


def _status(of: Assessment, item: str) -> Status:
    return next(each.status for each in of.items if each.item == item)


def _below(of: Assessment, item: str) -> tuple[str, ...]:
    return tuple(sorted({value.school_id for value in of.values if value.item == item and value.status == "fails"}))


def never_less(county: County, allocation: Allocation, rules: Rules) -> tuple[Kept, ...]:
    """The quotas, the county and every school against last year's ``finance``, what breaks the rule first."""
    before = _last_year(county, allocation.year - 1)
    pupils = _pupils(county, rules, allocation, allocation.year - 1)
    schools = [_school(grant, allocation, before, pupils.get(grant.school_id)) for grant in allocation.grants]
    found = [*_quotas(county, allocation), *_whole(allocation, schools), *schools]
    order = ("broken", "fewer_pupils", "more_pupils", "unknown", "kept")
    return tuple(sorted(found, key=lambda each: order.index(each.outcome)))


def _last_year(county: County, year: int) -> Mapping[str, int]:
    """Operating funds of schools in fen."""
    return {
        row["subject_id"]: fen(Decimal(repr(row["amount"])))
        for row in county["finance"].to_pylist()
        if row["year"] == year and row["item"] == "operating_funds" and row["amount"] is not None
    }


def _quotas(county: County, allocation: Allocation) -> Iterator[Kept]:
    amounts = {
        row["item"]: row["amount"]
        for row in county["finance"].to_pylist()
        if row["subject_id"] == county.code and row["year"] == allocation.year - 1
    }
    for quoted in allocation.quotas:
        if (item := OWN_QUOTAS.get(quoted.stage)) is None:
            continue
        amount = amounts.get(item)
        if amount is None:
            yield Kept("quota", quoted.stage, "unknown", None, quoted.fen, why="no_last_year")
            continue
        before = fen(Decimal(repr(amount)))
        outcome: Outcome = "kept" if quoted.fen >= before else "broken"
        yield Kept("quota", quoted.stage, outcome, before, quoted.fen)


def _pupils(county: County, rules: Rules, allocation: Allocation, year: int) -> Mapping[str, tuple[int | None, bool]]:
    """Pupils of the funded stages of each school in a year, and whether it also had other pupils."""
    stages = {quoted.stage for quoted in allocation.quotas}
    found: dict[str, tuple[int | None, bool]] = {}
    for unit in roll(county, rules, year, stages).units:
        counts = [each.pupils for each in unit.stages if each.stage in stages]
        known = [each for each in counts if each is not None]
        others = any(each.stage not in stages for each in unit.stages)
        found[unit.school_id] = (sum(known) if len(known) == len(counts) else None, others)
    return found


def _funds(grant: Grant, before: Mapping[str, int]) -> int | None:
    """Last year's amount of a school with its campuses; None where none of them has one."""
    there = [before[member] for member in grant.members if member in before]
    return sum(there) if there else None


def _school(
    grant: Grant, allocation: Allocation, before: Mapping[str, int], last: tuple[int | None, bool] | None
) -> Kept:
    old, (pupils, others) = _funds(grant, before), last or (None, False)
    after = grant.total if allocation.total is not None else None
    why = "not_allocated" if after is None else "no_last_year" if old is None or not pupils else ""
    why = why or ("outside" if others else "")
    if why or after is None or old is None or not pupils or not grant.pupils:
        return Kept("school", grant.school_id, "unknown", old, after, pupils, grant.pupils, why or "no_last_year")
    outcome = _outcome(old, after, pupils, grant.pupils)
    return Kept("school", grant.school_id, outcome, old, after, pupils, grant.pupils)


def _outcome(old: int, new: int, pupils_before: int, pupils_after: int) -> Outcome:
    """By the sum and by the sum a pupil, unrounded."""
    less, each_less = new < old, Fraction(new, pupils_after) < Fraction(old, pupils_before)
    if less and each_less:
        return "broken"
    return "fewer_pupils" if less else "more_pupils" if each_less else "kept"


def _whole(allocation: Allocation, schools: Collection[Kept]) -> Iterator[Kept]:
    """The sum, and the sum a pupil, of the schools of which both years are known."""
    kinds: tuple[Kind, ...] = ("county_total", "county_per_pupil")
    there = [each for each in schools if each.outcome != "unknown"]
    if not there:
        why = "not_allocated" if allocation.total is None else "no_last_year"
        for kind in kinds:
            yield Kept(kind, "", "unknown", None, None, why=why, of=len(schools))
        return
    old, new = (sum(int(getattr(each, name) or 0) for each in there) for name in ("before", "after"))
    pupils, now = (sum(getattr(each, name) or 0 for each in there) for name in ("pupils_before", "pupils_after"))
    outcome = _outcome(old, new, pupils, now)
    each_less = Fraction(new, now) < Fraction(old, pupils)
    whole = Kept("county_total", "", outcome, old, new, pupils, now, schools=len(there), of=len(schools))
    yield msgspec.structs.replace(whole, outcome="kept" if outcome == "more_pupils" else outcome)
    each = msgspec.structs.replace(whole, kind="county_per_pupil", before=old / pupils, after=new / now)
    yield msgspec.structs.replace(each, outcome="broken" if each_less else "kept")
