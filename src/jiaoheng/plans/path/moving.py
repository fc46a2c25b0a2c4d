"""From lots to moves: who goes where, and which rule asks for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from jiaoheng.county import County
from jiaoheng.county.moves import Move, Reason
from jiaoheng.plans.costs import CostTable
from jiaoheng.plans.distances import Distances
from jiaoheng.plans.pairing import paired
from jiaoheng.plans.path.problem import Problem, Variable
from jiaoheng.plans.people import named

_NEAR = 0.98
"""A coefficient this near to its limit is why a figure beyond its threshold is raised."""


def moves(county: County, base_year: int, problem: Problem, lots: Sequence[int], costs: CostTable) -> tuple[Move, ...]:
    """The moves of a plan, by year, kind and school, with persons of the roster where there is one."""
    why = _Reasons(problem, lots)
    found = [*_bought(problem, lots, why), *_transfers(county, problem, lots, costs, why)]
    found.sort(key=lambda m: (m.year, m.kind, m.school_id, m.stage, m.grade or 0, m.to_school, m.holds))
    return named(county, base_year, found, costs)


class _Reasons:
    def __init__(self, problem: Problem, lots: Sequence[int]) -> None:
        self.problem = problem
        self.after = problem.numerators(lots)
        self.of_variable: dict[int, list[int]] = defaultdict(list)
        for effect in problem.effects:
            if effect.amount > 0:
                self.of_variable[effect.variable].append(effect.figure)
        self.tight = {
            (spread.check, spread.stage)
            for spread in problem.spreads
            if problem.coefficient(spread, self.after) > _NEAR * spread.limit
        }

    def of(self, variables: Sequence[int]) -> tuple[Reason, ...]:
        """Why they are bought: figures below standard, or else coefficients at their limit."""
        figures = sorted({j for v in variables for j in self.of_variable[v]})
        short, even = [], []
        for j in figures:
            figure = self.problem.figures[j]
            if figure.base < figure.threshold <= self.after[j] * (1 + 1e-12):
                short.append(Reason(figure.check, figure.stage, "threshold", figure.threshold - figure.base))
            elif figure.base < figure.floor:
                short.append(Reason(figure.check, figure.stage, "floor", figure.floor - figure.base))
            elif (figure.check, figure.stage) in self.tight:
                even.append(Reason(figure.check, figure.stage, "coefficient"))
        return tuple(short or even)


def _bought(problem: Problem, lots: Sequence[int], why: _Reasons) -> Iterator[Move]:
    for v, (variable, count) in enumerate(zip(problem.variables, lots, strict=True)):
        if not count or variable.kind == "transfer":
            continue
        check, stage = variable.asked_by
        reasons = (Reason(check, stage, "class_size"),) if check else why.of([v])
        yield Move(
            kind=variable.kind,
            year=variable.year,
            school_id=variable.school_id,
            amount=count * variable.lot,
            stage=variable.stage,
            begun=variable.begun,
            cost=count * variable.cost,
            grade=variable.grade,
            reasons=reasons,
        )


def _transfers(
    county: County, problem: Problem, lots: Sequence[int], costs: CostTable, why: _Reasons
) -> Iterator[Move]:
    """Who leaves and who arrives, paired with the fewest kilometres."""
    streams: dict[tuple[str, tuple[str, ...], int, int], list[tuple[int, Variable, int]]] = defaultdict(list)
    for v, (variable, count) in enumerate(zip(problem.variables, lots, strict=True)):
        if count and variable.kind == "transfer":
            place = (variable.stage, variable.holds, variable.begun, variable.year)
            streams[place].append((v, variable, count))
    distances = Distances(county)
    for (stage, holds, begun, year), flows in streams.items():
        outs: dict[str, int] = defaultdict(int)
        ins: dict[str, int] = defaultdict(int)
        arriving: dict[str, list[int]] = defaultdict(list)
        each = 0.0
        for v, variable, count in flows:
            if variable.leaves:
                outs[variable.school_id] += count
            else:
                ins[variable.school_id] += count
                arriving[variable.school_id].append(v)
                each = variable.cost
        for source, target, count in paired(outs, ins, distances.between, costs.transfer_km).pairs:
            yield Move(
                kind="transfer",
                year=year,
                school_id=source,
                to_school=target,
                amount=float(count),
                stage=stage,
                begun=begun,
                cost=count * each,
                holds=holds,
                km=distances.between(source, target),
                reasons=why.of(arriving[target]),
            )


def difference(larger: Sequence[Move], smaller: Sequence[Move]) -> tuple[Move, ...]:
    """What the larger plan does beyond the smaller: the same kinds at the same places taken off, of any year."""
    done: dict[tuple[object, ...], float] = defaultdict(float)
    for move in smaller:
        done[_place(move)] += move.amount
    found = []
    for move in larger:
        taken = min(move.amount, done[_place(move)])
        done[_place(move)] -= taken
        left = move.amount - taken
        if left > 0:
            found.append(msgspec.structs.replace(move, amount=left, cost=move.cost * left / move.amount, teachers=()))
    return tuple(found)


def _place(move: Move) -> tuple[object, ...]:
    return move.kind, move.school_id, move.to_school, move.stage, move.grade, move.holds
