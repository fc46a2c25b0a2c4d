"""What a layout stands on: places, schools that are and may be, ways, and children for every variant and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.county import County, schema
from jiaoheng.county.grades import WHOLE
from jiaoheng.forecast.answer import Forecast
from jiaoheng.language import Text
from jiaoheng.plans.costs import CostTable, Running, defaults
from jiaoheng.plans.ground import Ground, ground, stage_grades, ways
from jiaoheng.plans.ground.people import public_pupils
from jiaoheng.plans.layout.refusal import LayoutError
from jiaoheng.plans.layout.request import LayoutRequest

LOW_GRADES = (1, 2, 3)
"""Primary grades whose children neither board nor go further than the shorter limit."""
PART = 150.0
"""Children of a place who go to one school together at most; larger places may be divided between schools."""
STAGES = ("kindergarten", "primary", "junior", "senior")


class Spot(msgspec.Struct, frozen=True):
    """A school that is there, or a site for one.

    ``serves`` are the bands whose grades it teaches; ``main`` the school that a teaching point belongs to. ``single``:
    it teaches no other compulsory stage; ``parts``: others belong to it; ``beds`` None where not told.
    """

    code: str
    name: str
    kind: str
    seats: float
    serves: tuple[str, ...]
    main: str
    single: bool
    parts: bool
    part: bool
    beds: float | None
    pupils: float
    site: int | None = None


class Terrain(msgspec.Struct, frozen=True):
    """Arrays go by ``places`` and ``spots``: ``km`` and ``minutes`` (places, spots), NaN where not known.

    ``demand``: by variant and year, (places,) children; ``low``: by variant and year the share of them in the lower
    grades. ``present``: for each place and band the spot it has today; ``waits``: places without coordinates, by the
    spot that their children stay with.
    """

    stage: str
    base_year: int
    years: tuple[int, ...]
    variants: tuple[str, ...]
    places: tuple[str, ...]
    spots: tuple[Spot, ...]
    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    travelled: NDArray[np.bool_]
    demand: Mapping[tuple[str, int], NDArray[np.float64]]
    low: Mapping[tuple[str, int], float]
    present: Mapping[str, NDArray[np.int64]]
    waits: Mapping[str, tuple[int, Mapping[tuple[str, int], float]]]
    bands: tuple[str, ...]
    ground: Ground

    @property
    def index(self) -> Mapping[str, int]:
        """Where each school stands in the list."""
        return {spot.code: number for number, spot in enumerate(self.spots)}


def terrain(county: County, request: LayoutRequest, forecasts: Mapping[str, Forecast], base_year: int) -> Terrain:
    """The county's stage for each variant and year to ``until``. Raises ``LayoutError`` where it lacks the facts."""
    years = tuple(range(base_year + 1, request.until + 1))
    found: dict[str, Ground] = {}
    for variant, forecast in forecasts.items():
        around = next(iter(found.values())).map if found else None
        found[variant] = ground(county, request.stage, years, forecast, speed=request.speed, around=around)
    land = next(iter(found.values()))
    if not land.schools:
        raise LayoutError("no_schools", stage=stage_label(request.stage), year=str(base_year))
    if not land.map.places:
        raise LayoutError("no_places")
    bands = (
        ("low", "high") if request.stage == "primary" else (("low",) if request.stage == "kindergarten" else ("high",))
    )
    spots = _spots(county, request, found, bands)
    points = {unit.place_id: land.map.shapes.points[unit.place_id] for unit in land.map.places}
    sites = {
        site.school_id: (site.lon, site.lat)
        if site.lon is not None and site.lat is not None
        else points.get(site.place_id)
        for site in request.sites
    }
    for code, point in sites.items():
        if point is None:
            raise LayoutError("site_point", site=code)
    more = ways(county, points, sites, request.speed)
    km = np.hstack([land.ways.km, more.km])
    minutes = np.hstack([land.ways.minutes, more.minutes])
    places = tuple(unit.place_id for unit in land.map.places)
    for number, row in enumerate(km):
        if np.isnan(row[: len(land.schools)]).all():
            raise LayoutError("no_way", place=land.map.places[number].name)
    return Terrain(
        stage=request.stage,
        base_year=base_year,
        years=years,
        variants=tuple(found),
        places=places,
        spots=spots,
        km=km,
        minutes=minutes,
        travelled=np.hstack([land.ways.travelled, more.travelled]),
        demand={(variant, year): own.demand[at] for variant, own in found.items() for at, year in enumerate(years)},
        low={
            (variant, year): _low_share(county, forecasts[variant], request.stage, year)
            for variant in found
            for year in years
        },
        present=_present(land, spots, bands),
        waits=_waits(found, years),
        bands=bands,
        ground=land,
    )


