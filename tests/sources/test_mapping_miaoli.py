"""The real open data of Miaoli through examples/open-data/mapping.toml, against sums made with csv alone."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiaoheng.county import Admission, Batch, admit
from jiaoheng.sources.mapping import read_mapped

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "miaoli"
MAPPING = ROOT / "examples" / "open-data" / "mapping.toml"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data/miaoli beside the repository")


@pytest.fixture(scope="module")
def batch() -> Batch:
    return read_mapped(DATA, MAPPING)


@pytest.fixture(scope="module")
def admission(batch: Batch) -> Admission:
    return admit(batch)


def raw(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rows(batch: Batch, table: str) -> Iterator[dict[str, object]]:
    return (dict(row.values) for row in batch.rows[table])


def test_the_county_is_told_by_the_files(admission: Admission) -> None:
    assert (admission.county.code, admission.county.name) == ("10005", "苗栗縣")
    assert admission.county.years == tuple(range(2018, 2026))


def test_nothing_waits_and_every_problem_of_reading_is_explained(batch: Batch, admission: Admission) -> None:
    assert batch.rejected == ()
    assert admission.rejected == ()
    assert [p.severity for p in admission.problems if p.severity == "error"] == []
    # The eight junior parts of senior schools whose teachers are not counted apart in 2021.
    assert [(p.code, p.column, p.value) for p in batch.problems] == [("mapping_missing", "teachers_110", "0.0")] * 8
    files = raw("schools.csv")
    assert all("附設國中部" in files[(p.origin.row or 0) - 2]["school_name"] for p in batch.problems)


def test_places_are_the_county_its_18_towns_and_275_villages(batch: Batch) -> None:
    places = {row["place_id"]: row for row in rows(batch, "places")}
    assert Counter(row["level"] for row in places.values()) == {"county": 1, "town": 18, "village": 275}
    villages = raw("villages.csv")
    for village in villages:
        row = places[village["village_code"]]
        assert (row["name"], row["parent_id"]) == (village["village"], village["town_code"])
        assert (row["lon"], row["lat"]) == (float(village["lon"]), float(village["lat"]))
    people: Counter[str] = Counter()
    for village in villages:
        for code in (village["village_code"], village["town_code"], "10005"):
            people[code] += int(village["pop_total"])
    assert {code: row["population"] for code, row in places.items()} == dict(people)
    assert all(row["parent_id"] == "10005" for row in places.values() if row["level"] == "town")


def test_children_by_village_and_year_of_age_sum_to_the_file(batch: Batch) -> None:
    found: Counter[tuple[object, object]] = Counter()
    for row in rows(batch, "children"):
        assert row["year"] == 2025
        found[row["place_id"], row["age"]] += row["persons"]  # type: ignore[assignment]
    expected = Counter(
        {(v["village_code"], age): int(v[f"age{age}"]) for v in raw("villages.csv") for age in range(18)}
    )
    assert found == expected
    assert len(batch.rows["children"]) == 275 * 18


def test_children_belong_to_the_school_year_2025_and_no_other() -> None:
    ages = {age: sum(int(v[f"age{age}"]) for v in raw("villages.csv")) for age in range(6, 12)}
    grades: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for row in raw("enrolment_by_grade.csv"):
        for grade in range(1, 7):
            grades[int(row["roc_year"]) + 1911][grade] += int(float(row[f"g{grade}"] or 0))
    off = {year: sum(abs(ages[age] - of[age - 5]) for age in ages) for year, of in grades.items()}
    assert min(off, key=off.__getitem__) == 2025
    assert off[2025] * 3 < min(off[year] for year in off if year != 2025)


def test_schools_are_169_rows_of_160_codes_and_207_kindergartens(batch: Batch) -> None:
    kinds = Counter(row["kind"] for row in rows(batch, "schools"))
    assert kinds == {"111": 207, "211": 114, "311": 30, "341": 7, "342": 3, "345": 1, "365": 5}
    schools = raw("schools.csv")
    assert len(schools) == 169
    assert len({school["school_code"] for school in schools}) == sum(kinds.values()) - 207 == 160
    # 115 schools have a primary part (114 of them nothing else); 113 of these still have pupils in 2025.
    primary = {school["school_code"] for school in schools if school["level"] == "國小"}
    assert len(primary) == 115
    with_pupils = {row["school_id"] for row in rows(batch, "enrolment") if row["year"] == 2025 and row["pupils"]}
    assert len(with_pupils) == 113
    assert with_pupils <= primary


def test_each_school_has_the_kind_of_its_levels(batch: Batch) -> None:
    levels: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for school in raw("schools.csv"):
        levels[school["school_code"]].add(school["level"])
        names[school["school_code"]].add(school["school_name"])
    for row in rows(batch, "schools"):
        code, name = str(row["school_id"]), str(row["name"])
        if row["kind"] == "111":
            continue
        assert name in names[code]
        expected = {
            ("國小",): "211",
            ("國中",): "311",
            ("國中", "高中職"): "341",
            ("國中", "國小", "高中職"): "345",
            ("高中職",): "342" if name.endswith("高中") else "365",
        }[tuple(sorted(levels[code]))]
        assert row["kind"] == expected, name
        assert "附設" not in name
    vocational = {row["name"] for row in rows(batch, "schools") if row["kind"] == "365"}
    assert vocational == {"國立大湖農工", "國立苗栗農工", "國立苗栗高商", "私立中興商工", "私立龍德家商"}


def test_ownership_and_place_of_every_school_and_kindergarten(batch: Batch) -> None:
    ownership = Counter((row["kind"] == "111", row["ownership"]) for row in rows(batch, "schools"))
    private = {school["school_code"] for school in raw("schools.csv") if school["sector"] == "私立"}
    sectors = Counter(kindergarten["sector"] for kindergarten in raw("kindergartens.csv"))
    assert ownership == {
        (False, "private"): len(private),
        (False, "public"): 160 - len(private),
        (True, "private"): sectors["私立"] + sectors["非營利"],
        (True, "public"): sectors["公立"],
    }
    places = {row["place_id"] for row in rows(batch, "places")}
    assert all(row["place_id"] in places and row["lon"] and row["lat"] for row in rows(batch, "schools"))


def test_kindergartens_have_codes_of_town_and_name_and_their_places(batch: Batch) -> None:
    towns = {village["town"]: village["town_code"] for village in raw("villages.csv")}
    expected = {
        # Codes are kept in half-width letters.
        f"{towns[k['town']]}-{k['name']}".replace("（", "(").replace("）", ")"): int(k["approved_capacity"])
        for k in raw("kindergartens.csv")
    }
    assert len(expected) == 207
    assert {row["school_id"]: row["places"] for row in rows(batch, "facilities")} == expected
    assert {row["school_id"] for row in rows(batch, "schools") if row["kind"] == "111"} == set(expected)


def test_pupils_by_year_and_grade_equal_the_file(batch: Batch) -> None:
    expected: Counter[tuple[int, int]] = Counter()
    for row in raw("enrolment_by_grade.csv"):
        for grade in range(1, 10):
            if row[f"g{grade}"]:
                expected[int(row["roc_year"]) + 1911, grade] += int(float(row[f"g{grade}"]))
    found: Counter[tuple[object, object]] = Counter()
    for row in rows(batch, "enrolment"):
        found[row["year"], row["grade"]] += row["pupils"]  # type: ignore[assignment]
    assert found == expected
    assert found[2025, 1] == 4053
    assert {grade for year, grade in found if year == 2025} == {1, 2, 3, 4, 5, 6}
    assert sum(found.values()) == sum(int(row["students"]) for row in raw("enrolment_by_grade.csv"))


def test_schools_without_pupils_have_zeros_and_no_senior_grade_is_invented(batch: Batch) -> None:
    empty = {
        (row["school_id"], row["year"]) for row in rows(batch, "enrolment") if row["pupils"] == 0 and row["grade"] == 1
    }
    listed = {
        (row["school_code"], int(row["roc_year"]) + 1911)
        for row in raw("enrolment_by_grade.csv")
        if row["students"] == "0"
    }
    assert len(listed) == 4
    assert listed <= empty
    assert all(row["grade"] in range(1, 10) for row in rows(batch, "enrolment"))
    senior_only = {row["school_id"] for row in rows(batch, "schools") if row["kind"] in ("342", "365")}
    assert not senior_only & {row["school_id"] for row in rows(batch, "enrolment")}


def test_classes_by_grade_of_2025_equal_the_file_and_no_other_year_has_any(batch: Batch) -> None:
    expected = {
        (school["school_code"], grade): int(float(school[f"cls_g{grade}_114"]))
        for school in raw("schools.csv")
        for grade in range(1, 7)
        if school[f"cls_g{grade}_114"]
    }
    found = {
        (row["school_id"], row["grade"]): row["classes"]
        for row in rows(batch, "enrolment")
        if row.get("classes") is not None
    }
    assert found == expected
    assert sum(expected.values()) == 1442
    assert {row["year"] for row in rows(batch, "enrolment") if row.get("classes") is not None} == {2025}


def test_teachers_of_2025_and_2021_equal_the_file(batch: Batch) -> None:
    stages = {"國小": "primary", "國中": "junior"}
    expected = {}
    for school in raw("schools.csv"):
        for year, cell in ((2025, school["teachers_114"]), (2021, school["teachers_110"])):
            if cell:
                teachers = int(float(cell))
                unknown = teachers == 0 and school["level"] == "國中"
                expected[school["school_code"], year, stages[school["level"]]] = None if unknown else teachers
    found = {(row["school_id"], row["year"], row["stage"]): row["teachers"] for row in rows(batch, "staff")}
    assert found == expected
    assert sum(1 for teachers in found.values() if teachers is None) == 8
    sums = Counter[tuple[int, str]]()
    for (_, year, stage), teachers in found.items():
        sums[year, stage] += teachers or 0  # type: ignore[operator]
    assert sums == {(2025, "primary"): 2817, (2021, "primary"): 2824, (2021, "junior"): 1200}


def test_boundaries_are_those_of_the_two_files(batch: Batch) -> None:
    assert batch.boundaries is not None
    features = batch.boundaries["features"]
    assert Counter(feature["properties"]["level"] for feature in features) == {"town": 18, "village": 275}
    places = {row["place_id"]: (row["name"], row["level"]) for row in rows(batch, "places")}
    for feature in features:
        properties = feature["properties"]
        assert places[properties["place_id"]] == (properties["name"], properties["level"])
    drawn = json.loads((DATA / "villages.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["geometry"] for feature in features[18:]] == [feature["geometry"] for feature in drawn]


def test_every_row_tells_the_row_of_the_file_that_it_came_from(batch: Batch) -> None:
    pupils = raw("enrolment_by_grade.csv")
    for row in batch.rows["enrolment"]:
        source = pupils[(row.origin.row or 0) - 2]
        assert row.origin.file == "enrolment_by_grade.csv"
        assert source["school_code"] == row.values["school_id"]
        assert source[f"g{row.values['grade']}"] in (f"{row.values['pupils']}.0", "")
