"""What a pace in a standard's file may not say."""

from __future__ import annotations

import math
from collections.abc import Iterator

from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.standards.standard import Check


def pace_slips(check: Check) -> Iterator[str]:
    """What is wrong with the pace of a check whose formula is known."""
    pace, formula = check.pace, FORMULAS.get(check.formula)
    if pace is None or formula is None:
        return
    if formula.grain != "county":
        yield f"a figure of a {formula.grain} has no pace; only those of the whole county have"
    if any(limit.when or limit.stage or limit.plus for limit in check.limits) or len(check.limits) > 1:
        yield "a figure with a pace is held against one limit, always"
    if (pace.change is None) == (not check.limits):
        yield "a figure with a pace has either one limit or a change"
    if pace.change is not None and pace.baseline_year is None:
        yield "a change needs the baseline_year that it is a change from"
    if pace.yearly and pace.change is None:
        yield "what is asked every year is a change"
    if pace.baseline is not None and pace.baseline_year is None:
        yield "a baseline needs its baseline_year"
    if pace.due is not None and pace.baseline_year is not None and pace.baseline_year >= pace.due:
        yield f"the baseline of {pace.baseline_year} is not before {pace.due}, when it is due"
    if not all(number is None or math.isfinite(number) for number in (pace.baseline, pace.change)):
        yield "a pace holds finite numbers"
    if pace.change == 0:
        yield "a change is more or less than 0"
