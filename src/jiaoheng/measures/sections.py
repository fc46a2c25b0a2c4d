"""Sections: a school's part in one stage, the unit that the standard measures.

``create_sections`` makes one row a county, school and stage with pupils and every resource that belongs to them,
after campuses are counted with their school and shared facilities are split 1 : 1.1 : 1.32 (docs/sources.md).
``create_schools`` makes one row a school with its whole figures, ``create_counties`` one a county. A sum with a
missing part is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jiaoheng.county import schema
from jiaoheng.county.grades import FIRST_WHOLE, WHOLE
from jiaoheng.measures.engine import Connection, text, texts
from jiaoheng.measures.grains import COMPULSORY, finance_items, resources
from jiaoheng.measures.options import SMALL_TEACHING_POINT, Options
from jiaoheng.measures.roster import staff_counts

WEIGHTS = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
"""How facilities that the stages of one school share are divided among their pupils (docs/sources.md)."""


def create_sections(connection: Connection, year: int, options: Options, inputs: frozenset[str]) -> None:
    """Table ``sections``: one row a section of the assessed year.

    Columns: county_code, school_id, stage, kind, setting, ownership and built_year of the school, pupils, classes,
    largest_class_low and _high, share (of the school's facilities), the figures of ``facilities`` and ``staff`` among
    the inputs, compulsory, special and balanced (under the indicators of balance). Beside it stand ``members``
    (school_id, unit_id), ``enrolled`` (unit_id, stage, school_id, grade, pupils, classes) and ``built``, for
    explaining a figure.
    """
    facilities, staff = (sorted(resources(table) & inputs) for table in ("facilities", "staff"))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE members AS {_members(options)};
        CREATE OR REPLACE TEMP TABLE built AS {_built(year, facilities)};
        CREATE OR REPLACE TEMP VIEW enrolled AS {_enrolled(year)};
        CREATE OR REPLACE TEMP TABLE sections AS
        WITH weighed AS ({_weighed(year)}),
        counted AS ({_counted(year, staff)})
        SELECT
            school.county_code, school.school_id, weighed.unit, weighed.stage,
            school.kind, school.setting, school.ownership, school.built_year,
            weighed.pupils, weighed.classes, weighed.largest_class_low, weighed.largest_class_high, weighed.share,
            {_columns(_shared(name) for name in facilities)}
            {_columns(f"counted.{name}" for name in staff)}
            weighed.stage IN {texts(COMPULSORY)} AS compulsory,
            weighed.stage = 'special' AS special,
            weighed.stage IN {texts(COMPULSORY)} AND {_balanced(options)} AS balanced
        FROM weighed
        JOIN members AS school ON school.member = weighed.unit
        LEFT JOIN built AS whole ON whole.unit = weighed.unit AND whole.stage = ''
        LEFT JOIN built AS own ON own.unit = weighed.unit AND own.stage = weighed.stage
        LEFT JOIN counted ON counted.unit = weighed.unit AND counted.stage = weighed.stage
        WHERE {"COALESCE(school.ownership, 'public') <> 'private'" if options.private == "excluded" else "TRUE"}
    """)


