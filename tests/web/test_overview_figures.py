"""The overview says what the assessment says, to the last digit shown, and every number leads to its account."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from reading import Page

from jiaoheng.findings import Assessment, assess, words
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import SYSTEM
from jiaoheng.ledger.actions.facts import keep_assessment
from jiaoheng.ledger.models import Organisation, Snapshot
from jiaoheng.standards import Standard, load

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.fixture
def standard() -> Standard:
    return load("cn-2017")


@pytest.fixture
def assessed(db: None, standard: Standard) -> Assessment:
    """The present facts assessed afresh, past all that is kept."""
    return _afresh(Snapshot.objects.get().name, standard.id)


@lru_cache(maxsize=1)
def _afresh(snapshot: str, standard: str) -> Assessment:
    return assess(facts.tables(Snapshot.objects.get(name=snapshot)), load(standard))


def opened(client: Client, address: str, language: str = "zh-hans") -> Page:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return Page(answer.content.decode())


def test_the_verdict_is_the_first_sentence_and_the_rest_is_below(
    as_user: As, assessed: Assessment, standard: Standard
) -> None:
    said = opened(as_user("juzhang"), "/").text
    county = facts.tables(Snapshot.objects.get())
    for sentence in words.sentences(assessed, standard, county, "zh"):
        assert re.sub(r"\s+", " ", sentence) in said


def test_each_indicator_and_stage_has_a_row_with_the_figures_of_the_assessment(
    as_user: As, assessed: Assessment
) -> None:
    rows = [row[-8:] for row in opened(as_user("juzhang"), "/").tables["逐项指标"][1:]]
    assert len(rows) == len(assessed.balance) == 14
    for row, even in zip(rows, assessed.balance, strict=True):
        stage, _strip, _standard, mean, schools, coefficient, limit, verdict = row
        own = [value for value in assessed.values if (value.check, value.stage) == (even.check, even.stage)]
        assert stage == words.stage_label(even.stage, "zh")
        assert mean == words.number(even.mean)
        assert schools == f"{sum(value.status == 'meets' for value in own)} / {len(own)}"
        assert (coefficient, limit) == (words.fixed(even.coefficient, 3), words.fixed(even.at_most, 2))
        assert verdict == ("超限" if even.status == "fails" else "在限值内")


def test_the_figures_on_top_count_schools_and_coefficients(as_user: As, assessed: Assessment) -> None:
    metrics = as_user("juzhang").get("/").context["metrics"]
    for metric, stage in zip(metrics, ("primary", "junior"), strict=False):
        own = [school.verdict for school in assessed.schools if school.stage == stage]
        assert (metric["value"], metric["unit"]) == (own.count("meets"), f"/ {len(own)}")
    over = [even for even in assessed.balance if even.status == "fails"]
    assert (metrics[2]["value"], metrics[2]["unit"]) == (len(over), "/ 14")
    assert metrics[3]["label"] == "逾期任务"


def test_every_item_of_the_other_areas_stands_there_with_its_status(
    as_user: As, assessed: Assessment, standard: Standard
) -> None:
    answer = as_user("juzhang").get("/")
    page = answer.content.decode()
    for item in assessed.items:
        if item.area != standard.balance.area:
            assert reverse("explain_county", args=[item.item]) in page
    found = Page(page)
    fails = {item.item for item in assessed.items if item.status == "fails" and item.area == "government"}
    listed = [row[0].split()[0] for row in found.tables["政府保障程度"][1:]]
    settled = sum(item.area == "government" and item.status == "meets" for item in assessed.items)
    # The open items and those that are met are two tables of one caption, of which the later is read.
    assert len(listed) == settled
    assert fails.isdisjoint(listed)


def test_a_coefficient_is_taken_apart_into_parts_of_the_whole(as_user: As, assessed: Assessment) -> None:
    even = next(even for even in assessed.balance if even.status == "fails")
    page = opened(as_user("clerk"), reverse("explain_county", args=[even.check, even.stage]))
    rows = page.tables["各校的影响"][1:]
    assert len(rows) == even.schools
    assert sum(float(row[4].rstrip("%")) for row in rows) == pytest.approx(100, abs=0.05 * len(rows))
    assert f"差异系数 {even.coefficient:.4f}，限值 {even.at_most:.2f}" in page.text
    values = [value for value in assessed.values if (value.check, value.stage) == (even.check, even.stage)]
    total = sum(value.numerator or 0 for value in values) / sum(value.denominator or 0 for value in values)
    assert total == pytest.approx(even.mean)
    assert f"{words.number(even.mean, 4)}" in page.text


@pytest.mark.parametrize("item", ["2.3", "2.5", "2.7", "2.8", "2.1", "3.8", "3.9", "4.1", "1.4"])
def test_every_kind_of_item_is_explained(item: str, as_user: As, assessed: Assessment, standard: Standard) -> None:
    page = opened(as_user("juzhang"), reverse("explain_county", args=[item]))
    assert standard.item(item).article in page.text
    own = [value for value in assessed.values if value.item == item and value.school_id]
    listed = sum(len(rows) - 1 for caption, rows in page.tables.items() if caption)
    assert listed == len(own)


def test_every_link_of_the_overview_leads_somewhere(as_user: As) -> None:
    client = as_user("admin")
    answer = client.get("/")
    links = {link for link in Page(answer.content.decode()).links if link.startswith("/")}
    links -= {item["url"] for item in answer.context["navigation"]}
    assert len(links) > 60
    # Schools and their figures are many and of a kind: a few stand for all.
    kinds: dict[str, list[str]] = {}
    for link in sorted(links):
        kinds.setdefault(re.sub(r"[^/]*[0-9][^/]*", "#", urlsplit(link).path), []).append(link)
    assert {"/schools/#/", "/schools/#/figures/#/", "/figures/#/", "/figures/#/primary/", "/matrix/"} <= kinds.keys()
    few = [link for same in kinds.values() for link in same[:4]]
    broken = {link: status for link in few if (status := client.get(link).status_code) != 200}
    assert broken == {}


def test_what_does_not_exist_is_not_found(as_user: As) -> None:
    client = as_user("admin")
    wrong = (
        "/?year=1999",
        "/?year=abc",
        "/?year=²",
        "/?standard=none",
        "/figures/9.9/",
        "/figures/1.1/senior/",
        "/figures/2.8/primary/",
    )
    for address in wrong:
        assert client.get(address).status_code == 404, address


def test_the_map_shows_any_figure_and_links_the_schools(as_user: As, assessed: Assessment) -> None:
    client = as_user("juzhang")
    whole = client.get("/map/?show=1.5.primary").content.decode()
    part = client.get("/map/?show=1.5.primary", headers={"hx-request": "true"}).content.decode()
    assert "<html" in whole
    assert part.lstrip().startswith('<section class="section" id="map">')
    own = [value for value in assessed.values if (value.check, value.stage) == ("1.5", "primary")]
    fails = sum(value.status == "fails" for value in own)
    assert f"未达标 {fails}" in Page(part).text
    assert len(own) == len({link for link in Page(part).links if link.startswith("/schools/")})
    assert client.get("/?show=1.5.primary").context["map_section"] == part


@pytest.mark.parametrize("show", ["", "no-such-thing", "verdict", "2.4", "2.5.junior"])
def test_a_map_that_is_not_there_is_that_of_the_verdicts(show: str, as_user: As) -> None:
    page = as_user("juzhang").get(f"/map/?show={show}").content.decode()
    assert ("<h1>学校是否达标</h1>" in page) == (show in ("", "no-such-thing", "verdict"))


def test_an_english_page_has_no_chinese_but_names(as_user: As) -> None:
    county = facts.tables(Snapshot.objects.get())
    names = {
        name
        for table in ("schools", "places", "county", "groups")
        for name in county[table]["name"].to_pylist()
        if name
    }
    names |= set(Organisation.objects.values_list("name", flat=True))
    # What a law is called, and the articles of it, stay what they are called.
    names |= {"教督〔2017〕6号", "第六条", "第七条", "第八条", "第九条", "鞠章", "简体中文", "中文"}
    client = as_user("juzhang")
    left = {}
    for address in (
        "/",
        "/matrix/",
        "/matrix/?area=government",
        "/map/",
        "/figures/1.5/primary/",
        "/figures/2.5/",
        "/figures/2.8/",
    ):
        said = opened(client, address, "en").text
        for name in sorted(names, key=len, reverse=True):
            said = said.replace(name, "")
        if CHINESE.search(said):
            left[address] = re.findall(".{0,20}[\u3400-\u9fff]+.{0,20}", said)[:5]
    assert left == {}


def test_links_keep_the_year_that_is_looked_at(as_user: As) -> None:
    snapshot = Snapshot.objects.get()
    county = facts.tables(snapshot)
    keep_assessment(SYSTEM, snapshot, assess(county, load("cn-2017"), year=county.years[-2]))
    client = as_user("juzhang")
    page = opened(client, f"/?year={county.years[-2]}")
    own = [link for link in page.links if urlsplit(link).path.startswith(("/figures/", "/matrix/", "/schools/"))]
    assert own
    paths = {link for link in own if urlsplit(link).path != "/schools/"}
    assert [link for link in paths if f"year={county.years[-2]}" not in link] == []
    assert f"{county.years[-2]}—{county.years[-1]} 学年" in page.text
    assert "历年差异系数" in page.tables
