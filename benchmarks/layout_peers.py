"""What a user could take instead of our solver of sites: PySAL spopt, and OR-Tools CP-SAT on the plain model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.problem import SitingProblem

SCALE = 10_000
"""CP-SAT reckons in whole numbers: costs times this."""
Answer = tuple[NDArray[np.int64] | None, float | None]


def spopt_median(problem: SitingProblem, seconds: float) -> Answer:
    """spopt's p-median with capacities; its model splits no units, and it has neither fixed costs nor contiguity."""
    import pulp
    from spopt.locate import PMedian

    zones = problem.zones
    model = PMedian.from_cost_matrix(
        zones.cost,
        np.ones(zones.units),
        p_facilities=problem.exactly,
        facility_capacities=zones.capacity,
    )
    # Its weights serve cost and capacity alike, so the demand of the capacity rows is put in by hand.
    for site in range(zones.sites):
        for name in list(model.problem.constraints):
            if "capacity" in name and name.endswith(f"_{site}_"):
                del model.problem.constraints[name]
    y = model.fac_vars
    for site in range(zones.sites):
        load = pulp.lpSum(
            float(zones.demand[0, unit]) * model.cli_assgn_vars[unit, site] for unit in range(zones.units)
        )
        model.problem += load <= float(zones.capacity[site]) * y[site]
    for variable in model.problem.variables():
        variable.cat = pulp.LpInteger
    model.problem.solve(pulp.HiGHS(msg=False, timeLimit=seconds))
    values = np.array(
        [
            [model.cli_assgn_vars[unit, site].value() or 0.0 for site in range(zones.sites)]
            for unit in range(zones.units)
        ]
    )
    if values.sum() < zones.units - 0.5:
        return None, None
    return values.argmax(axis=1), None


def cp_sat(problem: SitingProblem, seconds: float) -> Answer:
    """The plain model: units, sites, capacities; contiguity by a flow from each site over the units it serves."""
    from ortools.sat.python import cp_model

    zones, model = problem.zones, cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in range(zones.sites)]
    serves = {
        (unit, site): model.new_bool_var("")
        for unit in range(zones.units)
        for site in range(zones.sites)
        if np.isfinite(zones.cost[unit, site])
    }
    for unit in range(zones.units):
        model.add_exactly_one(serves[unit, site] for site in range(zones.sites) if (unit, site) in serves)
    for site in range(zones.sites):
        own = [unit for unit in range(zones.units) if (unit, site) in serves]
        for case in zones.demand:
            model.add(
                sum(int(case[unit]) * serves[unit, site] for unit in own) <= int(zones.capacity[site]) * opened[site]
            )
        for unit in own:
            model.add_implication(serves[unit, site], opened[site])
    if problem.exactly is not None:
        model.add(sum(opened) == problem.exactly)
    if zones.near is not None:
        _flows(problem, model, serves, opened)
    model.minimize(
        sum(round(float(zones.cost[key]) * SCALE) * each for key, each in serves.items())
        + sum(round(float(cost) * SCALE) * each for cost, each in zip(problem.fixed, opened, strict=True))
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    bound = solver.best_objective_bound / SCALE
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, bound
    assignment = np.full(zones.units, -1)
    for (unit, site), each in serves.items():
        if solver.value(each):
            assignment[unit] = site
    return assignment, bound


def _flows(problem: SitingProblem, model, serves, opened) -> None:  # type: ignore[no-untyped-def]
    zones = problem.zones
    near = zones.near
    assert near is not None
    for site, (home, *_) in enumerate(zones.homes):
        model.add(serves[home, site] == opened[site])
        most = zones.units
        along = {}
        for unit in range(zones.units):
            for other in near[unit]:
                flow = along[unit, other] = model.new_int_var(0, most, "")
                model.add(flow <= most * serves[unit, site])
        for unit in range(zones.units):
            if unit != home:
                came = sum(along[other, unit] for other in near[unit])
                model.add(came - sum(along[unit, other] for other in near[unit]) == serves[unit, site])
