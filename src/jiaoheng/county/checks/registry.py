"""The list of checks: a new one is a function under ``@rule`` or ``@advice`` in a module of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem

Check = Callable[[County], Iterator[Problem]]
RULES: list[Check] = []
ADVICE: list[Check] = []


def rule(function: Check) -> Check:
    """Register a check that may find errors: a generator of problems with table and row index."""
    RULES.append(function)
    return function


def advice(function: Check) -> Check:
    """Register a check that finds warnings only: no row waits for it, so it runs once errors are out."""
    ADVICE.append(function)
    return function


def check(county: County) -> tuple[Problem, ...]:
    """Every problem of a county's facts, errors before warnings, in the order of tables and rows."""
    return _in_order(county, (*RULES, *ADVICE))


def faults(county: County) -> tuple[Problem, ...]:
    """The problems found by the rules alone, in the same order: what decides which rows wait."""
    return _in_order(county, RULES)


def _in_order(county: County, functions: Iterable[Check]) -> tuple[Problem, ...]:
    tables = {name: position for position, name in enumerate(county.tables)}

    def place(problem: Problem) -> tuple[bool, int, int, str]:
        index = -1 if problem.index is None else problem.index
        return problem.severity != "error", tables.get(problem.table, -1), index, problem.code

    return tuple(sorted((problem for function in functions for problem in function(county)), key=place))
