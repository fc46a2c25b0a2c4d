"""Contiguous catchments on a folder of instances: our solver beside what one could take instead.

    python benchmarks/zones.py FOLDER                                     every instance, 60 seconds each
    python benchmarks/zones.py FOLDER zy_13a gy2_18c --seconds 60 --json zones.json --assignments plans/
    python benchmarks/zones.py FOLDER --no-peers

The folder holds unit files and connectivity files (see ``area_instances.py``) and, if known, ``best_known.csv``. Of
each instance: value, proven bound, gap, seconds, best known, distance to it. The assignment is written as CSV (unit,
site: the ids of the unit file), read again, and checked with nothing of the solver: every unit once, every area in one
piece with its own site's unit in it, no capacity exceeded, the value added up anew; a plan that fails ends the script
with 1. Peers (``zones_peers.py``) have the same seconds, after us, each in a process of its own; their plans are judged
by the same check, which says how many areas are in pieces and how many over capacity.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from area_instances import Instance, best_known, folder

from jiaoheng.plans.graph import stranded
from jiaoheng.plans.zones.solve import solve

HERE = Path(__file__).resolve().parent
PEERS = ("cp-sat", "spopt")


def write(path: Path, instance: Instance, assignment: list[int]) -> None:
    """The assignment as CSV: id of the unit, id of its site's unit."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["unit", "site"])
        for unit, site in enumerate(assignment):
            rows.writerow([instance.ids[unit], instance.ids[instance.sites[site]]])


def check(path: Path, instance: Instance) -> dict[str, Any]:
    """What a file's assignment costs and breaks, from the instance alone."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(int(row["unit"]), int(row["site"])) for row in csv.DictReader(file)]
    unit_of = {one: place for place, one in enumerate(instance.ids)}
    site_of = {instance.ids[unit]: site for site, unit in enumerate(instance.sites)}
    plan = [-1] * len(instance.ids)
    for unit, site in rows:
        plan[unit_of[unit]] = site_of[site]
    complete = len(rows) == len(plan) and min(plan) >= 0
    own = all(plan[unit] == site for site, unit in enumerate(instance.sites))
    used = [
        sum(instance.demand[unit] for unit, at in enumerate(plan) if at == site) for site in range(len(instance.sites))
    ]
    lost = stranded(plan, [(unit,) for unit in instance.sites], instance.near) if instance.near else frozenset()
    way = [
        instance.demand[unit] * np.hypot(*(instance.points[unit] - instance.points[instance.sites[site]])) / 1000
        for unit, site in enumerate(plan)
        if site >= 0
    ]
    return {
        "value": float(sum(way)),
        "complete": complete and own,
        "in_pieces": len({plan[unit] for unit in lost}),
        "over_capacity": sum(1 for site, sum_ in enumerate(used) if sum_ > instance.capacity[site]),
    }


def valid(judged: dict[str, Any]) -> bool:
    """Whether a checked plan breaks nothing."""
    return bool(judged["complete"]) and not judged["in_pieces"] and not judged["over_capacity"]


def ours(instance: Instance, seconds: float, assignments: Path) -> dict[str, Any]:
    """Our solver's row; its value is that of the written file."""
    found = solve(instance.zones(), seconds)
    row: dict[str, Any] = {
        "instance": instance.name,
        "status": found.status,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": found.seconds,
        "valid": None,
        "assignment": None,
        "file": None,
        "extra": float(found.extra.sum()),
    }
    if found.assignment is not None:
        file = assignments / f"{instance.name}.csv"
        write(file, instance, found.assignment.tolist())
        judged = check(file, instance)
        close = abs(judged["value"] - float(found.value or 0.0)) <= 1e-6 * max(1.0, judged["value"])
        plan = {
            str(instance.ids[unit]): instance.ids[instance.sites[site]] for unit, site in enumerate(found.assignment)
        }
        row |= {"value": judged["value"], "valid": valid(judged) and close, "file": str(file), "assignment": plan}
    return row


def peer(name: str, path: Path, instance: Instance, seconds: float, assignments: Path) -> dict[str, Any]:
    """A peer's row, judged by the same check."""
    command = [sys.executable, str(HERE / "zones_peers.py"), str(path), instance.name, name, str(seconds)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=6 * seconds + 60, check=False)
    except subprocess.TimeoutExpired:
        return {"peer": name, "status": "did not end", "value": None}
    if run.returncode:
        return {"peer": name, "status": (run.stderr.strip().splitlines() or ["failed"])[-1], "value": None}
    answer = json.loads(run.stdout.strip().splitlines()[-1])
    row = {"peer": name, "status": answer["status"], "seconds": answer["seconds"], "value": None}
    if answer["assignment"] is not None:
        file = assignments / f"{instance.name}.{name}.csv"
        write(file, instance, answer["assignment"])
        row |= check(file, instance)
    return row


def shown(value: float | None, form: str = "{:,.3f}") -> str:
    """A figure, or a dash."""
    return "–" if value is None else form.format(value)


def main() -> int:
    """Run the instances one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("instances", nargs="*")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--assignments", type=Path)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    every = folder(given.folder)
    unknown = sorted(set(given.instances) - set(every))
    if unknown:
        parser.error(f"no such instance in {given.folder}: {', '.join(unknown)}; there are {', '.join(every)}")
    known = best_known(given.folder, "best_known_contiguous")
    assignments = given.assignments or Path(tempfile.mkdtemp(prefix="zones-"))
    assignments.mkdir(parents=True, exist_ok=True)
    rows = []
    print(f"{os.cpu_count()} cores, {given.seconds:g} seconds each; assignments in {assignments}")
    print("instance      value             bound             gap      seconds  best known        above it   status")
    for name in given.instances or every:
        row = ours(every[name], given.seconds, assignments)
        best = known.get(name)
        above = None if best is None or row["value"] is None else row["value"] / best - 1
        row |= {"best_known": best, "above_best_known": above, "peers": []}
        print(
            f"{name:<13} {shown(row['value']):<17} {shown(row['bound']):<17} {shown(row['gap'], '{:.4%}'):<8} "
            f"{row['seconds']:<8.1f} {shown(best):<17} {shown(above, '{:+.4%}'):<10} {row['status']}"
            + ("" if row["valid"] or row["value"] is None else "  NOT VALID"),
            flush=True,
        )
        for each in () if given.no_peers else PEERS:
            other = peer(each, given.folder, every[name], given.seconds, assignments)
            row["peers"].append(other)
            above = None if row["value"] is None or other["value"] is None else other["value"] / row["value"] - 1
            pieces = f"{other.get('in_pieces', 0)} in pieces, {other.get('over_capacity', 0)} over capacity"
            print(
                f"  {each:<11} {shown(other['value']):<17} {shown(above, '{:+.3%}')} of ours; {pieces}; "
                f"{other['status']}",
                flush=True,
            )
        rows.append(row)
        if given.json:
            given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if all(row["valid"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
