"""Confirmed commitments become tasks, once; what counts is said by a person."""

from __future__ import annotations

from datetime import date

import pytest
from plan import CITY, acting, bureau, measure, plan, target

from jiaoheng.ledger import promises
from jiaoheng.ledger.actions import Forbidden, Refused, documents, task_states, tasks
from jiaoheng.ledger.actions import commitments as deciding
from jiaoheng.ledger.actions import promises as acts
from jiaoheng.ledger.actions.promises import Chosen
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Run, Task
from jiaoheng.ledger.promises import Units

pytestmark = pytest.mark.django_db
DUE = date(2027, 12, 31)


def unit(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def confirmed(document: PlanDocument) -> PlanDocument:
    deciding.confirm_all(acting(), document, set(document.commitments.values_list("pk", flat=True)))
    return document


def chosen(commitment: Commitment, **changes: object) -> Chosen:
    given = {"lead": unit("基础教育股"), "verifier": unit("教育督导室"), "due": DUE} | changes
    return Chosen(commitment=commitment.pk, **given)  # type: ignore[arg-type]


def measuring(document: PlanDocument) -> bool:
    """Whether a document waits to be measured."""
    return Run.objects.filter(kind="assess_plan", inputs={"document": document.pk}, status="waiting").exists()


def test_a_confirmed_commitment_becomes_a_task_with_its_words_and_units() -> None:
    document = confirmed(plan())
    one = measure(document, "建强教师队伍")
    known = Units(bureau())
    lead = known.lead(one.lead)
    assert lead == unit("人事股")
    made = acts.make_tasks(acting(), document, [chosen(one, lead=lead, supports=(unit("计划财务股"),))])
    assert made == (1, 0)
    one.refresh_from_db()
    task = one.task
    assert task is not None
    assert (task.title, task.source, task.due, task.lead) == ("建强教师队伍", "commitment", DUE, lead)
    assert [support.organisation.name for support in task.supports.all()] == ["计划财务股"]
    assert "《望岚县教育提质三年行动方案" in task.detail
    assert "县委编办" in task.detail


def test_a_targets_task_says_how_much() -> None:
    document = confirmed(plan())
    acts.make_tasks(acting(), document, [chosen(target(document, "幼儿园")), chosen(target(document, "交流"))])
    titles = set(Task.objects.filter(source="commitment").values_list("title", flat=True))
    assert titles == {"新建公办幼儿园：3所", "每学年教师交流比例：不少于5%"}


def test_nothing_unconfirmed_enters_the_ledger() -> None:
    document = plan()
    with pytest.raises(Refused, match="还没有确认"):
        acts.make_tasks(acting(), document, [chosen(target(document, "巩固率"))])
    deciding.confirm(acting(), target(document, "巩固率"))
    both = [chosen(target(document, "巩固率")), chosen(target(document, "幼儿园"))]
    with pytest.raises(Refused, match="还没有确认"):
        acts.make_tasks(acting(), document, both)
    assert Task.objects.filter(source="commitment").count() == 0


def test_what_another_document_promises_too_joins_its_task() -> None:
    county, city = confirmed(plan()), confirmed(plan(CITY, level="city"))
    acts.make_tasks(acting(), county, [chosen(target(county, "巩固率"))])
    assert acts.make_tasks(acting(), city, [chosen(target(city, "巩固率"))]) == (0, 1)
    assert target(city, "巩固率").task == target(county, "巩固率").task
    # Another figure is another promise.
    acts.make_tasks(acting(), county, [chosen(target(county, "毛入园率"))])
    assert acts.make_tasks(acting(), city, [chosen(target(city, "毛入园率"))])[1] == 0


def test_a_task_is_made_once_and_again_after_it_was_withdrawn() -> None:
    document = confirmed(plan())
    one = chosen(target(document, "幼儿园"))
    acts.make_tasks(acting(), document, [one])
    with pytest.raises(Refused, match="已经转为"):
        acts.make_tasks(acting(), document, [one])
    task = Task.objects.get(source="commitment")
    with pytest.raises(Refused, match="作废"):
        deciding.reject(acting(), target(document, "幼儿园"))
    task_states.withdraw(acting("admin"), task, reason="重复")
    assert acts.make_tasks(acting(), document, [one]) == (1, 0)


def test_a_promise_of_long_ago_is_overdue_at_once() -> None:
    document = confirmed(plan())
    acts.make_tasks(acting(), document, [chosen(target(document, "幼儿园"), due=date(2020, 12, 31))])
    assert Task.objects.get(source="commitment").is_overdue


def test_a_task_by_evidence_is_closed_by_a_second_person() -> None:
    document = confirmed(plan())
    acts.make_tasks(acting(), document, [chosen(measure(document, "办好每一所学校"), verifier=unit("计划财务股"))])
    task = Task.objects.get(source="commitment")
    tasks.comment(acting("jijiao"), task, text="已建立督导制度。")
    task_states.submit(acting("jijiao"), task)
    with pytest.raises(Forbidden):
        task_states.close(acting("jijiao"), task)
    task_states.close(acting("jicai"), task)
    task.refresh_from_db()
    assert task.state == "closed"


def test_one_of_two_figures_is_set_to_count() -> None:
    county, city = confirmed(plan()), confirmed(plan(CITY, level="city"))
    own, others = target(county, "毛入园率"), target(city, "毛入园率")
    acts.let_count(acting(), own, [own, others])
    others.refresh_from_db()
    assert others.counts_as == own
    with pytest.raises(Refused, match="以另一条为准"):
        acts.make_tasks(acting(), city, [chosen(others)])
    assert all(each.settled for each in promises.alike(bureau()) if each.conflict)
    acts.let_all_count(acting(), others)
    others.refresh_from_db()
    assert others.counts_as is None


def test_a_figure_with_a_task_is_not_set_aside() -> None:
    county, city = confirmed(plan()), confirmed(plan(CITY, level="city"))
    acts.make_tasks(acting(), city, [chosen(target(city, "毛入园率"))])
    with pytest.raises(Refused, match="请先作废"):
        acts.let_count(acting(), target(county, "毛入园率"), [target(city, "毛入园率")])


@pytest.mark.parametrize("how", ["reject", "reopen", "withdraw"])
def test_what_stood_back_counts_again_when_the_one_that_counts_is_dropped(how: str) -> None:
    county, city = confirmed(plan()), confirmed(plan(CITY, level="city"))
    own, others = target(county, "毛入园率"), target(city, "毛入园率")
    with writing():
        Run.objects.filter(kind="assess_plan").delete()
    acts.let_count(acting(), own, [others])
    assert measuring(city)
    with writing():
        Run.objects.filter(kind="assess_plan").delete()
    if how == "withdraw":
        documents.withdraw(acting(), county)
    else:
        getattr(deciding, how)(acting(), own)
    others.refresh_from_db()
    assert others.counts_as is None
    assert measuring(city)


def test_only_what_is_about_the_same_thing_can_be_set_aside() -> None:
    county, city = confirmed(plan()), confirmed(plan(CITY, level="city"))
    own, others = target(county, "毛入园率"), target(city, "毛入园率")
    for other in (target(county, "幼儿园"), measure(county, "建强教师队伍")):
        with pytest.raises(Refused, match="不再是同一件事"):
            acts.let_count(acting(), own, [others, other])
    deciding.reopen(acting(), others)
    with pytest.raises(Refused, match="不再是同一件事"):
        acts.let_count(acting(), own, [others])
    documents.withdraw(acting(), county)
    with pytest.raises(Refused, match="已停用"):
        acts.let_count(acting(), own, [])
