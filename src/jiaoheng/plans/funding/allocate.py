"""``allocate(county, rules)``: the county's public funds by school and stage, in whole fen, conserved to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil

import msgspec

from jiaoheng.county import County, schema
from jiaoheng.findings.assess import assessed_year
from jiaoheng.language import Refusal, catalogue
from jiaoheng.plans.funding.allocation import Allocation, Broken, Grant, Outside, Part, Quoted
from jiaoheng.plans.funding.heads import Heads, Missing, Unit, roll
from jiaoheng.plans.funding.rules import TEXTS, Rules, boarding_in_force, fen, in_force
from jiaoheng.plans.funding.sharing import shares

COMPULSORY = ("primary", "junior")
OWN_QUOTAS = {"primary": "quota_primary", "junior": "quota_junior"}
"""The finance items in which a county states its own quotas."""


class FundingError(Refusal):
    """What cannot be allocated, in words with the remedy."""

    messages = TEXTS


class _Terms(msgspec.Struct, frozen=True):
    """The rules as they hold in the year: fen a pupil by stage, fen a boarder."""

    rules: Rules
    quotas: Mapping[str, Quoted]
    boarding: int

    @property
    def special(self) -> int | None:
        """The quota of pupils with disabilities in ordinary schools, where the rules give them one."""
        held = self.rules.inclusive
        quoted = self.quotas.get("special")
        return quoted.fen if held is not None and held.enabled and quoted else None


def allocate(
    county: County, rules: Rules, year: int | None = None, total: int | None = None, *, scale: bool = False
) -> Allocation:
    """The allocation of a school year, by default the latest. ``total`` is the budget in fen; None: what the rules ask.

    A budget above the guaranteed amounts leaves the rest to the tilt. One below them allocates nothing (``short``)
    unless ``scale`` is asked for; then all are cut alike and ``broken`` says which quotas are no longer kept.

    Raises ``findings.assess.AssessmentError`` for a year without enrolment, ``FundingError`` where the rules have no
    quota in force, or there is money to tilt and no school that the tilt favours.
    """
    if total is not None and total < 0:
        raise FundingError("total_below_nought")
    year = assessed_year(county, year)
    terms = _terms(county, rules, year)
    found = roll(county, rules, year, terms.quotas.keys())
    funded = [unit for unit in found.units if not (unit.private and rules.private == "excluded")]
    left_out = tuple(unit.school_id for unit in found.units if unit.private and rules.private == "excluded")
    missing = {each for each in found.missing if not each.stage or each.stage in terms.quotas}
    missing = {each for each in missing if each.school_id not in left_out}
    missing |= _waiting_quotas(county, rules, year)
    contradicted = {each.school_id for each in missing if each.what == "contradiction"}
    grants = []
    for unit in funded:
        if any(each.stage in terms.quotas for each in unit.stages):
            grant, lacking = _guaranteed(unit, terms, contradicted=unit.school_id in contradicted)
            grants.append(grant)
            missing |= lacking
    outside = _outside(funded, terms)
    bare = Allocation(
        county.code, county.name, county.snapshot, year, rules.name, tuple(terms.quotas.values()), terms.boarding,
        terms.special, "unknown", total, None, None, 0, 0, None, tuple(grants), outside, left_out,
        tuple(sorted(missing)), (),
    )  # fmt: skip
    return _divided(bare, rules, scale=scale)


def _divided(bare: Allocation, rules: Rules, *, scale: bool) -> Allocation:
    """The tilt, the given total, and how it ends."""
    guaranteed = _sum(grant.guaranteed for grant in bare.grants)
    if bare.missing or guaranteed is None:
        fund = 0 if bare.given is None and not _stated(rules, 0) and not rules.tilt.share else None
        untouched = tuple(_finished(grant, 0 if fund == 0 else None, 0) for grant in bare.grants)
        return msgspec.structs.replace(bare, grants=untouched, tilt_fund=fund)
    stated = _stated(rules, guaranteed)
    given = bare.given
    if given is not None and given < guaranteed:
        return _too_small(msgspec.structs.replace(bare, guaranteed=guaranteed), guaranteed, given, scale=scale)
    fund = stated if given is None else given - guaranteed
    if fund and (lacking := _unsettled(bare, rules)):
        untouched = tuple(_finished(grant, None, 0) for grant in bare.grants)
        return msgspec.structs.replace(bare, grants=untouched, missing=lacking)
    weights = {grant.school_id: Fraction(grant.factor) * (grant.pupils or 0) for grant in bare.grants}
    if fund and not sum(weights.values()):
        raise FundingError("nobody_to_tilt_to", amount=f"{Decimal(fund) / 100:,.2f}")
    tilts = shares(fund, weights)
    grants = tuple(_finished(grant, tilts[grant.school_id], 0) for grant in bare.grants)
    return msgspec.structs.replace(
        bare,
        status="full",
        guaranteed=guaranteed,
        tilt_fund=fund,
        tilt_short=max(0, stated - fund),
        total=guaranteed + fund,
        grants=grants,
    )


def _too_small(bare: Allocation, guaranteed: int, given: int, *, scale: bool) -> Allocation:
    """The total is less than what the rules guarantee: say by how much, or on request cut all alike."""
    short = {"tilt_fund": 0, "shortage": guaranteed - given}
    if not scale:
        asked = tuple(_finished(grant, 0, 0) for grant in bare.grants)
        return msgspec.structs.replace(bare, status="short", grants=asked, **short)
    got = shares(given, {grant.school_id: Fraction(grant.guaranteed or 0) for grant in bare.grants})
    grants = tuple(_finished(grant, 0, (grant.guaranteed or 0) - got[grant.school_id]) for grant in bare.grants)
    ratio = Fraction(given, guaranteed)
    used = {part.stage for grant in grants for part in grant.parts if part.pupils}
    broken = tuple(
        Broken(each.stage, each.fen, float(each.fen * ratio)) for each in bare.quotas if each.stage in used and each.fen
    )
    return msgspec.structs.replace(bare, status="scaled", grants=grants, total=given, broken=broken, **short)


def _terms(county: County, rules: Rules, year: int) -> _Terms:
    """Quotas in force by stage; of the county's own, those above the rules' where it chooses so."""
    own = _own_quotas(county, year) if rules.county_quota == "higher" else {}
    quotas: dict[str, Quoted] = {}
    for stage in [str(code.value) for code in schema().codes["stage"]]:
        quota = in_force(rules, stage, year)
        if quota is not None and quota.yuan is not None:
            quotas[stage] = Quoted(stage, fen(quota.yuan), quota.source, quota.confidence)
        if stage in own and own[stage] > (quotas[stage].fen if stage in quotas else 0):
            source = catalogue(TEXTS)["source_own_quota"]
            quotas[stage] = Quoted(stage, own[stage], source, "county", from_facts=True)
    for stage in [str(code.value) for code in schema().codes["stage"]]:
        quota = in_force(rules, stage, year)
        if quota is not None and quota.times is not None and quota.of in quotas:
            amount = (quotas[quota.of].fen * quota.times).to_integral_value(ROUND_CEILING)
            quotas[stage] = Quoted(stage, int(amount), quota.source, quota.confidence)
    if not quotas:
        raise FundingError("no_quota", year=year)
    supplement = boarding_in_force(rules, year)
    return _Terms(rules, quotas, fen(supplement.yuan) if supplement else 0)


def _own_quotas(county: County, year: int) -> dict[str, int]:
    """The county's own quotas of a year, in fen, by stage."""
    stages = {item: stage for stage, item in OWN_QUOTAS.items()}
    return {
        stages[row["item"]]: fen(Decimal(repr(row["amount"])))
        for row in county["finance"].to_pylist()
        if row["subject_id"] == county.code
        and row["year"] == year
        and row["item"] in stages
        and row["amount"] is not None
    }


