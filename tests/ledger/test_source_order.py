"""The bureau sets which source holds; differences are told before and after facts are accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from six_county import actor, add, brought, carried_out, found_six, fresh, latest, school, table

from jiaoheng.county import Batch, Precedence, Row
from jiaoheng.ledger import facts, source_order, submissions
from jiaoheng.ledger.actions import Forbidden, Refused
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.actions.source_order import change_order
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.jobs import check as checking
from jiaoheng.ledger.models import Event, Organisation, Run, Snapshot, SourceOrder, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """Six schools; rows of 71 pupils are read as a statistical form's, those of 72 as the county export's."""
    read = checking._batch
    sources = {71: "form", 72: "export"}

    def of_source(path: Path, *corrections: Any) -> Batch:
        batch = read(path, *corrections)
        rows = {
            name: tuple(_from(row, sources.get(row.values["pupils"], "")) for row in some)
            for name, some in batch.rows.items()
        }
        return msgspec.structs.replace(batch, rows=rows)

    monkeypatch.setattr(checking, "_batch", of_source)
    return found_six()


def _from(row: Row, source: str) -> Row:
    return msgspec.structs.replace(row, origin=msgspec.structs.replace(row.origin, source=source))


def checked(submission: Submission) -> submissions.Checked:
    found = submissions.last_check(fresh(submission))
    assert found is not None
    return found


def pupils(snapshot: Snapshot | None) -> int:
    assert snapshot is not None
    (count,) = [
        row["pupils"]
        for row in facts.tables(snapshot)["enrolment"].to_pylist()
        if (row["school_id"], row["year"], row["grade"]) == ("A", 2025, 1)
    ]
    return int(count)


def both(bureau: Organisation) -> Submission:
    """Two files of the bureau that tell the first grade differently from our tables, and from each other."""
    submission = brought("six_officer", bureau, "在校生.csv", table("A,2025,1,2,71"))
    add("six_officer", submission, "在校生.csv", table("A,2025,1,2,72"))
    carried_out()
    return fresh(submission)


def accepted(submission: Submission) -> Snapshot:
    snapshot = acts.accept(actor("six_officer"), submission, result=submission.result)
    assert snapshot is not None
    return snapshot


OWN_FIRST = {"order": ["workbook", "form", "export"], "exceptions": {}}


def test_what_differs_is_told_with_the_check_and_the_higher_source_is_used(bureau: Organisation) -> None:
    before = pupils(latest(bureau))
    submission = both(bureau)
    (difference,) = [each for each in checked(submission).differences if (each.column, each.why) == ("pupils", "order")]
    assert (difference.used.value, [each.value for each in difference.others]) == (71, [72, before])
    assert [each.source for each in difference.others] == ["export", "workbook"]
    assert difference.used.date
    assert difference.others[0].date
    assert submission.summary["differences"] == len(checked(submission).differences)
    assert pupils(accepted(submission)) == 71


def test_another_order_lays_the_accepted_facts_together_anew_by_two_events(bureau: Organisation) -> None:
    before = pupils(latest(bureau))
    first = accepted(both(bureau))
    events = Event.objects.count()
    change_order(actor("six_officer"), bureau, **OWN_FIRST)
    carried_out("reorder")
    again = latest(bureau)
    assert again != first
    assert pupils(again) == before
    told = [
        name
        for name in Event.objects.order_by("number").values_list("action", flat=True)[events:]
        if name[:8] == "sources."
    ]
    assert told == ["sources.change", "sources.apply"]
    row = SourceOrder.objects.get(county=bureau)
    change_order(actor("six_officer"), bureau, order=[], exceptions={"enrolment.pupils": ["export"]}, seen=row.mark())
    carried_out("reorder")
    assert pupils(latest(bureau)) == 72


def test_an_order_that_changes_nothing_of_the_facts_makes_no_snapshot(bureau: Organisation) -> None:
    before = Snapshot.objects.count()
    change_order(actor("six_officer"), bureau, **OWN_FIRST)
    carried_out("reorder")
    assert Snapshot.objects.count() == before
    assert Run.objects.get(kind="reorder").status == "done"


def test_what_was_checked_under_another_order_is_not_accepted(bureau: Organisation) -> None:
    before, submission = pupils(latest(bureau)), both(bureau)
    change_order(actor("six_officer"), bureau, **OWN_FIRST)
    with pytest.raises(Refused, match="先后"):
        accepted(submission)
    acts.check(actor("six_officer"), submission)
    carried_out()
    assert pupils(accepted(fresh(submission))) == before


def test_what_a_school_has_sent_is_checked_again_under_the_new_order(bureau: Organisation) -> None:
    before = pupils(latest(bureau))
    submission = brought("six_clerk", school(), "在校生.csv", table("A,2025,1,2,71"))
    carried_out()
    acts.submit(actor("six_clerk"), fresh(submission))
    change_order(actor("six_officer"), bureau, **OWN_FIRST)
    carried_out("reorder")
    carried_out("recheck")
    assert fresh(submission).summary["order"] == source_order.mark(source_order.precedence_of(bureau))
    assert checked(submission).differences[0].used.value == before


def test_schools_and_leaders_do_not_set_the_order(bureau: Organisation) -> None:
    for username in ("six_clerk", "six_head", "six_leader"):
        with pytest.raises(Forbidden):
            change_order(actor(username), bureau, **OWN_FIRST)
    assert not SourceOrder.objects.exists()


def test_an_order_changed_by_another_meanwhile_is_refused(bureau: Organisation) -> None:
    seen = change_order(actor("six_officer"), bureau, **OWN_FIRST).mark()
    change_order(actor("six_officer"), bureau, order=["export"], exceptions={}, seen=seen)
    with pytest.raises(Refused):
        change_order(actor("six_officer"), bureau, **OWN_FIRST, seen=seen)
    with pytest.raises(Refused, match="forms"):
        change_order(actor("six_officer"), bureau, order=["forms"], exceptions={})


def test_equal_orders_have_one_mark_and_the_usual_one_none() -> None:
    assert source_order.mark(Precedence()) == ""
    assert source_order.mark(Precedence(("form", "export"))) == ""
    assert source_order.mark(Precedence(("workbook",))) == source_order.mark(Precedence(("workbook", "form")))
    assert source_order.mark(Precedence(("workbook",))) != source_order.mark(Precedence((), {"facilities": ("form",)}))


# The pages.


@pytest.fixture
def as_six(client: Client) -> Callable[[str], Client]:
    def logged_in(username: str) -> Client:
        client.force_login(person(username), "django.contrib.auth.backends.ModelBackend")
        return client

    return logged_in


def test_the_pages_show_each_side_and_link_to_the_rule(bureau: Organisation, as_six: Callable[[str], Client]) -> None:
    submission = both(bureau)
    officer = as_six("six_officer")
    for address in (f"/data/{submission.pk}/", f"/data/{submission.pk}/review/", f"/data/{submission.pk}/differences/"):
        shown = officer.get(address).content.decode()
        for text in ("本系统工作簿", "学校统计报表 71", "县级汇总导出表 72", "在校生.csv", 'href="/data/sources/"'):
            assert text in shown, (address, text)
    assert "没有不一致的地方" in officer.get("/data/differences/").content.decode()
    accepted(submission)
    shown = officer.get("/data/differences/?school=A").content.decode()
    assert "县级汇总导出表 72" in shown
    assert "学校统计报表 71" not in officer.get("/data/differences/?school=B").content.decode()


def test_steps_show_what_they_would_change_and_nothing_holds_until_it_is_saved(
    bureau: Organisation, as_six: Callable[[str], Client]
) -> None:
    before = pupils(latest(bureau))
    accepted(both(bureau))
    officer = as_six("six_officer")
    order = ["form", "workbook", "export", "register", "roster", "assets", "other"]
    shown = officer.post("/data/sources/", {"source": order, "move": "up:workbook"}).content.decode()
    assert "改动 1 处" in shown
    assert shown.index('value="workbook"') < shown.index('value="form"')
    assert not SourceOrder.objects.exists()
    turned = ["workbook", "form", *order[2:]]
    sent = {"source": turned, "place": "facilities", "first": "assets", "add": "1", "staff": "form"}
    shown = officer.post("/data/sources/", sent).content.decode()
    assert "“办学条件”以资产台账为先" in shown
    answer = officer.post(
        "/data/sources/", {"source": turned, "exception": ["facilities=assets"], "staff": "form", "save": "1"}
    )
    assert answer.status_code == 302
    found = source_order.precedence_of(bureau)
    assert (found.sources()[0], found.sources("facilities")[0], found.staff_from) == ("workbook", "assets", "counts")
    carried_out("reorder")
    assert pupils(latest(bureau)) == before
    assert facts.tables(latest(bureau)).staff_from == "counts"
    assert "以资产台账为先" in officer.get("/data/sources/").content.decode()


def test_our_own_workbook_after_a_form_is_not_used_and_the_page_says_so_in_plain_words(
    bureau: Organisation, as_six: Callable[[str], Client]
) -> None:
    accepted(both(bureau))
    submission = brought("six_officer", bureau, "在校生.csv", table("A,2025,1,2,70"))
    carried_out()
    shown = as_six("six_officer").get(f"/data/{submission.pk}/").content.decode()
    for text in ("本系统工作簿 70", "没有采用，哪怕是刚上传的", 'href="/data/sources/"'):
        assert text in shown
    assert pupils(accepted(fresh(submission))) == 71


def test_who_may_not_set_the_order_sees_it_without_buttons(
    bureau: Organisation, as_six: Callable[[str], Client]
) -> None:
    clerk = as_six("six_clerk")
    shown = clerk.get("/data/sources/").content.decode()
    assert "本系统工作簿" in shown
    assert 'name="save"' not in shown
    assert clerk.post("/data/sources/", {"save": "1"}).status_code == 403
