"""The real open data of a county, through its mapping to the verdict, against sums made here with the csv module."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest

from jiaoheng.county import admit, errors
from jiaoheng.findings import assess
from jiaoheng.sources import read_mapped
from jiaoheng.standards import load

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "open-data" / "mapping.toml"
YEAR = 2025
ROC = YEAR - 1911


@pytest.fixture(scope="module")
def admission(shared):
    return admit(read_mapped(shared / "data" / "miaoli", MAPPING))


@pytest.fixture(scope="module")
def result(admission):
    return assess(admission.county, load("cn-2017"), year=YEAR)


@pytest.fixture(scope="module")
def primaries(shared):
    """Primary schools with pupils in the year: pupils and classes by grade, and teachers, straight from the files."""
    folder = shared / "data" / "miaoli"
    found = defaultdict(dict)
    with (folder / "enrolment_by_grade.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["level"] == "國小" and int(row["roc_year"]) == ROC and float(row["students"]) > 0:
                found[row["school_code"]]["pupils"] = [int(float(row[f"g{g}"] or 0)) for g in range(1, 7)]
    with (folder / "schools.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["level"] == "國小" and row["school_code"] in found:
                found[row["school_code"]]["classes"] = [int(float(row[f"cls_g{g}_{ROC}"] or 0)) for g in range(1, 7)]
                found[row["school_code"]]["teachers"] = float(row[f"teachers_{ROC}"])
    return dict(found)


def test_every_primary_school_with_pupils_is_there(result, primaries):
    assert len(primaries) == 113
    assert {s.school_id for s in result.schools if s.stage == "primary"} == primaries.keys()


def test_nothing_is_refused(admission):
    assert errors(admission.problems) == ()
    assert admission.rejected == ()


def test_school_sizes(result, primaries):
    sizes = {v.school_id: v.value for v in result.values if v.check == "2.4"}
    assert sizes == {code: sum(facts["pupils"]) for code, facts in primaries.items()}


def test_class_sizes_are_bounded_by_what_grade_totals_prove(result, primaries):
    found = {v.school_id: v for v in result.values if v.check == "2.5"}
    assert found.keys() == primaries.keys()
    for code, facts in primaries.items():
        grades = [(p, c) for p, c in zip(facts["pupils"], facts["classes"], strict=True) if p]
        low = max(math.ceil(p / c) for p, c in grades)
        high = max(p - (c - 1) for p, c in grades)
        assert (found[code].low, found[code].high) == (low, high)
        expected = "fails" if low > 45 else "meets" if high <= 45 else "unknown"
        assert found[code].status == expected


def test_teachers_per_pupil_of_the_2012_indicators(admission, primaries):
    result = assess(admission.county, load("basic-2012"), year=YEAR)
    found = {v.school_id: v.value for v in result.values if v.check == "6" and v.value is not None}
    wanted = {code: facts["teachers"] / sum(facts["pupils"]) for code, facts in primaries.items()}
    private = set(wanted) - set(found)
    assert {code: wanted[code] for code in found} == pytest.approx(found)
    assert len(private) <= 1
    public = set(found)
    pupils = sum(sum(primaries[code]["pupils"]) for code in public)
    mean = sum(primaries[code]["teachers"] for code in public) / pupils
    variance = sum(sum(primaries[code]["pupils"]) * (wanted[code] - mean) ** 2 for code in public) / pupils
    (even,) = [even for even in result.balance if even.check == "6" and even.stage == "primary"]
    assert even.mean == pytest.approx(mean)
    assert even.partial == pytest.approx(math.sqrt(variance) / mean)


def test_what_the_data_lack_is_unknown(result):
    assert result.verdict == "unknown"
    status = {item.item: item.status for item in result.items}
    assert all(status[f"1.{number}"] == "unknown" for number in range(1, 8))
    assert all(status[item] == "unknown" for item in ("2.1", "2.6", "2.7", "2.9", "3.1", "4.1"))
    assert all(even.coefficient is None for even in result.balance)
    assert {even.stage for even in result.balance} == {"primary", "junior"}


def test_juniors_of_the_year_before_are_measured_in_their_year(admission):
    before = assess(admission.county, load("cn-2017"), year=YEAR - 1)
    assert before.year == YEAR - 1
    assert sum(s.stage == "junior" for s in before.schools) == 38
    assert before.absent == ()
