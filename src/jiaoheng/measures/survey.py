"""The whole measurement of a county or of many: sections, schools, figures, coefficients, verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.measures.balance import create_coefficients, create_deviations, create_verdicts
from jiaoheng.measures.county_totals import create_totals
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import Connection
from jiaoheng.measures.figures import create_figures
from jiaoheng.measures.grains import inputs
from jiaoheng.measures.options import Options
from jiaoheng.measures.sections import create_counties, create_schools, create_sections
from jiaoheng.measures.totals import columns


class Question(msgspec.Struct, frozen=True):
    """What to measure: the demands, which of them are balanced between schools and within what limits by stage,
    and how many of those a school must meet (None where the standard has no such rule).

    ``national`` is such a question of the national standard, where a total counts what that says of schools.
    """

    demands: tuple[Demand, ...]
    balanced: tuple[str, ...]
    limits: Mapping[str, float]
    at_least: int | None
    national: Question | None = None


def survey(
    connection: Connection, question: Question, year: int, options: Options, unknown: frozenset[str] = frozenset()
) -> None:
    """Measure every county of a connection for one school year; totals of what is ``unknown`` are not told.

    Leaves the temporary tables ``sections``, ``schools_measured``, ``counties`` and ``figures``; ``deviations`` and
    ``coefficients`` where anything is balanced; ``verdicts`` where there is a rule for schools. The modules that make
    them say their columns.
    """
    asked = inputs((*question.demands, *(question.national.demands if question.national else ())))
    create_sections(connection, year, options, asked | columns(asked))
    create_schools(connection, year, inputs(question.demands, "school"))
    create_counties(connection)
    if question.national:
        _create_national(connection, question.national, year)
    create_totals(connection, year, inputs(question.demands, "county"), unknown)
    create_figures(connection, year, question.demands)
    if question.balanced:
        create_deviations(connection, question.balanced)
        create_coefficients(connection, question.balanced, question.limits)
    if question.at_least is not None:
        create_verdicts(connection, question.balanced, question.at_least)


def _create_national(connection: Connection, question: Question, year: int) -> None:
    """Tables ``national_verdicts`` and ``national_coefficients``, with the columns of those of ``balance``."""
    create_figures(connection, year, question.demands)
    create_deviations(connection, question.balanced)
    create_coefficients(connection, question.balanced, question.limits)
    create_verdicts(connection, question.balanced, question.at_least or 0)
    for name in ("verdicts", "coefficients"):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE national_{name} AS SELECT * FROM {name}")
