"""What must hold for every county, tried on drawn ones."""

import math
import random
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from six_schools import county as six_schools
from six_schools import rows as six_rows

from jiaoheng.county import County, build
from jiaoheng.findings import Assessment, assess
from jiaoheng.findings.assess import question
from jiaoheng.measures.engine import answers, open_county, open_province
from jiaoheng.measures.options import Options
from jiaoheng.measures.survey import survey
from jiaoheng.standards import load

STANDARD = load("cn-2017")
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a drawn seed does not get simpler by shrinking
)
STAGES = {"211": ("primary",), "218": ("primary",), "311": ("junior",), "312": ("primary", "junior"),
          "341": ("junior", "senior"), "345": ("primary", "junior", "senior")}  # fmt: skip
GRADES = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}


def drawn_rows(seed: int, schools: int = 12) -> dict[str, list[dict[str, Any]]]:
    """A county drawn from a seed: every kind of school, some facts missing, some teaching points very small."""
    draw = random.Random(seed)
    facts: dict[str, list[dict[str, Any]]] = {name: [] for name in ("schools", "enrolment", "facilities", "staff")}
    facts["county"] = [{"county_code": "410998", "name": "某县"}]
    for number in range(schools):
        code, kind = f"S{number:02d}", draw.choice([*STAGES, "211", "312"])
        parent = "S00" if kind == "218" and number else None
        facts["schools"].append(
            {"school_id": code, "name": f"第{number}学校", "kind": kind, "parent_id": parent}
            | {"setting": draw.choice(["111", "121", "220"])}
        )  # fmt: skip
        for stage in STAGES[kind]:
            for grade in GRADES[stage]:
                pupils = draw.randint(2, 12) if kind == "218" else draw.randint(20, 300)
                facts["enrolment"].append(
                    {
                        "school_id": code,
                        "year": 2025,
                        "grade": grade,
                        "pupils": pupils,
                        "classes": math.ceil(pupils / 45),
                    }
                )
            teachers = draw.randint(5, 80)
            facts["staff"].append(
                {"school_id": code, "year": 2025, "stage": stage, "teachers": teachers}
                | {name: draw.randint(0, teachers) for name in ("above_required_degree", "backbone", "pe_arts")}
            )
        facts["facilities"].append(
            {
                "school_id": code,
                "year": 2025,
                "teaching_area": round(draw.uniform(500, 9000), 1),
                "indoor_sports_area": draw.choice([0.0, 120.0, 500.0]),
                "sports_ground_area": round(draw.uniform(300, 20000), 1),
                "equipment_value": None if draw.random() < 0.05 else float(draw.randint(100_000, 9_000_000)),
                "multimedia_rooms": draw.randint(1, 60),
            }
        )
    facts["schools"][0]["kind"] = "211"
    return facts


def said(assessment: Assessment) -> dict[str, Any]:
    """What an assessment says, without the order of schools that tie."""
    told = msgspec.to_builtins(assessment)
    for even in told["balance"]:
        even["contributions"] = sorted(even["contributions"], key=lambda part: part["school_id"])
    return told


def close(left: Any, right: Any) -> None:
    """Equal but for the last bits of floating-point sums."""
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            close(left[key], right[key])
    elif isinstance(left, (list, tuple)):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            close(one, other)
    elif isinstance(left, float):
        assert right == pytest.approx(left, rel=1e-9, abs=1e-9)
    else:
        assert left == right


seeds = st.integers(0, 10**6)


@FEW
@given(seeds)
def test_row_order_does_not_matter(seed):
    facts = drawn_rows(seed)
    shuffled = {name: random.Random(seed + 1).sample(rows, len(rows)) for name, rows in facts.items()}
    close(said(assess(build(facts), STANDARD)), said(assess(build(shuffled), STANDARD)))


@FEW
@given(seeds)
def test_renaming_schools_changes_only_their_names(seed):
    facts = drawn_rows(seed)
    new = {row["school_id"]: f"X{row['school_id']}" for row in facts["schools"]}
    renamed = {
        name: [
            row | {key: new[row[key]] for key in ("school_id", "parent_id") if row.get(key)}
            for row in rows
        ]
        for name, rows in facts.items()
    }  # fmt: skip
    for row in renamed["schools"]:
        row["name"] = "新" + row["name"]
    before, after = said(assess(build(facts), STANDARD)), said(assess(build(renamed), STANDARD))
    assert after["verdict"] == before["verdict"]
    close([even["coefficient"] for even in before["balance"]], [even["coefficient"] for even in after["balance"]])
    close(
        sorted((new.get(v["school_id"], ""), v["check"], v["stage"], v["status"]) for v in before["values"]),
        sorted((v["school_id"], v["check"], v["stage"], v["status"]) for v in after["values"]),
    )


@FEW
@given(seeds, st.floats(0.01, 100))
def test_a_change_of_unit_leaves_the_coefficients(seed, factor):
    facts = drawn_rows(seed)
    for row in facts["facilities"]:
        row["equipment_value"] = row["equipment_value"] or 1.0
    before = assess(build(facts), STANDARD).balance
    for row in facts["facilities"]:
        row["equipment_value"] *= factor
    after = assess(build(facts), STANDARD).balance
    close([even.coefficient for even in before], [even.coefficient for even in after])
    close([even.gini for even in before], [even.gini for even in after])


