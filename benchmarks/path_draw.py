"""What a random county of the path owns, and the plan that brings it to standard: ``path_instances`` asks for it.

Figures are numbered by part (a stage of a school) and check: figure ``7 * part.number + check``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

CHECKS = ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
DEGREE, BACKBONE, PE_ARTS, ROOMS, GROUND, EQUIPMENT, MULTIMEDIA = range(7)
# A pupil, by check: above the degree, backbone, PE and arts (persons), m² of rooms and grounds, yuan, multimedia rooms.
STANDARD = {
    "primary": (0.042, 0.01, 0.009, 4.5, 7.5, 2000.0, 0.023),
    "junior": (0.053, 0.01, 0.009, 5.8, 10.2, 2500.0, 0.024),
}
LIMITS = {"primary": 0.50, "junior": 0.45}
FLOOR, AT_LEAST = 0.85, 6
WEIGHTS = {"primary": 1.0, "junior": 1.1}  # how a nine-year school's rooms are shared among its pupils
PUPILS_A_TEACHER = {"primary": 19.0, "junior": 13.5}
# By check: how far the levels of schools lie apart at ``unequal`` 1 (the σ of their logarithm), and their median.
SIGMA = (0.32, 0.50, 0.46, 0.46, 0.52, 0.50, 0.36)
MEDIAN = (1.05, 0.95, 0.80, 1.05, 1.10, 1.05, 1.00)
MONEY = {
    "build_rooms": 3_200,
    "build_ground": 350,
    "build_hall": 3_200,
    "buy_equipment": 1,
    "fit_multimedia": 35_000,
    "hire": 100_000,
    "hire_pe_arts": 100_000,
    "raise_degree": 8_000,
    "appoint_backbone": 6_000,
    "retrain_pe_arts": 5_000,
    "transfer": 12_000,
}
PRICES = (8_000.0, 6_000.0, 5_000.0, 3_200.0, 350.0, 1.0, 35_000.0)  # by check: a unit by the usual lever
LOTS = {"build_rooms": 80.0, "build_ground": 100.0, "build_hall": 100.0, "buy_equipment": 10_000.0}
LEAD = {"build_rooms": 2, "build_hall": 2}
HOLDS = {
    ("above_required_degree",): (DEGREE,),
    ("above_required_degree", "backbone"): (DEGREE, BACKBONE),
    ("pe_arts",): (PE_ARTS,),
}
BUILDS = {
    "build_rooms": ROOMS,
    "build_ground": GROUND,
    "build_hall": GROUND,
    "buy_equipment": EQUIPMENT,
    "fit_multimedia": MULTIMEDIA,
}
# By check, the cheapest lever first.
CHEAPEST = {
    DEGREE: ("raise_degree", "hire"),
    BACKBONE: ("appoint_backbone",),
    PE_ARTS: ("retrain_pe_arts", "hire_pe_arts"),
    ROOMS: ("build_rooms",),
    GROUND: ("build_ground", "build_hall"),
    EQUIPMENT: ("buy_equipment",),
    MULTIMEDIA: ("fit_multimedia",),
}


@dataclass
class Part:
    """A stage of a school: ``share`` of the school's rooms is its.

    The target plan leaves the figure ``missed`` below standard; ``noise`` is how exactly it levels, by check.
    """

    school_id: str
    stage: str
    pupils: float
    share: float
    number: int
    teachers: int = 0
    missed: int | None = None
    missed_level: float = FLOOR
    noise: tuple[float, ...] = ()


@dataclass
class Lever:
    """One way to raise figures, whatever the year: ``per_lot`` by figure, ``cap`` lots at most, ``target`` by year."""

    kind: str
    school_id: str
    stage: str
    per_lot: dict[int, float]
    cap: int
    lots: int = 0
    holds: tuple[str, ...] = ()
    leaves: bool = False
    target: list[int] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Yuan a lot; of a transfer, those who leave are paid for where they arrive."""
        return 0.0 if self.leaves else MONEY[self.kind] * LOTS.get(self.kind, 1.0)

    def begun(self, years: int) -> range:
        """The school years in which it can be begun and still count at the end."""
        return range(years - lead(self.kind, years) + 1)


Levers = dict[tuple[str, str, str, tuple[str, ...], bool], Lever]


def draw(
    random: np.random.Generator, schools: int, years: int, stages: int, unequal: float
) -> tuple[list[Part], np.ndarray, list[Lever]]:
    """The stages of schools, what each figure's numerator is without a move, and the levers with the target plan."""
    parts = list(_parts(random, schools, stages))
    base = _base(random, parts, unequal)
    levers = _levers(random, parts, base)
    moved = _move_people(random, parts, levers, base, years)
    _level(random, parts, levers, moved)
    for lever in levers.values():
        if not lever.target:
            lever.target = [0] * years
            for year in random.choice(len(lever.begun(years)), lever.lots):
                lever.target[year] += 1
    return parts, base, list(levers.values())


