"""The whole measurement of a county or of many: sections, schools, figures, coefficients, verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.measures.balance import create_coefficients, create_deviations, create_verdicts
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import Connection
from jiaoheng.measures.figures import create_figures
from jiaoheng.measures.grains import inputs
from jiaoheng.measures.options import Options
from jiaoheng.measures.sections import create_counties, create_schools, create_sections


class Question(msgspec.Struct, frozen=True):
    """What to measure: the demands, which of them are balanced between schools and within what limits by stage,
    and how many of those a school must meet (None where the standard has no such rule)."""

    demands: tuple[Demand, ...]
    balanced: tuple[str, ...]
    limits: Mapping[str, float]
    at_least: int | None


def survey(connection: Connection, question: Question, year: int, options: Options) -> None:
    """Measure every county of a connection for one school year.

    Leaves the temporary tables ``sections``, ``schools_measured``, ``counties`` and ``figures``; ``deviations`` and
    ``coefficients`` where anything is balanced; ``verdicts`` where there is a rule for schools. The modules that make
    them say their columns.
    """
    create_sections(connection, year, options, inputs(question.demands))
    create_schools(connection, year, inputs(question.demands, "school"))
    create_counties(connection)
    create_figures(connection, year, question.demands)
    if question.balanced:
        create_deviations(connection, question.balanced)
        create_coefficients(connection, question.balanced, question.limits)
    if question.at_least is not None:
        create_verdicts(connection, question.balanced, question.at_least)
