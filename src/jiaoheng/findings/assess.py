"""``assess(county, standard)``: the county measured, judged, and told what stands between it and passing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from jiaoheng.county import County
from jiaoheng.findings import pace
from jiaoheng.findings.assessment import (
    Assessment,
    Coefficient,
    Contribution,
    ItemResult,
    Progress,
    SchoolVerdict,
    Status,
    Value,
    Verdict,
)
from jiaoheng.findings.ranking import findings
from jiaoheng.language import Language, Text
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import Connection, answers, open_county
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.gaps import absent, incomplete_stages, masked, unknown_totals
from jiaoheng.measures.inequality import gini, range_ratio, theil
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import Question, survey
from jiaoheng.measures.totals import total
from jiaoheng.standards import Item, Standard, fallback_id, load

NATIONAL = "cn-2017"
"""The standard that “schools that meet the seven indicators” means."""


class AssessmentError(ValueError):
    """The county has nothing that can be assessed, or not what was asked for; ``say`` tells it in a language."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(_REFUSALS[code].say("en", **details))
        self.code, self.details = code, details

    def say(self, language: Language) -> str:
        """What is missing, in words."""
        return _REFUSALS[self.code].say(language, **self.details)


_REFUSALS = {
    "no_enrolment": Text(zh="没有在校生数据，无法测算", en="there is no enrolment, so nothing can be assessed"),
    "no_year": Text(
        zh="没有 {year} 学年的在校生数据，现有：{there}",
        en="no enrolment in school year {year}; there is: {there}",
    ),
    "no_school": Text(zh="没有找到学校“{wanted}”", en="no school has the name or code “{wanted}”"),
    "no_school_near": Text(
        zh="没有找到学校“{wanted}”；名称相近的有：{names}",
        en="no school has the name or code “{wanted}”; names near to it: {names}",
    ),
    "not_asked": Text(zh="“{school}”不适用指标 {item}", en="item {item} does not apply to “{school}”"),
    "of_schools": Text(
        zh="指标 {item} 按学校测算，请写学校名称或代码",
        en="item {item} is measured school by school: give a school's name or code",
    ),
    "of_county": Text(
        zh="指标 {item} 按全县测算，请把学校名称换成县名“{county}”",
        en="item {item} concerns the whole county: give “{county}” instead of a school",
    ),
    "several": Text(
        zh="“{wanted}”对应多所学校：{names}；请写全名或代码",
        en="“{wanted}” fits several schools: {names}; give the full name or the code",
    ),
}


def question(standard: Standard) -> Question:
    """What a standard asks of the measures."""
    balanced = tuple(check.id for item in standard.of_area(standard.balanced_area) for check in item.checks)
    at_least = standard.schools.at_least if standard.schools else None
    limits = standard.balance.limits if standard.balance else {}
    return Question(standard.demands(), balanced, limits, at_least, national(standard.demands()))


def national(demands: tuple[Demand, ...]) -> Question | None:
    """What is to be asked of the national standard, where a figure counts what that says of schools."""
    totals = (total(name) for demand in demands for name in (*demand.inputs, *demand.per))
    if not any(each.what.source == "yardstick" for each in totals if each):
        return None
    whole = load(NATIONAL)
    asked = question(whole)
    own = tuple(demand for demand in asked.demands if demand.id in asked.balanced)
    return Question(own, asked.balanced, asked.limits, asked.at_least)


def measured(county: County, asked: Question, year: int, options: Options) -> Connection:
    """A connection with the county's tables and the temporary tables of its survey."""
    connection = open_county(masked(county, year))
    totals = any(total(name) for demand in asked.demands for name in (*demand.inputs, *demand.per))
    survey(connection, asked, year, options, unknown_totals(county, year, options) if totals else frozenset())
    return connection


def remeasured(options: Options) -> pace.Measured:
    """How to measure figures of another year."""

    def of_year(county: County, demands: tuple[Demand, ...], year: int) -> Connection:
        return measured(county, Question(demands, (), {}, None, national(demands)), year, options)

    return of_year


def assessed_year(county: County, year: int | None) -> int:
    """The year asked for, or the latest; ``AssessmentError`` where it has no enrolment."""
    if not county.years:
        raise AssessmentError("no_enrolment")
    if year is not None and year not in county.years:
        raise AssessmentError("no_year", year=str(year), there=", ".join(map(str, county.years)))
    return year if year is not None else county.years[-1]


