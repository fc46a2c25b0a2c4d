"""An allocation of public funds as a workbook: the schools, the checks, the rules with their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiaoheng.language import Language
from jiaoheng.plans.funding import Allocation, Grant, Rules
from jiaoheng.plans.funding.checks import Judged, Kept
from jiaoheng.plans.funding.rule_words import choices, rule_lines
from jiaoheng.plans.funding.words import how, judged_line, kept_line, missing_line, outcome, sentences, told
from jiaoheng.reports.tables import Cell, Column, Sheet, write_sheets

# What no school has is no column: the sheet is to be printed.
_ALWAYS = frozenset({"base", "total"})
_SUMS = ("base", "small", "boarders", "boarding", "disabled", "special", "tilt", "cut", "total")
_COUNTS = frozenset({"boarders", "disabled"})


def write_allocation(
    allocation: Allocation,
    rules: Rules,
    kept: Sequence[Kept],
    judged: Sequence[Judged],
    names: Mapping[str, str],
    language: Language,
    *,
    notes: Sequence[str] = (),
    only: frozenset[str] | None = None,
) -> bytes:
    """The workbook: amounts in yuan, one row a school, with how each came about in words; what is unknown says so.

    ``only``: of these schools alone, and without the county's sum and checks, for those who may see no other.
    """
    grants = [grant for grant in allocation.grants if only is None or grant.school_id in only]
    sheets = [_schools(allocation, grants, names, language, notes, whole=only is None)]
    if only is None:
        sheets.append(_checks(kept, judged, names, language))
    sheets.append(_rules(rules, language))
    return write_sheets(sheets, language)


def _schools(
    allocation: Allocation,
    grants: Sequence[Grant],
    names: Mapping[str, str],
    language: Language,
    notes: Sequence[str],
    *,
    whole: bool,
) -> Sheet:
    shown = tuple(name for name in _SUMS if name in _ALWAYS or _is_there(grants, name))
    columns = [Column(told(f"column_{name}", language)) for name in ("school", "code", "setting")]
    columns.append(Column(told("column_pupils", language), "integer"))
    columns += [Column(told(f"column_{name}", language), "integer" if name in _COUNTS else "number") for name in shown]
    columns.append(Column(told("column_how", language), width=60))
    rows: list[tuple[Cell, ...]] = [_row(grant, allocation, shown, language) for grant in grants]
    below = list(notes)
    if whole:
        rows.append(_county_row(allocation, shown, language))
        below += sentences(allocation, language)
        below += [missing_line(each, names, language) for each in allocation.missing]
    snapshot, rules = allocation.snapshot or "—", allocation.rules.say(language)
    below.append(told("note_snapshot", language, snapshot=snapshot, rules=rules))
    title = told("book_title", language, county=allocation.county, year=allocation.year)
    return Sheet(title, tuple(columns), tuple(rows), tuple(below))


def _is_there(grants: Sequence[Grant], name: str) -> bool:
    return any(getattr(part, name) != 0 for grant in grants for part in grant.parts)


def _row(grant: Grant, allocation: Allocation, shown: Sequence[str], language: Language) -> tuple[Cell, ...]:
    unknown = told("unknown", language)
    group = told(f"group_{grant.group or 'none'}", language)
    explained = "\n".join(how(part, grant, allocation, language) for part in grant.parts)
    pupils: Cell = grant.pupils if grant.pupils is not None else unknown
    sums = [_sum(grant, name, unknown) for name in shown]
    return (grant.name, grant.school_id, group, pupils, *sums, explained)


def _sum(grant: Grant, name: str, unknown: str) -> Cell:
    """Of all stages, in yuan or persons; in words where a part is not known."""
    parts: list[int | None] = [getattr(part, name) for part in grant.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return unknown
    return sum(known) if name in _COUNTS else sum(known) / 100


def _county_row(allocation: Allocation, shown: Sequence[str], language: Language) -> tuple[Cell, ...]:
    unknown = told("unknown", language)
    whole = not allocation.missing
    sums = [_county_sum(allocation, name) if whole else None for name in shown]
    pupils = sum(grant.pupils or 0 for grant in allocation.grants) if whole else unknown
    cells = [unknown if each is None else each for each in sums]
    return (told("county_sum", language), allocation.county_code, "", pupils, *cells, "")


def _county_sum(allocation: Allocation, name: str) -> Cell:
    amount = sum(int(getattr(part, name) or 0) for grant in allocation.grants for part in grant.parts)
    return amount if name in _COUNTS else amount / 100


def _checks(kept: Sequence[Kept], judged: Sequence[Judged], names: Mapping[str, str], language: Language) -> Sheet:
    columns = (Column(told("column_check", language), width=100), Column(told("column_outcome", language), width=40))
    rows: list[tuple[Cell, ...]] = [(judged_line(each, names, language), "") for each in judged]
    rows += [(kept_line(each, names, language), outcome(each, language)) for each in kept]
    return Sheet(told("book_checks", language), columns, tuple(rows))


def _rules(rules: Rules, language: Language) -> Sheet:
    widths = {"rule": 24.0, "value": 44.0, "confidence": 26.0, "source": 70.0}
    columns = tuple(Column(told(f"column_{name}", language), width=width) for name, width in widths.items())
    rows = tuple((line.label, line.value, line.confidence, line.source) for line in rule_lines(rules, language))
    return Sheet(
        told("book_rules", language),
        columns,
        ((told("rule_choices", language), choices(rules, language), "", rules.name.say(language)), *rows),
    )
