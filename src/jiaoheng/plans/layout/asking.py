"""A layout's request held against the county before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from jiaoheng.county import County, schema
from jiaoheng.language import Text
from jiaoheng.plans.costs import defaults, verify
from jiaoheng.plans.layout.question import Rules
from jiaoheng.plans.layout.refusal import LayoutError
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.layout.terrain import STAGES, Terrain, stage_label

LONGEST = 10
"""Years for which a layout is planned at most."""
_VARIANTS = ("central", "high", "low")


def refuse_nonsense(county: County, request: LayoutRequest, year: int) -> None:
    """Raise ``LayoutError`` for what no county could answer, ``CostError`` for costs that cannot be."""
    if request.stage not in STAGES:
        raise LayoutError("stage", stage=request.stage, names=_stages(STAGES))
    if request.until <= year:
        raise LayoutError("not_after", until=str(request.until), year=str(year))
    if request.until > year + LONGEST:
        raise LayoutError("too_far", until=str(request.until), most=str(LONGEST), last=str(year + LONGEST))
    if not request.variants or set(request.variants) - set(_VARIANTS):
        raise LayoutError("variants", given=", ".join(request.variants))
    times = [request.minutes.get(band, math.nan) for band in ("low", "high")]
    if not all(0 < each < math.inf for each in times) or set(request.minutes) - {"low", "high"}:
        raise LayoutError("minutes", minutes=", ".join(f"{band}={each:g}" for band, each in request.minutes.items()))
    if not 0 < request.speed < math.inf:
        raise LayoutError("speed", speed=f"{request.speed:g}")
    if not 0 <= request.kilometre < math.inf:
        raise LayoutError("figure", name="kilometre", value=f"{request.kilometre:g}")
    if not 0 < request.seconds < math.inf:
        raise LayoutError("seconds", seconds=f"{request.seconds:g}")
    if not 0 <= request.tolerance < 1:
        raise LayoutError("tolerance", tolerance=f"{request.tolerance:g}")
    if bool(request.fewest) != request.consent_not_needed or request.fewest < 0:
        raise LayoutError("fewest")
    if any(not year < phase <= request.until for phase in request.phases):
        phases = ", ".join(map(str, request.phases))
        raise LayoutError("phases", given=phases, first=str(year + 1), last=str(request.until))
    _verify_sites(county, request)
    if request.costs is not None:
        verify(request.costs, "costs")


def _verify_sites(county: County, request: LayoutRequest) -> None:
    taken = set(county["schools"]["school_id"].to_pylist())
    places = set(county["places"]["place_id"].to_pylist())
    for site in request.sites:
        if site.school_id in taken or not site.school_id:
            raise LayoutError("site_taken", site=site.school_id)
        taken.add(site.school_id)
        if site.place_id not in places:
            raise LayoutError("site_place", site=site.name or site.school_id, place=site.place_id)
        code = schema().code("kind", site.kind)
        if code is None or request.stage not in code.stages:
            given = {"site": site.name or site.school_id, "kind": site.kind}
            raise LayoutError("site_kind", stage=stage_label(request.stage), **given)
        if site.most <= 0:
            raise LayoutError("site_seats", site=site.name or site.school_id)


def named(county: County, request: LayoutRequest) -> LayoutRequest:
    """The request with schools by their codes, where names were given. Raises ``LayoutError`` for one there is not."""
    rows = county["schools"].to_pylist()
    codes = {row["school_id"]: row["school_id"] for row in rows}
    names: dict[str, list[str]] = {}
    for row in rows:
        names.setdefault(row["name"], []).append(row["school_id"])

    def code(wanted: str) -> str:
        found = codes.get(wanted) or (names[wanted][0] if len(names.get(wanted, ())) == 1 else None)
        if found is None:
            example = rows[0]["school_id"] if rows else ""
            raise LayoutError("school", wanted=wanted, stage=stage_label(request.stage), example=example)
        return str(found)

    return msgspec.structs.replace(
        request,
        consented=tuple(map(code, request.consented)),
        kept=tuple(map(code, request.kept)),
        expand={code(school): seats for school, seats in request.expand.items()},
    )


def rules(request: LayoutRequest, land: Terrain) -> Rules:
    """What the user allows, by the spots of the county. Raises ``LayoutError`` for schools that cannot be meant."""
    index = land.index
    for wanted in (*request.consented, *request.kept, *request.expand):
        if wanted not in index or land.spots[index[wanted]].site is not None:
            example = land.spots[0].code
            raise LayoutError("school", wanted=wanted, stage=stage_label(land.stage), example=example)
    for wanted in request.consented:
        spot = land.spots[index[wanted]]
        if wanted in request.kept:
            raise LayoutError("kept_consented", school=spot.name)
        if not spot.single:
            code = schema().code("kind", spot.kind)
            raise LayoutError("many_stages", school=spot.name, stages=_stages(_others(code, land.stage)))
    for school, seats in request.expand.items():
        if not 0 <= seats < 100_000:
            raise LayoutError("seats", school=land.spots[index[school]].name, seats=str(seats))
    if not 0 <= request.expand_all < 100_000:
        raise LayoutError("seats", school="*", seats=str(request.expand_all))
    closable = {
        number
        for number, spot in enumerate(land.spots)
        if spot.site is None and spot.single and spot.code not in request.kept
        and (spot.code in request.consented or (request.consent_not_needed and spot.pupils < request.fewest))
    }  # fmt: skip
    stays = {spot for spot, _ in land.waits.values()}
    # Of a school that is no place's own nobody knows whose children it has: it is never proposed by itself.
    lonely = {
        n
        for n, spot in enumerate(land.spots)
        if spot.pupils and not any((own == n).any() for own in land.present.values())
    }
    for wanted in request.consented:
        if index[wanted] in lonely:
            raise LayoutError("no_catchment", school=land.spots[index[wanted]].name)
    most = {
        number: request.expand.get(spot.code, request.expand_all)
        for number, spot in enumerate(land.spots)
        if spot.site is None and request.expand.get(spot.code, request.expand_all)
    }
    return Rules(frozenset(closable - stays - lonely), most, request.costs or defaults(), request)


def _others(code: object, stage: str) -> list[str]:
    stages = getattr(code, "stages", ())
    return [each for each in stages if each not in (stage, "kindergarten")] or list(stages)


def _stages(stages: Iterable[str]) -> Text:
    labels = [stage_label(stage) for stage in stages]
    return Text(zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels))
