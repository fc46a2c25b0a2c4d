"""A plan, which judges no school and asks for no balance, on the pages that show an assessment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from reading import Page

from jiaoheng import standards
from jiaoheng.findings import assess
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.facts import keep_assessment
from jiaoheng.ledger.models import Snapshot
from jiaoheng.standards import Standard, load, parse

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
PLAN = """id = "plan"
label = { zh = "望岚县规划", en = "The county’s plan" }
document = "望岚县规划"
in_force_from = 2021-01-01
areas = [{ id = "teachers", label = { zh = "教师", en = "Teachers" } }]
[[items]]
id = "1"
area = "teachers"
label = { zh = "小学生师比", en = "Pupils per teacher" }
article = "“原文”"
confidence = "B"
sources = ["望岚县规划"]
reported = "pupils_per_teacher.primary"
[[items.checks]]
id = "1"
formula = "county_ratio"
scope = "county"
inputs = ["primary_pupils"]
per = ["primary_teachers"]
limits = [{ at_most = 12 }]
pace = { due = 2030, baseline = 20, baseline_year = 2020 }
note = { zh = "怎样计算", en = "How it is counted" }
"""


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Standard:
    """A plan that the present facts are held against."""
    made = parse(PLAN, "plan.toml")
    monkeypatch.setattr(standards, "load", lambda name: made if name == "plan" else load(name))
    snapshot = Snapshot.objects.get()
    keep_assessment(SYSTEM, snapshot, assess(facts.tables(snapshot), made))
    return made


@pytest.mark.parametrize("page", ["/", "/matrix/", "/map/", "/matrix/excel/", "/figures/1/"])
@pytest.mark.parametrize("login", ["juzhang", "head"])
def test_a_page_is_there_without_balance_and_schools(as_user: As, plan: Standard, page: str, login: str) -> None:
    answer = as_user(login).get(f"{page}?standard=plan")
    assert answer.status_code == 200, page


def test_the_promise_stands_on_the_overview_with_what_the_line_asks_now(as_user: As, plan: Standard) -> None:
    said = Page(as_user("juzhang").get("/?standard=plan").content.decode()).text
    assert "1 项承诺" in said
    assert "小学生师比" in said
    assert "≤ 16" in said  # half-way from 20 in 2020 to 12 in 2030
    account = Page(as_user("juzhang").get("/figures/1/?standard=plan").content.decode()).text
    assert "小学在校生 ÷ 小学专任教师" in account
    assert "按直线今年应为 16" in account
    assert "怎样计算" in account
