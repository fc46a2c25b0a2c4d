"""Adoption: moves become tasks with owner, day and a figure to meet; none twice; not again."""

from __future__ import annotations

from datetime import date

import pytest
from ledger_story import CENTRAL, FINANCE, bureau, by, finding_task, unit
from studio_story import answered, coefficient_over, figure_below, impossible, plan, some_moves

from jiaoheng.county.moves import Move, Reason
from jiaoheng.ledger import adoption, clock
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions import adoption as acts
from jiaoheng.ledger.actions import scenarios as scenario_acts
from jiaoheng.ledger.models import AdoptedMove, Comment, Event, Organisation, Scenario, Task
from jiaoheng.ledger.targets import Target

pytestmark = pytest.mark.django_db


def _adopt(scenario: Scenario, places: tuple[int, ...] | None = None, who: str = "jijiao") -> Scenario:
    chosen = range(len(some_moves())) if places is None else places
    return acts.adopt(by(who), scenario, places=list(chosen), leads={}, verifier=unit(FINANCE))


def _task(target: Target) -> Task:
    return Task.objects.get(target=target.key)


def test_moves_of_one_figure_become_one_measured_task_with_a_part_each() -> None:
    scenario = _adopt(answered())
    check, stage, school = figure_below()
    task = _task(Target("figure", "cn-2017", check, stage, school))
    assert task.source == Task.Source.MOVE
    assert task.found is not None
    assert task.found["status"] == "fails"
    assert task.school == Organisation.objects.get(code=school)
    assert task.parts.count() == 2
    assert any("招聘教师 3 人" in part.title for part in task.parts.all())
    assert {part.target for part in task.parts.all()} == {""}
    assert "30 万元" in task.detail
    assert "须达标" in task.detail
    assert scenario.adopted_at is not None


def test_moves_of_a_coefficient_become_parts_of_one_task_of_the_county() -> None:
    _adopt(answered())
    task = _task(Target("coefficient", "cn-2017", *coefficient_over(), ""))
    assert task.school is None
    assert task.parts.count() == 2
    assert task.lead == unit("计划财务股")
    assert {part.lead for part in task.parts.all()} == {unit("计划财务股"), unit("人事股")}
    assert unit(CENTRAL) in {part.school for part in task.parts.all()}


def test_what_no_figure_shows_is_a_task_of_its_own_that_evidence_closes() -> None:
    _adopt(answered(), (4,))
    task = Task.objects.get(source=Task.Source.MOVE)
    assert not task.is_measured
    assert task.lead == unit(CENTRAL)
    assert task.title == "青石镇中心小学（小学）三年级增加 1 个班"


def test_a_floor_is_shown_by_the_schools_verdict_since_the_threshold_need_not_be_met() -> None:
    check, stage, school = figure_below()
    move = Move("hire", 2026, school, 1, stage, 2025, 1.0, reasons=(Reason(check, stage, "floor", 0.2),))
    _adopt(answered(plan((move,))), (0,))
    assert Task.objects.get(source=Task.Source.MOVE).target == f"verdict|cn-2017||{stage}|{school}|"


def test_the_day_is_the_end_of_the_school_year_before_and_never_past() -> None:
    with clock.told_at(clock.now().replace(year=2026, month=1, day=10)):
        assert adoption.due(Move("hire", 2028, "x", 1)) == date(2028, 8, 31)
        assert adoption.due(Move("hire", 2025, "x", 1)) == clock.today() + adoption.AT_LEAST


def test_whoever_is_chosen_for_a_kind_does_it_and_none_means_the_school() -> None:
    scenario = answered()
    leads = {"buy_equipment": None, "transfer": unit("基础教育股")}
    acts.adopt(by("jicai"), scenario, places=[2, 3], leads=leads, verifier=unit(FINANCE))
    parts = {adopted.place: adopted.task for adopted in AdoptedMove.objects.filter(scenario=scenario)}
    assert parts[2].lead == parts[2].school
    assert parts[3].lead == unit("基础教育股")


def test_nothing_is_made_twice_a_pending_task_with_the_same_figure_gets_the_move_instead() -> None:
    check, stage, school = figure_below()
    name = Organisation.objects.get(code=school).name
    there = finding_task(check, name, stage)
    scenario = _adopt(answered(), (0, 1))
    assert Task.objects.filter(source=Task.Source.MOVE).count() == 0
    assert {adopted.task for adopted in AdoptedMove.objects.filter(scenario=scenario)} == {there}
    assert "招聘教师 3 人" in Comment.objects.get(task=there).text
    event = Event.objects.filter(action="scenario.adopt").latest("number")
    assert event.details["made"] == 0
    assert event.details["joined"] == 1


def test_the_same_move_of_another_scenario_joins_the_task_that_is_there() -> None:
    _adopt(answered(), (4,))
    _adopt(answered(name="方案二"), (4,))
    task = Task.objects.get(source=Task.Source.MOVE)
    assert AdoptedMove.objects.filter(task=task).count() == 2


def test_adopting_again_is_refused_and_nothing_is_made() -> None:
    scenario = _adopt(answered(), (4,))
    before = Task.objects.count()
    with pytest.raises(Refused, match="已于"):
        _adopt(scenario, (0,))
    assert Task.objects.count() == before
    with pytest.raises(Refused, match="不能再算"):
        scenario_acts.again(by("jijiao"), scenario)


@pytest.mark.parametrize("places", [(), (99,)])
def test_no_move_or_an_unknown_one_is_refused(places: tuple[int, ...]) -> None:
    scenario = answered()
    with pytest.raises(Refused):
        _adopt(scenario, places)
    scenario.refresh_from_db()
    assert scenario.adopted_at is None


def test_what_cannot_be_adopted_says_why() -> None:
    with pytest.raises(Refused, match="没有任何举措"):
        _adopt(answered(impossible()), (0,))
    away = scenario_acts.archive(by("jijiao"), answered())
    with pytest.raises(Refused, match="归档"):
        _adopt(away)


def test_only_who_may_adopt_adopts() -> None:
    scenario = answered()
    for who in ("juzhang", "clerk", "dudao"):
        with pytest.raises(Forbidden):
            _adopt(scenario, who=who)
    assert bureau() is not None
