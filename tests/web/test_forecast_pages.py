"""The pages of a forecast: the answer in sentences, seats on the map, every number explained, both languages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from ledger_story import CROWDED, by, unit
from places_story import projected, some_forecast

from jiaoheng.forecast.request import ForecastRequest, Housing
from jiaoheng.ledger import forecasts
from jiaoheng.ledger.actions import forecast as acts
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Projection, Run
from jiaoheng.web.pages.forecast.figures import seen

pytestmark = pytest.mark.django_db
AsUser = Callable[[str], Client]


def _page(client: Client, name: str, *args: object, **query: object) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _ask(client: Client, **given: object) -> Any:
    return client.post(reverse("forecast_new"), {"name": "甲", "years": 10} | given)


def test_before_the_first_forecast_the_page_says_what_to_do(as_user: AsUser) -> None:
    assert "还没有推算过" in _page(as_user("jijiao"), "forecasts")
    assert reverse("forecast_new") in _page(as_user("jijiao"), "forecasts")
    assert reverse("forecast_new") not in _page(as_user("juzhang"), "forecasts")


def test_what_is_assumed_is_asked_as_it_was_typed(as_user: AsUser) -> None:
    home = {"home-0-place": "410999100001", "home-0-year": 2027, "home-0-homes": 400, "home-0-primary": 0.2}
    answer = _ask(as_user("jicai"), size_primary=40, births_2026=2100, migration=2, **home)
    kept = Projection.objects.get()
    assert answer.headers["Location"] == reverse("forecast", args=(kept.pk,))
    assert forecasts.request_of(kept.request) == ForecastRequest(
        years=10,
        class_sizes={"primary": 40.0},
        housing=(Housing("410999100001", 2027, 400.0, {"primary": 0.2}),),
        births={2026: 2100.0},
        migration=0.02,
    )
    page = _page(as_user("jicai"), "forecast_new", **{"from": kept.pk})
    assert 'value="400.0"' in page
    assert "甲（改）" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"years": 40}, "years"),
        ({"size_primary": 4}, "size_primary"),
        ({"home-0-homes": 20}, "home-0-place"),
        ({"home-0-place": "410999100001", "home-0-year": 2027, "home-0-homes": 20}, "home-0-primary"),
        ({"migration": "many"}, "migration"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    as_user: AsUser, given: dict[str, object], field: str
) -> None:
    answer = _ask(as_user("jicai"), **(given | {"name": "很重要的推算"}))
    assert answer.status_code == 200
    assert field in {slip.html_name for slip, _ in answer.context["slips"]}
    assert "很重要的推算" in answer.content.decode()
    assert not Projection.objects.exists()


def test_the_answer_stands_on_top_and_the_navigation_leads_to_it(as_user: AsUser) -> None:
    kept = projected()
    client = as_user("juzhang")
    assert client.get(reverse("forecasts")).headers["Location"] == reverse("forecast", args=(kept.pk,))
    answer = client.get(reverse("forecast", args=(kept.pk,)))
    own = seen(kept)
    assert own is not None
    worst = max((own.short(stage, year), stage, year) for stage in own.stages for year in range(2026, 2036))
    assert answer.context["verdict"]["status"] == "fails"
    assert f"{round(worst[0]):,} 个学位" in answer.context["verdict"]["sentence"]
    page = answer.content.decode()
    assert "小学在校生 2025 学年" in page
    assert 'class="drawing pyramid"' in page
    assert len(answer.context["town_courses"]) == len(own.towns)
    assert reverse("forecast_again", args=(kept.pk,)) not in page


def test_seats_of_a_year_add_up_to_the_line_above_the_map(as_user: AsUser) -> None:
    kept = projected()
    own = some_forecast()
    for year in (2026, 2030):
        context = as_user("juzhang").get(reverse("forecast_map", args=(kept.pk,)), {"year": year}).context
        seats = [each for each in own.seats if (each.stage, each.year) == ("primary", year)]
        assert context["short"] == f"{round(sum(each.short or 0 for each in seats)):,}"
        short = [each for each in seats if each.short and each.short >= 0.5]
        assert len(context["table"]["rows"]) == len(short)
        assert {"fails", "unknown"} & {entry["status"] for entry in context["map"]["legend"]}


def test_a_year_outside_the_forecast_is_the_nearest_one(as_user: AsUser) -> None:
    kept = projected()
    for asked, year in (("1999", 2026), ("9999", 2035), ("abc", 2026), ("", 2026)):
        context = as_user("juzhang").get(reverse("forecast_map", args=(kept.pk,)), {"year": asked}).context
        assert context["year"] == year


def test_schools_are_narrowed_and_sorted(as_user: AsUser) -> None:
    kept, client = projected(), as_user("jijiao")
    rows = client.get(reverse("forecast_schools", args=(kept.pk,))).context["table"]["rows"]
    own = seen(kept)
    assert own is not None
    assert len(rows) == len(own.sections)
    assert rows[0]["cells"][6]["text"].startswith("−")
    query = {"stage": "junior", "town": own.towns[0], "sort": "name"}
    narrowed = client.get(reverse("forecast_schools", args=(kept.pk,)), query).context["table"]["rows"]
    assert 0 < len(narrowed) < len(rows)
    assert {row["cells"][1]["text"] for row in narrowed} == {"初中"}


def test_each_number_is_the_sum_of_its_steps(as_user: AsUser) -> None:
    kept = projected()
    code = unit(CROWDED).code
    context = (
        as_user("jijiao")
        .get(reverse("forecast_school", args=(kept.pk, code)), {"stage": "primary", "year": 2028})
        .context
    )
    told = sum(int(row["cells"][4]["text"].replace(",", "")) for row in context["steps"]["rows"])
    pupils = next(
        each.pupils
        for each in some_forecast().seats
        if (each.school_id, each.stage, each.year) == (code, "primary", 2028)
    )
    assert abs(told - pupils) <= 3
    assert [row["cells"][3]["text"] for row in context["steps"]["rows"]] == ["—"] + ["× 1"] * 5
    assert "班数乘以每班人数" in context["source"]
    assert context["oddities"]
    assert as_user("jijiao").get(reverse("forecast_school", args=(kept.pk, "0"))).status_code == 404


def test_the_back_test_marks_the_least_error_and_oddities_lead_to_their_school(as_user: AsUser) -> None:
    kept = projected()
    context = as_user("juzhang").get(reverse("forecast_check", args=(kept.pk,))).context
    for row in context["table"]["rows"]:
        marked = [cell for cell in row["cells"] if cell.get("status")]
        assert [cell["text"] for cell in marked] == [row["cells"][7]["text"]]
    assert "7.2%" in context["tested"]
    assert all(as_user("juzhang").get(each["url"]).status_code == 200 for each in context["oddities"])


def test_the_workbook_holds_every_figure(as_user: AsUser) -> None:
    kept = projected()
    data = as_user("juzhang").get(reverse("forecast_excel", args=(kept.pk,))).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    own = some_forecast()
    lengths = [len(own.stages), len(own.seats), len(own.grades), len(own.places), len(own.tests)]
    for sheet, length in zip(book.worksheets, lengths, strict=True):
        rows = [row for row in sheet.iter_rows(min_row=3, max_row=2 + length, max_col=1) if row[0].value]
        assert len(rows) == length


def test_a_run_is_told_stopped_and_asked_again(as_user: AsUser) -> None:
    client = as_user("jijiao")
    kept = acts.ask(by("jijiao"), unit("望岚县教育局"), name="甲", request=ForecastRequest())
    page = _page(client, "forecast", kept.pk)
    assert reverse("forecast_cancel", args=(kept.pk,)) in page
    client.post(reverse("forecast_cancel", args=(kept.pk,)))
    assert "再算一次" in _page(client, "forecast", kept.pk)
    client.post(reverse("forecast_again", args=(kept.pk,)))
    kept = Projection.objects.get(pk=kept.pk)
    assert kept.is_running
    assert kept.run is not None
    with writing():
        Run.objects.filter(pk=kept.run.pk).update(status=Run.Status.FAILED, error="缺在校生。\nNo enrolment.")
    assert "缺在校生。" in _page(client, "forecast", kept.pk)
    assert client.get(reverse("forecast_map", args=(kept.pk,))).status_code == 404


def test_a_forecast_put_away_is_found_again(as_user: AsUser) -> None:
    kept, client = projected(), as_user("jijiao")
    client.post(reverse("forecast_archive", args=(kept.pk,)))
    assert kept.name not in _page(client, "forecast_list")
    assert kept.name in _page(client, "forecast_list", archived=1)


@pytest.mark.parametrize("name", ["forecast", "forecast_map", "forecast_schools", "forecast_check"])
def test_a_forecast_in_english(as_user: AsUser, name: str) -> None:
    kept = projected("Seats")
    client = as_user("jijiao")
    client.cookies["django_language"] = "en"
    page = _page(client, name, kept.pk)
    for chinese in ("学位", "在校生", "学年", "推算", "缺", "空余"):
        assert chinese not in page
