"""The assessment by Jiaoheng itself: the standard's own demands, surveyed so many counties at a time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from jiaoheng.measures.engine import Connection, parts
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import Question, survey
from jiaoheng.standards import load

YEAR = 2025
STANDARD = load("cn-2017")
BALANCED = tuple(check.id for item in STANDARD.of_area("resources") for check in item.checks)
DEMANDS = tuple(demand for demand in STANDARD.demands() if demand.id in (*BALANCED, "2.4", "2.5"))
QUESTION = Question(DEMANDS, BALANCED, STANDARD.balance.limits, 6)

COEFFICIENTS = "SELECT county_code, demand AS item, stage, coefficient, status FROM coefficients"
COUNTS = """
    WITH told AS (
        SELECT county_code, 'schools' AS rule, stage, verdict AS status FROM verdicts
        UNION ALL SELECT county_code, demand, COALESCE(stage, ''), status FROM figures WHERE demand IN ('2.4', '2.5')
    ),
    judged AS (
        SELECT county_code, verdict AS status FROM verdicts UNION ALL SELECT county_code, status FROM coefficients
    )
    SELECT county_code, rule, stage, status, COUNT(*) AS number FROM told GROUP BY ALL
    UNION ALL
    SELECT county_code, 'county', '', CASE WHEN BOOL_OR(status = 'fails') THEN 'fails'
        WHEN BOOL_OR(status = 'unknown') THEN 'unknown' ELSE 'meets' END, 1
    FROM judged GROUP BY county_code
"""


def assess(root: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The coefficients, and the counts of verdicts, of every county."""
    coefficients: list[pa.Table] = []
    counts: list[pa.Table] = []
    for connection in parts(root):
        survey(connection, QUESTION, YEAR, Options())
        coefficients.append(_fetched(connection, COEFFICIENTS))
        counts.append(_fetched(connection, COUNTS))
    return pa.concat_tables(coefficients).to_pandas(), pa.concat_tables(counts).to_pandas()


def _fetched(connection: Connection, query: str) -> pa.Table:
    return connection.sql(query).to_arrow_table()
