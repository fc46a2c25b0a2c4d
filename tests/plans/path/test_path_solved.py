"""What the solver says of small drawn questions, beside enumeration; and every step after it keeps the plan a plan."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from path_peers import enumerate_plans
from path_questions import any_plan, drawn

from jiaoheng.plans.pairing import paired
from jiaoheng.plans.path.budgeted import curve, most_passing
from jiaoheng.plans.path.fewest import fewest_people, people
from jiaoheng.plans.path.nearest import from_nearer
from jiaoheng.plans.path.problem import Problem, Row, Variable
from jiaoheng.plans.path.solve import solve
from jiaoheng.plans.path.timing import earliest
from jiaoheng.plans.path.trimming import trimmed

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=25, deadline=None, derandomize=True)
TIGHT = 1e-6


@FEW
@given(SEEDS, st.booleans())
def test_the_solver_agrees_with_enumeration(seed, transfers):
    problem = drawn(seed, transfers=transfers)
    true, ours = enumerate_plans(problem), solve(problem, tolerance=TIGHT, seconds=3)
    if true.lots is None:
        assert (ours.lots, ours.status) in ((None, "infeasible"), (None, "unfinished"))
        return
    assert ours.status in ("optimal", "feasible")
    assert problem.broken(ours.lots) == ()
    assert ours.bound <= true.objective * (1 + 1e-9)
    assert ours.objective <= true.objective * (1 + TIGHT) or ours.status == "feasible"


@FEW
@given(SEEDS, st.booleans())
def test_no_lot_of_a_trimmed_plan_can_be_taken_back(seed, transfers):
    problem = drawn(seed, transfers=transfers)
    lots = any_plan(problem)
    if lots is None:
        return
    found = trimmed(problem, lots)
    assert problem.broken(found) == ()
    assert all(now <= before for now, before in zip(found, lots, strict=True))
    for v, count in enumerate(found):
        if count and problem.variables[v].kind != "transfer":
            less = [*found]
            less[v] -= 1
            assert problem.broken(less), (v, found)


@FEW
@given(SEEDS)
def test_fewer_people_never_cost_more(seed):
    problem = drawn(seed, transfers=True)
    lots = any_plan(problem)
    if lots is None:
        return
    found = fewest_people(problem, lots, 1.0)
    assert problem.broken(found) == ()
    assert problem.cost(found) <= problem.cost(lots)
    assert people(problem, found) <= people(problem, lots)


@FEW
@given(SEEDS, st.lists(st.integers(1, 100), min_size=4, max_size=4))
def test_from_nearer_keeps_cost_and_arrivals_and_never_lengthens(seed, places):
    problem = drawn(seed, transfers=True)
    lots = any_plan(problem)
    if lots is None:
        return
    where = {f"S{number}": float(place) for number, place in enumerate(places)}

    def distance(source, target):
        return abs(where[source] - where[target])

    found = from_nearer(problem, lots, distance)
    assert problem.broken(found) == ()
    assert problem.cost(found) == pytest.approx(problem.cost(lots))
    assert arrivals(problem, found) == arrivals(problem, lots)
    assert kilometres(problem, found, distance) <= kilometres(problem, lots, distance) + 1e-9


def test_a_nearer_source_is_not_taken_where_another_school_then_waits_for_one_from_afar():
    """A and B send one each, to C and D beside them; E is nearer to D than B's neighbour C is, and far from C."""
    where = {"A": 0.0, "C": 1.0, "D": 50.0, "B": 51.0, "E": 75.0}
    variables, terms = [], []
    for school in where:
        for leaves in (True, False):
            terms.append((len(variables), 1.0 if leaves else -1.0))
            variables.append(Variable("transfer", 0.0 if leaves else 9.0, 1, 1.0, school, "primary", leaves=leaves))
    back = tuple((v, -way) for v, way in terms)
    problem = Problem(tuple(variables), (), (), (), (), (Row("balance", tuple(terms), 0.0), Row("balance", back, 0.0)))
    lots = [0] * len(variables)
    for place, school in enumerate(where):
        lots[2 * place + (school in "CD")] = int(school in "ABCD")
    assert from_nearer(problem, lots, lambda a, b: abs(where[a] - where[b])) == tuple(lots)


