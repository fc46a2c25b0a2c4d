"""Coefficients as linear rows: what the inner rows let through keeps its limit, what keeps it no other row cuts off."""

from __future__ import annotations

import random

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from path_questions import drawn

from jiaoheng.plans.path.cones import Outer, Squares
from jiaoheng.plans.path.grid import Grid
from jiaoheng.plans.path.problem import Effect, Figure, Problem, Spread, Variable
from jiaoheng.plans.path.program import Program

FEW = settings(max_examples=30, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10**6)


def only_coefficients(seed: int) -> tuple[Problem, list[tuple[int, ...]]]:
    """A drawn question of coefficients alone, and some lots for it."""
    problem = msgspec.structs.replace(drawn(seed), sections=(), rows=())
    draw = random.Random(seed)
    limits = tuple(msgspec.structs.replace(s, limit=draw.uniform(0.1, 0.6)) for s in problem.spreads)
    points = [tuple(draw.randint(0, v.most) for v in problem.variables) for _ in range(8)]
    points = [lots for lots in points if min(problem.numerators(lots)) >= 0]
    return msgspec.structs.replace(problem, spreads=limits), points


def fixed(program: Program, lots: tuple[int, ...]) -> np.ndarray:
    """The point of the programme with these lots, which stay fixed."""
    for column, count in zip(program.lots, lots, strict=True):
        program.linear.highs.changeColBounds(column, count, count)
    point = program.linear.solve().point
    assert point is not None
    return point


def keeps(problem: Problem, lots: tuple[int, ...]) -> bool:
    numerators = problem.numerators(lots)
    return all(problem.coefficient(s, numerators) <= s.limit for s in problem.spreads)


@FEW
@given(SEEDS)
def test_outer_cuts_cut_off_no_point_that_keeps_its_coefficients(seed):
    problem, points = only_coefficients(seed)
    for lots in points:
        program = Program(problem)
        outer = Outer(program)
        for column, count in zip(program.lots, lots, strict=True):
            program.linear.highs.changeColBounds(column, count, count)
        state = outer.solve().state
        if keeps(problem, lots):
            assert state == "optimal"
        else:
            clear = [problem.coefficient(s, problem.numerators(lots)) > s.limit * 1.001 for s in problem.spreads]
            assert state == "infeasible" or not any(clear)


@FEW
@given(SEEDS, st.floats(0.5, 1.5))
def test_what_the_inner_rows_let_through_keeps_its_coefficients(seed, beside):
    problem, points = only_coefficients(seed)
    for lots in points:
        program = Program(problem)
        squares = Squares(program)
        point = fixed(program, lots)
        for number in range(len(problem.spreads)):
            squares.hold(number, point)
        squares.inner({k: float(point[program.spreads[k].mean]) * beside for k in squares.columns})
        if program.linear.solve().state == "optimal":
            assert keeps(problem, lots)


@FEW
@given(SEEDS)
def test_inner_rows_around_a_point_s_own_mean_let_it_through(seed):
    problem, points = only_coefficients(seed)
    for lots in points:
        roomy = [problem.coefficient(s, problem.numerators(lots)) < s.limit * (1 - 1e-4) for s in problem.spreads]
        program = Program(problem)
        squares = Squares(program)
        point = fixed(program, lots)
        for number in range(len(problem.spreads)):
            squares.hold(number, point)
        squares.inner({k: float(point[program.spreads[k].mean]) for k in squares.columns})
        assert program.linear.solve().state == "optimal" or not all(roomy) or not all(stepped(problem))


def stepped(problem: Problem) -> list[bool]:
    grid = Grid(problem)
    return [bool(grid.steps[j]) for s in problem.spreads for j in s.figures if grid.effects[j]]


@FEW
@given(SEEDS, st.lists(st.floats(0.6, 1.6), min_size=0, max_size=3))
def test_relaxed_rows_let_everything_through_that_keeps_its_coefficients(seed, cuts):
    problem, points = only_coefficients(seed)
    for lots in points:
        if not keeps(problem, lots):
            continue
        program = Program(problem)
        squares = Squares(program)
        point = fixed(program, lots)
        ranges = {}
        for number, spread in enumerate(program.spreads):
            squares.hold(number, point)
            mean = float(point[spread.mean])
            ranges[number] = sorted({0.5 * mean, *(mean * cut for cut in cuts), 1.7 * mean})
        added = squares.relaxed(ranges)
        assert program.linear.solve().state == "optimal"
        whole = program.linear.solve_whole(gap=0.0, seconds=10)
        assert whole.state == "optimal"
        columns = program.linear.columns
        program.linear.drop(added.rows, added.columns)
        assert program.linear.columns == columns - len(added.columns)


@FEW
@given(SEEDS)
def test_secants_hold_at_every_step_and_are_exact_there(seed):
    problem, points = only_coefficients(seed)
    grid = Grid(problem)
    for lots in points:
        program = Program(problem)
        squares = Squares(program)
        point = fixed(program, lots)
        for number in range(len(problem.spreads)):
            squares.hold(number, point)
        program.linear.costs({column: 1.0 for own in squares.columns.values() for column in own})
        least = program.linear.solve().point
        for number, own in squares.columns.items():
            spread = program.spreads[number]
            for value, square, j in zip(spread.values, own, problem.spreads[number].figures, strict=True):
                x = float(least[value])
                assert least[square] <= x * x * (1 + 1e-6) + 1e-6
                if grid.steps[j] or not grid.effects[j]:
                    assert least[square] == pytest.approx(x * x, rel=1e-6, abs=1e-6)


def test_a_figure_that_no_lot_changes_and_a_mean_of_nought_are_no_obstacle_to_the_truth():
    """Nobody has anything: no coefficient. One lot for the one school of the spread: evenness itself."""
    figure = Figure("A", "primary", "1.2", 100.0, 0.0, 1.0, 0.85)
    one = Problem(
        (Variable("appoint_backbone", 5.0, 2, 1.0, "A", "primary"),),
        (figure,),
        (Effect(0, 0, 1.0),),
        (),
        (Spread("1.2", "primary", 0.2, (0,)),),
    )
    assert one.broken((0,)) == ("1.2 primary",)
    assert one.broken((1,)) == ()
