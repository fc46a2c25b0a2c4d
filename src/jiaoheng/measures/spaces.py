"""Large classes and places, school by school, as SQL for the county's totals."""

from __future__ import annotations

from jiaoheng.measures.engine import texts
from jiaoheng.measures.sections import WEIGHTS

PUBLIC = "COALESCE(ownership, 'public') <> 'private'"
"""Whether a school is public."""


def classes_from(size: int, year: int, stages: str) -> str:
    """Classes of a size or more by school and stage, between bounds.

    Where every class of a grade is listed the number is exact. Else with p pupils in c classes at most
    (p − c) ÷ (size − 1) of them can be so large, and at least one is where p is more than c × (size − 1). Bands of
    size bound the stage as a whole, and so do its pupils.
    """
    own = "COALESCE(each.known = each.listed AND each.listed >= COALESCE(enrolled.classes, each.listed), FALSE)"
    crowded = f"CASE WHEN enrolled.pupils > enrolled.classes * {size - 1} THEN 1 ELSE 0 END"
    few = f"FLOOR((enrolled.pupils - enrolled.classes) / {max(size - 1, 1)})"
    room = f"CASE WHEN enrolled.classes > 0 THEN LEAST(enrolled.classes, {few}) WHEN enrolled.pupils = 0 THEN 0 END"
    return f"""
        SELECT county_code, school_id, stage, low, GREATEST(high, low) AS high
        FROM (
            SELECT sections.county_code, sections.school_id, stage,
                GREATEST(SUM(grades.low), COALESCE(SUM(banded.low), 0)) AS low,
                LEAST(
                    CASE WHEN COUNT(grades.high) = COUNT(*) THEN SUM(grades.high) END,
                    CASE WHEN COUNT(banded.high) = COUNT(banded.member) THEN SUM(banded.high) END,
                    CASE WHEN COUNT(grades.pupils) = COUNT(*) THEN SUM(FLOOR(grades.pupils / {size})) END
                ) AS high
            FROM (
                SELECT enrolled.unit, enrolled.member, enrolled.stage,
                    CASE WHEN COUNT(enrolled.pupils) = COUNT(*) THEN SUM(enrolled.pupils) END AS pupils,
                    SUM(CASE WHEN {own} THEN each.large ELSE GREATEST(COALESCE(each.large, 0), {crowded}) END) AS low,
                    CASE WHEN COUNT(CASE WHEN {own} THEN each.large ELSE {room} END) = COUNT(*)
                        THEN SUM(CASE WHEN {own} THEN each.large ELSE {room} END) END AS high
                FROM enrolled LEFT JOIN (
                    SELECT member, grade, COUNT(*) AS listed, COUNT(pupils) AS known,
                        COUNT(CASE WHEN pupils >= {size} THEN 1 END) AS large
                    FROM classes JOIN members USING (county_code, school_id)
                    WHERE year = {year:d} GROUP BY member, grade
                ) AS each ON each.member = enrolled.member AND each.grade = enrolled.grade
                GROUP BY enrolled.unit, enrolled.member, enrolled.stage
            ) AS grades
            JOIN (SELECT county_code, school_id, unit, stage FROM sections) AS sections USING (unit, stage)
            LEFT JOIN ({_banded(size, year)}) AS banded ON banded.member = grades.member AND banded.band_stage = stage
            WHERE stage IN {stages} GROUP BY sections.county_code, sections.school_id, stage
        )
    """


def _banded(size: int, year: int) -> str:
    """Bounds by the bands of size that a stage's classes are counted in."""
    reaches = f"COALESCE(largest >= {size}, TRUE)"
    return f"""
        SELECT member, stage AS band_stage,
            SUM(CASE WHEN smallest >= {size} THEN COALESCE(classes, 0) ELSE 0 END) AS low,
            CASE WHEN NOT BOOL_OR(classes IS NULL AND {reaches})
                THEN SUM(CASE WHEN {reaches} THEN classes ELSE 0 END) END AS high
        FROM class_sizes JOIN members USING (county_code, school_id)
        WHERE year = {year:d} GROUP BY member, stage
    """


def places(stages: str, *, public: bool) -> str:
    """Places by school. Those of a whole school are those of its primary, junior and senior parts together, as other
    facilities are; they cannot be told for one of several parts, and not be split as a share of pupils."""
    weighed = texts(WEIGHTS)
    here = f"parts.stage IN {stages}"
    amount = "CASE WHEN has_whole AND touched THEN CASE WHEN inside THEN whole + own_or_nothing END ELSE own END"
    if public:
        amount = f"CASE WHEN NOT ({PUBLIC}) THEN 0 ELSE {amount} END"
    return f"""
        WITH parts AS (
            SELECT *, (stage IN {weighed}) = BOOL_OR(stage IN {weighed}) OVER (PARTITION BY unit) AS owner
            FROM (SELECT county_code, school_id, unit, stage, ownership FROM sections)
        ),
        units AS (
            SELECT parts.county_code, parts.school_id, parts.ownership,
                BOOL_OR(owner AND {here}) AS touched,
                BOOL_AND(NOT owner OR {here}) AS inside,
                BOOL_OR(whole.unit IS NOT NULL) AS has_whole, MAX(whole.places) AS whole,
                CASE WHEN NOT BOOL_OR({here} AND own.places IS NULL AND (owner OR own.unit IS NOT NULL))
                    THEN SUM(CASE WHEN {here} THEN own.places END) END AS own,
                CASE WHEN NOT BOOL_OR({here} AND own.unit IS NOT NULL AND own.places IS NULL)
                    THEN COALESCE(SUM(CASE WHEN {here} THEN own.places END), 0) END AS own_or_nothing,
                BOOL_OR({here} AND own.unit IS NOT NULL) AS told
            FROM parts
            LEFT JOIN built AS whole ON whole.unit = parts.unit AND whole.stage = ''
            LEFT JOIN built AS own ON own.unit = parts.unit AND own.stage = parts.stage
            GROUP BY parts.county_code, parts.school_id, parts.ownership, parts.unit
        )
        SELECT county_code, school_id, {amount} AS amount
        FROM units WHERE touched OR told
    """