def arrivals(problem, lots):
    return [n for v, n in zip(problem.variables, lots, strict=True) if v.kind == "transfer" and not v.leaves]


def kilometres(problem, lots, distance):
    flows = [(v, n) for v, n in zip(problem.variables, lots, strict=True) if v.kind == "transfer"]
    outs = {v.school_id: n for v, n in flows if v.leaves}
    ins = {v.school_id: n for v, n in flows if not v.leaves}
    return paired(outs, ins, distance).km


@FEW
@given(SEEDS, st.integers(1, 3))
def test_earlier_is_as_much_within_the_limits_of_each_year(seed, years):
    """Every lot can be begun in each of some years, for which there is only so much money."""
    problem = drawn(seed)
    lots = any_plan(problem)
    if lots is None:
        return
    count = len(problem.variables)
    variables = [
        msgspec.structs.replace(each, begun=2025 + y, grade=place)
        for y in range(years)
        for place, each in enumerate(problem.variables)
    ]
    effects = [
        msgspec.structs.replace(e, variable=e.variable + y * count) for y in range(years) for e in problem.effects
    ]
    rows = [
        msgspec.structs.replace(row, terms=tuple((v + y * count, w) for y in range(years) for v, w in row.terms))
        for row in problem.rows
    ]
    late = tuple([0] * (count * (years - 1)) + list(lots))
    money = max((v.cost for v, n in zip(problem.variables, lots, strict=True) if n), default=0.0)
    yearly = [
        Row("budget", tuple((v, variables[v].cost) for v in range(y * count, (y + 1) * count)), money)
        for y in range(years - 1)
    ]
    wide = Problem(
        tuple(variables), problem.figures, tuple(effects), problem.sections, problem.spreads, (*rows, *yearly)
    )
    assert wide.broken(late) == ()
    found = earliest(wide, late, {}, 5.0)
    assert wide.broken(found) == ()
    assert [sum(found[v::count]) for v in range(count)] == list(lots)
    if years > 1 and any(lots):
        assert sum(found[:count]) > 0


@FEW
@given(SEEDS, st.floats(0, 1))
def test_the_most_pupils_for_a_budget_are_those_of_enumeration(seed, part):
    problem = drawn(seed)
    whole = problem.cost([v.most for v in problem.variables])
    spent = Row("budget", tuple((v, each.cost) for v, each in enumerate(problem.variables)), part * whole, "yuan")
    poor = msgspec.structs.replace(problem, rows=(*problem.rows, spent), spreads=())
    found = most_passing(poor, tolerance=TIGHT, seconds=5)
    best = most_by_enumeration(poor)
    assert found.objective == best
    assert found.bound >= best
    allowed = msgspec.structs.replace(poor, sections=())
    assert allowed.broken(found.lots) == ()


def most_by_enumeration(problem: Problem) -> float:
    goal = msgspec.structs.replace(problem, sections=(), spreads=())
    best = 0.0
    for lots in itertools.product(*(range(v.most + 1) for v in problem.variables)):
        numerators = problem.numerators(lots)
        pupils = sum(s.pupils for s in problem.sections if problem.passes(s, numerators))
        if pupils > best and not goal.broken(lots):
            best = pupils
    return best


@FEW
@given(SEEDS)
def test_a_curve_never_falls_and_spends_no_more_than_its_budgets(seed):
    problem = drawn(seed)
    most = problem.cost([v.most for v in problem.variables])
    points = list(curve(problem, [most * step / 4 for step in range(5)], tolerance=TIGHT, seconds=10))
    assert [p.pupils for p in points] == sorted(p.pupils for p in points)
    assert all(p.cost <= p.budget * (1 + 1e-9) + 1e-6 for p in points)
    assert all(p.bound >= p.pupils for p in points)
