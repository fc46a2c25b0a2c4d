"""The pages of layouts and catchments: maps, every place explained, moved by hand, mergers with their conditions."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import FINANCE, by, ruler, unit
from places_story import asked, laid_out, measured_again, zoned

from jiaoheng.ledger import planners, scenarios
from jiaoheng.ledger.actions import Refused, runs
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Run, Scenario, Task
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.plan import PlacesAnswer
from jiaoheng.plans.zones.request import ZonesRequest

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]
ZONES = {
    "name": "小学划片", "first": 2026, "until": 2028, "keep": 0.5, "variant": "high", "contiguous": "on",
    "tolerance": 0.1, "seconds": 30,
}  # fmt: skip
LAYOUT = {
    "name": "小学布局", "until": 2030, "low": 30, "high": 45, "boards_from": 4, "variants": ["central", "high"],
    "tolerance": 0.5, "seconds": 30,
}  # fmt: skip


@pytest.fixture(autouse=True)
def fake_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planners, "moved_by_hand", measured_again)


def _page(client: Client, name: str, *args: object, **query: object) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _ask(client: Client, what: str, **given: object) -> Any:
    usual = ZONES if what == "zones" else LAYOUT
    return client.post(f"{reverse('scenario_new')}?what={what}&stage=primary", {**usual, **given})


def _answer(scenario: Scenario) -> PlacesAnswer:
    plan = scenarios.plan_of(scenario)
    assert plan is not None
    assert plan.places is not None
    return plan.places


def test_a_new_scenario_asks_first_which_question(as_user: AsUser) -> None:
    page = _page(as_user("jijiao"), "scenario_new")
    for what in ("what=path", "what=layout&amp;stage=junior", "what=zones&amp;stage=kindergarten"):
        assert what in page
    assert 'name="budget"' in _page(as_user("jijiao"), "scenario_new", what="path")


def test_catchments_are_asked_as_they_were_typed(as_user: AsUser) -> None:
    given: dict[str, object] = {
        "groups": "望岚县实验小学、城关镇第二小学",
        "spread": "望岚县实验小学",
        "migrants": 5,
        "fixed_place_0": "410999100003",
        "fixed_school_0": unit("望岚县实验小学").code,
    }
    answer = _ask(as_user("jicai"), "zones", **given)
    scenario = Scenario.objects.get()
    assert answer.headers["Location"] == reverse("scenario", args=(scenario.pk,))
    request = planners.read(scenario.planner, scenario.request)
    assert isinstance(request, ZonesRequest)
    first, second = unit("望岚县实验小学").code, unit("城关镇第二小学").code
    assert (request.groups, request.spread) == (((first, second),), (first,))
    assert (request.fixed, request.migrants, request.keep) == ({"410999100003": first}, 0.05, 0.5)
    assert (request.first, request.until, request.variant, request.contiguous) == (2026, 2028, "high", True)
    page = _page(as_user("jicai"), "scenario_new", **{"from": scenario.pk})
    assert "望岚县实验小学、城关镇第二小学" in page


def test_a_layout_is_asked_as_it_was_typed(as_user: AsUser) -> None:
    small = unit("望岚县实验小学").code
    site = {
        "site_name_0": "新城二小", "site_place_0": "410999100003", "site_most_0": 1080, "site_cost_0": "3600万",
    }  # fmt: skip
    answer = _ask(as_user("jicai"), "layout", consented=[small], expand_all=200, phases=[2027, 2029], **site)
    assert answer.status_code == 302, answer.context["form"].errors
    scenario = Scenario.objects.get()
    request = planners.read(scenario.planner, scenario.request)
    assert isinstance(request, LayoutRequest)
    assert (request.consented, request.expand_all, request.phases) == ((small,), 200, (2027, 2029))
    assert request.variants == ("central", "high")
    assert [(s.name, s.place_id, s.most, s.cost) for s in request.sites] == [("新城二小", "410999100003", 1080, 3.6e7)]
    assert request.sites[0].lon is not None
    assert request.minutes == {"low": 30.0, "high": 45.0}


@pytest.mark.parametrize(
    ("what", "given", "field"),
    [
        ("zones", {"until": 2026, "first": 2027}, "until"),
        ("zones", {"groups": "没有这所小学"}, "groups"),
        ("zones", {"groups": "望岚县实验小学\n望岚县实验小学"}, "groups"),
        ("zones", {"fixed_place_1": "410999100003"}, "fixed_school_1"),
        ("zones", {"keep": -1}, "keep"),
        ("layout", {"site_name_0": "新校"}, "site_place_0"),
        ("layout", {"consent_not_needed": "on"}, "fewest"),
        ("layout", {"variants": []}, "variants"),
        ("layout", {"low": 2}, "low"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(
    as_user: AsUser, what: str, given: dict[str, object], field: str
) -> None:
    answer = _ask(as_user("jicai"), what, **(given | {"name": "很重要的方案"}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "很重要的方案" in answer.content.decode()
    assert not Scenario.objects.exists()


def test_a_school_that_is_not_there_is_named_with_its_line(as_user: AsUser) -> None:
    answer = _ask(as_user("jicai"), "zones", groups="望岚县实验小学\n城关镇第九小学、城关镇第二小学")
    assert "第 2 行：没有叫“城关镇第九小学”的学校" in answer.content.decode()


def test_the_answer_has_two_maps_in_the_same_colours_and_the_figures_beside(as_user: AsUser) -> None:
    scenario = zoned()
    answer = as_user("juzhang").get(reverse("scenario", args=(scenario.pk,)))
    places = _answer(scenario)
    assert answer.context["verdict"]["status"] == "floor"
    assert f"{round(places.moved):,} 名儿童换学校" in answer.context["verdict"]["details"][0]
    maps = answer.context["maps"]
    assert [drawn["svg"].count("data-place=") for drawn in maps] == [260, 260]
    assert maps[0]["svg"].count("url(#hatch)") == 0
    changed = [each for each in places.served if each.schools != each.before]
    assert maps[1]["svg"].count("url(#hatch)") == len(changed)
    assert "手工调整" in answer.content.decode()
    assert "预算曲线" not in answer.content.decode()


def test_neighbours_never_have_the_same_colour(as_user: AsUser) -> None:
    from jiaoheng.ledger import facts
    from jiaoheng.reports.zone_map import coloured
    from jiaoheng.web.pages.studio.places import maps

    scenario = zoned()
    ground = maps.ground_of(scenario.snapshot)
    zones = {each.place_id: each.schools for each in _answer(scenario).served}
    colours = coloured(ground, (zones,))
    assert set(colours) == set(zones.values())
    for one, other in ground.pairs():
        assert zones[one] == zones[other] or colours[zones[one]] != colours[zones[other]]
    assert facts.tables(scenario.snapshot) is not None


def test_a_place_is_explained_when_it_is_clicked(as_user: AsUser) -> None:
    scenario = zoned()
    place = _answer(scenario).served[2]
    answer = as_user("juzhang").get(reverse("scenario", args=(scenario.pk,)), {"place": place.place_id})
    told = {fact["label"]: fact["value"] for fact in answer.context["chosen"]["facts"]}
    names = ruler().county.school_names()
    assert told["按方案"] == names[place.schools[0]]
    assert told["现在"] == names[place.before[0]]
    assert told["为什么"] == "这是最近的学校。"
    assert as_user("juzhang").get(reverse("scenario", args=(scenario.pk,)), {"place": "x"}).context["chosen"] is None


def test_schools_and_places_are_tables_with_every_row(as_user: AsUser) -> None:
    scenario, client = zoned(), as_user("jijiao")
    places = _answer(scenario)
    rows = client.get(reverse("scenario_seats", args=(scenario.pk,))).context["table"]["rows"]
    assert len(rows) == len({each.school_id for each in places.seating})
    every = client.get(reverse("scenario_places", args=(scenario.pk,))).context["table"]["rows"]
    assert len(every) == len(places.served)
    changed = client.get(reverse("scenario_places", args=(scenario.pk,)), {"which": "changed"})
    assert len(changed.context["table"]["rows"]) == len([e for e in places.served if e.schools != e.before])


def test_a_place_is_moved_by_the_form_the_figures_move_and_it_is_kept(as_user: AsUser) -> None:
    scenario, client = zoned(), as_user("jijiao")
    place = max(_answer(scenario).served, key=lambda each: each.children)
    served = {each.schools[0] for each in _answer(scenario).served} - set(place.schools)
    small = [each for each in _answer(scenario).seating if each.seats is not None and each.school_id in served]
    other = min(small, key=lambda each: each.seats or 0.0).school_id
    where = reverse("scenario_by_hand", args=(scenario.pk,))
    before = client.get(where)
    assert before.context["compared"]["columns"][-1]["label"] == "按方案"
    assert not before.context["may_keep"]
    after = client.get(where, {"place": place.place_id, "school": other})
    assert after.context["compared"]["columns"][-1]["label"] == "调整后"
    lines = {
        row["cells"][0]["text"]: [cell["text"] for cell in row["cells"][1:]]
        for row in after.context["compared"]["rows"]
    }
    assert lines["换学校的儿童"][2] != lines["换学校的儿童"][1]
    assert any("超学位" in line for line in after.context["warnings"])
    assert after.context["moved"][0]["undo"].startswith("?place=")
    kept = client.post(where, {"to": [f"{place.place_id}:{other}"], "name": "手调"})
    made = Scenario.objects.get(name="手调")
    assert kept.headers["Location"] == reverse("scenario", args=(made.pk,))
    assert made.by_hand == {place.place_id: other}
    assert "没有证明" in _page(client, "scenario", made.pk)


def test_what_was_moved_back_is_no_move(as_user: AsUser) -> None:
    scenario, client = zoned(), as_user("jijiao")
    place = _answer(scenario).served[0]
    where = reverse("scenario_by_hand", args=(scenario.pk,))
    for to in (f"{place.place_id}:{place.schools[0]}", "nobody:nowhere", "x", f"{place.place_id}:none"):
        assert client.get(where, {"to": to}).context["moved"] == []
    client.post(where, {"to": "x", "name": "空"})
    assert not Scenario.objects.filter(name="空").exists()


def test_a_leader_looks_and_keeps_nothing(as_user: AsUser) -> None:
    scenario, client = zoned(), as_user("juzhang")
    place = _answer(scenario).served[0]
    other = next(each.schools[0] for each in _answer(scenario).served if each.schools != place.schools)
    page = _page(client, "scenario_by_hand", scenario.pk, to=f"{place.place_id}:{other}")
    assert "另存为新方案" not in page
    answer = client.post(
        reverse("scenario_by_hand", args=(scenario.pk,)), {"to": f"{place.place_id}:{other}", "name": "甲"}
    )
    assert answer.status_code == 403
    assert Scenario.objects.count() == 1


def test_what_cannot_be_measured_says_why_and_keeps_the_page(as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise Refused("学校没有这个学段。")

    monkeypatch.setattr(planners, "moved_by_hand", refuse)
    scenario = zoned()
    place = _answer(scenario).served[1]
    other = next(each.schools[0] for each in _answer(scenario).served if each.schools != place.schools)
    page = _page(as_user("jijiao"), "scenario_by_hand", scenario.pk, to=f"{place.place_id}:{other}")
    assert "学校没有这个学段。" in page


def test_a_merger_has_its_dossier_and_is_adopted_only_with_its_conditions(as_user: AsUser) -> None:
    scenario, client = laid_out(), as_user("jijiao")
    dossier = _answer(scenario).dossiers[0]
    context = client.get(reverse("scenario_mergers", args=(scenario.pk,))).context
    assert len(context["dossiers"][0]["conditions"]) == 3
    assert len(context["dossiers"][0]["table"]["rows"]) == len(dossier.villages)
    where = reverse("scenario_adopt", args=(scenario.pk,))
    form = client.get(where).context["form"]
    given = {field.html_name: field.initial for field in form.lead_fields} | {"verifier": unit(FINANCE).pk}
    given |= {"move": [0, 1], "make": "1"}
    refused = client.post(where, given | {"met": ["0:consent"]})
    assert "没有逐项确认" in refused.content.decode()
    assert [line["ticked"] for line in refused.context["dossiers"][0]["lines"]] == [True, False, False]
    assert not Task.objects.filter(source=Task.Source.MOVE).exists()
    met = [f"0:{code}" for code in dossier.conditions]
    assert client.post(where, given | {"met": met}).status_code == 302
    assert Task.objects.filter(source=Task.Source.MOVE).count() == 2


def test_the_list_says_which_question_each_answers(as_user: AsUser) -> None:
    zoned(name="片")
    laid_out(name="局")
    asked(ZonesRequest("junior", 2026, 2028), name="算着")
    rows = as_user("juzhang").get(reverse("scenarios")).context["table"]["rows"]
    told = {row["cells"][0]["text"]: (row["cells"][1]["text"], row["cells"][4]["status"]) for row in rows}
    assert told == {"片": ("划片", "meets"), "局": ("学校布局", "meets"), "算着": ("划片", "in_progress")}


def test_a_question_that_waits_can_be_stopped(as_user: AsUser) -> None:
    scenario, client = asked(ZonesRequest("primary", 2026, 2028)), as_user("jijiao")
    assert "停止" in _page(client, "scenario", scenario.pk)
    assert scenario.run is not None
    doing = {"doing": {"phase": "solving", "objective": 31302.8, "bound": 28502.9}}
    with writing():
        Run.objects.filter(pk=scenario.run.pk).update(status=Run.Status.RUNNING, result=doing, progress=0.4)
    told = _page(client, "scenario_progress", scenario.pk, "plan")
    assert "目前最好：31,303 学生·公里" in told
    assert "万元" not in told
    runs.cancel(by("jijiao"), scenario.run)
    assert "再算一次" in _page(client, "scenario", scenario.pk)
    assert client.get(reverse("scenario_seats", args=(scenario.pk,))).status_code == 404
    acts.again(by("jijiao"), scenario)
    assert Run.objects.filter(kind="plan_zones").count() == 2


@pytest.mark.parametrize(
    "name", ["scenario", "scenario_seats", "scenario_places", "scenario_by_hand", "scenario_mergers"]
)
def test_pages_of_places_in_english(as_user: AsUser, name: str) -> None:
    scenario = zoned(name="Catchments") if name == "scenario_by_hand" else laid_out(name="Layout")
    client = as_user("jijiao")
    client.cookies["django_language"] = "en"
    page = _page(client, name, scenario.pk)
    for chinese in ("学位", "学年", "划片", "片区", "儿童", "村（社区）", "公里"):
        assert chinese not in page


def test_the_workbook_has_every_place_and_merger(as_user: AsUser) -> None:
    scenario, client = laid_out(), as_user("juzhang")
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("scenario_excel", args=(scenario.pk,))).content))
    places = _answer(scenario)
    lengths = [len(places.served), len(places.seating), 2, len(places.dossiers[0].villages)]
    assert len(book.worksheets) == len(lengths)
    for sheet, length in zip(book.worksheets, lengths, strict=True):
        rows = [row for row in sheet.iter_rows(min_row=3, max_row=2 + length, max_col=1) if row[0].value]
        assert len(rows) == length


def test_the_areas_and_the_notice_can_be_taken_along(as_user: AsUser) -> None:
    scenario, client = zoned(), as_user("juzhang")
    areas = json.loads(client.get(reverse("scenario_geojson", args=(scenario.pk,))).content)
    assert areas["type"] == "FeatureCollection"
    assert areas["features"]
    notice = docx.Document(io.BytesIO(client.get(reverse("scenario_notice", args=(scenario.pk,))).content))
    assert notice.tables or notice.paragraphs


def test_a_layout_is_not_changed_by_hand(as_user: AsUser) -> None:
    scenario = laid_out()
    client = as_user("jijiao")
    assert reverse("scenario_by_hand", args=(scenario.pk,)) not in _page(client, "scenario", scenario.pk)
    answer = client.get(reverse("scenario_by_hand", args=(scenario.pk,)))
    assert answer.status_code == 409
    assert "请改条件再算" in answer.content.decode()
