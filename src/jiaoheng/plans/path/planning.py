"""``plan_path``: the question of a county asked, solved, made into moves, and measured again by the assessment."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow as pa

from jiaoheng.county import County, schema
from jiaoheng.county.moves import Move, apply, carried
from jiaoheng.findings.assess import assessed_year
from jiaoheng.forecast import ForecastRequest, enrolment, forecast
from jiaoheng.language import Text
from jiaoheng.plans.costs import CostTable, defaults, verify
from jiaoheng.plans.distances import Distances
from jiaoheng.plans.outlook import outlook
from jiaoheng.plans.path import budgeted, proof
from jiaoheng.plans.path.fewest import fewest_people
from jiaoheng.plans.path.measured import Measured, PathError, measure
from jiaoheng.plans.path.moving import difference, moves
from jiaoheng.plans.path.nearest import from_nearer
from jiaoheng.plans.path.problem import Problem
from jiaoheng.plans.path.question import ask
from jiaoheng.plans.path.relaxing import smallest
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.path.solve import Solution, solve
from jiaoheng.plans.path.timing import earliest
from jiaoheng.plans.path.trimming import trimmed
from jiaoheng.plans.plan import Certificate, Outlook, Plan, Progress
from jiaoheng.standards import Standard, load

LONGEST = 10
"""Years for which a path is planned at most."""
STEPS = 10
"""Budgets between nothing and the whole cost, for the curve."""


class CurvePoint(msgspec.Struct, frozen=True):
    """For a budget in all: what is spent of it, and who is then in passing sections.

    ``bound`` is the number of pupils that no plan for this money exceeds.
    """

    budget: float
    cost: float
    pupils: float
    passing_pupils: float
    sections: int
    passing: int
    bound: float


class Disagreement(RuntimeError):
    """The assessment of the county after a plan does not say what the plan promised: the plan is not given."""


def silent(part: float, known: Mapping[str, Any]) -> None:
    """Progress that nobody looks at."""


def plan_path(
    county: County, request: PathRequest, progress: Progress = silent, standard: Standard | None = None
) -> Plan:
    """The cheapest moves with which the county passes in ``request.until``; ``standard`` stands in for its name.

    Where the money is too little, the moves with which the most pupils are in passing schools, and as ``next_steps``
    what more money would buy; where no money helps, the smallest loosening of the limits in the certificate.

    Raises ``PathError`` where it cannot be asked, ``CostError`` where a price or a limit of the costs cannot be, and
    ``Disagreement`` where the assessment says otherwise than the plan.
    """
    return _Planning(county, request, progress, standard).plan()


def budget_curve(
    county: County, request: PathRequest, progress: Progress = silent, standard: Standard | None = None
) -> tuple[CurvePoint, ...]:
    """How many pupils are in passing schools for each budget in all, from nothing to what everything costs.

    Coefficients are not asked for. Raises ``PathError`` as ``plan_path`` does.
    """
    return _Planning(county, request, progress, standard).curve()


def posed(county: County, request: PathRequest) -> Problem:
    """A county's question in plain numbers, for another solver. Raises ``PathError`` as ``plan_path`` does."""
    return _Planning(county, request, silent, None).problem


