"""A plan document is read by a run; what it promises counts only once a person has said so."""

from __future__ import annotations

import pytest
from plan import CITY, TEXT, acting, brought, bureau, carried_out, measure, plan, target

from jiaoheng.ledger import access, chain, commitments, originals, promises, store
from jiaoheng.ledger.actions import Forbidden, Refused, documents
from jiaoheng.ledger.actions import commitments as acts
from jiaoheng.ledger.backup.proof import shortcomings
from jiaoheng.ledger.commitments import Promise, promise
from jiaoheng.ledger.models import Commitment, Event, PlanDocument, Task
from jiaoheng.ledger.models.documents import last_day

pytestmark = pytest.mark.django_db


def test_what_is_read_is_only_proposed() -> None:
    document = plan()
    assert (document.state, document.title) == ("read", "望岚县教育提质三年行动方案（2025—2027年）")
    assert (document.first_year, document.last_year) == (2025, 2027)
    assert set(document.commitments.values_list("state", flat=True)) == {"proposed"}
    assert Task.objects.filter(source="commitment").count() == 0
    retention = target(document, "巩固率")
    assert document.text[retention.start : retention.end] == retention.quote
    assert (retention.comparator, retention.value, retention.unit, retention.due) == (">=", 99.0, "%", "2027")
    assert retention.indicator
    assert measure(document, "扩大优质学位").lead == ["县教育局"]
    assert [document.text[start:end] for start, end, _ in document.headings][:2] == ["一、总体目标", "二、重点任务"]


def test_schools_that_are_named_see_it_once_it_counts() -> None:
    document = plan()
    named = measure(document, "扩大优质学位")
    assert [one.school.name for one in named.mentions.all()] == ["望岚县实验小学"]
    head = acting("head").person
    assert head is not None
    assert not access.may(head, "document.see", document)
    acts.confirm(acting(), named)
    assert access.may(head, "document.see", document)
    seen = access.which(head, "document.see", Commitment)
    assert [one.pk for one in seen] == [named.pk]
    other = acting("head2").person
    assert other is not None
    assert not access.may(other, "document.see", document)


def test_a_file_without_text_is_refused_in_words_and_can_be_tried_again() -> None:
    document = documents.add(acting(), bureau(), originals.receive("扫描.pdf", [b"%PDF-1.4 nothing"]), level="county")
    document = carried_out(document)
    assert document.state == "refused"
    assert document.reason["zh"]
    assert document.reason["en"].isascii() or "扫描" in document.reason["en"]
    documents.read_again(acting(), document)
    assert carried_out(document).state == "refused"


def test_a_document_of_more_commitments_than_can_be_kept_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiaoheng.ledger.jobs.documents.MOST", 5)
    document = carried_out(brought())
    assert document.state == "refused"
    assert "9 条目标和任务" in document.reason["zh"]
    assert "more than the 5" in document.reason["en"]
    assert not document.commitments.exists()


def test_an_altered_original_is_not_read_and_is_found_out() -> None:
    document = brought()
    store.document(document.token).write_bytes("别的文字".encode())
    assert carried_out(document).state == "refused"
    assert [each.kind for each in shortcomings()] == ["altered"]


def test_reading_again_after_a_worker_died_changes_nothing() -> None:
    document = plan()
    before = list(document.commitments.values_list("pk", flat=True))
    assert list(carried_out(document).commitments.values_list("pk", flat=True)) == before
    with pytest.raises(Refused, match="已经读过"):
        documents.read_again(acting(), document)


