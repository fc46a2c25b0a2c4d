"""Children by place and seats by school, year by year, from the forecast or, where there is none, from the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from jiaoheng.county import County
from jiaoheng.county.grades import WHOLE, stage_of
from jiaoheng.forecast.answer import Forecast

CLASS_SIZES = {"kindergarten": 30.0, "primary": 45.0, "junior": 50.0, "senior": 50.0}
"""Pupils a class by the standard, for seats that only classes tell."""
_RECENT, _SEEN = 3, 5
_AGE = {"kindergarten": 3, "primary": 6, "junior": 12, "senior": 15}


def stage_grades(stage: str, primary: int) -> tuple[int, ...]:
    """The grades of a stage in a county with so many primary grades; empty for stages without grades of their own."""
    return {
        "kindergarten": (-2, -1, 0),
        "primary": tuple(range(1, primary + 1)),
        "junior": tuple(range(primary + 1, 10)),
        "senior": (10, 11, 12),
    }.get(stage, ())


ByPlace = Mapping[tuple[str, int], float]


class People(msgspec.Struct, frozen=True):
    """By place and year: pupils of the stage who need a seat in public schools, and those of them who enter it.

    ``source``: ``forecast``, or ``carried`` where the children of the latest year were only counted on as they age.
    """

    seated: ByPlace
    entrants: ByPlace
    source: str


def people(county: County, stage: str, years: Sequence[int], forecast: Forecast | None) -> People:
    """Children of each place in each year.

    Without a forecast of places the children of the latest year grow older; those not born yet are as many as at age
    0, and the share of them in public schools is that of the latest year.
    """
    if forecast is not None and any(each.stage == stage for each in forecast.places):
        told = [each for each in forecast.places if each.stage == stage and each.year in set(years)]
        seated = {(each.place_id, each.year): each.seated for each in told}
        share = {
            (each.place_id, each.year): each.entrants * (each.seated / each.children if each.children else 1.0)
            for each in told
        }
        return People(seated, share, "forecast")
    return _carried(county, stage, years)


def _carried(county: County, stage: str, years: Sequence[int]) -> People:
    by_age, latest = _children(county)
    grades = len(stage_grades(stage, county.primary_grades))
    first = _AGE[stage] - (stage == "junior" and county.primary_grades == 5)
    here = sum(persons for (_, age), persons in by_age.items() if first <= age < first + grades)
    pupils = sum(count for school, count in public_pupils(county, stage, stage_year(county, stage)).items())
    share = pupils / here if here else 1.0
    seated: defaultdict[tuple[str, int], float] = defaultdict(float)
    entrants: defaultdict[tuple[str, int], float] = defaultdict(float)
    for place in {place for place, _ in by_age}:
        for year in years:
            ages = [max(0, age - (year - latest)) for age in range(first, first + grades)]
            seated[place, year] = share * sum(by_age.get((place, age), 0.0) for age in ages)
            entrants[place, year] = share * by_age.get((place, ages[0]), 0.0)
    return People(seated, entrants, "carried")


def _children(county: County) -> tuple[Mapping[tuple[str, int], float], int]:
    """Children by place and age in the latest year that tells them."""
    rows = [row for row in county["children"].to_pylist() if row["persons"] is not None]
    latest = max((row["year"] for row in rows), default=0)
    found: defaultdict[tuple[str, int], float] = defaultdict(float)
    for row in rows:
        if row["year"] == latest:
            found[row["place_id"], row["age"]] += row["persons"]
    return found, latest


def stage_year(county: County, stage: str) -> int:
    """The latest school year with pupils of the stage; of any stage where it has never had any."""
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    columns = (county["enrolment"][name].to_pylist() for name in ("school_id", "year", "grade", "pupils"))
    seen = {
        (year, grade, kinds.get(school) or "")
        for school, year, grade, pupils in zip(*columns, strict=True)
        if pupils and grade is not None and year is not None
    }
    told = [year for year, grade, kind in seen if stage_of(grade, kind, county.primary_grades) == stage]
    return max(told, default=max(county.years))


def public_pupils(county: County, stage: str, year: int, *, private: bool = False) -> dict[str, float]:
    """Pupils of a stage by school in a year, of public schools, or of all."""
    rows = {row["school_id"]: row for row in county["schools"].to_pylist()}
    found: defaultdict[str, float] = defaultdict(float)
    columns = (county["enrolment"][name].to_pylist() for name in ("school_id", "year", "grade", "pupils"))
    for school, told, grade, pupils in zip(*columns, strict=True):
        row = rows.get(school)
        if told != year or row is None or grade is None or pupils is None:
            continue
        if not private and (row["ownership"] or "public") != "public":
            continue
        if stage_of(grade, row["kind"] or "", county.primary_grades) == stage:
            found[school] += pupils
    return dict(found)


def seats(
    county: County, stage: str, years: Iterable[int], forecast: Forecast | None, class_sizes: Mapping[str, float]
) -> dict[tuple[str, int], tuple[float | None, str]]:
    """Seats by school and year, and what tells them.

    ``places`` and ``classes`` as ``Seats.source``; where neither does, ``pupils``: as many as the most pupils that the
    school had in the last five years that tell them. ``unknown`` (None) where it has had none.
    """
    wanted = tuple(years)
    most = _most_pupils(county, stage)
    found = dict(_told_seats(county, stage, wanted, forecast, class_sizes))
    for school in county["schools"]["school_id"].to_pylist():
        for year in wanted:
            if found.get((school, year), (None, ""))[0] is None:
                amount = most.get(school)
                found[school, year] = (amount, "unknown" if amount is None else "pupils")
    return found


def _told_seats(
    county: County, stage: str, wanted: Sequence[int], forecast: Forecast | None, class_sizes: Mapping[str, float]
) -> dict[tuple[str, int], tuple[float | None, str]]:
    if forecast is not None and any(each.stage == stage for each in forecast.seats):
        return {
            (each.school_id, each.year): (each.seats, each.source)
            for each in forecast.seats
            if each.stage == stage and each.year in wanted
        }
    size = class_sizes.get(stage, CLASS_SIZES[stage])
    told, classes = _told_places(county, stage), _most_classes(county, stage)
    found: dict[tuple[str, int], tuple[float | None, str]] = {}
    for school in county["schools"]["school_id"].to_pylist():
        amount, source = told.get(school), "places"
        if amount is None and school in classes:
            amount, source = classes[school] * size, "classes"
        for year in wanted:
            found[school, year] = (amount, source)
    return found


def _most_pupils(county: County, stage: str) -> dict[str, float]:
    """The most pupils of a stage that each school had in one of the latest years."""
    latest = stage_year(county, stage)
    found: dict[str, float] = {}
    for year in range(latest - _SEEN + 1, latest + 1):
        for school, count in public_pupils(county, stage, year, private=True).items():
            found[school] = max(found.get(school, 0.0), count)
    return found


def _told_places(county: County, stage: str) -> dict[str, float]:
    """Seats that ``facilities`` tells of the stage, at the latest; of a whole school only where it has one stage."""
    stages: defaultdict[str, set[str]] = defaultdict(set)
    latest = stage_year(county, stage)
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    for row in county["enrolment"].select(["school_id", "year", "grade", "pupils"]).to_pylist():
        if row["year"] == latest and row["pupils"] and row["grade"] is not None:
            stages[row["school_id"]].add(
                stage_of(row["grade"], kinds.get(row["school_id"]) or "", county.primary_grades)
            )
    found: dict[str, tuple[int, float]] = {}
    for row in county["facilities"].select(["school_id", "year", "stage", "places"]).to_pylist():
        school, own = row["school_id"], row["stage"]
        if row["places"] is None or (own != stage and (own is not None or stages[school] != {stage})):
            continue
        if school not in found or row["year"] >= found[school][0]:
            found[school] = (row["year"], float(row["places"]))
    return {school: amount for school, (_, amount) in found.items()}


def _most_classes(county: County, stage: str) -> dict[str, float]:
    """The most classes of a stage that a school had in one of the latest years that tell them."""
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    since = stage_year(county, stage) - _RECENT
    by_year: defaultdict[tuple[str, int], float] = defaultdict(float)
    unknown = set()
    for row in county["enrolment"].select(["school_id", "year", "grade", "classes", "pupils"]).to_pylist():
        if row["year"] is None or row["year"] <= since or row["grade"] is None:
            continue
        if stage_of(row["grade"], kinds.get(row["school_id"]) or "", county.primary_grades) != stage:
            continue
        if row["classes"] is not None:
            by_year[row["school_id"], row["year"]] += row["classes"]
        elif row["pupils"] and row["grade"] != WHOLE.get(stage):
            unknown.add((row["school_id"], row["year"], row["grade"]))
    whole = {
        (row["school_id"], row["year"])
        for row in county["enrolment"].select(["school_id", "year", "grade", "classes"]).to_pylist()
        if row["grade"] == WHOLE.get(stage) and row["classes"] is not None
    }
    partly = {(school, year) for school, year, _ in unknown} - whole
    found: dict[str, float] = {}
    for (school, year), count in by_year.items():
        if count and (school, year) not in partly:
            found[school] = max(found.get(school, 0.0), count)
    return found
