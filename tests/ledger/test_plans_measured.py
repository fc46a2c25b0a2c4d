"""A plan's confirmed targets are measured in the county's facts, and their tasks close by it alone."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from plan import acting, bureau, plan, target

from jiaoheng.ledger import facts, plan_ruler, plan_targets, plans, targets
from jiaoheng.ledger.actions import SYSTEM, Refused, documents, runs, task_states
from jiaoheng.ledger.actions import commitments as deciding
from jiaoheng.ledger.actions import promises as acts
from jiaoheng.ledger.actions.measuring import keep_standard
from jiaoheng.ledger.actions.promises import Chosen
from jiaoheng.ledger.commitments import FIELDS, Promise, promise
from jiaoheng.ledger.jobs import JOBS
from jiaoheng.ledger.jobs.plans import measure_all
from jiaoheng.ledger.models import Assessed, Commitment, Organisation, PlanDocument, PlanStandard, Run, Task
from jiaoheng.standards import parse

pytestmark = pytest.mark.django_db
TEXT = """望岚县义务教育质量提升规划（2025—2030年）

一、主要目标
到2030年，小学本科及以上学历专任教师占比达到10%，初中本科及以上学历专任教师占比达到99.9%，新建公办幼儿园3所，学生满意度达到90%。
"""


def confirmed(text: str = TEXT) -> PlanDocument:
    document = plan(text)
    deciding.confirm_all(acting(), document, set(document.commitments.values_list("pk", flat=True)))
    return document


def measured(document: PlanDocument) -> PlanDocument:
    run = Run.objects.filter(kind="assess_plan", inputs={"document": document.pk}).latest("pk")
    JOBS["assess_plan"].function(run, lambda part, doing=None: None)
    return PlanDocument.objects.get(pk=document.pk)


def task_of(document: PlanDocument, words: str) -> Task:
    one = target(document, words)
    unit = Organisation.objects.get
    chosen = Chosen(one.pk, lead=unit(name="人事股"), verifier=unit(name="基础教育股"), due=date(2030, 12, 31))
    acts.make_tasks(acting(), document, [chosen])
    task = Commitment.objects.get(pk=one.pk).task
    assert task is not None
    return task


def correct(commitment: Commitment, **changes: object) -> None:
    said = {name: getattr(promise(commitment), name) for name in FIELDS} | changes
    deciding.correct(acting(), commitment, Promise(**said))


def test_confirmed_targets_are_a_standard_that_the_facts_are_held_against() -> None:
    document = measured(confirmed())
    kept = PlanStandard.objects.get()
    assert document.standard == kept.name
    assert {each.id for each in parse(kept.text, kept.name).items} == set(kept.items.values())
    snapshot = facts.latest_snapshot(bureau())
    assert Assessed.objects.filter(snapshot=snapshot, standard=kept.name).exists()
    told = plans.standings(document, "zh")
    by_words = {target(document, words).pk: words for words in ("小学本科", "初中本科")}
    states = {by_words[key]: each.state for key, each in told.items() if key in by_words}
    assert states["小学本科"] == "met"
    assert states["初中本科"] in ("behind", "unknown", "on_track")
    assert plans.worst_first(list(told.values()))[-1].state == "met"


def test_what_is_not_confirmed_or_stood_for_is_not_measured() -> None:
    document = plan(TEXT)
    assert plans.written(document) is None
    deciding.confirm(acting(), target(document, "小学本科"))
    written = plans.written(document)
    assert written is not None
    assert list(written.items) == [str(target(document, "小学本科").pk)]


def test_a_correction_makes_another_standard_and_the_same_again_the_same() -> None:
    document = measured(confirmed())
    first = document.standard
    one = target(document, "小学本科")
    correct(one, value=20.0)
    second = measured(document).standard
    assert second != first
    correct(target(document, "小学本科"), value=10.0)
    assert measured(document).standard == first


def test_the_task_of_a_measured_target_closes_only_when_it_is_met() -> None:
    document = measured(confirmed())
    met, short = task_of(document, "小学本科"), task_of(document, "初中本科")
    for task in (met, short):
        assert task.is_measured
        task_states.submit(acting("admin"), task)
    task_states.close(acting("jijiao"), met)
    met.refresh_from_db()
    assert (met.state, met.proof["status"]) == ("closed", "meets")
    with pytest.raises(Refused, match="还不能销号"):
        task_states.close(acting("jijiao"), short)
    by = plan_ruler.present(short)
    assert by is not None
    assert by.standing(targets.Target.of(short.target)).status != "meets"


def test_a_citys_total_is_not_measured_in_the_county_and_says_why() -> None:
    document = confirmed()
    schools, share = target(document, "幼儿园"), target(document, "小学本科")
    assert plan_targets.can_measure(schools)
    documents.describe(acting(), document, title="市规划", level="city", first_year=2025, last_year=2030)
    for one in (schools, share):
        one.refresh_from_db()
    assert not plan_targets.can_measure(Commitment.objects.get(pk=schools.pk))
    assert plan_targets.can_measure(Commitment.objects.get(pk=share.pk))
    written = plans.written(PlanDocument.objects.get(pk=document.pk))
    assert written is not None
    assert "总数" in written.left_out[str(schools.pk)].zh


def test_a_target_that_nothing_measures_goes_by_evidence() -> None:
    document = measured(confirmed())
    one = target(document, "满意度")
    correct(one, indicator="")
    one.refresh_from_db()
    assert not plan_targets.can_measure(one)
    assert not task_of(document, "满意度").is_measured


def test_a_target_taken_out_of_the_plan_does_not_close_its_task_unawares() -> None:
    document = measured(confirmed())
    task = task_of(document, "小学本科")
    task_states.submit(acting("admin"), task)
    one = target(document, "小学本科")
    acts.let_count(acting(), target(document, "初中本科"), [])
    kept = PlanStandard.objects.get(name=document.standard)
    written = plans.written(document)
    assert written is not None
    assert str(one.pk) in written.items
    keep_standard(SYSTEM, document, msgspec.structs.replace(written, items={}))
    with pytest.raises(Refused, match="规划里已不再测算"):
        task_states.close(acting("jijiao"), task)
    assert kept.name == document.standard


def test_a_plan_taken_up_again_or_described_otherwise_is_measured_again() -> None:
    document = measured(confirmed())
    waiting = Run.objects.filter(kind="assess_plan", status="waiting")
    for run in waiting.all():
        runs.cancel(acting("admin"), run)
    documents.withdraw(acting(), document)
    assert not waiting.exists()
    documents.restore(acting(), document)
    assert waiting.count() == 1
    runs.cancel(acting("admin"), waiting.get())
    documents.describe(acting(), document, title="规划", level="city", first_year=2025, last_year=2030)
    assert waiting.count() == 1


def test_new_facts_measure_every_plan_again() -> None:
    document = measured(confirmed())
    snapshot = facts.latest_snapshot(bureau())
    assert snapshot is not None
    made = Assessed.objects.get(standard=document.standard).made_at
    measure_all(bureau(), snapshot)
    assert Assessed.objects.get(standard=document.standard).made_at > made
