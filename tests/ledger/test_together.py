"""Several schools' returns accepted in one decision: all in one snapshot, or none; and what an acceptance overtakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from six_county import actor, brought, carried_out, found_six, fresh, latest, school, table

from jiaoheng.county import snapshots
from jiaoheng.ledger import chain, facts, store, submissions, together, work
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions import runs as run_acts
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.actions import together as together_acts
from jiaoheng.ledger.jobs import check as checking
from jiaoheng.ledger.jobs.together import check_together
from jiaoheng.ledger.models import Event, Organisation, Run, Snapshot, Submission
from jiaoheng.ledger.together import Together

pytestmark = pytest.mark.django_db
POINT = "学校标识码,学校名称,办学类型,主校标识码,城乡分类"


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


def sent(username: str, unit: str, *files: tuple[str, bytes]) -> Submission:
    """A school's return, checked and sent to the bureau."""
    submission = brought(username, school(unit), *files[0])
    carried_out()
    return acts.submit(actor(username), fresh(submission))


def two() -> list[Submission]:
    """Returns of two schools that change different rows."""
    first = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,1,2,71")))
    second = sent("six_other", "丙初级中学", ("在校生.csv", table("C,2025,7,4,201")))
    return [fresh(first), fresh(second)]


def asked(bureau: Organisation, chosen: list[Submission]) -> Run:
    """Checked together."""
    run = together_acts.ask_together(actor("six_officer"), bureau, chosen)
    carried_out(together.KIND)
    run.refresh_from_db()
    assert run.status == "done", run.error
    return run


def checked(run: Run) -> Together:
    found = together.read(run)
    assert found is not None
    return found


def pupils(snapshot: Snapshot) -> dict[tuple[str, int], int]:
    rows = facts.tables(snapshot)["enrolment"].to_pylist()
    return {(row["school_id"], row["grade"]): row["pupils"] for row in rows if row["year"] == 2025}


def test_two_schools_are_accepted_in_one_snapshot_by_one_event_that_names_both(bureau: Organisation) -> None:
    chosen, before = two(), Snapshot.objects.filter(county=bureau).count()
    run = asked(bureau, chosen)
    events = Event.objects.count()
    snapshot = together_acts.accept_together(actor("six_officer"), run)
    assert snapshot is not None
    assert Snapshot.objects.filter(county=bureau).count() == before + 1
    assert (pupils(snapshot)["A", 1], pupils(snapshot)["C", 7], pupils(snapshot)["A", 2]) == (71, 201, 70)
    assert {(fresh(each).state, fresh(each).snapshot) for each in chosen} == {("accepted", snapshot)}
    assert snapshots.manifest(store.snapshots(bureau.code)).id == snapshot.name
    assert Event.objects.count() == events + 1
    event = Event.objects.latest("number")
    assert event.action == "submission.accept_together"
    assert event.details["schools"] == ["甲小学", "丙初级中学"]
    told = {change.object_id for change in event.changes.filter(object_type="submission")}
    assert told == {str(each.pk) for each in chosen}
    assert Run.objects.filter(kind="assess", snapshot=snapshot.name).count() == 1
    assert chain.verify().faults == ()


def test_two_schools_that_tell_one_row_differently_are_both_named_and_neither_is_accepted(bureau: Organisation) -> None:
    old = latest(bureau)
    point = "Z1,山口教学点,218,{},220".format
    mine = f"{POINT}\n{point('A')}\n".encode()
    theirs = f"{POINT}\n{point('C')}\n".encode()
    first = sent("six_clerk", "甲小学", ("学校.csv", mine))
    second = sent("six_other", "丙初级中学", ("学校.csv", theirs))
    assert (first.summary["errors"], second.summary["errors"]) == (0, 0), (first.summary, second.summary)
    run = asked(bureau, [fresh(first), fresh(second)])
    refusals = {each.submission: each.reason.zh for each in checked(run).refusals}
    assert set(refusals) == {first.pk, second.pk}
    assert "丙初级中学" in refusals[first.pk]
    assert "甲小学" in refusals[second.pk]
    assert "Z1" in refusals[first.pk]
    with pytest.raises(Refused):
        together_acts.accept_together(actor("six_officer"), run)
    assert (latest(bureau), fresh(first).state, fresh(second).state) == (old, "submitted", "submitted")


def test_a_return_with_a_row_of_another_school_is_not_taken_in_with_others(bureau: Organisation) -> None:
    good = sent("six_other", "丙初级中学", ("在校生.csv", table("C,2025,7,4,201")))
    foreign = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,1,2,71", "C,2025,7,4,999")))
    with pytest.raises(Refused, match="甲小学"):
        together_acts.ask_together(actor("six_officer"), bureau, [fresh(good), fresh(foreign)])
    run = run_acts.ask(actor("six_officer"), bureau, together.KIND, inputs={"submissions": [good.pk, foreign.pk]})
    carried_out(together.KIND)
    run.refresh_from_db()
    assert [each.submission for each in checked(run).refusals] == [foreign.pk]


def test_returns_that_the_facts_have_overtaken_are_checked_anew_together(bureau: Organisation) -> None:
    first, second = two()
    county = brought("six_officer", bureau, "在校生.csv", table("A,2025,2,2,72"))
    carried_out()
    run = asked(bureau, [first, second])
    assert acts.accept(actor("six_officer"), fresh(county), result=fresh(county).result) is not None
    with pytest.raises(Refused, match="又有更新"):
        together_acts.accept_together(actor("six_officer"), run)
    snapshot = together_acts.accept_together(actor("six_officer"), asked(bureau, [fresh(first), fresh(second)]))
    assert snapshot is not None
    assert (pupils(snapshot)["A", 1], pupils(snapshot)["A", 2], pupils(snapshot)["C", 7]) == (71, 72, 201)


