"""Random counties as questions of the path (``Problem``), drawn around a plan that is known to reach the goal.

    python benchmarks/path_instances.py --folder instances --schools 50 100 120 200 --years 1 3 --unequal 1.0 1.6 2.0

``instance`` draws schools with what they own, then a target plan: teachers who are moved, and lots that bring each
school to standard in six of seven figures and raise the lowest until every coefficient is within its limit. Budgets,
quotas, posts and sites are set so that this plan fits with some slack, so there is always a plan. How unequal the start
is decides how the coefficients bind: at 1.0 about not at all, at 1.6 and above clearly. Not shaped like a real county.

Each file holds a ``Problem`` as JSON, the file ``….target.json`` next to it the lots of its target plan.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from path_draw import (
    AT_LEAST,
    CHECKS,
    FLOOR,
    HOLDS,
    LIMITS,
    LOTS,
    MULTIMEDIA,
    ROOMS,
    STANDARD,
    Lever,
    Part,
    by_school,
    draw,
    lead,
)

from jiaoheng.plans.path.problem import Effect, Figure, Problem, Row, Section, Spread, Variable

FIRST_YEAR = 2026


def instance(
    schools: int, *, years: int = 1, stages: int = 2, unequal: float = 1.0, slack: float = 0.05, seed: int = 0
) -> tuple[Problem, tuple[int, ...]]:
    """A county's question and the lots of a plan that answers it, not a cheap one; the same for the same arguments.

    ``slack`` is what budgets and posts have beyond the plan's use; the quota of backbone teachers has five times that.
    """
    random = np.random.default_rng([seed, schools, years, stages, round(1000 * unequal)])
    parts, base, levers = draw(random, schools, years, stages, unequal)
    variables: list[Variable] = []
    effects: list[Effect] = []
    target: list[int] = []
    for lever in levers:
        for year in lever.begun(years):
            effects += [Effect(figure, len(variables), amount) for figure, amount in lever.per_lot.items()]
            variables.append(_variable(lever, FIRST_YEAR + year, years))
            target.append(lever.target[year])
    rows = _Rows(variables, target, slack)
    rows.of_county(parts)
    for school in by_school(parts).values():
        rows.of_school(school, base)
    sections = tuple(
        Section(part.school_id, part.stage, part.pupils, tuple(range(7 * part.number, 7 * part.number + 7)), AT_LEAST)
        for part in parts
    )
    figures = _figures(parts, base)
    return Problem(tuple(variables), figures, tuple(effects), sections, _spreads(parts), tuple(rows.found)), tuple(
        target
    )


def _variable(lever: Lever, begun: int, years: int) -> Variable:
    return Variable(
        lever.kind,
        lever.cost,
        lever.cap,
        lot=LOTS.get(lever.kind, 1.0),
        school_id=lever.school_id,
        stage=lever.stage,
        begun=begun,
        year=begun + lead(lever.kind, years),
        people=int(lever.kind == "transfer" and not lever.leaves),
        holds=lever.holds,
        leaves=lever.leaves,
    )


def _figures(parts: Sequence[Part], base: np.ndarray) -> tuple[Figure, ...]:
    figures = []
    for part in parts:
        for check, a_pupil in enumerate(STANDARD[part.stage]):
            owned, due = float(base[7 * part.number + check]), part.pupils * a_pupil
            figures.append(Figure(part.school_id, part.stage, CHECKS[check], part.pupils, owned, due, FLOOR * due))
    return tuple(figures)


def _spreads(parts: Sequence[Part]) -> tuple[Spread, ...]:
    return tuple(
        Spread(CHECKS[check], stage, LIMITS[stage], tuple(7 * part.number + check for part in mine))
        for stage in LIMITS
        for check in range(7)
        if (mine := [part for part in parts if part.stage == stage])
    )


class _Rows:
    """Budgets, quotas, posts, sites and people: each row is what is there, or what the target plan uses with slack."""

    def __init__(self, variables: Sequence[Variable], target: Sequence[int], slack: float) -> None:
        self.variables = list(enumerate(variables))
        self.target = target
        self.slack = slack
        self.found: list[Row] = []

    def add(self, kind: str, terms: Sequence[tuple[int, float]], there: float, slack: float = 0.0, **more: Any) -> None:
        used = math.fsum(weight * self.target[v] for v, weight in terms)
        if terms:
            self.found.append(Row(kind, tuple(terms), max(there, used + slack * abs(used)), **more))

    def of_county(self, parts: Sequence[Part]) -> None:
        """Money and backbone teachers by year, posts in all; as many teachers arrive as leave."""
        for year in sorted({each.begun for _, each in self.variables}):
            now = [(v, each) for v, each in self.variables if each.begun == year]
            spent = [(v, each.cost) for v, each in now if each.cost]
            self.add("budget", spent, 0, self.slack, unit="yuan", year=year, loose=1.0)
            quota = [(v, 1.0) for v, each in now if each.kind == "appoint_backbone"]
            self.add("backbone_quota", quota, 2, 5 * self.slack, unit="persons", year=year, loose=6_000.0)
            for stage in LIMITS:
                for holds in HOLDS:
                    moves = [(v, each) for v, each in now if each.holds == holds and each.stage == stage]
                    for sign in (1.0, -1.0):
                        terms = [(v, sign if each.leaves else -sign) for v, each in moves]
                        self.add("balance", terms, 0, unit="persons", year=year, stage=stage)
        hires = [(v, 1.0) for v, each in self.variables if each.kind.startswith("hire")]
        posts = 0.002 * sum(part.teachers for part in parts)
        self.add("posts", hires, posts, self.slack, unit="persons", loose=100_000.0)

    def of_school(self, school: Sequence[Part], base: np.ndarray) -> None:
        """The site, no more multimedia rooms than rooms of 80 m², and what each stage's people can do once."""
        own = [(v, each) for v, each in self.variables if each.school_id == school[0].school_id]
        ground = [(v, each) for v, each in own if each.kind == "build_ground"]
        site = max(each.most * each.lot for _, each in ground)
        where = {"school_id": school[0].school_id}
        self.add("site", [(v, each.lot) for v, each in ground], site, unit="m²", loose=350.0, **where)
        rooms = math.floor(sum(base[7 * part.number + ROOMS] for part in school) / 80)
        fitted = round(sum(base[7 * part.number + MULTIMEDIA] for part in school))
        weights = {"fit_multimedia": 1.0, "build_rooms": -1.0}
        terms = [(v, weights[each.kind]) for v, each in own if each.kind in weights]
        self.add("rooms", terms, max(0, rooms - fitted), unit="rooms", **where)
        for part in school:
            self.of_stage(part, [(v, each) for v, each in own if each.stage == part.stage])

    def of_stage(self, part: Part, own: Sequence[tuple[int, Variable]]) -> None:
        """A teacher learns, leaves or is taken on once, whatever the year."""
        where = {"unit": "persons", "school_id": part.school_id, "stage": part.stage}
        leaving = [(v, each) for v, each in own if each.leaves]
        self.add("leaving", [(v, 1.0) for v, _ in leaving], math.floor(0.1 * part.teachers), **where)
        kinds = ("raise_degree", "retrain_pe_arts", "hire", "hire_pe_arts")
        groups = [[(v, each) for v, each in own if each.kind == kind] for kind in kinds]
        groups += [[(v, each) for v, each in leaving if each.holds == holds] for holds in HOLDS]
        for group in groups:
            if len(group) > 1:
                kind = "leaving" if group[0][1].leaves else group[0][1].kind
                self.add(kind, [(v, 1.0) for v, _ in group], group[0][1].most, **where)


