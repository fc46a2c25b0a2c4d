"""A budget too small: the most pupils in schools that pass, for the money there is; and so for a row of budgets."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from jiaoheng.plans.path.linear import INFINITY, Answer
from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.program import Program
from jiaoheng.plans.path.solve import Solution, Told


class Passing(msgspec.Struct, frozen=True):
    """Lots, how many pupils then sit in passing sections, and how many pupils at most could for this money."""

    budget: float
    lots: tuple[int, ...]
    cost: float
    pupils: float
    bound: float
    sections: int


def without_budgets(problem: Problem) -> Problem:
    """The problem with as much money as it takes."""
    return msgspec.structs.replace(problem, rows=tuple(row for row in problem.rows if row.kind != "budget"))


def most_passing(
    problem: Problem, *, tolerance: float = 0.001, seconds: float = 60.0, progress: Told | None = None
) -> Solution:
    """The lots within all limits with which the most pupils are in passing sections; of those, cheap ones.

    Coefficients are not asked for. ``objective`` and ``bound`` of the solution are pupils.
    """
    began = time.monotonic()
    search = _Most(problem)
    found = search.solve(tolerance, seconds, progress)
    taken = time.monotonic() - began
    if found is None:
        return Solution("infeasible", None, None, None, taken)
    closed = found.bound - found.pupils <= tolerance * max(found.pupils, 1.0)
    return Solution("optimal" if closed else "feasible", found.lots, found.pupils, found.bound, taken)


def curve(
    problem: Problem, budgets: Sequence[float], *, tolerance: float = 0.001, seconds: float = 60.0
) -> Iterator[Passing]:
    """For each budget in all, the most pupils in passing sections, as each is found."""
    search = _Most(without_budgets(problem))
    spent = search.program.linear.row(-INFINITY, list(search.program.costs.items()), INFINITY)
    for budget in budgets:
        search.program.linear.highs.changeRowBounds(spent, -INFINITY, budget)
        found = search.solve(tolerance, seconds / max(len(budgets), 1), None, budget)
        if found is not None:
            yield found


class _Most:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.program = Program(problem, every_section=False)
        self.pupils = {
            column: -section.pupils for column, section in zip(self.program.passing, problem.sections, strict=True)
        }
        # Less than one pupil for everything that could be bought: a tie goes to the cheaper.
        whole = sum(variable.cost * variable.most for variable in problem.variables) or 1.0
        self.program.linear.costs(
            {column: 0.5 * cost / whole for column, cost in self.program.costs.items()} | self.pupils
        )

    def solve(
        self, tolerance: float, seconds: float, progress: Told | None, budget: float = INFINITY
    ) -> Passing | None:
        def told(best: float, bound: float) -> None:
            if progress is not None:
                found = {"objective": -best, "bound": -bound}
                progress(0.5, {"phase": "passing"} | {name: each for name, each in found.items() if each < INFINITY})

        answer: Answer = self.program.linear.solve_whole(gap=tolerance / 2, seconds=seconds, told=told)
        if answer.point is None:
            return None
        lots = self.program.rounded(answer.point)
        numerators = self.problem.numerators(lots)
        passing = [section for section in self.problem.sections if self.problem.passes(section, numerators)]
        pupils = sum(section.pupils for section in passing)
        most = sum(section.pupils for section in self.problem.sections)
        bound = max(pupils, min(most, -answer.bound + 0.5))
        return Passing(budget, lots, self.problem.cost(lots), pupils, bound, len(passing))
