"""The demo county's plan and its city's: they fit the demo county, and disagree in one figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jiaoheng.county import County
from jiaoheng.demo import county

LABELS = Path(__file__).parent / "demo_plans"
BASE = 2024


@pytest.fixture(scope="module")
def drawn() -> County:
    return county()


def labels(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((LABELS / f"{name}.json").read_bytes())
    return read


def figure(drawn: County, query: str) -> float:
    with duckdb.connect() as connection:
        for name in ("enrolment", "classes", "teachers", "staff", "children", "schools"):
            connection.register(name, drawn[name])
        found = connection.execute(query).fetchone()
    assert found is not None
    return float(found[0])


def test_every_school_of_the_groups_is_in_the_county(drawn: County) -> None:
    known = set(drawn["schools"].column("name").to_pylist())
    for group in labels("county")["groups"]:
        for member in group["core"] + group["members"]:
            assert {member["name"], *member["points"]} <= known


def test_the_groups_differ_from_todays_by_one_school(drawn: County) -> None:
    codes = dict(
        zip(drawn["schools"].column("name").to_pylist(), drawn["schools"].column("school_id").to_pylist(), strict=True)
    )
    today = {(row["name"], row["school_id"]) for row in drawn["groups"].to_pylist() if row["stage"] != "kindergarten"}
    planned = {
        (group["name"], codes[name])
        for group in labels("county")["groups"]
        for member in group["core"] + group["members"]
        for name in (member["name"], *member["points"])
    }
    assert planned - today == {("望岚县第二初级中学教共体", codes["望岚县启明学校"])}
    assert not today - planned


BASELINES = {
    "义务教育学校56人以上大班额比例": (
        f"select avg((pupils > 55)::int) * 100 from classes where year = {BASE} and grade between 1 and 9"
    ),
    "小学专任教师本科及以上学历比例": (
        "select avg((degree in ('bachelor', 'master', 'doctor'))::int) * 100 from teachers "
        f"where year = {BASE} and stage = 'primary'"
    ),
    "初中专任教师本科及以上学历比例": (
        "select avg((degree in ('bachelor', 'master', 'doctor'))::int) * 100 from teachers "
        f"where year = {BASE} and stage = 'junior'"
    ),
    "幼儿园专任教师专科及以上学历比例": (
        f"select avg((degree <> 'secondary')::int) * 100 from teachers where year = {BASE} and stage = 'kindergarten'"
    ),
    "每百名小学生拥有县级以上骨干教师数": (
        f"select (select sum(backbone) from staff where year = {BASE} and stage = 'primary') * 100.0"
        f" / (select sum(pupils) from enrolment where year = {BASE} and grade between 1 and 6)"
    ),
    "每百名初中生拥有体育、艺术专任教师数": (
        f"select (select sum(pe_arts) from staff where year = {BASE} and stage = 'junior') * 100.0"
        f" / (select sum(pupils) from enrolment where year = {BASE} and grade between 7 and 9)"
    ),
    "学前三年毛入园率": (
        f"select (select sum(pupils) from enrolment where year = {BASE} and grade <= 0) * 100.0"
        f" / (select sum(persons) from children where year = {BASE} and age between 3 and 5)"
    ),
}


@pytest.mark.parametrize("subject", BASELINES)
def test_the_plan_starts_from_the_countys_own_figures(drawn: County, subject: str) -> None:
    baseline = next(
        target["baseline"]
        for target in labels("county")["targets"]
        if target["subject"] == subject and target["baseline"]
    )
    digits = len(str(baseline).partition(".")[2])
    assert round(figure(drawn, BASELINES[subject]), digits) == baseline


def test_county_and_city_promise_the_same_but_for_the_exchange_of_teachers() -> None:
    ours, theirs = (
        {
            (target["subject"], target["due"]): (target["comparator"], target["value"])
            for target in labels(name)["targets"]
        }
        for name in ("county", "city")
    )
    same = [key for key in ours.keys() & theirs.keys() if ours[key] == theirs[key]]
    other = [key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]]
    assert len(same) >= 10
    assert other == [("每学年交流轮岗的校长、教师比例", None)]
