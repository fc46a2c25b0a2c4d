"""Certificates of the path: objective and bound, which limits bind and what they cost, what would have to give."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from jiaoheng.plans.path.problem import Problem, Row
from jiaoheng.plans.path.relaxing import Loosened
from jiaoheng.plans.path.solve import SOLVER, Solution
from jiaoheng.plans.plan import Certificate, Limit, Relaxation

_TOLD = ("budget", "posts", "backbone_quota", "hires", "year", "site", "rooms")
_CLOSE = 0.995
_MOST = 40
"""Limits that a certificate names at most, the dearest first."""


def of_cost(problem: Problem, lots: Sequence[int], solution: Solution, tolerance: float) -> Certificate:
    """The certificate of a plan that reaches the goal."""
    objective = problem.cost(lots)
    bound = min(solution.bound or 0.0, objective)
    gap = (objective - bound) / objective if objective - bound > 1e-9 * objective else 0.0
    return Certificate(
        status="optimal" if gap <= tolerance else "feasible",
        sense="minimise",
        unit="yuan",
        objective=objective,
        bound=bound,
        gap=gap,
        tolerance=tolerance,
        seconds=solution.seconds,
        solver=SOLVER,
        binding=_binding(problem, lots, solution),
    )


def of_pupils(problem: Problem, lots: Sequence[int], best: Solution, whole: Solution, tolerance: float) -> Certificate:
    """The certificate of the most pupils for a budget; what the whole would cost stands among its limits."""
    objective, bound = best.objective or 0.0, best.bound or 0.0
    gap = (bound - objective) / objective if objective else (0.0 if bound == objective else 1.0)
    lacking = [
        Relaxation("budget", max(0.0, (whole.objective or 0.0) - problem.cost(lots)), "yuan"),
    ]
    return Certificate(
        status="optimal" if gap <= tolerance else "feasible",
        sense="maximise",
        unit="pupils",
        objective=objective,
        bound=bound,
        gap=gap,
        tolerance=tolerance,
        seconds=best.seconds,
        solver=SOLVER,
        binding=tuple(_limits(problem, lots, ())),
        relaxations=tuple(lacking),
    )


def of_nothing(
    problem: Problem,
    solution: Solution,
    loosened: Sequence[Loosened],
    tolerance: float,
    units: Mapping[str, str],
) -> Certificate:
    """The certificate where there is no plan, or none was found in time; ``units`` by check, of numerators."""
    return Certificate(
        status="infeasible" if solution.status == "infeasible" else "unfinished",
        sense="minimise",
        unit="yuan",
        objective=None,
        bound=solution.bound,
        gap=None,
        tolerance=tolerance,
        seconds=solution.seconds,
        solver=SOLVER,
        relaxations=tuple(_relaxations(problem, loosened, units)),
    )


def _binding(problem: Problem, lots: Sequence[int], solution: Solution) -> tuple[Limit, ...]:
    found = list(_limits(problem, lots, solution.prices))
    numerators = problem.numerators(lots)
    for number, spread in enumerate(problem.spreads):
        value = problem.coefficient(spread, numerators)
        if value >= _CLOSE * spread.limit:
            price = solution.spread_prices[number] if solution.spread_prices else None
            found.append(Limit("coefficient", spread.limit, value, "0.01", None, "", spread.check, spread.stage, price))
    found.sort(key=lambda limit: -(limit.price or 0.0))
    return tuple(found[:_MOST])


def _limits(problem: Problem, lots: Sequence[int], prices: Sequence[float]) -> Iterator[Limit]:
    """Rows of which less is left than one more lot would take."""
    for number, row in enumerate(problem.rows):
        if row.kind not in _TOLD:
            continue
        used = math.fsum(weight * lots[v] for v, weight in row.terms)
        step = min((abs(weight) for _, weight in row.terms), default=0.0)
        if used <= 0 or used + step <= row.at_most:
            continue
        price = prices[number] if prices else None
        yield Limit(row.kind, row.at_most, used, row.unit, row.year, row.school_id, row.check, row.stage, price)


def _relaxations(problem: Problem, loosened: Sequence[Loosened], units: Mapping[str, str]) -> Iterator[Relaxation]:
    """What is to give, with the pupils elsewhere that would do as well."""
    for each in loosened:
        if each.row is not None:
            yield _of_row(problem, each.row, each.amount)
        elif each.figure is not None:
            figure = problem.figures[each.figure]
            fewer = figure.pupils * each.amount / figure.threshold if figure.threshold else None
            yield Relaxation(
                "figure",
                each.amount,
                units.get(figure.check, ""),
                None,
                figure.school_id,
                figure.check,
                figure.stage,
                None if fewer is None else math.ceil(min(fewer, figure.pupils)),
            )


def _of_row(problem: Problem, row: Row, amount: float) -> Relaxation:
    return Relaxation(
        row.kind,
        amount,
        row.unit,
        row.year,
        row.school_id,
        row.check,
        row.stage,
        _pupils_instead(problem, row, amount),
    )


def _pupils_instead(problem: Problem, row: Row, amount: float) -> float | None:
    """How many pupils fewer at the school would need so much less; None for limits of no single school."""
    if not row.school_id:
        return None
    weights = dict(row.terms)
    gains: dict[int, float] = defaultdict(float)
    for effect in problem.effects:
        weight = weights.get(effect.variable, 0.0)
        if weight > 0 and effect.amount > 0:
            gains[effect.figure] = max(gains[effect.figure], effect.amount / weight)
    needs = [
        amount * gain / (problem.figures[j].threshold / problem.figures[j].pupils)
        for j, gain in gains.items()
        if problem.figures[j].threshold
    ]
    return float(math.ceil(max(needs))) if needs else None
