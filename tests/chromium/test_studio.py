"""A plan in a browser: set a budget, watch it, stop it, run it again, compare, adopt, find the tasks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from accessible import faults
from playwright.sync_api import Page, expect

Visit = Callable[..., Any]
LONG = 120_000
"""Milliseconds for a plan on a busy machine."""


@pytest.mark.slow
def test_from_a_budget_to_tasks_in_the_ledger(visitor: Visit) -> None:
    page: Page = visitor("jicai").page
    home = page.url.rstrip("/")
    _ask(page, home, "最省的办法", seconds=120)
    progress = page.locator("section.progress")
    expect(progress.locator("progress")).to_be_visible()
    progress.get_by_role("button", name="停止").click()
    expect(progress).to_contain_text("已取消", use_inner_text=True)
    expect(page.locator(".verdict")).to_have_count(0)

    page.get_by_role("link", name="改条件再算").click()
    page.locator("summary", has_text="高级").click()
    page.fill("[name=seconds]", "6")
    page.fill("[name=name]", "最省的办法")
    page.get_by_role("button", name="开始计算").click()
    _answered(page)
    first = page.url
    expect(page.locator(".verdict-sentence")).to_contain_text(re.compile("到 2027 学年.*需要.*元"), use_inner_text=True)

    _ask(page, home, "钱少一半", seconds=6, budget="30万")
    page.get_by_role("button", name="停止").click()
    expect(page.locator("section.progress")).to_contain_text("已取消", use_inner_text=True)
    page.get_by_role("button", name="再算一次").click()
    _answered(page)
    expect(page.locator(".verdict-sentence")).to_contain_text("预算不够", use_inner_text=True)

    page.goto(f"{home}/scenarios/")
    page.get_by_role("link", name="并排比较").click()
    expect(page.locator("main table").first).to_contain_text("最省的办法", use_inner_text=True)
    expect(page.locator("main table").first).to_contain_text("30 万元", use_inner_text=True)
    expect(page.locator(".two-maps svg.map[width]")).to_have_count(2)

    _pages_are_quiet(visitor, re.findall(r"/scenarios/(\d+)/", first)[0])
    _adopt(page, first)


def _pages_are_quiet(visitor: Visit, number: str) -> None:
    """The pages of a scenario fit a phone, in English, and axe-core finds nothing serious."""
    visiting = visitor("juzhang", "en", 390)
    for path in ("", "moves/", "curve/"):
        visiting.go(f"/scenarios/{number}/{path}")
        wide, screen = visiting.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= screen, path
        assert faults(visiting.page) == [], path


def _ask(page: Page, home: str, name: str, *, seconds: int, budget: str = "") -> None:
    page.goto(f"{home}/scenarios/new/?what=path")
    page.fill("[name=name]", name)
    page.select_option("[name=until]", "2027")
    page.fill("[name=budget]", budget)
    page.locator("summary", has_text="高级").click()
    page.fill("[name=seconds]", str(seconds))
    page.get_by_role("button", name="开始计算").click()


def _answered(page: Page) -> None:
    """The page itself turns to the answer when it is there."""
    expect(page.locator(".verdict-sentence")).to_be_visible(timeout=LONG)


def _adopt(page: Page, scenario: str) -> None:
    page.goto(scenario)
    page.get_by_role("link", name="采纳方案").click()
    rows = page.locator(".moves tbody tr")
    assert rows.count() > 1
    for place in range(2, rows.count()):
        rows.nth(place).locator("input[name=move]").uncheck()
    page.get_by_role("button", name="看看会立哪些事项").click()
    preview = page.locator("#preview")
    expect(preview).to_be_visible()
    titles = [text.strip() for text in preview.locator("> ul > li > strong").all_inner_texts()]
    preview.get_by_role("button", name="确认采纳").click()
    expect(page.locator("h1")).to_have_text("台账", use_inner_text=True)
    for title in titles:
        expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()
    page.get_by_role("link", name=titles[0], exact=True).first.click()
    expect(page.locator("main")).to_contain_text("最省的办法", use_inner_text=True)
    page.goto(scenario)
    expect(page.locator("main")).to_contain_text("举措已在台账里", use_inner_text=True)
    expect(page.get_by_role("link", name="采纳方案")).to_have_count(0)
