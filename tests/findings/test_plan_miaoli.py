"""Promises measured on the real open data of a county, against sums made here with the csv module."""

import csv
from pathlib import Path

import pytest

from jiaoheng.county import admit
from jiaoheng.documents.records import Record, Target
from jiaoheng.documents.standard import Confirmed, standard
from jiaoheng.findings import assess
from jiaoheng.sources import read_mapped
from jiaoheng.standards import parse

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "open-data" / "mapping.toml"
YEAR = 2025
ROC = YEAR - 1911


def _target(place, subject, comparator, value, unit, **more):
    return Target(subject, place, place + 1, subject, comparator, value, unit, **more)


PROMISES = (
    (_target(0, "小学生师比", "<=", 12.0, ""), "pupils_per_teacher.primary"),
    (_target(1, "小学班额", "<=", 29.0, "人"), "class_size.primary"),
    (_target(2, "学前教育毛入园率", ">=", 90.0, "%"), "preschool_enrolment"),
    (_target(3, "九年义务教育巩固率", ">=", 95.0, "%"), "retention_nine_years"),
    (_target(4, "小学教师本科以上学历占比", ">=", 90.0, "%"), "teachers_bachelor.primary"),
    (_target(5, "组建教共体", "=", 3.0, "个"), "groups"),
)


@pytest.fixture(scope="module")
def result(shared):
    county = admit(read_mapped(shared / "data" / "miaoli", MAPPING)).county
    made = standard(Record("规划", period=(2022, 2027)), [Confirmed(*pair) for pair in PROMISES], "plan")
    assert made.left_out == ()
    return assess(county, parse(made.text, "plan.toml"), year=YEAR)


@pytest.fixture(scope="module")
def primary(shared):
    """Pupils and teachers of all primary schools, and the most and fewest classes over 29, from the files."""
    folder = shared / "data" / "miaoli"
    grades = {}
    with (folder / "enrolment_by_grade.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["level"] == "國小" and int(row["roc_year"]) == ROC and float(row["students"]) > 0:
                grades[row["school_code"]] = [int(float(row[f"g{g}"] or 0)) for g in range(1, 7)]
    teachers, least, most = 0.0, 0, 0
    with (folder / "schools.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["level"] != "國小" or row["school_code"] not in grades:
                continue
            teachers += float(row[f"teachers_{ROC}"])
            for grade, pupils in enumerate(grades[row["school_code"]], start=1):
                classes = int(float(row[f"cls_g{grade}_{ROC}"] or 0))
                least += pupils > 29 * classes
                most += min(classes, (pupils - classes) // 29) if pupils else 0
    return sum(map(sum, grades.values())), teachers, least, most


def _of(result, place):
    return next(found for found in result.progress if found.item == str(place))


def test_pupils_per_teacher_are_those_of_the_files(result, primary):
    pupils, teachers, _, _ = primary
    assert _of(result, 1).value == pytest.approx(pupils / teachers)
    assert _of(result, 1).state == "met"


def test_grade_totals_bound_the_classes_that_are_too_large(result, primary):
    _, _, least, most = primary
    found = _of(result, 2)
    assert found.value is None
    assert found.low == least
    assert least < found.high <= most


@pytest.mark.parametrize(
    ("place", "missing"),
    [(3, "kindergarten_pupils"), (4, "pupils_grade_9"), (5, "primary_listed_bachelor"), (6, "all_groups")],
)
def test_what_the_files_do_not_hold_is_unknown_and_never_zero(result, place, missing):
    found = _of(result, place)
    assert (found.state, found.reason, found.value) == ("unknown", "no_value", None)
    assert found.missing == missing
