"""A school's pages show the year and standard that the address asks for, say which, and keep them in their links."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jiaoheng import standards
from jiaoheng.findings import assess, words
from jiaoheng.ledger import facts
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Assessed, Organisation

pytestmark = pytest.mark.django_db
CODE = "2141990001"
PAGES = (reverse("school", args=[CODE]), reverse("explain", args=[CODE, "1.4"]))


def _earlier() -> int:
    """The year before the present one, which is assessed here."""
    snapshot = facts.assessed_snapshot(Organisation.objects.get(kind="county"))
    assert snapshot is not None
    year = snapshot.year - 1
    made = assess(facts.tables(snapshot), standards.load(facts.NATIONAL), year=year)
    with writing():
        Assessed.objects.get_or_create(
            snapshot=snapshot,
            standard=facts.NATIONAL,
            year=year,
            defaults={"verdict": made.verdict, "data": facts.pack(made)},
        )
    return year


def test_an_earlier_year_shows_that_years_figures(as_user: Callable[[str], Client]) -> None:
    year = _earlier()
    snapshot = facts.assessed_snapshot(Organisation.objects.get(kind="county"))
    assert snapshot is not None
    assessment = facts.assessment(snapshot, year=year)
    assert assessment is not None
    page = as_user("jijiao").get(PAGES[0], {"year": year}).content.decode()
    own = [value for value in assessment.values if value.school_id == CODE]
    assert len(own) > 10
    for value in own:
        assert f">{words.number(value.value)}<" in page


@pytest.mark.parametrize("address", PAGES)
def test_the_page_says_its_year_and_standard_and_offers_others(as_user: Callable[[str], Client], address: str) -> None:
    year = _earlier()
    page = as_user("jijiao").get(address, {"year": year}).content.decode()
    lead = re.search(r'<p class="lead">(.*?)</p>', page, re.S)
    assert lead is not None
    assert f"{year}—{year + 1} 学年 · 县域义务教育优质均衡" in lead[1]
    assert f'<option value="{year}" selected>' in page
    assert f'<option value="{year + 1}">' in page


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("asked", [{"year": "1999"}, {"year": "02025"}, {"standard": "none"}])
def test_what_is_not_assessed_is_not_found(
    as_user: Callable[[str], Client], address: str, asked: dict[str, str]
) -> None:
    client = as_user("jijiao")
    assert client.get(reverse("overview"), asked).status_code == 404
    assert client.get(address, asked).status_code == 404


def test_links_between_the_pages_keep_the_year(as_user: Callable[[str], Client]) -> None:
    client, year = as_user("jijiao"), _earlier()
    page = client.get(PAGES[0], {"year": year}).content.decode()
    links = re.findall(rf'href="(/schools/{CODE}/figures/[^"]+)"', page)
    assert links
    assert all(f"year={year}" in link for link in links)
    account = client.get(links[0].replace("&amp;", "&")).content.decode()
    assert f'<h1><a href="{PAGES[0]}?year={year}">' in account


def test_tasks_are_made_of_present_findings_only(as_user: Callable[[str], Client]) -> None:
    client = as_user("jijiao")
    assert client.get(PAGES[0]).context["may_make_tasks"]
    assert not client.get(PAGES[0], {"year": _earlier()}).context["may_make_tasks"]
