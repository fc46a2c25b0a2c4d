"""Small counties whose cheapest plan is known by hand, from the tables to the moves and back to the assessment."""

from __future__ import annotations

import random

import msgspec
import pytest
import six_schools
from path_county import YEAR, School, county, prices, rows

from jiaoheng.county import build
from jiaoheng.county.moves import apply
from jiaoheng.findings import assess
from jiaoheng.plans.costs import defaults
from jiaoheng.plans.path import PathRequest, plan_path
from jiaoheng.standards import load

NEXT = YEAR + 1
GOOD = (School("A", 200), School("B", 300))


def asked(facts, **also):
    """The plan for the year after the facts, or later ones."""
    return plan_path(facts, PathRequest(**({"until": NEXT, "seconds": 20.0} | also)))


def bought(plan):
    """Kind, school and amount of its moves."""
    return sorted((move.kind, move.school_id, move.amount) for move in plan.moves)


def checked(facts, plan):
    """The plan, after the assessment of every year was asked whether it says what the plan does."""
    after = apply(facts, plan.moves, until=plan.until)
    for year in plan.after:
        told = assess(after, load(plan.standard), year=year.year)
        passing = {(s.school_id, s.stage) for s in told.schools if s.verdict == "meets"}
        assert len(passing) == year.passing
        assert not passing & {(f.school_id, f.stage) for f in year.failing}
    assert sum(move.cost for move in plan.moves) == pytest.approx(plan.certificate.objective or 0.0)
    return plan


def test_a_county_that_passes_needs_nothing():
    plan = checked(county(*GOOD), asked(county(*GOOD)))
    assert (plan.certificate.status, plan.certificate.objective, plan.moves) == ("optimal", 0.0, ())
    assert plan.after[-1].verdict == "meets"


def test_one_figure_of_seven_may_stay_below_but_not_below_the_floor():
    """1300 m² of grounds for 200 pupils, 6.5 each, lie between 6.375 and 7.5: nothing. 1200 m² ask for 100 m² more."""
    between = county(School("A", 200, facilities={"sports_ground_area": 1300.0}), GOOD[1])
    assert asked(between).moves == ()
    below = county(School("A", 200, facilities={"sports_ground_area": 1200.0}), GOOD[1])
    plan = checked(below, asked(below))
    assert bought(plan) == [("build_ground", "A", 100.0)]
    assert plan.moves[0].reasons[0].rule == "floor"


def test_of_two_figures_below_the_dearer_one_may_stay():
    """Grounds at 6.5 of 7.5 m² would cost 70 000 yuan, equipment at 1750 of 2000 yuan costs 50 000."""
    facts = county(School("A", 200, facilities={"sports_ground_area": 1300.0, "equipment_value": 350_000.0}), GOOD[1])
    plan = checked(facts, asked(facts))
    assert bought(plan) == [("buy_equipment", "A", 50_000.0)]
    assert plan.cost == 50_000.0
    dear = prices("build_ground", "buy_equipment", buy_equipment={"cost": 2.0})
    assert bought(checked(facts, asked(facts, costs=dear))) == [("build_ground", "A", 200.0)]


def test_a_coefficient_asks_for_more_than_the_thresholds():
    """One of two schools has four times the equipment: the other is raised until the coefficient is 0.5.

    With shares 1/2 the coefficient is (h − x) ÷ (h + x): 0.5 at x = h ÷ 3 = 3333.33 yuan a pupil.
    """
    facts = county(
        School("A", 300, facilities={"equipment_value": 600_000.0}),
        School("B", 300, facilities={"equipment_value": 3_000_000.0}),
    )
    plan = checked(facts, asked(facts))
    assert bought(plan) == [("buy_equipment", "A", 400_000.0)]
    assert {limit.kind for limit in plan.certificate.binding} == {"coefficient"}
    assert plan.moves[0].reasons[0].rule == "coefficient"