def _waiting_quotas(county: County, rules: Rules, year: int) -> set[Missing]:
    """Whether the county states a quota of its own that is not known, so that those of the rules may be too low."""
    if rules.county_quota == "ignored":
        return set()
    waits = any(
        gap.table == "finance" and gap.year in (None, year) and gap.subject in ("", county.code) for gap in county.gaps
    )
    blank = any(
        row["subject_id"] == county.code
        and row["year"] == year
        and row["item"] in OWN_QUOTAS.values()
        and row["amount"] is None
        for row in county["finance"].to_pylist()
    )
    return {Missing("", "quota")} if waits or blank else set()


def _guaranteed(unit: Unit, terms: _Terms, *, contradicted: bool) -> tuple[Grant, set[Missing]]:
    """What the rules give a school before any tilt, and what is not known of it."""
    plain = unit.private and terms.rules.private == "quota"
    heads = [each for each in unit.stages if each.stage in terms.quotas]
    lacking = {Missing(unit.school_id, "pupils", each.stage) for each in heads if each.pupils is None}
    parts = [_part(each, terms, plain=plain, unknown=contradicted) for each in heads]
    if not plain and not contradicted:
        for each in heads:
            if each.boarders is None and terms.boarding:
                lacking.add(Missing(unit.school_id, "boarders", each.stage))
            if each.disabled is None and terms.special is not None and each.stage != "special":
                lacking.add(Missing(unit.school_id, "disabled", each.stage))
    floor, unsettled = (None, False) if plain else _floor(unit, heads, terms.rules)
    if unsettled:
        lacking.add(Missing(unit.school_id, "setting"))
    parts = _topped_up(parts, floor, unknown=unsettled or contradicted)
    pupils = _sum(part.pupils for part in parts)
    sums = [_sum((part.base, part.small, part.boarding, part.special)) for part in parts]
    holds = floor is not None and any(part.small for part in parts)
    grant = Grant(
        unit.school_id, unit.name, unit.members, unit.group, unit.private, pupils, floor if holds else None,
        str(_factor(unit, terms.rules, small=holds)), tuple(parts), _sum(sums), None, None,
    )  # fmt: skip
    return grant, lacking


