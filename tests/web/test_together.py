"""The page that accepts several schools' returns in one decision."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from six_county import actor, brought, carried_out, found_six, fresh, latest, school, table

from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.models import Organisation, Run, Submission

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


def _sent(username: str, unit: str, data: bytes) -> Submission:
    submission = brought(username, school(unit), "在校生.csv", data)
    carried_out()
    return fresh(acts.submit(actor(username), fresh(submission)))


def _boxes(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="submission" value="(\d+)"( checked)?', page)


def test_the_officer_ticks_looks_and_accepts_all_in_one(bureau: Organisation, as_user: AsUser) -> None:
    first = _sent("six_clerk", "甲小学", table("A,2025,1,2,71"))
    second = _sent("six_other", "丙初级中学", table("C,2025,7,4,201", "C,2025,8,4,202"))
    client = as_user("six_officer")
    assert reverse("together") in client.get(reverse("submissions")).content.decode()
    page = client.get(reverse("together")).content.decode()
    assert sorted(_boxes(page)) == [(str(each.pk), " checked") for each in (first, second)]
    answer = client.post(reverse("together"), {"submission": [first.pk, second.pk]})
    run = Run.objects.get(kind="together")
    assert answer.url == reverse("together_review", args=[run.pk])
    assert "排队中" in client.get(answer.url).content.decode()
    carried_out("together")
    review = client.get(answer.url).content.decode()
    assert "采纳这 2 所" in review
    rows = re.findall(r'<th [^>]*scope="row"[^>]*><a [^>]*>(甲小学|丙初级中学)</a>.*?</tr>', review, re.DOTALL)
    assert rows == ["甲小学", "丙初级中学"]
    assert "从 400 人" in review or "71" in review
    told = client.post(reverse("together_accept", args=[run.pk]), follow=True).content.decode()
    assert "已采纳 2 所学校的报送" in told
    assert {"甲小学", "丙初级中学"} <= set(re.findall("甲小学|丙初级中学", told))
    grades = {(row["school_id"], row["grade"]): row for row in facts.tables(latest(bureau))["enrolment"].to_pylist()}
    assert [grades[key]["pupils"] for key in (("A", 1), ("C", 7), ("C", 8))] == [71, 201, 202]
    assert "一起采纳报送" in client.get(reverse("submission", args=[first.pk])).content.decode()
    again = client.get(answer.url).content.decode()
    assert "已一起采纳" in again
    assert "采纳这 2 所" not in again
    assert "没有待审核的学校报送" in client.get(reverse("together")).content.decode()


def test_a_return_with_something_to_mend_cannot_be_ticked_and_says_why(bureau: Organisation, as_user: AsUser) -> None:
    good = _sent("six_clerk", "甲小学", table("A,2025,1,2,71"))
    bad = _sent("six_other", "丙初级中学", table("C,2025,7,4,二百"))
    client = as_user("six_officer")
    page = client.get(reverse("together")).content.decode()
    assert _boxes(page) == [(str(good.pk), " checked")]
    assert "1 行等待改正" in page
    answer = client.post(reverse("together"), {"submission": [good.pk, bad.pk]})
    assert answer.status_code == 409
    assert "丙初级中学" in answer.content.decode()
    assert client.post(reverse("together"), {"submission": ["x", ""]}).status_code == 409
    assert not Run.objects.filter(kind="together").exists()


def test_what_cannot_be_accepted_is_named_and_the_others_go_on_without_it(
    bureau: Organisation, as_user: AsUser
) -> None:
    first = _sent("six_clerk", "甲小学", table("A,2025,1,2,71"))
    second = _sent("six_other", "丙初级中学", table("C,2025,7,4,201"))
    client = as_user("six_officer")
    client.post(reverse("together"), {"submission": [first.pk, second.pk]})
    run = Run.objects.get(kind="together")
    acts.take_back(actor("six_other"), second)
    carried_out("together")
    address = reverse("together_review", args=[run.pk])
    page = client.get(address).content.decode()
    assert "丙初级中学" in page
    assert "去掉这些，核对其余 1 所" in page
    assert re.findall(r'type="hidden" name="submission" value="(\d+)"', page) == [str(first.pk)]
    refused = client.post(reverse("together_accept", args=[run.pk]))
    assert refused.status_code == 409
    assert fresh(first).state == "submitted"
    client.post(reverse("together"), {"submission": [first.pk]})
    carried_out("together")
    last = Run.objects.filter(kind="together").latest("pk")
    client.post(reverse("together_accept", args=[last.pk]))
    assert fresh(first).state == "accepted"


def test_a_run_of_another_kind_is_not_there(bureau: Organisation, as_user: AsUser) -> None:
    brought("six_officer", bureau, "在校生.csv", table("A,2025,1,2,71"))
    run = Run.objects.get(kind="check")
    assert as_user("six_officer").get(reverse("together_review", args=[run.pk])).status_code == 404
