"""The pages of plans: the answer on top, figures as the plan has them, forms that say what is wrong, both languages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import CENTRAL, CROWDED, FINANCE, by, unit
from studio_story import answered, asked, impossible, plan, some_moves

from jiaoheng.ledger import scenarios
from jiaoheng.ledger.actions import runs
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import CostEdition, Run, Scenario, Task
from jiaoheng.plans import costs

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _page(client: Client, name: str, *args: object, **query: object) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _new(client: Client, **given: object) -> Any:
    values = {"name": "甲", "until": 2027, "tolerance": 0.1, "seconds": 60} | given
    return client.post(reverse("scenario_new"), values)


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [("5000000", 5e6), ("500万", 5e6), ("500 万元", 5e6), ("0.05亿", 5e6), ("5,000,000", 5e6), ("", None)],
)
def test_a_budget_is_taken_as_people_write_it(as_user: AsUser, typed: str, yuan: float | None) -> None:
    answer = _new(as_user("jicai"), budget=typed, budget_2025="80万", rural="on")
    scenario = Scenario.objects.get()
    assert answer.headers["Location"] == reverse("scenario", args=(scenario.pk,))
    request = scenarios.path_request(scenario)
    assert (request.budget, request.budgets, request.first) == (yuan, {2025: 8e5}, "rural")
    assert request.tolerance == pytest.approx(0.001)


@pytest.mark.parametrize("typed", ["五百", "500元万", "-3", "12%", "1e9", "99999亿", "5..0"])
def test_what_is_no_amount_is_said_at_the_field_and_nothing_typed_is_lost(as_user: AsUser, typed: str) -> None:
    answer = _new(as_user("jicai"), name="很重要的方案", budget=typed)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"budget"}
    assert "很重要的方案" in answer.content.decode()
    assert not Scenario.objects.exists()


def test_money_of_a_year_after_the_goal_is_refused(as_user: AsUser) -> None:
    answer = _new(as_user("jicai"), until=2026, budget_2027="5万")
    assert list(answer.context["form"].errors) == ["budget_2027"]


def test_the_list_says_what_came_of_each(as_user: AsUser) -> None:
    answered(name="能达标")
    answered(plan(passing=False, sense="maximise", unit="pupils", status="feasible", gap=0.01), name="钱不够")
    answered(impossible(), name="做不到的")
    asked("还在算")
    rows = as_user("juzhang").get(reverse("scenarios")).context["table"]["rows"]
    told = {row["cells"][0]["text"]: (row["cells"][4]["status"], row["cells"][3]["text"]) for row in rows}
    assert told["能达标"] == ("meets", "54.5 万元")
    assert told["钱不够"][0] == "floor"
    assert told["做不到的"] == ("fails", "—")
    assert told["还在算"] == ("in_progress", "—")


def test_the_answer_stands_on_top_with_what_is_proven(as_user: AsUser) -> None:
    answer = as_user("juzhang").get(reverse("scenario", args=(answered().pk,)))
    verdict = answer.context["verdict"]
    assert verdict["status"] == "meets"
    assert verdict["sentence"] == "望岚县到 2027 学年达标，最少需要 54.5 万元。"
    assert "相差不超过 0.02%" in verdict["details"][0]
    page = answer.content.decode()
    assert "每多 1 名编制可省 5.2 万元" in page
    assert reverse("scenario_adopt", args=(1,)) not in page


def test_costs_add_up_in_every_table(as_user: AsUser) -> None:
    tables = as_user("jijiao").get(reverse("scenario", args=(answered().pk,))).context["costs"]
    assert [table["foot"][1]["text"] for table in tables] == ["54.5 万元"] * 3
    by_year = {row["cells"][0]["text"]: row["cells"][1]["text"] for row in tables[0]["rows"]}
    assert by_year == {"2025—2026 学年": "50.5 万元", "2026—2027 学年": "4 万元"}


def test_every_school_is_in_the_table_of_who_passes_when(as_user: AsUser) -> None:
    found = answered()
    answer = as_user("jijiao").get(reverse("scenario", args=(found.pk,)))
    kept = scenarios.plan_of(found)
    assert kept is not None
    rows = answer.context["passes"]["rows"]
    assert len(rows) == kept.before.sections
    failing = [row for row in rows if row["cells"][2]["status"] == "fails"]
    assert len(failing) == len([f for f in kept.before.failing if f.verdict == "fails"])
    assert all(row["cells"][-1]["status"] == "meets" for row in rows)
    # Those that do not pass yet come first.
    assert rows[: len(failing)] == failing


def test_an_impossible_question_says_what_to_loosen_and_how(as_user: AsUser) -> None:
    page = _page(as_user("jijiao"), "scenario", answered(impossible()).pk)
    assert "没有任何办法达标" in page
    assert "或者分流 380 名学生" in page
    assert "落实用地" in page
    assert "采纳方案" not in page


def test_moves_can_be_narrowed_and_each_reason_leads_to_its_figure(as_user: AsUser) -> None:
    found, client = answered(), as_user("jijiao")
    code = unit(CENTRAL).code
    rows = client.get(reverse("scenario_moves", args=(found.pk,)), {"school": code}).context["rows"]
    assert [row["kind"] for row in rows] == ["教师交流调动", "增设班级"]
    rows = client.get(reverse("scenario_moves", args=(found.pk,)), {"kind": "hire", "year": 2025}).context["rows"]
    assert len(rows) == 1
    for reason in rows[0]["reasons"]:
        assert client.get(reason["url"]).status_code == 200


def test_a_schools_page_has_what_it_gets_and_gives(as_user: AsUser) -> None:
    found = answered()
    context = as_user("juzhang").get(reverse("scenario_school", args=(found.pk, unit(CROWDED).code))).context
    assert {row["kind"] for row in context["rows"]} >= {"教师交流调动"}
    assert context["table"]["rows"]
    assert as_user("juzhang").get(reverse("scenario_school", args=(found.pk, "0"))).status_code == 404


def test_the_workbook_and_the_json_hold_the_plan(as_user: AsUser) -> None:
    found, client = answered(), as_user("juzhang")
    data = client.get(reverse("scenario_excel", args=(found.pk,))).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 4
    costs_told = [row[8].value for row in book.worksheets[0].iter_rows(min_row=3, max_row=2 + len(some_moves()))]
    assert sum(costs_told) == 545_000
    kept = json.loads(client.get(reverse("scenario_json", args=(found.pk,))).content)
    assert len(kept["moves"]) == len(some_moves())
    assert kept["certificate"]["bound"] == 544_900


def test_progress_tells_the_phase_the_best_and_the_bound_and_can_be_stopped(as_user: AsUser) -> None:
    scenario, client = asked(), as_user("jijiao")
    assert scenario.run is not None
    doing = {"doing": {"phase": "planning", "objective": 600_000.0, "bound": 500_000.0}}
    with writing():
        Run.objects.filter(pk=scenario.run.pk).update(status=Run.Status.RUNNING, result=doing, progress=0.4)
    page = _page(client, "scenario_progress", scenario.pk, "plan")
    assert "目前最好：60 万元" in page
    assert "已证明的界：50 万元" in page
    assert "停止" not in _page(as_user("juzhang"), "scenario_progress", scenario.pk, "plan")
    client.post(reverse("scenario_cancel", args=(scenario.pk, "plan")))
    scenario.run.refresh_from_db()
    assert scenario.run.status == Run.Status.CANCELLED
    page = _page(client, "scenario", scenario.pk)
    assert "再算一次" in page
    client.post(reverse("scenario_again", args=(scenario.pk,)))
    scenario.refresh_from_db()
    assert scenario.is_running


def test_the_page_of_the_run_leads_to_the_scenario_and_asks_no_second_run(as_user: AsUser) -> None:
    found, client = answered(), as_user("jijiao")
    assert found.run is not None
    page = _page(client, "run", found.run.pk)
    assert reverse("scenario", args=(found.pk,)) in page
    assert "再算一次" not in page
    answer = client.post(reverse("run_again", args=(found.run.pk,)))
    assert answer.headers["Location"] == reverse("scenario", args=(found.pk,))
    assert Run.objects.filter(kind=scenarios.PLAN).count() == 1


def test_why_a_run_failed_is_told_on_the_page(as_user: AsUser) -> None:
    scenario = asked()
    assert scenario.run is not None
    with writing():
        Run.objects.filter(pk=scenario.run.pk).update(status=Run.Status.FAILED, error="目标学年太远。\nToo far.")
    assert "目标学年太远。" in _page(as_user("jijiao"), "scenario", scenario.pk)


def test_two_scenarios_side_by_side(as_user: AsUser) -> None:
    first = answered()
    second = answered(plan(some_moves()[1:], passing=False, sense="maximise", unit="pupils"), name="方案二")
    context = as_user("juzhang").get(reverse("scenario_compare"), {"a": first.pk, "b": second.pk}).context
    assert [table["foot"][3]["text"] for table in context["costs"]] == ["−30 万元"] * 3
    assert [part["scenario"].pk for part in context["only"]] == [first.pk]
    assert [row["kind"] for row in context["only"][0]["rows"]] == ["招聘教师"]
    assert {row["cells"][2]["text"] for row in context["passes"]["rows"]} == {"2027"}
    assert {row["cells"][3]["text"] for row in context["passes"]["rows"]} == {"一直没有"}
    assert len(context["maps"]) == 2


def test_the_curve_stands_as_a_table_with_what_is_proven(as_user: AsUser) -> None:
    found, client = answered(), as_user("jijiao")
    assert "还没有算预算曲线" in _page(client, "scenario_curve", found.pk)
    client.post(reverse("scenario_again", args=(found.pk,)), {"which": "curve"})
    found.refresh_from_db()
    assert found.curve_run is not None
    runs.cancel(by("admin"), found.curve_run)
    point = {
        "budget": 1e6,
        "cost": 9e5,
        "pupils": 200.0,
        "passing_pupils": 150.0,
        "sections": 9,
        "passing": 7,
        "bound": 160.0,
    }
    acts.keep_curve(by("admin"), found, [point, point | {"budget": 0.0, "cost": 0.0, "passing_pupils": 50.0}])
    rows = client.get(reverse("scenario_curve", args=(found.pk,))).context["table"]["rows"]
    assert [[cell["text"] for cell in row["cells"]] for row in rows] == [
        ["0 元", "0 元", "7 / 9", "25%", "80%"],
        ["100 万元", "90 万元", "7 / 9", "75%", "80%"],
    ]


def test_the_preview_shows_the_tasks_and_adopting_leads_to_them(as_user: AsUser) -> None:
    found, client = answered(), as_user("jijiao")
    where = reverse("scenario_adopt", args=(found.pk,))
    form = client.get(where).context["form"]
    given = {field.html_name: field.initial for field in form.lead_fields} | {"verifier": unit(FINANCE).pk}
    preview = client.post(where, given | {"move": [0, 1, 4], "preview": "1"})
    assert [bool(draft.target) for draft in preview.context["drafts"]] == [True, False]
    assert not Task.objects.filter(source=Task.Source.MOVE).exists()
    answer = client.post(where, given | {"move": [0, 1, 4], "make": "1"}, follow=True)
    titles = {row["cells"][0]["text"] for row in answer.context["table"]["rows"]}
    assert titles == {task.title for task in Task.objects.filter(source=Task.Source.MOVE)}
    assert len(titles) == 4
    rows = client.get(reverse("scenario_moves", args=(found.pk,))).context["rows"]
    assert [row["task"] is not None for row in rows] == [True, True, False, False, True]
    again = client.get(where, follow=True)
    assert "已于" in again.content.decode()


def test_adopting_nothing_is_said_at_the_form(as_user: AsUser) -> None:
    found = answered()
    answer = as_user("jijiao").post(reverse("scenario_adopt", args=(found.pk,)), {"make": "1"})
    assert "请先勾选要采纳的举措" in answer.content.decode()


def test_a_school_sees_its_adopted_moves_as_tasks_and_nothing_of_the_scenario(as_user: AsUser) -> None:
    found = answered()
    form = {f"lead-{move.kind}": "school" for move in some_moves()} | {
        "verifier": unit(FINANCE).pk,
        "move": [4],
        "make": 1,
    }
    as_user("jijiao").post(reverse("scenario_adopt", args=(found.pk,)), form)
    task = Task.objects.get(source=Task.Source.MOVE)
    page = _page(as_user("clerk2"), "task", task.pk)
    assert "增加 1 个班" in page
    assert reverse("scenario", args=(found.pk,)) not in page
    assert as_user("clerk").get(reverse("task", args=(task.pk,))).status_code == 404
    assert reverse("scenario", args=(found.pk,)) in _page(as_user("jijiao"), "task", task.pk)


def _cost_form(client: Client, **changes: object) -> Any:
    form = client.get(reverse("cost_table")).context["form"]
    given = {field.html_name: field.value() for field in form if field.value() is not None}
    return client.post(reverse("cost_table"), {**given, "note": "招标价", **changes})


def test_the_cost_table_is_changed_with_its_history_and_reset(as_user: AsUser) -> None:
    client = as_user("jicai")
    site = {"site-0-school": unit(CROWDED).code, "site-0-kind": "build_ground", "site-0-most": "800"}
    answer = _cost_form(client, **{"hire-cost": "120000", "hire-source": "县财政核定"}, **site)
    assert answer.status_code == 302, answer.context["form"].errors
    table = scenarios.table(CostEdition.objects.get())
    lever = table.lever("hire")
    assert lever is not None
    assert (lever.cost, lever.source.zh) == (120_000, "县财政核定")
    assert table.sites == {unit(CROWDED).code: {"build_ground": 800.0}}
    page = _page(client, "cost_table")
    assert "招聘教师 单价：100,000 → 120,000" in page
    assert "季采薇" in page
    client.post(reverse("cost_table_reset"))
    assert scenarios.table(scenarios.edition(unit("望岚县教育局"))) == costs.defaults()


@pytest.mark.parametrize(
    ("field", "value"),
    [("hire-cost", "-1"), ("hire-cost", ""), ("transfer-share_most", "120"), ("hire-lot", "0"), ("site-0-most", "900"),
     ("room_area", "0"), ("posts", "x")],
)  # fmt: skip
def test_a_wrong_figure_of_the_cost_table_is_said_at_its_field(as_user: AsUser, field: str, value: str) -> None:
    answer = _cost_form(as_user("jicai"), **{field: value})
    assert answer.status_code == 200
    wrong = set(answer.context["form"].errors)
    assert wrong == ({"site-0-school"} if field.startswith("site") else {field})
    assert not CostEdition.objects.exists()


def test_what_only_the_table_as_a_whole_shows_is_said_too(as_user: AsUser) -> None:
    answer = _cost_form(as_user("jicai"), **{"hire-lot": "1.5"})
    assert answer.status_code == 200
    assert "整数" in answer.content.decode()


def test_a_leader_reads_the_cost_table_and_cannot_change_it(as_user: AsUser) -> None:
    client = as_user("juzhang")
    assert "保存成本表" not in _page(client, "cost_table")
    client.post(reverse("cost_table"), {"hire-cost": "1"})
    assert not CostEdition.objects.exists()


@pytest.mark.parametrize("name", ["scenarios", "scenario_new", "scenario_compare", "cost_table"])
def test_pages_of_the_county_in_english(as_user: AsUser, name: str) -> None:
    client = as_user("jijiao")
    client.cookies["django_language"] = "en"
    answered()
    assert "方案" not in _page(client, name).replace("方案一", "")


def test_a_scenario_in_english(as_user: AsUser) -> None:
    client = as_user("jijiao")
    client.cookies["django_language"] = "en"
    found = answered(name="Cheapest")
    page = _page(client, "scenario", found.pk)
    assert "for ¥545,000, the least it takes" in page
    assert "1 post more would save ¥52,000" in page
    for name in ("scenario_moves", "scenario_curve", "scenario_adopt"):
        assert "举措" not in _page(client, name, found.pk)
