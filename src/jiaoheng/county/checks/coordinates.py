"""Where schools and places lie: two numbers or none, not turned round, in the county."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import median

import msgspec

from jiaoheng.county.checks.facts import rows
from jiaoheng.county.checks.polygons import Point, Polygon, distance_km, is_inside, polygons
from jiaoheng.county.checks.registry import advice, rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem

TOLERANCE_KM = 2.0
FAR_KM = 150.0
FAR_TIMES_MEDIAN = 10.0
NEAR_KM = 5.0
LOCATED = {"places": ("name", "lon", "lat"), "schools": ("name", "lon", "lat")}
LATITUDES = frozenset({("places", "lat"), ("schools", "lat"), ("teachers", "home_lat")})


class Site(msgspec.Struct, frozen=True):
    """A place or school with both coordinates."""

    table: str
    index: int
    name: str
    lon: float
    lat: float


def turned_rows(county: County, table: str) -> frozenset[int]:
    """Rows whose latitude cannot be one while both numbers turned round make a place on the globe."""
    lon_name, lat_name = ("home_lon", "home_lat") if table == "teachers" else ("lon", "lat")
    return frozenset(
        index
        for index, lon, lat in rows(county, table, lon_name, lat_name)
        if lon is not None and lat is not None and abs(lon) <= 90 < abs(lat) <= 180
    )


@rule
def turned(county: County) -> Iterator[Problem]:
    """Longitude and latitude in each other's column."""
    for table, name in sorted(LATITUDES):
        if county[table].num_rows:
            columns = (name.replace("lat", "lon"), name)
            wrong = turned_rows(county, table)
            for index, lon, lat in rows(county, table, *columns):
                if index in wrong:
                    yield Problem(
                        code="coordinates_turned",
                        table=table,
                        column=name,
                        value=f"{lat:g}",
                        index=index,
                        details={"lon": f"{lon:g}", "lat": f"{lat:g}"},
                    )


@advice
def halves(county: County) -> Iterator[Problem]:
    """A longitude without a latitude, or the other way round, places nothing."""
    for table in LOCATED:
        for index, lon, lat in rows(county, table, "lon", "lat"):
            if (lon is None) != (lat is None):
                yield Problem(code="coordinate_half", table=table, column="lon" if lon is None else "lat", index=index)


@advice
def outside(county: County) -> Iterator[Problem]:
    """Places and schools outside the county's boundaries or, without boundaries, far from all others."""
    sites = list(_sites(county))
    shapes = polygons(county.boundaries)
    if county.boundaries is not None and not shapes:
        yield Problem(code="boundaries_unreadable", table="places")
    if shapes:
        yield from _outside_boundaries(sites, shapes)
    elif len(sites) >= 4:
        yield from _far_from_others(sites)


@advice
def boundary_places(county: County) -> Iterator[Problem]:
    """Boundaries name places that are in the table of places."""
    known = set(county["places"]["place_id"].to_pylist())
    unknown = [name for name in _named(county.boundaries) if name not in known]
    if unknown and known:
        details = {"count": str(len(unknown)), "names": "、".join(unknown[:5])}
        yield Problem(code="boundaries_unknown_places", table="places", column="place_id", details=details)


def _outside_boundaries(sites: list[Site], shapes: tuple[Polygon, ...]) -> Iterator[Problem]:
    wrong = [site for site in sites if not is_inside(shapes, site.lon, site.lat, TOLERANCE_KM)]
    if len(wrong) > 3 and len(wrong) * 2 > len(sites):
        details = {"count": str(len(wrong)), "all": str(len(sites))}
        yield Problem(code="boundaries_differ", table="places", details=details)
        return
    for site in wrong:
        if is_inside(shapes, site.lat, site.lon, TOLERANCE_KM):
            yield _problem("coordinates_look_turned", site)
        else:
            yield _problem("coordinates_outside", site)


def _far_from_others(sites: list[Site]) -> Iterator[Problem]:
    """Far in the county's own measure: medians, so that one wild point does not move them."""
    centre = (median(site.lon for site in sites), median(site.lat for site in sites))
    away = [distance_km(centre, (site.lon, site.lat)) for site in sites]
    usual = max(median(away), NEAR_KM)
    for site, far in zip(sites, away, strict=True):
        if far > FAR_TIMES_MEDIAN * usual or far > max(FAR_KM, 3 * usual):
            back: Point = (site.lat, site.lon)
            if abs(site.lon) <= 90 and distance_km(centre, back) <= 3 * usual:
                yield _problem("coordinates_look_turned", site)
            else:
                yield _problem("coordinates_far", site, km=f"{far:.0f}")


def _sites(county: County) -> Iterator[Site]:
    for table, columns in LOCATED.items():
        for index, name, lon, lat in rows(county, table, *columns):
            if lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90:
                yield Site(table, index, name or "", lon, lat)


def _named(boundaries: object) -> Iterator[str]:
    """The place that each feature says it is the boundary of."""
    features = boundaries.get("features") if isinstance(boundaries, Mapping) else None
    for feature in features or ():
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        if isinstance(properties, Mapping) and properties.get("place_id") is not None:
            yield str(properties["place_id"])


def _problem(code: str, site: Site, **details: str) -> Problem:
    place = {"name": site.name, "lon": f"{site.lon:g}", "lat": f"{site.lat:g}"}
    return Problem(
        code=code,
        table=site.table,
        column="lon",
        value=place["lon"],
        index=site.index,
        details=place | details,
    )