def create_schools(connection: Connection, year: int, inputs: frozenset[str]) -> None:
    """Table ``schools_measured``: one row a school with compulsory or special pupils, from ``sections``.

    Columns: county_code, school_id, kind, setting, ownership, built_year, compulsory_pupils, compulsory_classes,
    largest_class_high, school_pupils (all stages), compulsory_quota (yuan a year that the county's quotas give its
    compulsory pupils on average), the figures of ``facilities`` among the inputs for the whole school, its finance
    items in yuan, compulsory, special.
    """
    facilities = sorted(resources("facilities") & inputs)
    items = sorted(inputs.intersection(finance_items()))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE money AS {_money(year)};
        CREATE OR REPLACE TEMP TABLE schools_measured AS
        WITH quotas AS (
            SELECT county_code, quota_primary, quota_junior FROM money WHERE subject_id = county_code
        ),
        own AS (
            SELECT sections.*,
                CASE stage WHEN 'primary' THEN quota_primary WHEN 'junior' THEN quota_junior END * pupils AS quota
            FROM sections LEFT JOIN quotas USING (county_code)
        ),
        totals AS (
            SELECT unit, MAX(county_code) AS county_code, MAX(school_id) AS school_id, MAX(kind) AS kind,
                MAX(setting) AS setting, MAX(ownership) AS ownership, MAX(built_year) AS built_year,
                {_total("pupils", "compulsory")} AS compulsory_pupils,
                {_total("classes", "compulsory")} AS compulsory_classes,
                {_total("largest_class_high", "compulsory", "MAX")} AS largest_class_high,
                {_total("pupils")} AS school_pupils,
                {_total("quota", "compulsory")} / {_total("pupils", "compulsory")} AS compulsory_quota,
                BOOL_OR(compulsory) AS compulsory,
                BOOL_OR(special) AS special
            FROM own GROUP BY unit
        ),
        whole AS (
            SELECT {_columns(f"{_total(name)} AS {name}" for name in facilities)} unit FROM built GROUP BY unit
        )
        SELECT {_columns(f"whole.{name}" for name in facilities)} {_columns(f"money.{item}" for item in items)} totals.*
        FROM totals
        {"LEFT JOIN whole USING (unit)" if facilities else ""}
        LEFT JOIN money ON money.county_code = totals.county_code AND money.subject_id = totals.school_id
        WHERE compulsory OR special
    """)


def create_counties(connection: Connection) -> None:
    """Table ``counties``: county_code and the county's own finance items in yuan, from ``money``.

    A county whose own row is not there has a row all the same: what it should report is then unknown, not unasked.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE counties AS
        SELECT county.county_code, money.* EXCLUDE (county_code, subject_id)
        FROM (SELECT county_code FROM county UNION SELECT county_code FROM schools) AS county
        LEFT JOIN money ON money.county_code = county.county_code AND money.subject_id = county.county_code
    """)


def _members(options: Options) -> str:
    """Which school each school's figures count with: itself, or its main school, also through a campus of it."""
    joins = "NOT COALESCE(counted, TRUE)"
    if options.teaching_points == "merged":
        joins += " OR kind = '218'"
    return f"""
        WITH listed AS (
            SELECT schools.county_code, school_id, kind, setting, ownership, built_year,
                COALESCE(primary_grades, 6) AS primary_grades, {_only_stage()} AS only_stage,
                CASE WHEN ({joins}) AND parent_id IS NOT NULL THEN parent_id ELSE school_id END AS next_id,
                ROW_NUMBER() OVER () AS member
            FROM schools LEFT JOIN (SELECT county_code, primary_grades FROM county) AS county USING (county_code)
        ),
        joined AS (
            SELECT own.*, COALESCE(third.next_id, second.next_id, own.next_id) AS unit_id
            FROM listed AS own
            LEFT JOIN listed AS second ON second.county_code = own.county_code AND second.school_id = own.next_id
            LEFT JOIN listed AS third ON third.county_code = own.county_code AND third.school_id = second.next_id
        )
        SELECT joined.*, main.member AS unit
        FROM joined
        LEFT JOIN listed AS main ON main.county_code = joined.county_code AND main.school_id = joined.unit_id
    """


def _enrolled(year: int) -> str:
    """Pupils, classes and bounds of the largest class, one row a school and grade, with its unit and stage."""
    return f"""
        SELECT members.unit, members.unit_id, members.member, {_STAGE} AS stage,
            members.school_id, enrolment.grade, enrolment.pupils, enrolment.classes, enrolment.boarders,
            enrolment.migrant_children,
            CASE WHEN NOT {_MIXED} THEN {_class_low()} END AS low,
            CASE WHEN NOT {_MIXED} THEN {_class_high()} END AS high
        FROM enrolment
        JOIN members USING (county_code, school_id)
        LEFT JOIN (
            SELECT member, grade, MAX(pupils) AS largest, COUNT(*) AS listed, COUNT(pupils) AS known
            FROM classes JOIN members USING (county_code, school_id)
            WHERE year = {year:d} GROUP BY member, grade
        ) AS each ON each.member = members.member AND each.grade = enrolment.grade
        WHERE enrolment.year = {year:d} AND (enrolment.pupils <> 0 OR enrolment.pupils IS NULL OR {_MIXED})
    """


