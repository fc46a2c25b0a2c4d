"""Figures held against their limits, as one long table."""

from __future__ import annotations

from collections.abc import Iterable

from jiaoheng.measures.demands import Condition, Demand, Grain, Limit
from jiaoheng.measures.engine import Connection, number, text, texts
from jiaoheng.measures.formulas import FORMULAS, PER, Ratio
from jiaoheng.measures.grains import signed

NOISE = 1e-12
"""Relative error of floating-point sums: what misses a limit by less than this meets it."""

DECIMALS = 2
"""What statistics print; a figure that meets its limit only when rounded to these is flagged."""

_LOWER = ("at_least", "above")
"""Senses of a lower limit."""

_TABLES: dict[Grain, str] = {"section": "sections", "school": "schools_measured", "county": "counties"}
_PUPILS: dict[Grain, str] = {
    "section": "CAST(pupils AS DOUBLE)",
    "school": "CAST(compulsory_pupils AS DOUBLE)",
    "county": "CAST(NULL AS DOUBLE)",
}


def create_figures(connection: Connection, year: int, demands: Iterable[Demand]) -> None:
    """Table ``figures``: one row a demand and the section, school or county that it is asked of.

    Columns: county_code, school_id and stage (null where the grain has none), demand, pupils, numerator, denominator,
    scale, value (null where unknown), low and high (equal to the value where it is known), threshold, sense (at_least,
    at_most, below), applied (which of the demand's limits), floor, status (meets, floor, fails,
    unknown; measured where no threshold is stated), missing (the input that is not known), by_rounding (would meet only
    when rounded).
    """
    asked = list(demands)
    parts = [_computed(demand) for demand in asked if demand.formula != "reported"]
    if told := [demand for demand in asked if demand.formula == "reported"]:
        parts.append(_told(told, year))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE figures AS {_graded(' UNION ALL '.join(parts))}")


def _computed(demand: Demand) -> str:
    """The figure of one formula, not yet graded."""
    formula = FORMULAS[demand.formula]
    ratio = formula.apply(_total(demand))
    if ratio.denominator == PER:
        ratio = ratio._replace(denominator=_plain_sum(demand.per))
    if ratio.bounded:
        over = f"/ NULLIF({ratio.denominator}, 0) * {number(ratio.scale)}"
        low, high = (_plain_sum(tuple(f"{name}_{bound}" for name in demand.inputs)) for bound in ("low", "high"))
        ratio = ratio._replace(low=f"{low} {over}", high=f"{high} {over}")
    value = f"CAST({ratio.numerator} AS DOUBLE) / NULLIF({ratio.denominator}, 0) * {number(ratio.scale)}"
    asked = (
        f"({' OR '.join(f'COALESCE({_applies(limit)}, TRUE)' for limit in demand.limits)})" if demand.limits else "TRUE"
    )
    scope = "TRUE" if demand.scope == "county" else demand.scope
    return f"""
        SELECT county_code,
            {"NULL" if formula.grain == "county" else "school_id"} AS school_id,
            {"stage" if formula.grain == "section" else "NULL"} AS stage,
            {text(demand.id)} AS demand,
            {_PUPILS[formula.grain]} AS pupils,
            CAST({ratio.numerator} AS DOUBLE) AS numerator,
            CAST({ratio.denominator} AS DOUBLE) AS denominator,
            {number(ratio.scale)} AS scale,
            {value} AS value,
            {value if ratio.low is None else f"CAST({ratio.low} AS DOUBLE)"} AS low,
            {value if ratio.high is None else f"CAST({ratio.high} AS DOUBLE)"} AS high,
            {_first((_applies(limit), number(limit.value)) for limit in demand.limits)} AS threshold,
            {_first((_applies(limit), text(limit.sense)) for limit in demand.limits)} AS sense,
            {_first((_applies(limit), str(place)) for place, limit in enumerate(demand.limits))} AS applied,
            {"CAST(NULL AS DOUBLE)" if demand.floor is None else number(demand.floor)} AS floor,
            {_missing(demand, formula.needs, ratio)} AS missing,
            {_doubt(demand)} AS doubt,
            {_strictest(demand)} AS strictest
        FROM {_TABLES[formula.grain]}
        WHERE {scope} AND {asked}
    """


