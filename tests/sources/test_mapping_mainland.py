"""Two mainland counties' lists, which have neither codes nor pupils, through their example mappings."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from jiaoheng.county import Admission, admit
from jiaoheng.sources.mapping import load, read_mapped

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
EXAMPLES = ROOT / "examples" / "open-data"

needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs ../shared/data/ziyang and changyi beside the repository"
)


def read(name: str) -> Admission:
    return admit(read_mapped(SHARED / name, EXAMPLES / f"{name}.toml"))


def raw(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_example_mapping_loads(path: Path) -> None:
    assert load(path).feeds


@needs_data
def test_ziyang_has_its_towns_schools_and_groups() -> None:
    county = read("ziyang")
    assert (county.county.code, county.county.name) == ("610924", "紫阳县")
    assert county.rejected == ()
    assert {p.code for p in county.problems if p.severity == "error"} == {"table_empty"}
    places = county.county["places"].to_pylist()
    assert Counter(place["level"] for place in places) == {"county": 1, "town": 17}
    whole = next(place["population"] for place in places if place["level"] == "county")
    assert whole == sum(int(town["resident_pop_2020_census"]) for town in raw("ziyang/ziyang_610924_towns.csv"))
    schools = county.county["schools"].to_pylist()
    assert Counter(school["kind"] for school in schools) == {
        "111": 6, "211": 22, "218": 9, "311": 6, "312": 11, "342": 2, "361": 1
    }  # fmt: skip
    listed = {row["school"]: row["parent_school"] or None for row in raw("ziyang/ziyang_610924_schools.csv")}
    assert {school["school_id"]: school["parent_id"] for school in schools} == listed
    roles = Counter(member["role"] for member in county.county["groups"].to_pylist())
    assert roles == Counter(
        {"核心校": "core", "成员校": "member", "下辖校(点)": "affiliated"}[row["role"]]
        for row in raw("ziyang/ziyang_610924_schools.csv")
    )


@needs_data
def test_changyi_schools_whose_kind_nobody_knows_wait_with_their_row() -> None:
    county = read("changyi")
    assert (county.county.code, county.county.name) == ("370786", "昌邑市")
    places = county.county["places"].to_pylist()
    assert Counter(place["level"] for place in places) == {"county": 1, "town": 9, "village": 709}
    schools = raw("changyi/changyi_370786_schools.csv")
    assert len(schools) == 115
    assert county.county["schools"].num_rows + len(county.rejected) + 1 == len(schools)
    assert len(county.rejected) == 25
    for waits in county.rejected:
        row = schools[(waits.origin.row or 0) - 2]
        assert waits.cells["name"] == row["name"]
        assert row["level_guess"] not in ("小学", "幼儿园", "特殊教育")
    assert {p.code for p in county.problems if p.severity == "error"} == {"mapping_code", "table_empty"}
