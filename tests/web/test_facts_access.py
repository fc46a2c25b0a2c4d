"""What a school brings in is its own and the bureau's: no address shows it to another school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from six_county import actor, brought, carried_out, found_six, fresh, latest, school, table

from jiaoheng import sources
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Organisation, Submission

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
SECRET = "约七十三人"


@pytest.fixture
def draft(db: None) -> Submission:
    found_six()
    submission = brought("six_clerk", school(), "在校生.csv", table(f"A,2025,1,2,{SECRET}"))
    carried_out()
    return fresh(submission)


def _body(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode("utf-8", errors="replace")


def _addresses(draft: Submission) -> list[str]:
    file = draft.files.get().pk
    names = ("submission", "submission_progress", "submission_review", "submission_waiting_csv")
    return [
        *(reverse(name, args=[draft.pk]) for name in (*names, "submission_waiting_workbook")),
        reverse("submission_file", args=[draft.pk, file]),
    ]


def test_another_schools_clerk_finds_no_trace_of_a_draft(draft: Submission, as_user: AsUser) -> None:
    own = brought("six_other", school("丙初级中学"), "在校生.csv", table("C,2025,7,4,200"))
    other = as_user("six_other")
    for address in _addresses(draft):
        assert other.get(address).status_code == 404, address
    stolen = reverse("submission_file", args=[own.pk, draft.files.get().pk])
    assert other.get(stolen).status_code == 404
    for address in (reverse("submissions"), reverse("runs"), reverse("snapshots")):
        page = _body(other.get(address))
        assert draft.title not in page or own.title == draft.title
        assert "甲小学" not in page
        assert reverse("submission", args=[draft.pk]) not in page


def test_its_own_people_and_the_bureau_see_it(draft: Submission, as_user: AsUser) -> None:
    for username in ("six_clerk", "six_head", "six_officer"):
        client = as_user(username)
        for address in _addresses(draft):
            assert client.get(address).status_code == 200, (username, address)
        assert SECRET in _body(client.get(_addresses(draft)[0]))


def test_those_without_the_right_are_told_so(draft: Submission, as_user: AsUser) -> None:
    leader = as_user("six_leader")
    assert leader.get(reverse("submissions")).status_code == 403
    assert leader.get(_addresses(draft)[0]).status_code == 403
    assert leader.get(reverse("snapshots")).status_code == 200


def test_rows_that_wait_in_a_snapshot_are_for_the_bureau(draft: Submission, as_user: AsUser) -> None:
    acts.submit(actor("six_clerk"), draft)
    acts.accept(actor("six_officer"), fresh(draft), result=fresh(draft).result)
    snapshot = latest(draft.county)
    address = reverse("snapshot_waiting", args=[snapshot.pk])
    assert as_user("six_other").get(address).status_code == 403
    page = _body(as_user("six_other").get(reverse("snapshot", args=[snapshot.pk])))
    assert (address in page, SECRET in page) == (False, False)
    assert SECRET in _body(as_user("six_officer").get(address))


def test_a_clerk_cannot_submit_for_another_school(draft: Submission, as_user: AsUser) -> None:
    other = Organisation.objects.get(name="丙初级中学")
    upload = SimpleUploadedFile("在校生.csv", table("C,2025,7,4,1"))
    given = {"organisation": other.pk, "title": "冒名", "upload": [upload]}
    assert as_user("six_clerk").post(reverse("new_submission"), given).status_code == 409
    assert not Submission.objects.filter(title="冒名").exists()


def test_a_schools_own_rows_are_there_to_go_on_from(draft: Submission, as_user: AsUser, tmp_path: Any) -> None:
    answer = as_user("six_clerk").get(reverse("own_workbook", args=["A"]))
    path = tmp_path / "甲小学.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = sources.read(path).rows
    schools = {row.values.get("school_id") or row.values["subject_id"] for some in rows.values() for row in some}
    assert schools == {"A", "A2", "B"}
    assert as_user("six_clerk").get(reverse("own_workbook", args=["C"])).status_code == 404


def test_a_file_too_big_is_turned_away_while_it_arrives(draft: Submission, as_user: AsUser, settings: Any) -> None:
    settings.JIAOHENG_UPLOAD_BYTES = 2000
    client = as_user("six_clerk")
    add = reverse("submission_add_files", args=[draft.pk])
    answer = client.post(add, {"upload": [SimpleUploadedFile("学校.csv", b"1,2\n" * 1000)]})
    assert answer.status_code == 409
    assert "过大" in _body(answer)
    assert draft.files.count() == 1


def test_what_is_refused_is_said_on_the_page_and_nothing_is_kept(draft: Submission, as_user: AsUser) -> None:
    from jiaoheng.ledger.submissions import files_folder

    client = as_user("six_clerk")
    add = reverse("submission_add_files", args=[draft.pk])
    files = [SimpleUploadedFile("学校.csv", table("A,1,1,1,1")), SimpleUploadedFile("办学条件.xlsx", b"no workbook")]
    answer = client.post(add, {"upload": files})
    assert answer.status_code == 409
    assert "内容与扩展名不符" in _body(answer)
    assert len(list(files_folder(draft).iterdir())) == draft.files.count() == 1


def test_the_officer_returns_with_a_note_that_the_school_reads(draft: Submission, as_user: AsUser) -> None:
    client = as_user("six_clerk")
    client.post(reverse("submission_submit", args=[draft.pk]))
    officer, address = as_user("six_officer"), reverse("submission_return", args=[draft.pk])
    assert officer.post(address, {"note": "  "}).status_code == 409
    assert fresh(draft).state == "submitted"
    officer.post(address, {"note": "一年级人数写成数字"})
    assert "一年级人数写成数字" in _body(client.get(reverse("submission", args=[draft.pk])))


def test_a_downloaded_file_is_never_shown_by_the_browser(draft: Submission, as_user: AsUser) -> None:
    for address in _addresses(draft)[3:]:
        answer = as_user("six_clerk").get(address)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
