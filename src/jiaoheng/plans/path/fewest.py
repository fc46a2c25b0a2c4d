"""As cheap with fewer people moved: the second question, asked once the cost is settled."""

from __future__ import annotations

import math
from collections.abc import Sequence

from jiaoheng.plans.path.cones import Squares, near_limit
from jiaoheng.plans.path.linear import INFINITY
from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.program import Program

_ROUNDS = 4
_COUNTS_IN_MORE = 0.01


def people(problem: Problem, lots: Sequence[int]) -> int:
    """How many persons are moved by so many lots."""
    return sum(variable.people * count for variable, count in zip(problem.variables, lots, strict=True))


def fewest_people(problem: Problem, lots: tuple[int, ...], seconds: float) -> tuple[int, ...]:
    """A plan that costs no more and moves the fewest persons that are found in so many seconds."""
    if not people(problem, lots):
        return lots
    program = Program(problem)
    linear = program.linear
    for column, count in zip(program.lots, lots, strict=True):
        linear.highs.changeColBounds(column, count, count)
    here = linear.solve()
    if here.point is None:
        return lots
    squares = Squares(program)
    for number in near_limit(program, here.point):
        squares.hold(number, here.point)
    for column, variable in zip(program.lots, problem.variables, strict=True):
        linear.highs.changeColBounds(column, 0, variable.most)
    linear.row(-INFINITY, list(program.costs.items()), problem.cost(lots))
    squares.inner({k: float(here.point[program.spreads[k].mean]) for k in squares.columns})
    # Among as many people, those who count in less: a backbone teacher is not moved where another would do.
    linear.costs(
        {
            column: v.people * (1 + _COUNTS_IN_MORE * len(v.holds))
            for column, v in zip(program.lots, problem.variables, strict=True)
        }
    )
    best = lots
    for _ in range(_ROUNDS):
        answer = linear.solve_whole(gap=1e-3, seconds=seconds / _ROUNDS, near=here.point)
        if answer.point is None:
            break
        found = program.rounded(answer.point)
        valid = not problem.broken(found) and problem.cost(found) <= math.nextafter(problem.cost(lots), math.inf)
        if valid and people(problem, found) <= people(problem, best):
            best = found
        if not squares.refine(answer.point):
            break
    return best
