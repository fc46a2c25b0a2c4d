"""A measured task closes when the latest facts show its figure met, and is refused with the figure when they do not."""

from __future__ import annotations

import pyarrow.compute as pc
import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from ledger_story import (
    CENTRAL,
    CROWDED,
    EDUCATION,
    FINANCE,
    bureau,
    by,
    finding_task,
    in_days,
    newer_facts,
    ruler,
    unit,
    with_cells,
    with_rows,
)

from jiaoheng.county import County
from jiaoheng.findings.words import finding_line
from jiaoheng.ledger import chain, facts, targets
from jiaoheng.ledger.actions import SYSTEM, Refused, task_rules, task_states, tasks
from jiaoheng.ledger.actions.organisations import add_organisation, change_organisation
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.jobs.assess import assess as assess_job
from jiaoheng.ledger.models import Organisation, Run, Task
from jiaoheng.ledger.targets import Target

pytestmark = pytest.mark.django_db
ROOMS = (CROWDED, "multimedia_rooms")
"""实验小学 has 43 rooms and its campus eight, of the 54 that their pupils need."""


def _handed_in(check: str, school: str = "", **given: object) -> Task:
    task = finding_task(check, school, **given)
    return task_states.submit(by("admin"), task)


def test_a_finding_becomes_a_task_with_its_target_and_where_it_was_read() -> None:
    task = finding_task("1.7", CROWDED)
    snapshot = facts.assessed_snapshot(bureau())
    assert task.title == "望岚县实验小学（小学）“多媒体教室（百名学生）”达到 2.3 间/百人"
    assert task.detail == "望岚县实验小学（小学）“多媒体教室（百名学生）”2.18 间/百人，标准 2.3，缺 3 间。"
    assert (task.lead, task.school, task.verifier) == (unit(CROWDED), unit(CROWDED), unit(FINANCE))
    assert (task.snapshot, task.source, task.item) == (snapshot, Task.Source.FINDING, "1.7")
    assert Target.of(task.target) == Target("figure", "cn-2017", "1.7", "primary", unit(CROWDED).code)
    assert task.found is not None
    assert (task.found["threshold"], task.found["sense"], task.found["year"]) == (2.3, "at_least", 2025)


def test_every_finding_has_a_target_that_is_found_again_and_is_not_met() -> None:
    measure = ruler()
    found = list(measure.findings())
    assert len(found) > 65
    assert len({target.key for target, _ in found}) == len(found)
    for target, finding in found:
        standing = measure.standing(Target.of(target.key))
        assert standing.status in ("fails", "unknown"), target
        if target.kind != "verdict":
            for language in ("zh", "en"):
                said = measure.line(standing, target, language)
                assert said == finding_line(finding, measure.standard, measure.county, language)


def test_without_newer_facts_it_does_not_close() -> None:
    task = _handed_in("1.7", CROWDED)
    with pytest.raises(Refused, match="没有新的数据"):
        task_states.close(by("jicai"), task)


def test_while_the_newer_facts_are_not_assessed_it_does_not_close() -> None:
    task = _handed_in("1.7", CROWDED)
    newer_facts({ROOMS: 60}, assessed=False)
    with pytest.raises(Refused, match="还在测算"):
        task_states.close(by("jicai"), task)


def test_not_met_is_refused_with_the_figure_in_both_languages() -> None:
    task = _handed_in("1.7", CROWDED)
    newer_facts({ROOMS: 45})
    with pytest.raises(Refused) as refused:
        task_states.close(by("jicai"), task)
    assert "2.26 间/百人，标准 2.3，缺 1 间" in str(refused.value)
    with override("en"), pytest.raises(Refused) as refused:
        task_states.close(by("jicai"), task)
    assert "2.26 rooms per 100 pupils; the standard is 2.3; short by 1 room" in str(refused.value)
    assert Task.objects.get(pk=task.pk).state == Task.State.SUBMITTED


def test_the_first_room_that_is_enough_is_enough() -> None:
    """With the campus's eight, 53.84 rooms are needed for 2 341 pupils."""
    task = _handed_in("1.7", CROWDED)
    newer_facts({ROOMS: 46})
    closed = task_states.close(by("jicai"), task)
    assert closed.proof is not None
    assert closed.proof["value"] == pytest.approx(100 * 54 / 2341)


def test_met_closes_and_keeps_the_proof() -> None:
    task = _handed_in("1.7", CROWDED)
    snapshot = newer_facts({ROOMS: 60})
    closed = task_states.close(by("jicai"), task)
    assert closed.proof is not None
    assert closed.proof["snapshot"] == snapshot.name
    assert closed.proof["threshold"] == 2.3
    assert closed.proof["value"] == pytest.approx(100 * 68 / 2341)
    assert "已达标" in closed.proof["said"]["zh"]
    assert chain.verify().faults == ()


