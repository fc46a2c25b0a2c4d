"""What a school's page says of the rule for schools is the rule of the standard that it shows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from jiaoheng import standards
from jiaoheng.findings import Assessment, SchoolVerdict, assess
from jiaoheng.ledger import facts
from jiaoheng.ledger.guard import writing
from jiaoheng.ledger.models import Assessed, Organisation
from jiaoheng.standards import files

pytestmark = pytest.mark.django_db
CODE = "2141990001"
PAGE = reverse("school", args=[CODE])
OWN = """
id = "{id}"
extends = "cn-2017"
label = {{ zh = "本县口径", en = "The county's own reading" }}
document = "县教育局"
in_force_from = 2025-09-01

[schools]
area = "resources"
at_least = {at_least}
floor = {floor}
article = "一"
"""
Hold = Callable[[str], Assessment]


@pytest.fixture
def hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hold]:
    """Holds the county against a standard, among them two of its own."""
    folder = shutil.copytree(files.FOLDER, tmp_path / "standards")
    for name, at_least, floor in (("own-five", 5, 0.6), ("own-all", 7, 0.85)):
        text = OWN.format(id=name, at_least=at_least, floor=floor)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(files, "FOLDER", folder)

    def held(name: str) -> Assessment:
        snapshot = facts.assessed_snapshot(Organisation.objects.get(kind="county"))
        assert snapshot is not None
        made = assess(facts.tables(snapshot), standards.load(name), year=snapshot.year)
        with writing():
            Assessed.objects.create(
                snapshot=snapshot, standard=name, year=made.year, verdict=made.verdict, data=facts.pack(made)
            )
        return made

    yield held
    standards.load.cache_clear()


def _own(assessment: Assessment) -> SchoolVerdict:
    return next(own for own in assessment.schools if own.school_id == CODE)


def _notes(client: Client, language: str = "zh-CN", **asked: str) -> list[str]:
    """What stands above the figures of each stage."""
    answer = client.get(PAGE, asked, headers={"accept-language": language})
    assert answer.status_code == 200
    for section in answer.context["sections"]:
        assert section.standing in answer.content.decode()
    return [section.standing for section in answer.context["sections"] if section.standing]


def test_the_nations_rule_is_told_with_its_figures(as_user: Callable[[str], Client]) -> None:
    (note,) = _notes(as_user("jijiao"))
    assert note == (
        "资源配置 7 项：达标 4 项，未达标但在 85% 以上 2 项，未达标 1 项，缺数据 0 项。"
        "每校至少 6 项达标，其余不低于标准的 85%。"
    )
    (english,) = _notes(as_user("jijiao"), "en")
    assert english.endswith("Each school meets at least 6 indicators and reaches 85% of the standard in the others.")


def test_a_city_that_keeps_the_rule_keeps_the_sentence(as_user: Callable[[str], Client], hold: Hold) -> None:
    own = _own(hold("cn-2017-shenyang"))
    (note,) = _notes(as_user("jijiao"), standard="cn-2017-shenyang")
    assert f"达标 {own.meets} 项，未达标但在 85% 以上 {own.floor} 项" in note
    assert note.endswith("每校至少 6 项达标，其余不低于标准的 85%。")


def test_a_standard_of_ones_own_is_told_with_its_own_figures(as_user: Callable[[str], Client], hold: Hold) -> None:
    own = _own(hold("own-five"))
    client = as_user("jijiao")
    (note,) = _notes(client, standard="own-five")
    assert note == (
        f"资源配置 7 项：达标 {own.meets} 项，未达标但在 60% 以上 {own.floor} 项，未达标 {own.fails} 项，"
        "缺数据 0 项。每校至少 5 项达标，其余不低于标准的 60%。"
    )
    for page in (PAGE, reverse("matrix")):
        shown = client.get(page, {"standard": "own-five"}).content.decode()
        assert "60%" in shown
        assert "85%" not in shown
    told = client.get(reverse("explain", args=[CODE, "1.4"]), {"standard": "own-five"}).content.decode()
    assert "60% 底线" in told
    assert "85%" not in told


def test_where_every_indicator_must_be_met_nothing_is_excused(as_user: Callable[[str], Client], hold: Hold) -> None:
    hold("own-all")
    (note,) = _notes(as_user("jijiao"), standard="own-all")
    assert note.endswith("每校 7 项都要达标。")


def test_a_standard_without_a_rule_for_schools_tells_none(as_user: Callable[[str], Client], hold: Hold) -> None:
    assert hold("basic-2012").schools == ()
    assert _notes(as_user("jijiao"), standard="basic-2012") == []
    assert "项达标" not in as_user("jijiao").get(PAGE, {"standard": "basic-2012"}).content.decode()


def test_the_page_offers_every_standard_and_shows_the_chosen_one(as_user: Callable[[str], Client], hold: Hold) -> None:
    hold("basic-2012")
    hold("own-five")
    client = as_user("jijiao")
    page = client.get(PAGE).content.decode()
    for name in ("basic-2012", "own-five"):
        assert f'<option value="{name}">' in page
    chosen = client.get(PAGE, {"standard": "own-five", "year": ""}).content.decode()
    assert '<option value="own-five" selected>本县口径</option>' in chosen
    assert "一校一台账 · 2025—2026 学年 · 本县口径" in chosen
    links = re.findall(rf'href="(/schools/{CODE}/figures/[^"]+)"', chosen)
    assert links
    assert all("standard=own-five" in link for link in links)
