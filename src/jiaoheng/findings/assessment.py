"""What an assessment says: values, balance, verdicts, findings, each frozen and naming what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from jiaoheng.county import Gap
from jiaoheng.measures.inequality import Theil
from jiaoheng.measures.options import Options

Status = Literal["meets", "floor", "fails", "unknown", "measured"]
Verdict = Literal["meets", "fails", "unknown", "measured"]
State = Literal["met", "on_track", "behind", "unknown"]


class Value(msgspec.Struct, frozen=True):
    """One figure of a section, a school or (``school_id`` empty) the county.

    ``short`` is what the numerator lacks to the threshold (negative: to spare), in the numerator's own unit: rooms,
    ㎡, yuan, teachers; for an upper limit, what is over it.
    """

    item: str
    check: str
    school_id: str
    stage: str
    pupils: float | None
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    threshold: float | None
    sense: str | None
    floor: float | None
    status: Status
    missing: str | None
    by_rounding: bool
    short: float | None


class Contribution(msgspec.Struct, frozen=True):
    """A school's part of a coefficient's variance; parts add up to 1."""

    school_id: str
    value: float
    part: float


class Coefficient(msgspec.Struct, frozen=True):
    """The coefficient of variation of one indicator and stage, and other measures of the same inequality.

    ``coefficient`` and the measures beside it are None unless the figure of every school is known; ``partial`` is over
    the ``known`` ones. ``theil`` is split by town and country, ``theil_groups`` by education community.
    """

    item: str
    check: str
    stage: str
    schools: int
    known: int
    mean: float | None
    coefficient: float | None
    partial: float | None
    at_most: float | None
    status: Verdict
    by_rounding: bool
    gini: float | None = None
    theil: Theil | None = None
    theil_groups: Theil | None = None
    range_ratio: float | None = None
    contributions: tuple[Contribution, ...] = ()


class SchoolVerdict(msgspec.Struct, frozen=True):
    """How a section stands under the rule for schools: numbers of indicators by status, and the verdict."""

    school_id: str
    name: str
    stage: str
    pupils: float | None
    meets: int
    floor: int
    fails: int
    unknown: int
    verdict: Verdict


class ItemResult(msgspec.Struct, frozen=True):
    """One item: its status, and how many sections, schools or reported figures stand where.

    ``basis`` says where the status comes from: ``computed`` from the tables, or ``reported`` with evidence.
    """

    item: str
    area: str
    status: Status
    basis: Literal["computed", "reported"]
    counts: Mapping[str, int]
    advisory: bool


class Progress(msgspec.Struct, frozen=True):
    """How a promise of a plan stands in a year: its figure now, what the line asks of it now, and the target.

    ``reason`` says more of the state: of what is behind ``due``, ``overdue`` and ``norm`` (holds always); of what is
    unknown ``no_value``, ``no_baseline``, ``no_start`` (of a change), ``no_due``, ``not_begun``, ``bounds`` (the facts
    only bound the figure) or ``about`` (it is near what the document gives as about). ``baseline_basis`` is
    ``document``, ``computed`` or ``reported``, or empty.
    """

    item: str
    check: str
    state: State
    reason: str
    year: int
    value: float | None
    low: float | None
    high: float | None
    basis: str
    missing: str | None
    baseline: float | None
    baseline_year: int | None
    baseline_basis: str
    required: float | None
    target: float | None
    sense: str
    due: int | None


class Finding(msgspec.Struct, frozen=True):
    """A fact that falls short of the standard, or cannot be told.

    ``blocking``: the county cannot pass while it stands. ``kind``: coefficient, indicator (one of a school's
    indicators), school (any other rule a school falls under), county, unknown. ``progress`` where a plan's promise is
    behind, or cannot be told.
    """

    kind: Literal["coefficient", "indicator", "school", "county", "unknown"]
    blocking: bool
    item: str
    check: str
    school_id: str
    stage: str
    pupils: float
    value: float | None
    threshold: float | None
    short: float | None
    missing: str | None
    schools: int = 1
    progress: Progress | None = None


class Assessment(msgspec.Struct, frozen=True):
    """A county held against a standard in one school year.

    ``waiting`` are rows in quarantine, ``absent`` open compulsory schools without enrolment in the year: what
    depends on either is unknown. ``progress`` is how the promises of a plan stand.
    """

    county_code: str
    county: str
    year: int
    standard: str
    snapshot: str
    options: Options
    verdict: Verdict
    areas: Mapping[str, Verdict]
    items: tuple[ItemResult, ...]
    schools: tuple[SchoolVerdict, ...]
    balance: tuple[Coefficient, ...]
    combined: Mapping[str, float | None]
    values: tuple[Value, ...]
    findings: tuple[Finding, ...]
    waiting: tuple[Gap, ...]
    absent: tuple[str, ...]
    progress: tuple[Progress, ...] = ()