class _Planning:
    def __init__(self, county: County, request: PathRequest, progress: Progress, standard: Standard | None) -> None:
        self.county, self.request, self.progress = county, request, progress
        self.standard = standard or load(request.standard)
        self.base_year = assessed_year(county, None)
        self._refuse_nonsense()
        self.costs: CostTable = request.costs or defaults()
        self.began = time.monotonic()
        progress(0.0, {"phase": "measuring"})
        self.enrolment = self._projected()
        future = carried(county, request.until, self.enrolment)
        self.facts: Measured = measure(future, self.standard, request.until, self.standard.options)
        self.problem: Problem = ask(self.facts, self.standard, request, self.costs, self.base_year)
        if not self.problem.figures:
            raise self._nothing()

    def _projected(self) -> pa.Table | None:
        """The pupils of the forecast, where they are asked for."""
        if not self.request.forecast:
            return None
        found = forecast(self.county, ForecastRequest(years=self.request.until - self.base_year))
        return enrolment(self.county, found)

    def plan(self) -> Plan:
        """With as much money as it takes first: where that is more than there is, or can be spent in time, all else."""
        richer = budgeted.without_budgets(self.problem)
        limited = len(richer.rows) < len(self.problem.rows)
        whole = self._solved(richer, 0.0, 0.4 if limited else 0.7)
        if not limited or whole.lots is None:
            return self._impossible(richer, whole) if whole.lots is None else self._reached(whole)
        spread = self._polished(self.problem, whole)
        if not self.problem.broken(spread):
            # Nothing cheaper exists even with more money.
            return self._reached(msgspec.structs.replace(whole, lots=spread))
        if not self._too_little(whole):
            solution = self._solved(self.problem, 0.4, 0.7)
            if solution.lots is not None:
                return self._reached(solution)
        return self._short_of_money(richer, whole)

    def _solved(self, problem: Problem, start: float, end: float) -> Solution:
        return solve(
            problem,
            tolerance=self.request.tolerance,
            seconds=self.request.seconds,
            progress=self._told(start, end),
        )

    def _too_little(self, whole: Solution) -> bool:
        """Whether no plan can cost as little as there is money in all."""
        given = [row.at_most for row in self.problem.rows if row.kind == "budget" and row.year is not None]
        in_all = [row.at_most for row in self.problem.rows if row.kind == "budget" and row.year is None]
        money = min([sum(given)] * bool(given) + in_all)
        return whole.bound is not None and whole.bound > money

    def curve(self) -> tuple[CurvePoint, ...]:
        """Budgets from nothing to what it costs to have every section pass."""
        problem = budgeted.without_budgets(self.problem)
        seconds = self.request.seconds
        dearest = budgeted.most_passing(problem, tolerance=self.request.tolerance, seconds=seconds / 4)
        if dearest.lots is None:
            raise PathError("no_curve")
        most = problem.cost(dearest.lots)
        budgets = [most * step / STEPS for step in range(STEPS + 1)]
        found = []
        for point in budgeted.curve(problem, budgets, tolerance=self.request.tolerance, seconds=seconds):
            found.append(
                CurvePoint(
                    budget=point.budget,
                    cost=point.cost,
                    pupils=sum(section.pupils for section in problem.sections),
                    passing_pupils=point.pupils,
                    sections=len(problem.sections),
                    passing=point.sections,
                    bound=point.bound,
                )
            )
            self.progress(len(found) / (len(budgets) + 1), {"phase": "curve", "points": len(found)})
        return tuple(found)

    # The three ways in which it ends

    def _reached(self, solution: Solution) -> Plan:
        lots = self._polished(self.problem, solution)
        found = moves(self.county, self.base_year, self.problem, lots, self.costs)
        plan = self._told_plan(found, proof.of_cost(self.problem, lots, solution, self.request.tolerance))
        self._agree(plan.after[-1], {(s.school_id, s.stage) for s in self.problem.sections}, coefficients=True)
        return plan

    def _short_of_money(self, richer: Problem, whole: Solution) -> Plan:
        """The most pupils for the money there is; what the whole plan does beyond is what more money would buy."""
        self.progress(0.7, {"phase": "passing"})
        best = budgeted.most_passing(
            self.problem,
            tolerance=self.request.tolerance,
            seconds=self.request.seconds / 2,
            progress=self._told(0.7, 0.9),
        )
        if best.lots is None:
            return self._impossible(richer, best)
        numerators = self.problem.numerators(best.lots)
        reached = tuple(s for s in self.problem.sections if self.problem.passes(s, numerators))
        # From here on the goal is what the money reaches.
        goal = msgspec.structs.replace(self.problem, sections=reached, spreads=())
        lots = self._polished(goal, best)
        found = moves(self.county, self.base_year, goal, lots, self.costs)
        everything = moves(self.county, self.base_year, richer, self._polished(richer, whole), self.costs)
        certificate = proof.of_pupils(self.problem, lots, best, whole, self.request.tolerance)
        plan = self._told_plan(found, certificate, difference(everything, found))
        self._agree(plan.after[-1], {(s.school_id, s.stage) for s in reached}, coefficients=False)
        return plan

    def _impossible(self, problem: Problem, solution: Solution) -> Plan:
        self.progress(0.7, {"phase": "relaxing"})
        loosened = smallest(problem, self.request.seconds / 2) if solution.status == "infeasible" else ()
        return self._told_plan((), proof.of_nothing(problem, solution, loosened, self.request.tolerance, self._units()))

    # What they share

    def _polished(self, problem: Problem, solution: Solution) -> tuple[int, ...]:
        """As cheap, with nothing superfluous, the fewest people moved, and as early as can be."""
        lots = trimmed(problem, solution.lots or ())
        self.progress(0.8, {"phase": "polishing"})
        lots = fewest_people(problem, lots, self.request.seconds / 10)
        lots = from_nearer(problem, lots, Distances(self.county).between, self.costs.transfer_km)
        return earliest(problem, lots, self._urgency(), self.request.seconds / 10)

    def _urgency(self) -> dict[tuple[str, str], float]:
        """Who comes first where money comes by year: the furthest below, or towns and villages."""
        found: dict[tuple[str, str], float] = {}
        for figure in self.problem.figures:
            place = (figure.school_id, figure.stage)
            if self.request.first == "rural":
                setting = self.facts.sections[place]["setting"] or ""
                weight = {"2": 1.0, "1": 0.5 if setting[:2] == "12" else 0.0}.get(setting[:1], 0.0)
            else:
                lacking = (figure.threshold - figure.base) / figure.threshold if figure.threshold else 0.0
                weight = min(1.0, max(0.0, lacking))
            for where in (place, (figure.school_id, "")):
                found[where] = max(found.get(where, 0.0), weight)
        return found

    def _told_plan(self, found: tuple[Move, ...], certificate: Certificate, more: tuple[Move, ...] = ()) -> Plan:
        self.progress(0.9, {"phase": "assessing"})
        after = apply(self.county, found, until=self.request.until, enrolment=self.enrolment)
        options = self.standard.options
        outlooks = tuple(
            outlook(after, self.standard, year, options) for year in range(self.base_year + 1, self.request.until + 1)
        )
        before = outlook(self.county, self.standard, self.base_year, options)
        asked = msgspec.to_builtins(msgspec.structs.replace(self.request, costs=self.costs), str_keys=True)
        taken = time.monotonic() - self.began
        self.progress(1.0, {"phase": "done"})
        return Plan(
            planner="path",
            county_code=self.county.code,
            county=self.county.name,
            snapshot=self.county.snapshot,
            standard=self.standard.id,
            options=options,
            base_year=self.base_year,
            until=self.request.until,
            request=asked,
            moves=found,
            certificate=msgspec.structs.replace(certificate, seconds=taken),
            before=before,
            after=outlooks,
            next_steps=more,
        )

    def _agree(self, last: Outlook, passing: set[tuple[str, str]], *, coefficients: bool) -> None:
        """Hold the assessment against what the plan promises, but for what is not known."""
        wrong = [
            f"{f.school_id} {f.stage}"
            for f in last.failing
            if f.verdict == "fails" and (f.school_id, f.stage) in passing
        ]
        if coefficients:
            asked = {(spread.check, spread.stage) for spread in self.problem.spreads}
            wrong += [
                f"{e.check} {e.stage}" for e in last.balance if (e.check, e.stage) in asked and e.status == "fails"
            ]
        if wrong:
            raise Disagreement(f"the assessment after the plan says otherwise of {', '.join(wrong)}")

    def _nothing(self) -> PathError:
        """Why nothing can be planned: what the facts lack, column by column, or that no school is asked anything."""
        tables = (schema().tables[name] for name in ("facilities", "staff"))
        columns = {column.name: column.label for table in tables for column in table.columns}
        labels = [columns[name] for name in self.facts.missing if name in columns]
        if not labels:
            return PathError("no_schools")
        return PathError(
            "nothing",
            missing=Text(zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels)),
        )

    def _units(self) -> dict[str, str]:
        """What each check's numerator is counted in."""
        columns = {
            column.name: column.unit
            for table in ("facilities", "staff")
            for column in schema().tables[table].columns
            if column.unit
        }
        return {
            row["demand"]: next((columns[name] for name, _ in row["inputs"] if name in columns), "")
            for row in self.facts.figures
        }

    def _refuse_nonsense(self) -> None:
        if self.standard.schools is None or self.standard.balance is None:
            raise PathError("no_rule", standard=self.standard.id)
        until, year = self.request.until, self.base_year
        if until <= year:
            raise PathError("not_after", until=str(until), year=str(year))
        if until > year + LONGEST:
            raise PathError("too_far", until=str(until), most=str(LONGEST), last=str(year + LONGEST))
        for amount in (self.request.budget, *self.request.budgets.values()):
            if amount is not None and not 0 <= amount < math.inf:
                raise PathError("money", budget=f"{amount:g}")
        if not 0 < self.request.seconds < math.inf:
            raise PathError("seconds", seconds=f"{self.request.seconds:g}")
        if not 0 <= self.request.tolerance < 1:
            raise PathError("tolerance", tolerance=f"{self.request.tolerance:g}")
        if self.request.costs is not None:
            verify(self.request.costs, "costs")

    def _told(self, start: float, end: float) -> Progress:
        def told(part: float, known: Mapping[str, Any]) -> None:
            self.progress(start + (end - start) * part, known)

        return told