def _part(heads: Heads, terms: _Terms, *, plain: bool, unknown: bool) -> Part:
    """Pupils × quota and what goes with single pupils; ``plain``: without the latter, ``unknown``: that is not told."""
    quota = terms.quotas[heads.stage].fen
    boarding: int | None = 0
    special: int | None = 0
    if not plain and terms.boarding:
        boarding = None if unknown or heads.boarders is None else heads.boarders * terms.boarding
    if not plain and terms.special is not None and heads.stage != "special":
        special = None if unknown or heads.disabled is None else heads.disabled * max(0, terms.special - quota)
    return Part(
        heads.stage, heads.pupils, quota, heads.pupils, None if heads.pupils is None else heads.pupils * quota, 0,
        heads.boarders, boarding, heads.disabled, special, None, None, None,
    )  # fmt: skip


def _floor(unit: Unit, heads: Iterable[Heads], rules: Rules) -> tuple[int | None, bool]:
    """For how many pupils a school is funded at least, and whether that cannot be told for want of its setting."""
    stages = {each.stage for each in heads}
    kinds = {"school"} if stages & set(COMPULSORY) else {"special"} if "special" in stages else set()
    there = [each for each in rules.floors if each.enabled and each.of in kinds]
    certain = max((each.pupils for each in there if not each.settings or unit.group in each.settings), default=None)
    perhaps = max((each.pupils for each in there if each.settings), default=0) if not unit.group else 0
    pupils = _sum(each.pupils for each in heads if each.stage in (COMPULSORY if kinds == {"school"} else ("special",)))
    return certain, pupils is not None and perhaps > (certain or 0) and pupils < perhaps


