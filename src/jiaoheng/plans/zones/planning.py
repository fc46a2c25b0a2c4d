"""``plan_zones``: a county's catchments asked, solved, checked, made into moves, and measured by the assessment."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from jiaoheng.county import County
from jiaoheng.county.moves import apply
from jiaoheng.findings.assess import assessed_year
from jiaoheng.forecast import Forecast, enrolment, forecast
from jiaoheng.forecast.request import VARIANTS, Variant
from jiaoheng.plans.ground import CLASS_SIZES, Ground, ground, neighbourhood, zones_of
from jiaoheng.plans.outlook import outlook
from jiaoheng.plans.path.planning import Disagreement
from jiaoheng.plans.plan import Certificate, Plan, Progress, Relaxation, Status
from jiaoheng.plans.zones.answering import Drawn, answer, lacking, zone_moves
from jiaoheng.plans.zones.areas import drawn_groups
from jiaoheng.plans.zones.checking import wrongs
from jiaoheng.plans.zones.errors import ZonesError
from jiaoheng.plans.zones.phasing import phased, with_pupils
from jiaoheng.plans.zones.problem import ZoneSolution
from jiaoheng.plans.zones.question import Question, ask
from jiaoheng.plans.zones.reasons import improved
from jiaoheng.plans.zones.request import ZonesRequest
from jiaoheng.plans.zones.solving import Solved, solved
from jiaoheng.standards import Standard, load

LONGEST = 15
"""Years ahead of the facts for which catchments are planned at most."""


def silent(part: float, known: Mapping[str, Any]) -> None:
    """Progress that nobody looks at."""


def plan_zones(
    county: County, request: ZonesRequest, progress: Progress = silent, standard: Standard | None = None
) -> Plan:
    """The catchments of one stage: least way and fewest changes, in one piece, within the seats of every year.

    From ``request.first`` on new entrants go by them and who is at school already stays. The seats must hold all
    children of the stage in the catchment, in each year to ``request.until``, as if every grade went by it: so it
    holds however fast the change comes. ``Seating.pupils`` and the assessment are of the change as it happens.
    Where the seats are too few, the smallest number that must be added is found first and the plan uses them; no
    place is sent more than ``request.detour`` beyond its nearest school to save them.

    Raises ``ZonesError`` where it cannot be asked, ``ForecastError`` where nobody can say how many children there will
    be, and ``Disagreement`` where an independent check finds the catchments wrong.
    """
    return _Planning(county, request, progress, standard).plan()


class _Planning:
    def __init__(self, county: County, request: ZonesRequest, progress: Progress, standard: Standard | None) -> None:
        self.county, self.request, self.progress = county, request, progress
        self.standard = standard or load(request.standard)
        self.base_year = assessed_year(county, None)
        self._refuse_nonsense()
        self.began = time.monotonic()
        self.notes: list[tuple[str, str]] = []
        progress(0.0, {"phase": "forecasting"})
        asked = msgspec.structs.replace(request.forecast, years=request.until - max(county.years))
        self.forecast: Forecast = forecast(county, asked, _variant(request.variant), silent)
        progress(0.2, {"phase": "map"})
        self.ground: Ground = ground(
            county,
            request.stage,
            tuple(range(self.base_year + 1, request.until + 1)),
            self.forecast,
            speed=request.speed,
            class_sizes=request.forecast.class_sizes,
            around=neighbourhood(county),
        )
        self._refuse_nothing()

    def plan(self) -> Plan:
        """Groups first where areas are to be drawn, then the catchments."""
        together: Sequence[Sequence[str]] = self.request.groups
        if self.request.areas is not None:
            self.progress(0.3, {"phase": "areas"})
            alone = self._solved(0.3, 0.45, 0.4, groups=())
            together = drawn_groups(alone.question, self._assignment(alone), self.request)
        result = self._solved(0.45, 0.8, 1.0 if self.request.areas is None else 0.6, together)
        question, solution = result.question, result.solution
        self.notes += result.notes
        assignment = self._assignment(result)
        found = wrongs(question, assignment, solution.extra)
        if found:
            raise Disagreement("; ".join(found))
        return self._told_plan(question, assignment, solution)

    def _solved(
        self, start: float, end: float, share: float, together: Sequence[Sequence[str]] = (), **more: Any
    ) -> Solved:
        """The solution in a part of the time and of the progress."""

        def told(part: float, known: Mapping[str, Any]) -> None:
            self.progress(start + (end - start) * part, dict(known) | {"phase": "solving"})

        request = msgspec.structs.replace(self.request, **more)

        def asking(*, limit: bool = True, detour: bool = False) -> Question:
            return ask(self.county, self.ground, request, together, limit=limit, detour=detour)

        return solved(asking, request.seconds * share, told)

    @staticmethod
    def _assignment(result: Solved) -> tuple[int, ...]:
        solution = result.solution
        assert solution.assignment is not None
        return tuple(improved(result.question, solution.assignment.tolist(), solution.extra))

    def _told_plan(self, question: Question, assignment: tuple[int, ...], solution: ZoneSolution) -> Plan:
        self.progress(0.8, {"phase": "assessing"})
        county, request = self.county, self.request
        sites = {place: site for unit, site in zip(question.units, assignment, strict=True) for place in unit}
        chosen = [question.sites[sites[place]].schools for place in range(len(sites))]
        stay = phased(county, self.ground, self.forecast, chosen, request.first)
        drawn = Drawn(question, assignment, solution.extra, stay, self.forecast, frozenset(request.spread))
        places = answer(county, drawn, [*self.notes, *self._noted(drawn)])
        moves = zone_moves(county, question, drawn.sites, zones_of(county, request.stage))
        after = apply(
            county, moves, until=request.until, enrolment=enrolment(county, with_pupils(self.forecast, stay.pupils))
        )
        options = self.standard.options
        outlooks = tuple(
            outlook(after, self.standard, year, options) for year in range(self.base_year + 1, request.until + 1)
        )
        self.progress(1.0, {"phase": "done"})
        return Plan(
            planner="zones",
            county_code=county.code,
            county=county.name,
            snapshot=county.snapshot,
            standard=self.standard.id,
            options=options,
            base_year=self.base_year,
            until=request.until,
            request=msgspec.to_builtins(request, str_keys=True),
            moves=moves,
            certificate=self._certificate(question, assignment, solution),
            before=outlook(county, self.standard, self.base_year, options),
            after=outlooks,
            places=places,
        )

    def _certificate(self, question: Question, assignment: tuple[int, ...], solution: ZoneSolution) -> Certificate:
        """Least way of the mean year's children, with what changes count; infeasible where seats had to be added."""
        value = float(sum(question.problem.cost[unit, site] for unit, site in enumerate(assignment)))
        bound = None if solution.bound is None or not np.isfinite(solution.bound) else min(solution.bound, value)
        gap = None if bound is None else (value - bound) / value if value else 0.0
        short = lacking(question, solution.extra)
        reached = gap is not None and gap <= self.request.tolerance + 1e-12
        return Certificate(
            status=self._status(short, reached),
            sense="minimise",
            unit="child_km",
            objective=value,
            bound=bound,
            gap=gap,
            tolerance=self.request.tolerance,
            seconds=time.monotonic() - self.began,
            solver=solution.solver,
            relaxations=tuple(
                Relaxation("seats", amount, "seat", school_id=code, stage=self.request.stage) for code, amount in short
            ),
        )

    def _status(self, short: Sequence[tuple[str, float]], reached: bool) -> Status:
        """Infeasible where it is proven that the seats are too few, unfinished where they may only seem to be."""
        if short:
            unproven = any(code == "lacking_unproven" for code, _ in self.notes)
            return "unfinished" if unproven else "infeasible"
        return "optimal" if reached else "feasible"

    def _noted(self, drawn: Drawn) -> list[tuple[str, str]]:
        """Codes of what was taken for granted, each with the school or place it is of."""
        land, found = self.ground, []
        schools = land.schools
        found += [("seats_from_pupils", s.school_id) for s, source in zip(schools, land.seat_source, strict=True)
                  if source == "pupils"]  # fmt: skip
        found += [("seats_unknown", s.school_id) for s, source in zip(schools, land.seat_source, strict=True)
                  if source == "unknown"]  # fmt: skip
        found += [("no_home", school.school_id) for school in schools if school.home is None]
        found += [("teaching_point", school.school_id) for school in schools if not school.whole]
        used = set(drawn.assignment)
        found += [
            ("no_area", schools[main].school_id)
            for number, site in enumerate(drawn.question.sites)
            if number not in used
            for main in site.mains
        ]
        found += [("left_nowhere", place) for place, (_, school) in land.left.items() if school is None]
        if "nearest" in land.present_by:
            found.append(("present_nearest", str(land.present_by.count("nearest"))))
        if land.source != "forecast":
            found.append(("children_carried", ""))
        if land.lost.max() >= 1:
            found.append(("children_elsewhere", f"{land.lost.max():.0f}"))
        if not land.ways.travelled.any():
            found.append(("ways_drawn", ""))
        return found

    def _refuse_nonsense(self) -> None:
        request, year = self.request, self.base_year
        if request.stage not in CLASS_SIZES or request.stage == "senior":
            raise ZonesError("stage", stage=request.stage)
        if request.first <= max(year, max(self.county.years)):
            raise ZonesError("first", first=str(request.first), year=str(max(year, max(self.county.years))))
        if not request.first <= request.until <= year + LONGEST:
            raise ZonesError("until", until=str(request.until), first=str(request.first), last=str(year + LONGEST))
        ranges = (
            ("--keep", request.keep, 0.0, 1000.0),
            ("--migrants", request.migrants, 0.0, 0.9),
            ("--seconds", request.seconds, 0.1, 86_400.0),
            ("--tolerance", request.tolerance, 0.0, 0.5),
            ("--speed", request.speed, 0.1, 200.0),
            ("--detour", request.detour, 0.0, 1000.0),
            *(("--minutes", minutes, 1.0, 600.0) for minutes in request.most_minutes.values()),
        )
        for option, value, least, most in ranges:
            if not least <= value <= most:
                raise ZonesError("range", option=option, value=f"{value:g}", least=f"{least:g}", most=f"{most:g}")
        if request.feeder and request.stage != "junior":
            raise ZonesError("feeder", stage=request.stage)
        if request.areas is not None and not request.spread:
            raise ZonesError("areas_spread")
        if not any(self.county["children"]["persons"].to_pylist()):
            raise ZonesError("no_children")

    def _refuse_nothing(self) -> None:
        if not self.ground.map.places:
            raise ZonesError("no_places")
        if not any(school.home is not None and school.whole for school in self.ground.schools):
            raise ZonesError("no_schools", stage=self.request.stage)
        if not self.ground.demand.any():
            raise ZonesError("no_children")


def _variant(given: str) -> Variant:
    for variant in VARIANTS:
        if variant == given:
            return variant
    raise ZonesError("variant", wanted=given)
