"""What people come to do, done in a browser: find, upload, mend, accept, close, be refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from jiaoheng.demo import county as demo_county
from jiaoheng.sources import write_workbook

Visit = Callable[..., object]
PLANTED = (
    ("在校生", "在校生数", "七十人左右"),
    ("办学条件", "教学及辅助用房面积", "-5"),
    ("班级", "班级人数", "四十五"),
)


def test_the_worst_school_is_two_clicks_from_the_overview(visitor: Visit) -> None:
    page = visitor("juzhang").page  # type: ignore[attr-defined]
    worst = page.locator("main a[href*='/schools/']").first
    name = worst.inner_text()
    worst.click()
    expect(page.locator("h1")).to_have_text(name, use_inner_text=True)
    assert page.locator(".status.is-fails").count() > 0
    page.locator("main table a[href*='/figures/']").first.click()
    expect(page.locator("main .big").first).to_contain_text("÷", use_inner_text=True)


def test_the_switch_of_language_keeps_the_page(visitor: Visit) -> None:
    page = visitor("jijiao").page  # type: ignore[attr-defined]
    page.goto(page.url.rstrip("/") + "/tasks/?state=submitted")
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/tasks/?state=submitted")
    expect(page.locator("h1")).to_have_text("Ledger", use_inner_text=True)
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("h1")).to_have_text("台账", use_inner_text=True)


def test_a_measured_task_is_not_closed_until_the_figures_show_it(visitor: Visit) -> None:
    """The school hands it in; whoever verifies is refused with the figure, and sends it back."""
    clerk = visitor("clerk").page  # type: ignore[attr-defined]
    clerk.goto(clerk.url.rstrip("/") + "/tasks/")
    clerk.get_by_role("link", name=re.compile("多媒体教室")).first.click()
    task = clerk.url
    if clerk.get_by_role("button", name="开始办理").count():
        clerk.get_by_role("button", name="开始办理").click()
    clerk.locator("[data-opens=move-submit]").click()
    clerk.locator("dialog[open] textarea").fill("已购置到位，请验收。")
    clerk.locator("dialog[open] button.is-primary").click()
    expect(clerk.locator(".task-state")).to_contain_text("待验收", use_inner_text=True)
    officer = visitor("jicai").page  # type: ignore[attr-defined]
    officer.goto(task)
    officer.once("dialog", lambda dialog: dialog.accept())
    officer.get_by_role("button", name="销号").first.click()
    if officer.locator("dialog[open] button[value=yes]").count():
        officer.locator("dialog[open] button[value=yes]").click()
    refusal = officer.locator(".task-refusal")
    refusal.wait_for()
    expect(refusal).to_contain_text("2.3", use_inner_text=True)
    officer.locator("[data-opens=move-return]").click()
    officer.locator("dialog[open] textarea").fill("数据中还差 3 间。")
    officer.locator("dialog[open] button:not([value])").last.click()
    expect(officer.locator(".task-state")).to_contain_text("已退回", use_inner_text=True)


def test_a_task_goes_from_making_to_closing_by_a_second_person(visitor: Visit) -> None:
    officer = visitor("jijiao").page  # type: ignore[attr-defined]
    home = officer.url.rstrip("/")
    officer.goto(f"{home}/tasks/new/")
    officer.fill("[name=title]", "开学前检查校门口护栏")
    officer.select_option("[name=lead]", label=_option(officer, "lead", "望岚县实验小学"))
    officer.select_option("[name=verifier]", label=_option(officer, "verifier", "基础教育股"))
    officer.fill("[name=due]", "2027-03-01")
    officer.locator("main form button.is-primary").click()
    expect(officer.locator("h1")).to_have_text("开学前检查校门口护栏", use_inner_text=True)
    task = officer.url
    clerk = visitor("clerk").page  # type: ignore[attr-defined]
    clerk.goto(task)
    clerk.fill("main [name=text]", "护栏已加固，照片随后。")
    clerk.get_by_role("button", name="发表意见").click()
    clerk.locator("[data-opens=move-submit]").click()
    clerk.locator("dialog[open] textarea").fill("请验收。")
    clerk.locator("dialog[open] button.is-primary").click()
    expect(clerk.locator(".task-state")).to_contain_text("待验收", use_inner_text=True)
    officer.goto(task)
    officer.get_by_role("button", name="销号").first.click()
    if officer.locator("dialog[open] button[value=yes]").count():
        officer.locator("dialog[open] button[value=yes]").click()
    expect(officer.locator(".task-state")).to_contain_text("已销号", use_inner_text=True)


def _option(page: object, name: str, part: str) -> str:
    labels = page.eval_on_selector_all(  # type: ignore[attr-defined]
        f"[name={name}] option", "options => options.map(option => option.textContent.trim())"
    )
    return next(label for label in labels if part in label)


@pytest.mark.slow
def test_three_planted_errors_are_mended_in_the_page_and_accepted(visitor: Visit, tmp_path: Path) -> None:
    path = tmp_path / "全县数据.xlsx"
    write_workbook(demo_county(), path, "zh")
    book = load_workbook(path)
    was: dict[str, str] = {}
    for sheet, header, wrong in PLANTED:
        rows = book[sheet]
        cell = rows.cell(rows.max_row, _column(rows, header))
        was[wrong], cell.value = str(cell.value), wrong
    book.save(path)
    page = visitor("jijiao").page  # type: ignore[attr-defined]
    page.set_default_timeout(120_000)
    page.goto(page.url.rstrip("/") + "/data/new/")
    page.fill("[name=title]", "浏览器里的报送")
    page.check("[name=mode][value=replace]")
    page.set_input_files("[type=file]", path)
    page.locator("main form button.is-primary").click()
    page.locator("#result").wait_for()
    assert page.locator("#problems .problem-value, #problems input[id^=cell-]").count()
    for _ in PLANTED:
        _mend_one_sheet(page, was)
    assert was == {}
    page.get_by_role("link", name="看变化，采纳").click()
    page.get_by_role("button", name="采纳").first.click()
    if page.locator("dialog[open] button[value=yes]").count():
        page.locator("dialog[open] button[value=yes]").click()
    expect(page.locator("main")).to_contain_text("已采纳", use_inner_text=True)


def _mend_one_sheet(page: Page, was: dict[str, str]) -> None:
    """Right the wrong cells of the first sheet that has some, save, and wait until it is checked again."""
    address = page.url.split("?")[0].split("#")[0]
    tabs = page.eval_on_selector_all("#problems .tabs a", "links => links.map(link => link.href)")
    for tab in tabs or [address]:
        page.goto(tab)
        wrong = [field for field in page.locator("#problems input[id^=cell-]").all() if field.input_value() in was]
        for field in wrong:
            field.fill(was.pop(field.input_value()))
        if wrong:
            page.get_by_role("button", name="保存并重新核对").click()
            page.wait_for_load_state()
            page.locator(".progress").wait_for(state="detached")
            page.goto(address)
            return


def _column(rows: Worksheet, header: str) -> int:
    """The column under a header, which stands in one of the first rows."""
    cells = (cell for row in rows.iter_rows(max_row=8) for cell in row)
    return next(cell.column for cell in cells if str(cell.value or "").startswith(header))


def test_it_works_without_scripts(visitor: Visit) -> None:
    page = visitor("jijiao", java_script_enabled=False).page  # type: ignore[attr-defined]
    page.goto(page.url.rstrip("/") + "/schools/?verdict=fails")
    assert page.locator("main table tbody tr").count() >= 5


def test_two_clicks_send_a_form_once(visitor: Visit) -> None:
    page = visitor("jijiao").page  # type: ignore[attr-defined]
    page.goto(page.url.rstrip("/") + "/tasks/?state=open")
    page.locator("main table tbody a").first.click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("textarea[name=text]").fill("请尽快办理")
    # The second click comes when the first has left the browser and no answer is there yet.
    page.evaluate(
        """() => { const form = document.querySelector("textarea[name=text]").form;
        form.requestSubmit(); setTimeout(() => form.requestSubmit(), 5); }"""
    )
    page.wait_for_selector("text=请尽快办理")
    assert len(sent) == 1