def stage_label(stage: str) -> Text:
    """A stage's name, as it stands within a sentence."""
    code = schema().code("stage", stage)
    return code.label if code else Text(stage, stage)


def running(costs: CostTable) -> Running:
    """What schools cost a year, the program's assumption where the county's table does not say it."""
    found = costs.running or defaults().running
    assert found is not None
    return found


def _spots(
    county: County, request: LayoutRequest, found: Mapping[str, Ground], bands: Sequence[str]
) -> tuple[Spot, ...]:
    land = next(iter(found.values()))
    rows = {row["school_id"]: row for row in county["schools"].to_pylist()}
    parents = {row["parent_id"] for row in rows.values() if row["parent_id"] and row["open_to"] is None}
    others = {
        code
        for stage in ("primary", "junior", "senior", "special", "vocational")
        if stage != request.stage
        for code, count in public_pupils(county, stage, land.base_year).items()
        if count
    }
    beds = {
        row["school_id"]: row["beds"]
        for row in county["facilities"].to_pylist()
        if row["year"] == land.base_year and row["beds"] is not None
    }
    seats = np.min(
        [np.nanmin(np.where(np.isnan(own.seats), np.inf, own.seats), axis=0) for own in found.values()], axis=0
    )
    spots = []
    for number, school in enumerate(land.schools):
        row = rows[school.school_id]
        spots.append(
            Spot(
                school.school_id,
                school.name,
                school.kind,
                float(seats[number]) if np.isfinite(seats[number]) else float(land.pupils[number]),
                _serves(school.grades, bands, bool(school.main)),
                school.main,
                school.school_id not in others
                and request.stage in (schema().code("kind", school.kind) or _ANY).stages[:1],
                school.school_id in parents,
                bool(row["parent_id"]) and (row["counted"] is False or school.kind == "218"),
                beds.get(school.school_id),
                float(land.pupils[number]),
            )
        )
    for number, site in enumerate(request.sites):
        spots.append(
            Spot(
                site.school_id,
                site.name or site.school_id,
                site.kind,
                float(site.most),
                tuple(bands),
                main="",
                single=True,
                parts=False,
                part=False,
                beds=None,
                pupils=0.0,
                site=number,
            )
        )
    return tuple(spots)


class _Any(msgspec.Struct, frozen=True):
    stages: tuple[str, ...] = STAGES


_ANY = _Any()


def _serves(grades: Sequence[int], bands: Sequence[str], partly: bool) -> tuple[str, ...]:
    """The bands whose grades a school teaches: of a teaching point the lower one alone."""
    if not partly or len(bands) == 1 or not grades or WHOLE["primary"] in grades:
        return tuple(bands)
    return ("low",) if max(grades) <= max(LOW_GRADES) + 1 else tuple(bands)


def _low_share(county: County, forecast: Forecast, stage: str, year: int) -> float:
    """The share of a stage's pupils who are in its lower grades, in the whole county."""
    grades = stage_grades(stage, county.primary_grades)
    own = [each for each in forecast.grades if each.year == year and each.grade in grades]
    total = sum(each.pupils for each in own)
    low = sum(each.pupils for each in own if each.grade in LOW_GRADES)
    return low / total if total else len(LOW_GRADES) / max(1, len(grades))


def _present(land: Ground, spots: Sequence[Spot], bands: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The spot that each place has today, by band: the nearest of its schools that teaches it, or its main school."""
    index = {spot.code: number for number, spot in enumerate(spots)}
    found = {}
    for band in bands:
        teach = [number for number, spot in enumerate(spots) if spot.site is None and band in spot.serves]
        own = np.full(len(land.map.places), -1, dtype=np.int64)
        for place, schools in enumerate(land.present):
            near = {*schools, *(number for number in teach if index.get(spots[number].main) in schools)}
            # A catchment names the main school; its younger children are at the teaching point that is nearer.
            fitting = sorted(near.intersection(teach))
            fitting = fitting or [index[spots[n].main] for n in schools if spots[n].main in index]
            if not fitting:
                known = [number for number in teach if not np.isnan(land.ways.km[place, number])]
                fitting = known or list(schools[:1])
            own[place] = min(fitting, key=lambda n: (_number(land.ways.km[place, n]), n))
        found[band] = own
    return found


def _number(value: float) -> float:
    return float("inf") if np.isnan(value) else float(value)


def _waits(found: Mapping[str, Ground], years: Sequence[int]) -> dict[str, tuple[int, dict[tuple[str, int], float]]]:
    waits: dict[str, tuple[int, dict[tuple[str, int], float]]] = {}
    for variant, own in found.items():
        for place, (counts, stays) in own.left.items():
            if stays is None:
                continue
            told = waits.setdefault(place, (stays, {}))[1]
            told |= {(variant, year): float(counts[at]) for at, year in enumerate(years)}
    return waits