def _told(demands: list[Demand], year: int) -> str:
    """Figures that the county reports; one without evidence does not count."""
    asked = ", ".join(f"({text(demand.id)}, {text(demand.inputs[0])}, {_limit(demand)})" for demand in demands)
    return f"""
        SELECT counties.county_code, CAST(NULL AS VARCHAR) AS school_id, CAST(NULL AS VARCHAR) AS stage, asked.demand,
            CAST(NULL AS DOUBLE) AS pupils, value AS numerator, 1e0 AS denominator, 1e0 AS scale, value,
            value AS low, value AS high, asked.threshold, asked.sense, 0 AS applied, CAST(NULL AS DOUBLE) AS floor,
            CASE WHEN value IS NULL THEN 'reported' END AS missing, CAST(NULL AS VARCHAR) AS doubt,
            CAST(NULL AS DOUBLE) AS strictest
        FROM counties CROSS JOIN (VALUES {asked}) AS asked (demand, indicator, threshold, sense)
        LEFT JOIN (
            SELECT county_code, indicator, value FROM reported
            WHERE year = {year:d} AND subject_id = county_code AND TRIM(evidence) <> ''
        ) AS told ON told.county_code = counties.county_code AND told.indicator = asked.indicator
    """


def _limit(demand: Demand) -> str:
    """The one limit that a reported figure is held against, and its sense; null where it is only measured."""
    for limit in demand.limits:
        return f"{number(limit.value)}, {text(limit.sense)}"
    return "CAST(NULL AS DOUBLE), CAST(NULL AS VARCHAR)"


def _applies(limit: Limit) -> str:
    """Whether a limit is the one for a row; null where a column that it hangs on is."""
    conditions = [_holds(condition) for condition in limit.when]
    if limit.stage:
        conditions.append(f"stage = {text(limit.stage)}")
    return f"({' AND '.join(conditions)})" if conditions else "TRUE"


def _holds(condition: Condition) -> str:
    tests = []
    if condition.at_least is not None:
        tests.append(f"{condition.column} >= {condition.at_least!r}")
    if condition.at_most is not None:
        tests.append(f"{condition.column} <= {condition.at_most!r}")
    if condition.one_of:
        tests.append(f"{condition.column} IN {texts(condition.one_of)}")
    return " AND ".join(tests)


def _first(cases: Iterable[tuple[str, str]]) -> str:
    """The value of the first case that holds; null where none does."""
    whens = " ".join(f"WHEN {holds} THEN {value}" for holds, value in cases)
    return f"CASE {whens} END" if whens else "NULL"


def _total(demand: Demand) -> str:
    """The signed sum of the inputs, with what the limit that applies lets count."""
    if not demand.inputs:
        return "NULL"
    if not any(limit.plus for limit in demand.limits):
        return _signed_sum(demand.inputs)
    return _first((_applies(limit), _signed_sum(demand.inputs + limit.plus)) for limit in demand.limits)


def _signed_sum(inputs: tuple[str, ...]) -> str:
    """The inputs added up; what is taken off cannot be more than there is, else the facts contradict each other."""
    total = _plain_sum(inputs)
    return f"CASE WHEN {total} >= 0 THEN {total} END" if _takes_off(inputs) else total


def _plain_sum(inputs: tuple[str, ...]) -> str:
    return "(" + " ".join(f"{'-' if minus else '+'} {name}" for name, minus in map(signed, inputs)) + ")"


def _takes_off(inputs: tuple[str, ...]) -> bool:
    return any(minus for _, minus in map(signed, inputs))