@FEW
@given(seeds, st.integers(1, 3000), st.sampled_from(["primary", "junior"]))
def test_a_school_at_the_county_s_value_shrinks_each_coefficient_and_nothing_else(seed, pupils, stage):
    facts = drawn_rows(seed)
    for row in facts["facilities"]:
        row["equipment_value"] = row["equipment_value"] or 1.0
    before = {(even.item, even.stage): even for even in assess(build(facts), STANDARD).balance}
    if ("1.1", stage) not in before:
        return
    sections = {(s.school_id, s.stage): s.pupils for s in assess(build(facts), STANDARD).schools}
    everyone = sum(number for (_, of), number in sections.items() if of == stage)
    mean = {item: before[item, stage].mean for item in ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")}
    facts["schools"].append({"school_id": "new", "name": "新校", "kind": "211" if stage == "primary" else "311"})
    facts["enrolment"].append(
        {"school_id": "new", "year": 2025, "grade": GRADES[stage][0], "pupils": pupils, "classes": 1}
    )
    county = build(facts)
    county = _with_floats(county, pupils, stage, mean)
    for key, even in {(e.item, e.stage): e for e in assess(county, STANDARD).balance}.items():
        shrinks = math.sqrt(everyone / (everyone + pupils)) if key[1] == stage else 1.0
        assert even.coefficient == pytest.approx(before[key].coefficient * shrinks, rel=1e-9, abs=1e-12)
        assert even.mean == pytest.approx(before[key].mean, rel=1e-9)


def _with_floats(county: County, pupils: int, stage: str, mean: dict[str, float]) -> County:
    """The county with the new school exactly at the county's values; parts of teachers need floating columns."""
    per_head = {
        "staff": {
            "above_required_degree": mean["1.1"] / 100,
            "backbone": mean["1.2"] / 100,
            "pe_arts": mean["1.3"] / 100,
        },
        "facilities": {
            "teaching_area": mean["1.4"],
            "indoor_sports_area": 0.0,
            "sports_ground_area": mean["1.5"],
            "equipment_value": mean["1.6"],
            "multimedia_rooms": mean["1.7"] / 100,
        },
    }
    tables = dict(county.tables)
    for name, columns in per_head.items():
        row = {"school_id": "new", "year": 2025} | {key: value * pupils for key, value in columns.items()}
        if name == "staff":
            row["stage"] = stage
        wide = pa.schema(
            [field.with_type(pa.float64()) if field.name in columns else field for field in tables[name].schema]
        )
        tables[name] = pa.Table.from_pylist([*tables[name].to_pylist(), row], schema=wide)
    return msgspec.structs.replace(county, tables=tables)


@FEW
@given(seeds, st.sampled_from(["separate", "merged", "without_small", "excluded"]))
def test_splitting_and_merging_conserve_pupils_and_resources(seed, points):
    facts = drawn_rows(seed)
    connection = open_county(build(facts))
    survey(connection, question(STANDARD), 2025, Options(teaching_points=points))
    (found,) = answers(
        connection,
        "SELECT SUM(pupils) AS pupils, SUM(sports_ground_area) AS area, SUM(teachers) AS teachers FROM sections",
    )
    assert found["pupils"] == sum(row["pupils"] for row in facts["enrolment"])
    assert found["area"] == pytest.approx(sum(row["sports_ground_area"] for row in facts["facilities"]))
    assert found["teachers"] == sum(row["teachers"] for row in facts["staff"])


@FEW
@given(seeds, st.integers(1, 5))
def test_a_county_in_any_number_of_files_is_the_same_county(tmp_path_factory, seed, parts):
    root = tmp_path_factory.mktemp("province")
    counties = {"410998": build(drawn_rows(seed)), "410997": build(drawn_rows(seed + 1))}
    for code, county in counties.items():
        for name, table in county.tables.items():
            if not table.num_rows:
                continue
            (root / name).mkdir(exist_ok=True)
            with_code = (
                table
                if "county_code" in table.column_names
                else table.append_column("county_code", [[code] * table.num_rows])
            )
            if name == "county":
                with_code = with_code.set_column(0, "county_code", [[code]])
            for part in range(min(parts, table.num_rows)):
                chosen = with_code.take(list(range(part, table.num_rows, parts)))
                pq.write_table(chosen, root / name / f"{code}-{part}.parquet")
    province = open_province(root)
    survey(province, question(STANDARD), 2025, Options())
    for code, county in counties.items():
        one = {(e.check, e.stage): e for e in assess(county, STANDARD).balance}
        for row in answers(province, "SELECT * FROM coefficients WHERE county_code = ?", code):
            close(one[row["demand"], row["stage"]].coefficient, row["coefficient"])
        verdicts = {(s.school_id, s.stage): s.verdict for s in assess(county, STANDARD).schools}
        found = answers(province, "SELECT school_id, stage, verdict FROM verdicts WHERE county_code = ?", code)
        assert verdicts == {(row["school_id"], row["stage"]): row["verdict"] for row in found}


NUMBERS = [
    *(
        ("facilities", name)
        for name in ("teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value")
    ),
    ("facilities", "multimedia_rooms"),
    *(("staff", name) for name in ("above_required_degree", "backbone", "pe_arts")),
    ("enrolment", "pupils"),
]


@pytest.mark.parametrize(("table", "column"), NUMBERS)
def test_a_missing_figure_makes_unknown_and_never_a_number(table, column):
    facts = six_rows()
    row = next(row for row in facts[table] if row["school_id"] == "D")
    row[column] = None
    found = assess(build(facts), STANDARD)
    whole = {(v.school_id, v.stage, v.check): (v.value, v.status) for v in assess(six_schools(), STANDARD).values}
    changed = [v for v in found.values if (v.value, v.status) != whole.get((v.school_id, v.stage, v.check))]
    assert changed
    assert {(v.school_id, v.value, v.status) for v in changed} == {("D", None, "unknown")}
    for even in found.balance:
        if any(v.check == even.check and v.stage == even.stage for v in changed):
            assert (even.coefficient, even.status) == (None, "unknown")
            assert even.partial is not None
