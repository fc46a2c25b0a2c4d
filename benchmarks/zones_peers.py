"""What one could take instead for catchments, each in a process of its own: prints a JSON record.

    python benchmarks/zones_peers.py FOLDER INSTANCE cp-sat|spopt SECONDS

CP-SAT gets the plain model: assignment, capacity, and contiguity by the closer-neighbour rule (a unit may go to a site
only if a neighbour nearer to it does), with two workers. spopt's ``PMedian`` with every site open is the nearest thing
in PySAL: its regionalisations (``spopt.region``) know neither sites nor an upper limit to an area's sum; the p-median
gives whole units to sites but knows no contiguity, and capacity only where its version takes it.
"""

from __future__ import annotations

import inspect
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from area_instances import folder

from jiaoheng.plans.zones.problem import ZoneProblem

SCALE = 1000


def cp_sat(problem: ZoneProblem, seconds: float) -> dict[str, Any]:
    """OR-Tools CP-SAT on the plain model; costs in thousandths."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    pairs = [(int(unit), int(site)) for unit, site in np.argwhere(np.isfinite(problem.cost))]
    chosen = {pair: model.new_bool_var("") for pair in pairs}
    for unit in range(problem.units):
        model.add_exactly_one(chosen[unit, site] for site in range(problem.sites) if (unit, site) in chosen)
    for site in range(problem.sites):
        own = [(unit, chosen[unit, site]) for unit in range(problem.units) if (unit, site) in chosen]
        for demand in problem.demand:
            model.add(sum(round(demand[unit]) * one for unit, one in own) <= math.floor(problem.capacity[site]))
    heads = np.maximum(problem.demand.max(axis=0), 1e-9)
    way = problem.cost / heads[:, None]
    for unit, site in pairs:
        if problem.near is None or unit in problem.homes[site]:
            continue
        nearer = [chosen[k, site] for k in problem.near[unit] if (k, site) in chosen and way[k, site] < way[unit, site]]
        model.add_bool_or([chosen[unit, site].negated(), *nearer])
    model.minimize(sum(round(SCALE * problem.cost[pair]) * one for pair, one in chosen.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.status_name(solver.solve(model))
    if status not in ("OPTIMAL", "FEASIBLE"):
        return {"status": status.lower(), "assignment": None}
    plan = [0] * problem.units
    for (unit, site), one in chosen.items():
        if solver.boolean_value(one):
            plan[unit] = site
    return {"status": f"{status.lower()} under the rule", "assignment": plan}


def spopt(problem: ZoneProblem, seconds: float) -> dict[str, Any]:
    """PySAL's p-median with every site open, solved by HiGHS through PuLP."""
    import pulp
    from spopt.locate import PMedian

    heads = problem.demand.max(axis=0)
    way = np.where(np.isfinite(problem.cost), problem.cost / np.maximum(heads[:, None], 1e-9), 1e6)
    takes = inspect.signature(PMedian.from_cost_matrix).parameters
    more: dict[str, Any] = {}
    if "facility_capacities" in takes:
        more["facility_capacities"] = problem.capacity
    model = PMedian.from_cost_matrix(way, heads, p_facilities=problem.sites, **more)
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=2), results=True)
    plan = [int(each[0]) if len(each) else -1 for each in model.cli2fac]
    return {"status": "no contiguity" + ("" if more else ", no capacity"), "assignment": plan}


PEERS: dict[str, Callable[[ZoneProblem, float], dict[str, Any]]] = {"cp-sat": cp_sat, "spopt": spopt}

if __name__ == "__main__":
    began = time.monotonic()
    question = folder(Path(sys.argv[1]))[sys.argv[2]].zones()
    answer = PEERS[sys.argv[3]](question, float(sys.argv[4]))
    print(json.dumps({**answer, "seconds": time.monotonic() - began}))
