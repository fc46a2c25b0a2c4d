"""Where no plan exists: the smallest loosening of the limits with which there is one."""

from __future__ import annotations

import math

import msgspec

from jiaoheng.plans.path.cones import Outer
from jiaoheng.plans.path.linear import INFINITY, Answer
from jiaoheng.plans.path.problem import Effect, Problem, Row, Variable
from jiaoheng.plans.path.program import Program

_OWN = 50.0
"""How much dearer it is to let a figure off, per unit of threshold missed, than to spend on it: the last resort."""


class Loosened(msgspec.Struct, frozen=True):
    """A limit and by how much it is to be loosened: a row's, or what a figure's numerator would still lack."""

    amount: float
    row: Row | None = None
    figure: int | None = None


def smallest(problem: Problem, seconds: float) -> tuple[Loosened, ...]:
    """The cheapest set of loosenings; empty where none was found in time.

    Quotas, sites, rooms and posts are loosened before figures are let off; coefficients are held by outer cuts, so that
    what is told is enough but for the last little.
    """
    return _Elastic(problem, figures=False).solve(seconds / 2) or _Elastic(problem, figures=True).solve(seconds / 2)


class _Elastic:
    def __init__(self, problem: Problem, figures: bool) -> None:
        self.problem = problem
        widened = problem if not figures else _with_helpers(problem)
        loose = [number for number, row in enumerate(problem.rows) if row.loose]
        kept = tuple(row for number, row in enumerate(widened.rows) if number not in loose)
        self.program = Program(msgspec.structs.replace(widened, rows=kept))
        linear = self.program.linear
        self.slack: list[tuple[int, Row]] = []
        costs: dict[int, float] = {}
        for number in loose:
            row = problem.rows[number]
            column = linear.column(0.0, INFINITY)
            linear.row(-INFINITY, [*row.terms, (column, -1.0)], row.at_most)
            self.slack.append((column, row))
            costs[column] = row.loose
        own = len(problem.variables)
        self.helpers = list(range(own, len(widened.variables)))
        for column in self.helpers:
            costs[column] = widened.variables[column].cost
        cheapest = sum(v.cost * v.most for v in problem.variables) or 1.0
        scale = (min((cost for cost in costs.values() if cost), default=1.0)) / cheapest * 1e-3
        linear.costs({column: cost * scale for column, cost in self.program.costs.items()} | costs)

    def solve(self, seconds: float) -> tuple[Loosened, ...]:
        """Solve it, and read off what was loosened."""
        relaxed = Outer(self.program).solve()
        if relaxed.point is None:
            return ()
        answer: Answer = self.program.linear.solve_whole(gap=0.01, seconds=seconds)
        point = answer.point if answer.point is not None else relaxed.point
        widened_lots = [self.program.problem.variables[column].lot for column in self.helpers]
        found = [
            Loosened(_up(float(point[column])), row=row) for column, row in self.slack if float(point[column]) > 1e-6
        ]
        found += [
            Loosened(float(point[column]) * widened_lots[place], figure=place)
            for place, column in enumerate(self.helpers)
            if float(point[column]) > 1e-6
        ]
        return tuple(found)


def _with_helpers(problem: Problem) -> Problem:
    """The problem with something for every figure that adds to it what nothing can be bought for."""
    own = len(problem.variables)
    dearest = max((variable.cost / variable.lot for variable in problem.variables), default=1.0) or 1.0
    helpers, effects = [], []
    for j, figure in enumerate(problem.figures):
        unit = figure.threshold / 100 or 1.0
        most = 400 + math.ceil(max(0.0, figure.threshold - figure.base) / unit)
        helpers.append(Variable("let_off", _OWN * dearest, most, unit, figure.school_id, figure.stage))
        effects.append(Effect(j, own + j, unit))
    return msgspec.structs.replace(
        problem,
        variables=(*problem.variables, *helpers),
        effects=(*problem.effects, *effects),
    )


def _up(amount: float) -> float:
    """An amount without a solver's noise."""
    return round(amount, 6)
