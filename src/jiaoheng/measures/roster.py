"""Staff counts, derived from the roster of teachers where there is one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jiaoheng.county.teaching import ABOVE_REQUIRED, BACKBONE, PE_ARTS, SENIOR_TITLES, TRAINING_HOURS
from jiaoheng.measures.engine import texts


def staff_counts(year: int, figures: Collection[str]) -> str:
    """SQL for one row a school and stage with these figures of ``staff``.

    Where the roster has a school's stage, its teachers are counted, and the figures that a roster does not hold
    (posts, employees, shared teachers) are taken from ``staff``; elsewhere ``staff`` stands as it is. In a county
    whose ``staff_from`` is ``counts``, ``staff`` comes first, and the roster serves where it says nothing.
    """
    listed = {name: count for name, count in _counts().items() if name in figures}
    columns = ["county_code", "school_id", "stage"]
    for name in figures:
        if name in listed:
            columns.append(f"""
                CASE WHEN staff_from = 'counts' THEN COALESCE(counts.{name}, roster.{name})
                     WHEN roster.listed THEN roster.{name} ELSE counts.{name} END AS {name}
            """)
        else:
            columns.append(f"counts.{name}")
    return f"""
        SELECT {", ".join(columns)}
        FROM (SELECT * FROM staff WHERE year = {year:d}) AS counts
        FULL JOIN ({_roster(year, listed)}) AS roster USING (county_code, school_id, stage)
        LEFT JOIN (SELECT county_code, staff_from FROM county) AS county USING (county_code)
    """


def _roster(year: int, counts: Mapping[str, str]) -> str:
    """Teachers counted by school and stage."""
    columns = ["county_code", "school_id", "stage", "TRUE AS listed"]
    columns += [f"{count} AS {name}" for name, count in counts.items()]
    return f"""
        SELECT {", ".join(columns)}
        FROM teachers WHERE year = {year:d} GROUP BY county_code, school_id, stage
    """


def _counts() -> dict[str, str]:
    """The figures that a roster holds; each is null where of any teacher it is not known."""
    return {"teachers": "CASE WHEN COUNT(teacher_id) = COUNT(*) THEN COUNT(*) END"} | {
        name: f"CASE WHEN BOOL_OR(({flag}) IS NULL) THEN NULL ELSE SUM(CAST({flag} AS BIGINT)) END"
        for name, flag in _flags().items()
    }


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