def _missing(demand: Demand, needs: tuple[str, ...], ratio: Ratio) -> str:
    """The first input that is null, named so that a person knows what to supply."""
    names = [signed(name)[0] for name in demand.inputs]
    bound = "_high" if ratio.bounded else ""
    found = [(f"{name}{bound} IS NULL", text(name)) for name in names]
    found += [(f"{name} IS NULL", text(name)) for name in (*demand.per, *needs)]
    if _takes_off(demand.inputs):
        found.append((f"{_plain_sum(demand.inputs)} < 0", "'contradiction'"))
    return _first([*found, (f"{ratio.denominator} = 0", "'denominator'")])


def _doubt(demand: Demand) -> str:
    """The column that an exception hangs on and that is not known: then neither a miss nor a stricter limit is proven.

    What comes after the first limit that surely applies is not looked at.
    """
    cases = []
    for limit in demand.limits:
        holds = _applies(limit)
        cases.append((holds, "NULL"))
        cases += [(f"{holds} IS NULL AND {each.column} IS NULL", text(each.column)) for each in limit.when]
    return f"CAST({_first(cases)} AS VARCHAR)"


def _strictest(demand: Demand) -> str:
    """The strictest limit among those that may apply where it is not known which does; null where that is known."""
    senses = {limit.sense for limit in demand.limits}
    if not any(limit.when for limit in demand.limits):
        return "CAST(NULL AS DOUBLE)"
    most = "GREATEST" if senses <= set(_LOWER) else "LEAST"
    possible = [f"CASE WHEN {_applies(limit)} IS NULL THEN {number(limit.value)} END" for limit in demand.limits]
    return f"{most}({', '.join(possible)})" if len(possible) > 1 else possible[0]


def _graded(figures: str) -> str:
    """Status by the unrounded figure; where only bounds are known, what holds for all values between them.

    A limit that is missed stays unknown where an exception might apply (``doubt``), and so does one that is met where
    the exception might be stricter.
    """
    lower = texts(_LOWER)
    within = f"CASE WHEN sense IN {lower} THEN low >= strictest * {1 - NOISE} ELSE high <= strictest * {1 + NOISE} END"
    open_ = f"doubt IS NOT NULL AND (status IN ('floor', 'fails') OR NOT COALESCE({within}, strictest IS NULL))"
    slack = f"CASE WHEN sense IN ('below', 'above') THEN -{NOISE} ELSE {NOISE} END * ABS(threshold)"
    return f"""
        SELECT * EXCLUDE (doubt, strictest, misses, status, missing),
            CASE WHEN {open_} THEN 'unknown' ELSE status END AS status,
            CASE WHEN {open_} THEN doubt ELSE missing END AS missing,
            misses AND CASE sense
                WHEN 'at_least' THEN ROUND(value, {DECIMALS}) >= threshold
                WHEN 'above' THEN ROUND(value, {DECIMALS}) > threshold
                WHEN 'at_most' THEN ROUND(value, {DECIMALS}) <= threshold
                ELSE ROUND(value, {DECIMALS}) < threshold END IS TRUE AS by_rounding
        FROM (
            SELECT *, CASE
                WHEN threshold IS NULL AND doubt IS NULL AND value IS NOT NULL THEN 'measured'
                WHEN CASE WHEN sense IN {lower} THEN low >= threshold - {slack}
                    ELSE high <= threshold + {slack} END THEN 'meets'
                WHEN misses AND low >= floor * threshold - {slack} THEN 'floor'
                WHEN misses AND (floor IS NULL OR high < floor * threshold - {slack}) THEN 'fails'
                ELSE 'unknown' END AS status
            FROM (
                SELECT *, COALESCE(CASE WHEN sense IN {lower} THEN high < threshold - {slack}
                    ELSE low > threshold + {slack} END, FALSE) AS misses
                FROM ({figures})
            )
        )
    """