def test_what_is_bought_for_a_nine_year_school_counts_by_its_shares():
    """200 and 100 pupils at 1 : 1.1 share 200/310 and 110/310 of 600 000 yuan and 7 multimedia rooms.

    The primary part has 1935 of 2000 yuan and 2.26 of 2.3 rooms: it lacks 20 000 × 200/310 yuan. The junior part has
    2129 of 2500 yuan, above the floor of 2125, and 2.48 of 2.4 rooms: it may stay below.
    """
    facts = county(*GOOD, School("N", 200, 100, facilities={"equipment_value": 600_000.0, "multimedia_rooms": 7}))
    plan = checked(facts, asked(facts, costs=prices("buy_equipment")))
    assert bought(plan) == [("buy_equipment", "N", 20_000.0)]


def test_facilities_told_by_stage_are_bought_for_the_stage():
    """The junior part has 2000 of 2500 yuan a pupil, below its floor of 2125: 12 500 more, two lots."""
    own = {"primary": {}, "junior": {"equipment_value": 200_000.0}}
    facts = county(*GOOD, School("N", 200, 100, by_stage=own))
    plan = checked(facts, asked(facts))
    assert bought(plan) == [("buy_equipment", "N", 20_000.0)]
    assert plan.moves[0].stage == "junior"


def test_what_a_site_still_takes_is_for_all_stages_of_a_school_together():
    """Both parts are below the floor of grounds by 275 and 92 m² or more: 400 m² in all, where 300 are to be had."""
    own = {"primary": {"sports_ground_area": 1000.0}, "junior": {"sports_ground_area": 800.0}}
    facts = county(*GOOD, School("N", 200, 100, by_stage=own))
    assert bought(checked(facts, asked(facts))) == [("build_ground", "N", 100.0), ("build_ground", "N", 300.0)]
    tight = prices("build_ground", sites={"N": {"build_ground": 300.0}})
    plan = asked(facts, costs=tight)
    assert plan.certificate.status == "infeasible"
    assert [(r.kind, r.school_id) for r in plan.certificate.relaxations] == [("site", "N")]
    more = 300.0 + plan.certificate.relaxations[0].amount
    assert asked(facts, costs=prices("build_ground", sites={"N": {"build_ground": more}})).moves


def test_a_school_s_own_most_is_for_all_its_stages_together():
    few = {"backbone": 0}
    facts = county(*GOOD, School("N", 200, 100, staff={"primary": few, "junior": few}))
    assert asked(facts, costs=prices("appoint_backbone", appoint_backbone={"school_most": 3.0})).moves
    short = asked(facts, costs=prices("appoint_backbone", appoint_backbone={"school_most": 2.0}))
    assert short.certificate.status == "infeasible"


def test_teachers_move_from_the_school_that_has_them_to_spare():
    """A lacks one of two backbone teachers; B has 12 among its 40, and posts to spare. C is too far to be asked."""
    facts = county(
        School("A", 200, staff={"primary": {"teachers": 14, "above_required_degree": 14, "backbone": 0}}),
        School("B", 300, staff={"primary": {"teachers": 40, "above_required_degree": 38, "backbone": 12}}, km_east=5),
        School("C", 300, staff={"primary": {"teachers": 40, "above_required_degree": 38, "backbone": 12}}, km_east=25),
    )
    plan = checked(facts, asked(facts, costs=prices("transfer")))
    assert {(move.kind, move.school_id, move.to_school) for move in plan.moves} == {("transfer", "B", "A")}
    assert sum(move.amount for move in plan.moves) == 2
    assert plan.cost == 24_000.0
    assert plan.moves[0].holds == ("above_required_degree", "backbone")


def person(school, number, *, degree=True, backbone=False, arts=False):
    """A teacher of the roster."""
    return {
        "teacher_id": f"{school}{number:03}",
        "year": YEAR,
        "school_id": school,
        "stage": "primary",
        "subjects": "pe" if arts else "math",
        "degree": "bachelor" if degree else "associate",
        "title": "middle",
        "backbone": "county" if backbone else "none",
        "certificate": True,
        "birth_year": 1985,
        "sex": "female",
        "post": "teacher",
        "school_since": 2010,
        "training_hours": 400.0,
    }


