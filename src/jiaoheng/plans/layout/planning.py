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
from jiaoheng.forecast import enrolment, forecast
from jiaoheng.forecast.request import VARIANTS
from jiaoheng.plans.layout import answering, asking, ordering, verifying
from jiaoheng.plans.layout.question import Question
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.layout.result import Result, leads
from jiaoheng.plans.layout.routing import routed
from jiaoheng.plans.layout.solving import Answered, all_fit, last_layout
from jiaoheng.plans.layout.staging import Ends, staged, ways_of
from jiaoheng.plans.layout.terrain import Terrain, running, terrain
from jiaoheng.plans.outlook import outlook
from jiaoheng.plans.path import Disagreement
from jiaoheng.plans.plan import Certificate, Limit, Outlook, PlacesAnswer, Plan, Progress, Status
from jiaoheng.standards import load

UNIT = "yuan"


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
        forecasts = {each: forecast(county, told, each) for each in VARIANTS if each in variants}
        self.projected: pa.Table = enrolment(county, next(iter(forecasts.values())))
        progress(0.2, {"phase": "measuring"})
        self.land: Terrain = terrain(county, self.request, forecasts, self.base_year)
        self.rules = asking.rules(self.request, self.land)
        self.first = self._first()

    def plan(self) -> Plan:
        """All fit first; then the last layout; then the years between."""
        seconds = self.request.seconds
        every = [(variant, year) for variant in self.land.variants for year in self.land.years if year >= self.first]
        fit = all_fit(self.land, self.rules, every, seconds / 3, self.request.tolerance, self._told(0.25, 0.45))
        if fit.options is None or fit.lacking:
            return self._no_layout(fit)
        built = fit.added()
        years = self._final_years()
        cases = [(variant, year) for variant in self.land.variants for year in years]
        seconds = max(1.0, seconds - (time.monotonic() - self.began))
        last = last_layout(self.land, self.rules, built, cases, seconds, self.request.tolerance, self._told(0.45, 0.8))
        if last.options is None or last.lacking:
            return self._no_layout(last)
        return self._reached(fit, last, built)

    def _first(self) -> int:
        """The first year in which seats that are begun now can be there."""
        kinds = ["add_seats"] if not self.request.sites else ["add_seats", "open"]
        leads_of = [lever.lead for kind in kinds if (lever := self.rules.lever(kind))]
        return min(self.request.until, self.base_year + max(leads_of, default=1))

    def _final_years(self) -> Sequence[int]:
        last = max(self.request.phases, default=self.request.until)
        return [year for year in self.land.years if year >= last]

    def _reached(self, fit: Answered, last: Answered, built: Mapping[int, float]) -> Plan:
        asked = last.asked
        ready = {spot: self._ready(spot) for spot in last.added()}
        ends = Ends(
            stays=_matched(fit, asked),
            last=last.spots,
            ways=ways_of(asked.options, last.opened, self.rules.closable),
            added=last.added() | dict(built),
            ready=ready | {spot: self._ready(spot) for spot in built},
        )
        result = Result(asked, ends, staged(asked, ends, self.request.phases, self.base_year + 1), leads(asked, ends))
        wrong = list(verifying.faults(result, self.first))
        if wrong:
            raise Disagreement("; ".join(wrong[:3]))
        after = routed(self.county, result, self.projected)
        answer = answering.answer(result, self.county, self.projected, after)
        moves = ordering.moves(result, self.county, answer)
        return self._told_plan(moves, self._certificate(last, built), answer, after)

    def _ready(self, spot: int) -> int:
        kind = "add_seats" if self.land.spots[spot].site is None else "open"
        lever = self.rules.lever(kind)
        return min(self.request.until, self.base_year + (lever.lead if lever else 1))

    def _certificate(self, last: Answered, built: Mapping[int, float]) -> Certificate:
        """The cost a year of the last layout, what is spent in any case included."""
        always = self._always(built)
        value = None if last.value is None else last.value + always
        bound = None if last.bound is None else last.bound + always
        self._agree(last)
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
            solver=last.solver,
            binding=tuple(self._full(last)),
        )

    def _full(self, last: Answered) -> list[Limit]:
        """Schools whose seats are all taken at the end, in the variant that has most."""
        asked, spots = last.asked, last.spots
        found = []
        year = self.request.until
        loads = np.max(
            [np.bincount(spots, asked.demand(each, year), len(self.land.spots)) for each in self.land.variants], 0
        )
        seats = {asked.options[number].spot: asked.options[number].seats for number in last.opened}
        for spot, amount in sorted(seats.items()):
            if loads[spot] > 0.98 * amount:
                code = self.land.spots[spot].code
                found.append(Limit("seats", amount, float(loads[spot]), "person", year, code, stage=self.land.stage))
        return found

    def _always(self, built: Mapping[int, float]) -> float:
        """Yuan a year of the schools that stay in any case, and of what has been built."""
        yearly = running(self.rules.costs)
        total = 0.0
        for number, spot in enumerate(self.land.spots):
            sunk = built.get(number, 0.0)
            if spot.site is not None:
                site = self.request.sites[spot.site]
                cost = self.rules.built("open", sunk) if site.cost is None else site.cost
                total += yearly.school + cost / self.rules.years if sunk else 0.0
            elif number not in self.rules.closable or sunk:
                whole = spot.serves == tuple(self.land.bands)
                total += yearly.point if not whole else yearly.campus if spot.part else yearly.school
                total += self.rules.built("add_seats", sunk) / self.rules.years
        return total

    def _agree(self, last: Answered) -> None:
        """Hold the solver's value against the costs added up anew."""
        assert last.options is not None
        asked = last.asked
        ways = sum(asked.problem([(self.land.variants[0], self.request.until)]).zones.cost[
            np.arange(len(asked.units)), last.options])  # fmt: skip
        anew = float(ways) + sum(asked.options[number].yearly for number in last.opened)
        if last.value is not None and abs(anew - last.value) > 1e-6 * max(1.0, abs(anew)):
            raise Disagreement(f"the layout costs {anew:.2f} yuan a year, the solver says {last.value:.2f}")

    def _no_layout(self, found: Answered) -> Plan:
        """Nothing fits: what is lacking, and where, with all as it is."""
        status: Status = "infeasible" if found.status == "infeasible" else "unfinished"
        certificate = Certificate(
            status, "minimise", UNIT, None, found.bound, None, self.request.tolerance, 0.0, found.solver
        )
        asked = found.asked
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


def _matched(fit: Answered, asked: Question) -> Any:
    """Where the units of one question go in another whose places are parted otherwise, part by part."""
    by_name: dict[tuple[str, str], list[int]] = {}
    for unit, spot in zip(fit.asked.units, fit.spots.tolist(), strict=True):
        for band in ("low", "high") if unit.band == "all" else (unit.band,):
            by_name.setdefault((unit.name, band), []).append(spot)
    taken: dict[tuple[str, str], int] = {}
    found = []
    for unit in asked.units:
        key = (unit.name, "high" if unit.band == "all" else unit.band)
        at = taken.get(key, 0)
        taken[key] = at + 1
        if unit.band == "all":
            taken[unit.name, "low"] = taken.get((unit.name, "low"), 0) + 1
        found.append(by_name[key][at])
    return np.array(found, dtype=np.int64)
