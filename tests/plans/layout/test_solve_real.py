"""A real county of 324 units and 36 candidate sites: valid plans and a bound below the best known value."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaoheng.plans.layout.check import valid
from jiaoheng.plans.layout.solve import solve

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.mark.slow
def test_a_real_county_gets_a_valid_layout(monkeypatch, shared):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import layout

    (one,) = layout.instances(shared / "data" / "location", ["zya1"], True)
    said = solve(one.problem, seconds=45)
    assert said.zones.bound is not None
    assert said.zones.bound <= one.known + 1e-6
    if said.zones.assignment is not None:
        assert valid(one.problem, said.zones.assignment, said.open)
        assert said.zones.bound <= said.zones.value
        assert layout.recheck(one, said.zones.assignment) == (pytest.approx(said.zones.value), [])
