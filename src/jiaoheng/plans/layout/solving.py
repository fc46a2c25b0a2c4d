"""The two questions of a layout: what must be added so that all fit, and which schools there are at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from jiaoheng.plans.layout.program import Program
from jiaoheng.plans.layout.question import Question
from jiaoheng.plans.layout.whole import programme, whole
from jiaoheng.plans.plan import Progress

Cases = Sequence[tuple[str, int]]


class Answered(msgspec.Struct, frozen=True):
    """A question answered: the spot of each unit, None where there is none; ``value`` and ``bound`` yuan a year.

    ``ways`` by spot in which those are run that may change, those left out close; ``added`` seats by spot.
    ``lacking`` are seats short, by spot, the smallest sum, where it is proven that nothing fits.
    """

    spots: NDArray[np.int64] | None
    ways: Mapping[int, str]
    added: Mapping[int, float]
    value: float | None
    bound: float | None
    status: str
    lacking: Mapping[int, float] = {}


def answered(
    asked: Question,
    cases: Cases,
    built: Mapping[int, float],
    told: Progress,
    *,
    closing: bool,
    seconds: float,
    tolerance: float,
) -> Answered:
    """The cheapest layout in which all fit in these variants and years, with the seats ``built`` in any case.

    Without ``closing`` every school is kept. Where nothing fits, which seats are lacking.
    """
    program = Program(asked, cases, built, closing=closing)
    highs = programme(program.linear())

    def heard(value: float, bound: float) -> bool:
        known = {name: each for name, each in (("objective", value), ("bound", bound)) if np.isfinite(each)}
        told(0.5, known)
        return False

    found = whole(highs, seconds=seconds, gap=tolerance, told=heard)
    if found.state == "infeasible":
        return _lacking(asked, cases, built, closing, max(5.0, seconds))
    bound = float(found.bound) if np.isfinite(found.bound) else None
    if found.point is None:
        return Answered(None, {}, {}, None, bound, "unfinished")
    spots = program.spots(found.point)
    return Answered(spots, program.ways(found.point), program.added(found.point), found.value, bound, found.state)


def _lacking(asked: Question, cases: Cases, built: Mapping[int, float], closing: bool, seconds: float) -> Answered:
    """The smallest sum of seats to add, beyond all that is allowed, with which all fit."""
    program = Program(asked, cases, built, closing=closing, lacking=True)
    highs = programme(program.linear())
    # Seats are whole, and a set within a half of the least is the least.
    highs.setOptionValue("mip_abs_gap", 0.5)
    found = whole(highs, seconds=seconds, gap=0.001)
    if found.point is None:
        return Answered(None, {}, {}, None, None, "infeasible" if found.state == "infeasible" else "unfinished")
    return Answered(program.spots(found.point), {}, {}, None, None, "infeasible", program.short(found.point))