def test_a_school_without_anybody_to_spare_sends_pe_teachers_in_exchange():
    """10 teachers for 190 pupils are as few as may be. B lacks two for PE, A has five: two go, two others come back.

    A has the most degrees of all and needs no more; who comes back only stands in for those who left.
    """
    told = rows(School("A", 190), School("B", 190), School("C", 190))
    told["teachers"] = [
        *(person("A", number, backbone=number < 2, arts=number < 5) for number in range(10)),
        *(person("B", number, backbone=number < 2, degree=number < 9) for number in range(10)),
        *(person("C", number, backbone=number < 2, arts=number < 2) for number in range(10)),
    ]
    facts = build(told)
    plan = checked(facts, asked(facts, costs=prices("transfer")))
    ways = {(move.school_id, move.to_school) for move in plan.moves}
    assert ways == {("A", "B"), ("B", "A")}
    assert [sum(move.amount for move in plan.moves if (move.school_id, move.to_school) == way) for way in ways] == [
        2,
        2,
    ]
    assert plan.cost == 48_000.0


def test_with_a_roster_the_plan_names_who_goes():
    told = rows(
        School("A", 200, staff={"primary": {"teachers": 14, "above_required_degree": 14, "backbone": 0}}),
        School("B", 300, staff={"primary": {"teachers": 40, "above_required_degree": 38, "backbone": 12}}),
    )
    told["teachers"] = [
        person(
            row["school_id"], number, degree=number < row["above_required_degree"], backbone=number < row["backbone"]
        )
        | {"subjects": "pe" if number % 6 == 0 else "math"}
        for row in told["staff"]
        for number in range(row["teachers"])
    ]
    facts = build(told)
    plan = checked(facts, asked(facts, costs=prices("transfer")))
    assert sum(move.amount for move in plan.moves) == 2
    names = [teacher for move in plan.moves for teacher in move.teachers]
    assert len(names) == len(set(names)) == 2
    assert set(names) <= {f"B{number:03}" for number in range(12)}


def test_people_are_hired_within_the_posts_of_the_county():
    """A has nobody for PE and arts and lacks two; only hiring helps. One post is free, then two."""
    lacking = {"primary": {"pe_arts": 0}}

    def facts(posts):
        return county(School("A", 200, staff=lacking, posts=posts), School("B", 300, posts=0))

    only = prices("hire_pe_arts")
    plan = checked(facts(2), asked(facts(2), costs=only))
    assert bought(plan) == [("hire_pe_arts", "A", 2.0)]
    assert plan.cost == 200_000.0
    assert [limit.kind for limit in plan.certificate.binding] == ["posts"]
    short = asked(facts(1), costs=only)
    assert short.certificate.status == "infeasible"
    assert [(each.kind, each.amount) for each in short.certificate.relaxations] == [("posts", 1.0)]
    assert asked(facts(1), costs=prices("hire_pe_arts", posts=18 + 27 + 2)).moves


def test_the_staff_of_a_campus_takes_posts_and_counts_with_its_school():
    """All 47 posts are taken, nine of them at the campus: nobody can be hired."""
    campus = School("A2", 100, parent="A", counted=False)
    schools = (School("A", 200, staff={"primary": {"pe_arts": 0}}), School("B", 300), campus)
    facts = county(*schools)
    plan = asked(facts, costs=prices("hire_pe_arts", posts=18 + 27 + 9))
    assert plan.certificate.status == "infeasible"
    assert asked(facts, costs=prices("hire_pe_arts", posts=18 + 27 + 9 + 1)).moves


def test_no_more_backbone_teachers_are_appointed_in_a_year_than_the_quota():
    """Five are lacking, three a year may be appointed: done in two years, not in one."""
    none = {"primary": {"backbone": 0}}
    facts = county(School("A", 200, staff=none), School("B", 300, staff=none))
    quota = prices("appoint_backbone", appoint_backbone={"year_most": 3.0})
    assert asked(facts, costs=quota).certificate.status == "infeasible"
    plan = checked(facts, asked(facts, costs=quota, until=NEXT + 1))
    by_year = {year: sum(m.amount for m in plan.moves if m.begun == year) for year in (YEAR, NEXT)}
    assert by_year == {YEAR: 3.0, NEXT: 2.0}


