"""Every page's beginning answers the people whom it is for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jiaoheng.ledger.cast import CAST, PASSWORD, Player
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