def assess(
    county: County, standard: Standard, *, year: int | None = None, options: Options | None = None
) -> Assessment:
    """Assess a county in one school year (its latest by default), with the standard's own options by default.

    Raises ``AssessmentError`` where the county has no enrolment in that year.
    """
    chosen = options or standard.options
    of = assessed_year(county, year)
    connection = measured(county, question(standard), of, chosen)
    incomplete = incomplete_stages(county, of, chosen)
    promised = pace.all_progress(county, standard, connection, of, remeasured(chosen))
    values = _paced(_values(connection, standard), promised)
    balance = _balance(connection, standard, county, incomplete)
    schools = _schools(connection, county.school_names()) if standard.schools else ()
    items = tuple(_item(item, standard, values, balance, bool(incomplete)) for item in standard.items)
    items = _promised(items, promised)
    areas = {area.id: _area(area.id, standard, items, balance, schools) for area in standard.areas}
    deciding = [
        areas[area.id] for area in standard.areas if any(not item.advisory for item in standard.of_area(area.id))
    ]
    verdict = _worst(deciding)
    return Assessment(
        county_code=county.code,
        county=county.name,
        year=of,
        standard=standard.id,
        snapshot=county.snapshot,
        options=chosen,
        verdict=verdict,
        areas=areas,
        items=items,
        schools=schools,
        balance=balance,
        combined=_combined(balance),
        values=values,
        findings=findings(standard, values, balance, schools, items, promised),
        waiting=county.gaps,
        absent=absent(county, of, chosen),
        progress=promised,
    )


def _values(connection: Connection, standard: Standard) -> tuple[Value, ...]:
    """All figures in the standard's order, then by stage and school."""
    place: dict[str, tuple[int, str]] = {}
    for item in standard.items:
        for check in item.checks:
            place[check.id] = (len(place), item.id)
        if item.has_fallback:
            place[fallback_id(item)] = (len(place), item.id)
    values = []
    for row in answers(connection, "SELECT * EXCLUDE (county_code, demand, scale), demand, scale FROM figures"):
        values.append(
            Value(
                item=place[row["demand"]][1],
                check=row["demand"],
                school_id=row["school_id"] or "",
                stage=row["stage"] or "",
                short=_short(row),
                **{name: row[name] for name in _SAME},
            )
        )
    return tuple(sorted(values, key=lambda value: (place[value.check][0], _STAGES.index(value.stage), value.school_id)))


def _paced(values: tuple[Value, ...], promised: tuple[Progress, ...]) -> tuple[Value, ...]:
    """The figures with a pace held against what the line asks of them now; what stood in for them is only shown."""
    by_check = {found.check: found for found in promised}
    held = []
    for value in values:
        if found := by_check.get(value.check):
            value = pace.judged(value, found)
        elif value.check.removesuffix("/reported") in by_check:
            value = msgspec.structs.replace(value, status="unknown" if value.value is None else "measured")
        held.append(value)
    return tuple(held)


def _promised(items: tuple[ItemResult, ...], promised: tuple[Progress, ...]) -> tuple[ItemResult, ...]:
    """The items with the status of their promises."""
    by_item = {found.item: found for found in promised}
    return tuple(
        msgspec.structs.replace(
            item,
            status=pace.status(found),
            basis="reported" if found.basis == "reported" else item.basis,
        )
        if (found := by_item.get(item.item))
        else item
        for item in items
    )


_SAME = (
    "pupils", "value", "numerator", "denominator", "low", "high", "threshold", "sense", "floor", "status", "missing",
    "by_rounding",
)  # fmt: skip
_STAGES = ("", "primary", "junior", "senior", "special", "kindergarten", "vocational")


def _short(row: dict[str, Any]) -> float | None:
    """What the numerator lacks to the threshold, or has over an upper limit."""
    if row["threshold"] is None or row["denominator"] is None or row["numerator"] is None:
        return None
    due = row["threshold"] * row["denominator"] / row["scale"]
    return float(due - row["numerator"] if row["sense"] == "at_least" else row["numerator"] - due)


def _balance(
    connection: Connection, standard: Standard, county: County, incomplete: frozenset[str]
) -> tuple[Coefficient, ...]:
    if standard.balance is None:
        return ()
    parts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    fields = "demand, stage, school_id, value, pupils, COALESCE(part, 0) AS part, setting"
    query = f"SELECT {fields} FROM deviations JOIN sections USING (county_code, school_id, stage, pupils)"
    for row in answers(connection, f"{query} ORDER BY part DESC, school_id"):
        parts.setdefault((row["demand"], row["stage"]), []).append(row)
    communities = dict(zip(*(county["groups"][name].to_pylist() for name in ("school_id", "group_id")), strict=True))
    order = [check.id for item in standard.of_area(standard.balance.area) for check in item.checks]
    found = []
    for row in answers(connection, "SELECT * EXCLUDE (county_code) FROM coefficients"):
        schools = parts.get((row["demand"], row["stage"]), [])
        whole = row["coefficient"] is not None and row["stage"] not in incomplete
        found.append(
            Coefficient(
                item=standard.item(row["demand"]).id,
                check=row["demand"],
                stage=row["stage"],
                schools=row["schools"],
                known=row["known"],
                mean=row["mean"],
                coefficient=row["coefficient"] if whole else None,
                partial=row["partial"],
                at_most=row["at_most"],
                status=row["status"] if whole else "unknown",
                by_rounding=row["by_rounding"] and whole,
                contributions=tuple(Contribution(part["school_id"], part["value"], part["part"]) for part in schools),
                **(_inequality(schools, communities) if whole and row["mean"] > 0 else {}),
            )
        )
    there = {(even.check, even.stage) for even in found}
    found += [
        _nothing_known(standard, check, stage, limit)
        for check in order
        for stage, limit in standard.balance.limits.items()
        if stage in incomplete and (check, stage) not in there
    ]
    return tuple(sorted(found, key=lambda c: (order.index(c.check), _STAGES.index(c.stage))))