def test_what_takes_two_years_is_no_help_in_one():
    """8 of 200 pupils' 8.4 teachers above the degree are above the floor; 6 are not, and a degree takes two years."""
    facts = county(School("A", 200, staff={"primary": {"above_required_degree": 6}}), GOOD[1])
    only = prices("raise_degree")
    short = asked(facts, costs=only)
    assert short.certificate.status == "infeasible"
    assert [(each.kind, each.check) for each in short.certificate.relaxations] == [("figure", "1.1")]
    plan = checked(facts, asked(facts, costs=only, until=NEXT + 1))
    assert bought(plan) == [("raise_degree", "A", 2.0)]
    assert (plan.moves[0].begun, plan.moves[0].year) == (YEAR, NEXT + 1)
    assert [year.passing for year in plan.after] == [1, 2]


def test_money_comes_by_year():
    """200 000 yuan are needed; half of it this school year, half the next."""
    short = {"equipment_value": 300_000.0, "sports_ground_area": 1300.0}
    facts = county(School("A", 200, facilities=short), School("B", 200, facilities=short))
    halves = {YEAR: 100_000.0, NEXT: 100_000.0}
    plan = checked(facts, asked(facts, budgets=halves, until=NEXT + 1, costs=prices("buy_equipment")))
    assert plan.certificate.status == "optimal"
    spent = {year: sum(m.cost for m in plan.moves if m.begun == year) for year in halves}
    assert spent == halves
    assert [year.passing for year in plan.after] == [1, 2]


def test_the_more_urgent_or_the_rural_school_comes_first():
    short = {"equipment_value": 300_000.0, "sports_ground_area": 1300.0}
    shorter = short | {"equipment_value": 200_000.0}
    facts = county(
        School("A", 200, facilities=shorter, setting="111"), School("B", 200, facilities=short, setting="220")
    )
    money = {YEAR: 200_000.0, NEXT: 100_000.0}
    first = {}
    for rule in ("need", "rural"):
        plan = asked(facts, budgets=money, until=NEXT + 1, costs=prices("buy_equipment"), first=rule)
        first[rule] = {m.school_id for m in plan.moves if m.begun == YEAR and m.amount >= 100_000.0}
    assert first["need"] == {"A"}
    assert "B" in first["rural"]


def test_large_classes_are_split_where_that_is_asked():
    told = rows(*GOOD)
    for row in told["enrolment"]:
        if (row["school_id"], row["grade"]) == ("B", 1):
            row["classes"] = 1
    facts = build(told)
    assert asked(facts).moves == ()
    plan = checked(facts, asked(facts, classes=True))
    assert [(m.kind, m.school_id, m.grade, m.amount) for m in plan.moves] == [("add_class", "B", 1, 1.0)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_changes_nothing(seed):
    draw = random.Random(seed)
    told = rows(
        School("A", 200, staff={"primary": {"backbone": 0}}, facilities={"sports_ground_area": 1100.0}),
        School("B", 300, 150, facilities={"equipment_value": 900_000.0, "multimedia_rooms": 5}),
        School("C", 300, staff={"primary": {"teachers": 40, "above_required_degree": 38, "backbone": 12}}),
    )
    shuffled = {name: draw.sample(of, len(of)) for name, of in told.items()}
    one, other = (asked(build(each), until=NEXT + 1) for each in (told, shuffled))
    assert one.moves == other.moves
    assert one.moves


def test_six_schools_pass_once_their_obstacle_is_out_of_the_way():
    """B of the six schools has nobody for PE and arts and five teachers: 5 % of them to be retrained are none."""
    facts = six_schools.county()
    plan = asked(facts, until=2027)
    assert plan.certificate.status == "infeasible"
    assert [(r.kind, r.school_id, r.amount) for r in plan.certificate.relaxations] == [("share", "B", 1.0)]
    levers = tuple(
        msgspec.structs.replace(lever, share_most=0.2) if lever.kind == "retrain_pe_arts" else lever
        for lever in defaults().levers
    )
    table = msgspec.structs.replace(defaults(), levers=levers)
    reached = checked(facts, asked(facts, until=2027, costs=table))
    assert reached.certificate.status == "optimal"
    assert reached.after[-1].passing == 8