def test_at_the_floor_is_not_met() -> None:
    task = _handed_in("1.2", CENTRAL)
    newer_facts({ROOMS: 60})
    with pytest.raises(Refused, match="标准 1"):
        task_states.close(by("jicai"), task)


def test_unknown_is_refused_with_what_is_missing() -> None:
    task = _handed_in("1.7", CROWDED)
    newer_facts({ROOMS: None})
    with pytest.raises(Refused, match=r"不能判定.*缺“.*多媒体"):
        task_states.close(by("jicai"), task)


def test_what_is_no_longer_asked_is_refused_with_the_way_out() -> None:
    school = "城关镇第二小学"
    task = _handed_in("1.7", school)

    def closed(county: County) -> County:
        code, last = unit(school).code, county.years[-1]
        left = [row for row in county["enrolment"].to_pylist() if (row["school_id"], row["year"]) != (code, last)]
        return with_rows(with_cells(county, "schools", {(school, "open_to"): last - 1}), "enrolment", left)

    newer_facts(closed)
    with pytest.raises(Refused, match="作废"):
        task_states.close(by("jicai"), task)


def test_a_coefficient_closes_within_its_limit_only() -> None:
    task = _handed_in("1.5")
    assert task.title == "小学“生均体育场馆”校际差异系数降到 0.50 以内"
    newer_facts({ROOMS: 60})
    with pytest.raises(Refused, match=r"校际差异系数 0\.558，超过限值 0\.50"):
        task_states.close(by("jicai"), task)

    def even(county: County) -> County:
        last, pupils = county.years[-1], {}
        for row in county["enrolment"].to_pylist():
            if row["year"] == last:
                pupils[row["school_id"]] = pupils.get(row["school_id"], 0) + (row["pupils"] or 0)
        rows = county["facilities"].to_pylist()
        for row in rows:
            if row["year"] == last and row["school_id"] in pupils:
                row["sports_ground_area"], row["indoor_sports_area"] = 12.0 * pupils[row["school_id"]], 0.0
        return with_rows(county, "facilities", rows)

    newer_facts(even)
    closed = task_states.close(by("jicai"), task)
    assert closed.proof is not None
    assert closed.proof["value"] < 0.5


def test_a_schools_verdict_is_a_target_too() -> None:
    school = "城关镇第二小学"
    task = _handed_in("", school, kind="verdict")
    assert task.title == "城关镇第二小学（小学）资源配置综合达标"
    newer_facts({ROOMS: 60})
    with pytest.raises(Refused, match="未达标 2 项，缺数据 0 项，须至少 6 项达标"):
        task_states.close(by("jicai"), task)


def test_what_was_missing_closes_once_it_is_there() -> None:
    task = _handed_in("3.8", lead=unit(EDUCATION))
    newer_facts({ROOMS: 60})
    with pytest.raises(Refused, match="没有上报"):
        task_states.close(by("jicai"), task)

    def reported(county: County) -> County:
        rows = county["reported"].to_pylist()
        told = {"subject_id": county.code, "indicator": "3.8", "year": county.years[-1], "value": 1.0}
        names = county["reported"].column_names
        added = dict.fromkeys(names) | told | {"evidence": "督导报告"}
        return with_rows(county, "reported", [*rows, added])

    newer_facts(reported)
    assert task_states.close(by("jicai"), task).state == Task.State.CLOSED


def test_a_finding_has_one_pending_task_at_a_time() -> None:
    task = finding_task("1.7", CROWDED)
    with pytest.raises(Refused, match="已经立项"):
        finding_task("1.7", CROWDED)
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        Task(
            county=task.county, title="x", lead=task.lead, verifier=task.verifier, due=task.due, target=task.target
        ).save()
    task_states.withdraw(by("jicai"), task, reason="重来")
    assert finding_task("1.7", CROWDED).pk != task.pk


def test_what_no_longer_falls_short_becomes_no_task() -> None:
    measure = ruler()
    target = measure.find("1.7", "primary", unit(CROWDED).code)
    assert target is not None
    newer_facts({ROOMS: 60})
    given = {"verifier": unit(FINANCE), "due": in_days(9)}
    with pytest.raises(Refused, match="刚刚更新"):
        tasks.from_finding(by("jicai"), unit(CROWDED), target, measure, **given)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="没有这个问题"):
        tasks.from_finding(by("jicai"), unit(CROWDED), target, ruler(), **given)  # type: ignore[arg-type]


def test_rules_make_each_finding_a_task_once() -> None:
    for item, lead in (("1.7", None), ("1.3", unit("人事股"))):
        task_rules.add_rule(by("jicai"), bureau(), item=item, verifier=unit(FINANCE), lead=lead, days=30)
    made = tasks.apply_rules(bureau())
    blocking = [f for _, f in ruler().findings() if f.item in ("1.7", "1.3") and f.blocking]
    assert len(made) == len(blocking) > 3
    assert {task.due for task in made} == {in_days(30)}
    assert {task.lead.name for task in made if task.item == "1.3"} == {"人事股"}
    assert all(task.lead == task.school for task in made if task.item == "1.7")
    assert tasks.apply_rules(bureau()) == []


