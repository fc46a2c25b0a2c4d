"""The mapping of the Miaoli form on the folder of another county: nothing in it belongs to one county."""

import csv
import json
import random
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter

from jiaoheng.county import Admission, admit
from jiaoheng.sources.mapping import read_mapped

MAPPING = Path(__file__).parents[2] / "examples" / "open-data" / "mapping.toml"
COUNTY, CODE = "望岚縣", "77001"
TOWNS = {"青石鎮": "77001010", "松溪鄉": "77001020", "雲嶺市": "77001030"}
Table = list[dict[str, object]]


def villages(dice: random.Random) -> Table:
    table: Table = []
    for town, code in TOWNS.items():
        for number in range(1, 5):
            ages = {f"age{age}": dice.randrange(30) for age in range(18)}
            others = {"age18_64": dice.randrange(200, 900), "age65plus": dice.randrange(300)}
            table.append(
                {
                    "village_code": f"{code}{number:03d}",
                    "county": COUNTY,
                    "town_code": code,
                    "town": town,
                    "village": f"第{number}村",
                    "lat": round(30 + dice.random(), 5),
                    "lon": round(110 + dice.random(), 5),
                    "area_km2": 1.5,
                    "pop_total": sum(ages.values()) + sum(others.values()),
                    **ages,
                    **others,
                    "median_income_k_twd_2022": 400,
                }
            )
    return table


def schools(dice: random.Random) -> Table:
    listed = [(f"0770{number:02d}", "國小", f"縣立第{number}國小") for number in range(1, 9)]
    listed += [("077101", "國中", "縣立一國中"), ("077102", "國中", "縣立青石高中附設國中部")]
    listed += [("077102", "高中職", "縣立青石高中"), ("077103", "高中職", "國立松溪高工")]
    table: Table = []
    for position, (code, level, name) in enumerate(listed):
        town = list(TOWNS)[position % 3]
        row: dict[str, object] = {
            "school_code": code,
            "level": level,
            "county": COUNTY,
            "town": town,
            "school_name": name,
            "sector": "公立",
            "ownership": "縣市立",
            "remote_class": "否",
            "lat": 30.5,
            "lon": 110.5 if code == "077102" else 110.5 + position / 100,
            "address": "望岚縣某路1號",
            "village_code": "77001010001" if code == "077102" else f"{TOWNS[town]}001",
        }
        classes = {f"cls_g{grade}_114": dice.randrange(1, 4) for grade in range(1, 7)}
        primary = level == "國小"
        row |= {key: value if primary else "" for key, value in classes.items()}
        row |= {
            "classes_114": sum(classes.values()) if primary else "",
            "teachers_114": dice.randrange(5, 20) if primary else "",
            "staff_114": 2 if primary else "",
            "classes_110": "" if level == "高中職" else 6,
            "teachers_110": {"國小": 9, "國中": 0 if "附設" in name else 11}.get(level, ""),
            "staff_110": "",
        }
        table.append(row)
    return table


def pupils(dice: random.Random, of: Table) -> Table:
    table: Table = []
    for school in of:
        grades = {"國小": range(1, 7), "國中": range(7, 10)}.get(str(school["level"]), range(0))
        for year in range(107, 115) if grades else ():
            counts = {f"g{grade}": dice.randrange(1, 60) if grade in grades else "" for grade in range(1, 10)}
            students = sum(count for count in counts.values() if isinstance(count, int))
            table.append(
                {
                    "school_code": school["school_code"],
                    "school_name": school["school_name"],
                    "level": school["level"],
                    "town": school["town"],
                    "roc_year": year,
                    "students": students,
                    "male": students // 2,
                    "female": students - students // 2,
                    **counts,
                }
            )
    return table


def kindergartens() -> Table:
    return [
        {
            "name": f"{town}{sector}幼兒園",
            "lat": 30.4,
            "lon": 110.4,
            "sector": sector,
            "county": COUNTY,
            "town": town,
            "approved_capacity": 60,
            "coord_source": "house",
        }
        for town in TOWNS
        for sector in ("公立", "私立", "非營利")
    ]


