"""Children and pupils, year by year: one count of persons by cohort, home and school gives both tables.

Every autumn each cohort grows a year older, some families move to their town or the county seat or away,
children enter a stage at 3, 6, 12 and 15, and pupils of a teaching point go on to its main school after its
last grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from jiaoheng.demo.choices import NOWHERE, Choices
from jiaoheng.demo.draws import Draws
from jiaoheng.demo.geography import Geography
from jiaoheng.demo.schools import FIRST_YEAR, LAST_YEAR, School

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
AGES = range(18)

# Children born in each school year who live in the county: a plateau, the second child, the fall since.
_BIRTHS = {
    2001: 3720, 2002: 3680, 2003: 3640, 2004: 3660, 2005: 3690, 2006: 3740, 2007: 3820, 2008: 3850,
    2009: 3870, 2010: 3900, 2011: 3940, 2012: 4130, 2013: 4050, 2014: 4190, 2015: 4080, 2016: 4290,
    2017: 4180, 2018: 3690, 2019: 3420, 2020: 2870, 2021: 2520, 2022: 2240, 2023: 1930, 2024: 2010,
    2025: 1760,
}  # fmt: skip
_COMMUNITY_SHARE = (
    0.093,
    0.073,
    0.092,
    0.09,
    0.093,
    0.083,
    0.05,
    0.068,
    0.1,
    0.03,
    0.06,
    0.075,
    0.034,
    0.069,
)
_SEAT_GROWTH = (0.5, 0.5, 0.7, 0.8, 0.8, 0.7, 1.2, 0.5, 1.5, 1.2, 1.4, 3.0, 0.8, 1.3)
_ENTRY = {3: "kindergarten", 6: "primary", 12: "junior", 15: "senior"}

Cells = dict[tuple[int, int], int]  # (place, school) -> persons


class Flow(msgspec.Struct, frozen=True):
    """``children`` by (place, year, age), ``pupils`` by (school, year, grade), both by position."""

    children: Mapping[tuple[int, int, int], int]
    pupils: Mapping[tuple[int, int, int], int]

    def stage(self, school: int, year: int, grades: range) -> int:
        """Pupils of a school in a range of grades."""
        return sum(self.pupils.get((school, year, grade), 0) for grade in grades)


def flow(seed: int, geography: Geography, schools: Sequence[School], choices: Choices) -> Flow:
    """The county's children and pupils of all years."""
    world = _World(Draws(seed, "pupils"), geography, schools, choices)
    weights = _birth_weights(Draws(seed, "homes"), geography)
    cohorts: dict[int, Cells] = {}
    children: dict[tuple[int, int, int], int] = {}
    pupils: dict[tuple[int, int, int], int] = {}
    for year in YEARS:
        for born in range(year - AGES[-1], year + 1):
            age = year - born
            if born not in cohorts:
                cohorts[born] = world.settled(_BIRTHS[born], weights, age, year)
            else:
                cohorts[born] = world.older(cohorts[born], age, year)
            for (place, school), count in cohorts[born].items():
                children[place, year, age] = children.get((place, year, age), 0) + count
                if school != NOWHERE:
                    key = (school, year, age - 5)
                    pupils[key] = pupils.get(key, 0) + count
    return Flow(children, pupils)


def _birth_weights(draws: Draws, geography: Geography) -> list[tuple[float, float]]:
    """Each place's share of births in the first year and its yearly change."""
    weights = []
    for place in geography.places:
        if place.urban:
            share = 0.345 * _COMMUNITY_SHARE[int(place.id[-3:]) - 1]
            weights.append((share, 0.012))
            continue
        size = draws.between(0.5, 1.1) + draws.between(0.0, 1.0) * draws.between(0.0, 1.0)
        if place.hub:
            size = 3.4 * draws.between(0.9, 1.3)
        size *= 1.3 - 0.6 * place.remoteness
        weights.append((0.655 / 262 * size, -0.005 - 0.03 * place.remoteness))
    return weights


