"""What tests of plans begin with: a planner in place of the real one, and scenarios of the demo county."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from ledger_story import CENTRAL, CROWDED, bureau, by, ruler, unit

from jiaoheng.county import County
from jiaoheng.county.moves import Move, Reason
from jiaoheng.findings import Assessment
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.models import Run, Scenario
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.plan import Certificate, Even, Failing, Limit, Outlook, Plan, Progress, Relaxation


def outlook(year: int, *, passing: bool = False) -> Outlook:
    """The demo county's assessment as an outlook; ``passing``: as if every school and coefficient passed."""
    found: Assessment = ruler().assessment
    failing = tuple(
        Failing(school.school_id, school.stage, school.verdict, ("1.1",))
        for school in found.schools
        if school.verdict != "meets" and not passing
    )
    pupils = sum(school.pupils or 0 for school in found.schools)
    fine = sum(school.pupils or 0 for school in found.schools if passing or school.verdict == "meets")
    return Outlook(
        year=year,
        verdict="meets" if passing else "fails",
        sections=len(found.schools),
        passing=len(found.schools) - len(failing),
        pupils=pupils,
        passing_pupils=fine,
        balance=tuple(
            Even(
                even.check,
                even.stage,
                even.coefficient if not passing or even.at_most is None else even.at_most / 2,
                even.at_most,
                "meets" if passing else even.status,
            )
            for even in found.balance
        ),
        failing=failing,
    )


def figure_below(rule: str = "threshold") -> tuple[str, str, str]:
    """Check, stage and school of a figure of the demo county that is below its threshold."""
    return next(
        (target.check, target.stage, target.school_id)
        for target, finding in ruler().findings()
        if target.kind == "figure" and target.school_id and finding.kind == "indicator"
    )


def coefficient_over() -> tuple[str, str]:
    """Check and stage of a coefficient over its limit."""
    return next((t.check, t.stage) for t, _ in ruler().findings() if t.kind == "coefficient")


def some_moves() -> tuple[Move, ...]:
    """Two moves for one figure of a school, two for a coefficient, and one that no figure shows."""
    check, stage, school = figure_below()
    even_check, even_stage = coefficient_over()
    need = Reason(check, stage, "threshold", 4.2)
    even = Reason(even_check, even_stage, "coefficient")
    base = ruler().assessment.year
    one, other = unit(CROWDED).code, unit(CENTRAL).code
    return (
        Move("hire", base + 1, school, 3, stage, base, 300_000.0, reasons=(need, even)),
        Move("raise_degree", base + 2, school, 2, stage, base + 1, 16_000.0, reasons=(need,)),
        Move("buy_equipment", base + 1, one, 200_000, even_stage, base, 200_000.0, reasons=(even,)),
        Move("transfer", base + 2, one, 2, even_stage, base + 1, 24_000.0, to_school=other, km=8.4, reasons=(even,)),
        Move("add_class", base + 1, other, 1, "primary", base, 5_000.0, grade=3),
    )


def plan(
    moves: tuple[Move, ...] | None = None, *, request: PathRequest | None = None, passing: bool = True, **proven: Any
) -> Plan:
    """A plan for the demo county."""
    found = ruler().assessment
    asked = request or PathRequest(until=found.year + 2)
    values: dict[str, Any] = {
        "status": "optimal", "sense": "minimise", "unit": "yuan", "objective": 545_000.0, "bound": 544_900.0,
        "gap": 0.0002, "tolerance": 0.001, "seconds": 1.0, "solver": "HiGHS",
        "binding": (Limit("posts", 3200, 3200, "person", price=52_000.0),),
    }  # fmt: skip
    certificate = msgspec.structs.replace(Certificate(**values), **proven)
    there = certificate.status in ("optimal", "feasible")
    years = range(found.year + 1, asked.until + 1)
    return Plan(
        planner="path",
        county_code=found.county_code,
        county=found.county,
        snapshot=found.snapshot,
        standard=found.standard,
        options=found.options,
        base_year=found.year,
        until=asked.until,
        request={"until": asked.until},
        moves=(some_moves() if moves is None else moves) if there else (),
        certificate=certificate,
        before=outlook(found.year),
        after=tuple(outlook(year, passing=passing and year == asked.until) for year in years) if there else (),
    )


def impossible() -> Plan:
    """No plan, and what would make one exist."""
    code = unit(CROWDED).code
    relaxed = (Relaxation("site", 4200.0, "m2", school_id=code, check="1.5", stage="primary", pupils=380.0),)
    return plan(status="infeasible", objective=None, bound=None, gap=None, relaxations=relaxed, binding=())


def asked(name: str = "方案一", **given: Any) -> Scenario:
    """A question of an officer that waits for its answer."""
    until = ruler().assessment.year + 2
    return acts.ask(by("jijiao"), bureau(), name=name, request=PathRequest(**({"until": until} | given)))


def answered(found: Plan | None = None, name: str = "方案一", **given: Any) -> Scenario:
    """A scenario that is computed, as its run would leave it."""
    scenario = asked(name, **given)
    with finished(scenario.run):
        return acts.keep_plan(by("admin"), scenario, found or plan())


@contextmanager
def finished(run: Run | None) -> Iterator[None]:
    """After this, the run is done."""
    from jiaoheng.ledger.guard import writing

    yield
    if run is not None:
        with writing():
            Run.objects.filter(pk=run.pk).update(status=Run.Status.DONE, progress=1.0)


def planner(county: County, request: PathRequest, progress: Progress) -> Plan:
    """Stands for the real planner: tells of its progress, and answers with ``plan``."""
    progress(0.4, {"phase": "planning", "objective": 600_000.0, "bound": 500_000.0})
    return plan(request=request)


def present() -> Mapping[str, Any]:
    """The snapshot in force."""
    snapshot = facts.assessed_snapshot(bureau())
    assert snapshot is not None
    return {"snapshot": snapshot}
