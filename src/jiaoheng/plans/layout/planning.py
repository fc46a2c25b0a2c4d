"""``plan_layout``: which schools there shall be, asked, solved, made into moves, and measured by the assessment."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from jiaoheng.county import County
from jiaoheng.county.moves import Move, MoveError, apply
from jiaoheng.findings.assess import assessed_year
from jiaoheng.forecast import Forecast, enrolment, forecast
from jiaoheng.forecast.request import VARIANTS
from jiaoheng.plans.layout import answering, asking, ordering, verifying
from jiaoheng.plans.layout.question import Question, question, ways_to_run
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.layout.result import Result, leads
from jiaoheng.plans.layout.routing import routed
from jiaoheng.plans.layout.solving import Answered, answered
from jiaoheng.plans.layout.staging import Ends, staged, ways_of
from jiaoheng.plans.layout.terrain import Terrain, terrain
from jiaoheng.plans.outlook import outlook
from jiaoheng.plans.path import Disagreement
from jiaoheng.plans.plan import Certificate, Limit, Outlook, PlacesAnswer, Plan, Progress, Status
from jiaoheng.standards import load

UNIT = "yuan"
SOLVER = "HiGHS"


def silent(part: float, known: Mapping[str, Any]) -> None:
    """Progress that nobody looks at."""


def plan_layout(county: County, request: LayoutRequest, progress: Progress = silent) -> Plan:
    """The layout of one stage that costs least a year in ``request.until``, and how it comes about.

    The objective is yuan a year: running of each school, what is built, spread over its years, boarding, and
    ``kilometre`` for each child and kilometre of way. First every school is kept, and the cheapest seats are found
    with which all fit in every variant and year; where there are none, ``places.lacking`` is the smallest set to add.
    Then schools that may close do where that costs less, and nobody's way becomes too long.

    Raises ``LayoutError`` where it cannot be asked, ``CostError`` for costs that cannot be, ``ForecastError`` where no
    forecast can be made, and ``Disagreement`` where a check or the assessment says otherwise than the plan.
    """
    return _Planning(county, request, progress).plan()


class _Planning:
    def __init__(self, county: County, request: LayoutRequest, progress: Progress) -> None:
        self.county, self.progress = county, progress
        self.began = time.monotonic()
        self.standard = load(request.standard)
        self.base_year = assessed_year(county, None)
        asking.refuse_nonsense(county, request, self.base_year)
        self.request = asking.named(county, request)
        progress(0.0, {"phase": "forecasting"})
        told = msgspec.structs.replace(request.forecast, years=request.until - self.base_year)
        variants = sorted(set(request.variants), key=VARIANTS.index)
        forecasts: dict[str, Forecast] = {each: forecast(county, told, each) for each in VARIANTS if each in variants}
        self.projected: pa.Table = enrolment(county, next(iter(forecasts.values())))
        progress(0.2, {"phase": "measuring"})
        self.land: Terrain = terrain(county, self.request, forecasts, self.base_year)
        self.rules = asking.rules(self.request, self.land)
        self.first = self._first()

    def plan(self) -> Plan:
        """All fit first; then the last layout; then the years between."""
        asked, seconds = question(self.land, self.rules), self.request.seconds
        limits = {"tolerance": self.request.tolerance}
        every = [(variant, year) for variant in self.land.variants for year in self.land.years if year >= self.first]
        told = self._told(0.25, 0.45)
        fit = answered(asked, every, {}, told, closing=False, seconds=seconds / 3, **limits)
        if fit.spots is None or fit.lacking:
            return self._no_layout(asked, fit)
        cases = [(variant, year) for variant in self.land.variants for year in self._final_years()]
        left, told = max(1.0, seconds - (time.monotonic() - self.began)), self._told(0.45, 0.8)
        last = answered(asked, cases, fit.added, told, closing=True, seconds=left, **limits)
        if last.spots is None or last.lacking:
            return self._no_layout(asked, last)
        return self._reached(asked, fit, last)

    def _first(self) -> int:
        """The first year in which seats that are begun now can be there."""
        kinds = ["add_seats"] if not self.request.sites else ["add_seats", "open"]
        leads_of = [lever.lead for kind in kinds if (lever := self.rules.lever(kind))]
        return min(self.request.until, self.base_year + max(leads_of, default=1))

    def _final_years(self) -> Sequence[int]:
        last = max(self.request.phases, default=self.request.until)
        return [year for year in self.land.years if year >= last]

    def _reached(self, asked: Question, fit: Answered, last: Answered) -> Plan:
        assert fit.spots is not None
        assert last.spots is not None
        ends = Ends(
            stays=fit.spots,
            last=last.spots,
            ways=ways_of(last.ways, self.rules.closable),
            added=last.added,
            ready={spot: self._ready(spot) for spot in last.added},
        )
        result = Result(asked, ends, staged(asked, ends, self.request.phases, self.base_year + 1), leads(asked, ends))
        wrong = list(verifying.faults(result, self.first))
        if wrong:
            raise Disagreement("; ".join(wrong[:3]))
        after = routed(self.county, result, self.projected)
        answer = answering.answer(result, self.county, self.projected, after)
        moves = ordering.moves(result, self.county, answer)
        return self._told_plan(moves, self._certificate(asked, last), answer, after)

    def _ready(self, spot: int) -> int:
        kind = "add_seats" if self.land.spots[spot].site is None else "open"
        lever = self.rules.lever(kind)
        return min(self.request.until, self.base_year + (lever.lead if lever else 1))

    def _certificate(self, asked: Question, last: Answered) -> Certificate:
        """The cost a year of the last layout, the schools that stay in any case included."""
        always = self._always()
        value = None if last.value is None else last.value + always
        bound = None if last.bound is None else last.bound + always
        self._agree(asked, last)
        gap = None if value is None or bound is None else max(0.0, value - bound) / value if value else 0.0
        status: Status = "feasible"
        if gap is not None and gap <= self.request.tolerance + 1e-9:
            status = "optimal"
        return Certificate(
            status=status,
            sense="minimise",
            unit=UNIT,
            objective=value,
            bound=bound,
            gap=gap,
            tolerance=self.request.tolerance,
            seconds=0.0,
            solver=SOLVER,
            binding=tuple(self._full(asked, last)),
        )

    def _full(self, asked: Question, last: Answered) -> list[Limit]:
        """Schools whose seats are all taken at the end, in the variant that has most."""
        assert last.spots is not None
        found = []
        year, spots = self.request.until, self.land.spots
        loads = np.max(
            [np.bincount(last.spots, asked.demand(each, year), len(spots)) for each in self.land.variants], 0
        )
        for number, spot in enumerate(spots):
            amount = (0.0 if spot.site is not None else spot.seats) + last.added.get(number, 0.0)
            if loads[number] > 0.98 * amount and loads[number] > 0:
                found.append(
                    Limit("seats", amount, float(loads[number]), "person", year, spot.code, stage=self.land.stage)
                )
        return found

    def _always(self) -> float:
        """Yuan a year of the schools that stay in any case."""
        ways = (
            ways_to_run(number, spot, self.land, self.rules)[0].yearly
            for number, spot in enumerate(self.land.spots)
            if spot.site is None and number not in self.rules.closable
        )
        return sum(ways)

    def _agree(self, asked: Question, last: Answered) -> None:
        """Hold the solver's value against the costs added up anew."""
        assert last.spots is not None
        anew = sum(float(asked.serving(spot)[unit]) for spot in sorted(set(last.spots.tolist()))
                   for unit in np.flatnonzero(last.spots == spot).tolist())  # fmt: skip
        for number, spot in enumerate(self.land.spots):
            ways = {way.name: way.yearly for way in ways_to_run(number, spot, self.land, self.rules)}
            anew += ways[last.ways[number]] if number in last.ways else 0.0
            if spot.site is None:
                anew += self.rules.built("add_seats", last.added.get(number, 0.0)) / self.rules.years
        if last.value is None or abs(anew - last.value) > 1e-5 * max(1.0, abs(anew)):
            raise Disagreement(f"the layout costs {anew:.2f} yuan a year, the solver says {last.value}")

    def _no_layout(self, asked: Question, found: Answered) -> Plan:
        """Nothing fits: what is lacking, and where, with all as it is."""
        status: Status = "infeasible" if found.status == "infeasible" else "unfinished"
        certificate = Certificate(
            status, "minimise", UNIT, None, found.bound, None, self.request.tolerance, 0.0, SOLVER
        )
        units = range(len(asked.units))
        present = np.array([asked.present(unit) for unit in units], dtype=np.int64)
        ends = Ends(present, present, {}, {}, {})
        result = Result(asked, ends, staged(asked, ends, (), self.base_year + 1), {})
        answer = answering.answer(result, self.county, self.projected, self.projected)
        lacking = sorted(found.lacking.items(), key=lambda each: -each[1])
        answer = msgspec.structs.replace(
            answer, lacking=tuple((self.land.spots[spot].code, float(np.ceil(seats - 1e-6))) for spot, seats in lacking)
        )
        return self._told_plan((), certificate, answer, self.projected)

    def _told_plan(
        self, moves: tuple[Move, ...], certificate: Certificate, answer: PlacesAnswer, projected: pa.Table
    ) -> Plan:
        self.progress(0.85, {"phase": "assessing"})
        options = self.standard.options
        outlooks = tuple(self._after(moves, year, projected) for year in self.land.years)
        before = outlook(self.county, self.standard, self.base_year, options)
        request = msgspec.structs.replace(self.request, costs=self.rules.costs)
        taken = time.monotonic() - self.began
        self.progress(1.0, {"phase": "done"})
        return Plan(
            planner="layout",
            county_code=self.county.code,
            county=self.county.name,
            snapshot=self.county.snapshot,
            standard=self.standard.id,
            options=options,
            base_year=self.base_year,
            until=self.request.until,
            request=msgspec.to_builtins(request, str_keys=True),
            moves=moves,
            certificate=msgspec.structs.replace(certificate, seconds=taken),
            before=before,
            after=outlooks,
            places=answer,
        )

    def _after(self, moves: tuple[Move, ...], year: int, projected: pa.Table) -> Outlook:
        """The assessment of one year with the moves up to it, as what schools are has no year."""
        try:
            after = apply(self.county, ordering.in_force(moves, year), until=year, enrolment=projected)
        except MoveError as error:
            raise Disagreement(str(error)) from error
        return outlook(after, self.standard, year, self.standard.options)

    def _told(self, start: float, end: float) -> Progress:
        def told(part: float, known: Mapping[str, Any]) -> None:
            self.progress(start + (end - start) * part, {"phase": "solving"} | dict(known))

        return told