CHANGED: dict[str, Callable[[Submission], object]] = {
    "taken back": lambda of: acts.take_back(actor("six_other"), of),
    "returned": lambda of: acts.send_back(actor("six_officer"), of, note="改"),
    "accepted alone": lambda of: acts.accept(actor("six_officer"), of, result=of.result),
}


@pytest.mark.parametrize("how", CHANGED)
def test_what_changed_since_the_check_is_named_and_holds_up_all(how: str, bureau: Organisation) -> None:
    first, second = two()
    run = asked(bureau, [first, second])
    CHANGED[how](fresh(second))
    facts_then = latest(bureau)
    with pytest.raises(Refused, match="丙初级中学"):
        together_acts.accept_together(actor("six_officer"), run)
    assert (fresh(first).state, latest(bureau)) == ("submitted", facts_then)


def test_a_stop_between_store_and_database_leaves_all_as_it_was_and_accepting_again_goes_on(
    bureau: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Stopped

    chosen, old = two(), latest(bureau)
    run = asked(bureau, chosen)
    with monkeypatch.context() as patch:
        patch.setattr(acts, "follow", stop)
        with pytest.raises(Stopped):
            together_acts.accept_together(actor("six_officer"), run)
    assert latest(bureau) == old
    assert {fresh(each).state for each in chosen} == {"submitted"}
    assert snapshots.manifest(store.snapshots(bureau.code)).id == old.name
    assert together_acts.accept_together(actor("six_officer"), run) == latest(bureau)
    with pytest.raises(Refused):
        together_acts.accept_together(actor("six_officer"), run)


def test_a_check_whose_worker_is_killed_leaves_nothing_and_is_done_by_the_next(bureau: Organisation) -> None:
    class Killed(BaseException):
        pass

    chosen = two()
    together_acts.ask_together(actor("six_officer"), bureau, chosen)
    run, before = work.claim(), set(store.together(bureau.code).glob("*"))
    assert run is not None

    def killed(part: float) -> None:
        if part > 0.6:
            raise Killed

    with pytest.raises(Killed):
        check_together(run, killed)
    assert set(store.together(bureau.code).glob("*")) == before
    with work.writing():
        Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    again = work.claim()
    assert again is not None
    assert again.pk == run.pk
    work.carry_out(again)
    again.refresh_from_db()
    assert together_acts.accept_together(actor("six_officer"), again) == latest(bureau)


def test_a_result_whose_files_are_gone_is_refused_in_words(bureau: Organisation) -> None:
    run = asked(bureau, two())
    shutil.rmtree(together.folder(run))
    with pytest.raises(Refused, match="重新核对"):
        together_acts.accept_together(actor("six_officer"), run)


@pytest.mark.parametrize("username", ["six_clerk", "six_head", "six_leader"])
def test_only_the_bureau_accepts_together(username: str, bureau: Organisation) -> None:
    chosen = two()
    with pytest.raises(Forbidden):
        together_acts.ask_together(actor(username), bureau, chosen)
    run = asked(bureau, chosen)
    with pytest.raises(Forbidden):
        together_acts.accept_together(actor(username), run)


def test_two_returns_of_one_school_are_not_accepted_together(bureau: Organisation) -> None:
    first = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,1,2,71")))
    second = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,2,2,72")))
    with pytest.raises(Refused, match="甲小学"):
        together_acts.ask_together(actor("six_officer"), bureau, [fresh(first), fresh(second)])


def test_an_acceptance_has_what_others_sent_checked_again(bureau: Organisation) -> None:
    first, second = two()
    snapshot = acts.accept(actor("six_officer"), first, result=first.result)
    assert snapshot is not None
    assert acts.why_not_acceptable(fresh(second))
    assert Run.objects.filter(kind="recheck").count() == 1
    (run,) = [each for each in carried_out("recheck") if each.kind == "recheck"]
    assert run.result == {"checked": [second.pk], "failed": []}
    second = fresh(second)
    assert (second.base, acts.why_not_acceptable(second)) == (snapshot.name, "")
    after = acts.accept(actor("six_officer"), second, result=second.result)
    assert after is not None
    assert (pupils(after)["A", 1], pupils(after)["C", 7]) == (71, 201)


def test_checking_again_lets_others_go_first_and_goes_on_later(
    bureau: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two()
    third = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,2,2,72")))
    acts.accept(actor("six_officer"), first, result=first.result)
    order: list[Any] = []
    real = checking.check_now

    def watched(key: int, progress: Any) -> dict[str, Any]:
        order.append(key)
        if len(order) == 1:
            run_acts.ask(actor("six_officer"), bureau, "verify")
        return real(key, progress)

    monkeypatch.setattr(checking, "check_now", watched)
    recheck = Run.objects.get(kind="recheck")
    recheck.refresh_from_db()
    kinds = []
    while (run := work.claim()) is not None:
        kinds.append(run.kind)
        work.carry_out(run)
    assert kinds == ["assess", "recheck", "verify", "recheck"]
    assert order == [second.pk, third.pk]
    assert {fresh(second).base, fresh(third).base} == {latest(bureau).name}


def test_a_return_whose_file_is_gone_does_not_hold_up_checking_the_others(bureau: Organisation) -> None:
    first, second = two()
    third = sent("six_clerk", "甲小学", ("在校生.csv", table("A,2025,2,2,72")))
    acts.accept(actor("six_officer"), first, result=first.result)
    shutil.rmtree(submissions.files_folder(second))
    (run,) = [each for each in carried_out("recheck") if each.kind == "recheck"]
    assert run.result == {"checked": [third.pk], "failed": [second.pk]}
