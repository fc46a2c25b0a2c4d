"""Small questions of the path, drawn so that every plan can be looked at: lots that few, limits of every sort."""

from __future__ import annotations

import itertools
import random

from jiaoheng.plans.path.problem import Effect, Figure, Problem, Row, Section, Spread, Variable

CHECKS = (("1.1", 0.042), ("1.4", 4.5))
"""What is looked at, and how much of it a pupil the standard wants: persons, and m²."""
YEAR = 2026


def drawn(seed: int, *, transfers: bool = False) -> Problem:
    """Three or four schools with two figures each, which of two may be missed in some; at most some thousand plans.

    Some levers serve two figures, some lower another one, some figures stand at their threshold or at their floor;
    some coefficients are of one school only. With ``transfers``, teachers move between schools that are far apart.
    """
    draw = random.Random(seed)
    schools = [f"S{number}" for number in range(3 if transfers else draw.choice((3, 4)))]
    figures, sections = [], []
    for school in schools:
        pupils = float(draw.randint(20, 400))
        own = []
        for check, a_pupil in CHECKS:
            due = a_pupil * pupils
            base = due * draw.choice((0.85, 1.0, *(draw.uniform(0.6, 2.0) for _ in range(4))))
            if check == "1.1":
                base = float(round(base))
            own.append(len(figures))
            figures.append(Figure(school, "primary", check, pupils, base, due, 0.85 * due))
        sections.append(Section(school, "primary", pupils, tuple(own), draw.choice((1, 1, 2))))
    variables: list[Variable] = []
    effects: list[Effect] = []
    for number in range(5 if not transfers else 3):
        j = draw.randrange(len(figures))
        lot = 1.0 if j % 2 == 0 else draw.uniform(0.1, 0.4) * figures[j].threshold
        kind = "hire" if j % 2 == 0 else "build_rooms"
        cost = draw.choice((1e3, draw.uniform(1e4, 9e5)))
        variables.append(Variable(kind, cost, draw.choice((1, 2, 3)), lot, figures[j].school_id, "primary", 2025, YEAR))
        effects.append(Effect(j, number, lot))
        if draw.random() < 0.4:
            other = draw.choice([i for i in range(j % 2, len(figures), 2) if i != j])
            effects.append(Effect(other, number, draw.choice((0.6, 0.25, -0.3)) * lot))
    rows = [Row("lots", tuple((v, 1.0) for v in range(len(variables))), draw.uniform(4, 14))]
    if transfers:
        rows += _transfers(draw, schools, variables, effects)
    spreads = [Spread("1.4", "primary", draw.uniform(0.15, 0.45), tuple(range(1, len(figures), 2)))]
    if draw.random() < 0.5:
        members = tuple(range(0, len(figures), 2)) if draw.random() < 0.7 else (0,)
        spreads.append(Spread("1.1", "primary", draw.uniform(0.2, 0.5), members))
    return Problem(tuple(variables), tuple(figures), tuple(effects), tuple(sections), tuple(spreads), tuple(rows))


def _transfers(draw: random.Random, schools: list[str], variables: list[Variable], effects: list[Effect]) -> list[Row]:
    """One who leaves and one who arrives at each school, of those who count in the degree; as many as there are."""
    terms = []
    for number, school in enumerate(schools):
        for leaves in (True, False):
            v = len(variables)
            way = 1.0 if leaves else -1.0
            variables.append(
                Variable(
                    "transfer",
                    0.0 if leaves else 12_000.0,
                    1 if leaves else draw.choice((1, 1, 2)),
                    1.0,
                    school,
                    "primary",
                    2025,
                    YEAR,
                    0 if leaves else 1,
                    None,
                    ("above_required_degree",),
                    leaves,
                )
            )
            effects.append(Effect(2 * number, v, -way))
            terms.append((v, way))
    return [Row("balance", tuple(terms), 0.0), Row("balance", tuple((v, -way) for v, way in terms), 0.0)]


def any_plan(problem: Problem, tries: int = 4000) -> tuple[int, ...] | None:
    """The first plan from the most lots down, without a look at what it costs."""
    every = itertools.product(*(range(variable.most, -1, -1) for variable in problem.variables))
    return next((lots for lots in itertools.islice(every, tries) if not problem.broken(lots)), None)
