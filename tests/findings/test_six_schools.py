"""The hand-worked county against the program, figure by figure."""

import math

import pytest
from six_schools import COEFFICIENTS, VALUES, VERDICTS, YEAR, J, P, county, rows

from jiaoheng.county import build
from jiaoheng.findings import assess, explain
from jiaoheng.measures.options import Options
from jiaoheng.standards import load

STANDARD = load("cn-2017")


@pytest.fixture(scope="module")
def result():
    return assess(county(), STANDARD)


@pytest.mark.parametrize("item", VALUES)
def test_every_figure_is_the_hand_worked_one(result, item):
    found = {(value.school_id, value.stage): value.value for value in result.values if value.check == item}
    assert found == pytest.approx(VALUES[item], rel=1e-12)


@pytest.mark.parametrize("key", COEFFICIENTS, ids=lambda key: "-".join(key))
def test_coefficients_are_the_hand_worked_ones(result, key):
    found = {(even.item, even.stage): even.coefficient for even in result.balance}
    assert found[key] == pytest.approx(COEFFICIENTS[key], abs=6e-6)


def test_every_coefficient_follows_from_the_values(result):
    pupils = {("A", P): 500, ("B", P): 60, ("D", P): 300, ("F", P): 200} | {
        ("C", J): 600, ("D", J): 200, ("E", J): 500, ("F", J): 100
    }  # fmt: skip
    for even in result.balance:
        own = {key: value for key, value in VALUES[even.item].items() if key[1] == even.stage}
        everyone = sum(pupils[key] for key in own)
        mean = sum(pupils[key] * value for key, value in own.items()) / everyone
        variance = sum(pupils[key] * (value - mean) ** 2 for key, value in own.items()) / everyone
        assert even.mean == pytest.approx(mean, rel=1e-12)
        assert even.coefficient == pytest.approx(math.sqrt(variance) / mean, rel=1e-12)
        assert sum(part.part for part in even.contributions) == pytest.approx(1.0 if variance else 0.0)


def test_verdicts_of_schools(result):
    found = {(s.school_id, s.stage): (s.meets, s.floor, s.fails, s.verdict) for s in result.schools}
    assert found == VERDICTS


def test_verdict_of_the_county(result):
    assert result.verdict == "fails"
    assert result.areas["resources"] == "fails"
    assert all(even.status == "meets" for even in result.balance)


def test_findings_begin_with_what_blocks(result):
    blocking = [finding.blocking for finding in result.findings]
    assert blocking == sorted(blocking, reverse=True)
    blockers = {(f.school_id, f.stage, f.item) for f in result.findings if f.kind == "indicator" and f.blocking}
    assert {key for key in blockers if key[0] == "D"} == {("D", J, "1.1"), ("D", J, "1.4")}
    assert {key for key in blockers if key[0] == "B"} == {("B", P, item) for item in ("1.1", "1.2", "1.3", "1.4")}
    assert ("F", J, "1.4") not in blockers
    assert any(f.school_id == "F" and f.item == "1.4" and not f.blocking for f in result.findings)


def test_what_is_short_is_in_the_resource_s_own_unit(result):
    short = {(v.school_id, v.stage, v.item): v.short for v in result.values}
    assert short["D", J, "1.4"] == pytest.approx(5.8 * 200 - 1100)  # 60 ㎡ of rooms
    assert short["B", P, "1.1"] == pytest.approx(4.2 * 60 / 100 - 2)  # 0.52 of a teacher


def test_other_items_that_the_tables_decide(result):
    status = {(v.check, v.school_id, v.stage): v.status for v in result.values}
    value = {(v.check, v.school_id, v.stage): v.value for v in result.values}
    assert value["2.4", "A", ""] == 500
    assert value["2.4", "F", ""] == 300  # the senior stage is not counted
    assert value["2.5", "A", P] == 35
    assert value["2.5", "C", J] == 50
    assert status["2.5", "C", J] == "meets"
    assert value["2.3.music", "A", ""] == 1.0  # 2 rooms for ⌈18 ÷ 12⌉ = 2 (12 classes and 6 on the campus)
    assert status["2.3.music", "B", ""] == "fails"
    assert value["2.6", "B", ""] == pytest.approx(100)
    assert {key for key in status if key[0] == "2.6"} == {("2.6", "B", "")}
    assert value["2.7", "G", ""] == pytest.approx(7000)
    assert value["2.8", "", ""] == pytest.approx(98_000 / 97_500 * 100)
    assert value["2.12", "D", J] == 100
    assert status["3.4", "A", ""] == "unknown"


def test_more_indoor_sports_rooms_than_rooms_is_a_contradiction_and_no_figure():
    facts = rows()
    next(row for row in facts["facilities"] if row["school_id"] == "C")["indoor_sports_area"] = 3600.5
    found = {(v.school_id, v.item): v for v in assess(build(facts), STANDARD).values}
    assert (found["C", "1.4"].status, found["C", "1.4"].value, found["C", "1.4"].missing) == (
        "unknown",
        None,
        "contradiction",
    )
    assert found["C", "1.5"].status == "meets"


def test_items_without_facts_are_unknown_never_passed_or_failed(result):
    status = {item.item: item.status for item in result.items}
    assert all(status[item] == "unknown" for item in ("2.1", "2.2", "2.11", "3.1", "3.9", "4.1"))


