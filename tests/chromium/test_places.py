"""Places in a browser: a forecast with its year slider; catchments asked for, a place dragged, kept, adopted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from accessible import faults
from playwright.sync_api import Page, expect

Visit = Callable[..., Any]
LONG = 180_000
"""Milliseconds for a plan on a busy machine."""


@pytest.mark.slow
def test_a_forecast_is_asked_for_and_its_map_follows_the_slider(visitor: Visit) -> None:
    page: Page = visitor("jicai").page
    home = page.url.rstrip("/")
    page.goto(f"{home}/forecast/new/")
    page.fill("[name=name]", "学位推算")
    page.fill("[name=years]", "8")
    page.get_by_role("button", name="开始推算").click()
    expect(page.locator(".verdict-sentence")).to_be_visible(timeout=LONG)
    assert faults(page) == []
    page.get_by_role("link", name="学位余缺", exact=True).click()
    before = page.locator("#seats .big").inner_text()
    page.locator("#year").fill("2030")
    expect(page.locator("#seats .big")).to_contain_text("2030 学年", use_inner_text=True)
    assert page.locator("#seats .big").inner_text() != before
    expect(page).to_have_url(re.compile("year=2030"))
    page.get_by_role("link", name="2027").click()
    expect(page.locator("#seats .big")).to_contain_text("2027 学年", use_inner_text=True)
    page.get_by_role("link", name="各校", exact=True).click()
    page.locator("#schools tbody th a").first.click()
    expect(page.locator("#steps table")).to_be_visible()
    assert faults(page) == []


@pytest.mark.slow
def test_catchments_from_the_question_to_tasks_with_a_place_dragged_between(visitor: Visit) -> None:
    page: Page = visitor("jicai").page
    home = page.url.rstrip("/")
    page.goto(f"{home}/scenarios/new/")
    page.get_by_role("listitem").filter(has_text="每个村（社区）的孩子").get_by_role("link", name="初中").click()
    page.fill("[name=name]", "初中划片")
    page.locator("summary", has_text="高级").click()
    page.fill("[name=seconds]", "60")
    page.get_by_role("button", name="开始计算").click()
    expect(page.locator(".verdict-sentence")).to_be_visible(timeout=LONG)
    expect(page.locator(".zones-pair svg.zones-map")).to_have_count(2)
    assert faults(page) == []
    first = page.url
    page.get_by_role("link", name="手工调整").first.click()
    expect(page.locator("[data-drag-places] svg")).to_be_visible()
    _drag(page)
    expect(page.locator("#by-hand")).to_contain_text("已经调整", use_inner_text=True, timeout=LONG)
    expect(page.locator("#compared")).to_contain_text("调整后", use_inner_text=True)
    assert faults(page) == []
    page.get_by_role("button", name="另存为新方案").click()
    expect(page.locator("main")).to_contain_text("已另存为新方案", use_inner_text=True)
    assert page.url != first
    page.get_by_role("link", name="采纳方案").click()
    page.get_by_role("button", name="看看会立哪些事项").click()
    expect(page.locator("#preview")).to_contain_text("按新划片招生", use_inner_text=True)
    page.get_by_role("button", name="确认采纳").click()
    expect(page.locator("h1")).to_have_text("台账", use_inner_text=True)
    expect(page.locator("main")).to_contain_text("按新划片招生", use_inner_text=True)


def _drag(page: Page) -> None:
    """One place dragged onto a place of another school, as with a mouse."""
    one, other = page.evaluate(
        """() => {
          const shapes = [...document.querySelectorAll("[data-drag-places] [data-place]")];
          const middle = (shape) => {
            const box = shape.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          };
          const hits = (shape) => {
            const [x, y] = middle(shape);
            return document.elementFromPoint(x, y) === shape;
          };
          const one = shapes.find(hits);
          const other = shapes.find((shape) => hits(shape) && shape.dataset.school !== one.dataset.school);
          return [middle(one), middle(other)];
        }"""
    )
    page.mouse.move(*one)
    page.mouse.down()
    page.mouse.move((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, steps=4)
    page.mouse.move(*other, steps=4)
    expect(page.locator("[data-drag-told]")).to_contain_text("→", use_inner_text=True)
    page.mouse.up()