def drawn(key: str, name: str, of: Table) -> str:
    ring = [[110, 30], [111, 30], [111, 31], [110, 30]]
    features = [
        {
            "type": "Feature",
            "properties": {key: code, name: label},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, label in dict.fromkeys((row[key], row[name]) for row in of)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def tables() -> dict[str, Table]:
    dice = random.Random(7)
    places, all_schools = villages(dice), schools(dice)
    return {
        "villages": places,
        "schools": all_schools,
        "enrolment_by_grade": pupils(dice, all_schools),
        "kindergartens": kindergartens(),
    }


def write_csv(path: Path, table: Table, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)


def write_xlsx(path: Path, table: Table) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("資料")
        sheet.write(0, 0, "望岚縣政府教育處")
        sheet.write_row(2, 0, list(table[0]))
        for number, row in enumerate(table, 3):
            sheet.write_row(number, 0, list(row.values()))


@pytest.fixture(scope="module", params=["utf-8 csv", "gb18030 csv", "workbooks with titles"])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Admission:
    folder = tmp_path_factory.mktemp("county")
    for name, table in tables().items():
        if "csv" in request.param:
            write_csv(folder / f"{name}.csv", table, request.param.split()[0])
        else:
            write_xlsx(folder / f"{CODE}_{name}.xlsx", table)
    places = tables()["villages"]
    (folder / "towns.geojson").write_text(drawn("town_code", "town", places), encoding="utf-8")
    (folder / "villages.geojson").write_text(drawn("village_code", "village", places), encoding="utf-8")
    return admit(read_mapped(folder, MAPPING))


def of(county: Admission, table: str) -> list[dict[str, object]]:
    return list(county.county[table].to_pylist())


def test_the_other_county_is_read_under_its_own_name_and_code(county: Admission) -> None:
    assert (county.county.code, county.county.name) == (CODE, COUNTY)
    assert county.rejected == ()
    assert {p.code for p in county.problems if p.severity == "error"} == set()
    assert [p.value for p in county.problems if p.code == "mapping_missing"] == ["0"]
    assert not {p.code for p in county.problems if p.code.startswith("mapping_")} - {"mapping_missing"}


def test_no_word_or_code_of_the_first_county_is_in_the_mapping_or_the_result(county: Admission) -> None:
    lines = MAPPING.read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if not line.startswith(("#", "title"))]
    assert not any("苗栗" in line or "10005" in line.partition("#")[0] for line in rules)
    assert not any("苗栗" in str(value) for row in of(county, "places") for value in row.values())


def test_its_places_schools_and_figures_are_those_of_its_files(county: Admission) -> None:
    source = tables()
    assert Counter(row["level"] for row in of(county, "places")) == {"county": 1, "town": 3, "village": 12}
    kinds = Counter(row["kind"] for row in of(county, "schools"))
    assert kinds == {"111": 9, "211": 8, "311": 1, "341": 1, "365": 1}
    expected = {
        (row["school_code"], int(str(row["roc_year"])) + 1911, grade): row[f"g{grade}"]
        for row in source["enrolment_by_grade"]
        for grade in range(1, 10)
        if row[f"g{grade}"] != ""
    }
    assert {(r["school_id"], r["year"], r["grade"]): r["pupils"] for r in of(county, "enrolment")} == expected
    classes = {
        (row["school_code"], 2025, grade): row[f"cls_g{grade}_114"]
        for row in source["schools"]
        for grade in range(1, 7)
        if row["level"] == "國小"
    }
    found = {
        (r["school_id"], r["year"], r["grade"]): r["classes"]
        for r in of(county, "enrolment")
        if r["classes"] is not None
    }
    assert found == classes
    assert sum(int(str(r["persons"])) for r in of(county, "children")) == sum(
        int(str(row[f"age{age}"])) for row in source["villages"] for age in range(18)
    )
    assert county.county.boundaries is not None
    assert len(county.county.boundaries["features"]) == 15
