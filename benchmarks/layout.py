"""Which sites to open, and contiguous areas: our solver on folders of instances, beside what a user could take instead.

    python benchmarks/layout.py FOLDER                                  all instances, 300 seconds each
    python benchmarks/layout.py FOLDER zya1 gya1 --seconds 60 --json OUT --assignments DIR
    python benchmarks/layout.py FOLDER --no-contiguity --no-peers       areas may be in pieces; ours alone

Instances are files of units (``area_instances.py``) or of a capacitated p-median: a line "n p", then of each point x,
y, capacity and demand; every point is a candidate, exactly p are open, the cost is the sum of the straight distances
from each point to its median, not times its demand (so the published optimum of SJC1 is reached). Value: fixed costs of
the open sites and demand × distance / 1000. Every assignment is checked here again from what it says alone.

Peers run one after the other after ours, each in a process of its own and for at most ``--peer-seconds``: PySAL spopt's
capacitated p-median (with HiGHS by PuLP; it splits no units but knows no fixed costs and no contiguity: it is asked
only where exactly p sites are open), and OR-Tools CP-SAT on the plain model, contiguity by flow.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from area_instances import best_known, folder
from layout_peers import cp_sat, spopt_median

from jiaoheng.plans.graph import stranded
from jiaoheng.plans.layout.problem import SitingProblem
from jiaoheng.plans.layout.solve import solve
from jiaoheng.plans.zones.problem import ZoneProblem

PUBLISHED = {"SJC1": 17288.99, "SJC2": 33270.94}
"""Optima of the capacitated p-median instances (Lorena and Senne 2003)."""


class Named(msgspec.Struct, frozen=True):
    """An instance: the question, the names of units and of sites, and the best known value."""

    name: str
    problem: SitingProblem
    units: tuple[int, ...]
    sites: tuple[int, ...]
    known: float | None


def median(path: Path) -> SitingProblem:
    """A capacitated p-median."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    count, opened = int(lines[0][0]), int(lines[0][1])
    numbers = np.array([[float(cell) for cell in line[:4]] for line in lines[1 : count + 1]])
    points = numbers[:, :2]
    length = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    homes = tuple((each,) for each in range(count))
    zones = ZoneProblem(numbers[None, :, 3], length, numbers[:, 2], homes, None)
    return SitingProblem(zones, np.zeros(count), np.zeros(count, bool), (), opened)


def is_median(path: Path) -> bool:
    """Whether a file begins with two numbers, as those of a capacitated p-median do."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0].split()
    return len(first) == 2 and all(each.isdigit() for each in first)


def instances(path: Path, names: list[str], contiguous: bool) -> list[Named]:
    """The instances of a folder; those that were named, if any were."""
    medians = {one.stem: one for one in sorted(path.iterdir()) if one.suffix in (".dat", ".txt") and is_median(one)}
    known = best_known(path, "cflsap_best" if contiguous else "sscflp_best")
    found = []
    for name, one in folder(path, leave=frozenset(medians)).items():
        zones = one.zones(opened=False)
        if not contiguous:
            zones = msgspec.structs.replace(zones, near=None)
        problem = SitingProblem(zones, one.fixed, np.zeros(zones.sites, bool))
        sites = tuple(one.ids[site] for site in one.sites)
        found.append(Named(name, problem, one.ids, sites, known.get(name)))
    for name, file in medians.items():
        problem = median(file)
        ids = tuple(range(1, problem.zones.units + 1))
        found.append(Named(name, problem, ids, ids, PUBLISHED.get(name)))
    lacking = set(names) - {one.name for one in found}
    if lacking:
        sys.exit(f"no such instance in {path}: {', '.join(sorted(lacking))}")
    return [one for one in found if not names or one.name in names]


def recheck(one: Named, assignment: np.ndarray) -> tuple[float, list[str]]:
    """The value of an assignment and what is wrong with it, reckoned from the assignment alone."""
    zones, wrong = one.problem.zones, []
    opened = sorted(set(assignment.tolist()))
    for case in zones.demand:
        for site in opened:
            load = sum(float(each) for each in case[assignment == site])
            if load > zones.capacity[site] * (1 + 1e-9):
                wrong.append(f"site {one.sites[site]}: {load:g} above {zones.capacity[site]:g}")
    if zones.near is not None:
        if stranded(assignment.tolist(), zones.homes, zones.near):
            wrong.append("areas in pieces")
        wrong += [f"site {one.sites[s]} not in its area" for s in opened if assignment[zones.homes[s][0]] != s]
    if one.problem.exactly is not None and len(opened) > one.problem.exactly:
        wrong.append("too many sites open")
    value = sum(float(zones.cost[unit, site]) for unit, site in enumerate(assignment.tolist()))
    return value + sum(float(one.problem.fixed[site]) for site in opened), wrong


def ours(one: Named, chosen: argparse.Namespace) -> dict[str, Any]:
    """Our answer as a row."""
    began = time.perf_counter()
    said = solve(one.problem, seconds=chosen.seconds, tolerance=chosen.tolerance)
    row: dict[str, Any] = {
        "instance": one.name,
        "value": None,
        "bound": said.zones.bound,
        "gap": said.zones.gap,
        "seconds": round(time.perf_counter() - began, 2),
        "status": said.zones.status,
        "best_known": one.known,
        "to_best_known": None,
        "open": [one.sites[site] for site in said.open],
        "assignment": None,
        "wrong": [],
        "peers": {},
    }
    if said.zones.assignment is not None and not said.zones.extra.any():
        row["value"], row["wrong"] = recheck(one, said.zones.assignment)
        sites = [one.sites[site] for site in said.zones.assignment]
        row["assignment"] = dict(zip(map(str, one.units), sites, strict=True))
        if one.known:
            row["to_best_known"] = row["value"] / one.known - 1
        if chosen.assignments:
            write(chosen.assignments / f"{one.name}.csv", one.units, sites)
    return row


def write(path: Path, units: tuple[int, ...], sites: list[int]) -> None:
    """An assignment as a table: unit, site."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["unit", "site"])
        table.writerows(zip(units, sites, strict=True))


