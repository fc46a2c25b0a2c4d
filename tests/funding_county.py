"""Small counties for the tests of public funds: schools, and their pupils row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiaoheng.county import County, build

COUNTY = "410999"
YEAR = 2025


def school(code: str, kind: str, **more: Any) -> dict[str, Any]:
    """A public school in a village, unless something else is said."""
    return {"school_id": code, "name": f"{code}校", "kind": kind, "setting": "220", "ownership": "public"} | more


def heads(grade: int, pupils: int | None, *, boarders: int | None = 0, disabled: int | None = 0) -> dict[str, Any]:
    """A row of enrolment without its school and year."""
    return {"grade": grade, "classes": 1, "pupils": pupils, "boarders": boarders, "disabled_children": disabled}


def county(
    schools: Sequence[Mapping[str, Any]],
    enrolment: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    before: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    finance: Sequence[Mapping[str, Any]] = (),
    year: int = YEAR,
) -> County:
    """A county of these schools, with the pupils of a year and perhaps of the one before."""
    rows = [
        {"school_id": code, "year": of, **row}
        for of, by_school in ((year, enrolment), (year - 1, before or {}))
        for code, listed in by_school.items()
        for row in listed
    ]
    return build(
        {
            "county": [{"county_code": COUNTY, "name": "望岚县", "province_code": "41"}],
            "schools": schools,
            "enrolment": rows,
            "finance": finance,
        }
    )


def one_school(code: str, kind: str, rows: Sequence[Mapping[str, Any]], **quotas: float) -> County:
    """A county of one school; ``quotas`` are the county's own, by finance item."""
    finance = [{"subject_id": COUNTY, "year": YEAR, "item": item, "amount": amount} for item, amount in quotas.items()]
    return county([school(code, kind)], {code: rows}, finance=finance)