def lead(kind: str, years: int) -> int:
    """Years from ordering to counting; never more than there are."""
    return min(LEAD.get(kind, 1), years)


def _parts(random: np.random.Generator, schools: int, stages: int) -> Iterator[Part]:
    number = 0
    for i in range(schools):
        kind = ("primary", "junior", "both")[random.choice(3, p=(0.55, 0.25, 0.2))] if stages == 2 else "primary"
        pupils = float(np.clip(round(random.lognormal(math.log(420), 0.95)), 40, 2500))
        first = round(pupils * random.uniform(0.55, 0.75))
        shape = {"both": [("primary", float(first)), ("junior", pupils - first)]}.get(kind, [(kind, pupils)])
        weight = sum(WEIGHTS[stage] * count for stage, count in shape)
        for stage, count in shape:
            yield Part(f"S{i + 1:03d}", stage, count, WEIGHTS[stage] * count / weight, number)
            number += 1


def _base(random: np.random.Generator, parts: Sequence[Part], unequal: float) -> np.ndarray:
    """What each figure's numerator is without a move; a school's own fortune and its size bear on all its figures."""
    base = np.zeros(7 * len(parts))
    fortune: dict[str, np.ndarray] = {}
    for part in parts:
        # Small schools have more of everything a pupil; the stages of a school share its buildings.
        small = -0.25 * math.log(part.pupils / 420)
        drawn = 0.45 * random.standard_normal() + 0.85 * random.standard_normal(7) + small
        part.noise = tuple(random.uniform(0.93, 1.07, 7))
        drawn[ROOMS:] = fortune.setdefault(part.school_id, drawn)[ROOMS:]
        level = np.clip(np.array(MEDIAN) * np.exp(unequal * np.array(SIGMA) * drawn), 0.2, 7.0)
        owned = level * part.pupils * np.array(STANDARD[part.stage])
        owned[: PE_ARTS + 1] = np.rint(owned[: PE_ARTS + 1])
        part.teachers = round(part.pupils / PUPILS_A_TEACHER[part.stage] * random.uniform(0.95, 1.35)) + 1
        part.teachers = max(part.teachers, math.ceil(1.1 * owned[DEGREE]))
        owned[BACKBONE] = min(owned[BACKBONE], part.teachers // 2)
        owned[ROOMS : GROUND + 1] = np.rint(owned[ROOMS : GROUND + 1])
        owned[EQUIPMENT] = 100 * np.rint(owned[EQUIPMENT] / 100)
        base[7 * part.number : 7 * part.number + 7] = owned
        gaps = (1 - level) * part.pupils * np.array(STANDARD[part.stage]) * np.array(PRICES)
        if random.random() < 0.7:
            part.missed, part.missed_level = int(np.argmax(gaps)), random.uniform(0.855, 0.97)
    for school in by_school(parts).values():
        _share(school, base)
    return base


def by_school(parts: Iterable[Part]) -> dict[str, list[Part]]:
    schools: dict[str, list[Part]] = {}
    for part in parts:
        schools.setdefault(part.school_id, []).append(part)
    return schools


def _share(school: Sequence[Part], base: np.ndarray) -> None:
    """A school owns its buildings as a whole, and rooms as whole rooms: each stage has its share of them."""
    for check in range(ROOMS, MULTIMEDIA + 1):
        whole = sum(base[7 * part.number + check] for part in school)
        for part in school:
            base[7 * part.number + check] = part.share * (round(whole) if check == MULTIMEDIA else whole)


def _levers(random: np.random.Generator, parts: Sequence[Part], base: np.ndarray) -> Levers:
    """Every lever of every school; what no site and no staff limits may triple the standard."""
    levers: Levers = {}

    def add(kind: str, owner: Part, per_lot: Mapping[int, float], cap: float, **more: Any) -> None:
        stage = "" if owner.share < 1 and kind in BUILDS else owner.stage
        lever = Lever(kind, owner.school_id, stage, dict(per_lot), max(0, math.floor(cap)), **more)
        levers[kind, owner.school_id, stage, lever.holds, lever.leaves] = lever

    for school in by_school(parts).values():
        for kind, check in BUILDS.items():
            lot = LOTS.get(kind, 1.0)
            triple = sum(3 * part.pupils * STANDARD[part.stage][check] for part in school) / lot + 1
            owned = sum(base[7 * part.number + check] for part in school) / lot
            if kind == "build_ground" and random.random() < 0.25:
                triple = owned + random.uniform(0, 0.4) * triple  # the site is nearly full
            effects = {7 * part.number + check: part.share * lot for part in school}
            add(kind, school[0], effects, max(2.0, triple - owned))
        for part in school:
            first, teachers = 7 * part.number, part.teachers
            add("raise_degree", part, {first + DEGREE: 1.0}, teachers - base[first + DEGREE])
            add("appoint_backbone", part, {first + BACKBONE: 1.0}, max(2, 0.5 * teachers - base[first + BACKBONE]))
            add("retrain_pe_arts", part, {first + PE_ARTS: 1.0}, 1 + 0.08 * teachers)
            add("hire", part, {first + DEGREE: 1.0}, 1 + 0.2 * teachers)
            add("hire_pe_arts", part, {first + DEGREE: 1.0, first + PE_ARTS: 1.0}, 1 + 0.2 * teachers)
            for holds, checks in HOLDS.items():
                fewest = min(base[first + check] for check in checks)
                out, arrive = min(0.1 * teachers, fewest), 1 + 0.15 * teachers
                add("transfer", part, {first + check: -1.0 for check in checks}, out, holds=holds, leaves=True)
                add("transfer", part, {first + check: 1.0 for check in checks}, arrive, holds=holds)
    return levers


def _move_people(
    random: np.random.Generator, parts: Sequence[Part], levers: Levers, base: np.ndarray, years: int
) -> np.ndarray:
    """The target plan's transfers: some of the people of well-off schools go where the standard is not met."""
    reached = base.copy()
    for stage in LIMITS:
        for holds, checks in HOLDS.items():
            givers: list[Lever] = []
            takers: list[Lever] = []
            for part in parts:
                if part.stage != stage:
                    continue
                place, due = 7 * part.number + checks[-1], part.pupils * STANDARD[stage][checks[-1]]
                out, arrive = (levers["transfer", part.school_id, stage, holds, way] for way in (True, False))
                out.target, arrive.target = [0] * years, [0] * years
                spare = min(reached[7 * part.number + check] for check in checks)
                givers += [out] * min(out.cap // 2, int(spare), max(0, math.floor(reached[place] - 1.5 * due)))
                takers += [arrive] * min(arrive.cap // 2, max(0, math.ceil(due - reached[place])))
            random.shuffle(givers)
            random.shuffle(takers)
            for pair in zip(givers, takers, strict=False):
                year = int(random.integers(years))
                for lever in pair:
                    lever.lots += 1
                    lever.target[year] += 1
                    for figure, amount in lever.per_lot.items():
                        reached[figure] += amount
    return reached


def _level(random: np.random.Generator, parts: Sequence[Part], levers: Levers, moved: np.ndarray) -> None:
    """The rest of the target plan: the standard everywhere but for one miss, and as high as the coefficients ask."""
    heights = {(stage, check): 1.0 for stage in LIMITS for check in range(7)}
    aim = {key: (1 - random.uniform(0.003, 0.02)) * LIMITS[key[0]] for key in heights}
    for _ in range(400):
        reached = moved.copy()
        for part in parts:
            # PE teachers who are hired have the degree too: so that figure comes after.
            for check in (PE_ARTS, DEGREE, BACKBONE, ROOMS, GROUND, EQUIPMENT, MULTIMEDIA):
                level = max(1.002, heights[part.stage, check] * part.noise[check])
                if check == part.missed:
                    level = part.missed_level * heights[part.stage, check]
                due = part.pupils * STANDARD[part.stage][check]
                _bring(part, check, level * due, levers, reached)
        over = [key for key in heights if _coefficient(parts, reached, *key) > aim[key]]
        if not over:
            return
        for key in over:
            heights[key] *= 1.01
        for lever in levers.values():
            lever.lots = sum(lever.target)
    raise ValueError("no target plan: the county is drawn too unequal")


def _bring(part: Part, check: int, wanted: float, levers: Levers, reached: np.ndarray) -> None:
    """Buy lots until a figure is where it is wanted, the cheapest lever first, the last one beyond its cap."""
    place = 7 * part.number + check
    for kind in CHEAPEST[check]:
        stage = "" if part.share < 1 and kind in BUILDS else part.stage
        lever = levers[kind, part.school_id, stage, (), False]
        lots = max(0, math.ceil((wanted - reached[place]) / lever.per_lot[place]))
        if kind == CHEAPEST[check][-1]:
            lever.cap = max(lever.cap, lever.lots + lots)
        lots = min(lots, lever.cap - lever.lots)
        lever.lots += lots
        for figure, amount in lever.per_lot.items():
            reached[figure] += amount * lots


def _coefficient(parts: Sequence[Part], reached: np.ndarray, stage: str, check: int) -> float:
    mine = [part for part in parts if part.stage == stage]
    if not mine:
        return 0.0
    pupils = np.array([part.pupils for part in mine])
    values = np.array([reached[7 * part.number + check] for part in mine]) / pupils
    mean = np.average(values, weights=pupils)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=pupils)) / mean)
