"""Founding the county's schools: which there are, where they stand, which grades they teach."""

from __future__ import annotations

from collections.abc import Sequence

from jiaoheng.demo import names
from jiaoheng.demo.draws import Draws
from jiaoheng.demo.geography import Geography, Place, degrees, inside, kilometres
from jiaoheng.demo.schools import FIRST_YEAR, POINT_REACH, School, hub

VILLAGE_PRIMARIES, POINTS, CLOSED_POINTS = 16, 15, 3
CENTRAL_TOWNS = range(1, 11)  # a central primary and a junior secondary; the towns after these have a nine-year school

_PROVINCE = "41"
_CATEGORY = {"1": "11", "2": "21", "3": "31", "34": "34", "36": "36", "5": "51"}
_PRIMARY, _JUNIOR, _SENIOR = tuple(range(1, 7)), tuple(range(7, 10)), tuple(range(10, 13))

# Name, the community it stands in, how full it is, year built.
_SEAT_PRIMARIES = (
    ("望岚县实验小学", 0, "crowded", 1956),
    ("城关镇第一小学", 2, "tight", 1962),
    ("城关镇第二小学", 4, "crowded", 1971),
    ("城关镇第三小学", 8, "", 1994),
    ("城关镇第四小学", 13, "", 2009),
    ("城关镇第五小学", 10, "tight", 1987),
    ("望岚县新城小学", 11, "", 2020),
)
_SEAT_JUNIORS = (
    ("望岚县第一初级中学", 1, "crowded", 1958),
    ("望岚县第二初级中学", 3, "tight", 1982),
    ("望岚县第三初级中学", 8, "", 2011),
)
# Name, kind, community, ownership, year built, grades.
_SEAT_OTHERS = (
    ("望岚县岚城学校", "312", 6, "public", 2014, _PRIMARY + _JUNIOR),
    ("望岚县启明学校", "312", 10, "private", 2012, _PRIMARY + _JUNIOR),
    ("望岚县博雅实验学校", "345", 11, "private", 2016, _PRIMARY + _JUNIOR + _SENIOR),
    ("望岚县实验中学", "341", 2, "public", 1978, _JUNIOR + _SENIOR),
    ("望岚县第一高级中学", "342", 7, "public", 1952, _SENIOR),
    ("望岚县第二高级中学", "342", 9, "public", 2004, _SENIOR),
    ("望岚县职业教育中心", "365", 13, "public", 1986, _SENIOR),
    ("望岚县特殊教育学校", "514", 12, "public", 2008, _PRIMARY + _JUNIOR),
)
_SEAT_KINDERGARTENS = (
    ("望岚县直属机关幼儿园", 0, 1964),
    ("望岚县实验幼儿园", 7, 1992),
    ("城关镇中心幼儿园", 2, 1985),
    ("城关镇第二幼儿园", 4, 2013),
    ("望岚县新城幼儿园", 11, 2020),
)
_PRIVATE_COMMUNITIES = (1, 3, 5, 6, 8, 10, 12, 13)
_PRIVATE_TOWNS = (1, 2, 3, 5)


class _Founder:
    """Founds schools one by one: gives codes and sites."""

    def __init__(self, seed: int, geography: Geography) -> None:
        self.draws = Draws(seed, "schools")
        self.geography = geography
        self.schools: list[School] = []
        self._serials: dict[str, int] = {}

    def found(
        self, name: str, kind: str, role: str, place: int, grades: tuple[int, ...], built: int, **more: object
    ) -> School:
        category = next(_CATEGORY[kind[:length]] for length in (2, 1) if kind[:length] in _CATEGORY)
        self._serials[category] = self._serials.get(category, 990000) + 1
        lon, lat = self._site(self.geography.places[place])
        school = School(
            id=f"{category}{_PROVINCE}{self._serials[category]}",
            name=name,
            kind=kind,
            role=role,
            place=place,
            lon=lon,
            lat=lat,
            grades=grades,
            setting=_setting(self.geography, place),
            built_year=built,
            **more,  # type: ignore[arg-type]
        )
        self.schools.append(school)
        return school

    def _site(self, place: Place) -> tuple[float, float]:
        """A site a few hundred metres from the village's middle, within the town."""
        ring = self.geography.towns[place.town].ring
        for _ in range(20):
            point = degrees(place.x + self.draws.between(-0.3, 0.3), place.y + self.draws.between(-0.3, 0.3))
            if inside(point, ring):
                return point
        return place.lon, place.lat


def found(seed: int, geography: Geography) -> tuple[School, ...]:
    """All schools: 110 that count in the last year, one campus, and the teaching points closed on the way."""
    founder = _Founder(seed, geography)
    _found_in_seat(founder)
    _found_in_towns(founder)
    _found_in_villages(founder)
    _found_kindergartens(founder)
    return tuple(founder.schools)


def _found_in_seat(founder: _Founder) -> None:
    for name, community, crowd, built in _SEAT_PRIMARIES:
        opened = built if built > FIRST_YEAR else None
        school = founder.found(name, "211", "seat_primary", community, _PRIMARY, built, crowd=crowd, open_from=opened)
        if name == _SEAT_PRIMARIES[0][0]:
            founder.found(f"{name}育才校区", "211", "campus", 12, _PRIMARY, 2015, counted=False, parent_id=school.id)
    for name, community, crowd, built in _SEAT_JUNIORS:
        founder.found(name, "311", "seat_junior", community, _JUNIOR, built, crowd=crowd)
    roles = {
        "312": "nine_year",
        "345": "twelve_year",
        "341": "complete",
        "342": "senior",
        "365": "vocational",
        "514": "special",
    }
    for name, kind, community, ownership, built, grades in _SEAT_OTHERS:
        founder.found(
            name,
            kind,
            roles[kind],
            community,
            grades,
            built,
            ownership=ownership,
            boarding=ownership == "private" or kind != "312",
        )


