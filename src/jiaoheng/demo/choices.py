"""Which schools the children of a place go to, and with what weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jiaoheng.demo.geography import Geography, kilometres
from jiaoheng.demo.schools import POINT_REACH, School, hub

NOWHERE = -1  # in no school of the county

Choice = tuple[int, float]

# Communities (in the order of their codes) by the primary and junior school of their catchment.
_SEAT_PRIMARY = {
    "望岚县实验小学": (0, 1, 7),
    "望岚县实验小学育才校区": (12,),
    "城关镇第一小学": (2, 5),
    "城关镇第二小学": (3, 4),
    "城关镇第三小学": (8,),
    "城关镇第四小学": (13,),
    "城关镇第五小学": (10,),
    "望岚县新城小学": (11,),
    "望岚县岚城学校": (6, 9),
}
_SEAT_JUNIOR = {
    "望岚县第一初级中学": (0, 1, 5, 7, 12),
    "望岚县第二初级中学": (3, 4, 13),
    "望岚县第三初级中学": (8, 10, 11),
    "望岚县实验中学": (2,),
    "望岚县岚城学校": (6, 9),
}
_BEFORE_NEW_TOWN = "城关镇第三小学"  # taught the children of the new town until its own school opened
_SENIOR = (("望岚县第一高级中学", 0.335), ("望岚县第二高级中学", 0.19), ("望岚县实验中学", 0.085))
_SENIOR_ELSE = (("望岚县博雅实验学校", 0.03), ("望岚县职业教育中心", 0.15))
_KINDERGARTEN_SIZE = {"public": 1.0, "private": 0.62}


class Choices:
    """Schools by place and stage. Weights of one answer need not add up to one."""

    def __init__(self, geography: Geography, schools: Sequence[School]) -> None:
        self._places = geography.places
        self._schools = schools
        self._named = {school.name: index for index, school in enumerate(schools)}
        self._ids = {school.id: index for index, school in enumerate(schools)}
        self._weighed: dict[str, Callable[[int, int], list[Choice]]] = {
            "kindergarten": self._kindergarten_choices,
            "primary": self._primary_choices,
            "junior": self._junior_choices,
            "senior": self._senior_choices,
        }
        self._kept: dict[tuple[int, str, int], list[Choice]] = {}
        self.special = self._named["望岚县特殊教育学校"]
        self.primary = [self._zone(index, _SEAT_PRIMARY, 1) for index in range(len(self._places))]
        self.junior = [self._zone(index, _SEAT_JUNIOR, 7) for index in range(len(self._places))]
        self.centre = [self._zone_of_hub(geography, index) for index in range(len(self._places))]

    def catchment(self, place: int, stage: str, year: int) -> int:
        """The public primary or junior school whose catchment a place lies in."""
        index = (self.primary if stage == "primary" else self.junior)[place]
        school = self._schools[index]
        if school.open(year):
            return index
        return self._ids[school.parent_id] if school.parent_id else self._named[_BEFORE_NEW_TOWN]

    def above(self, school: int) -> int:
        """Where the pupils of a teaching point go on to."""
        parent = self._schools[school].parent_id
        return self._ids[parent] if parent else school

    def of(self, place: int, stage: str, year: int) -> list[Choice]:
        """(position of a school or ``NOWHERE``, weight) for children of a place who enter a stage."""
        key = (place, stage, year)
        if key not in self._kept:
            self._kept[key] = self._weighed[stage](place, year)
        return self._kept[key]

    def _primary_choices(self, place: int, year: int) -> list[Choice]:
        own = self.catchment(place, "primary", year)
        private = [(self._named["望岚县博雅实验学校"], 0.05), (self._named["望岚县启明学校"], 0.035)]
        special = [(self.special, 0.0045)]
        if self._places[place].urban:
            wished = [("望岚县实验小学", 0.035), ("城关镇第一小学", 0.02), ("望岚县岚城学校", 0.01)]
            return [
                (own, 0.85),
                *private,
                *special,
                *[(self._named[name], weight) for name, weight in wished],
            ]
        far = self._places[place].remoteness
        towns = [
            ("城关镇第一小学", 0.2),
            ("城关镇第二小学", 0.2),
            ("城关镇第三小学", 0.25),
            ("城关镇第四小学", 0.2),
            ("城关镇第五小学", 0.15),
        ]
        seat = [(self._named[name], weight * (0.05 + 0.04 * far)) for name, weight in towns]
        private = [(index, weight * 0.4) for index, weight in private]
        centre = [(self.centre[place], 0.05)] if self.centre[place] != own else []
        return [(own, 0.84), *centre, *seat, *private, *special]

    def _junior_choices(self, place: int, year: int) -> list[Choice]:
        own = self.catchment(place, "junior", year)
        private = [(self._named["望岚县博雅实验学校"], 0.03), (self._named["望岚县启明学校"], 0.025)]
        if self._places[place].urban:
            return [(own, 0.9), *private, (self._named["望岚县第一初级中学"], 0.03)]
        towns = [
            ("望岚县第一初级中学", 0.2),
            ("望岚县第二初级中学", 0.3),
            ("望岚县第三初级中学", 0.25),
            ("望岚县实验中学", 0.25),
        ]
        return [(own, 0.8), *[(self._named[name], weight * 0.15) for name, weight in towns], *private]

    def _senior_choices(self, place: int, year: int) -> list[Choice]:
        chosen = [(self._named[name], weight) for name, weight in _SENIOR + _SENIOR_ELSE]
        return [*chosen, (NOWHERE, 0.21)]

    def _kindergarten_choices(self, place: int, year: int) -> list[Choice]:
        """Kindergartens at three; the classes attached to village schools take children from four on."""
        here = self._places[place]
        found: list[Choice] = []
        for index, school in enumerate(self._schools):
            there = self._places[school.place]
            if school.role == "kindergarten" and there.town == here.town and school.open(year):
                nearness = 1 / (0.5 + kilometres(here, there)) if here.urban else 1.0
                found.append((index, nearness * _KINDERGARTEN_SIZE[school.ownership]))
        total = sum_of(found)
        away = 0.08 if here.urban else 0.16 + 0.16 * here.remoteness
        if self.attached(place) != NOWHERE:
            away = 0.7
        return [*[(index, weight / total * (1 - away)) for index, weight in found], (NOWHERE, away)]

    def attached(self, place: int) -> int:
        """The school with kindergarten classes in a place's catchment, or ``NOWHERE``."""
        index = self.primary[place]
        return index if 0 in self._schools[index].grades else NOWHERE

    def _zone(self, place: int, seat: dict[str, tuple[int, ...]], grade: int) -> int:
        """The nearest public school of the place's town, a teaching point only if it is close by."""
        here = self._places[place]
        if here.urban:
            return next(self._named[name] for name, communities in seat.items() if place in communities)
        central = ["城关镇第五小学" if grade == 1 else "望岚县实验中学"] if here.town == 0 else []
        near = [self._named[name] for name in central]
        near += [
            index
            for index, school in enumerate(self._schools)
            if self._places[school.place].town == here.town
            and not self._places[school.place].urban
            and grade in school.grades
            and school.ownership == "public"
            and not (school.role == "point" and kilometres(here, self._places[school.place]) > POINT_REACH)
        ]
        drawn = {"point": 0.7, "village_primary": 1.0}
        return min(
            near,
            key=lambda index: (
                kilometres(here, self._places[self._schools[index].place]) * drawn.get(self._schools[index].role, 0.85)
            ),
        )

    def _zone_of_hub(self, geography: Geography, place: int) -> int:
        town = self._places[place].town
        return self._named["城关镇第五小学"] if town == 0 else self.primary[hub(geography, town)]


def sum_of(choices: Sequence[Choice]) -> float:
    """The weights' sum, always the same to the last bit."""
    total = 0.0
    for _, weight in choices:
        total += weight
    return total
