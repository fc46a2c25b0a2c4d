"""The rules of public funds (公用经费) as data: quotas, supplements, floors, tilt, who approves an expense.

``defaults()`` are those in ``rules.toml``, each figure with its source and how sure it is; a county edits a copy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from jiaoheng import typed
from jiaoheng.language import Refusal, Text
from jiaoheng.toml_lines import TomlPath, key_lines, line_of, refusal
from jiaoheng.toml_lines import written as path_written

FILE = Path(__file__).with_name("rules.toml")
TEXTS = Path(__file__).with_name("texts.toml")
MOST_YUAN = Decimal(10) ** 12
MOST_TEXT = 200_000

Confidence = Literal["A", "B+", "B", "C", "county", "assumption"]
Stage = Literal["kindergarten", "primary", "junior", "senior", "vocational", "special"]
Region = Literal["central_west", "east"]
Group = Literal["urban", "town", "rural"]
Apart = Literal["main", "separate"]
Private = Literal["included", "quota", "excluded"]
Approver = Literal["head", "council", "bureau"]


class RulesError(Refusal):
    """Rules that cannot be used; says where, what is wrong, and what to do."""

    messages = TEXTS


class Sourced(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule with where it comes from. One tagged C cannot be enabled."""

    source: Text
    confidence: Confidence
    enabled: bool = True


class Quota(Sourced, frozen=True, kw_only=True):
    """Yuan a pupil and year of a stage, or ``times`` the quota of the stage ``of``, from school year ``since``."""

    stage: Stage
    yuan: Decimal | None = None
    times: Decimal | None = None
    of: Stage | None = None
    since: int = 0
    region: Region | None = None


class Boarding(Sourced, frozen=True, kw_only=True):
    """Yuan more for every boarder, from school year ``since``."""

    yuan: Decimal
    since: int = 0


class Floor(Sourced, frozen=True, kw_only=True):
    """Schools under ``pupils`` are funded as for so many; only those of ``settings`` where some are named."""

    of: Literal["school", "special"]
    pupils: int
    settings: tuple[Group, ...] = ()


class Inclusive(Sourced, frozen=True, kw_only=True):
    """Pupils with disabilities in ordinary schools are funded at the special quota."""


class Tilt(Sourced, frozen=True, kw_only=True):
    """What is divided by pupils × factor, besides the guaranteed part: ``share`` per cent of that, or ``yuan``.

    The factors are those of the school's setting; ``small`` is added where a floor holds.
    """

    share: Decimal | None = None
    yuan: Decimal | None = None
    rural: Decimal = Decimal(0)
    town: Decimal = Decimal(0)
    urban: Decimal = Decimal(0)
    small: Decimal = Decimal(0)


class Approval(Sourced, frozen=True, kw_only=True):
    """Who approves an expense of at most ``up_to`` yuan; None: of any size."""

    by: Approver
    up_to: Decimal | None = None


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All rules of a county; ``rules.toml`` says what each of its choices means."""

    name: Text
    quotas: tuple[Quota, ...]
    tilt: Tilt
    boarding: tuple[Boarding, ...] = ()
    floors: tuple[Floor, ...] = ()
    inclusive: Inclusive | None = None
    approvals: tuple[Approval, ...] = ()
    region: Region = "central_west"
    county_quota: Literal["higher", "ignored"] = "higher"
    campuses: Apart = "main"
    teaching_points: Apart = "separate"
    private: Private = "included"


def fen(yuan: Decimal) -> int:
    """Yuan in fen, a part of a fen rounded up: no one is to get less than the rule says."""
    return int((yuan * 100).to_integral_value(ROUND_CEILING))


@cache
def defaults() -> Rules:
    """The rules that come with the program."""
    return parse(FILE.read_text(encoding="utf-8"), FILE.name)


def load(path: Path) -> Rules:
    """Rules of a file. Raises ``RulesError``, ``OSError``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RulesError("not_utf8", file=path.name) from None
    return parse(text, path.name)


