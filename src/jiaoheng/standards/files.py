"""Reading standards: TOML files, overlays on them, and refusals that name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from jiaoheng import typed
from jiaoheng.county import schema
from jiaoheng.measures.demands import Grain
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import CODES, COMPULSORY, columns, is_column, signed
from jiaoheng.standards.paces import pace_slips
from jiaoheng.standards.standard import Check, Item, Standard, Threshold
from jiaoheng.toml_lines import key_lines, line_of, refusal, written

FOLDER = Path(__file__).with_name("data")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")


class StandardError(ValueError):
    """A standard's file that cannot be used; the message names the file, the line and what is wrong."""


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an overlay changes of one check: limits instead of its own, or exceptions tried before them."""

    check: str
    limits: tuple[Threshold, ...] = ()
    before: tuple[Threshold, ...] = ()
    fallback: Threshold | None = None


class _Overlay(msgspec.Struct, frozen=True):
    """What an overlay does to the items of its base."""

    changes: tuple[Change, ...] = ()
    items: tuple[Item, ...] = ()


def names() -> tuple[str, ...]:
    """The standards that come with the program."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(name: str) -> Standard:
    """A standard by name, or by the path of a file of one's own.

    Raises ``StandardError`` where there is none, or where the file has a slip.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise StandardError(f"no standard {name!r}; there are {', '.join(names())}, or give a .toml file")
    return _made(path, *_read(path))


def parse(text: str, name: str) -> Standard:
    """A standard from the text of a file; ``name`` stands for the file in messages.

    Raises ``StandardError`` where it has a slip.
    """
    return _made(Path(name), text, _parsed(Path(name), text))


def _made(path: Path, text: str, raw: dict[str, Any]) -> Standard:
    try:
        base = _base(path, raw)
        standard = _overlaid(base, raw) if base else typed.convert(raw, Standard)
        for slip, where in _slips(standard):
            raise StandardError(f"{path}{_id_line(text, where)}: {where}: {slip}")
    except msgspec.ValidationError as error:
        what, at = refusal(str(error))
        unknown = _UNKNOWN.fullmatch(what)
        line = line_of((*at, unknown[1]) if unknown else at, key_lines(text))
        raise StandardError(f"{path}{f':{line}' if line else ''}: {what} {written(at)}".rstrip()) from None
    return standard


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StandardError(f"{path}: not in UTF-8; save it in that encoding") from None
    return text, _parsed(path, text)


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StandardError(f"{path}: {error}") from None
    except RecursionError:
        raise StandardError(f"{path}: lists within lists without end") from None


def _base(path: Path, raw: dict[str, Any]) -> Standard | None:
    """The standard that an overlay extends; overlays may stand on one another, but not in a circle."""
    name, below = raw.get("extends", ""), [path.resolve()]
    if not isinstance(name, str) or not isinstance(raw.get("id", ""), str):
        raise StandardError(f"{path}: `id` and `extends` are names, in quotation marks")
    if not raw.get("id"):
        raise StandardError(f"{path}: Object missing required field `id`")
    while name.endswith(".toml"):
        if Path(name).resolve() in below:
            raise StandardError(f"{path}: extends itself")
        below.append(Path(name).resolve())
        name = _read(Path(name))[1].get("extends", "") if Path(name).is_file() else ""
        if not isinstance(name, str):
            break
    return load(raw["extends"]) if raw.get("extends") else None


def _overlaid(base: Standard, raw: dict[str, Any]) -> Standard:
    """The base with an overlay's changes and further items."""
    overlay = typed.convert(raw, _Overlay)
    changes = {change.check: change for change in overlay.changes}
    if twice := sorted({change.check for change in overlay.changes if change is not changes[change.check]}):
        raise StandardError(f"{raw['id']}: changes the same check twice: {', '.join(twice)}")
    items = []
    for item in base.items:
        checks = []
        for check in item.checks:
            change = changes.pop(check.id, None)
            if change:
                check = msgspec.structs.replace(check, limits=change.before + (change.limits or check.limits))
                if change.fallback:
                    item = msgspec.structs.replace(item, fallback=change.fallback)
            checks.append(check)
        items.append(msgspec.structs.replace(item, checks=tuple(checks)))
    if changes:
        raise StandardError(f"{raw['id']}: changes a check that {base.id} does not have: {', '.join(changes)}")
    whole = msgspec.to_builtins(base) | raw
    whole.pop("changes", None)
    whole["items"] = msgspec.to_builtins((*items, *overlay.items))
    return typed.convert(whole, Standard)


