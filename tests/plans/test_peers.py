"""What the path is measured against: the peers answer rightly, and every drawn county has a plan."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import path_peers
import pytest
from path_peers import enumerate_plans, greedy, scip, scip_apart

from jiaoheng import typed
from jiaoheng.plans.path.problem import Effect, Figure, Problem, Row, Section, Spread, Variable

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def instances(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import path_instances

    return path_instances


def small(seed: int) -> Problem:
    """Three schools with two figures each, six things to buy, and limits that bind in some of the draws."""
    draw = random.Random(seed)
    figures, sections = [], []
    for i in range(3):
        pupils = float(draw.randint(50, 400))
        for check, a_pupil in (("1.4", 4.5), ("1.6", 2000.0)):
            due = a_pupil * pupils
            figures.append(Figure(f"S{i}", "primary", check, pupils, draw.uniform(0.5, 2.2) * due, due, 0.85 * due))
        sections.append(Section(f"S{i}", "primary", pupils, (2 * i, 2 * i + 1), 1))
    variables, effects = [], []
    for v in range(6):
        lot = draw.uniform(0.1, 0.35) * figures[v].threshold
        variables.append(Variable("build_rooms" if v % 2 == 0 else "buy_equipment", draw.uniform(1e4, 9e5), 4, lot))
        effects.append(Effect(v, v, lot))
        if draw.random() < 0.3:
            other = draw.choice([j for j in range(v % 2, 6, 2) if j != v])
            effects.append(Effect(other, v, -0.5 * lot))
    spreads = tuple(
        Spread(check, "primary", draw.uniform(0.15, 0.35), (k, k + 2, k + 4)) for k, check in ((0, "1.4"), (1, "1.6"))
    )
    together = tuple((v, 1.0) for v in range(6))
    rows = (Row("lots", together, draw.uniform(3, 12)), Row("share", ((0, 1.0), (2, -1.0)), 1.0))
    return Problem(tuple(variables), tuple(figures), tuple(effects), tuple(sections), spreads, rows)


@pytest.mark.parametrize("seed", range(16))
def test_scip_finds_the_optimum_that_enumeration_finds(seed):
    problem = small(seed)
    true, found = enumerate_plans(problem), scip(problem, seconds=20)
    assert found.status == true.status
    if true.lots is None:
        assert found.lots is None
    else:
        assert found.objective == pytest.approx(true.objective, rel=1e-6)
        assert found.bound <= true.objective * (1 + 1e-6)
        assert found.broken == ()


def test_scip_in_a_process_of_its_own_says_the_same_and_its_end_is_told(monkeypatch, tmp_path):
    problem = small(11)
    apart, here = scip_apart(problem, seconds=20), scip(problem, seconds=20)
    assert (apart.status, apart.lots, apart.objective) == (here.status, here.lots, here.objective)
    broken = tmp_path / "broken.py"
    broken.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(path_peers, "__file__", str(broken))
    ended = scip_apart(problem, seconds=20)
    assert (ended.status, ended.lots) == ("crashed", None)


def test_small_questions_are_of_both_kinds_and_their_limits_bind():
    answers = {seed: enumerate_plans(small(seed)) for seed in range(16)}
    assert {each.status for each in answers.values()} == {"optimal", "infeasible"}
    loosened = [
        enumerate_plans(msgspec.structs.replace(small(seed), spreads=())).objective
        for seed, each in answers.items()
        if each.lots is not None
    ]
    bound = [each.objective for each in answers.values() if each.lots is not None]
    assert any(free < least for free, least in zip(loosened, bound, strict=True))


def test_greedy_never_finds_less_than_the_optimum_and_breaks_nothing():
    found = 0
    for seed in range(16):
        problem = small(seed)
        by_hand = greedy(problem)
        if by_hand.lots is not None:
            found += 1
            assert by_hand.broken == ()
            assert by_hand.objective >= enumerate_plans(problem).objective
    assert found


@pytest.mark.parametrize(("years", "stages", "unequal"), [(1, 2, 1.0), (1, 1, 1.6), (3, 2, 1.6), (1, 2, 2.0)])
def test_a_drawn_county_has_its_target_plan(instances, years, stages, unequal):
    problem, target = instances.instance(20, years=years, stages=stages, unequal=unequal, seed=3)
    assert problem.broken(target) == ()
    assert problem.broken([0] * len(target))
    assert {each.stage for each in problem.sections} == ({"primary", "junior"} if stages == 2 else {"primary"})
    assert {each.begun for each in problem.variables} == set(range(2026, 2026 + years))
    assert max(each.year for each in problem.variables) == 2026 + years


def test_coefficients_bind_where_the_start_is_unequal_even_with_all_at_standard(instances):
    for seed in range(3):
        problem, _ = instances.instance(40, unequal=2.0, seed=seed)
        at_standard = [max(each.base, each.threshold) for each in problem.figures]
        assert sum(problem.coefficient(each, at_standard) > each.limit for each in problem.spreads) >= 4


def test_the_same_arguments_draw_the_same_county(instances):
    assert instances.instance(15, years=3, seed=5) == instances.instance(15, years=3, seed=5)
    assert instances.instance(15, seed=5) != instances.instance(15, seed=6)


def test_stages_of_one_school_share_what_is_built(instances):
    problem, _ = instances.instance(20, seed=0)
    touched: dict[int, set[str]] = {}
    for effect in problem.effects:
        if problem.variables[effect.variable].kind == "build_rooms":
            touched.setdefault(effect.variable, set()).add(problem.figures[effect.figure].stage)
    assert {"primary", "junior"} in touched.values()


def test_a_written_county_is_read_as_it_was(instances, tmp_path):
    problem, target = instances.instance(10, years=3, unequal=1.6, seed=2)
    path = instances.write(tmp_path / "folder", "county", problem, target)
    assert typed.decode(path.read_bytes(), Problem) == problem
    assert typed.decode((tmp_path / "folder" / "county.target.json").read_bytes(), tuple[int, ...]) == target


@pytest.mark.parametrize(
    ("years", "unequal", "seed"), [(1, 1.0, 0), (1, 1.6, 0), (1, 2.0, 0), (3, 1.6, 0), (3, 2.0, 1)]
)
def test_greedy_brings_a_county_to_standard_and_levels_it(instances, years, unequal, seed):
    problem, _ = instances.instance(30, years=years, unequal=unequal, seed=seed)
    by_hand = greedy(problem)
    assert by_hand.status == "found"
    assert by_hand.broken == ()
    assert by_hand.excess == 0


def test_greedy_gives_up_where_the_money_does_not_reach(instances):
    problem, _ = instances.instance(10, seed=0)
    poor = [msgspec.structs.replace(row, at_most=0.0) if row.kind == "budget" else row for row in problem.rows]
    by_hand = greedy(msgspec.structs.replace(problem, rows=tuple(poor)))
    assert (by_hand.status, by_hand.lots, by_hand.objective) == ("gave up", None, None)


def test_what_breaks_a_limit_is_told():
    problem = small(0)
    nothing = greedy(msgspec.structs.replace(problem, sections=(), spreads=(Spread("1.4", "primary", 9.0, (0, 2, 4)),)))
    assert nothing.objective == 0
    assert nothing.broken == ()
