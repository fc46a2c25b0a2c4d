"""How evenly the schools of a county are provided: the coefficient of variation between them.

The coefficient is enrolment-weighted, population form, around Σ resource ÷ Σ pupils (facts §2.1)::

    x̄ = Σ r / Σ p      s = √(Σ p (x − x̄)² / Σ p)      coefficient = s / x̄

Two passes, since Σ p x² − x̄² loses digits. It is known only when every school's figure is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jiaoheng.measures.engine import Connection, number, texts
from jiaoheng.measures.figures import DECIMALS, NOISE


def create_deviations(connection: Connection, demands: Iterable[str]) -> None:
    """Table ``deviations``, from ``figures``: each section's part in the spread of its county, demand and stage.

    Columns: those of ``figures``, mean (of the sections whose figure is known), spread = p (x − x̄)², and part, its
    share of the sum of spreads.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE deviations AS
        WITH centred AS (
            SELECT *, SUM(numerator) OVER even / SUM(denominator) OVER even * scale AS mean
            FROM figures WHERE demand IN {texts(demands)} AND value IS NOT NULL
            WINDOW even AS (PARTITION BY county_code, demand, stage)
        ),
        spread AS (SELECT *, pupils * (value - mean) * (value - mean) AS spread FROM centred)
        SELECT *, spread / NULLIF(SUM(spread) OVER (PARTITION BY county_code, demand, stage), 0) AS part FROM spread
    """)


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
            SELECT county_code, demand, stage, COUNT(*) AS known, MAX(mean) AS mean,
                CASE WHEN MAX(mean) > 0 THEN SQRT(SUM(spread) / SUM(pupils)) / MAX(mean) END AS partial
            FROM deviations GROUP BY county_code, demand, stage
        ),
        asked AS (
            SELECT county_code, demand, stage, COUNT(*) AS schools
            FROM figures WHERE demand IN {texts(demands)} GROUP BY county_code, demand, stage
        ),
        found AS (
            SELECT county_code, demand, stage, schools, COALESCE(known, 0) AS known, mean, partial,
                CASE WHEN known = schools THEN partial END AS coefficient,
                {limit if limits else "CAST(NULL AS DOUBLE)"} AS at_most
            FROM asked LEFT JOIN parts USING (county_code, demand, stage)
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
