"""School codes, campuses and teaching points, and chains of parents that lead back to themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jiaoheng.county import words
from jiaoheng.county.checks.facts import School, rows, schools
from jiaoheng.county.checks.registry import advice, rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

TEACHING_POINT = "218"
MAINLAND = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}")
TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)

# The first two digits of a school code, and the groups of kinds that they stand for where these are known.
# Attached classes bear the code of the school they are attached to.
CATEGORIES: dict[str, tuple[Text, frozenset[str]]] = {
    "11": (Text("幼儿园", "kindergarten"), frozenset({"kindergarten"})),
    "21": (Text("小学", "primary school"), frozenset({"primary", "teaching_point"})),
    "22": (Text("成人小学", "adult primary school"), frozenset()),
    "31": (Text("普通初中", "junior secondary school"), frozenset({"junior", "nine_year"})),
    "32": (Text("职业初中", "vocational junior school"), frozenset({"vocational"})),
    "33": (Text("成人初中", "adult junior school"), frozenset()),
    "34": (
        Text("普通高中", "senior secondary school"),
        frozenset({"complete_secondary", "senior", "twelve_year"}),
    ),
    "35": (Text("成人高中", "adult senior school"), frozenset()),
    "36": (Text("中等职业学校", "secondary vocational school"), frozenset({"vocational"})),
    "37": (Text("工读学校", "reform school"), frozenset({"junior", "nine_year", "senior"})),
    "41": (Text("高等学校", "university"), frozenset()),
    "42": (Text("高等学校", "university"), frozenset()),
    "51": (Text("特殊教育学校", "special school"), frozenset({"special"})),
    "91": (Text("其他机构", "other institution"), frozenset()),
    "92": (Text("其他机构", "other institution"), frozenset()),
    "93": (Text("其他机构", "other institution"), frozenset()),
}
ATTACHED = frozenset({"119", "219", "319", "329", "349", "368", "519"})


@advice
def code_form(county: County) -> Iterator[Problem]:
    """Codes of ten digits: category, province, serial. A county's own codes are told once for the table."""
    if not MAINLAND.fullmatch(county.code):
        return
    known = schools(county)
    own = [school for school in known.values() if not TEN_DIGITS.fullmatch(school.id)]
    if own:
        details = {"count": str(len(own)), "examples": "、".join(school.id for school in own[:3])}
        yield Problem(code="school_codes_own", table="schools", column="school_id", details=details)
    for school in known.values():
        if TEN_DIGITS.fullmatch(school.id):
            yield from _code_parts(school, county.code)


@advice
def teaching_points(county: County) -> Iterator[Problem]:
    """A teaching point belongs to a school."""
    for school in schools(county).values():
        if school.kind == TEACHING_POINT and school.parent is None:
            yield _problem("teaching_point_without_parent", school, "parent_id")


@rule
def campuses(county: County) -> Iterator[Problem]:
    """What is not counted as a school is counted with another one, which itself is counted."""
    known = schools(county)
    for school in known.values():
        if school.counted:
            continue
        if school.parent is None:
            yield _problem("campus_without_parent", school, "parent_id")
        elif school.parent in known and not known[school.parent].counted and school.parent != school.id:
            yield _problem("campus_of_campus", school, "parent_id", parent=known[school.parent].name)


@rule
def loops(county: County) -> Iterator[Problem]:
    """No school or place is its own parent, directly or by others."""
    for table, key in (("schools", "school_id"), ("places", "place_id")):
        parents: dict[str, str | None] = {}
        indices: dict[str, int] = {}
        for index, child, parent in rows(county, table, key, "parent_id"):
            parents[child], indices[child] = parent, index
        for loop in _loops(parents):
            chain = " → ".join((*loop, loop[0]))
            for member in loop:
                yield Problem(
                    code="parent_loop",
                    table=table,
                    column="parent_id",
                    value=str(parents[member]),
                    index=indices[member],
                    details={"chain": chain},
                )


def _code_parts(school: School, county_code: str) -> Iterator[Problem]:
    category, province = school.id[:2], school.id[2:4]
    if category not in CATEGORIES:
        yield _problem("school_code_category", school, "school_id", part=category)
    elif school.kind not in ATTACHED:
        label, groups = CATEGORIES[category]
        kind = schema().code("kind", school.kind)
        if kind and kind.group not in groups and category not in ("91", "92", "93"):
            details = words.both(category=label, kind=words.coded("kind", school.kind))
            yield _problem("school_code_kind", school, "kind", part=category, kind_code=school.kind, **details)
    if province != county_code[:2]:
        yield _problem("school_code_province", school, "school_id", part=province, province=county_code[:2])


def _loops(parents: Mapping[str, str | None]) -> Iterator[tuple[str, ...]]:
    """The cycles of parent links, each once, from its least member on."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        at: str | None = start
        while at is not None and at in parents and at not in done:
            done.add(at)
            path.append(at)
            at = parents[at]
        if at is not None and at in path:
            loop = path[path.index(at) :]
            least = loop.index(min(loop))
            yield (*loop[least:], *loop[:least])


def _problem(code: str, school: School, column: str, **details: str) -> Problem:
    value = {"kind": school.kind, "parent_id": school.parent or ""}.get(column, school.id)
    return Problem(
        code=code,
        table="schools",
        column=column,
        value=value,
        index=school.index,
        details={"school": school.name} | details,
    )