def _topped_up(parts: list[Part], floor: int | None, *, unknown: bool) -> list[Part]:
    """Parts with what a small school gets besides: as much as its stages' quotas give for ``floor`` pupils.

    The pupils that are added are of the school's stages in proportion, as item 2.6 of the national standard weighs
    them; the sum is rounded up to the fen.
    """
    of = COMPULSORY if any(part.stage in COMPULSORY for part in parts) else ("special",)
    within = {part.stage: part for part in parts if part.stage in of}
    pupils, base = _sum(part.pupils for part in within.values()), _sum(part.base for part in within.values())
    if unknown or pupils is None or base is None:
        lost = {stage: {"small": None, "counted": None} for stage in within}
        return [msgspec.structs.replace(part, **lost.get(part.stage, {})) for part in parts]
    if floor is None or not 0 < pupils < floor:
        return parts
    lift = Fraction(floor, pupils)
    more = ceil(base * lift) - base
    # The judgement divides in binary fractions: where that falls short of the floor by its last digit, one fen more.
    while base and (base + more) / 100 / (base / 100 / pupils) < floor:
        more += 1
    added = shares(more, {stage: Fraction(part.base or 0) for stage, part in within.items()})
    return [
        msgspec.structs.replace(part, small=added[part.stage], counted=float((part.pupils or 0) * lift))
        if part.stage in within
        else part
        for part in parts
    ]


def _finished(grant: Grant, tilt: int | None, cut: int) -> Grant:
    """A school's grant with its tilt and cut, divided among its stages."""
    by_pupils = {part.stage: Fraction(part.pupils or 0) for part in grant.parts}
    own = {part.stage: _sum((part.base, part.small, part.boarding, part.special)) for part in grant.parts}
    tilts: Mapping[str, int | None] = dict.fromkeys(by_pupils) if tilt is None else shares(tilt, by_pupils)
    cuts = shares(cut, {stage: Fraction(amount or 0) for stage, amount in own.items()})
    parts = tuple(
        msgspec.structs.replace(
            part,
            tilt=tilts[part.stage],
            cut=cuts[part.stage],
            total=_sum((own[part.stage], tilts[part.stage], -cuts[part.stage])),
        )
        for part in grant.parts
    )
    return msgspec.structs.replace(grant, parts=parts, tilt=tilt, total=_sum(part.total for part in parts))


def _stated(rules: Rules, guaranteed: int) -> int:
    """The tilt fund that the rules state, in fen."""
    if not rules.tilt.enabled:
        return 0
    if rules.tilt.yuan is not None:
        return fen(rules.tilt.yuan)
    return int(Fraction(guaranteed) * Fraction(rules.tilt.share or 0) / 100)


def _factor(unit: Unit, rules: Rules, *, small: bool) -> Fraction:
    if not rules.tilt.enabled or (unit.private and rules.private == "quota"):
        return Fraction(0)
    own = {"rural": rules.tilt.rural, "town": rules.tilt.town, "urban": rules.tilt.urban}.get(unit.group, Decimal(0))
    return Fraction(own) + (Fraction(rules.tilt.small) if small else 0)


def _unsettled(bare: Allocation, rules: Rules) -> tuple[Missing, ...]:
    """Schools whose setting is not known, where the tilt goes by it."""
    factors = {rules.tilt.rural, rules.tilt.town, rules.tilt.urban}
    if not rules.tilt.enabled or len(factors) == 1:
        return ()
    return tuple(Missing(grant.school_id, "setting") for grant in bare.grants if not grant.group)


def _outside(units: Iterable[Unit], terms: _Terms) -> tuple[Outside, ...]:
    found: dict[str, list[int | None]] = {}
    for unit in units:
        for heads in unit.stages:
            if heads.stage not in terms.quotas:
                found.setdefault(heads.stage, []).append(heads.pupils)
    return tuple(Outside(stage, len(pupils), _sum(pupils)) for stage, pupils in sorted(found.items()))


def _sum(values: Iterable[int | None]) -> int | None:
    """A sum that is unknown where a part of it is."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