def peers(one: Named, seconds: float) -> dict[str, Any]:
    """What the others say; None where a model does not apply."""
    found: dict[str, Any] = {}
    for label, run in (("spopt", spopt_median), ("cp_sat", cp_sat)):
        if run is spopt_median and one.problem.exactly is None:
            found[label] = None
            continue
        began = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            waiting = pool.apply_async(run, (one.problem, seconds))
            try:
                assignment, bound = waiting.get(2 * seconds + 60)
            except multiprocessing.TimeoutError:
                assignment, bound = None, None
        value, wrong = (None, []) if assignment is None else recheck(one, assignment)
        spent = round(time.perf_counter() - began, 2)
        found[label] = {"value": value, "bound": bound, "seconds": spent, "wrong": wrong}
    return found


def line(row: dict[str, Any]) -> str:
    """A row as it is printed."""

    def number(value: float | None, form: str = "14.4f") -> str:
        return f"{'–':>14}" if value is None else f"{value:{form}}"

    def part(value: float | None) -> str:
        return f"{'–':>9}" if value is None else f"{100 * value:8.3f}%"

    cells = [f"{row['instance']:10}", number(row["value"]), number(row["bound"]), part(row["gap"])]
    cells += [f"{row['seconds']:8.1f}", number(row["best_known"], "14.2f"), part(row["to_best_known"]), row["status"]]
    for label, peer in row["peers"].items():
        said = "does not apply" if peer is None else f"{number(peer['value']).strip()} in {peer['seconds']:.0f} s"
        cells.append(f"{label}: {said}{' ' + str(peer['wrong'][:1]) if peer and peer['wrong'] else ''}")
    return "  ".join([*cells, *row["wrong"][:2]])


def main() -> int:
    """Run the benchmark; 1 where an assignment of ours is not valid."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("instances", nargs="*")
    asked.add_argument("--seconds", type=float, default=300.0)
    asked.add_argument("--peer-seconds", type=float, default=None)
    asked.add_argument("--tolerance", type=float, default=0.0)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--assignments", type=Path)
    asked.add_argument("--no-contiguity", action="store_true")
    asked.add_argument("--no-peers", action="store_true")
    chosen = asked.parse_args()
    rows = []
    head = (
        f"{'instance':10}  {'value':>14}  {'bound':>14}  {'gap':>9}  {'seconds':>8}  {'best known':>14}  {'to it':>9}"
    )
    print(head + "  status", flush=True)
    for one in instances(chosen.folder, chosen.instances, not chosen.no_contiguity):
        row = ours(one, chosen)
        if not chosen.no_peers:
            row["peers"] = peers(one, chosen.peer_seconds or chosen.seconds)
        rows.append(row)
        print(line(row), flush=True)
        if chosen.json:
            chosen.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return int(any(row["wrong"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
