"""Scenarios in the ledger: asked, carried out, kept, stopped; and the cost table they are reckoned with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from ledger_story import CROWDED, bureau, by, newer_facts
from studio_story import answered, asked, impossible, plan, planner

from jiaoheng.ledger import access, scenarios, work
from jiaoheng.ledger.actions import Forbidden, Refused, runs
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.jobs import scenarios as jobs
from jiaoheng.ledger.models import CostEdition, Event, Run, Scenario
from jiaoheng.plans import costs

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake_planner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.path, "plan_path", planner)


def test_who_may_ask_read_and_adopt_follows_from_the_role() -> None:
    scenario = answered()
    for who in ("admin", "jijiao", "jicai"):
        assert all(access.may(person(who), f"scenario.{right}", scenario) for right in ("see", "ask", "adopt"))
        assert access.may(person(who), "cost_table.edit", bureau())
    assert access.may(person("juzhang"), "scenario.see", scenario)
    assert not access.may(person("juzhang"), "scenario.ask", scenario)
    for who in ("clerk", "head", "dudao", "guanai"):
        assert not access.may(person(who), "scenario.see", scenario)


def test_a_leader_cannot_ask() -> None:
    with pytest.raises(Forbidden):
        acts.ask(by("juzhang"), bureau(), name="甲", request=scenarios.path_request(asked()))


def test_a_question_waits_as_a_run_and_keeps_what_was_asked() -> None:
    scenario = asked(budget=5e6, budgets={2025: 1e6}, first="rural", classes=True)
    assert scenario.is_running
    assert scenario.run is not None
    assert scenario.run.kind == scenarios.PLAN
    again = scenarios.path_request(Scenario.objects.get(pk=scenario.pk))
    assert (again.budget, again.budgets, again.first, again.classes) == (5e6, {2025: 1e6}, "rural", True)
    assert again.costs == costs.defaults()
    assert Event.objects.filter(action="scenario.ask", object_id=str(scenario.pk)).count() == 1


@pytest.mark.usefixtures("fake_planner")
def test_the_run_keeps_the_plan_with_its_summary() -> None:
    scenario = asked()
    run = work.claim()
    assert run is not None
    work.carry_out(run)
    scenario.refresh_from_db()
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.error
    assert scenarios.plan_of(scenario) == plan()
    assert (scenario.cost, scenario.status, scenario.verdict, scenario.moved) == (545_000.0, "optimal", "meets", 2)
    assert scenario.share == 100.0


def test_what_a_planner_tells_is_kept_without_bounds_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Mapping[str, Any]] = []

    def infinite(county: object, request: Any, progress: Any) -> Any:
        progress(0.1, {"phase": "planning", "objective": 5.0, "bound": float("-inf")})
        progress(0.2, {"phase": "planning", "objective": 4.0, "bound": float("nan")})
        progress(7.0, {"phase": "passing", "bound": float("inf")})
        told.append(Run.objects.get().result)
        return plan(request=request)

    monkeypatch.setattr(jobs.path, "plan_path", infinite)
    asked()
    run = work.claim()
    assert run is not None
    work.carry_out(run)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    # The second word of a phase at once is too soon to be worth keeping.
    assert told == [{"doing": {"phase": "passing"}}]


def test_what_cannot_be_planned_is_told_in_both_languages() -> None:
    asked(until=2025)
    run = work.claim()
    assert run is not None
    work.carry_out(run)
    run.refresh_from_db()
    assert run.status == Run.Status.FAILED
    assert "须晚于" in run.why("zh")
    assert "must come after" in run.why("en")


@pytest.mark.usefixtures("fake_planner")
def test_a_stopped_run_leaves_the_scenario_without_an_answer_and_can_be_asked_again() -> None:
    scenario = asked()
    assert scenario.run is not None
    runs.cancel(by("jijiao"), scenario.run)
    scenario.refresh_from_db()
    assert not scenario.is_running
    assert not scenario.is_computed
    again = acts.again(by("jicai"), scenario)
    assert again.run != scenario.run
    with pytest.raises(Refused):
        acts.again(by("jicai"), again)


def test_an_answer_that_there_is_none_has_no_cost() -> None:
    scenario = answered(impossible())
    assert (scenario.cost, scenario.status) == (None, "infeasible")
    kept = scenarios.plan_of(scenario)
    assert kept is not None
    assert kept.certificate.relaxations[0].amount == 4200.0


def test_a_scenario_keeps_the_facts_and_costs_that_it_was_asked_with() -> None:
    scenario = asked()
    table = costs.defaults()
    dearer = msgspec.structs.replace(table.levers[0], cost=table.levers[0].cost * 2)
    changed = msgspec.structs.replace(table, levers=(dearer, *table.levers[1:]))
    acts.edit_costs(by("jicai"), bureau(), text=costs.written(changed), note="招标价")
    newer_facts({(CROWDED, "multimedia_rooms"): 60})
    later = asked("方案二")
    assert scenarios.path_request(scenario).costs == table
    assert scenarios.path_request(later).costs == changed
    assert later.snapshot_id != scenario.snapshot_id


def test_the_cost_table_in_force_is_not_overwritten_unseen_nor_saved_for_nothing() -> None:
    table = costs.defaults()
    text = costs.written(msgspec.structs.replace(table, transfer_km=12.0))
    first = acts.edit_costs(by("jicai"), bureau(), text=text, seen=0)
    with pytest.raises(Refused, match="别人改过"):
        acts.edit_costs(by("jijiao"), bureau(), text=costs.written(table), seen=0)
    with pytest.raises(Refused, match="没有改动"):
        acts.edit_costs(by("jijiao"), bureau(), text=text, seen=first.pk)
    assert CostEdition.objects.count() == 1
    with pytest.raises(Forbidden):
        acts.edit_costs(by("juzhang"), bureau(), text=costs.written(table))


def test_names_and_the_archive() -> None:
    scenario = answered()
    acts.rename(by("jicai"), scenario, name="  先建房  ")
    acts.archive(by("jicai"), scenario)
    scenario.refresh_from_db()
    assert (scenario.name, scenario.archived) == ("先建房", True)
    with pytest.raises(Refused):
        acts.rename(by("jicai"), scenario, name=" ")
    with pytest.raises(Refused, match="正在计算"):
        acts.archive(by("jicai"), asked("又一个"))
