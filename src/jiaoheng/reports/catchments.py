"""Catchments to hand on: GeoJSON for maps, a workbook for the desk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
import shapely

from jiaoheng.county import County
from jiaoheng.language import Language
from jiaoheng.plans import words
from jiaoheng.plans.ground import neighbourhood
from jiaoheng.plans.plan import PlacesAnswer, Plan, Served
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones.telling import say as told
from jiaoheng.plans.zones.telling import why_label, zones_sentences
from jiaoheng.reports.tables import Cell, Column, Sheet, write_sheets

_DECIMALS = 6
"""Of degrees: a tenth of a metre."""


def geojson(plan: Plan, county: County) -> bytes:
    """A feature for each catchment (``layer`` catchment: its schools, children and seats) and each place in it.

    Coordinates are longitude and latitude (WGS84). ``ValueError`` for a plan without catchments.
    """
    places = _answer(plan)
    names = county.school_names()
    land = neighbourhood(county)
    first, rows = _first(places)
    seats = {each.school_id: each for each in places.seating if each.year == first}
    labels = {unit.place_id: unit.name for unit in land.places}
    features: list[dict[str, Any]] = []
    for schools, members in _areas(places, rows).items():
        # Digitising gaps are closed, so that no slivers are left between the places of one catchment.
        parts = [land.shapes.areas[each.place_id].buffer(0.01, join_style="mitre") for each in members
                 if each.place_id in land.shapes.areas]  # fmt: skip
        if parts:
            shape = shapely.union_all(parts).buffer(-0.01, join_style="mitre")
            about = {
                "layer": "catchment",
                "school_ids": list(schools),
                "schools": [names.get(code, code) for code in schools],
                "stage": places.stage,
                "year": first,
                "places": [each.place_id for each in members],
                "children": round(sum(each.children for each in members), 1),
                "seats": _sum(seats[code].seats for code in schools if code in seats),
            }
            features.append(_feature(shape, land.shapes.plane, about))
    for each in rows:
        if each.place_id in land.shapes.areas:
            about = {
                "layer": "place",
                "place_id": each.place_id,
                "name": labels[each.place_id],
                "school_ids": list(each.schools),
                "schools": [names.get(code, code) for code in each.schools],
                "before": list(each.before),
                "children": round(each.children, 1),
                "km": None if each.km is None else round(each.km, 2),
                "why": list(each.why),
            }
            features.append(_feature(land.shapes.areas[each.place_id], land.shapes.plane, about))
    made = {"type": "FeatureCollection", "features": features}
    return msgspec.json.encode(made)


def workbook(plan: Plan, voice: Voice) -> bytes:
    """Places with their schools, ways and reasons; schools with seats and pupils by year; changes; what it rests on."""
    places = _answer(plan)
    language = voice.language
    first, rows = _first(places)
    join = "、" if language == "zh" else ", "

    def named(codes: tuple[str, ...]) -> str:
        return join.join(voice.school(code) for code in codes)

    place_rows: list[tuple[Cell, ...]] = [
        (voice.place(each.place_id), each.place_id, each.children, named(each.schools), "；".join(each.schools),
         each.km, each.minutes, named(each.before), each.before_km, why_label(each, voice))
        for each in sorted(rows, key=lambda each: each.place_id)
    ]  # fmt: skip
    changes = [row for row, each in zip(place_rows, sorted(rows, key=lambda each: each.place_id), strict=True)
               if not set(each.schools) & set(each.before)]  # fmt: skip
    heads = (
        _column("place", 18.0, language), _column("code", 16.0, language), _number("children", 0, language),
        _column("school", 28.0, language), _column("school_code", 16.0, language), _number("km", 1, language),
        _number("minutes", 0, language), _column("before", 28.0, language), _number("before_km", 1, language),
        _column("why", 44.0, language),
    )  # fmt: skip
    basis = Sheet(
        told("book_basis", language),
        (Column(told("book_basis", language), width=110),),
        tuple((line,) for line in zones_sentences(plan, voice)),
    )
    return write_sheets(
        (
            Sheet(
                told("book_places", language, year=first), heads, tuple(place_rows), name=told("tab_places", language)
            ),
            _schools(places, voice),
            Sheet(told("book_changes", language), heads, tuple(changes), name=told("tab_changes", language)),
            basis,
        ),
        language,
    )


def _schools(places: PlacesAnswer, voice: Voice) -> Sheet:
    language = voice.language
    years = sorted({each.year for each in places.seating})
    by_school: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    for each in places.seating:
        by_school[each.school_id][each.year] = each
    lacking = dict(places.lacking)
    columns = [
        _column("school", 30.0, language), _column("school_code", 16.0, language), _number("seats", 0, language),
        _column("source", 22.0, language), _number("lacking", 0, language),
    ]  # fmt: skip
    for year in years:
        columns += [
            Column(told("column_zoned", language, year=words.year_label(year, language)), "number", 0),
            Column(told("column_pupils", language, year=words.year_label(year, language)), "number", 0),
            Column(told("column_without", language, year=words.year_label(year, language)), "number", 0),
        ]
    rows: list[tuple[Cell, ...]] = []
    for code, seats in sorted(by_school.items()):
        own = seats[years[0]]
        cells: list[Cell] = [voice.school(code), code, own.seats, told(f"source_{own.source or 'places'}", language),
                             lacking.get(code)]  # fmt: skip
        for year in years:
            cells += [seats[year].zoned, seats[year].pupils, seats[year].pupils_before]
        rows.append(tuple(cells))
    notes = (told("book_zoned_note", language),)
    return Sheet(told("book_schools", language), tuple(columns), tuple(rows), notes, told("tab_schools", language))


def _answer(plan: Plan) -> PlacesAnswer:
    if plan.places is None or not plan.places.served:
        raise ValueError("the plan says nothing of catchments")
    return plan.places


def _first(places: PlacesAnswer) -> tuple[int, list[Served]]:
    first = min(each.year for each in places.served)
    return first, [each for each in places.served if each.year == first]


def _areas(places: PlacesAnswer, rows: list[Served]) -> dict[tuple[str, ...], list[Served]]:
    """The places of each catchment, by all its schools."""
    area_of = {school: area for area in places.areas for school in area}
    found: dict[tuple[str, ...], list[Served]] = {}
    for each in rows:
        found.setdefault(area_of.get(each.schools[0], each.schools), []).append(each)
    return dict(sorted(found.items()))


def _feature(shape: Any, plane: Any, about: dict[str, Any]) -> dict[str, Any]:
    degrees = shapely.set_precision(shapely.transform(shape, plane.to_degrees), 10**-_DECIMALS)
    geometry = msgspec.json.decode(shapely.to_geojson(degrees))
    return {"type": "Feature", "properties": about, "geometry": geometry}


def _sum(amounts: Any) -> float | None:
    known = list(amounts)
    return None if not known or None in known else float(sum(known))


def _column(name: str, width: float, language: Language) -> Column:
    return Column(told(f"column_{name}", language), width=width)


def _number(name: str, decimals: int, language: Language) -> Column:
    return Column(told(f"column_{name}", language), "number", decimals)
