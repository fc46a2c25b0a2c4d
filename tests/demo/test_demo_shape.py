"""Is the demo county of the size and kind that it says it is?"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from jiaoheng import demo
from jiaoheng.county import County, schema

Facts = dict[str, list[dict[str, Any]]]

YEARS = range(2018, 2026)
CATEGORY = {
    "111": "11", "211": "21", "218": "21", "311": "31", "312": "31", "341": "34", "342": "34", "345": "34",
    "365": "36", "514": "51",
}  # fmt: skip


@pytest.fixture(scope="module")
def kinds(facts: Facts) -> dict[str, str]:
    return {row["school_id"]: row["kind"] for row in facts["schools"]}


def test_it_is_one_county_of_eighteen_towns_and_260_villages(wanglan: County, facts: Facts) -> None:
    assert (wanglan.code, wanglan.name) == ("410999", "望岚县")
    levels = Counter(row["level"] for row in facts["places"])
    assert levels == {"county": 1, "town": 18, "village": 260}
    assert wanglan.years == tuple(YEARS)


def test_it_says_that_it_is_synthetic() -> None:
    assert demo.source() == "synthetic: 望岚县, seed 2025"
    assert demo.source(7) == "synthetic: 望岚县, seed 7"


def test_places_have_codes_of_their_level_below_their_parents(facts: Facts) -> None:
    lengths = {"county": 6, "town": 9, "village": 12}
    for row in facts["places"]:
        assert re.fullmatch(r"410999\d*", row["place_id"])
        assert len(row["place_id"]) == lengths[row["level"]]
        if row["parent_id"]:
            assert row["place_id"].startswith(row["parent_id"])
    names = [row["name"] for row in facts["places"]]
    assert len(set(names)) == len(names)


def test_people_add_up_from_villages_to_towns_to_the_county(facts: Facts) -> None:
    people = {row["place_id"]: row["population"] for row in facts["places"]}
    for parent in facts["places"]:
        if parent["level"] != "village":
            inside = [row["population"] for row in facts["places"] if row["parent_id"] == parent["place_id"]]
            assert sum(inside) == people[parent["place_id"]]
    assert 300_000 < people["410999"] < 350_000


def test_there_are_110_schools_of_every_kind_and_one_campus(facts: Facts) -> None:
    now = [row for row in facts["schools"] if row["counted"] and (row["open_to"] or 2025) >= 2025]
    assert len(now) == 110
    assert Counter(row["kind"] for row in now) == {
        "111": 34, "211": 33, "218": 15, "311": 13, "312": 9, "341": 1, "342": 2, "345": 1, "365": 1, "514": 1,
    }  # fmt: skip
    assert sum(row["ownership"] == "private" for row in now) == 14
    assert [row["name"] for row in facts["schools"] if not row["counted"]] == ["望岚县实验小学育才校区"]
    assert sorted(row["open_to"] for row in facts["schools"] if row["open_to"]) == [2019, 2021, 2023]


def test_school_codes_are_of_their_kind_and_province_and_names_are_their_own(facts: Facts) -> None:
    for row in facts["schools"]:
        assert re.fullmatch(CATEGORY[row["kind"]] + r"4199\d{4}", row["school_id"])
    names = [row["name"] for row in facts["schools"]]
    assert len(set(names)) == len(names)


def test_teaching_points_belong_to_a_school_of_their_town(facts: Facts) -> None:
    schools = {row["school_id"]: row for row in facts["schools"]}
    for row in facts["schools"]:
        if row["kind"] == "218" or not row["counted"]:
            assert schools[row["parent_id"]]["place_id"][:9] == row["place_id"][:9]
        else:
            assert row["parent_id"] is None


def test_teaching_points_have_8_to_45_pupils_and_lost_some(facts: Facts, kinds: dict[str, str]) -> None:
    sizes: Counter[tuple[str, int]] = Counter()
    for row in facts["enrolment"]:
        if kinds[row["school_id"]] == "218":
            sizes[row["school_id"], row["year"]] += row["pupils"]
    now = {school: pupils for (school, year), pupils in sizes.items() if year == 2025}
    assert len(now) == 15
    assert all(8 <= pupils <= 45 for pupils in now.values())
    assert sum(now.values()) < 0.85 * sum(sizes[school, 2018] for school in now)


def test_there_are_about_fifty_thousand_pupils_in_every_year(facts: Facts) -> None:
    pupils: Counter[int] = Counter()
    for row in facts["enrolment"]:
        pupils[row["year"]] += row["pupils"]
    assert set(pupils) == set(YEARS)
    assert all(48_000 < count < 56_000 for count in pupils.values())
    assert 49_000 < pupils[2025] < 52_000


def test_births_fall_kindergartens_shrink_and_primary_schools_have_passed_their_peak(facts: Facts) -> None:
    stages: Counter[tuple[str, int]] = Counter()
    for row in facts["enrolment"]:
        grade = row["grade"]
        stages["kindergarten" if grade < 1 else "primary" if grade < 7 else "above", row["year"]] += row["pupils"]
    births: Counter[int] = Counter()
    for row in facts["children"]:
        births[row["year"]] += row["persons"] if row["age"] == 0 else 0
    assert births[2025] < 0.6 * births[2018]
    assert stages["kindergarten", 2025] < 0.75 * stages["kindergarten", 2018]
    assert max(YEARS, key=lambda year: stages["primary", year]) in (2022, 2023)


def test_children_leave_the_villages_for_the_county_seat(facts: Facts) -> None:
    children: Counter[tuple[bool, int]] = Counter()
    for row in facts["children"]:
        children[row["place_id"].startswith("410999100"), row["year"]] += row["persons"]
    assert children[True, 2025] > children[True, 2018]
    assert children[False, 2025] < 0.8 * children[False, 2018]


def test_children_are_told_for_every_village_year_and_age(facts: Facts) -> None:
    assert len(facts["children"]) == 260 * 8 * 18


def test_about_as_many_children_go_to_school_as_there_are(facts: Facts) -> None:
    children: Counter[tuple[int, int]] = Counter()
    for row in facts["children"]:
        children[row["year"], row["age"]] += row["persons"]
    pupils: Counter[tuple[int, int]] = Counter()
    for row in facts["enrolment"]:
        pupils[row["year"], row["grade"] + 5] += row["pupils"]
    for year in YEARS:
        for age in range(6, 15):
            assert 0.97 < pupils[year, age] / children[year, age] <= 1
        assert 0.6 < pupils[year, 3] / children[year, 3] < pupils[year, 5] / children[year, 5] <= 1
        assert 0.7 < pupils[year, 16] / children[year, 16] < 0.85


def test_most_pupils_of_a_grade_are_in_the_next_grade_a_year_later(facts: Facts) -> None:
    pupils: Counter[tuple[int, int]] = Counter()
    for row in facts["enrolment"]:
        pupils[row["year"], row["grade"]] += row["pupils"]
    for year in YEARS[:-1]:
        for grade in (*range(1, 9), 10, 11):
            assert 0.97 < pupils[year + 1, grade + 1] / pupils[year, grade] < 1.01


def test_classes_add_up_to_the_grade_in_number_and_pupils(facts: Facts) -> None:
    sizes: dict[tuple[str, int, int], list[int]] = {}
    for row in facts["classes"]:
        sizes.setdefault((row["school_id"], row["year"], row["grade"]), []).append(row["pupils"])
    for row in facts["enrolment"]:
        found = sizes.get((row["school_id"], row["year"], row["grade"]), [])
        assert (len(found), sum(found)) == (row["classes"], row["pupils"])
        assert all(size > 0 for size in found)


def test_groups_of_pupils_are_parts_of_their_grade(facts: Facts, kinds: dict[str, str]) -> None:
    for row in facts["enrolment"]:
        for part in ("boarders", "migrant_children", "left_behind_children", "disabled_children"):
            assert 0 <= row[part] <= row["pupils"]
        if kinds[row["school_id"]] == "514":
            assert row["disabled_children"] == row["pupils"]


def test_facilities_and_money_are_told_for_every_open_school_since_2021(facts: Facts) -> None:
    for year in range(2021, 2026):
        taught = {row["school_id"] for row in facts["enrolment"] if row["year"] == year}
        assert {row["school_id"] for row in facts["facilities"] if row["year"] == year} == taught
        campus = {row["school_id"] for row in facts["schools"] if not row["counted"]}
        money = {row["subject_id"] for row in facts["finance"] if row["year"] == year}
        assert money == (taught - campus) | {"410999"}
    items = {row["item"] for row in facts["finance"]}
    assert items == {code.value for code in schema().codes["finance_item"]}


def test_one_school_tells_its_facilities_by_stage_and_the_others_as_a_whole(
    facts: Facts, kinds: dict[str, str]
) -> None:
    staged = {row["school_id"] for row in facts["facilities"] if row["stage"]}
    assert [kinds[school] for school in staged] == ["341"]


def test_there_are_about_three_thousand_teachers_on_the_roster_of_the_last_two_years(facts: Facts) -> None:
    counts = Counter(row["year"] for row in facts["teachers"])
    assert set(counts) == {2024, 2025}
    assert all(2_900 < count < 3_300 for count in counts.values())
    assert {row["year"] for row in facts["staff"]} == set(YEARS)


def test_staff_counts_are_those_of_the_roster(facts: Facts) -> None:
    above = {"primary": ("associate", "bachelor", "master"), "junior": ("bachelor", "master")}
    counted: dict[tuple[str, int, str], Counter[str]] = {}
    for row in facts["teachers"]:
        unit = counted.setdefault((row["school_id"], row["year"], row["stage"]), Counter())
        unit["teachers"] += 1
        unit["above_required_degree"] += row["degree"] in above.get(row["stage"], ())
        unit["backbone"] += row["backbone"] in ("county", "city", "province", "national")
        unit["pe_arts"] += row["subjects"] in ("pe", "music", "art", "arts")
        unit["trained_360h"] += row["training_hours"] >= 360
    for row in facts["staff"]:
        if row["year"] >= 2024:
            unit = counted.pop((row["school_id"], row["year"], row["stage"]))
            for column in ("teachers", "backbone", "pe_arts", "trained_360h"):
                assert row[column] == unit[column]
            if row["stage"] in above:
                assert row["above_required_degree"] == unit["above_required_degree"]
        assert row["teachers"] <= row["employees"]
    assert not counted


def test_one_in_ten_eligible_teachers_moved_and_the_roster_says_so_itself(facts: Facts) -> None:
    rows = [row for row in facts["teachers"] if row["stage"] in ("primary", "junior")]
    before = {row["teacher_id"]: row for row in rows if row["year"] == 2024}
    moved = [
        row
        for row in rows
        if row["year"] == 2025 and row["school_id"] != before.get(row["teacher_id"], row)["school_id"]
    ]
    eligible = [row for row in before.values() if 2024 - row["school_since"] >= 6]
    backbone = [row for row in moved if row["backbone"] not in ("none", "school")]
    reported = {row["indicator"]: row["value"] for row in facts["reported"]}
    assert reported["2.11.movers"] == pytest.approx(100 * len(moved) / len(eligible), abs=0.05)
    assert reported["2.11.backbone"] == pytest.approx(100 * len(backbone) / len(moved), abs=0.05)
    assert 10 < reported["2.11.movers"] < 15
    assert 20 < reported["2.11.backbone"] < 35
    assert all(row["school_since"] == 2025 for row in moved)
    assert all(before[row["teacher_id"]]["school_since"] <= 2018 for row in moved)


def test_teachers_keep_their_birth_year_degree_and_stage(facts: Facts) -> None:
    before = {row["teacher_id"]: row for row in facts["teachers"] if row["year"] == 2024}
    for row in facts["teachers"]:
        if row["year"] == 2025 and row["teacher_id"] in before:
            for column in ("birth_year", "sex", "degree", "stage", "subjects", "home_lon"):
                assert row[column] == before[row["teacher_id"]][column]
        assert row["birth_year"] + 22 <= row["school_since"] <= row["post_since"] <= row["year"]


def test_every_school_but_points_and_campuses_has_one_head(facts: Facts) -> None:
    heads = Counter(row["school_id"] for row in facts["teachers"] if (row["year"], row["post"]) == (2025, "head"))
    for row in facts["schools"]:
        if (row["open_to"] or 2025) >= 2025:
            assert heads[row["school_id"]] == (row["kind"] != "218" and row["counted"])


def test_every_village_has_a_public_primary_and_junior_school(facts: Facts) -> None:
    schools = {row["school_id"]: row for row in facts["schools"]}
    villages = {row["place_id"] for row in facts["places"] if row["level"] == "village"}
    grades = {"primary": 1, "junior": 7}
    taught = {(row["school_id"], row["grade"]) for row in facts["enrolment"] if row["year"] == 2025}
    for stage, grade in grades.items():
        rows = [row for row in facts["zones"] if row["stage"] == stage]
        assert {row["place_id"] for row in rows} == villages
        assert all(schools[row["school_id"]]["ownership"] == "public" for row in rows)
        assert all((row["school_id"], grade) in taught for row in rows)
    assert max(Counter((row["place_id"], row["stage"]) for row in facts["zones"]).values()) == 2


def test_groups_have_one_core_and_no_school_is_in_two_of_a_stage(facts: Facts) -> None:
    cores = Counter(row["group_id"] for row in facts["groups"] if row["role"] == "core")
    assert set(cores) == {row["group_id"] for row in facts["groups"]}
    assert set(cores.values()) == {1}
    assert max(Counter((row["school_id"], row["stage"]) for row in facts["groups"]).values()) == 1
    assert {row["role"] for row in facts["groups"]} == {"core", "member", "affiliated"}


def test_all_reported_figures_but_two_are_there_with_evidence(facts: Facts) -> None:
    found = {row["indicator"] for row in facts["reported"]}
    monitored = {
        f"3.9.{subject}.{part}"
        for subject in ("chinese", "math", "science", "pe", "arts", "morality")
        for part in ("level", "rate")
    }
    government = {
        "2.1",
        "2.2",
        "2.10",
        "2.11.movers",
        "2.11.backbone",
        "2.13.primary",
        "2.13.junior",
        "2.14",
        "2.15",
    }
    quality = {"3.1", "3.2", "3.3", "3.5", "3.6", "3.7", "4.1.survey"}
    assert found == government | quality | monitored
    assert not found & {"3.8", "4.1.visits"}
    assert all(row["evidence"] and row["subject_id"] == "410999" for row in facts["reported"])


def test_no_column_holds_a_person(facts: Facts) -> None:
    assert all(re.fullmatch(r"T\d{5}", row["teacher_id"]) for row in facts["teachers"])
    digits = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]")
    for table in ("schools", "places", "groups", "reported"):
        for row in facts[table]:
            assert not any(digits.fullmatch(str(value)) for value in row.values())