def test_special_school_is_outside_the_seven_indicators(result):
    assert not any(value.school_id == "G" for value in result.values if value.item.startswith("1."))
    assert all(school.school_id != "G" for school in result.schools)


def test_teaching_point_merged_into_its_main_school():
    merged = assess(county(), STANDARD, options=Options(teaching_points="merged"))
    value = {(v.school_id, v.stage, v.item): v.value for v in merged.values}
    assert ("B", P, "1.1") not in value
    assert value["A", P, "1.1"] == pytest.approx(23 / 560 * 100)  # 4.107: between 3.57 and 4.2
    assert value["A", P, "1.2"] == pytest.approx(5 / 560 * 100)  # 0.893: between 0.85 and 1
    assert next(s for s in merged.schools if s.school_id == "A").verdict == "fails"


def test_teaching_point_of_fifty_pupils_counts_and_of_forty_nine_does_not():
    facts = rows()
    grades = [row for row in facts["enrolment"] if row["school_id"] == "B"]
    facts["classes"] = [row for row in facts["classes"] if row["school_id"] != "B"]
    for pupils, inside in ((50, True), (49, False)):
        for row in grades:
            row["pupils"] = 0
        grades[0]["pupils"] = pupils
        found = assess(build(facts), STANDARD)
        assert any(s.school_id == "B" for s in found.schools) is inside
        separate = assess(build(facts), STANDARD, options=Options(teaching_points="separate"))
        assert any(s.school_id == "B" for s in separate.schools)


def test_teaching_point_left_out_and_private_school_left_out():
    facts = rows()
    next(row for row in facts["schools"] if row["school_id"] == "F")["ownership"] = "private"
    options = Options(teaching_points="excluded", private="excluded")
    found = assess(build(facts), STANDARD, options=options)
    assert {s.school_id for s in found.schools} == {"A", "C", "D", "E"}
    assert found.options == options


def test_explanation_names_every_row_and_the_split():
    primary, junior = explain(county(), STANDARD, "丁九年一贯制学校", "1.4")
    assert (primary.stage, junior.stage) == (P, J)
    area = junior.inputs[0]
    assert (area.name, area.share) == ("teaching_area", pytest.approx(220 / 520))
    assert area.amount == pytest.approx(1100)
    assert [row.amount for row in area.rows] == [2600.0]
    assert junior.inputs[1].taken_off
    pupils = junior.inputs[-1]
    assert [row.key["grade"] for row in pupils.rows] == [7, 8, 9]
    assert sum(row.amount for row in pupils.rows) == pupils.amount == 200
    assert (junior.value, junior.threshold, junior.floor) == (pytest.approx(5.5), 5.8, 0.85)
    assert junior.article == "第六条"


def test_explanation_includes_the_campus():
    (found,) = explain(county(), STANDARD, "A", "1.5")
    assert {row.key["school_id"] for row in found.inputs[0].rows} == {"A", "A2"}
    assert found.value == pytest.approx(7.5)


def test_every_value_equals_what_its_explanation_adds_up_to(result):
    known = [value for value in result.values if value.value is not None and value.school_id]
    seen = {value.check: value for value in known if not value.item.startswith("1.")}
    for value in [*(value for value in known if value.school_id == "D"), *seen.values()]:
        found = [e for e in explain(county(), STANDARD, value.school_id, value.check) if e.stage == value.stage]
        assert len(found) == 1
        assert found[0].value == value.value
        if value.item.startswith("1."):
            total = sum(
                (-entry.amount if entry.taken_off else entry.amount) for entry in found[0].inputs if entry.named
            )
            assert total == pytest.approx(value.numerator)
            for entry in found[0].inputs:
                rows_sum = sum(row.amount for row in entry.rows)
                assert rows_sum * (entry.share if entry.share is not None else 1) == pytest.approx(entry.amount)


def test_overlay_is_stricter_where_the_city_is_and_relaxes_where_it_does():
    city = assess(county(), load("cn-2017-shenyang"))
    status = {(v.check, v.school_id, v.stage): v for v in city.values}
    assert status["2.7", "G", ""].status == "fails"  # 7000 yuan: enough for the nation, not for the city's 8000
    assert status["2.2.quota.primary", "", ""].status == "fails"
    assert status["1.3", "B", P].value == pytest.approx(100 / 60)  # one shared teacher counts: 60 pupils, village
    assert status["1.3", "B", P].status == "meets"
    assert status["1.3", "A", P].value == pytest.approx(1.0)


@pytest.mark.parametrize(("built", "expected"), [(2010, "meets"), (2011, "fails"), (None, "unknown")])
def test_size_exception_hangs_on_the_year_built(built, expected):
    facts = rows()
    next(row for row in facts["schools"] if row["school_id"] == "C")["built_year"] = built
    facts["classes"] = [row for row in facts["classes"] if row["school_id"] != "C"]
    for row in facts["enrolment"]:
        if row["school_id"] == "C":
            row["pupils"] = 750  # 2250 pupils: over 2000, within the 2400 of schools built by 2010
    found = assess(build(facts), load("cn-2017-shenyang"))
    value = next(v for v in found.values if v.check == "2.4" and v.school_id == "C")
    assert value.status == expected
    assert (value.missing == "built_year") is (expected == "unknown")
    national = assess(build(facts), STANDARD)
    assert next(v for v in national.values if v.check == "2.4" and v.school_id == "C").status == "fails"


def test_year_and_snapshot_are_named(result):
    assert result.year == YEAR
    assert result.standard == "cn-2017"
