"""Who is at which school while catchments come into force: new entrants go by them, who is there already stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County
from jiaoheng.forecast import Forecast
from jiaoheng.forecast.answer import GradeForecast
from jiaoheng.plans.ground import Ground, stage_grades

Shares = Mapping[int, Mapping[int, Mapping[int, float]]]
"""By place and grade: the part of its children that goes to each school."""


class Phased(msgspec.Struct, frozen=True):
    """Pupils by school, year and grade once the catchments are in force from ``first`` on.

    ``entered`` (years, places) are the pupils of each place among them who entered by the catchments.
    """

    pupils: Mapping[tuple[str, int, int], float]
    entered: NDArray[np.float64]


def phased(
    county: County, ground: Ground, forecast: Forecast, schools_of: Sequence[Sequence[int]], first: int
) -> Phased:
    """The forecast's pupils of each grade and year that entered in ``first`` or later, dealt out by catchment.

    A cohort of the county's schools keeps the size that the forecast gives it; each place has the part of it that it
    had of the entrants in the year in which they entered. Older cohorts stay where the forecast has them. Schools of a
    group share a place's children by their seats; a teaching point takes the grades that it teaches, of the places to
    which it is the nearest of its area.
    """
    grades = stage_grades(ground.stage, county.primary_grades)
    codes = [school.school_id for school in ground.schools]
    own = set(codes)
    base = {(each.school_id, each.year, each.grade): each.pupils for each in forecast.grades if each.grade in grades}
    shares = dealt(ground, schools_of, grades)
    found = dict(base)
    entered = np.zeros_like(ground.demand)
    for at, year in enumerate(ground.years):
        for step, grade in enumerate(grades):
            if year - step < first:
                continue
            whole = sum(count for (code, told, own_grade), count in base.items()
                        if told == year and own_grade == grade and code in own)  # fmt: skip
            cohort = ground.entrants[ground.years.index(year - step)]
            staying = {school: float(count[at]) / len(grades) for count, school in ground.left.values()
                       if school is not None}  # fmt: skip
            parts = cohort * max(0.0, whole - sum(staying.values())) / cohort.sum() if cohort.sum() else cohort * 0.0
            entered[at] += parts
            sums: defaultdict[int, float] = defaultdict(float, staying)
            for place, pupils in enumerate(parts):
                for school, share in shares[place][grade].items():
                    sums[school] += share * float(pupils)
            for number, code in enumerate(codes):
                if sums.get(number) or (code, year, grade) in base:
                    found[code, year, grade] = sums.get(number, 0.0)
    return Phased(found, entered)


def with_pupils(forecast: Forecast, pupils: Mapping[tuple[str, int, int], float]) -> Forecast:
    """The forecast with these pupils of one stage in the place of its own."""
    stage = {grade for _, _, grade in pupils}
    kept = [each for each in forecast.grades if each.grade not in stage]
    new = [GradeForecast(school, year, grade, count) for (school, year, grade), count in sorted(pupils.items())]
    return msgspec.structs.replace(forecast, grades=(*kept, *new))


def dealt(ground: Ground, schools_of: Sequence[Sequence[int]], grades: Sequence[int]) -> Shares:
    """By place and grade, the schools that its children go to, with their parts."""
    seats = np.nan_to_num(ground.seats.min(axis=0), nan=0.0)
    main_of = _mains(ground)
    found: dict[int, dict[int, dict[int, float]]] = {}
    for place, schools in enumerate(schools_of):
        mains = [number for number in schools if ground.schools[number].whole] or list(schools)
        total = float(seats[mains].sum())
        found[place] = {}
        for grade in grades:
            parts: defaultdict[int, float] = defaultdict(float)
            for main in mains:
                share = float(seats[main]) / total if total else 1 / len(mains)
                points = [
                    number for number in schools
                    if main_of.get(number, main) == main and grade in ground.schools[number].grades
                    and not ground.schools[number].whole
                ]  # fmt: skip
                ways = ground.ways.km[place]
                choice = min([main, *points], key=lambda number: (np.nan_to_num(ways[number], nan=np.inf), number))
                parts[choice] += share
            found[place][grade] = dict(parts)
    return found


def _mains(ground: Ground) -> dict[int, int]:
    index = ground.school_index
    return {
        number: index[school.main]
        for number, school in enumerate(ground.schools)
        if not school.whole and school.main in index
    }
