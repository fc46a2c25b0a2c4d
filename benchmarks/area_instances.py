"""Reads folders of districting and location instances: units with demand, coordinates, sites and neighbours.

Unit files: a heading, then id, demand, x, y, candidate, fixed cost, capacity, divided by tabs or spaces. Connectivity
files: a heading, then number, id, id (and more). Demands, capacities and distances: pupils and the coordinates' own
unit; costs are demand × distance in thousands of it (km for metres).
"""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.graph import Neighbours, neighbours
from jiaoheng.plans.zones.problem import ZoneProblem


class Instance(msgspec.Struct, frozen=True):
    """One instance: ``sites`` are the units with a capacity, by their places in the list of units."""

    name: str
    ids: tuple[int, ...]
    demand: NDArray[np.float64]
    points: NDArray[np.float64]
    sites: tuple[int, ...]
    capacity: NDArray[np.float64]
    fixed: NDArray[np.float64]
    near: Neighbours | None

    def zones(self, *, opened: bool = True) -> ZoneProblem:
        """The question of areas. With ``opened`` every site is open, so that its own unit belongs to it; otherwise
        sites are candidates, and the unit of a closed one goes to another.
        """
        at = self.points[list(self.sites)]
        km = np.sqrt(((self.points[:, None, :] - at[None, :, :]) ** 2).sum(axis=2)) / 1000
        cost = self.demand[:, None] * km
        if opened:
            cost[list(self.sites)] = np.where(np.eye(len(self.sites), dtype=bool), cost[list(self.sites)], np.inf)
        return ZoneProblem(
            demand=self.demand[None, :],
            cost=cost,
            capacity=self.capacity,
            homes=tuple((site,) for site in self.sites),
            near=self.near,
        )


def read_units(path: Path, near: Neighbours | None = None) -> Instance:
    """An instance file of units."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()[1:] if line.strip()]
    numbers = np.array([[float(cell) for cell in row[:7]] for row in rows])
    sites = tuple(int(each) for each in np.flatnonzero(numbers[:, 6] > 0))
    return Instance(
        name=path.stem,
        ids=tuple(int(row[0]) for row in rows),
        demand=numbers[:, 1],
        points=numbers[:, 2:4],
        sites=sites,
        capacity=numbers[list(sites), 6],
        fixed=numbers[list(sites), 5],
        near=near,
    )


def read_connections(path: Path, ids: tuple[int, ...]) -> Neighbours:
    """Neighbourhood of units from a connectivity file."""
    places = {one: place for place, one in enumerate(ids)}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return neighbours(len(ids), ((places[int(row[1])], places[int(row[2])]) for row in rows if len(row) > 2))


def folder(path: Path, leave: frozenset[str] = frozenset()) -> dict[str, Instance]:
    """Every instance of a folder by name, each with the connectivity file named alike; but those left out."""
    connections = sorted(path.glob("*_connectivity.txt"), key=lambda one: -len(one.stem))
    found = {}
    for file in sorted(path.glob("*.txt")):
        if file in connections or file.stem in ("format", "readme") or file.stem in leave:
            continue
        alone = read_units(file)
        kind = file.stem
        match = next((one for one in connections if kind.startswith(one.stem.removesuffix("_connectivity"))), None)
        match = match or next((one for one in connections if kind[:2] == one.stem[:2]), None)
        near = read_connections(match, alone.ids) if match else None
        found[file.stem] = msgspec.structs.replace(alone, near=near)
    return found


def best_known(path: Path, column: str) -> dict[str, float]:
    """The values of a column of ``best_known.csv`` by instance; none where the folder has no such file."""
    file = path / "best_known.csv"
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["instance"]: float(row[column]) for row in csv.DictReader(rows) if row.get(column)}


__all__ = ["Instance", "best_known", "folder", "read_connections", "read_units"]