def parse(text: str, name: str) -> Rules:
    """Rules of a TOML text; ``name`` is what it is called in messages.

    Raises ``RulesError`` for the first slip or contradiction, with its line.
    """
    if len(text) > MOST_TEXT:
        raise RulesError("too_long", file=name, most=MOST_TEXT)
    text = text.replace("\r\n", "\n")
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RulesError("not_toml", file=name, why=error) from None
    lines = key_lines(text)

    def place(at: TomlPath) -> str:
        line = line_of(at, lines)
        return f"{name}{f':{line}' if line else ''} {path_written(at)}".strip()

    try:
        rules = typed.convert(raw, Rules)
    except msgspec.ValidationError as error:
        what, at = refusal(str(error))
        code, words = _slip(what)
        raise RulesError(code, place=place(at), **words) from None
    for at, code, values in _contradictions(rules):
        raise RulesError(code, place=place(at), **values)
    return rules


def in_force(rules: Rules, stage: str, year: int) -> Quota | None:
    """The quota of a stage in a school year: of those enabled for the region, the one that began last."""
    there = [each for each in rules.quotas if each.stage == stage and _holds(each, rules.region, year)]
    return max(there, key=lambda each: each.since, default=None)


def boarding_in_force(rules: Rules, year: int) -> Boarding | None:
    """The boarding supplement of a school year."""
    there = [each for each in rules.boarding if each.enabled and each.since <= year]
    return max(there, key=lambda each: each.since, default=None)


def approval(rules: Rules, yuan: Decimal) -> Approval | None:
    """Who approves an expense of so many yuan; None where the rules name nobody."""
    return next((each for each in ordered(rules) if each.up_to is None or yuan <= each.up_to), None)


def ordered(rules: Rules) -> tuple[Approval, ...]:
    """The enabled approvals, the smallest expenses first."""
    there = [each for each in rules.approvals if each.enabled]
    return tuple(sorted(there, key=lambda each: (each.up_to is None, each.up_to or 0)))


def _holds(quota: Quota, region: Region, year: int) -> bool:
    return quota.enabled and quota.since <= year and quota.region in (None, region)


_SLIPS = (
    (re.compile(r"Object contains unknown field `(?P<word>.*)`"), "unknown_field"),
    (re.compile(r"Object missing required field `(?P<word>.*)`"), "missing_field"),
    (re.compile(r"Invalid enum value (?P<word>.*)"), "no_such_value"),
    (re.compile(r"Expected `(?P<word>.*)`, got `(?P<got>.*)`"), "wrong_type"),
)


def _slip(what: str) -> tuple[str, dict[str, object]]:
    """The text of what msgspec refused, and its words."""
    for pattern, code in _SLIPS:
        if found := pattern.fullmatch(what):
            return code, dict(found.groupdict())
    return "wrong_value", {"what": what}


_Slip = tuple[TomlPath, str, dict[str, object]]


def _contradictions(rules: Rules) -> Iterator[_Slip]:
    """What the rules say that cannot be, or cannot be together."""
    yield from _unverified(rules)
    yield from _amounts(rules)
    yield from _quotas(rules)
    yield from _twice(rules)
    if rules.tilt.share is not None and rules.tilt.yuan is not None:
        yield ("tilt", "yuan"), "tilt_twice", {}
    yield from _approvals(rules)


def _unverified(rules: Rules) -> Iterator[_Slip]:
    for name in ("quotas", "boarding", "floors", "approvals"):
        for index, each in enumerate(getattr(rules, name)):
            if each.enabled and each.confidence == "C":
                yield (name, index, "confidence"), "unverified", {}
    for name, one in (("inclusive", rules.inclusive), ("tilt", rules.tilt)):
        if one is not None and one.enabled and one.confidence == "C":
            yield (name, "confidence"), "unverified", {}