_MIXED = f"COALESCE(enrolment.grade >= {FIRST_WHOLE} AND enrolment.pupils = 0 AND enrolment.classes > 0, FALSE)"
"""A row of classes of several grades, whose pupils count in their own grades."""


def _only_stage() -> str:
    """The stage of a school whose kind alone decides it."""
    kinds = schema().codes["kind"]
    special = texts(str(kind.value) for kind in kinds if kind.group == "special")
    vocational = texts(str(kind.value) for kind in kinds if kind.group == "vocational")
    return f"CASE WHEN kind IN {special} THEN 'special' WHEN kind IN {vocational} THEN 'vocational' END"


_STAGE = f"""CASE
            WHEN members.only_stage IS NOT NULL THEN members.only_stage
            {" ".join(f"WHEN enrolment.grade = {grade} THEN '{stage}'" for stage, grade in WHOLE.items())}
            WHEN enrolment.grade <= 0 THEN 'kindergarten'
            WHEN enrolment.grade <= members.primary_grades THEN 'primary'
            WHEN enrolment.grade <= 9 THEN 'junior'
            ELSE 'senior' END"""
"""The stage of a grade: by the kind of school where that decides it, else by the county's primary years."""


_ALL_LISTED = "each.known = each.listed AND each.listed >= COALESCE(enrolment.classes, each.listed)"
_AVERAGE = "CAST(CEIL(enrolment.pupils / NULLIF(enrolment.classes, 0)) AS BIGINT)"


def _class_low() -> str:
    """At least this many pupils sit in the grade's largest class: the average, rounded up, or a listed class."""
    return f"CASE WHEN {_ALL_LISTED} THEN each.largest ELSE {_larger('each.largest', _AVERAGE)} END"


def _class_high() -> str:
    """At most this many: exact where every class is listed, else as if every other class had one pupil.

    Where the list and the grade's totals contradict each other, the bounds are what either says.
    """
    alone = "enrolment.pupils - (enrolment.classes - 1)"
    return f"""CASE
            WHEN {_ALL_LISTED} THEN {_larger("each.largest", _AVERAGE)}
            WHEN enrolment.classes > 0 AND enrolment.pupils IS NOT NULL THEN {_larger(alone, _class_low())} END"""


def _larger(one: str, other: str) -> str:
    """The larger of two numbers, or the one that is known."""
    return f"GREATEST(COALESCE({one}, {other}), COALESCE({other}, {one}))"


def _weighed(year: int) -> str:
    """One row a unit and stage, with the stage's share of what the unit's stages use together."""
    weight = "CASE stage " + " ".join(f"WHEN '{stage}' THEN {weight}" for stage, weight in WEIGHTS.items()) + " END"
    return f"""
        WITH parts AS (
            SELECT unit, member, stage, {_total("pupils")} AS pupils, {_total("classes")} AS classes,
                MAX(low) AS low, {_total("high", function="MAX")} AS high
            FROM enrolled GROUP BY unit, member, stage
        ),
        banded AS ({_banded(year)}),
        bounded AS (
            SELECT parts.* EXCLUDE (low, high), {_larger("parts.low", "banded.low")} AS at_least,
                CASE WHEN banded.high IS NULL THEN parts.high
                    WHEN parts.high IS NULL THEN banded.high
                    ELSE LEAST(parts.high, banded.high) END AS at_most
            FROM parts LEFT JOIN banded ON banded.member = parts.member AND banded.stage = parts.stage
        ),
        stages AS (
            SELECT unit, stage, {weight} AS weight, {_total("pupils")} AS pupils,
                {_total("classes")} AS classes, MAX(at_least) AS largest_class_low,
                {_total("high", function="MAX")} AS largest_class_high
            FROM (SELECT *, CASE WHEN at_most < at_least THEN at_least ELSE at_most END AS high FROM bounded)
            GROUP BY unit, stage
            HAVING COALESCE({_total("pupils")}, 1) > 0
        ),
        units AS (
            SELECT unit,
                CASE WHEN COUNT(pupils * weight) = COUNT(weight) THEN SUM(pupils * weight) END AS weighted_pupils
            FROM stages GROUP BY unit
        )
        SELECT stages.*, pupils * weight / weighted_pupils AS share FROM stages JOIN units USING (unit)
    """


