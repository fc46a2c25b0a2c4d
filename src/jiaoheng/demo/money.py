"""Money: operating quotas, what each school got and budgeted, what it set aside for training, and pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jiaoheng.demo.draws import Draws
from jiaoheng.demo.enrolment import stage_of
from jiaoheng.demo.geography import COUNTY_CODE
from jiaoheng.demo.pupils import Flow
from jiaoheng.demo.schools import LAST_YEAR, School

YEARS = range(2021, LAST_YEAR + 1)

Row = dict[str, Any]

_COUNTY = {  # yuan, by year
    "quota_primary": (650, 650, 720, 720, 720),
    "quota_junior": (850, 850, 940, 940, 940),
    "teacher_pay": (76_420, 78_950, 81_630, 83_480, 85_260),
    "civil_servant_pay": (76_180, 78_620, 81_300, 83_210, 84_970),
}
_QUOTA = {"kindergarten": 600, "senior": 1300, "vocational": 2000, "special": 7000}
_SMALL = 100  # pupils that a small school is funded for at least
_BELOW_TRAINING = 2  # schools that budget less than a twentieth for training


def accounts(seed: int, schools: Sequence[School], flow: Flow) -> list[Row]:
    """Rows of ``finance``: amounts in yuan, the county's and every open school's."""
    draws = Draws(seed, "money")
    rows = [
        {"subject_id": COUNTY_CODE, "year": year, "item": item, "amount": float(amounts[year - YEARS[0]])}
        for year in YEARS
        for item, amounts in _COUNTY.items()
    ]
    town_schools = [index for index, school in enumerate(schools) if school.role in ("town_junior", "central_primary")]
    careless = set(draws.shuffled(town_schools)[:_BELOW_TRAINING])
    for index, school in enumerate(schools):
        own, training = draws.between(1.0, 1.12), draws.between(0.051, 0.066)
        campuses = [
            number for number, other in enumerate(schools) if other.parent_id == school.id and not other.counted
        ]
        for year in YEARS:
            funds = _funds(flow, school, index, campuses, year) if school.counted else 0
            if not funds:
                continue
            budget = round(funds * own, -2)
            share = 0.043 if index in careless and year == LAST_YEAR else training
            amounts = {
                "operating_funds": float(funds),
                "operating_budget": budget,
                "training_budget": float(int(budget * share / 100 + 1) * 100),
            }
            if index in careless and year == LAST_YEAR:
                amounts["training_budget"] = float(int(budget * share / 100) * 100)
            rows += [
                {"subject_id": school.id, "year": year, "item": item, "amount": amount}
                for item, amount in amounts.items()
            ]
    return rows


def _funds(flow: Flow, school: School, index: int, campuses: Sequence[int], year: int) -> int:
    """Operating funds by quota, campuses with their school; a small school gets those of a hundred pupils."""
    quotas = {
        **_QUOTA,
        "primary": int(_COUNTY["quota_primary"][year - YEARS[0]]),
        "junior": int(_COUNTY["quota_junior"][year - YEARS[0]]),
    }
    pupils: dict[str, int] = {}
    for part in (index, *campuses):
        for grade in school.grades:
            stage = stage_of(school, grade)
            pupils[stage] = pupils.get(stage, 0) + flow.pupils.get((part, year, grade), 0)
    if set(pupils) <= {"primary", "kindergarten"} and 0 < pupils.get("primary", 0) < _SMALL:
        pupils["primary"] = _SMALL
    return sum(count * quotas[stage] for stage, count in pupils.items())
