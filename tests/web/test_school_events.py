"""A school's page tells what happened to the school, to those who may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import CROWDED, finding_task, hand_task, unit

from jiaoheng.ledger.models import Task
from jiaoheng.ledger.targets import task_title

pytestmark = pytest.mark.django_db


def test_only_who_may_see_a_task_reads_what_happened_to_it(as_user: Callable[[str], Client]) -> None:
    hand_task(title="修补操场围栏")
    task = Task.objects.get(title="修补操场围栏")
    assert task.school == unit(str(task.school))
    page = reverse("school", args=[task.school.code])
    told = {name: as_user(name).get(page).content.decode() for name in ("jijiao", "clerk", "clerk2")}
    assert all("修补操场围栏" in told[name] for name in ("jijiao", "clerk"))
    assert "大事记" in told["clerk"]
    assert "修补操场围栏" not in told["clerk2"]


def test_what_happened_is_told_in_the_readers_language(as_user: Callable[[str], Client]) -> None:
    """A measured task is named by its figure; what somebody wrote stays as it was written."""
    hand_task(title="修补操场围栏")
    measured = finding_task("1.4", CROWDED)
    assert measured.school is not None
    page = reverse("school", args=[measured.school.code])
    client = as_user("jijiao")
    told = {
        language: [event.label for event in client.get(page, headers={"accept-language": language}).context["events"]]
        for language in ("zh-CN", "en")
    }
    assert measured.title in told["zh-CN"]
    assert task_title(measured, "en") in told["en"]
    assert task_title(measured, "en") != measured.title
    assert measured.title not in told["en"]
    assert "修补操场围栏" in told["en"]
