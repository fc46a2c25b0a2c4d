"""A school's page tells what happened to the school, to those who may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import hand_task, unit

from jiaoheng.ledger.models import Task

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
