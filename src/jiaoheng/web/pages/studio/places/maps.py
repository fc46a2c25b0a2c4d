"""The maps of a scenario of places: who goes where today and by the plan, in the same colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.county import County
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Scenario, Snapshot
from jiaoheng.plans.ground import Neighbourhood, neighbourhood
from jiaoheng.plans.plan import PlacesAnswer, Plan
from jiaoheng.plans.words import Voice
from jiaoheng.reports.zone_map import Site, State, catchments, coloured
from jiaoheng.web.pages.studio.places import told

Part = dict[str, Any]
Link = Callable[[str], str]
CLOSES = ("merge",)


def ground_of(snapshot: Snapshot) -> Neighbourhood:
    """Where the places of a snapshot are, and who is next to whom."""
    return _ground(snapshot.pk)


def pair(
    scenario: Scenario, plan: Plan, answer: PlacesAnswer, voice: Voice, link: Link, *, chosen: str = "", town: str = ""
) -> list[Part]:
    """Two maps: as it is, and by the plan."""
    county = facts.tables(scenario.snapshot)
    ground = ground_of(scenario.snapshot)
    zones = {False: _zones(answer, before=True), True: _zones(answer, before=False)}
    colours = coloured(ground, zones.values())
    titles = {False: _("现在"), True: _("方案（{year} 学年）").format(year=plan.until)}
    found = []
    for planned in (False, True):
        drawn = catchments(
            ground,
            zones[planned],
            sites(county, plan, answer, voice, planned=planned),
            colours,
            label=titles[planned],
            title=_titles(answer, voice),
            link=link,
            changed=changed(answer) if planned else (),
            chosen=chosen,
            within=within(county, ground, town),
            language=voice.language,
        )
        found.append({"title": titles[planned], "svg": drawn.svg})
    return found


def large(
    scenario: Scenario,
    plan: Plan,
    answer: PlacesAnswer,
    voice: Voice,
    link: Link,
    *,
    moved: Mapping[str, str],
    chosen: str = "",
    town: str = "",
) -> str:
    """One large map by the plan, on which places are dragged; what was moved by hand is hatched."""
    county = facts.tables(scenario.snapshot)
    ground = ground_of(scenario.snapshot)
    zones = _zones(answer, before=False)
    colours = coloured(ground, (zones,))
    drawn = catchments(
        ground,
        zones,
        sites(county, plan, answer, voice, planned=True),
        colours,
        label=_("划片"),
        title=_titles(answer, voice),
        link=link,
        changed=moved,
        chosen=chosen,
        within=within(county, ground, town),
        language=voice.language,
        width=820,
    )
    return drawn.svg


def legend(answer: PlacesAnswer) -> list[Part]:
    """What the marks on the maps mean."""
    entries = [("open", _("学校")), ("full", _("超学位的学校"))]
    if answer.dossiers:
        entries.append(("closing", _("不再单独办学")))
    entries.append(("changed", _("换学校的村（社区）")))
    return [{"mark": mark, "label": label} for mark, label in entries]


def changed(answer: PlacesAnswer) -> list[str]:
    """The places whose school is another than today."""
    return [each.place_id for each in _last(answer).values() if each.before and each.schools != each.before]


def sites(county: County, plan: Plan, answer: PlacesAnswer, voice: Voice, *, planned: bool) -> list[Site]:
    """The schools to be drawn, those that children go to; those with most pupils first, so that they are named."""
    rows = {row["school_id"]: row for row in county["schools"].to_pylist()}
    places = {row["place_id"]: row for row in county["places"].to_pylist()}
    opened = {move.site.school_id: move.site for move in plan.moves if move.site is not None}
    closing = {move.school_id for move in plan.moves if move.kind in CLOSES}
    last = {each.school_id: each for each in answer.seating if each.year == _year(answer)}
    pupils = {code: (each.pupils if planned else each.pupils_before) for code, each in last.items()}
    found = []
    for code in sorted(pupils, key=lambda code: (-pupils[code], code)):
        site = opened.get(code)
        if site is not None and not planned:
            continue
        home: Any = rows.get(code) or {}
        spot = (site.lon, site.lat) if site is not None else (home.get("lon"), home.get("lat"))
        if spot[0] is None or spot[1] is None:
            village: Any = places.get(str(site.place_id if site is not None else home.get("place_id") or "")) or {}
            spot = (village.get("lon"), village.get("lat"))
        if spot[0] is None or spot[1] is None:
            continue
        seats = last[code].seats
        full = seats is not None and pupils[code] > seats + 0.5
        state: State = (
            "new" if site is not None else "closing" if planned and code in closing else "full" if full else "open"
        )
        title = _("{school}：学生 {pupils} 人，学位 {seats}").format(
            school=voice.school(code), pupils=told.whole(pupils[code]), seats=told.whole(seats)
        )
        found.append(Site(code, voice.school(code), float(spot[0]), float(spot[1]), state, title))
    return found


def towns(county: County, ground: Neighbourhood) -> list[tuple[str, str]]:
    """The towns that can be looked at more closely."""
    above = {code for unit in ground.places for code in unit.above}
    rows = county["places"].select(["place_id", "name", "level"]).to_pylist()
    return [(row["place_id"], row["name"]) for row in rows if row["level"] == "town" and row["place_id"] in above]


def within(county: County, ground: Neighbourhood, town: str) -> frozenset[str]:
    """The places of a town; none where the whole county is looked at."""
    return frozenset(unit.place_id for unit in ground.places if town and town in unit.above)


def served_in(answer: PlacesAnswer) -> Mapping[str, Any]:
    """Of each place how it is served in the last year."""
    return _last(answer)


def _last(answer: PlacesAnswer) -> dict[str, Any]:
    year = _year(answer)
    return {each.place_id: each for each in answer.served if each.year == year}


def _year(answer: PlacesAnswer) -> int:
    return max((each.year for each in answer.served), default=0)


def _zones(answer: PlacesAnswer, *, before: bool) -> dict[str, tuple[str, ...]]:
    return {code: (each.before if before else each.schools) for code, each in _last(answer).items()}


def _titles(answer: PlacesAnswer, voice: Voice) -> Callable[[str], str]:
    own = _last(answer)

    def title(code: str) -> str:
        each = own.get(code)
        if each is None:
            return voice.place(code)
        text = _("{place}：{schools}，{children} 人，{km}")
        return text.format(
            place=voice.place(code), schools=told.schools_line(each.schools, voice),
            children=told.whole(each.children), km=told.km(each.km),
        )  # fmt: skip

    return title


@lru_cache(maxsize=4)
def _ground(key: int) -> Neighbourhood:
    return neighbourhood(facts.tables(Snapshot.objects.select_related("county").get(pk=key)))
