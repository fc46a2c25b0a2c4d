"""Catchments and education groups (教共体)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jiaoheng.demo.choices import Choices
from jiaoheng.demo.geography import Geography
from jiaoheng.demo.schools import LAST_YEAR, School

Row = dict[str, Any]

# Core school, stage, since.
_CORES = (
    ("望岚县实验小学", "primary", 2021),
    ("城关镇第一小学", "primary", 2021),
    ("城关镇第三小学", "primary", 2022),
    ("城关镇第四小学", "primary", 2023),
    ("青石镇中心小学", "primary", 2022),
    ("望岚县第一初级中学", "junior", 2021),
    ("望岚县第二初级中学", "junior", 2022),
    ("望岚县岚城学校", "junior", 2022),
    ("望岚县第三初级中学", "junior", 2023),
    ("望岚县直属机关幼儿园", "kindergarten", 2023),
    ("望岚县实验幼儿园", "kindergarten", 2023),
    ("城关镇中心幼儿园", "kindergarten", 2024),
)
_SECOND_CHOICE = ("迎宾社区", "junior", "望岚县第二初级中学")  # one community may choose between two schools


def catchments(geography: Geography, schools: Sequence[School], choices: Choices) -> list[Row]:
    """Rows of ``zones`` for the last year: every village's primary and junior school."""
    rows = []
    for index, place in enumerate(geography.places):
        for stage in ("primary", "junior"):
            school = schools[choices.catchment(index, stage, LAST_YEAR)]
            rows.append({"place_id": place.id, "stage": stage, "school_id": school.id})
            if (place.name, stage) == _SECOND_CHOICE[:2]:
                second = next(other for other in schools if other.name == _SECOND_CHOICE[2])
                rows.append({"place_id": place.id, "stage": stage, "school_id": second.id})
    return rows


def groups(geography: Geography, schools: Sequence[School]) -> list[Row]:
    """Rows of ``groups``: each town's schools join one group a stage, in turn, to keep groups of a size."""
    named = {school.name: school for school in schools}
    rows = []
    members: dict[str, list[tuple[School, str]]] = {name: [(named[name], "core")] for name, _, _ in _CORES}
    for stage, roles in (
        ("primary", ("central_primary", "village_primary", "point", "seat_primary")),
        ("junior", ("town_junior", "nine_year")),
        ("kindergarten", ("kindergarten",)),
    ):
        cores = [name for name, of, _ in _CORES if of == stage]
        for town in range(len(geography.towns)):
            core = named[cores[town % len(cores)]]
            for school in schools:
                if geography.places[school.place].town == town and _joins(school, roles, cores):
                    members[core.name].append((school, "affiliated" if school.role == "point" else "member"))
    for number, (name, stage, since) in enumerate(_CORES, start=1):
        for school, role in members[name]:
            rows.append(
                {
                    "group_id": f"G{number:02d}",
                    "school_id": school.id,
                    "name": f"{name}教共体",
                    "stage": stage,
                    "role": role,
                    "since": max(since, school.open_from or since),
                }
            )
    return rows


def _joins(school: School, roles: Sequence[str], cores: Sequence[str]) -> bool:
    small_kindergarten = school.role == "kindergarten" and school.setting.startswith("1") and school.setting < "120"
    return (
        school.role in roles
        and school.ownership == "public"
        and school.open(LAST_YEAR)
        and school.name not in cores
        and not (school.role == "nine_year" and not school.boarding)
        and not small_kindergarten
    )
