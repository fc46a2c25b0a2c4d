"""Forecasts, layouts and catchments in the ledger: asked, carried out, kept, changed by hand, adopted as tasks."""

from __future__ import annotations

from typing import Any

import pytest
from ledger_story import EDUCATION, FINANCE, bureau, by, ruler, unit
from places_story import asked, laid_out, layout_plan, measured_again, projected, some_forecast, zoned, zones_plan

from jiaoheng.forecast.request import ForecastRequest, Housing
from jiaoheng.ledger import access, adoption, forecasts, planners, scenarios, work
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions import adoption as adoption_acts
from jiaoheng.ledger.actions import forecast as forecast_acts
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import AdoptedMove, Event, Projection, Run, Scenario, Task
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.path.measured import PathError
from jiaoheng.plans.zones.request import ZonesRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake_planners(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(_county: object, request: Any, progress: Any) -> Any:
        progress(0.5, {"phase": "planning"})
        return zones_plan(request) if isinstance(request, ZonesRequest) else layout_plan(request)

    monkeypatch.setattr(planners, "plan", plan)
    monkeypatch.setattr(planners, "forecast", lambda _county, request, _told: some_forecast(request.years))


def _carried_out() -> Run:
    run = work.claim()
    assert run is not None
    work.carry_out(run)
    run.refresh_from_db()
    return run


def test_the_bureau_asks_a_leader_reads_and_a_school_does_neither() -> None:
    kept = projected()
    for who in ("admin", "jijiao", "jicai"):
        assert access.may(person(who), "forecast.ask", kept)
    assert access.may(person("juzhang"), "forecast.see", kept)
    assert not access.may(person("juzhang"), "forecast.ask", kept)
    assert not access.may(person("head"), "forecast.see", kept)
    with pytest.raises(Forbidden):
        forecast_acts.ask(by("juzhang"), bureau(), name="甲", request=ForecastRequest())


@pytest.mark.usefixtures("fake_planners")
def test_a_forecast_waits_as_a_run_and_its_answer_is_kept() -> None:
    home = Housing("410999100001", 2027, 400.0, {"primary": 0.2})
    request = ForecastRequest(years=6, class_sizes={"primary": 40.0}, housing=(home,), births={2026: 2100.0})
    kept = forecast_acts.ask(by("jijiao"), bureau(), name="城区新区", request=request)
    assert kept.is_running
    assert _carried_out().status == Run.Status.DONE
    kept = Projection.objects.get(pk=kept.pk)
    assert forecasts.request_of(kept.request) == request
    assert forecasts.answer_of(kept) == some_forecast(6)
    assert kept.until == some_forecast(6).until
    assert forecasts.latest(bureau()) == kept
    forecast_acts.archive(by("jijiao"), kept)
    assert forecasts.latest(bureau()) is None


def test_why_a_forecast_failed_is_told_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise PathError("no_schools")

    monkeypatch.setattr(planners, "forecast", refuse)
    kept = forecast_acts.ask(by("jijiao"), bureau(), name="甲", request=ForecastRequest())
    run = _carried_out()
    assert run.status == Run.Status.FAILED
    assert run.why("zh") != run.why("en") != ""
    kept = Projection.objects.get(pk=kept.pk)
    assert not kept.is_running
    kept = forecast_acts.again(by("jijiao"), kept)
    assert kept.is_running
    with pytest.raises(Refused, match="正在推算"):
        forecast_acts.again(by("jijiao"), kept)


@pytest.mark.usefixtures("fake_planners")
@pytest.mark.parametrize("request_", [ZonesRequest("primary", 2026, 2028), LayoutRequest("primary", 2028)])
def test_each_planner_has_its_run_and_its_plan_is_kept(request_: Any) -> None:
    scenario = asked(request_)
    assert scenario.run is not None
    assert scenario.run.kind == planners.KINDS[scenario.planner]
    assert _carried_out().status == Run.Status.DONE
    scenario = Scenario.objects.get(pk=scenario.pk)
    plan = scenarios.plan_of(scenario)
    assert plan is not None
    assert plan.places is not None
    assert plan.planner == scenario.planner
    assert scenario.moved == round(plan.places.moved)
    assert planners.read(scenario.planner, scenario.request) == request_


def test_a_budget_curve_is_only_of_the_path() -> None:
    with pytest.raises(Refused, match="没有预算曲线"):
        acts.ask_curve(by("jijiao"), zoned())


def test_a_plan_changed_by_hand_is_a_scenario_of_its_own_that_keeps_the_places() -> None:
    first = zoned()
    plan = scenarios.plan_of(first)
    assert plan is not None
    assert plan.places is not None
    place = plan.places.served[0]
    other = next(each.schools[0] for each in plan.places.served if each.schools != place.schools)
    changed = measured_again(None, plan, {place.place_id: other})  # type: ignore[arg-type]
    made = acts.keep_by_hand(by("jijiao"), first, name="手调", moved={place.place_id: other}, plan=changed)
    assert made.based_on == first
    assert made.by_hand == {place.place_id: other}
    assert made.request["fixed"] == {place.place_id: other}
    assert scenarios.plan_of(first) == plan
    kept = scenarios.plan_of(made)
    assert kept is not None
    assert kept.places is not None
    assert kept.places.served[0].schools == (other,)
    with pytest.raises(Refused, match="还没有调整"):
        acts.keep_by_hand(by("jijiao"), first, name="空", moved={}, plan=plan)


def test_all_places_of_a_school_become_one_task_that_names_them() -> None:
    scenario = zoned()
    plan = scenarios.plan_of(scenario)
    assert plan is not None
    schools = {move.school_id for move in plan.moves}
    assert len(plan.moves) > len(schools) > 1
    adoption_acts.adopt(by("jijiao"), scenario, places=range(len(plan.moves)), leads={}, verifier=unit(FINANCE))
    tasks = Task.objects.filter(source=Task.Source.MOVE)
    assert tasks.count() == len(schools)
    assert AdoptedMove.objects.filter(scenario=scenario).count() == len(plan.moves)
    parents = dict(zip(*(ruler().county["schools"][n].to_pylist() for n in ("school_id", "parent_id")), strict=True))
    names = dict(zip(*(ruler().county["places"][n].to_pylist() for n in ("place_id", "name")), strict=True))
    for move in plan.moves:
        task = AdoptedMove.objects.get(scenario=scenario, place=plan.moves.index(move)).task
        assert names[move.place_id] in task.detail
        assert task.school is not None
        assert task.school.code in (move.school_id, parents[move.school_id])
        assert task.lead == unit(EDUCATION)
        assert not task.is_measured


def test_a_merger_is_adopted_only_when_every_condition_is_said_to_be_met() -> None:
    scenario = laid_out()
    plan = scenarios.plan_of(scenario)
    assert plan is not None
    assert adoption.conditions(plan, range(len(plan.moves))) == {0: ("consent", "boarding", "transport")}
    given: dict[str, Any] = {"places": [0, 1], "leads": {}, "verifier": unit(FINANCE)}
    for met in (None, {0: ["consent", "boarding"]}):
        with pytest.raises(Refused, match="没有逐项确认"):
            adoption_acts.adopt(by("jijiao"), scenario, met=met, **given)
    assert not Task.objects.filter(source=Task.Source.MOVE).exists()
    adoption_acts.adopt(by("jijiao"), scenario, met={0: ["transport", "consent", "boarding"]}, **given)
    event = Event.objects.filter(action="scenario.adopt").latest("number")
    assert event.details["conditions"] == {plan.moves[0].school_id: ["consent", "boarding", "transport"]}
    leads = {adopted.place: adopted.task.lead for adopted in AdoptedMove.objects.filter(scenario=scenario)}
    assert leads == {0: unit(EDUCATION), 1: unit(FINANCE)}


def test_seats_alone_need_no_conditions() -> None:
    scenario = laid_out()
    adoption_acts.adopt(by("jijiao"), scenario, places=[1], leads={}, verifier=unit(FINANCE))
    assert Task.objects.filter(source=Task.Source.MOVE).count() == 1
