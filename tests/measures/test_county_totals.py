"""The county's totals against sums worked out by hand on six schools; what is missing is unknown, never 0."""

from __future__ import annotations

import pytest
from six_schools import COEFFICIENTS, VERDICTS, YEAR, P, rows

from jiaoheng.county import Gap, build
from jiaoheng.findings.assess import measured, national
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import answers
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import Question
from jiaoheng.measures.totals import total
from jiaoheng.standards.indicators import catalogue

COHORT = YEAR - 8


def _totals(facts, *names, year=YEAR, gaps=(), private="included"):
    """The totals of these names, by name."""
    demands = tuple(Demand(name, "county_amount", (name,), (), "county") for name in names)
    question = Question(demands, (), {}, None, national(demands))
    connection = measured(build(facts, gaps=gaps), question, year, Options(private=private))
    return answers(connection, "SELECT * FROM counties")[0]


def _one(facts, name, **also):
    return _totals(facts, name, **also)[name]


def _bounds(facts, name):
    found = _totals(facts, name)
    return found[f"{name}_low"], found[f"{name}_high"]


def _kindergartens():
    """Six schools, and a public kindergarten of 100 and 10 in its nursery, a private one of 50, and 5 at school B."""
    facts = rows()
    for code, name, ownership in (("K", "公办园", "public"), ("L", "民办园", "private")):
        facts["schools"].append({"school_id": code, "name": name, "kind": "111", "ownership": ownership})
    for school, grade, pupils in (
        ("K", -3, 10), ("K", -2, 30), ("K", -1, 30), ("K", 0, 40), ("L", -1, 25), ("L", 0, 25), ("B", 0, 5),
    ):  # fmt: skip
        facts["enrolment"].append({"school_id": school, "year": YEAR, "grade": grade, "pupils": pupils})
    facts["places"] = [
        {"place_id": "410998", "name": "县", "level": "county"},
        {"place_id": "v1", "name": "一村", "level": "village", "parent_id": "410998"},
        {"place_id": "v2", "name": "二村", "level": "village", "parent_id": "410998"},
    ]
    facts["children"] = [
        {"place_id": place, "year": YEAR, "age": age, "persons": 30} for place in ("v1", "v2") for age in range(18)
    ]
    return facts


def test_pupils_add_up_by_the_stages_that_are_meant():
    found = _totals(rows(), "primary_pupils", "junior_pupils", "compulsory_pupils", "schools_pupils", "all_pupils")
    assert [found[f"{reach}_pupils"] for reach in ("primary", "junior", "compulsory", "schools", "all")] == [
        1060, 1400, 2460, 2960, 3000,
    ]  # fmt: skip


def test_teachers_add_up_and_one_school_that_is_silent_makes_them_unknown():
    assert _one(rows(), "primary_teachers") == 63  # 22 + 6 + 5 + 18 + 12
    facts = rows()
    facts["staff"] = [row for row in facts["staff"] if (row["school_id"], row["stage"]) != ("B", "primary")]
    found = _totals(facts, "primary_teachers", "junior_teachers")
    assert (found["primary_teachers"], found["junior_teachers"]) == (None, 107)


def test_kindergarten_counts_attached_classes_and_no_nursery():
    found = _totals(_kindergartens(), "kindergarten_pupils", "kindergarten_public_pupils", "children_3_5")
    assert found["kindergarten_pupils"] == 155  # 100 + 50 + 5
    assert found["kindergarten_public_pupils"] == 105
    assert found["children_3_5"] == 180  # two villages, three ages, 30 each


def test_attached_classes_alone_are_not_all_of_kindergarten():
    facts = _kindergartens()
    facts["schools"] = [row for row in facts["schools"] if row["kind"] != "111"]
    facts["enrolment"] = [row for row in facts["enrolment"] if row["school_id"] not in ("K", "L")]
    assert _one(facts, "kindergarten_pupils") is None


def test_a_kindergarten_that_has_not_reported_makes_them_unknown_until_it_is_closed():
    facts = _kindergartens()
    facts["enrolment"] = [row for row in facts["enrolment"] if row["school_id"] != "L"]
    assert _one(facts, "kindergarten_pupils") is None
    assert _one(facts, "primary_pupils") == 1060
    next(row for row in facts["schools"] if row["school_id"] == "L")["open_to"] = YEAR - 1
    assert _one(facts, "kindergarten_pupils") == 105