def name(schools: int, years: int, stages: int, unequal: float, seed: int) -> str:
    """The name of an instance's file, without ending."""
    return f"path-{schools}x{years}-{stages}stages-{unequal}-{seed}"


def write(folder: Path, stem: str, problem: Problem, target: Sequence[int] | None = None) -> Path:
    """An instance as a file of JSON, and its target plan as another; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.json"
    path.write_bytes(msgspec.json.encode(problem))
    if target is not None:
        (folder / f"{stem}.target.json").write_bytes(msgspec.json.encode(target))
    return path


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--schools", type=int, nargs="+", default=[50, 100, 120, 200])
    arguments.add_argument("--years", type=int, nargs="+", default=[1, 3])
    arguments.add_argument("--stages", type=int, nargs="+", choices=(1, 2), default=[2])
    arguments.add_argument("--unequal", type=float, nargs="+", default=[1.0, 1.6, 2.0])
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = arguments.parse_args()
    for seed in chosen.seeds:
        for schools in chosen.schools:
            for years in chosen.years:
                for stages in chosen.stages:
                    for unequal in chosen.unequal:
                        drawn = instance(schools, years=years, stages=stages, unequal=unequal, seed=seed)
                        print(write(chosen.folder, name(schools, years, stages, unequal, seed), *drawn))


if __name__ == "__main__":
    main()
