"""The county's totals as SQL: each the sum of a relation with one row a school, class size, place or group.

A relation has county_code, its keys, and ``amount`` (or ``low`` and ``high`` where the facts only bound it); the same
rows are shown where a figure is explained. A total with an unknown part is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

from jiaoheng.county import schema
from jiaoheng.measures.engine import Connection, text, texts
from jiaoheng.measures.spaces import PUBLIC, classes_from, places
from jiaoheng.measures.totals import COHORT, REACHES, Total, total


def create_totals(connection: Connection, year: int, names: Iterable[str], unknown: frozenset[str]) -> None:
    """Add the totals among these names to the table ``counties``, each a column of its name.

    A bounded total has ``…_low`` and ``…_high`` beside it and is null where they differ. ``unknown`` are stages, and
    the tables ``groups`` and ``children``, of which not all is known in the year; totals of them are null.
    """
    wanted = sorted({each for name in names if (each := total(name))}, key=lambda each: each.name)
    if not wanted:
        return
    told = [each for each in wanted if not is_withheld(each, unknown)]
    parts = [f"SELECT {text(each.name)} AS name, * FROM ({_summed(each, year)})" for each in told]
    nothing = "SELECT '' AS name, '' AS county_code, 0e0 AS amount, 0e0 AS low, 0e0 AS high WHERE FALSE"
    columns = [
        f"MAX(CASE WHEN name = {text(each.name)} THEN {bound} END) AS {each.name}{suffix}"
        for each in wanted
        for bound, suffix in _BOUNDS[: 3 if each.what.bounded else 1]
    ]
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE totals AS {" UNION ALL ".join([nothing, *parts])};
        CREATE OR REPLACE TEMP TABLE counties AS SELECT counties.*, own.* EXCLUDE (county_code)
        FROM counties LEFT JOIN (
            SELECT counties.county_code, {", ".join(columns)}
            FROM counties LEFT JOIN totals USING (county_code) GROUP BY counties.county_code
        ) AS own USING (county_code)
    """)


_BOUNDS = (("amount", ""), ("low", "_low"), ("high", "_high"))


def is_withheld(each: Total, unknown: frozenset[str]) -> bool:
    """Whether a total cannot be told, as not all that it counts is known."""
    if each.what.source in ("groups", "children"):
        return each.what.source in unknown
    if each.counted == "entrants_of_grade_9":
        return "cohort" in unknown
    if each.what.source == "schools" and "schools" in unknown:
        return True
    if each.counted == "schools_in_groups" and "groups" in unknown:
        return True
    if each.reach == "all":
        return "all" in unknown and not each.counted.endswith("opened")
    stages = REACHES.get(each.reach, ("primary", "junior"))
    unlisted = not unknown.isdisjoint(f"no_{stage}" for stage in stages)
    # A school that opened counts as soon as it is in the list, pupils or not.
    return unlisted or (not each.counted.endswith("opened") and not unknown.isdisjoint(stages))


def _summed(each: Total, year: int) -> str:
    """One row a county: county_code, amount, and low and high, which differ where the facts only bound the total."""
    rows = relation(each, year)
    if each.what.bounded:
        high = "CASE WHEN COUNT(high) = COUNT(*) THEN SUM(high) END"
        return f"""
            SELECT county_code, CASE WHEN low = high THEN low END AS amount, low, high FROM (
                SELECT county_code, CAST(SUM(low) AS DOUBLE) AS low, CAST({high} AS DOUBLE) AS high
                FROM ({rows}) GROUP BY county_code
            )
        """
    function = "MAX" if each.counted == "largest_coefficient" else "SUM"
    known = f"CASE WHEN COUNT(amount) = COUNT(*) THEN CAST({function}(amount) AS DOUBLE) END"
    return f"SELECT county_code, {known} AS amount, {known} AS low, {known} AS high FROM ({rows}) GROUP BY county_code"


def relation(each: Total, year: int) -> str:
    """The rows that a total adds up."""
    stages = texts(REACHES.get(each.reach, ()) or ("",))
    match each.what.source:
        case "enrolled" if each.counted == "pupils_grade_9":
            return _grade_nine()
        case "enrolled" if each.counted == "entrants_of_grade_9":
            return _entrants(year - COHORT)
        case "enrolled":
            return _enrolled(each, stages)
        case "sections":
            figure = f"{each.what.column} AS amount"
            return f"SELECT county_code, school_id, stage, {figure} FROM sections WHERE stage IN {stages}"
        case "roster":
            return _roster(each, year, stages)
        case "classes":
            return classes_from(each.number or 0, year, stages)
        case "places":
            return places(stages, public=each.counted.startswith("public_"))
        case "schools" if "opened" in each.counted:
            return _opened(each, year)
        case "schools":
            return _schools(each, year, stages)
        case "groups":
            return _groups(each, year)
        case "children":
            first, last = each.counted.removeprefix("children_").split("_")
            return _children(int(first), int(last), year)
        case _:
            return _yardstick(each, stages)


