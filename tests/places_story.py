"""What tests of forecasts, layouts and catchments begin with: plain answers for the demo county in place of real ones.

Pupils go up a grade a year and entrants shrink by four in a hundred; every village goes to its nearest school.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import msgspec
from ledger_story import bureau, by, ruler
from studio_story import finished, outlook

from jiaoheng.county import County
from jiaoheng.county.grades import stage_of
from jiaoheng.county.moves import Move
from jiaoheng.demo import county as demo_county
from jiaoheng.forecast.answer import (
    Crossing,
    Forecast,
    GradeForecast,
    Oddity,
    PlaceChildren,
    Seats,
    Spread,
    StageForecast,
    Tested,
)
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import forecast as forecast_acts
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.models import Projection, Scenario
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.plan import Certificate, Dossier, PlacesAnswer, Plan, Seating, Served, VillageWay, WayMeasures
from jiaoheng.plans.zones.request import ZonesRequest

STAGES = {"kindergarten": (-2, 0), "primary": (1, 6), "junior": (7, 9), "senior": (10, 12)}
SIZES = {"kindergarten": 30, "primary": 45, "junior": 50, "senior": 50}
SHRINKS = 0.96


def spread(value: float, ahead: int) -> Spread:
    """A figure whose intervals widen with the years."""
    near, far = value * 0.01 * ahead, value * 0.02 * ahead
    return Spread(value, value - near, value + near, value - far, value + far)


@cache
def some_forecast(years: int = 10) -> Forecast:
    """A forecast of the demo county."""
    county = demo_county()
    base = county.years[-1]
    schools = {row["school_id"]: row for row in county["schools"].to_pylist()}
    places = {row["place_id"]: row for row in county["places"].to_pylist()}
    grades, rooms = _pupils(county, base, years)
    stages = [
        StageForecast(level, subject, stage, year, spread(pupils, year - base))
        for (level, subject, stage, year), pupils in _summed(grades, schools, places, "410999").items()
    ]
    seats, crossings = _seats(grades, rooms, schools, base)
    return Forecast(
        county_code="410999",
        county="望岚县",
        snapshot="demo",
        base_year=base,
        until=base + years,
        variant="central",
        request=ForecastRequest(years=years),
        grades=tuple(GradeForecast(*key, pupils) for key, pupils in grades.items() if key[1] > base),
        stages=tuple(stages),
        places=tuple(_children(county, base, years)),
        seats=seats,
        crossings=crossings,
        oddities=(
            Oddity("2141990001", base - 2, 3, 402.0, 318.0, 5.1, "cohort"),
            Oddity("2141990001", base - 1, None, 1950.0, 1700.0, 4.2, "reorganised", "2141990002"),
        ),
        tests=tuple(_tests()),
        notes=("no_births",),
    )


def _pupils(
    county: County, base: int, years: int
) -> tuple[dict[tuple[str, int, int], float], dict[tuple[str, str], int]]:
    kinds = dict(zip(*(county["schools"][name].to_pylist() for name in ("school_id", "kind")), strict=True))
    now: dict[str, dict[int, float]] = {}
    rooms: dict[tuple[str, str], int] = {}
    for row in county["enrolment"].to_pylist():
        if row["year"] == base and row["pupils"] and -2 <= row["grade"] <= 12:
            now.setdefault(row["school_id"], {})[row["grade"]] = float(row["pupils"])
            stage = stage_of(row["grade"], kinds[row["school_id"]], 6)
            rooms[row["school_id"], stage] = rooms.get((row["school_id"], stage), 0) + (row["classes"] or 0)
    grades = {}
    for school, own in now.items():
        for ahead in range(years + 1):
            for grade in own:
                first = grade - ahead < min(
                    g for g in own if stage_of(g, kinds[school], 6) == stage_of(grade, kinds[school], 6)
                )
                entry = min(g for g in own if stage_of(g, kinds[school], 6) == stage_of(grade, kinds[school], 6))
                started = ahead - (grade - entry)
                grades[school, base + ahead, grade] = own[entry] * SHRINKS**started if first else own[grade - ahead]
    return grades, rooms


def _summed(
    grades: dict[tuple[str, int, int], float], schools: dict[str, Any], places: dict[str, Any], county: str
) -> dict[tuple[str, str, str, int], float]:
    found: dict[tuple[str, str, str, int], float] = {}
    for (school, year, grade), pupils in grades.items():
        stage = stage_of(grade, schools[school]["kind"], 6)
        town = _town(places, schools[school]["place_id"])
        for level, subject in (("school", school), ("town", town), ("county", county)):
            key = (level, subject, stage, year)
            found[key] = found.get(key, 0.0) + pupils
    return found


def _town(places: dict[str, Any], place: str | None) -> str:
    row = places.get(place or "", {})
    return str(row.get("parent_id") if row.get("level") == "village" else place)


def _seats(
    grades: dict[tuple[str, int, int], float], rooms: dict[tuple[str, str], int], schools: dict[str, Any], base: int
) -> tuple[tuple[Seats, ...], tuple[Crossing, ...]]:
    found, crossings = [], []
    pupils: dict[tuple[str, str, int], float] = {}
    for (school, year, grade), count in grades.items():
        key = (school, stage_of(grade, schools[school]["kind"], 6), year)
        pupils[key] = pupils.get(key, 0.0) + count
    for (school, stage, year), count in sorted(pupils.items()):
        classes = rooms.get((school, stage), 0)
        known = school[-1] != "7"
        seats = float(classes * SIZES.get(stage, 50)) if known else None
        mean = count / classes if classes else None
        found.append(
            Seats(
                school, stage, year, seats, "classes" if known else "", count,
                None if seats is None else max(0.0, count - seats), None if seats is None else max(0.0, seats - count),
                mean,
            )
        )  # fmt: skip
        if year > base and mean is not None and mean >= 56 and not any(c.school_id == school for c in crossings):
            crossings.append(Crossing(school, stage, STAGES[stage][0], year, mean, mean > 60))
    return tuple(found), tuple(crossings)


def _children(county: County, base: int, years: int) -> list[PlaceChildren]:
    persons: dict[str, dict[int, float]] = {}
    for row in county["children"].to_pylist():
        if row["year"] == base:
            persons.setdefault(row["place_id"], {})[row["age"]] = float(row["persons"] or 0)
    found = []
    for place, ages in persons.items():
        for stage, first, last in (("kindergarten", 3, 5), ("primary", 6, 11), ("junior", 12, 14), ("senior", 15, 17)):
            for ahead in range(years + 1):
                born = [
                    ages.get(age - ahead, ages.get(0, 0.0) * SHRINKS ** (ahead - age)) for age in range(first, last + 1)
                ]
                found.append(PlaceChildren(place, stage, base + ahead, sum(born), born[0], 0.94 * sum(born)))
    return found


def _tests() -> list[Tested]:
    errors = {"naive": 5.2, "linear": 6.1, "mean_ratios": 4.4, "sum_ratios": 4.2, "average": 4.0, "jiaoheng": 3.6}
    return [
        Tested(
            level, stage, method, horizon, error * (0.5 + 0.5 * horizon) * (2 if level == "school" else 1), 40,
            0.81 if method == "jiaoheng" else None, method == "jiaoheng",
        )
        for level in ("school", "county")
        for stage in ("primary", "junior")
        for method, error in errors.items()
        for horizon in (1, 3)
    ]  # fmt: skip


def projected(name: str = "学位推算一", **given: Any) -> Projection:
    """A kept forecast, as its run would leave it."""
    projection = forecast_acts.ask(by("jijiao"), bureau(), name=name, request=ForecastRequest(**given))
    with finished(projection.run):
        return forecast_acts.keep(by("admin"), projection, some_forecast(given.get("years", 10)))


@cache
def _villages(stage: str) -> tuple[tuple[str, float, str, float, str, float], ...]:
    """Of each village: its children, the nearest school and the way there, today's and the way there."""
    county = demo_county()
    forecast = some_forecast()
    until = forecast.base_year + 3
    children = {each.place_id: each.seated for each in forecast.places if (each.stage, each.year) == (stage, until)}
    judged = {row["school_id"] for row in county["enrolment"].to_pylist() if row["grade"] == STAGES[stage][0]}
    schools = [
        (row["school_id"], row["lon"], row["lat"])
        for row in county["schools"].to_pylist()
        if row["school_id"] in judged and row["lon"] is not None
    ]
    today = {row["place_id"]: row["school_id"] for row in county["zones"].to_pylist() if row["stage"] == stage}
    found = []
    for row in county["places"].to_pylist():
        if row["level"] != "village":
            continue
        ways = {code: _km(row["lon"], row["lat"], lon, lat) for code, lon, lat in schools}
        near = min(ways, key=lambda code: (ways[code], code))
        now = today.get(row["place_id"], near)
        found.append((row["place_id"], children.get(row["place_id"], 0.0), near, ways[near], now, ways.get(now, 0.0)))
    return tuple(found)


