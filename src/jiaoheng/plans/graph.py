"""Which units lie next to each other, and whether a set of them hangs together.

Nothing here knows a solver: what the solvers answer is checked with these functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Neighbours = tuple[frozenset[int], ...]
"""For each unit, by its place in the list, the units next to it."""


def neighbours(units: int, pairs: Iterable[tuple[int, int]]) -> Neighbours:
    """Adjacency of ``units`` units from pairs in any order; a pair of a unit with itself says nothing.

    Raises ``ValueError`` for a pair that names a unit outside the list.
    """
    found: list[set[int]] = [set() for _ in range(units)]
    for one, other in pairs:
        if not (0 <= one < units and 0 <= other < units):
            raise ValueError(f"no such unit: {one}, {other}")
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return tuple(frozenset(each) for each in found)


def components(members: Iterable[int], near: Neighbours) -> list[frozenset[int]]:
    """The pieces of a set of units that hang together, the one with the smallest unit first."""
    left = set(members)
    pieces = []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        piece, border = {start}, [start]
        while border:
            more = near[border.pop()] & left
            left -= more
            piece |= more
            border += more
        pieces.append(frozenset(piece))
    return pieces


def stranded(assignment: Sequence[int], homes: Sequence[Iterable[int]], near: Neighbours) -> frozenset[int]:
    """Units in a piece of their area that holds none of its school's ``homes``; empty where every area is contiguous.

    ``assignment`` gives the site of each unit; a unit with a negative one belongs to no area and is stranded.
    """
    areas: dict[int, list[int]] = {}
    for unit, site in enumerate(assignment):
        areas.setdefault(site, []).append(unit)
    lost: set[int] = set()
    for site, members in areas.items():
        own = set() if site < 0 else set(homes[site])
        lost.update(*(piece for piece in components(members, near) if not piece & own))
    return frozenset(lost)