def _enrolled(each: Total, stages: str) -> str:
    """Pupils and their kinds by school and stage; nursery classes are no part of kindergarten."""
    column = f"COALESCE({each.what.column}, CASE WHEN enrolled.pupils = 0 THEN 0 END)"
    amount = f"CASE WHEN COUNT({column}) = COUNT(*) THEN SUM({column}) END"
    if each.counted.startswith("public_"):
        amount = f"CASE WHEN NOT ({PUBLIC}) THEN 0 ELSE {amount} END"
    return f"""
        SELECT county_code, sections.school_id, stage, {amount} AS amount
        FROM (SELECT * EXCLUDE (school_id) FROM enrolled WHERE grade <> -3) AS enrolled
        JOIN (SELECT county_code, school_id, unit, stage, ownership FROM sections) AS sections USING (unit, stage)
        WHERE stage IN {stages} GROUP BY county_code, sections.school_id, stage, ownership
    """


def _grade_nine() -> str:
    """Pupils of grade 9 by school; unknown where a school tells its junior pupils as a whole."""
    whole = "COUNT(pupils) = COUNT(*) AND NOT BOOL_OR(grade > 12 AND pupils > 0)"
    return f"""
        SELECT county_code, sections.school_id,
            CASE WHEN {whole} THEN SUM(CASE WHEN grade = 9 THEN pupils ELSE 0 END) END AS amount
        FROM (SELECT unit, stage, grade, enrolled.pupils FROM enrolled WHERE stage = 'junior') AS enrolled
        JOIN (SELECT county_code, school_id, unit, stage FROM sections) AS sections USING (unit, stage)
        GROUP BY county_code, sections.school_id
    """


def _entrants(year: int) -> str:
    """Pupils of grade 1 of a year by school, special schools apart; unknown where a primary part is told as a whole."""
    amount = "CASE WHEN COUNT(pupils) = COUNT(*) AND NOT BOOL_OR(grade = 200 AND pupils > 0)"
    return f"""
        SELECT county_code, school_id, {amount} THEN SUM(CASE WHEN grade = 1 THEN pupils ELSE 0 END) END AS amount
        FROM enrolment JOIN members USING (county_code, school_id)
        WHERE year = {year:d} AND (grade BETWEEN 1 AND 6 OR grade = 200) AND COALESCE(only_stage, '') <> 'special'
        GROUP BY county_code, school_id
    """


def _roster(each: Total, year: int, stages: str) -> str:
    """Teachers of the roster by school and stage; null where a school with pupils has none listed."""
    flag = {
        "listed_teachers": "CASE WHEN teacher_id IS NOT NULL THEN TRUE END",
        "listed_associate": "degree IN ('associate', 'bachelor', 'master', 'doctor')",
        "listed_bachelor": "degree IN ('bachelor', 'master', 'doctor')",
        "listed_master": "degree IN ('master', 'doctor')",
        "listed_senior_title": "title IN ('senior_full', 'senior')",
        "listed_trained_below": f"training_hours < {each.number or 0:d}",
    }[each.counted]
    return f"""
        SELECT county_code, sections.school_id, stage, amount
        FROM sections LEFT JOIN (
            SELECT unit, stage,
                CASE WHEN BOOL_OR(({flag}) IS NULL) THEN NULL ELSE SUM(CAST({flag} AS BIGINT)) END AS amount
            FROM teachers JOIN members USING (county_code, school_id) WHERE year = {year:d} GROUP BY unit, stage
        ) AS roster USING (unit, stage)
        WHERE stage IN {stages}
    """


def _schools(each: Total, year: int, stages: str) -> str:
    """Schools with pupils of these stages, campuses counted with their school."""
    amount = {
        "schools": "1",
        "boarding_schools": "CAST(boarding AS BIGINT)",
        "schools_in_groups": "CASE WHEN grouped.county_code <> '' THEN CAST(in_group.unit IS NOT NULL AS BIGINT) END",
    }[each.counted]
    return f"""
        SELECT own.county_code, own.school_id, {amount} AS amount
        FROM (SELECT DISTINCT county_code, school_id, unit FROM sections WHERE stage IN {stages}) AS own
        LEFT JOIN (SELECT county_code, school_id, boarding FROM schools) AS school USING (county_code, school_id)
        LEFT JOIN (
            SELECT DISTINCT unit FROM ({_joined(year)}) AS own_groups JOIN members USING (county_code, school_id)
        ) AS in_group USING (unit)
        LEFT JOIN (SELECT DISTINCT county_code FROM groups) AS grouped USING (county_code)
    """


def _joined(year: int) -> str:
    """Members of groups in a year; one who does not say since when is a member in the latest year only."""
    return f"""
        SELECT groups.* FROM groups
        JOIN (SELECT county_code, MAX(year) AS latest FROM enrolment GROUP BY county_code) AS years USING (county_code)
        WHERE COALESCE(since, latest) <= {year:d}
    """


