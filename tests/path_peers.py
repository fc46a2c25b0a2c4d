"""Other ways to answer the question of the path: SCIP given the same numbers, what offices do by hand, enumeration.

    python tests/path_peers.py QUESTION.json SECONDS GAP     SCIP's answer to a written question, as JSON

Nothing here uses our solver. Every answer's lots are judged by ``Problem.broken``, by unrounded figures.
"""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from pyscipopt import Model, quicksum
from pyscipopt.scip import Expr

from jiaoheng import typed
from jiaoheng.plans.path.problem import NOISE, Problem, Section, Spread

LARGE = 3000
"""Variables from which on SCIP goes without its non-linear heuristic: with it, its process soon ended or hung."""
CURRENCY = 10_000.0  # SCIP's tolerances are for numbers that are not too large


class Answer(msgspec.Struct, frozen=True):
    """What a peer says. ``objective`` is the cost of ``lots`` in yuan, ``bound`` what no plan is cheaper than.

    ``status`` is in the peer's own words. ``broken`` is what the lots break, and ``excess`` by how much the worst
    coefficient passes its limit (0 where it does not): solvers hold their constraints only within tolerances.
    """

    status: str
    seconds: float
    lots: tuple[int, ...] | None = None
    objective: float | None = None
    bound: float | None = None
    broken: tuple[str, ...] = ()
    excess: float = 0.0


def answer(problem: Problem, status: str, began: float, lots: tuple[int, ...] | None, bound: float | None) -> Answer:
    """An answer with its lots judged; ``began`` is by ``time.perf_counter``."""
    seconds = time.perf_counter() - began
    if lots is None:
        return Answer(status, seconds, bound=bound)
    numerators = problem.numerators(lots)
    excess = max((problem.coefficient(each, numerators) - each.limit for each in problem.spreads), default=0.0)
    return Answer(status, seconds, lots, problem.cost(lots), bound, problem.broken(lots), max(0.0, excess))


def scip(problem: Problem, *, seconds: float, gap: float = 0.0) -> Answer:
    """SCIP on the whole question: whole lots, a binary for each figure that may miss, each coefficient as a cone."""
    began = time.perf_counter()
    model = Model()
    model.hideOutput()
    lots = [model.addVar(vtype="I", lb=0, ub=variable.most) for variable in problem.variables]
    parts: list[list[Expr]] = [[] for _ in problem.figures]
    for effect in problem.effects:
        parts[effect.figure].append(effect.amount * lots[effect.variable])
    reached = [figure.base + quicksum(part) for figure, part in zip(problem.figures, parts, strict=True)]
    for section in problem.sections:
        _standard(model, problem, section, reached)
    for spread in problem.spreads:
        _cone(model, problem, spread, reached)
    for row in problem.rows:
        model.addCons(quicksum(weight * lots[v] for v, weight in row.terms) <= row.at_most)
    costs = (variable.cost / CURRENCY for variable in problem.variables)
    model.setObjective(quicksum(cost * count for cost, count in zip(costs, lots, strict=True)), "minimize")
    model.setParam("limits/time", max(0.1, seconds - (time.perf_counter() - began)))
    model.setParam("limits/gap", gap)
    if len(problem.variables) > LARGE:
        model.setParam("heuristics/subnlp/freq", -1)
    model.optimize()
    found = tuple(round(model.getVal(each)) for each in lots) if model.getNSols() else None
    bound = model.getDualbound() * CURRENCY
    return answer(problem, model.getStatus(), began, found, bound if math.isfinite(bound) and bound < 1e19 else None)