def _slips(standard: Standard) -> Iterator[tuple[str, str]]:
    """What the types cannot see, each with the id under which it stands."""
    areas = {area.id for area in standard.areas}
    seen: set[str] = set()
    items: set[str] = set()
    for item in standard.items:
        if item.id in items:
            yield "this number is used twice", item.id
        items.add(item.id)
        if item.fallback and _is_special(item.fallback):
            yield "what is reported is held against one limit, for every stage and always", item.id
        if item.area not in areas:
            yield f"no area {item.area!r}", item.id
        if item.confidence == "C" and not item.advisory:
            yield "a fact of confidence C can only be advisory", item.id
        if not item.checks:
            yield "no checks", item.id
        for check in item.checks:
            if check.id in seen:
                yield "this number is used twice", check.id
            seen.add(check.id)
            for slip in (*_check_slips(check, item.advisory), *pace_slips(check)):
                yield slip, check.id
        if item.reported and len(item.checks) != 1:
            yield "an item that is reported under another number has one check", item.id
    for area in _ruled(standard):
        if area not in areas:
            yield f"no area {area!r}", area
    yield from _rule_slips(standard)
    yield from _mixed_scopes(standard)


def _ruled(standard: Standard) -> tuple[str, ...]:
    """The areas that there are rules on the whole for."""
    return tuple(rule.area for rule in (standard.balance, standard.schools) if rule)


def _rule_slips(standard: Standard) -> Iterator[tuple[str, str]]:
    """What is wrong with the rules on the whole: only figures of sections are even or uneven between schools."""
    ruled = _ruled(standard)
    for item in standard.items:
        for check in item.checks:
            if item.area in ruled and FORMULAS[check.formula].grain != "section":
                slip = f"the formula {check.formula!r} is no figure of a section, as its area {item.area!r} needs"
                yield slip, check.id
    for stage, limit in standard.balance.limits.items() if standard.balance else ():
        if stage not in COMPULSORY or not limit >= 0 or limit == float("inf"):
            yield f"the limits of balance are finite numbers for {', '.join(COMPULSORY)}", stage
    if standard.schools and not standard.balance:
        yield "a rule for schools needs [balance] on the same area", standard.schools.area
    if standard.schools and not (standard.schools.at_least >= 0 and 0 < standard.schools.floor <= 1):
        yield "a rule for schools has at_least of 0 or more and a floor above 0, at most 1", standard.schools.area


def _mixed_scopes(standard: Standard) -> Iterator[tuple[str, str]]:
    """A school passes by the number of its items met, so all items of that area must be asked of the same schools."""
    if not standard.schools:
        return
    checks = [check for item in standard.of_area(standard.schools.area) if not item.advisory for check in item.checks]
    for check in checks:
        if check.scope != checks[0].scope:
            scope = checks[0].scope
            yield f'items of area {standard.schools.area!r} need scope = "{scope}", as {checks[0].id} has', check.id


def _check_slips(check: Check, advisory: bool) -> Iterator[str]:
    formula = FORMULAS.get(check.formula)
    if formula is None:
        yield f"no formula {check.formula!r}; there are {', '.join(sorted(FORMULAS))}"
        return
    if check.scope not in _SCOPES[formula.grain] and check.formula != "reported":
        yield f"a figure of a {formula.grain} has the scope {' or '.join(_SCOPES[formula.grain])}, not {check.scope!r}"
    bare = check.pace is not None and not check.limits
    if check.formula == "reported" and not bare and (len(check.limits) != 1 or _is_special(check.limits[0])):
        yield "what is reported is held against one limit, for every stage and always"
    if "{inputs}" in formula.how.zh and not check.inputs:
        yield f"the formula {check.formula!r} needs inputs"
    if ("{per}" in formula.how.zh) != bool(check.per):
        yield f"the formula {check.formula!r} {'has no' if check.per else 'needs'} per"
    known = columns(formula.grain)
    if check.formula != "reported":
        for name, _ in map(signed, (*check.inputs, *check.per)):
            if not is_column(name, formula.grain):
                yield f"input {name!r} is no figure of a {formula.grain}"
    for limit in check.limits:
        yield from _limit_slips(limit, formula.grain, known)
        if limit.confidence == "C" and not advisory:
            yield "a threshold of confidence C can only stand in an advisory item"


_SCOPES: dict[Grain, tuple[str, ...]] = {
    "section": ("compulsory", "balanced", "special"),
    "school": ("compulsory", "special"),
    "county": ("county",),
}


def _limit_slips(limit: Threshold, grain: Grain, known: frozenset[str]) -> Iterator[str]:
    for name in (signed(plus)[0] for plus in limit.plus):
        if name not in known - CODES:
            yield f"{name!r} is no figure of a {grain}"
    for condition in limit.when:
        if condition.column not in known:
            yield f"{condition.column!r} is no column of a {grain}"
        elif bool(condition.one_of) != (condition.column in CODES):
            yield f"{condition.column!r} holds {'codes, so one_of' if condition.column in CODES else 'numbers'}"
    if limit.stage and grain != "section":
        yield f"a {grain} has no stage"
    if limit.stage and schema().code("stage", limit.stage) is None:
        yield f"no stage {limit.stage!r}"


def _is_special(limit: Threshold) -> bool:
    """Whether a limit holds for some only, or lets more count."""
    return bool(limit.stage or limit.when or limit.plus)


def _id_line(text: str, name: str) -> str:
    """``:LINE`` of the item or check with this id, where the file itself has it and no base of it."""
    found = re.search(rf'\bid\s*=\s*"{re.escape(name)}"', text)
    return f":{len(text[: found.end()].splitlines())}" if found else ""