def _amounts(rules: Rules) -> Iterator[_Slip]:
    """Amounts that are none: below nought, too large, of more than two decimals."""
    amounts: list[tuple[TomlPath, Decimal | None]] = []
    for name, field in (("quotas", "yuan"), ("boarding", "yuan"), ("approvals", "up_to")):
        amounts += [((name, at, field), getattr(each, field)) for at, each in enumerate(getattr(rules, name))]
    amounts.append((("tilt", "yuan"), rules.tilt.yuan))
    for at, amount in amounts:
        if amount is not None and not (amount.is_finite() and 0 <= amount <= MOST_YUAN):
            yield at, "no_amount", {"amount": amount}
        elif amount is not None and amount * 100 % 1:
            yield at, "not_fen", {"amount": amount}
    factors: list[tuple[TomlPath, Decimal | None]] = [
        (("quotas", at, "times"), each.times) for at, each in enumerate(rules.quotas)
    ]
    factors += [(("tilt", name), getattr(rules.tilt, name)) for name in ("share", "rural", "town", "urban", "small")]
    for at, factor in factors:
        # What a factor may be keeps its arithmetic exact and short.
        if factor is not None and not (factor.is_finite() and 0 <= factor <= 1000 and factor * 10**6 % 1 == 0):
            yield at, "no_factor", {"amount": factor}
    for index, floor in enumerate(rules.floors):
        if not 1 <= floor.pupils <= 5000:
            yield ("floors", index, "pupils"), "no_floor", {"pupils": floor.pupils}


def _quotas(rules: Rules) -> Iterator[_Slip]:
    for index, each in enumerate(rules.quotas):
        at: TomlPath = ("quotas", index)
        if (each.yuan is None) == (each.times is None):
            yield at, "yuan_or_times", {}
        elif (each.times is None) != (each.of is None) or each.of == each.stage:
            yield at, "times_of", {}
        elif each.of is not None and any(other.times is not None for other in rules.quotas if other.stage == each.of):
            yield (*at, "of"), "times_of_times", {"stage": each.of}
        elif each.of is not None and each.enabled and in_force(rules, each.of, each.since) is None:
            yield (*at, "of"), "times_of_nothing", {"stage": each.of, "since": each.since}
    for index, each in enumerate(rules.quotas):
        base = _national(rules, each)
        if base is not None and each.yuan is not None and base.yuan is not None and each.yuan < base.yuan:
            values: dict[str, object] = {"yuan": each.yuan, "base": base.yuan, "stage": each.stage}
            yield ("quotas", index, "yuan"), "below_base", values


def _national(rules: Rules, own: Quota) -> Quota | None:
    """The national quota in force that a county's own stands in for."""
    if not own.enabled or own.confidence not in ("county", "assumption"):
        return None
    there = [
        each
        for each in rules.quotas
        if each.stage == own.stage and each.confidence in ("A", "B+") and _holds(each, rules.region, own.since)
    ]
    return max(there, key=lambda each: each.since, default=None)


def _twice(rules: Rules) -> Iterator[_Slip]:
    """Two enabled rules for the same."""
    seen: dict[tuple[object, ...], int] = {}
    for index, quota in enumerate(rules.quotas):
        if not quota.enabled:
            continue
        for region in (quota.region,) if quota.region else ("central_west", "east"):
            if (first := seen.setdefault((quota.stage, region, quota.since), index)) != index:
                yield ("quotas", index), "twice", {"first": f"quotas[{first + 1}]"}
    for index, boarding in enumerate(rules.boarding):
        if boarding.enabled and (first := seen.setdefault(("boarding", boarding.since), index)) != index:
            yield ("boarding", index), "twice", {"first": f"boarding[{first + 1}]"}
    for index, floor in enumerate(rules.floors):
        key = ("floor", floor.of, tuple(sorted(set(floor.settings))))
        if floor.enabled and (first := seen.setdefault(key, index)) != index:
            yield ("floors", index), "twice", {"first": f"floors[{first + 1}]"}


def _approvals(rules: Rules) -> Iterator[_Slip]:
    limits = [each.up_to for each in rules.approvals if each.enabled]
    for index, each in enumerate(rules.approvals):
        if each.enabled and limits.count(each.up_to) > 1:
            yield ("approvals", index), "approval_twice", {}
    if limits and None not in limits:
        yield ("approvals",), "approval_open", {"most": max(limit for limit in limits if limit is not None)}