def scip_apart(problem: Problem, *, seconds: float, gap: float = 0.0) -> Answer:
    """The same in a process of its own: SCIP 10.0 ended, or hung, on some large questions."""
    began = time.perf_counter()
    with TemporaryDirectory(prefix="jiaoheng-path-") as folder:
        question = Path(folder) / "question.json"
        question.write_bytes(msgspec.json.encode(problem))
        command = [sys.executable, __file__, str(question), str(seconds), str(gap)]
        try:
            done = subprocess.run(command, capture_output=True, check=True, timeout=1.2 * seconds + 15)
        except subprocess.TimeoutExpired:
            return answer(problem, "hung", began, None, None)
        except subprocess.CalledProcessError:
            return answer(problem, "crashed", began, None, None)
    return typed.decode(done.stdout, Answer)


def _standard(model: Model, problem: Problem, section: Section, reached: list[Expr]) -> None:
    """Every figure at its floor, and at its threshold where its binary says so; enough of the binaries."""
    met = []
    for j in section.figures:
        figure = problem.figures[j]
        met.append(model.addVar(vtype="B"))
        unit = figure.threshold or 1.0
        asked = figure.floor / unit + (figure.threshold - figure.floor) / unit * met[-1]
        model.addCons(reached[j] / unit >= asked)
    model.addCons(quicksum(met) >= section.at_least)


def _cone(model: Model, problem: Problem, spread: Spread, reached: list[Expr]) -> None:
    """‖√w x‖ ≤ √(1 + limit²) x̄ with x̄ ≥ 0, which is the same as a coefficient within its limit."""
    figures = [problem.figures[j] for j in spread.figures]
    pupils = math.fsum(figure.pupils for figure in figures)
    unit = math.fsum(figure.threshold for figure in figures) / pupils or 1.0
    values = [model.addVar(lb=None) for _ in figures]
    mean = model.addVar(lb=0)
    for value, figure, j in zip(values, figures, spread.figures, strict=True):
        weight = math.sqrt(figure.pupils / pupils) / (figure.pupils * unit)
        model.addCons(value == weight * reached[j])
    model.addCons(mean == quicksum(reached[j] for j in spread.figures) / (pupils * unit))
    model.addCons(quicksum(value * value for value in values) <= (1 + spread.limit**2) * mean * mean)


def enumerate_plans(problem: Problem) -> Answer:
    """The cheapest plan of all; only for questions with few lots (some hundred thousand plans at most)."""
    began = time.perf_counter()
    best: tuple[int, ...] | None = None
    least = math.inf
    for lots in itertools.product(*(range(variable.most + 1) for variable in problem.variables)):
        cost = problem.cost(lots)
        if cost < least and not problem.broken(lots):
            best, least = lots, cost
    bound = None if best is None else least
    return answer(problem, "infeasible" if best is None else "optimal", began, best, bound)


def greedy(problem: Problem) -> Answer:
    """As offices do it: each school to each standard, its dearest figure at the floor; then level the lowest up.

    The cheapest lever first, as long as the rows leave room for it; no step is ever taken back.
    """
    began = time.perf_counter()
    office = _Office(problem)
    ok = office.to_standard() and office.level()
    while ok and problem.broken(office.lots):
        # What was added up lot by lot was off by a rounding.
        office.reached = problem.numerators(office.lots)
        before = tuple(office.lots)
        ok = office.to_standard() and office.level() and tuple(office.lots) != before
    return answer(problem, "found" if ok else "gave up", began, tuple(office.lots) if ok else None, None)