def _groups(each: Total, year: int) -> str:
    """Groups by number; unknown where one does not say its stage, or of an earlier year since when it is there."""
    within = "TRUE" if each.reach == "all" else f"stage IN {texts(REACHES[each.reach])}"
    known = "TRUE" if each.reach == "all" else "COUNT(stage) > 0"
    return f"""
        SELECT county_code, group_id, CASE WHEN NOT ({known}) OR BOOL_AND(since IS NULL AND latest > {year:d}) THEN NULL
            WHEN BOOL_OR(({within}) AND COALESCE(since, latest) <= {year:d}) THEN 1 ELSE 0 END AS amount
        FROM groups
        JOIN (SELECT county_code, MAX(year) AS latest FROM enrolment GROUP BY county_code) AS years USING (county_code)
        GROUP BY county_code, group_id
    """


def _opened(each: Total, year: int) -> str:
    """Schools of these kinds that opened since a year and are open; where the year is not known, perhaps.

    A school that was built before, or had pupils before, is not new.
    """
    kinds = texts(_kinds(each.reach))
    since = each.number or 0
    before = f"COALESCE(open_from < {since:d}, built_year < {since:d}, FALSE) OR earlier.school_id IS NOT NULL"
    right = f"kind IN {kinds} AND COALESCE(counted, TRUE)"
    if each.counted.startswith("public_"):
        right += f" AND {PUBLIC}"
    open_now = f"COALESCE(open_from <= {year:d}, TRUE) AND COALESCE(open_to >= {year:d}, TRUE)"
    return f"""
        SELECT county_code, schools.school_id,
            CAST(COALESCE({right} AND {open_now} AND open_from >= {since:d}, FALSE) AS BIGINT) AS low,
            CAST({right} AND {open_now} AND NOT (open_from IS NULL AND ({before}))
                AND COALESCE(open_from >= {since:d}, TRUE) AS BIGINT) AS high
        FROM schools LEFT JOIN (
            SELECT DISTINCT county_code, school_id FROM enrolment WHERE year < {since:d} AND pupils > 0
        ) AS earlier USING (county_code, school_id)
    """


def _kinds(reach: str) -> tuple[str, ...]:
    """Kinds of schools that are new schools of a reach; teaching points and attached classes are none.

    Schools with a senior part are senior schools, nine-year schools those of compulsory education.
    """
    groups = {
        "kindergarten": ("kindergarten",),
        "primary": ("primary",),
        "junior": ("junior",),
        "nine_year": ("nine_year",),
        "compulsory": ("primary", "junior", "nine_year"),
        "senior": ("senior", "complete_secondary", "twelve_year"),
        "vocational": ("vocational",),
        "special": ("special",),
    }
    groups["schools"] = groups["compulsory"] + groups["senior"]
    groups["basic"] = groups["schools"] + groups["kindergarten"]
    groups["upper"] = groups["senior"] + groups["vocational"]
    groups["all"] = groups["basic"] + groups["vocational"] + groups["special"]
    kinds = schema().codes["kind"]
    attached = {kind.value for kind in kinds if kind.label.zh.startswith("附设")}
    return tuple(str(kind.value) for kind in kinds if kind.group in groups[reach] and kind.value not in attached)


def _children(first: int, last: int, year: int) -> str:
    """Children of these ages by age; unknown where a place lacks an age, or a village is in no place that is listed."""
    return f"""
        WITH told AS (
            SELECT county_code, place_id, age, persons FROM children
            WHERE year = {year:d} AND age BETWEEN {first:d} AND {last:d}
        ),
        whole AS (
            SELECT county_code, COUNT(*) = COUNT(DISTINCT place_id) * {last - first + 1:d} AS every_age
            FROM told GROUP BY county_code
        ),
        uncovered AS (
            SELECT DISTINCT leaf.county_code FROM places AS leaf
            LEFT JOIN places AS above ON above.county_code = leaf.county_code AND above.place_id = leaf.parent_id
            LEFT JOIN places AS below ON below.county_code = leaf.county_code AND below.parent_id = leaf.place_id
            WHERE below.place_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM told WHERE told.county_code = leaf.county_code
                    AND told.place_id IN (leaf.place_id, leaf.parent_id, above.parent_id)
            )
        )
        SELECT told.county_code, age,
            CASE WHEN ANY_VALUE(every_age) AND ANY_VALUE(uncovered.county_code) IS NULL
                AND COUNT(persons) = COUNT(*) THEN SUM(persons) END AS amount
        FROM told JOIN whole USING (county_code) LEFT JOIN uncovered USING (county_code)
        GROUP BY told.county_code, age
    """


def _yardstick(each: Total, stages: str) -> str:
    """What the national standard says of schools and coefficients, from the tables that ``survey`` keeps of it."""
    if each.counted == "largest_coefficient":
        columns = "county_code, demand, stage, coefficient AS amount"
        return f"SELECT {columns} FROM national_coefficients WHERE stage IN {stages}"
    verdicts = f"FROM national_verdicts WHERE stage IN {stages}"
    if each.counted == "schools_judged":
        return f"SELECT county_code, school_id, stage, 1 AS amount {verdicts}"
    low, high = "CAST(verdict = 'meets' AS BIGINT)", "CAST(verdict <> 'fails' AS BIGINT)"
    return f"SELECT county_code, school_id, stage, {low} AS low, {high} AS high {verdicts}"