def test_the_same_file_is_taken_once() -> None:
    document = plan()
    with pytest.raises(Refused, match="已经上传过"):
        brought()
    documents.withdraw(acting(), document)
    again = brought()
    documents.withdraw(acting(), again)
    documents.restore(acting(), document)
    with pytest.raises(Refused, match="已经上传过"):
        documents.restore(acting(), again)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [("空.docx", b"", "空文件"), ("照片.jpg", b"\xff\xd8\xff", "图片"), ("表.xlsx", b"PK", "不能上传")],
)
def test_what_is_no_document_is_refused_at_the_door(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        originals.receive(name, [data])


def test_confirming_correcting_rejecting_adding() -> None:
    document = plan()
    retention, school = target(document, "巩固率"), target(document, "幼儿园")
    acts.confirm(acting(), retention)
    said = promise(school)
    acts.correct(
        acting(), school, Promise(**{name: getattr(said, name) for name in commitments.FIELDS} | {"value": 4.0})
    )
    acts.reject(acting(), target(document, "交流"))
    start = document.text.index("健全督导制度")
    added = acts.add(acting(), document, Promise(subject="健全督导制度"), kind="task", start=start, end=start + 6)
    states = dict(document.commitments.values_list("subject", "state"))
    assert states["九年义务教育巩固率"] == "confirmed"
    assert states["新建公办幼儿园"] == "corrected"
    assert states["每学年教师交流比例"] == "rejected"
    assert (added.state, added.quote, added.proposed) == ("added", "健全督导制度", None)
    assert added.path == ["二、重点任务", "（三）办好每一所学校"]
    school.refresh_from_db()
    assert (school.value, school.proposed["value"]) == (4.0, 3.0)
    assert commitments.progress(document.commitments.all()) == (4, 10)
    assert [each.kind for each in chain.verify().faults] == []
    told = Event.objects.filter(action__startswith="commitment.").values_list("action", flat=True)
    assert list(told) == ["commitment.confirm", "commitment.correct", "commitment.reject", "commitment.add"]


def test_what_was_corrected_back_to_what_was_read_is_confirmed() -> None:
    one = target(plan(), "幼儿园")
    said = promise(one)
    acts.correct(acting(), one, said)
    one.refresh_from_db()
    assert one.state == "confirmed"
    acts.reopen(acting(), one)
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("proposed", None)


def test_a_correction_of_what_somebody_else_changed_is_refused() -> None:
    one = target(plan(), "幼儿园")
    seen = one.mark()
    acts.confirm(acting("admin"), one)
    with pytest.raises(Refused, match="别人改过"):
        acts.correct(acting(), one, promise(one), seen=seen)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"subject": " "}, "写明内容"),
        ({"unit": ""}, "写全"),
        ({"value": None}, "写全"),
        ({"value_max": 1.0}, "上限"),
        ({"value": 1e308}, "数值太大"),
        ({"baseline": -1e16}, "数值太大"),
        ({"due": "2027-13"}, "期限"),
        ({"due": "明年"}, "期限"),
        ({"binding": "大概"}, "性质"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_remedy(changes: dict[str, object], why: str) -> None:
    one = target(plan(), "巩固率")
    given = {name: getattr(promise(one), name) for name in commitments.FIELDS} | changes
    with pytest.raises(Refused, match=why):
        acts.correct(acting(), one, Promise(**given))


def test_only_the_bureau_decides() -> None:
    one = target(plan(), "巩固率")
    for username in ("juzhang", "dudao", "head", "guanai"):
        with pytest.raises(Forbidden):
            acts.confirm(acting(username), one)


def test_clear_ones_are_confirmed_together_and_decided_ones_stay() -> None:
    document = plan()
    clear = [each.pk for each in document.commitments.all() if commitments.is_clear(each)]
    rejected = target(document, "巩固率")
    acts.reject(acting(), rejected)
    assert acts.confirm_all(acting(), document, clear) == len(clear) - 1
    rejected.refresh_from_db()
    assert rejected.state == "rejected"


def test_a_withdrawn_document_is_decided_on_no_more() -> None:
    document = plan()
    documents.withdraw(acting(), document)
    with pytest.raises(Refused, match="停用"):
        acts.confirm(acting(), target(document, "巩固率"))


def test_what_two_documents_promise_is_set_side_by_side() -> None:
    county, city = plan(), plan(CITY, level="city")
    for document in (county, city):
        acts.confirm_all(acting(), document, {each.pk for each in document.commitments.filter(kind="target")})
    conflict, repeat = promises.alike(bureau())
    assert (conflict.conflict, repeat.conflict) == (True, False)
    assert {each.value for each in conflict.commitments} == {97.0, 98.0}
    assert {each.subject for each in repeat.commitments} == {"九年义务教育巩固率"}


@pytest.mark.parametrize(
    ("due", "day"), [("2027", "2027-12-31"), ("2028-02", "2028-02-29"), ("2027-06-30", "2027-06-30"), ("", "None")]
)
def test_a_due_ends_with_its_last_day(due: str, day: str) -> None:
    assert str(last_day(due)) == day


def test_what_a_person_typed_about_a_document_stays() -> None:
    document = plan(TEXT, title="三年行动方案")
    assert document.title == "三年行动方案"
    documents.describe(acting(), document, title="行动方案", level="city", first_year=2025, last_year=2027)
    assert PlanDocument.objects.get(pk=document.pk).level == "city"
    with pytest.raises(Refused, match="终止年"):
        documents.describe(acting(), document, title="行动方案", level="city", first_year=2027, last_year=2025)
