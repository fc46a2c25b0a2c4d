"""Where a number comes from: rows, inputs, formula, threshold, article."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import msgspec

from jiaoheng.county import County
from jiaoheng.findings.assess import AssessmentError, assessed_year, measured, national, remeasured
from jiaoheng.findings.assessment import Progress
from jiaoheng.findings.inputs import Input, inputs
from jiaoheng.findings.pace import all_progress, status
from jiaoheng.language import Text
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import Connection, answers
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import Question
from jiaoheng.standards import Check, Item, Standard, fallback_id


class Explanation(msgspec.Struct, frozen=True):
    """One figure of one section, school or the county, taken apart.

    ``note`` is the definition of a plan's figure, ``progress`` how its promise stands.
    """

    county: str
    year: int
    standard: str
    document: str
    article: str
    confidence: str
    sources: tuple[str, ...]
    item: str
    check: str
    school_id: str
    school: str
    stage: str
    formula: str
    how: Text
    inputs: tuple[Input, ...]
    numerator: float | None
    denominator: float | None
    scale: float
    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    sense: str | None
    exception: Text | None
    floor: float | None
    status: str
    missing: str | None
    by_rounding: bool
    options: Options
    note: Text | None = None
    progress: Progress | None = None


def explain(
    county: County,
    standard: Standard,
    school: str,
    indicator: str,
    *,
    year: int | None = None,
    options: Options | None = None,
) -> tuple[Explanation, ...]:
    """Take the figures of one item apart for a school (its code or name), one explanation a stage and check.

    For items of the whole county, give the county's code or name as ``school``. Raises ``AssessmentError`` where
    there is no such school, ``KeyError`` where the standard has no such item.
    """
    item = standard.item(indicator)
    chosen = options or standard.options
    of = assessed_year(county, year)
    school_id, name = _school(county, school)
    checks = [check for check in item.checks if indicator in (item.id, check.id)]
    demands = tuple(_demand(standard, check) for check in checks)
    demands += tuple(demand for demand in standard.demands() if demand.id == fallback_id(item) and item.reported)
    connection = measured(county, Question(demands, (), {}, None, national(demands)), of, chosen)
    found = []
    promised = {
        each.check: each for each in all_progress(county, standard, connection, of, remeasured(chosen), only=item.id)
    }
    for check in checks:
        if (progress := promised.get(check.id)) and progress.basis == "reported":
            check = msgspec.structs.replace(
                check, formula="reported", inputs=(item.reported or check.inputs[0],), per=()
            )
        for figure in answers(connection, _FIGURE, _demand_id(item, check, progress), school_id):
            told = _explained(county, standard, item, check, figure, name, of, chosen, connection)
            found.append(_promised(told, progress) if progress else told)
    if not found and not school_id:
        raise AssessmentError("of_schools", item=indicator)
    if not found and all(FORMULAS[check.formula].grain == "county" for check in checks):
        raise AssessmentError("of_county", item=indicator, county=county.name)
    if not found:
        raise AssessmentError("not_asked", school=name, item=indicator)
    return tuple(found)


def _promised(told: Explanation, progress: Progress) -> Explanation:
    """The explanation of a figure with a pace: held against what the line asks now."""
    return msgspec.structs.replace(
        told,
        progress=progress,
        threshold=progress.required if progress.required is not None else progress.target,
        sense=progress.sense,
        status=status(progress),
        by_rounding=False,
    )


def _demand_id(item: Item, check: Check, progress: Progress | None) -> str:
    """Under which number a check's figure is held: that of the reported one where it stands in."""
    stands_in = progress is not None and progress.basis == "reported" and item.has_fallback
    return fallback_id(item) if stands_in else check.id


_FIGURE = "SELECT * FROM figures WHERE demand = ? AND COALESCE(school_id, '') = ? ORDER BY stage DESC"


def _explained(
    county: County,
    standard: Standard,
    item: Item,
    check: Check,
    figure: dict[str, Any],
    name: str,
    year: int,
    options: Options,
    connection: Connection,
) -> Explanation:
    formula = FORMULAS[check.formula]
    limit = None if figure["applied"] is None else check.limits[figure["applied"]]
    return Explanation(
        county=county.name,
        year=year,
        standard=standard.id,
        document=standard.document,
        article=item.article,
        confidence=(limit and limit.confidence) or item.confidence,
        sources=(limit and limit.sources) or item.sources,
        item=item.id,
        check=check.id,
        school_id=figure["school_id"] or "",
        school=name,
        stage=figure["stage"] or "",
        formula=check.formula,
        how=formula.how,
        inputs=inputs(county, _asked(standard, check), figure, year, connection),
        note=check.note,
        exception=limit.label if limit else None,
        options=options,
        **{key: figure[key] for key in _SAME},
    )


_SAME = (
    "numerator", "denominator", "scale", "value", "low", "high", "threshold", "sense", "floor", "status", "missing",
    "by_rounding",
)  # fmt: skip


def _asked(standard: Standard, check: Check) -> Demand:
    """The demand of a check as it is explained, which may be that of the figure reported in its stead."""
    own = _demand(standard, check)
    if check.formula == own.formula:
        return own
    return msgspec.structs.replace(own, formula=check.formula, inputs=check.inputs, per=check.per)


def _demand(standard: Standard, check: Check) -> Demand:
    return next(demand for demand in standard.demands() if demand.id == check.id)


def _school(county: County, wanted: str) -> tuple[str, str]:
    """The code and name of a school by its code, its name, or a part of the name that only one has."""
    if wanted in ("", county.code, county.name):
        return "", county.name
    schools = county.school_names()
    for match in (
        [code for code in schools if code == wanted],
        [code for code, name in schools.items() if name == wanted],
        [code for code, name in schools.items() if wanted in name],
    ):
        if len(match) == 1:
            return match[0], schools[match[0]]
        if len(match) > 1:
            raise AssessmentError("several", wanted=wanted, names="、".join(schools[code] for code in match[:8]))
    if near := get_close_matches(wanted, filter(None, schools.values()), n=5, cutoff=0.5):
        raise AssessmentError("no_school_near", wanted=wanted, names="、".join(near))
    raise AssessmentError("no_school", wanted=wanted)
