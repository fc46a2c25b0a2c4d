"""A task moves from state to state by those who may, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ledger_story import CENTRAL, CROWDED, EDUCATION, FINANCE, by, hand_task, handed_in, in_days, in_state, unit, upload

from jiaoheng.ledger import access, agenda, chain, clock
from jiaoheng.ledger.actions import SYSTEM, Forbidden, Refused, found, task_states, tasks
from jiaoheng.ledger.actions.evidence import attach, remove_evidence
from jiaoheng.ledger.actions.organisations import add_organisation
from jiaoheng.ledger.cast import CAST, person
from jiaoheng.ledger.models import Event, Organisation, Support, Task

pytestmark = pytest.mark.django_db
State = Task.State
MOVES: dict[str, Any] = {
    "task.start": lambda who, task: task_states.start(who, task),
    "task.submit": lambda who, task: task_states.submit(who, task),
    "task.close": lambda who, task: task_states.close(who, task),
    "task.return": lambda who, task: task_states.send_back(who, task, reason="材料不全"),
    "task.withdraw": lambda who, task: task_states.withdraw(who, task, reason="重复"),
    "task.comment": lambda who, task: tasks.comment(who, task, text="已看"),
    "task.edit": lambda who, task: tasks.edit(
        who, task, title="改", lead=task.lead, verifier=task.verifier, due=task.due
    ),
}
EXPECTED = {
    ("task.start", State.OPEN): State.IN_PROGRESS,
    ("task.start", State.RETURNED): State.IN_PROGRESS,
    ("task.submit", State.OPEN): State.SUBMITTED,
    ("task.submit", State.IN_PROGRESS): State.SUBMITTED,
    ("task.submit", State.RETURNED): State.SUBMITTED,
    ("task.close", State.SUBMITTED): State.CLOSED,
    ("task.return", State.SUBMITTED): State.RETURNED,
    ("task.withdraw", State.OPEN): State.WITHDRAWN,
    ("task.withdraw", State.IN_PROGRESS): State.WITHDRAWN,
    ("task.withdraw", State.SUBMITTED): State.WITHDRAWN,
    ("task.withdraw", State.RETURNED): State.WITHDRAWN,
}
RIGHTFUL = {
    "task.start": {"admin", "clerk", "head"},
    "task.submit": {"admin", "clerk", "head"},
    "task.close": {"admin", "jijiao"},
    "task.return": {"admin", "jijiao"},
    "task.withdraw": {"admin", "jijiao"},
    "task.edit": {"admin", "jijiao"},
    "task.comment": {"admin", "jijiao", "jicai", "clerk", "head", "dudao", "guanai"},
}
BEGINNING = {"task.close": State.SUBMITTED, "task.return": State.SUBMITTED}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("move", sorted(task_states.MOVES))
def test_each_move_is_possible_from_its_states_and_refused_from_all_others(move: str, state: str) -> None:
    task = in_state(state)
    expected = EXPECTED.get((move, State(state)))
    if expected is None:
        with pytest.raises(Refused):
            MOVES[move](by("admin"), task)
        assert Task.objects.get(pk=task.pk).state == state
    else:
        MOVES[move](by("admin"), task)
        assert Task.objects.get(pk=task.pk).state == expected


@pytest.mark.parametrize("right", sorted(RIGHTFUL))
@pytest.mark.parametrize("username", [player.username for player in CAST])
def test_only_those_with_the_right_act_on_a_schools_task(right: str, username: str) -> None:
    task = in_state(BEGINNING.get(right, State.OPEN))
    before = Event.objects.count()
    if username in RIGHTFUL[right]:
        MOVES[right](by(username), task)
        assert Event.objects.count() == before + 1
    else:
        with pytest.raises(Forbidden):
            MOVES[right](by(username), task)
        assert Event.objects.count() == before


def test_a_task_is_seen_by_its_units_the_county_and_the_inspector_of_the_area() -> None:
    task = hand_task()
    seeing = {player.username for player in CAST if access.may(person(player.username), "task.see", task)}
    assert seeing == {"admin", "jijiao", "jicai", "juzhang", "clerk", "head", "dudao", "guanai"}


def test_a_supporting_unit_sees_and_shows_but_does_not_hand_in() -> None:
    task = hand_task(supports=[unit(CENTRAL)])
    tasks.comment(by("clerk2"), task, text="我们可以借设备")
    with pytest.raises(Forbidden):
        task_states.submit(by("clerk2"), task)


def test_what_one_handed_in_another_closes() -> None:
    task = hand_task(lead=unit(EDUCATION))
    handed_in(task, "jijiao")
    with pytest.raises(Refused, match="另一人"):
        task_states.close(by("jijiao"), task)
    closed = task_states.close(by("admin"), task)
    assert (closed.state, closed.closed_by, closed.submitted_by) == (State.CLOSED, person("admin"), person("jijiao"))


def test_the_person_responsible_does_not_close_either() -> None:
    task = hand_task(lead=unit(EDUCATION), person=person("jijiao"))
    handed_in(task, "admin")
    with pytest.raises(Refused, match="责任人"):
        task_states.close(by("jijiao"), task)


def test_without_evidence_or_a_word_from_those_who_did_it_nothing_closes() -> None:
    task = hand_task()
    task_states.submit(by("clerk"), task)
    tasks.comment(by("jijiao"), task, text="看过了")
    with pytest.raises(Refused, match="佐证"):
        task_states.close(by("jijiao"), task)
    tasks.comment(by("head"), task, text="已修好，长 12 米")
    assert task_states.close(by("jijiao"), task).proof == {"evidence": [], "comments": 1}


def test_the_proof_of_a_closed_task_names_the_files_by_digest() -> None:
    closed = in_state(State.CLOSED)
    assert closed.proof is not None
    assert closed.proof["evidence"] == [kept.sha256 for kept in closed.evidence.all()]


@pytest.mark.parametrize("move", ["return", "withdraw"])
def test_sending_back_and_withdrawing_need_a_reason(move: str) -> None:
    task = in_state(State.SUBMITTED)
    function = task_states.send_back if move == "return" else task_states.withdraw
    with pytest.raises(Refused, match="理由"):
        function(by("jijiao"), task, reason="  ")
    function(by("jijiao"), task, reason="照片看不清")
    event = Event.objects.last()
    assert event is not None
    assert event.details["reason"] == "照片看不清"


def test_a_whole_does_not_close_while_a_part_is_pending() -> None:
    whole = hand_task(lead=unit(FINANCE))
    part = hand_task(title="算账", lead=unit(FINANCE), parent=whole)
    handed_in(whole, "jicai")
    with pytest.raises(Refused, match="算账"):
        task_states.close(by("jijiao"), whole)
    with pytest.raises(Refused, match="算账"):
        task_states.withdraw(by("jijiao"), whole, reason="不做了")
    task_states.withdraw(by("jijiao"), part, reason="不需要")
    assert task_states.close(by("jijiao"), whole).state == State.CLOSED


def test_a_part_is_due_no_later_than_the_whole_and_has_no_parts() -> None:
    whole = hand_task()
    with pytest.raises(Refused, match="时限"):
        hand_task(parent=whole, due=in_days(21))
    part = hand_task(parent=whole)
    with pytest.raises(Refused, match="子事项"):
        hand_task(parent=part)
    with pytest.raises(Refused, match="更晚"):
        tasks.edit(by("jijiao"), whole, title=whole.title, lead=whole.lead, verifier=whole.verifier, due=in_days(19))


def test_a_part_is_made_by_those_who_answer_for_the_whole() -> None:
    whole = hand_task(verifier=unit(FINANCE))
    given = {"title": "分", "verifier": unit(EDUCATION), "due": in_days(5), "parent": whole}
    with pytest.raises(Forbidden):
        tasks.add(by("jijiao"), unit(CENTRAL), **given)
    assert tasks.add(by("jicai"), unit(CENTRAL), **given).parent == whole


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"title": " "}, "事项"),
        ({"due": "yesterday"}, "今天"),
        ({"verifier": CROWDED}, "验收单位"),
        ({"lead": "第一督学责任区"}, "责任单位"),
        ({"person": "clerk2"}, "不在"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_with_the_remedy(given: dict[str, str], word: str) -> None:
    values: dict[str, Any] = dict(given)
    if "due" in values:
        values["due"] = in_days(-1)
    values |= {name: unit(values[name]) for name in ("verifier", "lead") if name in values}
    if "person" in values:
        values["person"] = person(values["person"])
    with pytest.raises(Refused, match=word):
        hand_task(**values)
    assert not Task.objects.exists()


def test_an_inspector_makes_tasks_of_the_areas_schools_only() -> None:
    given: dict[str, Any] = {"title": "查", "due": in_days(5)}
    area = unit("第一督学责任区")
    assert tasks.add(by("dudao"), unit(CROWDED), verifier=area, **given).verifier == area
    for school, verifier in ((CENTRAL, "第一督学责任区"), (CROWDED, EDUCATION), (CROWDED, "第二督学责任区")):
        with pytest.raises(Forbidden):
            tasks.add(by("dudao"), unit(school), verifier=unit(verifier), **given)


def test_schools_make_no_tasks() -> None:
    for username in ("clerk", "head", "juzhang", "guanai"):
        with pytest.raises(Forbidden):
            tasks.add(by(username), unit(CROWDED), title="x", verifier=unit(EDUCATION), due=in_days(1))


def test_changing_who_helps_keeps_the_history() -> None:
    task = hand_task(supports=[unit(CENTRAL), unit(FINANCE)])
    values = {"title": task.title, "lead": task.lead, "verifier": task.verifier, "due": task.due}
    tasks.edit(by("jijiao"), task, **values, supports=[unit(FINANCE)])
    assert [support.organisation.name for support in Support.objects.filter(task=task)] == [FINANCE]
    assert chain.verify().faults == ()


def test_overdue_and_due_soon_are_told_by_the_day() -> None:
    task = hand_task(due=in_days(8))
    for ahead, overdue, soon in ((0, False, False), (1, False, True), (8, False, True), (9, True, False)):
        with clock.told_at(clock.now() + timedelta(days=ahead)):
            assert (task.is_overdue, task.is_due_soon) == (overdue, soon), ahead
            assert Task.objects.filter(agenda.overdue()).exists() is overdue
            assert Task.objects.filter(agenda.due_soon()).exists() is soon


def test_what_waits_for_whom() -> None:
    task = hand_task()
    assert [list(agenda.mine(person(name))) for name in ("clerk", "jijiao", "clerk2")] == [[task], [], []]
    handed_in(task)
    assert [list(agenda.mine(person(name))) for name in ("clerk", "jijiao", "juzhang")] == [[], [task], []]
    own = hand_task(person=person("head"))
    assert list(agenda.mine(person("head"))) == [own]
    assert list(agenda.mine(person("clerk"))) == []


def test_evidence_goes_out_again_by_its_owner_before_it_counts() -> None:
    task = hand_task()
    (kept,) = attach(by("clerk"), task, files=[upload()])
    with pytest.raises(Forbidden):
        remove_evidence(by("head"), task, evidence=kept)
    task_states.submit(by("clerk"), task)
    with pytest.raises(Refused, match="依据"):
        remove_evidence(by("clerk"), task, evidence=kept)
    task_states.send_back(by("jijiao"), task, reason="换一份")
    remove_evidence(by("clerk"), task, evidence=kept)
    assert not task.evidence.exists()
    assert chain.verify().faults == ()


def test_units_of_another_county_have_no_part() -> None:
    other = found(Organisation(kind="county", code="419999", name="邻县教育局"))
    section = add_organisation(SYSTEM, other, kind="section", name="邻县基教股")
    with pytest.raises(Forbidden):
        hand_task(lead=section)
    with pytest.raises(Refused, match="本县"):
        hand_task(supports=[section])
