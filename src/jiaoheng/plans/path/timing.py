"""When: the lots of a plan given to years as early as limits allow, those first who are to come first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from jiaoheng.plans.path.linear import INFINITY, Linear
from jiaoheng.plans.path.problem import Problem, Variable


def earliest(
    problem: Problem, lots: Sequence[int], urgency: Mapping[tuple[str, str], float], seconds: float
) -> tuple[int, ...]:
    """The same lots, begun as early as the yearly limits allow.

    ``urgency`` by school and stage (the stage empty for whole schools), from 0 to 1: where not all can begin at once,
    a school at 1 weighs ten times one at 0.
    """
    linear = Linear()
    first = min((variable.begun for variable in problem.variables), default=0)
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for v, variable in enumerate(problem.variables):
        late = variable.begun - first
        weight = (1.0 + 9.0 * urgency.get((variable.school_id, variable.stage), 0.0)) * max(variable.cost, 1.0)
        linear.column(0.0, variable.most, late * weight / 1e4, whole=True)
        groups[_group(variable)].append(v)
    for own in groups.values():
        total = float(sum(lots[v] for v in own))
        linear.row(total, [(v, 1.0) for v in own], total)
    for row in problem.rows:
        linear.row(-INFINITY, row.terms, row.at_most)
    answer = linear.solve_whole(gap=1e-4, seconds=seconds)
    if answer.point is None:
        return tuple(lots)
    found = tuple(round(float(value)) for value in answer.point)
    return found if not problem.broken(found) else tuple(lots)


def _group(variable: Variable) -> tuple[object, ...]:
    """What is the same but for its year."""
    return (
        variable.kind,
        variable.school_id,
        variable.stage,
        variable.grade,
        variable.holds,
        variable.leaves,
    )