class _Office:
    """The state of the greedy: lots so far, what figures have reached, and what each row has used."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.lots = [0] * len(problem.variables)
        self.reached = [figure.base for figure in problem.figures]
        self.aims = [figure.threshold * (1 - NOISE) for figure in problem.figures]
        self.used = [0.0] * len(problem.rows)
        self.effects: list[list[tuple[int, float]]] = [[] for _ in self.lots]
        self.rows: list[list[tuple[int, float]]] = [[] for _ in self.lots]
        raising: list[list[tuple[float, int]]] = [[] for _ in self.reached]
        for effect in problem.effects:
            self.effects[effect.variable].append((effect.figure, effect.amount))
            if effect.amount > 0:
                cost = problem.variables[effect.variable].cost
                raising[effect.figure].append((cost / effect.amount, effect.variable))
        for r, row in enumerate(problem.rows):
            for v, weight in row.terms:
                self.rows[v].append((r, weight))
        self.levers = [sorted(each) for each in raising]
        for section in problem.sections:
            may_miss = len(section.figures) - section.at_least
            for j in sorted(section.figures, key=self._price, reverse=True)[:may_miss]:
                self.aims[j] = problem.figures[j].floor * (1 - NOISE)

    def to_standard(self) -> bool:
        """Each section's figures to their thresholds, as many of the dearest as may miss to the floor."""
        for section in self.problem.sections:
            for j in section.figures:
                while self.reached[j] < self.aims[j]:
                    if not self._raise(j):
                        return False
        return True

    def level(self) -> bool:
        """While a coefficient is over its limit: a lot for the lowest of its schools that can still be raised."""
        for _ in range(10_000_000):
            over = [(self._coefficient(each) / each.limit, i) for i, each in enumerate(self.problem.spreads)]
            worst, place = max(over, default=(0.0, 0))
            if worst <= 1:
                return True
            spread = self.problem.spreads[place]
            by_level = sorted(spread.figures, key=lambda j: self.reached[j] / self.problem.figures[j].pupils)
            lower = by_level[: max(1, len(by_level) // 2)]
            if not any(self._raise(j) for j in lower):
                return False
        return False

    def _price(self, j: int) -> float:
        """What it costs about to bring a figure to its threshold; infinite without a lever."""
        gap = self.problem.figures[j].threshold - self.reached[j]
        if gap <= 0:
            return 0.0
        return gap * self.levers[j][0][0] if self.levers[j] else math.inf

    def _raise(self, j: int) -> bool:
        """Buy the cheapest lot for a figure that fits, with what makes room for it where that is needed."""
        for _, v in self.levers[j]:
            if self.lots[v] >= self.problem.variables[v].most:
                continue
            blocked = self._blocked(v)
            if not blocked:
                self._buy(v)
                return True
            for u in self._helpers(blocked[0], self.problem.variables[v].school_id):
                self._buy(u)
                self._buy(v)
                if not self._blocked(u, 0.0) and not self._blocked(v, 0.0):
                    return True
                self._buy(u, -1)
                self._buy(v, -1)
        return False

    def _blocked(self, v: int, more: float = 1.0) -> list[int]:
        """The rows that leave no room for one more lot, or for those there are."""
        rows = self.problem.rows
        return [r for r, weight in self.rows[v] if weight > 0 and self.used[r] + more * weight > rows[r].at_most + 1e-9]

    def _helpers(self, r: int, here: str) -> list[int]:
        """What makes room in a row: a colleague from the best-off school that can spare one, a room to be built."""
        found = []
        for u, weight in self.problem.rows[r].terms:
            variable = self.problem.variables[u]
            # A teacher who leaves a school and arrives there again helps nobody.
            if weight >= 0 or self.lots[u] >= variable.most or (variable.leaves and variable.school_id == here):
                continue
            after = [
                (j, (self.reached[j] + amount) / (self.aims[j] or 1.0)) for j, amount in self.effects[u] if amount < 0
            ]
            if all(level >= 1 for _, level in after):
                found.append((-min((level for _, level in after), default=0.0), variable.cost, u))
        return [u for _, _, u in sorted(found)]

    def _buy(self, v: int, lots: int = 1) -> None:
        self.lots[v] += lots
        for j, amount in self.effects[v]:
            self.reached[j] += amount * lots
        for r, weight in self.rows[v]:
            self.used[r] += weight * lots

    def _coefficient(self, spread: Spread) -> float:
        return self.problem.coefficient(spread, self.reached)


if __name__ == "__main__":
    path, limit, accepted = sys.argv[1:]
    asked = typed.decode(Path(path).read_bytes(), Problem)
    print(msgspec.json.encode(scip(asked, seconds=float(limit), gap=float(accepted))).decode())