class _World:
    """The rules by which a cohort moves on."""

    def __init__(self, draws: Draws, geography: Geography, schools: Sequence[School], choices: Choices) -> None:
        self.draws = draws
        self.places = geography.places
        self.schools = schools
        self.choices = choices
        self.hubs = {place.town: index for index, place in enumerate(self.places) if place.hub}
        self.seat = [(index, growth) for index, growth in enumerate(_SEAT_GROWTH)]

    def settled(self, births: int, weights: Sequence[tuple[float, float]], age: int, year: int) -> Cells:
        """A cohort that appears for the first time: homes, and schools where it is old enough."""
        drift = year - FIRST_YEAR
        counts = self.draws.split(births, [share * (1 + change * drift) for share, change in weights])
        cells: Cells = {(place, NOWHERE): count for place, count in enumerate(counts) if count}
        for entry in (3, 4, 5, 6, 12, 15):
            if entry <= age:
                cells = self._schooled(cells, entry, year)
        if age > 6:
            cells = self._onward(cells, age, year)
        return cells

    def older(self, cells: Cells, age: int, year: int) -> Cells:
        """A cohort one year on."""
        return self._onward(self._schooled(self._moved(cells, age, year), age, year), age, year)

    def _moved(self, cells: Cells, age: int, year: int) -> Cells:
        """Families that leave a village for its town's centre or the seat, and those who leave the county."""
        eager = 2.2 if age in (3, 6, 12) else 1.0
        after: Cells = {}
        for (place, school), count in cells.items():
            here = self.places[place]
            left = self.draws.rounded(count * (0.003 if here.urban else 0.004))
            stay = count - left
            if not here.urban:
                pull = (0.005 + 0.02 * here.remoteness) * eager
                to_seat = min(self.draws.rounded(count * pull), stay)
                for _ in range(to_seat):
                    home = self.draws.weighted(self.seat)
                    key = (home, self._transferred(home, school, age, year))
                    after[key] = after.get(key, 0) + 1
                stay -= to_seat
                if not here.hub:
                    to_hub = min(self.draws.rounded(count * pull * 0.45), stay)
                    if to_hub:
                        home = self.hubs[here.town]
                        key = (home, self._transferred(home, school, age, year))
                        after[key] = after.get(key, 0) + to_hub
                    stay -= to_hub
            if stay:
                after[place, school] = after.get((place, school), 0) + stay
        return after

    def _transferred(self, home: int, school: int, age: int, year: int) -> int:
        """The school of a child who moved in the middle of a stage."""
        if school == NOWHERE or school == self.choices.special or age > 14 or age in _ENTRY:
            return school
        stage = "kindergarten" if age < 6 else "primary" if age < 12 else "junior"
        if self.schools[school].ownership == "private" and stage != "kindergarten":
            return school
        options = [
            (index, weight)
            for index, weight in self.choices.of(home, stage, year)
            if index not in (NOWHERE, self.choices.special) and self._teaches(index, age, year)
        ]
        return self.draws.weighted(options)

    def _teaches(self, school: int, age: int, year: int) -> bool:
        """Whether a school has this age; one that opened lately has only grown as far as its first intake."""
        opened = self.schools[school].open_from
        grown = opened is None or self.schools[school].role == "kindergarten" or age - 5 <= year - opened + 1
        return age - 5 in self.schools[school].grades and grown

    def _schooled(self, cells: Cells, age: int, year: int) -> Cells:
        """Entry into a stage; children without a kindergarten join one later."""
        if age in (4, 5):
            return self._joined(cells, year)
        if age not in _ENTRY:
            return cells
        stage = _ENTRY[age]
        after: Cells = {}
        by_place: dict[int, int] = {}
        for (place, school), count in cells.items():
            staying = self._staying(school, age, count)
            if staying:
                after[place, school] = staying
            if count > staying:
                by_place[place] = by_place.get(place, 0) + count - staying
        for place, count in by_place.items():
            options = self.choices.of(place, stage, year)
            parts = self.draws.split(count, [weight for _, weight in options])
            for (school, _), part in zip(options, parts, strict=True):
                if part:
                    after[place, school] = after.get((place, school), 0) + part
        return after

    def _staying(self, school: int, age: int, count: int) -> int:
        """Pupils who go on in the same school where it has the next stage."""
        if school == NOWHERE or age - 5 not in self.schools[school].grades or age in (3, 6):
            return 0
        loyal = {
            "special": 1.0,
            "nine_year": 0.93,
            "twelve_year": 0.85 if age == 12 else 0.5,
            "complete": 0.35,
        }
        return self.draws.rounded(count * loyal.get(self.schools[school].role, 0.0))

    def _joined(self, cells: Cells, year: int) -> Cells:
        """Children of four and five without a place in a kindergarten, most of whom now find one."""
        after: Cells = {}
        for (place, school), count in cells.items():
            joining = self.draws.rounded(count * 0.62) if school == NOWHERE else 0
            if count > joining:
                after[place, school] = after.get((place, school), 0) + count - joining
            if joining:
                attached = self.choices.attached(place)
                options = (
                    self.choices.of(place, "kindergarten", year)[:-1] if attached == NOWHERE else [(attached, 1.0)]
                )
                for (target, _), part in zip(
                    options, self.draws.split(joining, [weight for _, weight in options]), strict=True
                ):
                    if part:
                        after[place, target] = after.get((place, target), 0) + part
        return after

    def _onward(self, cells: Cells, age: int, year: int) -> Cells:
        """Pupils whose school has closed or ends before their grade go on; some seniors leave."""
        after: Cells = {}
        for (place, school), count in cells.items():
            target, stay = school, count
            if school != NOWHERE:
                if not self.schools[school].open(year) or not self._teaches(school, age, year):
                    target = self.choices.above(school)
                elif age > 15:
                    leaving = 0.035 if self.schools[school].role == "vocational" else 0.008
                    stay -= self.draws.rounded(count * leaving)
                    if stay < count:
                        after[place, NOWHERE] = after.get((place, NOWHERE), 0) + count - stay
            if stay:
                after[place, target] = after.get((place, target), 0) + stay
        return after
