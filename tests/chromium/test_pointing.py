"""A table of another system brought in with a browser: its columns pointed at by keyboard, a list read in one click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

Visit = Callable[..., object]
FACILITIES = "哪所学校,一体机,备注\n望岚县实验小学,40,无\n青石镇中心小学,三,无\n"
PUPILS = "姓名,身份证件号,学校名称,年级,班级名称,性别,就读方式,学生状态\n" + "".join(
    f"欧阳测试{name},11010120180101{number:04},望岚县实验小学,一年级,1班,男,走读,在校\n"
    for number, name in enumerate("甲乙丙丁")
)


def test_columns_are_pointed_at_and_a_list_of_pupils_is_read_in_one_click(visitor: Visit, tmp_path: Path) -> None:
    visit = visitor("jijiao")
    page: Page = visit.page  # type: ignore[attr-defined]
    page.set_default_timeout(60_000)
    page.goto(page.url.rstrip("/") + "/data/new/")
    page.fill("[name=title]", "别的系统的表")
    page.check("[name=mode][value=merge]")
    for name, text in (("一体机台账.csv", FACILITIES), ("一年级.csv", PUPILS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.set_input_files("[type=file]", [tmp_path / "一体机台账.csv", tmp_path / "一年级.csv"])
    page.locator("main form button.is-primary").click()
    page.locator(".foreign").first.wait_for()
    address = page.url
    page.get_by_role("link", name="指认各列 一体机台账.csv").click()
    _choose(page, "#id_table", "facilities")
    _choose(page, "#id_c0", "school_id@name")
    _choose(page, "#id_c1", "multimedia_rooms")
    assert page.evaluate("document.activeElement.id") == "id_c1"
    expect(page.locator("#preview")).to_contain_text("读到 1 行，等待改正 1 行", use_inner_text=True)
    assert visit.violations() == []  # type: ignore[attr-defined]
    page.fill("#id_title", "一体机台账")
    page.locator("button[value=use]").click()
    _checked(page, address)
    page.get_by_role("button", name="按此读取 一年级.csv").click()
    _checked(page, address)
    told = page.locator("main").inner_text()
    assert "按“一体机台账”读取" in told
    assert "欧阳" not in told
    # Two rows of facilities, of which one waits; of the list a grade and a class.
    assert page.locator(".metrics").inner_text().split()[1] == "4行"


def _choose(page: Page, select: str, value: str) -> None:
    """As with the keyboard: the select keeps the focus while what depends on it is fetched."""
    page.focus(select)
    with page.expect_response(lambda answer: answer.url.endswith("/columns/")):
        page.select_option(select, value)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def _checked(page: Page, address: str) -> None:
    page.wait_for_url(address)
    page.locator("#check-progress[hx-get]").wait_for(state="detached")
    page.goto(address)