def _km(lon: float, lat: float, other: float, there: float) -> float:
    return 1.3 * math.hypot((lon - other) * 92.0, (lat - there) * 111.2)


def zones_plan(request: ZonesRequest | None = None, moved: dict[str, str] | None = None, **places: Any) -> Plan:
    """Every village to its nearest school, but those that ``moved`` sends elsewhere."""
    base = ruler().assessment.year
    asked = request or ZonesRequest("primary", base + 1, base + 3)
    villages = _villages(asked.stage)
    to = {place: (moved or {}).get(place, near) for place, _, near, *_ in villages}
    served, moves = [], []
    for place, children, near, km, now, now_km in villages:
        why = ("nearest",) if to[place] == near else ("fixed",)
        served.append(
            Served(
                place, asked.stage, asked.until, children, (to[place],), km if to[place] == near else km + 2.0,
                None, False, (now,), now_km, None, why, "" if to[place] == near else near,
            )
        )  # fmt: skip
        if to[place] != now:
            moves.append(Move("zone", asked.first, to[place], children, asked.stage, place_id=place, from_school=now))
    answer = PlacesAnswer(
        stage=asked.stage,
        served=tuple(served),
        seating=_seating(asked, served),
        before=(_measures(asked.until, [(c, k) for _, c, _, _, _, k in villages]),),
        after=(_measures(asked.until, [(each.children, each.km or 0.0) for each in served]),),
        moved=sum(move.amount for move in moves),
        boundaries="drawn",
    )
    return _plan("zones", asked, tuple(moves), msgspec.structs.replace(answer, **places), "kilometre")