def _found_in_towns(founder: _Founder) -> None:
    draws = founder.draws
    for index, town in enumerate(founder.geography.towns):
        if index in CENTRAL_TOWNS:
            place = hub(founder.geography, index)
            founder.found(
                f"{town.name}中心小学",
                "211",
                "central_primary",
                place,
                _PRIMARY,
                draws.whole(1955, 1999),
                boarding=town.remoteness > 0.5,
            )
            founder.found(
                f"{town.name}初级中学",
                "311",
                "town_junior",
                place,
                _JUNIOR,
                draws.whole(1958, 2003),
                boarding=True,
            )
        elif index:
            place = hub(founder.geography, index)
            founder.found(
                f"{town.name}九年一贯制学校",
                "312",
                "nine_year",
                place,
                _PRIMARY + _JUNIOR,
                draws.whole(1958, 2012),
                boarding=True,
            )


def _found_in_villages(founder: _Founder) -> None:
    """Village primaries far from their town's centre, then teaching points, the smallest of them closed."""
    draws, geography = founder.draws, founder.geography
    places = geography.places
    centres = {
        places[school.place].town: school
        for school in founder.schools
        if school.role in ("central_primary", "nine_year")
    }
    centres[0] = next(school for school in founder.schools if school.name == "城关镇第五小学")
    taught = [school.place for school in founder.schools if 1 in school.grades]

    def lonely(index: int) -> float:
        return min(
            kilometres(places[index], places[other]) for other in taught if places[other].town == places[index].town
        )

    per_town = [0, 0, *range(1, VILLAGE_PRIMARIES - 1)]
    for town in per_town:
        index = max(
            (i for i, p in enumerate(places) if p.town == town and not p.urban and i not in taught),
            key=lonely,
        )
        taught.append(index)
        name = f"{geography.towns[town].name}{places[index].name[:-1]}小学"
        founder.found(name, "211", "village_primary", index, (-1, 0, *_PRIMARY), draws.whole(1965, 2006))
    sites = []
    for _ in range(POINTS + CLOSED_POINTS):
        tops = [
            town
            for town in range(3, len(geography.towns))
            if sum(places[i].town == town for i in taught) < 3 + (town > 9)
        ]
        index = max(
            (i for i, p in enumerate(places) if p.town in tops and i not in taught),
            key=lambda i: lonely(i) + 2 * places[i].remoteness,
        )
        taught.append(index)
        sites.append(index)
    closed = dict(zip(sorted(sites, key=lambda index: _neighbours(places, index)), (2019, 2021, 2023), strict=False))
    for index in sites:
        town = places[index].town
        top = 3 if index in closed else draws.weighted(((3, 0.5), (4, 0.3), (6, 0.2)))
        if _neighbours(places, index) > 1:
            top = min(top, 3)
        founder.found(
            f"{geography.towns[town].name}{places[index].name[:-1]}教学点",
            "218",
            "point",
            index,
            tuple(range(1, top + 1)),
            draws.whole(1962, 1998),
            parent_id=centres[town].id,
            open_to=closed.get(index),
        )


def _neighbours(places: Sequence[Place], index: int) -> int:
    """Villages of the same town near enough to send their children to this one."""
    return sum(place.town == places[index].town and kilometres(place, places[index]) <= POINT_REACH for place in places)


def _found_kindergartens(founder: _Founder) -> None:
    draws, geography = founder.draws, founder.geography
    grades = (-2, -1, 0)
    for name, community, built in _SEAT_KINDERGARTENS:
        opened = built if built > FIRST_YEAR else None
        founder.found(name, "111", "kindergarten", community, grades, built, open_from=opened)
    for index, town in enumerate(geography.towns[1:], start=1):
        founder.found(
            f"{town.name}中心幼儿园",
            "111",
            "kindergarten",
            hub(geography, index),
            grades,
            draws.whole(2003, 2016),
        )
    sites = [(names.SEAT_TOWN, community) for community in _PRIVATE_COMMUNITIES]
    sites += [(geography.towns[town].name, hub(geography, town)) for town in _PRIVATE_TOWNS]
    for called, (town_name, place) in zip(names.PRIVATE_KINDERGARTENS, sites, strict=True):
        founder.found(
            f"{town_name}{called}幼儿园",
            "111",
            "kindergarten",
            place,
            grades,
            draws.whole(2002, 2016),
            ownership="private",
        )


def _setting(geography: Geography, index: int) -> str:
    """The code of the statistical division into urban, town and rural."""
    place = geography.places[index]
    town = geography.towns[place.town]
    if place.urban:
        return "111" if kilometres(place, town) < 1.8 else "112"
    if place.hub:
        return "121" if town.market else "210"
    if place.town == 0 and kilometres(place, town) < 3.5:
        return "112"
    return "122" if town.market and kilometres(place, town) < 2.2 else "220"
