"""A submission's states, who may move it, and what must hold whenever the program is stopped."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from six_county import actor, add, brought, carried_out, found_six, fresh, latest, school, table

from jiaoheng.county import snapshots
from jiaoheng.ledger import chain, facts, store, submissions
from jiaoheng.ledger.actions import Actor, Forbidden, Refused, mending
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.actions.organisations import change_organisation
from jiaoheng.ledger.models import Event, Mended, Organisation, Run, Snapshot, SourceFile, Submission

pytestmark = pytest.mark.django_db
GOOD = table("A,2025,1,2,71")


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


@pytest.fixture
def sent(bureau: Organisation) -> Submission:
    """A school's return, checked and sent to the bureau."""
    submission = brought("six_clerk", school(), "在校生.csv", GOOD)
    carried_out()
    return acts.submit(actor("six_clerk"), fresh(submission))


def test_a_school_submits_the_bureau_returns_the_school_mends_the_bureau_accepts(
    bureau: Organisation, sent: Submission
) -> None:
    officer, clerk = actor("six_officer"), actor("six_clerk")
    acts.send_back(officer, sent, note="一年级人数请再核对")
    assert (fresh(sent).state, fresh(sent).note) == ("returned", "一年级人数请再核对")
    add("six_clerk", fresh(sent), "在校生.csv", table("A,2025,1,2,72"))
    carried_out()
    acts.submit(clerk, fresh(sent))
    snapshot = acts.accept(officer, fresh(sent), result=fresh(sent).result)
    assert snapshot is not None
    pupils = facts.tables(snapshot)["enrolment"].to_pylist()
    assert [row["pupils"] for row in pupils if (row["school_id"], row["grade"]) == ("A", 1)] == [72]
    told = Event.objects.filter(object_type="submission", object_id=str(sent.pk)).values_list("action", flat=True)
    assert [name for name in told if name.split(".")[1] in ("submit", "return", "accept")] == [
        "submission.submit",
        "submission.return",
        "submission.submit",
        "submission.accept",
    ]
    assert chain.verify().faults == ()


def test_rows_of_another_school_are_refused_and_change_nothing(bureau: Organisation) -> None:
    submission = brought(
        "six_clerk", school(), "在校生.csv", table("A,2025,1,2,71", "C,2025,7,4,999", "A2,2025,1,1,21")
    )
    carried_out()
    assert fresh(submission).summary["refused"] == 1
    acts.submit(actor("six_clerk"), fresh(submission))
    snapshot = acts.accept(actor("six_officer"), fresh(submission), result=fresh(submission).result)
    assert snapshot is not None
    pupils = {
        (row["school_id"], row["grade"]): row["pupils"] for row in facts.tables(snapshot)["enrolment"].to_pylist()
    }
    assert (pupils["A", 1], pupils["C", 7], pupils["A2", 1]) == (71, 200, 21)
    assert snapshot.waiting == 0


def test_a_school_may_only_merge(bureau: Organisation) -> None:
    assert brought("six_clerk", school(), "在校生.csv", GOOD, mode="replace").mode == "merge"