def _banded(year: int) -> str:
    """Bounds of the largest class of a school's stage by the bands of size that its classes are counted in.

    The upper bound is null where the highest band with a class is open, or a band's number is not known.
    """
    filled = "classes > 0"
    return f"""
        SELECT member, stage, MAX(smallest) FILTER ({filled}) AS low,
            CASE WHEN COUNT(classes) = COUNT(*) AND COUNT(*) FILTER ({filled} AND largest IS NULL) = 0
                THEN MAX(largest) FILTER ({filled}) END AS high
        FROM class_sizes JOIN members USING (county_code, school_id)
        WHERE year = {year:d} GROUP BY member, stage
    """


def _built(year: int, facilities: Collection[str]) -> str:
    """Facilities by unit and stage, an empty stage being the whole school; a part without a row adds nothing."""
    return f"""
        SELECT unit, {_columns(f"{_total(name)} AS {name}" for name in facilities)} COALESCE(stage, '') AS stage
        FROM facilities JOIN members USING (county_code, school_id)
        WHERE year = {year:d}
        GROUP BY unit, COALESCE(stage, '')
    """


def _shared(name: str) -> str:
    """A section's facility: its own figure, its share of the whole school's, or both where both are there."""
    return f"""CASE
                WHEN whole.unit IS NULL THEN own.{name}
                WHEN own.unit IS NULL THEN whole.{name} * weighed.share
                ELSE own.{name} + whole.{name} * weighed.share END AS {name}"""


def _counted(year: int, staff: Collection[str]) -> str:
    """Staff by unit and stage."""
    return f"""
        SELECT unit, {_columns(f"{_total(name)} AS {name}" for name in staff)} stage
        FROM ({staff_counts(year, staff)}) AS staff_counts JOIN members USING (county_code, school_id)
        GROUP BY unit, stage
    """


def _balanced(options: Options) -> str:
    """Whether a section is under the indicators of balance."""
    if options.teaching_points == "without_small":
        return f"NOT (school.kind = '218' AND COALESCE(weighed.pupils < {SMALL_TEACHING_POINT}, FALSE))"
    return "school.kind <> '218'" if options.teaching_points == "excluded" else "TRUE"


def _money(year: int) -> str:
    """Finance items side by side, one row a subject, the money of campuses with that of their school."""
    items = ", ".join(f"{_total('amount', f'item = {text(item)}')} AS {item}" for item in finance_items())
    return f"""
        SELECT county_code, COALESCE(unit_id, finance.subject_id) AS subject_id, {items}
        FROM finance LEFT JOIN (SELECT county_code, school_id AS subject_id, unit_id FROM members) AS member
            USING (county_code, subject_id)
        WHERE year = {year:d} GROUP BY county_code, COALESCE(unit_id, finance.subject_id)
    """


def _total(column: str, where: str = "TRUE", function: str = "SUM") -> str:
    """A sum (or maximum) that is null where any part of it is null, or where there is no part."""
    if where == "TRUE":
        return f"CASE WHEN COUNT({column}) = COUNT(*) THEN {function}({column}) END"
    return (
        f"CASE WHEN BOOL_OR({column} IS NULL AND {where}) THEN NULL"
        f" ELSE {function}(CASE WHEN {where} THEN {column} END) END"
    )


def _columns(expressions: Iterable[str]) -> str:
    """Columns in the midst of a list, each with its comma; there may be none."""
    return " ".join(f"{expression}," for expression in expressions)
