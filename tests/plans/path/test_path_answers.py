"""What cannot be, or is not known, has a clear answer; too little money buys the most, and what lacks is told."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from path_county import YEAR, School, county, prices, rows

from jiaoheng.county import build
from jiaoheng.county.moves import apply
from jiaoheng.findings.assess import AssessmentError
from jiaoheng.plans.costs import CostError, Lever, defaults
from jiaoheng.plans.path import PathError, PathRequest, budget_curve, plan_path
from jiaoheng.plans.telling import plan_sentences
from jiaoheng.plans.words import Voice

NEXT = YEAR + 1
GOOD = (School("A", 200), School("B", 300))
BELOW = {"equipment_value": 300_000.0, "sports_ground_area": 1300.0}
"""Of 200 pupils: 1500 yuan and 6.5 m² each. 100 000 yuan of equipment bring the school to pass."""


def asked(facts, **also):
    return plan_path(facts, PathRequest(**({"until": NEXT, "seconds": 20.0} | also)))


def told(plan, facts):
    """Its sentences in both languages, of which none is left half filled in."""
    said = {lang: list(plan_sentences(plan, Voice.of(plan.standard, facts, lang))) for lang in ("zh", "en")}
    assert all("{" not in line for lines in said.values() for line in lines)
    return said


# What cannot be asked


def test_a_county_without_pupils_is_refused():
    with pytest.raises(AssessmentError):
        asked(county(*GOOD, enrolment=[]))


def test_a_county_of_special_schools_only_has_nothing_to_plan():
    with pytest.raises(PathError) as raised:
        asked(county(School("G", 40, kind="514")))
    assert "没有在七项指标测算范围内" in raised.value.say("zh")


@pytest.mark.parametrize(
    ("also", "in_words"),
    [
        ({"until": YEAR}, "须晚于"),
        ({"until": YEAR + 11}, "超过"),
        ({"standard": "basic-2012"}, "没有学校达标和差异系数的规定"),
        ({"budget": -1.0}, "0 元以上"),
        ({"budget": float("nan")}, "0 元以上"),
        ({"budget": float("inf")}, "0 元以上"),
        ({"budgets": {YEAR: -5.0}}, "0 元以上"),
        ({"seconds": 0.0}, "大于 0"),
        ({"seconds": float("nan")}, "大于 0"),
        ({"tolerance": 1.0}, "0 与 1 之间"),
        ({"tolerance": float("nan")}, "0 与 1 之间"),
    ],
)
def test_nonsense_is_refused_in_words(also, in_words):
    with pytest.raises(PathError) as raised:
        asked(county(*GOOD), **also)
    assert in_words in raised.value.say("zh")
    assert "{" not in raised.value.say("en")


def test_limits_and_prices_that_cannot_be_are_refused():
    for table in (
        prices("build_ground", sites={"A": {"build_ground": -5.0}}),
        prices("build_ground", build_ground={"cost": float("nan")}),
        prices("build_ground", posts=-1),
    ):
        with pytest.raises(CostError):
            asked(county(*GOOD), costs=table)
    with pytest.raises(TypeError):
        Lever("hire", defaults().levers[0].label, source=defaults().levers[0].source)  # type: ignore[call-arg]


# What is not known, and schools of other sorts


@pytest.mark.parametrize("rule", [[], [0]])
def test_a_school_without_pupils_is_no_obstacle(rule):
    """Whether it has a row of enrolment with 0 pupils, or none: then what counts schools is unknown."""
    made = rows(*GOOD, School("Z", 0))
    made["enrolment"] += [{"school_id": "Z", "year": YEAR, "grade": 1, "pupils": n, "classes": 0} for n in rule]
    facts = build(made)
    plan = asked(facts)
    assert (plan.moves, plan.certificate.status) == ((), "optimal")
    assert plan.after[-1].verdict == ("meets" if rule else "unknown")
    told(plan, facts)


def test_a_school_whose_figure_is_not_known_is_planned_for_as_far_as_it_is_and_nothing_is_promised():
    facts = county(*GOOD, School("C", 200, facilities={"equipment_value": None, "sports_ground_area": 1000.0}))
    plan = asked(facts)
    assert [(m.kind, m.school_id, m.amount) for m in plan.moves] == [("build_ground", "C", 300.0)]
    assert [(f.school_id, f.verdict) for f in plan.after[-1].failing] == [("C", "unknown")]
    assert plan.after[-1].verdict == "unknown"
    assert any("C校" in line for line in told(plan, facts)["zh"])


def test_a_single_school_is_even_with_itself():
    plan = asked(county(School("A", 200, facilities=BELOW)))
    assert [(m.kind, m.amount) for m in plan.moves] == [("buy_equipment", 100_000.0)]
    assert plan.after[-1].verdict == "meets"


def test_a_private_school_has_no_posts_of_the_county_and_exchanges_no_teachers():
    lacking = {"primary": {"pe_arts": 0}}
    facts = county(
        School("P", 200, ownership="private", staff=lacking, posts=9), School("B", 300, posts=9, staff={}), GOOD[0]
    )
    plan = asked(facts, costs=prices("hire", "hire_pe_arts", "transfer"))
    assert plan.certificate.status == "infeasible"
    assert {(each.school_id, each.check) for each in plan.certificate.relaxations} == {("P", "1.3")}
    assert asked(facts, costs=prices("retrain_pe_arts", retrain_pe_arts={"share_most": None})).moves


def test_a_campus_is_counted_with_its_school_and_what_is_bought_stands_with_the_school():
    """300 pupils in all have 1667 yuan and 7 m² each: 200 m² for 70 000 yuan, and the equipment to its floor."""
    campus = School(
        "A2", 100, parent="A", counted=False, facilities={"equipment_value": 100_000.0, "sports_ground_area": 500.0}
    )
    facts = county(
        School("A", 200, facilities={"equipment_value": 400_000.0, "sports_ground_area": 1600.0}), GOOD[1], campus
    )
    plan = asked(facts)
    assert [(m.kind, m.school_id, m.amount) for m in plan.moves] == [
        ("build_ground", "A", 200.0),
        ("buy_equipment", "A", 10_000.0),
    ]
    assert plan.after[-1].verdict == "meets"


def test_a_teaching_point_is_a_section_of_its_own():
    point = School(
        "T", 150, parent="A", kind="218", facilities={"equipment_value": 200_000.0, "sports_ground_area": 1000}
    )
    facts = county(*GOOD, point)
    assert {m.school_id for m in asked(facts).moves} == {"T"}


def test_shared_teachers_count_where_the_standard_lets_them():
    """60 pupils in a village: Shenyang counts shared PE teachers there, the national standard does not."""
    few = {"primary": {"teachers": 6, "above_required_degree": 5, "backbone": 1, "pe_arts": 0, "pe_arts_shared": 0}}
    facts = county(*GOOD, School("C", 60, setting="220", staff=few))
    only = prices("share_pe_arts")
    plan = asked(facts, standard="cn-2017-shenyang", costs=only)
    assert [(m.kind, m.school_id, m.amount) for m in plan.moves] == [("share_pe_arts", "C", 1.0)]
    assert asked(facts, costs=only).certificate.status == "infeasible"


def test_nobody_has_a_backbone_teacher():
    none = {"primary": {"backbone": 0}}
    facts = county(School("A", 200, staff=none), School("B", 200, staff=none))
    plan = asked(facts)
    assert [(m.kind, m.amount) for m in plan.moves] == [("appoint_backbone", 2.0)] * 2


# Where there is no plan


def test_with_every_lever_disabled_what_lacks_is_told_in_its_own_unit():
    table = msgspec.structs.replace(
        defaults(), levers=tuple(msgspec.structs.replace(lever, enabled=False) for lever in defaults().levers)
    )
    facts = county(School("A", 200, facilities=BELOW), GOOD[1])
    plan = asked(facts, costs=table)
    assert plan.certificate.status == "infeasible"
    assert plan.moves == ()
    # To the floor of one and the threshold of the other at the least.
    lacking = {each.check: (each.amount, each.unit) for each in plan.certificate.relaxations}
    assert lacking["1.6"][1] == "yuan"
    assert told(plan, facts)["zh"]


@pytest.mark.parametrize("seed", range(4))
def test_where_the_smallest_loosening_is_granted_there_is_a_plan(seed):
    """Sites, quotas and posts too small, in turn: what the certificate asks for is enough."""
    lacking = {"primary": {"backbone": seed % 2, "pe_arts": 0}}
    schools = [
        School("A", 200, staff=lacking, posts=0, facilities={"sports_ground_area": 1000.0 + 37 * seed}),
        School(
            "B", 300, staff=lacking, posts=1, facilities={"sports_ground_area": 1500.0, "equipment_value": 450_000.0}
        ),
        School("C", 300, posts=0),
    ]
    facts = county(*schools)
    table = prices(
        "build_ground",
        "buy_equipment",
        "appoint_backbone",
        "hire_pe_arts",
        appoint_backbone={"year_most": 1.0},
        sites={"A": {"build_ground": 100.0}, "B": {"build_ground": 0.0}},
    )
    plan = asked(facts, costs=table)
    assert plan.certificate.status == "infeasible"
    assert plan.certificate.relaxations
    sites = {school: dict(of) for school, of in table.sites.items()}
    quota, posts = 1.0, 18 + 27 + 27 + 1
    for each in plan.certificate.relaxations:
        if each.kind == "site":
            sites[each.school_id]["build_ground"] += each.amount
        elif each.kind == "backbone_quota":
            quota += each.amount
        else:
            assert each.kind == "posts"
            posts += round(each.amount)
    levers = tuple(
        msgspec.structs.replace(lever, year_most=quota) if lever.kind == "appoint_backbone" else lever
        for lever in table.levers
    )
    granted = msgspec.structs.replace(table, levers=levers, sites=sites, posts=posts)
    assert asked(facts, costs=granted).after[-1].verdict == "meets"


# Too little money


def needy():
    """Three schools that 100 000, 60 000 and 250 000 yuan bring to pass, of 200, 400 and 300 pupils."""
    return county(
        School("A", 200, facilities=BELOW),
        School("B", 400, facilities={"equipment_value": 740_000.0, "sports_ground_area": 2600.0}),
        School("C", 300, facilities={"equipment_value": 350_000.0, "sports_ground_area": 1950.0}),
        School("D", 100),
    )


def test_too_little_money_brings_the_most_pupils_to_schools_that_pass():
    facts, only = needy(), prices("buy_equipment")
    needs = {"A": (100_000.0, 200), "B": (60_000.0, 400), "C": (250_000.0, 300)}
    assert asked(facts, costs=only).cost == 410_000.0
    for budget in (0.0, 50_000.0, 100_000.0, 160_000.0, 310_000.0, 409_999.0):
        most = max(
            sum(needs[school][1] for school in some)
            for size in range(4)
            for some in itertools.combinations(needs, size)
            if sum(needs[school][0] for school in some) <= budget
        )
        plan = asked(facts, costs=only, budget=budget)
        assert plan.certificate.unit == "pupils"
        assert plan.certificate.objective == most + 100
        assert plan.certificate.bound >= most + 100
        assert plan.after[-1].passing_pupils == most + 100
        assert plan.cost <= budget
        assert plan.cost + sum(move.cost for move in plan.next_steps) == pytest.approx(410_000.0)
        assert plan.certificate.relaxations[0].amount == pytest.approx(410_000.0 - plan.cost)
        told(plan, facts)


def test_for_want_of_money_no_school_is_left_worse_than_its_floor():
    """A cannot be helped; its backbone teachers, who would help B, stay where they are."""
    facts = county(
        School(
            "A",
            200,
            facilities={"equipment_value": 0.0},
            staff={"primary": {"teachers": 30, "above_required_degree": 30, "backbone": 2}},
        ),
        School("B", 300, staff={"primary": {"backbone": 0, "above_required_degree": 21}}),
        School("C", 100),
    )
    plan = asked(facts, costs=prices("transfer", "buy_equipment"), budget=100_000.0)
    after = apply(facts, plan.moves, until=NEXT)["staff"].to_pylist()
    backbone = next(row["backbone"] for row in after if row["school_id"] == "A" and row["year"] == NEXT)
    assert backbone == 2


def test_the_curve_rises_to_all_that_pass():
    points = budget_curve(needy(), PathRequest(NEXT, costs=prices("buy_equipment"), seconds=20.0))
    assert [point.passing_pupils for point in points] == sorted(point.passing_pupils for point in points)
    assert (points[0].budget, points[0].cost, points[0].passing_pupils) == (0.0, 0.0, 100.0)
    assert (points[-1].passing, points[-1].passing_pupils, points[-1].cost) == (4, 1000.0, 410_000.0)
    assert all(point.bound >= point.passing_pupils for point in points)


# Time and progress


def test_asking_twice_gives_the_same_plan():
    facts = needy()
    assert asked(facts).moves == asked(facts).moves


@pytest.mark.parametrize("after", [1, 3, 6])
def test_who_hears_of_progress_can_stop_it(after):
    class StoppedError(Exception):
        pass

    heard = []

    def progress(part, known):
        heard.append(part)
        if len(heard) >= after:
            raise StoppedError

    with pytest.raises(StoppedError):
        plan_path(needy(), PathRequest(NEXT), progress)
    assert all(0 <= part <= 1 for part in heard)