def test_children_are_unknown_where_an_age_or_a_village_is_missing():
    facts = _kindergartens()
    facts["children"] = [row for row in facts["children"] if (row["place_id"], row["age"]) != ("v2", 4)]
    assert _one(facts, "children_3_5") is None
    assert _one(facts, "children_15_17") == 180
    facts["children"] = [row for row in facts["children"] if row["place_id"] == "v1"]
    assert _one(facts, "children_3_5") is None
    facts["children"] = [row | {"place_id": "410998"} for row in facts["children"]]
    assert _one(facts, "children_3_5") == 90  # the county's own row stands for all its villages


def test_children_that_wait_are_unknown():
    assert _one(_kindergartens(), "children_3_5", gaps=[Gap("children", "v1", YEAR)]) is None


def test_upper_secondary_is_not_told_without_a_vocational_school():
    facts = rows()
    assert _one(facts, "upper_pupils") is None
    facts["schools"].append({"school_id": "V", "name": "职教中心", "kind": "361"})
    facts["enrolment"].append({"school_id": "V", "year": YEAR, "grade": 10, "pupils": 300})
    assert _one(facts, "upper_pupils") == 800  # 400 + 100 + 300


def _with_cohort():
    """Six schools with pupils of grade 1 eight years before; F opened later, grade 9 has 200 + 60 + 160 + 33."""
    facts = rows()
    next(row for row in facts["schools"] if row["school_id"] == "F")["open_from"] = 2019
    facts["enrolment"] += [
        {"school_id": school, "year": COHORT, "grade": 1, "pupils": pupils}
        for school, pupils in (("A", 380), ("B", 40), ("D", 60), ("G", 7))
    ]
    return facts


def test_retention_divides_grade_nine_by_the_entrants_of_eight_years_before():
    found = _totals(_with_cohort(), "pupils_grade_9", "entrants_of_grade_9")
    assert (found["pupils_grade_9"], found["entrants_of_grade_9"]) == (453, 480)  # the special school's 7 left out


def test_a_cohort_is_unknown_where_a_school_of_then_is_not_told():
    facts = _with_cohort()
    facts["enrolment"] = [row for row in facts["enrolment"] if (row["school_id"], row["year"]) != ("B", COHORT)]
    assert _one(facts, "entrants_of_grade_9") is None
    assert _one(_with_cohort(), "entrants_of_grade_9", gaps=[Gap("enrolment", "A", COHORT)]) is None


def test_a_cohort_told_as_a_whole_stage_is_unknown():
    facts = _with_cohort()
    for row in facts["enrolment"]:
        if (row["school_id"], row["year"]) == ("A", COHORT):
            row["grade"] = 200
    assert _one(facts, "entrants_of_grade_9") is None
    facts = rows()
    facts["enrolment"] = [row for row in facts["enrolment"] if row["school_id"] != "C"]
    facts["enrolment"].append({"school_id": "C", "year": YEAR, "grade": 300, "pupils": 600, "classes": 12})
    assert _one(facts, "pupils_grade_9") is None
    assert _one(facts, "junior_pupils") == 1400


def test_large_classes_are_counted_where_each_is_listed():
    assert _one(rows(), "junior_classes_from_46") == 12  # C: three grades of four classes of 50
    assert _one(rows(), "junior_classes_from_51") == 0
    assert _one(rows(), "primary_classes_from_46") == 0


def test_grade_totals_bound_the_number_of_large_classes():
    facts = rows() | {"classes": []}
    # C: 200 in 4 classes: at least 1 a grade (200 > 4 × 45), at most 4; E: at most (170 − 4) ÷ 45 = 3 a grade;
    # D: at most 1 a grade; F: one class of 34.
    assert _bounds(facts, "junior_classes_from_46") == (3, 24)
    assert _one(facts, "junior_classes_from_46") is None
    assert _bounds(facts, "junior_classes_from_190") == (0, 3)  # C: (200 − 4) ÷ 189


def test_bands_of_size_bound_a_stage_that_lists_no_class():
    facts = rows() | {"classes": []}
    facts["class_sizes"] = [
        {"school_id": school, "year": YEAR, "stage": "junior", "smallest": low, "largest": high, "classes": classes}
        for school, low, high, classes in (
            ("C", 46, 50, 12), ("C", 66, None, 0), ("E", 41, 45, 12), ("D", 31, 35, 6), ("F", 31, 35, 3),
        )
    ]  # fmt: skip
    assert _one(facts, "junior_classes_from_46") == 12
    assert _bounds(facts, "junior_classes_from_48") == (3, 12)  # 200 > 4 × 47 in each grade; the band allows all
    facts["class_sizes"][0]["classes"] = None
    assert _bounds(facts, "junior_classes_from_46")[1] == 12  # then grade totals are all that bounds C


def test_a_class_of_unknown_size_leaves_the_number_open():
    facts = rows()
    facts["classes"] = [row for row in facts["classes"] if not (row["school_id"] == "C" and row["grade"] == 7)]
    assert _bounds(facts, "junior_classes_from_46") == (9, 12)


