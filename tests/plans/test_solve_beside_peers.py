"""Our solver beside the peers: plans are valid and cheapest, and no bound is above what a peer finds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from path_peers import enumerate_plans, greedy, scip

from jiaoheng.plans.path.problem import Effect, Figure, Problem, Row, Section, Spread, Variable
from jiaoheng.plans.path.solve import solve

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TIGHT = 1e-6


@pytest.fixture
def instances(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import path_instances

    return path_instances


def few_lots(seed: int, *, in_step: bool) -> Problem:
    """Four schools with one figure each that may not miss, and what else binds: a coefficient, a row for all lots.

    ``in_step``: lots of a figure have a common measure, as most have; without, some figures take lots of two sizes.
    """
    draw = random.Random(seed)
    figures = []
    for i in range(4):
        pupils = float(draw.randint(50, 400))
        figures.append(
            Figure(f"S{i}", "primary", "1.4", pupils, draw.uniform(0.5, 2.5) * 4.5 * pupils, 4.5 * pupils, 0)
        )
    variables, effects = [], []
    for v in range(6):
        j = v % 4
        lot = (0.2 if in_step or v < 4 else 0.0917) * figures[j].threshold
        variables.append(Variable("build_rooms", draw.uniform(1e4, 9e5), 4, lot))
        effects.append(Effect(j, v, lot))
    sections = tuple(Section(each.school_id, "primary", each.pupils, (j,), 1) for j, each in enumerate(figures))
    spreads = (Spread("1.4", "primary", draw.uniform(0.15, 0.35), (0, 1, 2, 3)),)
    rows = (Row("lots", tuple((v, 1.0) for v in range(6)), draw.uniform(2, 18)),)
    return Problem(tuple(variables), tuple(figures), tuple(effects), sections, spreads, rows)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("in_step", [True, False])
def test_what_is_proven_is_what_enumeration_finds(seed, in_step):
    problem = few_lots(seed, in_step=in_step)
    true, ours = enumerate_plans(problem), solve(problem, tolerance=TIGHT, seconds=1)
    if true.objective is None:
        assert ours.lots is None
        assert ours.status in ("infeasible", "unfinished")
    else:
        assert ours.lots is not None
        assert problem.broken(ours.lots) == ()
        assert ours.objective == problem.cost(ours.lots)
        assert ours.bound <= true.objective * (1 + 1e-9)
        assert ours.objective <= true.objective * (1 + TIGHT) or ours.status == "feasible"


def test_small_questions_are_proven():
    ended = [solve(few_lots(seed, in_step=True), tolerance=TIGHT, seconds=1).status for seed in range(20)]
    assert set(ended) == {"optimal", "infeasible"}


@pytest.mark.parametrize(
    ("schools", "years", "unequal", "seed"),
    [(4, 1, 1.6, 1), (6, 1, 2.0, 3), (8, 1, 1.0, 2), (8, 1, 1.6, 1), (4, 3, 1.6, 4)],
)
def test_a_drawn_county_s_bound_is_never_above_a_peer_s_plan(instances, schools, years, unequal, seed):
    problem, target = instances.instance(schools, years=years, unequal=unequal, seed=seed)
    ours, native, by_hand = solve(problem, tolerance=0.001, seconds=6), scip(problem, seconds=6), greedy(problem)
    assert problem.broken(ours.lots) == ()
    peers = [each.objective for each in (native, by_hand) if each.lots is not None and not each.broken]
    assert ours.bound <= min([*peers, problem.cost(target)]) * (1 + 1e-9)
    assert native.bound <= ours.objective * (1 + TIGHT)
    assert ours.objective <= min(peers) * 1.001 or ours.status == "feasible"
