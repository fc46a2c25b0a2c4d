"""How evenly the schools of a county are provided: the coefficient of variation between them.

The coefficient is enrolment-weighted, population form, around Σ resource ÷ Σ pupils (docs/sources.md)::

    x̄ = Σ r / Σ p      s = √(Σ p (x − x̄)² / Σ p)      coefficient = s / x̄

Two passes, since Σ p x² − x̄² loses digits. It is known only when every school's figure is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiaoheng.measures.engine import Connection, number, texts
from jiaoheng.measures.figures import DECIMALS, NOISE


def create_deviations(connection: Connection, demands: Iterable[str]) -> None:
    """Table ``means`` and view ``deviations``, from ``figures``: each section's part in the spread of its county.

    Columns of ``means``: county_code, demand, stage, schools, known (those whose figure is known) and mean (of these).
    Columns of ``deviations``: county_code, demand, stage, school_id, pupils, value, mean, spread = p (x − x̄)², and
    part, its share of the sum of spreads. It is a view, as a province asks for few of its many rows.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE means AS
        SELECT county_code, demand, stage, COUNT(*) AS schools, COUNT(value) AS known,
            SUM(CASE WHEN value IS NOT NULL THEN numerator END)
                / SUM(CASE WHEN value IS NOT NULL THEN denominator END) * MAX(scale) AS mean
        FROM figures WHERE demand IN {texts(demands)} GROUP BY county_code, demand, stage;
        CREATE OR REPLACE TEMP VIEW deviations AS
        SELECT *, spread / NULLIF(SUM(spread) OVER (PARTITION BY county_code, demand, stage), 0) AS part
        FROM ({_SPREADS})
    """)


_SPREADS = """
            SELECT county_code, demand, stage, school_id, pupils, value, mean,
                pupils * (value - mean) * (value - mean) AS spread
            FROM figures JOIN means USING (county_code, demand, stage) WHERE value IS NOT NULL
        """


def create_coefficients(connection: Connection, demands: Iterable[str], limits: Mapping[str, float]) -> None:
    """Table ``coefficients``, from ``figures`` and ``deviations``: one row a county, demand and stage.

    Columns: county_code, demand, stage, schools, known (those whose figure is known), mean, partial (over the known
    ones), coefficient (null unless all are known), at_most, status (meets, fails, unknown; measured where no limit is
    stated), by_rounding. Around a mean of 0 or less there is no coefficient.
    """
    limit = "CASE stage " + " ".join(f"WHEN '{stage}' THEN {number(value)}" for stage, value in limits.items()) + " END"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE coefficients AS
        WITH parts AS (
            SELECT county_code, demand, stage, SQRT(SUM(spread) / SUM(pupils)) AS deviation
            FROM ({_SPREADS}) GROUP BY county_code, demand, stage
        ),
        found AS (
            SELECT county_code, demand, stage, schools, known, mean,
                CASE WHEN mean > 0 THEN deviation / mean END AS partial,
                CASE WHEN mean > 0 AND known = schools THEN deviation / mean END AS coefficient,
                {limit if limits else "CAST(NULL AS DOUBLE)"} AS at_most
            FROM means LEFT JOIN parts USING (county_code, demand, stage)
        )
        SELECT *,
            CASE WHEN coefficient IS NULL THEN 'unknown'
                WHEN at_most IS NULL THEN 'measured'
                WHEN coefficient <= at_most * {1 + NOISE} THEN 'meets' ELSE 'fails' END AS status,
            COALESCE(coefficient > at_most * {1 + NOISE} AND ROUND(coefficient, {DECIMALS}) <= at_most, FALSE)
                AS by_rounding
        FROM found
    """)


def create_verdicts(connection: Connection, demands: Iterable[str], at_least: int) -> None:
    """Table ``verdicts``, from ``figures``: each section's verdict, so many demands met and none below its floor.

    Columns: county_code, school_id, stage, pupils, meets, floor, fails, unknown (numbers of demands), verdict (meets,
    fails, unknown). It is unknown only where the figures that are missing could still decide it.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE verdicts AS
        SELECT *,
            CASE WHEN fails > 0 OR meets + unknown < {at_least:d} THEN 'fails'
                WHEN unknown > 0 THEN 'unknown' ELSE 'meets' END AS verdict
        FROM (
            SELECT county_code, school_id, stage, MAX(pupils) AS pupils,
                {
        ", ".join(
            f"COUNT(CASE WHEN status = '{status}' THEN 1 END) AS {status}"
            for status in ("meets", "floor", "fails", "unknown")
        )
    }
            FROM figures WHERE demand IN {texts(demands)} GROUP BY county_code, school_id, stage
        )
    """)