def _with_places():
    facts = rows()
    places = {"A": 540, "A2": 100, "B": 60, "C": 650, "D": 520, "E": 1000, "F": 400}
    facts["facilities"] = [row | {"places": places[row["school_id"]]} for row in facts["facilities"]]
    return facts


def test_places_of_a_school_count_once_and_are_not_split_between_stages():
    found = _totals(_with_places(), "schools_places", "primary_places", "compulsory_places")
    assert found["schools_places"] == 3270
    assert found["primary_places"] is None  # D and F tell the places of the whole school only
    assert found["compulsory_places"] is None  # E and F have senior pupils too


def test_places_told_by_stage_are_added_by_stage():
    facts = _with_places()
    facts["facilities"] = [row for row in facts["facilities"] if row["school_id"] not in ("D", "E", "F")]
    for school, stage, places in (
        ("D", "primary", 300), ("D", "junior", 220), ("E", "junior", 550), ("E", "senior", 450),
        ("F", "primary", 200), ("F", "junior", 100), ("F", "senior", 100),
    ):  # fmt: skip
        facts["facilities"].append({"school_id": school, "year": YEAR, "stage": stage, "places": places})
    found = _totals(facts, "primary_places", "compulsory_places", "senior_places")
    assert found["primary_places"] == 1200  # 540 + 100 + 60 + 300 + 200
    assert found["compulsory_places"] == 2720  # and 650 + 220 + 550 + 100
    assert found["senior_places"] == 550
    facts["facilities"][-1]["places"] = None
    assert _one(facts, "senior_places") is None


def test_public_places_leave_private_schools_out():
    facts = _with_places()
    next(row for row in facts["schools"] if row["school_id"] == "C")["ownership"] = "private"
    assert _one(facts, "schools_public_places") == 3270 - 650


def _with_new(**school):
    facts = rows()
    facts["schools"].append({"school_id": "N", "name": "新小学", "kind": "211", **school})
    facts["enrolment"].append({"school_id": "N", "year": YEAR, "grade": 1, "pupils": 40, "classes": 1})
    return facts


@pytest.mark.parametrize(
    ("school", "expected"),
    [
        ({"open_from": 2024}, (1, 1)),
        ({"open_from": 2019}, (0, 0)),
        ({"open_from": YEAR + 1}, (0, 0)),
        ({"open_from": 2023, "open_to": 2024}, (0, 0)),
        ({"open_from": 2024, "counted": False}, (0, 0)),
        ({}, (0, 1)),  # nobody says when it opened
        ({"built_year": 2022}, (0, 1)),
        ({"built_year": 2015}, (0, 0)),
    ],
)
def test_new_schools_are_those_that_opened_since(school, expected):
    assert _bounds(_with_new(**school), "primary_schools_opened_2021") == expected


def test_a_school_with_pupils_before_is_not_new():
    facts = _with_new()
    facts["enrolment"].append({"school_id": "N", "year": 2020, "grade": 1, "pupils": 40})
    assert _bounds(facts, "primary_schools_opened_2021") == (0, 0)


def test_new_schools_by_kind_and_ownership():
    facts = _with_new(open_from=2024, ownership="private")
    assert _bounds(facts, "primary_public_schools_opened_2021") == (0, 0)
    assert _bounds(facts, "compulsory_schools_opened_2021") == (1, 1)
    assert _bounds(facts, "nine_year_schools_opened_2021") == (0, 0)
    assert _bounds(facts, "kindergarten_schools_opened_2021") == (None, None)  # no kindergarten is listed


def test_groups_and_how_many_schools_they_cover():
    facts = rows()
    assert _totals(facts, "all_groups", "compulsory_schools_in_groups")["all_groups"] is None
    facts["groups"] = [
        {"group_id": group, "school_id": school, "stage": "primary", "since": since}
        for group, school, since in (("G1", "A", 2023), ("G1", "B", 2023), ("G2", "D", 2025), ("G3", "A2", 2026))
    ]
    found = _totals(facts, "all_groups", "compulsory_schools_in_groups", "compulsory_schools", "junior_groups")
    assert found["all_groups"] == 2
    assert found["junior_groups"] == 0
    assert (found["compulsory_schools_in_groups"], found["compulsory_schools"]) == (3, 6)  # A B D of A B C D E F
    facts["groups"][2]["since"] = None
    assert _one(facts, "all_groups") == 2
    assert _one(facts, "compulsory_schools_in_groups", gaps=[Gap("groups")]) is None