def layout_plan(request: LayoutRequest | None = None) -> Plan:
    """The smallest school is merged into the nearest other, which gets seats."""
    base = ruler().assessment.year
    asked = request or LayoutRequest("primary", base + 3)
    villages = _villages(asked.stage)
    sizes: dict[str, float] = {}
    for _place, children, near, *_ in villages:
        sizes[near] = sizes.get(near, 0.0) + children
    small, *_rest = sorted(sizes, key=lambda code: (sizes[code], code))
    other = next(code for code in sorted(sizes) if code != small)
    plan = zones_plan(
        ZonesRequest(asked.stage, base + 1, asked.until), {v[0]: other for v in villages if v[2] == small}
    )
    assert plan.places is not None
    own = [v for v in villages if v[2] == small]
    dossier = Dossier(
        small, other, base + 2, sum(v[1] for v in own),
        tuple(VillageWay(v[0], v[1], v[3], v[3] + 2.0, 20.0, 35.0, index == 0) for index, v in enumerate(own)),
        12.0, None, 18.0, 41.0, ("consent", "boarding", "transport"),
    )  # fmt: skip
    moves = (
        Move("merge", base + 2, small, dossier.pupils, asked.stage, base + 1, 50_000.0, to_school=other, km=6.2),
        Move("add_seats", base + 2, other, 90, asked.stage, base + 1, 1_800_000.0),
    )
    places = msgspec.structs.replace(plan.places, dossiers=(dossier,), lacking=((other, 36.0),))
    return _plan("layout", asked, moves, places, "yuan")


def _seating(asked: ZonesRequest, served: list[Served]) -> tuple[Seating, ...]:
    pupils: dict[str, float] = {}
    before: dict[str, float] = {}
    for each in served:
        pupils[each.schools[0]] = pupils.get(each.schools[0], 0.0) + each.children
        before[each.before[0]] = before.get(each.before[0], 0.0) + each.children
    seats = {each.school_id: each.seats for each in some_forecast().seats if each.stage == asked.stage}
    return tuple(
        Seating(code, asked.stage, year, seats.get(code), pupils.get(code, 0.0), before.get(code, 0.0))
        for code in sorted(pupils | before)
        for year in range(asked.first, asked.until + 1)
    )


def _measures(year: int, ways: list[tuple[float, float]]) -> WayMeasures:
    children = sum(count for count, _ in ways)
    mean = sum(count * km for count, km in ways) / children
    return WayMeasures(year, children, mean, max(km for _, km in ways), None, 0.0, 12.0, 50)


def _plan(planner: str, asked: Any, moves: tuple[Move, ...], places: PlacesAnswer, unit: str) -> Plan:
    found = ruler().assessment
    years = range(found.year + 1, asked.until + 1)
    value = sum(move.cost for move in moves) or 14_210.5
    return Plan(
        planner=planner, county_code=found.county_code, county=found.county, snapshot=found.snapshot,
        standard=found.standard, options=found.options, base_year=found.year, until=asked.until,
        request=msgspec.to_builtins(asked, str_keys=True), moves=moves,
        certificate=Certificate("optimal", "minimise", unit, value, value, 0.0, 0.001, 2.0, "HiGHS"),
        before=outlook(found.year), after=tuple(outlook(year) for year in years), places=places,
    )  # fmt: skip


def asked(request: Any, name: str = "划片一") -> Scenario:
    """A question about places that waits for its answer."""
    return acts.ask(by("jijiao"), bureau(), name=name, request=request)


def zoned(name: str = "划片一", **given: Any) -> Scenario:
    """Catchments that are computed."""
    base = ruler().assessment.year
    request = ZonesRequest(**({"stage": "primary", "first": base + 1, "until": base + 3} | given))
    return _answered(request, zones_plan(request), name)


def laid_out(name: str = "布局一", **given: Any) -> Scenario:
    """A layout that is computed."""
    request = LayoutRequest(**({"stage": "primary", "until": ruler().assessment.year + 3} | given))
    return _answered(request, layout_plan(request), name)


def _answered(request: Any, plan: Plan, name: str) -> Scenario:
    scenario = asked(request, name)
    with finished(scenario.run):
        return acts.keep_plan(by("admin"), scenario, plan)


def measured_again(county: County, plan: Plan, moved: dict[str, str]) -> Plan:
    """Stands for the planner that measures a plan by hand."""
    assert plan.places is not None
    assert facts is not None
    again = zones_plan(None, dict(moved))
    assert again.places is not None
    return msgspec.structs.replace(plan, moves=again.moves, places=again.places)