def _nothing_known(standard: Standard, check: str, stage: str, limit: float) -> Coefficient:
    """The coefficient of a stage of which there are schools and no pupils."""
    return Coefficient(
        item=standard.item(check).id,
        check=check,
        stage=stage,
        schools=0,
        known=0,
        mean=None,
        coefficient=None,
        partial=None,
        at_most=limit,
        status="unknown",
        by_rounding=False,
    )


def _inequality(schools: Sequence[dict[str, Any]], communities: dict[str, str]) -> dict[str, Any]:
    values = [school["value"] for school in schools]
    pupils = [school["pupils"] for school in schools]
    ids = [school["school_id"] for school in schools]
    rural = [(school["setting"] or "")[:1] for school in schools]
    measures: dict[str, Any] = {"gini": gini(values, pupils), "range_ratio": range_ratio(values)}
    if all(rural):
        measures["theil"] = theil(values, pupils, rural)
    if any(school in communities for school in ids):
        measures["theil_groups"] = theil(values, pupils, [communities.get(school, school) for school in ids])
    return measures


def _schools(connection: Connection, names: dict[str, str]) -> tuple[SchoolVerdict, ...]:
    rows = answers(connection, "SELECT * EXCLUDE (county_code) FROM verdicts ORDER BY stage DESC, school_id")
    return tuple(SchoolVerdict(name=names[row["school_id"]], **row) for row in rows)


def _item(
    item: Item, standard: Standard, values: Iterable[Value], balance: Iterable[Coefficient], incomplete: bool
) -> ItemResult:
    """An item's status: the worst of its figures and coefficients, or what is reported where nothing is known.

    Where schools are missing from the facts, what holds for those that are there is not proven for all.
    """
    own = [value for value in values if value.item == item.id]
    figures = [value for value in own if value.check != fallback_id(item)]
    statuses: list[Status] = [value.status for value in figures]
    if item.area == standard.balanced_area:
        statuses += [even.status for even in balance if even.item == item.id]
    counts: dict[str, int] = {status: sum(value.status == status for value in figures) for status in _ORDER}
    status = next((status for status in _ORDER if status in statuses), _nothing_asked(item))
    if status == "meets" and incomplete and any(FORMULAS[check.formula].grain != "county" for check in item.checks):
        status = "unknown"
    told = [value for value in own if value.check == fallback_id(item) and value.status != "unknown"]
    if status == "unknown" and told:
        return ItemResult(item.id, item.area, told[0].status, "reported", counts, item.advisory)
    computed = all(check.formula != "reported" for check in item.checks)
    return ItemResult(item.id, item.area, status, "computed" if computed else "reported", counts, item.advisory)


_ORDER: tuple[Status, ...] = ("fails", "floor", "unknown", "meets", "measured")


def _nothing_asked(item: Item) -> Status:
    """Where no school falls under an item (none has under 100 pupils), nothing speaks against it.

    A county without a special school in its facts may still have one: that is not known.
    """
    return "unknown" if any(check.scope == "special" for check in item.checks) else "meets"


def _area(
    area: str,
    standard: Standard,
    items: Iterable[ItemResult],
    balance: Iterable[Coefficient],
    schools: Iterable[SchoolVerdict],
) -> Verdict:
    """An area's verdict; the area of the rule for schools is judged by schools and coefficients, not item by item."""
    if standard.schools and area == standard.schools.area:
        return _worst([*(school.verdict for school in schools), *(even.status for even in balance)])
    return _worst(["fails" if item.status == "floor" else item.status for item in items if item.area == area])


def _worst(statuses: Iterable[str]) -> Verdict:
    found = set(statuses)
    order: tuple[Verdict, ...] = ("fails", "unknown", "meets", "measured")
    return next((status for status in order if status in found), "unknown")


def _combined(balance: Iterable[Coefficient]) -> dict[str, float | None]:
    """The plain mean of an area's coefficients by stage (综合差异系数), for information."""
    by_stage: dict[str, list[float | None]] = {}
    for even in balance:
        by_stage.setdefault(even.stage, []).append(even.coefficient)
    return {
        stage: sum(known) / len(known) if len(known := [c for c in found if c is not None]) == len(found) else None
        for stage, found in by_stage.items()
    }
