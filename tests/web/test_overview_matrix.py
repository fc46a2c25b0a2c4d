"""The table of schools and figures: sorted and filtered by the address, downloaded as it is shown."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook
from reading import Page

from jiaoheng.findings import Assessment, words
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Snapshot

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
CAPTION = "学校 × 指标"
HX = {"hx-request": "true"}
PLACE = {"name": 0, "worst": 1, "stage": 2, "town": 3, "pupils": 4, "1.1": 5, "1.5": 9, "1.7": 11}


@pytest.fixture
def assessed(db: None) -> Assessment:
    found = facts.assessment(Snapshot.objects.get())
    assert found is not None
    return found


def rows(client: Client, query: str = "") -> list[list[str]]:
    """The rows of the table, its head left out."""
    answer = client.get(f"/matrix/?{query}")
    assert answer.status_code == 200
    return Page(answer.content.decode()).tables.get(CAPTION, [[]])[1:]


def number(cell: str) -> float:
    return float(cell.split()[0].replace(",", ""))


def test_every_section_and_figure_stands_in_it(as_user: As, assessed: Assessment) -> None:
    found = {(row[0], row[2]): row for row in rows(as_user("juzhang"))}
    assert len(found) == len(assessed.schools)
    names = {(school.school_id, school.stage): school.name for school in assessed.schools}
    for value in assessed.values:
        if value.check in ("1.1", "1.5", "1.7"):
            row = found[names[value.school_id, value.stage], words.stage_label(value.stage, "zh")]
            cell = row[PLACE[value.check]]
            assert cell.split()[0] == words.number(value.value), (row[0], value.check)
            assert cell.endswith(words.say(f"status_{value.status}", "zh"))


def test_the_worst_school_comes_first(as_user: As, assessed: Assessment) -> None:
    fails = {
        (school.name, words.stage_label(school.stage, "zh")) for school in assessed.schools if school.verdict == "fails"
    }
    first = rows(as_user("juzhang"))[: len(fails)]
    assert {(row[0], row[2]) for row in first} == fails
    most = max(school.fails for school in assessed.schools)
    assert (
        next(
            s.fails
            for s in assessed.schools
            if (s.name, words.stage_label(s.stage, "zh")) == (first[0][0], first[0][2])
        )
        == most
    )


def test_the_worst_school_is_two_clicks_away(as_user: As) -> None:
    client = as_user("juzhang")
    page = Page(client.get("/").content.decode())
    worst = rows(client)[0][0]
    assert page.tables["最需要关注的学校"][1][0] == worst
    link = next(link for link, said in page.links.items() if worst in said and link.startswith("/schools/"))
    assert worst in client.get(link).content.decode()


@pytest.mark.parametrize("column", ["pupils", "1.1", "1.5"])
@pytest.mark.parametrize("way", ["", "-"])
def test_any_column_sorts_it_either_way(column: str, way: str, as_user: As) -> None:
    found = [number(row[PLACE[column]]) for row in rows(as_user("juzhang"), f"sort={way}{column}")]
    assert len(found) > 60
    # What is shown alike may differ in digits that are not shown.
    assert found == sorted(found, reverse=bool(way))


@pytest.mark.parametrize("column", ["name", "town", "stage"])
def test_words_sort_it_too(column: str, as_user: As) -> None:
    client = as_user("juzhang")
    there = [row[PLACE[column]] for row in rows(client, f"sort={column}")]
    back = [row[PLACE[column]] for row in rows(client, f"sort=-{column}")]
    assert there != back
    if column != "stage":
        assert there == sorted(there)


def test_filters_keep_what_they_say(as_user: As) -> None:
    client = as_user("juzhang")
    everything = rows(client)
    junior = rows(client, "stage=junior")
    assert junior == [row for row in everything if row[2] == "初中"]
    assert rows(client, "verdict=fails") == [row for row in everything if "未达标" in row[1]]
    assert rows(client, "town=青石镇") == [row for row in everything if row[3] == "青石镇"]
    assert rows(client, "name=实验") == [row for row in everything if "实验" in row[0]]
    both = rows(client, "stage=primary&verdict=fails&sort=-pupils")
    assert [number(row[4]) for row in both] == sorted((number(row[4]) for row in both), reverse=True)
    assert 0 < len(both) < len(everything)


def test_a_search_knows_codes_and_does_not_mind_width(as_user: As, assessed: Assessment) -> None:
    client = as_user("juzhang")
    code = assessed.schools[0].school_id
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert rows(client, f"name={code}")
    assert rows(client, f"name={wide}") == rows(client, f"name={code}")


def test_nothing_found_is_said(as_user: As) -> None:
    answer = as_user("juzhang").get("/matrix/?name=没有这所学校")
    assert "没有符合条件的学校" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["stage=none", "verdict=none", "town=无", "sort=none", "sort=--1.1", "area=none", "mine=7"]
)
def test_what_an_address_cannot_mean_is_left_out(query: str, as_user: As) -> None:
    client = as_user("dudao")
    assert rows(client, query) == rows(client)


def test_heads_lead_to_the_other_order_and_keep_the_filters(as_user: As) -> None:
    client = as_user("juzhang")
    page = client.get("/matrix/?stage=primary&sort=1.5").content.decode()
    assert 'aria-sort="ascending"' in page
    assert "sort=-1.5" in page
    turned = next(link for link in Page(page).links if "sort=-1.5" in link)
    assert "stage=primary" in turned
    assert 'aria-sort="descending"' in client.get(turned).content.decode()


def test_htmx_gets_the_table_alone_and_a_returning_reader_the_page(as_user: As) -> None:
    client = as_user("juzhang")
    part = client.get("/matrix/?stage=junior", headers=HX)
    assert part.content.decode().lstrip().startswith('<div id="matrix">')
    assert "HX-Request" in part["Vary"]
    again = client.get("/matrix/?stage=junior", headers=HX | {"hx-history-restore-request": "true"})
    assert "<html" in again.content.decode()
    # The order goes with the filters, also when the table alone was put in.
    assert (
        'name="sort" value="1.5" form="matrix-filters"' in client.get("/matrix/?sort=1.5", headers=HX).content.decode()
    )


def test_an_inspector_sees_the_own_schools_alone_if_wanted(as_user: As) -> None:
    client = as_user("dudao")
    own = rows(client, "mine=1")
    assert 0 < len(own) < len(rows(client))
    other = rows(as_user("dudao2"), "mine=1")
    assert {row[0] for row in own}.isdisjoint(row[0] for row in other)
    assert 'name="mine"' not in as_user("juzhang").get("/matrix/").content.decode()


def test_other_areas_have_their_own_columns(as_user: As, assessed: Assessment) -> None:
    page = Page(as_user("juzhang").get("/matrix/?area=government").content.decode())
    head, *found = page.tables[CAPTION]
    assert any(cell.startswith("2.5") for cell in head)
    sections = {(value.school_id, value.stage) for value in assessed.values if value.check in ("2.5", "2.9")}
    assert len(found) >= len(sections)
    column = next(place for place, cell in enumerate(head) if cell.startswith("2.5"))
    fails = sum(value.status == "fails" for value in assessed.values if value.check == "2.5")
    assert sum("未达标" in row[column] for row in found) == fails


@pytest.mark.parametrize("query", ["", "stage=junior&sort=-1.5", "verdict=fails&name=望岚", "area=government&sort=2.5"])
def test_the_download_is_what_is_shown(query: str, as_user: As, assessed: Assessment) -> None:
    client = as_user("juzhang")
    shown = rows(client, query)
    answer = client.get(f"/matrix/excel/?{query}")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    body = sheet[2 : 2 + len(shown)]
    assert [[row[0], row[2], row[3]] for row in body] == [[row[0], row[2], row[3]] for row in shown]
    assert sheet[2 + len(shown)][0] == ""
    for cells, row in zip(body, shown, strict=True):
        for cell, text in zip(cells[5:-1], row[5:], strict=True):
            if isinstance(cell, float) and text:
                assert words.number(cell) == text.split()[0]
    notes = " ".join(str(row[0]) for row in sheet[2 + len(shown) :])
    assert assessed.snapshot in notes


def test_the_download_holds_all_digits(as_user: As, assessed: Assessment) -> None:
    answer = as_user("juzhang").get("/matrix/excel/")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    exact = sorted(value.value or 0 for value in assessed.values if value.check == "1.1")
    # A workbook holds sixteen digits.
    assert sorted(row[5] for row in sheet[2:] if row[0] and row[2]) == pytest.approx(exact, rel=1e-15)