MOVES: dict[str, Callable[[Actor, Submission], object]] = {
    "add": lambda by, of: acts.add_files(by, of, ()),
    "check": acts.check,
    "submit": acts.submit,
    "take_back": acts.take_back,
    "return": lambda by, of: acts.send_back(by, of, note="改"),
    "withdraw": acts.withdraw,
    "restore": acts.restore,
    "accept": lambda by, of: acts.accept(by, of, result=of.result),
    "mend": lambda by, of: mending.mend(by, of, [mending.Cell(of.files.get().pk, "", 2, "E", "73")]),
}
ALLOWED = {
    "draft": {"check": "draft", "submit": "submitted", "withdraw": "withdrawn", "mend": "draft"},
    "submitted": {"check": "submitted", "take_back": "draft", "return": "returned", "accept": "accepted"},
    "returned": {"check": "returned", "submit": "submitted", "withdraw": "withdrawn", "mend": "returned"},
    "withdrawn": {"restore": "draft"},
    "accepted": {},
}
WAY: dict[str, tuple[str, ...]] = {
    "draft": ("take_back",),
    "submitted": (),
    "returned": ("return",),
    "withdrawn": ("take_back", "withdraw"),
    "accepted": ("accept",),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_every_move_is_made_or_refused_by_the_state(state: str, bureau: Organisation, sent: Submission) -> None:
    officer = actor("six_officer")
    for move in WAY[state]:
        MOVES[move](officer, fresh(sent))
    assert fresh(sent).state == state
    from django.db import transaction

    for name, move in MOVES.items():
        with transaction.atomic():
            if name in ALLOWED[state]:
                move(officer, fresh(sent))
                assert fresh(sent).state == ALLOWED[state][name], name
            else:
                with pytest.raises(Refused):
                    move(officer, fresh(sent))
                assert fresh(sent).state == state, name
            transaction.set_rollback(True)


def test_a_clerk_neither_accepts_nor_returns_and_touches_no_other_schools(
    bureau: Organisation, sent: Submission
) -> None:
    for name in ("six_clerk", "six_head"):
        with pytest.raises(Forbidden):
            acts.accept(actor(name), fresh(sent), result=fresh(sent).result)
        with pytest.raises(Forbidden):
            acts.send_back(actor(name), fresh(sent), note="改")
    for name in ("six_other", "six_leader"):
        for move in MOVES.values():
            with pytest.raises(Forbidden):
                move(actor(name), fresh(sent))
        with pytest.raises(Forbidden):
            brought(name, school(), "在校生.csv", GOOD)


def test_a_check_of_what_has_changed_since_does_not_count(bureau: Organisation) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", GOOD)
    carried_out()
    before = fresh(submission)
    with pytest.raises(Refused):
        acts.record_check(Actor(), before, revision=0, base="", result="x", summary={})
    add("six_officer", before, "在校生.csv", GOOD)
    assert not fresh(submission).is_checked
    with pytest.raises(Refused):
        acts.accept(actor("six_officer"), fresh(submission), result=fresh(submission).result)


def test_one_check_waits_however_often_it_is_asked_for(bureau: Organisation) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", GOOD)
    for _ in range(3):
        acts.check(actor("six_officer"), submission)
    assert Run.objects.filter(kind="check").count() == 1


def test_accepting_is_one_event_with_all_that_it_changed(bureau: Organisation, sent: Submission) -> None:
    before = Event.objects.count()
    acts.accept(actor("six_officer"), fresh(sent), result=fresh(sent).result)
    assert Event.objects.count() == before + 1
    event = Event.objects.order_by("number").last()
    assert event is not None
    assert {change.object_type for change in event.changes.all()} >= {"submission", "snapshot", "run"}


def test_a_stop_between_store_and_database_leaves_the_old_facts_and_accepting_again_goes_on(
    bureau: Organisation, sent: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(Exception):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Stopped

    old = latest(bureau)
    with monkeypatch.context() as patch:
        patch.setattr(acts, "follow", stop)
        with pytest.raises(Stopped):
            acts.accept(actor("six_officer"), fresh(sent), result=fresh(sent).result)
    assert (latest(bureau), fresh(sent).state) == (old, "submitted")
    assert snapshots.manifest(store.snapshots(bureau.code)).id == old.name
    snapshot = acts.accept(actor("six_officer"), fresh(sent), result=fresh(sent).result)
    assert latest(bureau) == snapshot
    assert snapshots.manifest(store.snapshots(bureau.code)).id == latest(bureau).name
    with pytest.raises(Refused):
        acts.accept(actor("six_officer"), fresh(sent), result=fresh(sent).result)
    assert Snapshot.objects.filter(submissions=sent).count() == 1


def test_a_draft_that_was_damaged_is_not_accepted(bureau: Organisation, sent: Submission) -> None:
    checked = submissions.last_check(fresh(sent))
    assert checked is not None
    folder = submissions.draft_folder(fresh(sent), checked)
    (folder / "enrolment.parquet").write_bytes(b"x")
    with pytest.raises(snapshots.SnapshotError):
        acts.accept(actor("six_officer"), fresh(sent), result=fresh(sent).result)
    assert fresh(sent).state == "submitted"


def test_a_file_that_is_gone_ends_the_check_in_words(bureau: Organisation) -> None:
    submission = brought("six_officer", bureau, "在校生.csv", GOOD)
    shutil.rmtree(submissions.files_folder(submission))
    (run,) = carried_out()
    assert run.status == "failed"
    assert "在校生.csv" in run.error


def test_nothing_personal_reaches_the_database(bureau: Organisation) -> None:
    rows = table("A,2025,1,2,13800138000", "A,2025,2,2,11010519491231002X")
    submission = brought("six_officer", bureau, "电话13800138000.csv", rows)
    SourceFile.objects.get(submission=submission)
    carried_out()
    for model in (Submission, SourceFile, Mended, Event, Run):
        said = " ".join(str(vars(row)) for row in model._default_manager.all())
        assert "13800138000" not in said
        assert "11010519491231002X" not in said


def test_mends_of_columns_that_are_not_there_or_of_people_are_refused(bureau: Organisation) -> None:
    data = "学校标识码,学年,年级,班数,在校生数,联系电话\nA,2025,1,2,x,123\n".encode()
    submission = brought("six_officer", bureau, "在校生.csv", data)
    file = submission.files.get().pk
    cells = {"early": ("E", "70")}
    with pytest.raises(Refused):
        mending.mend(actor("six_officer"), submission, [mending.Cell(file, "", 2, *cells["early"])])
    carried_out()
    for column, value in (("F", "王校长"), ("Z", "1"), ("联系电话", "1"), ("在校生", "1")):
        with pytest.raises(Refused):
            mending.mend(actor("six_officer"), fresh(submission), [mending.Cell(file, "", 2, column, value)])
    with pytest.raises(Refused):
        mending.mend(actor("six_officer"), fresh(submission), [mending.Cell(file, "学校", 2, "A", "1")])
    mending.mend(actor("six_officer"), fresh(submission), [mending.Cell(file, "", 2, "E", "70")])
    assert Mended.objects.get().value == "70"


def test_an_organisation_that_takes_no_data_is_refused(bureau: Organisation) -> None:
    change_organisation(Actor(), school(), name="甲小学", active=True)
    section = Organisation.objects.filter(kind=Organisation.Kind.SECTION).first()
    if section is not None:
        with pytest.raises(Refused):
            brought("admin", section, "在校生.csv", GOOD)
