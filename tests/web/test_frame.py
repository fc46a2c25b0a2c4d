"""Every page's beginning answers the people whom it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from ledger_story import CENTRAL, CROWDED, hand_task, in_days, unit

from jiaoheng.ledger import clock
from jiaoheng.ledger.cast import CAST, PASSWORD, Player
from jiaoheng.ledger.models import Person
from jiaoheng.web import frame
from jiaoheng.web.frame import NAVIGATION

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("player", CAST, ids=lambda player: player.username)
def test_a_person_can_open_every_page_that_the_navigation_offers(
    player: Player, as_user: Callable[[str], Client]
) -> None:
    client = as_user(player.username)
    offered = client.get(reverse("overview")).context["navigation"]
    assert offered
    for item in offered:
        assert client.get(item["url"]).status_code == 200, item["url"]


def test_who_is_not_logged_in_is_asked_to() -> None:
    for name, _, _ in NAVIGATION:
        assert Client().get(reverse(name)).url.startswith(reverse("log_in"))


def test_one_logs_in_with_a_password(client: Client) -> None:
    answer = client.post(reverse("log_in"), {"username": "admin", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get(reverse("people")).status_code == 200


def _late(client: Client) -> str:
    """What the navigation says beside the ledger of tasks."""
    page = client.get(reverse("account")).content.decode()
    link = re.search(rf'<a href="{reverse("tasks")}"[^>]*>(.*?)</a>', page, re.DOTALL)
    return "" if link is None else " ".join(re.sub(r"<[^>]+>", " ", link[1]).split())


def test_the_navigation_says_how_many_tasks_are_overdue_to_those_who_see_them(as_user: Callable[[str], Client]) -> None:
    for lead in (CROWDED, CROWDED, CENTRAL):
        hand_task(lead=unit(lead), due=in_days(20))
    assert _late(as_user("clerk")) == "台账"
    with clock.told_at(clock.now() + timedelta(days=21)):
        shown = [_late(as_user(name)) for name in ("clerk", "clerk2", "juzhang", "jijiao")]
        client = as_user("clerk")
        client.post(reverse("set_language"), {"language": "en"})
        english = _late(client)
    assert shown == ["台账 逾期 2", "台账 逾期 1", "台账 逾期 3", "台账 逾期 3"]
    assert english.endswith("2 overdue")


@pytest.mark.parametrize("username", ["admin", "clerk"])
def test_the_number_takes_three_questions_to_the_database_however_many_tasks_there_are(username: str) -> None:
    for _ in range(5):
        hand_task(due=in_days(20))
    person = Person.objects.get(username=username)
    assert person.held
    with clock.told_at(clock.now() + timedelta(days=21)), CaptureQueriesContext(connection) as asked:
        frame._late(person)
    assert len(asked) <= 3
