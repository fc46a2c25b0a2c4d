"""Events in words: every field has a label, every value is said as people say it."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.utils import translation

from jiaoheng.ledger import history
from jiaoheng.ledger.actions import Actor
from jiaoheng.ledger.actions.people import end_role, rename, set_password
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models import Membership

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_app_config("ledger").get_models() if issubclass(model, Guarded)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_every_row_has_a_label_in_both_languages(model: type[Guarded]) -> None:
    assert model._meta.model_name in history.KINDS
    for field in model._meta.concrete_fields:
        if field.name not in model.UNRECORDED:
            chinese = history.label(field)
            with translation.override("en"):
                english = history.label(field)
            assert chinese != english, f"{model.__name__}.{field.name}: give it a verbose_name, or a label in history"


def test_the_history_of_a_row_is_told_the_last_first() -> None:
    clerk = person("clerk")
    rename(Actor(person("admin")), clerk, name="田小宝")
    told = history.history(clerk)
    assert [event.text for event in told] == ["修改姓名", "新增人员"]
    assert told[0].who == "管新民"
    assert told[0].changes == [history.Difference("姓名", "田宝", "田小宝")]


def test_other_rows_of_the_same_event_are_left_out() -> None:
    clerk = person("clerk")
    rows = history.history(clerk)[-1].touched
    assert [row.kind for row in rows] == ["人员账号"]


def test_a_password_is_not_told_nor_its_whole_hash() -> None:
    clerk = person("clerk")
    set_password(Actor(person("admin")), clerk, password="one-initial-password")
    changes = {change.label: change for change in history.history(clerk)[0].changes}
    assert changes["密码"].after.startswith("（不显示")
    assert len(changes["密码"].after) < 30
    assert (changes["下次登录须改密码"].before, changes["下次登录须改密码"].after) == ("否", "是")


def test_units_roles_and_days_are_said_in_words() -> None:
    held = Membership.objects.get(person=person("clerk"))
    end_role(Actor(person("admin")), held, until=date(2030, 5, 1))
    last, first = history.history(held)
    assert [(change.label, change.after) for change in last.changes] == [("至", "2030年5月1日")]
    made = {change.label: change.after for change in first.touched[0].changes}
    assert (made["单位"], made["角色"], made["人员"]) == ("望岚县实验小学", "学校填报员", "田宝")
    with translation.override("en"):
        assert history.history(held)[0].text == "Role ended"
