"""A scenario is adopted: its chosen moves become tasks of the ledger, all of them or none, and none twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import adoption, clock, facts, scenarios, targets
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.actions.tasks import make
from jiaoheng.ledger.adoption import Draft
from jiaoheng.ledger.models import AdoptedMove, Comment, Organisation, Scenario, Task
from jiaoheng.ledger.targets import Ruler


@action("scenario.adopt", gettext_lazy("采纳方案"))
def adopt(
    act: Act,
    scenario: Scenario,
    *,
    places: Sequence[int],
    leads: Mapping[str, Organisation | None],
    verifier: Organisation,
    met: Mapping[int, Collection[str]] | None = None,
) -> Scenario:
    """Make the chosen moves tasks; moves whose figure has a pending task already join that task.

    ``places`` are those of the moves in the plan; ``leads`` says by kind who does them, None for the school itself;
    ``met`` are the conditions of mergers that are said to be met, by the move's place: all must be.
    Raises ``Refused`` where the scenario is adopted already, or has no plan to adopt.
    """
    must_be_adoptable(scenario)
    plan, by = scenarios.plan_of(scenario), targets.ruler(scenario.county, scenario.request["standard"])
    if plan is None or by is None:
        raise Refused(_("这个方案还没有算出来，不能采纳。"))
    if not places:
        raise Refused(_("请先勾选要采纳的举措。"))
    if any(not 0 <= place < len(plan.moves) for place in places):
        raise Refused(_("方案刚刚变过，请刷新页面再试。"))
    needed = adoption.conditions(plan, places)
    unmet = [place for place, own in needed.items() if not set(own) <= set((met or {}).get(place, ()))]
    if unmet:
        raise Refused(
            _("有 {count} 所拟撤并学校的条件没有逐项确认，不能采纳。请逐项核实后勾选，或不选这些举措。").format(
                count=len({plan.moves[place].school_id for place in unmet})
            )
        )
    made = joined = 0
    for draft in adoption.drafts(scenario, plan, places, leads, by):
        if draft.there is not None:
            _join(act, scenario, draft, draft.there)
            joined += 1
        else:
            _make(act, scenario, draft, verifier, by)
            made += 1
    scenario.adopted_at, scenario.adopted_by = clock.now(), act.actor.person
    scenario.save()
    act.details |= {"made": made, "joined": joined, "moves": len(places)}
    if needed:
        act.details["conditions"] = {plan.moves[place].school_id: list(own) for place, own in needed.items()}
    return scenario


def must_be_adoptable(scenario: Scenario) -> None:
    """Raises ``Refused`` where a scenario cannot become tasks, or has already."""
    if scenario.adopted_at is not None:
        raise Refused(
            _("这个方案已于 {day} 采纳，任务在台账里；要采纳别的举措，请以它为依据新建一个方案。").format(
                day=scenario.adopted_at.date()
            )
        )
    if scenario.archived:
        raise Refused(_("这个方案已经归档，请先取消归档。"))
    if scenario.is_running:
        raise Refused(_("这个方案正在计算，请等它算完再采纳。"))
    plan = scenarios.plan_of(scenario)
    if plan is None:
        raise Refused(_("这个方案还没有算出来，不能采纳。"))
    if not plan.moves:
        raise Refused(_("这个方案没有任何举措，没有可以采纳的。"))


def _make(
    act: Act, scenario: Scenario, draft: Draft, verifier: Organisation, by: Ruler, parent: Task | None = None
) -> Task:
    task = Task(title=draft.title, detail=draft.detail, source=Task.Source.MOVE, parent=parent)
    if draft.target is not None:
        task.target, task.item = draft.target.key, draft.target.check.partition("/")[0]
        task.found = targets.recorded(by.standing(draft.target), by, draft.target)
        task.snapshot = facts.assessed_snapshot(scenario.county, draft.target.standard)
    make(act, task, draft.lead, verifier=verifier, due=draft.due, school=draft.school)
    if draft.parts:
        for part in draft.parts:
            if part.there is not None:
                _join(act, scenario, part, part.there)
            else:
                _make(act, scenario, part, verifier, by, parent=task)
    else:
        _note(scenario, draft.places, task)
    return task


def _join(act: Act, scenario: Scenario, draft: Draft, task: Task) -> None:
    """Moves whose figure has a pending task: it is told what the scenario asks, and no second task is made."""
    if act.actor.person is not None:
        Comment(task=task, text=draft.detail, by=act.actor.person).save()
    _note(scenario, draft.places, task)


def _note(scenario: Scenario, places: Sequence[int], task: Task) -> None:
    for place in places:
        AdoptedMove(scenario=scenario, place=place, task=task).save()
