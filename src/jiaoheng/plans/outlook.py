"""What the assessment says of a county, in the few figures that plans are told by."""

from __future__ import annotations

from jiaoheng.county import County
from jiaoheng.findings import assess
from jiaoheng.measures.options import Options
from jiaoheng.plans.plan import Even, Failing, Outlook
from jiaoheng.standards import Standard


def outlook(county: County, standard: Standard, year: int, options: Options) -> Outlook:
    """Assess one school year of a county that has facts of it."""
    found = assess(county, standard, year=year, options=options)
    below: dict[tuple[str, str], list[str]] = {}
    ruled = {check.id for item in standard.of_area(standard.ruled_area) for check in item.checks}
    for value in found.values:
        if value.check in ruled and value.status in ("floor", "fails", "unknown"):
            below.setdefault((value.school_id, value.stage), []).append(value.check)
    passing = [school for school in found.schools if school.verdict == "meets"]
    return Outlook(
        year=year,
        verdict=found.areas[standard.ruled_area],
        sections=len(found.schools),
        passing=len(passing),
        pupils=sum(school.pupils or 0.0 for school in found.schools),
        passing_pupils=sum(school.pupils or 0.0 for school in passing),
        balance=tuple(
            Even(even.check, even.stage, even.coefficient, even.at_most, even.status) for even in found.balance
        ),
        failing=tuple(
            Failing(
                school.school_id, school.stage, school.verdict, tuple(below.get((school.school_id, school.stage), ()))
            )
            for school in found.schools
            if school.verdict != "meets"
        ),
    )
