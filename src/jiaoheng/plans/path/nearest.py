"""From nearer by: people who are moved come from the nearest school that can let them go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from jiaoheng.plans.pairing import paired
from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.trimming import Trial

Distance = Callable[[str, str], float | None]
_Place = tuple[str, int, int]
_Kind = tuple[tuple[str, ...], str]
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
    """``leaving`` and ``arriving``: transfers of a stage and year by what they hold and their school, by number."""

    def __init__(self, problem: Problem, lots: Sequence[int], distance: Distance, most_km: float) -> None:
        self.most_km = most_km
        self.problem, self.trial, self.distance = problem, Trial(problem, lots), distance
        self.leaving: dict[_Place, dict[_Kind, int]] = defaultdict(dict)
        self.arriving: dict[_Place, dict[_Kind, int]] = defaultdict(dict)
        for v, variable in enumerate(problem.variables):
            if variable.kind == "transfer":
                side = self.leaving if variable.leaves else self.arriving
                side[variable.stage, variable.begun, variable.year][variable.holds, variable.school_id] = v

    def round(self) -> bool:
        """Look at everyone who is moved once, by who goes where now; whether anybody comes from nearer then."""
        changed = False
        for place, arriving in self.arriving.items():
            leaving = self.leaving[place]
            for holds in dict.fromkeys(holds for holds, _ in arriving):
                outs, ins = self._moved(leaving, holds), self._moved(arriving, holds)
                for source, target, count in paired(outs, ins, self.distance, self.most_km).pairs:
                    for _ in range(count):
                        if not self._from_nearer(arriving, leaving, (holds, source), (holds, target)):
                            break
                        changed = True
        return changed

    def _moved(self, side: Mapping[_Kind, int], holds: tuple[str, ...]) -> dict[str, int]:
        return {school: self.trial.lots[v] for (own, school), v in side.items() if own == holds and self.trial.lots[v]}

    def _from_nearer(
        self, arriving: Mapping[_Kind, int], leaving: Mapping[_Kind, int], source: _Kind, goal: _Kind
    ) -> bool:
        target = goal[1]
        now = self._km(source[1], target)
        others = sorted((self._km(school, target), v) for (_, school), v in leaving.items() if school != target)
        for km, other in others:
            if km >= now:
                return False
            holds, school = self.problem.variables[other].holds, self._school(other)
            if len(holds) > len(source[0]) and now <= self.most_km:
                continue
            comes, back = arriving.get((holds, target)), arriving.get((holds, school))
            if comes is None or self.trial.lots[other] >= self.problem.variables[other].most:
                continue
            # Where somebody alike arrives, whoever leaves would only make another come from farther.
            if back is not None and self.trial.lots[back]:
                continue
            if self.trial.lots[comes] - (comes == arriving[goal]) >= self.problem.variables[comes].most:
                continue
            swap = ((leaving[source], -1), (arriving[goal], -1), (other, 1), (comes, 1))
            if self.trial.try_changes(swap):
                return True
        return False

    def _school(self, v: int) -> str:
        return self.problem.variables[v].school_id

    def _km(self, source: str, target: str) -> float:
        km = self.distance(source, target)
        return _UNKNOWN if km is None else km
