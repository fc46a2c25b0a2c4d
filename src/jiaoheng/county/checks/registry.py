"""The list of checks: a new one is a function under ``@rule`` in a module of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem

Rule = Callable[[County], Iterator[Problem]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Register a check: a generator of problems, each with its table and row index where it has one."""
    RULES.append(function)
    return function


def check(county: County) -> tuple[Problem, ...]:
    """Every problem of a county's facts, errors before warnings, in the order of tables and rows."""
    problems = [problem for function in RULES for problem in function(county)]
    order = {name: position for position, name in enumerate(county.tables)}
    return tuple(
        sorted(
            problems,
            key=lambda p: (
                p.severity != "error",
                order.get(p.table, -1),
                -1 if p.index is None else p.index,
                p.code,
            ),
        )
    )
