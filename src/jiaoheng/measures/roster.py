"""Staff counts, derived from the roster of teachers where there is one."""

from __future__ import annotations

from jiaoheng.county.teaching import ABOVE_REQUIRED, BACKBONE, PE_ARTS, SENIOR_TITLES, TRAINING_HOURS
from jiaoheng.measures.engine import texts
from jiaoheng.measures.grains import resources


def staff_counts(year: int) -> str:
    """SQL for one row a school and stage with the figures of ``staff``.

    Where the roster has a school's stage, its teachers are counted, and the figures that a roster does not hold
    (posts, employees, shared teachers) are taken from ``staff``; elsewhere ``staff`` stands as it is.
    """
    listed = _flags()
    columns = []
    for name in sorted(resources("staff")):
        if name == "teachers":
            columns.append("CASE WHEN roster.listed THEN roster.teachers ELSE counts.teachers END AS teachers")
        elif name in listed:
            columns.append(f"CASE WHEN roster.listed THEN roster.{name} ELSE counts.{name} END AS {name}")
        else:
            columns.append(f"counts.{name}")
    return f"""
        SELECT county_code, school_id, stage, {", ".join(columns)}
        FROM (SELECT * FROM staff WHERE year = {year:d}) AS counts
        FULL JOIN ({_roster(year, listed)}) AS roster USING (county_code, school_id, stage)
    """


def _roster(year: int, flags: dict[str, str]) -> str:
    """Teachers counted by school and stage; a count is null where of anybody it is not known."""
    counts = ", ".join(
        f"CASE WHEN BOOL_OR(({flag}) IS NULL) THEN NULL ELSE SUM(CAST({flag} AS BIGINT)) END AS {name}"
        for name, flag in flags.items()
    )
    return f"""
        SELECT county_code, school_id, stage, TRUE AS listed,
            CASE WHEN COUNT(teacher_id) = COUNT(*) THEN COUNT(*) END AS teachers, {counts}
        FROM teachers WHERE year = {year:d} GROUP BY county_code, school_id, stage
    """


def _flags() -> dict[str, str]:
    """What makes a teacher count towards each figure."""
    degrees = " ".join(f"WHEN '{stage}' THEN degree IN {texts(above)}" for stage, above in ABOVE_REQUIRED.items())
    taught = " OR ".join(f"(';' || subjects || ';') LIKE '%;{code};%'" for code in PE_ARTS)
    return {
        "above_required_degree": f"CASE stage {degrees} END",
        "backbone": f"backbone IN {texts(BACKBONE)}",
        "pe_arts": f"({taught})",
        "certified": "certificate",
        "trained_360h": f"training_hours >= {TRAINING_HOURS}",
        "senior_titles": f"title IN {texts(SENIOR_TITLES)}",
    }
