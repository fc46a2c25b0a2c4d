"""Two people with the same form open: who saves second is told, loses nothing typed, and may then save."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import FINANCE, bureau, by, hand_task, in_days, unit

from jiaoheng.ledger.actions import SYSTEM, task_rules
from jiaoheng.ledger.actions.organisations import add_organisation
from jiaoheng.ledger.models import Organisation

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _seen(answer: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', answer.content.decode())
    assert found
    return found.group(1)


def _saves_second(as_user: AsUser, address: str, first: dict[str, Any], second: dict[str, Any]) -> tuple[Any, Any]:
    """What the second person is answered, and after saving what is shown once more."""
    one, other = as_user("admin"), as_user("jicai" if "tasks" in address else "admin")
    seen = _seen(other.get(address))
    assert one.post(address, first | {"seen": _seen(one.get(address))}).status_code == 302
    refused = other.post(address, second | {"seen": seen})
    return refused, other.post(address, second | {"seen": _seen(refused)})


def test_a_task_that_was_changed_meanwhile_is_not_overwritten(as_user: AsUser) -> None:
    task = hand_task(verifier=unit(FINANCE))
    given = {"title": task.title, "lead": task.lead_id, "verifier": task.verifier_id, "due": in_days(20)}
    address = reverse("task_edit", args=[task.pk])
    first, second = given | {"due": in_days(40)}, given | {"title": "修补东墙", "detail": "高两米"}
    refused, saved = _saves_second(as_user, address, first, second)
    told = refused.content.decode()
    assert (refused.status_code, saved.status_code) == (200, 302)
    assert "别人改过" in told
    assert "修补东墙" in told
    assert "高两米" in told
    task.refresh_from_db()
    assert (task.title, task.due) == ("修补东墙", in_days(20)), "who has been told, decides"


def test_schools_of_an_area_that_were_chosen_meanwhile_are_not_lost(as_user: AsUser) -> None:
    schools = list(Organisation.objects.filter(kind="school", active=True)[:3])
    area = add_organisation(SYSTEM, bureau(), kind="area", name="第九责任区", schools=schools[:1])
    address = reverse("organisation_change", args=[area.pk])
    given = {"name": area.name, "active": "on"}
    first = given | {"schools": [schools[0].pk, schools[1].pk]}
    refused, saved = _saves_second(as_user, address, first, given | {"schools": [schools[0].pk, schools[2].pk]})
    assert "别人改过" in refused.content.decode()
    assert saved.status_code == 302


def test_a_rule_that_was_changed_meanwhile_is_not_overwritten(as_user: AsUser) -> None:
    rule = task_rules.add_rule(by("jicai"), bureau(), item="1.7", verifier=unit(FINANCE))
    given = {"verifier": rule.verifier_id, "days": 90, "enabled": "on"}
    address = reverse("task_rule", args=[rule.pk])
    refused, saved = _saves_second(as_user, address, given | {"days": 30}, given | {"blocking_only": "on"})
    assert "别人改过" in refused.content.decode()
    assert saved.status_code == 302