def test_a_rule_may_take_what_does_not_block_and_may_rest() -> None:
    rule = task_rules.add_rule(by("jicai"), bureau(), item="1.2", verifier=unit(FINANCE))
    assert tasks.apply_rules(bureau()) == []
    values = {"verifier": unit(FINANCE), "lead": None, "days": 9, "blocking_only": False}
    task_rules.change_rule(by("jicai"), rule, enabled=False, **values)  # type: ignore[arg-type]
    assert tasks.apply_rules(bureau()) == []
    task_rules.change_rule(by("jicai"), rule, enabled=True, **values)  # type: ignore[arg-type]
    assert {task.item for task in tasks.apply_rules(bureau())} == {"1.2"}


def test_a_rule_whose_unit_cannot_do_it_holds_up_no_assessment() -> None:
    area = Organisation.objects.filter(kind="area").first()
    assert area is not None
    task_rules.add_rule(by("jicai"), bureau(), item="1.5", verifier=area)
    made = tasks.apply_rules(bureau())
    assert {task.lead for task in made if task.school is None} == {bureau()}, "a coefficient is no area's to mend"
    assert {task.lead for task in made if task.school is not None} == {task.school for task in made} - {None}


def test_a_unit_that_rules_name_stays_in_use() -> None:
    section = add_organisation(SYSTEM, bureau(), kind="section", name="临时股")
    rule = task_rules.add_rule(by("jicai"), bureau(), item="1.7", verifier=unit(FINANCE), lead=section)
    with pytest.raises(Refused, match=r"1\.7"):
        change_organisation(SYSTEM, section, name=section.name, active=False)
    values = {"verifier": unit(FINANCE), "lead": section, "days": 9, "blocking_only": True}
    task_rules.change_rule(by("jicai"), rule, enabled=False, **values)  # type: ignore[arg-type]
    change_organisation(SYSTEM, section, name=section.name, active=False)
    section.refresh_from_db()
    with pytest.raises(Refused, match="停用"):
        task_rules.change_rule(by("jicai"), rule, enabled=True, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "word"), [({"item": "9.9"}, "没有指标"), ({"days": 0}, "天"), ({"verifier": CROWDED}, "验收单位")]
)
def test_a_rule_that_makes_no_sense_is_refused(given: dict[str, object], word: str) -> None:
    values = {"item": "1.7", "verifier": FINANCE} | given
    with pytest.raises(Refused, match=word):
        task_rules.add_rule(by("jicai"), bureau(), **values | {"verifier": unit(str(values["verifier"]))})  # type: ignore[arg-type]


def test_the_assessment_of_new_facts_applies_the_rules() -> None:
    task_rules.add_rule(by("jicai"), bureau(), item="1.7", verifier=unit(FINANCE))

    def one_year(county: County) -> County:
        last = county.years[-1]
        table = county["enrolment"]
        return with_rows(county, "enrolment", table.filter(pc.field("year") == last).to_pylist())

    snapshot = newer_facts(one_year, assessed=False)
    run = Run(county=bureau(), organisation=bureau(), kind="assess", snapshot=snapshot.name, standard="cn-2017")
    told = assess_job(run, lambda progress: None)
    assert told["tasks"] == list(Task.objects.filter(item="1.7").values_list("pk", flat=True))
    assert len(told["tasks"]) == 3
    assert assess_job(run, lambda progress: None)["tasks"] == []


def test_a_figure_that_falls_again_gets_a_new_task_linked_to_the_closed_one() -> None:
    task = _handed_in("1.7", CROWDED)
    newer_facts({ROOMS: 60})
    proof = task_states.close(by("jicai"), task).proof
    task_rules.add_rule(by("jicai"), bureau(), item="1.7", verifier=unit(FINANCE))
    tasks.apply_rules(bureau())
    assert not task.again.exists()
    newer_facts({ROOMS: 30})
    again = [new for new in tasks.apply_rules(bureau()) if new.target == task.target]
    assert [new.again_of for new in again] == [task]
    closed = Task.objects.get(pk=task.pk)
    assert (closed.state, closed.proof) == (Task.State.CLOSED, proof)
    assert again[0].created_by is None
    assert chain.verify().faults == ()


def test_a_title_reads_in_both_languages() -> None:
    task = finding_task("1.7", CROWDED)
    said = targets.task_title(task, "en")
    assert said == "望岚县实验小学 (primary), “Multimedia rooms per 100 pupils”: reach 2.3 rooms per 100 pupils"
