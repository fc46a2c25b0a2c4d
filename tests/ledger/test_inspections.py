"""An inspector's visit makes tasks of what it found; a re-visit closes them or sends them back."""

from __future__ import annotations

import pytest
from ledger_story import CENTRAL, CROWDED, PNG, by, in_days, unit, upload

from jiaoheng.ledger import access, chain
from jiaoheng.ledger.actions import Forbidden, Refused, task_states
from jiaoheng.ledger.actions.inspections import Found, Outcome, open_points, recheck, record
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Event, Recheck, Task, Visit

pytestmark = pytest.mark.django_db


def _visit(username: str = "dudao", school: str = CROWDED) -> Visit:
    points = [Found("消防栓没有水", (upload("照片.png", PNG),)), Found("台账没有登记")]
    return record(by(username), unit(school), day=in_days(-1), points=points, due=in_days(14))


def test_each_point_becomes_a_task_of_the_school_in_one_event() -> None:
    before = Event.objects.count()
    visit = _visit()
    assert Event.objects.count() == before + 1
    first, second = (point.task for point in visit.points.all())
    assert (first.title, first.lead, first.school) == ("消防栓没有水", unit(CROWDED), unit(CROWDED))
    assert (first.verifier, first.due, first.source) == (unit("第一督学责任区"), in_days(14), Task.Source.INSPECTION)
    assert [kept.name for kept in first.evidence.all()] == ["照片.png"]
    assert second.visit == visit
    assert chain.verify().faults == ()


def test_a_visit_that_found_nothing_says_what_was_looked_at() -> None:
    with pytest.raises(Refused, match="发现的问题"):
        record(by("dudao"), unit(CROWDED), day=in_days(0), points=[], due=None)
    visit = record(by("dudao"), unit(CROWDED), day=in_days(0), points=[], due=None, note="听课 3 节")
    assert open_points(visit) == []


def test_a_visit_that_makes_no_sense_is_refused() -> None:
    points = [Found("坏了")]
    with pytest.raises(Refused, match="没有到"):
        record(by("dudao"), unit(CROWDED), day=in_days(1), points=points, due=in_days(5))
    with pytest.raises(Refused, match="整改期限"):
        record(by("dudao"), unit(CROWDED), day=in_days(0), points=points, due=None)
    with pytest.raises(Refused, match="今天"):
        record(by("dudao"), unit(CROWDED), day=in_days(0), points=points, due=in_days(-1))
    bad = [Found("坏了", (upload("照片.png", b"MZ"),))]
    with pytest.raises(Refused, match="内容不是"):
        record(by("dudao"), unit(CROWDED), day=in_days(0), points=bad, due=in_days(5))
    assert not Visit.objects.exists()


@pytest.mark.parametrize("username", ["dudao2", "jijiao", "clerk", "head", "juzhang", "guanai"])
def test_only_the_areas_inspector_and_the_administrator_record_visits(username: str) -> None:
    with pytest.raises(Forbidden):
        _visit(username)
    visit = _visit("admin")
    assert visit.area == unit("望岚县教育局")
    with pytest.raises(Forbidden):
        recheck(by(username), visit, day=in_days(0), outcomes={visit.points.all()[0].pk: Outcome(True)})


def test_a_visit_is_seen_by_the_school_head_the_inspector_and_the_county() -> None:
    visit = _visit()
    seeing = [name for name in ("head", "dudao", "jijiao", "juzhang") if access.may(person(name), "visit.see", visit)]
    assert seeing == ["head", "dudao", "jijiao", "juzhang"]
    assert not any(access.may(person(name), "visit.see", visit) for name in ("head2", "dudao2", "clerk"))


def test_a_revisit_closes_what_is_put_right_and_sends_back_the_rest() -> None:
    visit = _visit()
    first, second = visit.points.all()
    outcomes = {first.pk: Outcome(True, "有水"), second.pk: Outcome(False, "只补了一周")}
    again = recheck(by("dudao"), visit, day=in_days(0), outcomes=outcomes, due=in_days(7))
    first.task.refresh_from_db()
    second.task.refresh_from_db()
    assert (first.task.state, first.task.closed_by) == (Task.State.CLOSED, person("dudao"))
    assert first.task.proof == {"visit": again.pk, "date": again.date.isoformat(), "note": "有水"}
    assert (second.task.state, second.task.due) == (Task.State.RETURNED, in_days(7))
    assert Recheck.objects.filter(visit=again).count() == 2
    assert [point.pk for point in open_points(visit)] == [second.pk]
    assert chain.verify().faults == ()
    with pytest.raises(Refused, match="逐条"):
        recheck(by("dudao"), visit, day=in_days(0), outcomes={first.pk: Outcome(True)})


def test_a_revisit_may_leave_points_for_another_time() -> None:
    visit = _visit()
    first, second = visit.points.all()
    recheck(by("dudao"), visit, day=in_days(0), outcomes={first.pk: Outcome(True)})
    assert [point.pk for point in open_points(visit)] == [second.pk]


@pytest.mark.parametrize(
    ("outcome", "due", "word"),
    [(Outcome(False), 7, "还差什么"), (Outcome(False, "没修"), None, "期限"), (Outcome(False, "没修"), -1, "期限")],
)
def test_what_is_not_put_right_needs_a_word_and_a_day(outcome: Outcome, due: int | None, word: str) -> None:
    visit = _visit()
    point = visit.points.all()[0]
    day = None if due is None else in_days(due)
    with pytest.raises(Refused, match=word):
        recheck(by("dudao"), visit, day=in_days(0), outcomes={point.pk: outcome}, due=day)
    assert Visit.objects.count() == 1


def test_who_handed_it_in_does_not_close_it_on_a_revisit() -> None:
    visit = _visit("admin", CENTRAL)
    point = visit.points.all()[0]
    task_states.submit(by("admin"), point.task)
    with pytest.raises(Refused, match="另一人"):
        recheck(by("admin"), visit, day=in_days(0), outcomes={point.pk: Outcome(True)})
