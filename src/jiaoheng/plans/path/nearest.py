"""From nearer by: people who are moved come from the nearest school that can let them go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.trimming import Trial

Distance = Callable[[str, str], float | None]
_ROUNDS = 3
_UNKNOWN = 1e6
"""Kilometres of a way that is not known."""


def from_nearer(
    problem: Problem, lots: Sequence[int], distance: Distance, most_km: float = _UNKNOWN
) -> tuple[int, ...]:
    """The same plan with those who come to a school taken from schools nearer to it, where the plan then holds too.

    How many come to a school in which year stays, and so does the cost. One after another is taken from the nearest
    school that can spare them, until nobody can be. Someone who counts in more is taken only in place of a way longer
    than ``most_km``.
    """
    search = _Search(problem, lots, distance, most_km)
    for _ in range(_ROUNDS):
        if not search.round():
            break
    found = tuple(search.trial.lots)
    return found if not problem.broken(found) else tuple(lots)


class _Search:
    """``leaving`` and ``arriving``: transfers of a stage and year, as numbers of variables."""

    def __init__(self, problem: Problem, lots: Sequence[int], distance: Distance, most_km: float) -> None:
        self.most_km = most_km
        self.problem, self.trial, self.distance = problem, Trial(problem, lots), distance
        self.leaving: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        self.arriving: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for v, variable in enumerate(problem.variables):
            if variable.kind == "transfer":
                side = self.leaving if variable.leaves else self.arriving
                side[variable.stage, variable.begun, variable.year].append(v)

    def round(self) -> bool:
        """Look at everyone who is moved once; whether anybody comes from nearer now."""
        changed = False
        for place, goals in self.arriving.items():
            here = {(self._school(v), self.problem.variables[v].holds): v for v in goals}
            for goal in goals:
                for source in self.leaving[place]:
                    while self.trial.lots[goal] and self.trial.lots[source] and self._alike(goal, source):
                        if not self._from_nearer(goal, source, self.leaving[place], here):
                            break
                        changed = True
        return changed

    def _from_nearer(
        self, goal: int, source: int, leaving: Sequence[int], here: Mapping[tuple[str, tuple[str, ...]], int]
    ) -> bool:
        target = self._school(goal)
        now = self._km(source, target)
        others = sorted((self._km(v, target), v) for v in leaving if self._school(v) != target)
        for km, other in others:
            if km >= now:
                return False
            holds = self.problem.variables[other].holds
            if len(holds) > len(self.problem.variables[source].holds) and now <= self.most_km:
                continue
            comes = here.get((target, holds))
            if comes is None or self.trial.lots[other] >= self.problem.variables[other].most:
                continue
            if self.trial.lots[comes] - (comes == goal) >= self.problem.variables[comes].most:
                continue
            swap = ((source, -1), (goal, -1), (other, 1), (comes, 1))
            if self.trial.try_changes(swap):
                return True
        return False

    def _alike(self, goal: int, source: int) -> bool:
        return self.problem.variables[goal].holds == self.problem.variables[source].holds

    def _school(self, v: int) -> str:
        return self.problem.variables[v].school_id

    def _km(self, v: int, target: str) -> float:
        km = self.distance(self._school(v), target)
        return _UNKNOWN if km is None else km
