"""Boundaries from foreign GeoJSON files: one FeatureCollection, features with place_id, name and level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from jiaoheng.county import Origin
from jiaoheng.county.problems import Problem
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.files import read_geojson
from jiaoheng.sources.mapping.sheets import Folder, enumerated
from jiaoheng.sources.mapping.spec import Boundaries
from jiaoheng.sources.text import shown

SUFFIXES = (".geojson", ".json")
_KINDS = ("Polygon", "MultiPolygon")


class Drawn(msgspec.Struct, frozen=True):
    """Features of all boundary files, None where the mapping names none; and what is wrong with them."""

    collection: Mapping[str, Any] | None
    problems: tuple[Problem, ...]


def draw(wanted: Iterable[Boundaries], folder: Folder, places: frozenset[str]) -> Drawn:
    """Read the boundary files of a mapping; ``places`` are the codes of the places table."""
    features: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for entry in wanted:
        files, wrong = folder.choose(entry.file, SUFFIXES, several=entry.several, optional=entry.optional)
        problems += wrong
        for file, _ in files:
            found = _collection(file)
            if found is None:
                problems.append(Problem(code="mapping_boundary_file", table="places", origin=Origin(file.name)))
                continue
            for number, feature in enumerate(found, 1):
                made, problem = _feature(feature, entry, file.name, number, places, seen)
                features += [made] if made else []
                problems += [problem] if problem else []
    return Drawn({"type": "FeatureCollection", "features": features} if features else None, tuple(problems))


def _collection(file: Path) -> list[Any] | None:
    """The features of a GeoJSON file, None if it is none. Raises ``SourceError`` for one that is too big."""
    try:
        features = read_geojson(file).get("features")
    except SourceError as error:
        if error.code == "too_big":
            raise
        return None
    return features if isinstance(features, list) else None


def _feature(
    feature: Any, entry: Boundaries, file: str, number: int, places: frozenset[str], seen: set[str]
) -> tuple[Mapping[str, Any] | None, Problem | None]:
    """One feature with our properties, or the problem that keeps it out.

    A feature of a place that the places table lacks stays, and is told.
    """
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or not _is_area(geometry):
        return None, _problem("mapping_boundary_shape", file, number)
    found = {}
    for name in (entry.place_id, entry.name):
        if properties.get(name) in (None, ""):
            details = {"header": name, "found": enumerated(list(properties))}
            return None, _problem("mapping_boundary_property", file, number, name, **details)
        found[name] = shown(properties[name])
    place = found[entry.place_id]
    if place in seen:
        return None, _problem("mapping_boundary_twice", file, number, entry.place_id, place)
    seen.add(place)
    made = {
        "type": "Feature",
        "properties": {"place_id": place, "name": found[entry.name], "level": entry.level},
        "geometry": geometry,
    }
    if place in places:
        return made, None
    return made, _problem("mapping_boundary_place", file, number, entry.place_id, place)


def _problem(code: str, file: str, number: int, name: str = "", value: str = "", **details: str) -> Problem:
    """A problem with one feature, counted from 1 as it stands in its file."""
    told = {"number": str(number), **details}
    return Problem(code=code, table="places", column=name, value=value, origin=Origin(file), details=told)


def _is_area(geometry: Any) -> bool:
    """Whether this is a polygon or several, each ring a list of positions of finite numbers."""
    if not isinstance(geometry, dict) or geometry.get("type") not in _KINDS:
        return False
    polygons = geometry.get("coordinates")
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return (
        isinstance(polygons, list)
        and bool(polygons)
        and all(isinstance(rings, list) and bool(rings) and all(_is_ring(ring) for ring in rings) for rings in polygons)
    )


def _is_ring(ring: Any) -> bool:
    return isinstance(ring, list) and len(ring) >= 4 and all(_is_position(position) for position in ring)


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) < 2:
        return False
    lon, lat = position[:2]
    numbers = all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in (lon, lat))
    return numbers and -180 <= lon <= 180 and -90 <= lat <= 90
