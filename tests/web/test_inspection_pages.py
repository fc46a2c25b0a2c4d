"""The pages of inspections: a visit typed on a phone, and the re-visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import CENTRAL, CROWDED, PNG, in_days, unit, upload

from jiaoheng.ledger.models import Evidence, Task, Visit

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _given(**more: object) -> dict[str, object]:
    return {
        "school": unit(CROWDED).pk,
        "day": in_days(0).isoformat(),
        "due": in_days(14).isoformat(),
        "point_0": "消防栓没有水",
        "photo_0": [upload("一.png", PNG), upload("二.png", PNG)],
        "point_6": "台账没有登记",
    } | more


def test_a_visit_with_photos_is_written_down_on_one_page(as_user: AsUser) -> None:
    client = as_user("dudao")
    page = client.get(reverse("visit_new")).content.decode()
    assert 'accept="image/*"' in page
    assert 'capture="environment"' in page
    answer = client.post(reverse("visit_new"), _given())
    visit = Visit.objects.get()
    assert answer.url == reverse("visit", args=[visit.pk])
    assert [point.text for point in visit.points.all()] == ["消防栓没有水", "台账没有登记"]
    assert Evidence.objects.count() == 2
    assert client.get(answer.url).status_code == 200
    assert client.get(reverse("visits")).context["table"]["rows"][0]["cells"][3]["text"] == 2


def test_a_refusal_keeps_what_was_typed(as_user: AsUser) -> None:
    client = as_user("dudao")
    answer = client.post(reverse("visit_new"), _given(day=in_days(2).isoformat(), photo_0=[]))
    assert "消防栓没有水" in answer.content.decode()
    assert answer.context["form"].non_field_errors()
    photo_only = client.post(reverse("visit_new"), _given(point_0=""))
    assert "point_0" in photo_only.context["form"].errors
    outside = client.post(reverse("visit_new"), _given(school=unit(CENTRAL).pk))
    assert "school" in outside.context["form"].errors
    lying = client.post(reverse("visit_new"), _given(photo_0=[upload("a.png", b"MZ")]))
    assert "内容不是" in lying.content.decode()
    assert not Visit.objects.exists()


def test_a_revisit_asks_of_each_open_point(as_user: AsUser) -> None:
    client = as_user("dudao")
    client.post(reverse("visit_new"), _given())
    visit = Visit.objects.get()
    first, second = visit.points.all()
    url = reverse("visit_again", args=[visit.pk])
    given = {"day": in_days(0).isoformat(), f"outcome_{first.pk}": "yes", f"outcome_{second.pk}": "no"}
    refused = client.post(url, given)
    assert set(refused.context["form"].errors) == {f"note_{second.pk}", "due"}
    client.post(url, given | {f"note_{second.pk}": "只补了一周", "due": in_days(7).isoformat()})
    assert [point.task.state for point in visit.points.all()] == [Task.State.CLOSED, Task.State.RETURNED]
    assert client.get(reverse("visits"), {"standing": "open"}).context["page"].paginator.count == 1
    client.post(url, given | {f"outcome_{second.pk}": "yes"})
    assert client.get(url).status_code == 409
    assert client.get(reverse("visits"), {"standing": "open"}).context["page"].paginator.count == 0


def test_others_neither_record_nor_see_visits_outside_their_schools(as_user: AsUser) -> None:
    as_user("dudao").post(reverse("visit_new"), _given())
    visit = Visit.objects.get()
    for username, page, new in (
        ("head", 200, 403),
        ("head2", 404, 403),
        ("dudao2", 404, 200),
        ("jijiao", 200, 403),
        ("juzhang", 200, 403),
        ("clerk", 403, 403),
    ):
        client = as_user(username)
        assert client.get(reverse("visit", args=[visit.pk])).status_code == page, username
        assert client.get(reverse("visit_new")).status_code == new, username
    assert as_user("dudao2").get(reverse("visit_again", args=[visit.pk])).status_code == 404