def test_boarding_schools_boarders_and_migrant_children():
    facts = rows()
    for row in facts["schools"]:
        row["boarding"] = row["school_id"] in ("C", "E")
        row["ownership"] = "private" if row["school_id"] == "F" else "public"
    for row in facts["enrolment"]:
        row |= {"boarders": row["pupils"] // 2 if row["school_id"] == "C" else 0, "migrant_children": 1}
    found = _totals(
        facts, "junior_boarding_schools", "junior_boarders", "compulsory_migrant_children",
        "compulsory_public_migrant_children",
    )  # fmt: skip
    assert (found["junior_boarding_schools"], found["junior_boarders"]) == (2, 300)
    # A 6, A2 6, B 6, C 3, D 9, E 3, F 9 grades, one child each
    assert (found["compulsory_migrant_children"], found["compulsory_public_migrant_children"]) == (42, 33)
    facts["enrolment"][0]["boarders"] = None
    assert _one(facts, "primary_boarders") is None
    assert _one(facts, "junior_boarders") == 300


def _with_roster():
    """Three teachers at A, one of them at its campus, two at B, D and F each."""
    facts = rows()
    degrees = {"A": ["bachelor", "associate"], "A2": ["master"], "B": ["secondary"] * 2, "D": ["bachelor"] * 2,
               "F": ["bachelor", "doctor"]}  # fmt: skip
    facts["teachers"] = [
        {"teacher_id": f"T{school}{place}", "year": YEAR, "school_id": school, "stage": "primary", "degree": degree,
         "title": "senior" if degree == "master" else "middle", "training_hours": 300 + 60 * place}
        for school, listed in degrees.items()
        for place, degree in enumerate(listed)
    ]  # fmt: skip
    return facts


def test_the_roster_tells_degrees_titles_and_hours():
    names = ("bachelor", "associate", "master", "senior_title", "teachers")
    found = _totals(_with_roster(), *(f"primary_listed_{name}" for name in names))
    assert [found[f"primary_listed_{name}"] for name in names] == [6, 7, 2, 1, 9]
    assert _one(_with_roster(), "primary_listed_trained_below_360") == 5


def test_a_school_without_roster_or_a_blank_degree_makes_the_share_unknown():
    assert _one(_with_roster(), "compulsory_listed_bachelor") is None
    facts = _with_roster()
    facts["teachers"][0]["degree"] = None
    assert _one(facts, "primary_listed_bachelor") is None
    assert _one(facts, "primary_listed_teachers") == 9


def test_schools_that_meet_the_national_standard_are_counted_as_it_judges_them():
    meets = sum(verdict[3] == "meets" for verdict in VERDICTS.values())
    assert _bounds(rows(), "compulsory_schools_meeting") == (meets, meets)
    assert _one(rows(), "compulsory_schools_judged") == len(VERDICTS)
    facts = rows()
    for row in facts["facilities"]:
        if row["school_id"] == "A":
            row["equipment_value"] = None
    assert _bounds(facts, "primary_schools_meeting") == (2, 3)


def test_the_largest_coefficient_of_the_seven_decides():
    assert _one(rows(), "primary_largest_coefficient") == pytest.approx(
        max(even for (_, stage), even in COEFFICIENTS.items() if stage == P), abs=1e-6
    )
    facts = rows()
    facts["facilities"][0]["multimedia_rooms"] = None
    assert _one(facts, "primary_largest_coefficient") is None


def test_private_schools_count_as_the_options_say():
    facts = rows()
    next(row for row in facts["schools"] if row["school_id"] == "C")["ownership"] = "private"
    assert _one(facts, "junior_pupils") == 1400
    assert _one(facts, "junior_pupils", private="excluded") == 800


def test_a_year_without_facts_tells_nothing():
    found = _totals(rows(), "primary_pupils", "all_groups", "children_3_5", year=2020)
    assert (found["primary_pupils"], found["all_groups"], found["children_3_5"]) == (None, None, None)


@pytest.mark.parametrize("name", ["pupils", "primary_nothing", "primary_classes_from", "primary_children_3_5", "x_1"])
def test_a_name_of_nothing_is_no_total(name):
    assert total(name) is None


def test_every_total_of_the_catalogue_can_be_asked_for():
    indicators = [indicator for indicator in catalogue().indicators if indicator.formula != "reported"]
    names = {name.lstrip("- ") for each in indicators for name in (*each.inputs, *each.per)}
    filled = sorted(name.format(limit=46, since=2021) if "{" in name else name for name in names)
    known = [name for name in filled if total(name)]
    assert {name for name in filled if name not in known} == {
        "quota_primary", "quota_junior", "teacher_pay", "civil_servant_pay",
    }  # fmt: skip
    found = _totals(rows(), *known)
    assert set(known) <= found.keys()
