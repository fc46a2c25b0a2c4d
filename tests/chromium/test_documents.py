"""A plan in a browser: brought in, decided on, added to by selecting, followed into the ledger and the overview."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

Visit = Callable[..., object]
TEXT = """望岚县义务教育提升行动方案（2025—2030年）

一、主要目标
到2025年，新建公办幼儿园3所。到2030年，初中本科及以上学历专任教师占比达到99.9%，小学本科及以上学历专任教师占比达到10%。

二、重点任务
（一）建强教师队伍。完善培养机制，推进县管校聘。
牵头单位：县教育局人事股；配合单位：县委编办
（二）办好乡村小规模学校。逐校制定提升清单，每学年教师交流比例不低于5%。
牵头单位：县教育局基教股
"""


def test_a_plan_is_decided_on_and_followed_into_the_ledger_and_the_overview(visitor: Visit, tmp_path: Path) -> None:
    visit = visitor("jijiao")
    page: Page = visit.page  # type: ignore[attr-defined]
    page.set_default_timeout(60_000)
    home = page.url.rstrip("/")
    _bring_in(page, home, tmp_path)
    address = page.url.split("?")[0]
    total = page.locator(".promise[data-key]").count() + page.locator(".task-mark").count()
    assert total == 6

    # The record follows the text, and the text the record.
    page.locator(".promise", has_text="小学本科").click()
    page.locator(".record h2", has_text="小学本科").wait_for()
    _press(page, "确认")
    assert page.locator(".promise.is-holds").inner_text().startswith("小学本科")
    assert "已决定 1 / 6 条" in page.locator("#record").inner_text()

    page.locator(".promise", has_text="幼儿园").click()
    page.locator(".record h2", has_text="幼儿园").wait_for()
    page.get_by_role("link", name="改正", exact=True).click()
    page.fill("#correct_value", "4")
    page.locator("#record button.is-primary").click()
    page.locator(".record .big", has_text="4").wait_for()
    assert "程序读到的" in page.locator("#record").inner_text()

    page.locator(".promise", has_text="交流比例").click()
    page.locator(".record h2", has_text="交流").wait_for()
    _press(page, "不算承诺")
    assert page.locator(".promise.is-rejected").count() == 1

    _add_by_selecting(page, "推进县管校聘")
    assert visit.violations() == []  # type: ignore[attr-defined]

    page.goto(address + "list/")
    page.locator("main .form-actions button.is-primary").click()
    page.locator(".messages", has_text="已确认").wait_for()
    page.goto(address + "ledger/")
    assert "县委编办" in page.locator("main").inner_text()
    page.select_option("#id_otherwise", label="基础教育股")
    for box in page.locator("input[name$=-chosen]").all():
        box.check()
    page.locator("main .form-actions button.is-primary").click()
    page.wait_for_url(lambda url: "source=commitment" in url)
    told = page.locator("main").inner_text()
    assert "小学本科及以上学历专任教师占比：不少于10%" in told
    assert "建强教师队伍" in told
    assert "推进县管校聘" in told

    _measured(page, address)
    page.goto(home)
    assert "新建公办幼儿园" in page.locator("#promises").inner_text()


def test_the_page_of_a_plan_works_on_a_phone_and_without_scripts(visitor: Visit, tmp_path: Path) -> None:
    visit = visitor("admin", width=390, java_script_enabled=False)
    page: Page = visit.page  # type: ignore[attr-defined]
    page.set_default_timeout(60_000)
    page.goto(page.url.rstrip("/") + "/documents/new/")
    page.fill("[name=text]", TEXT.replace("2030", "2029").replace("99.9", "98"))
    page.locator("main form button.is-primary").click()
    _wait_until_read(page)
    page.locator(".promise", has_text="小学本科").click()
    assert "小学本科" in page.locator(".record h2").inner_text()
    page.get_by_role("button", name="确认", exact=True).click()
    assert page.locator(".promise.is-holds").count() == 1
    page.get_by_role("link", name="漏读了？补充一条").click()
    page.fill("[name=quote]", "完善培养机制")
    page.fill("[name=subject]", "完善培养机制")
    page.get_by_role("link", name="改为补充任务").click()
    page.fill("[name=quote]", "完善培养机制")
    page.fill("[name=subject]", "完善培养机制")
    page.locator("#record button.is-primary").click()
    assert "人工补充" in page.locator("#record").inner_text()


def _bring_in(page: Page, home: str, folder: Path) -> None:
    (folder / "方案.txt").write_text(TEXT, encoding="utf-8")
    page.goto(home + "/documents/new/")
    page.set_input_files("[type=file]", folder / "方案.txt")
    page.locator("main form button.is-primary").click()
    page.locator(".reader").wait_for()


def _press(page: Page, name: str) -> None:
    with page.expect_response(lambda answer: "/documents/commitments/" in answer.url):
        page.locator(".record-actions").get_by_role("button", name=name, exact=True).click()
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def _add_by_selecting(page: Page, words: str) -> None:
    """Select words in the text as with the mouse, and add them."""
    page.evaluate(
        """(words) => {
          const pieces = [...document.querySelectorAll('[data-text] [data-start]')];
          const piece = pieces.find((one) => one.textContent.includes(words));
          const node = piece.firstChild, at = node.data.indexOf(words), range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + words.length);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }""",
        words,
    )
    page.locator("[data-add-kind=task]").click()
    page.locator("#add_quote").wait_for()
    assert page.input_value("#add_quote") == words
    page.locator("#record button.is-primary").click()
    page.locator(".record h2", has_text=words).wait_for()
    assert "人工补充" in page.locator("#record").inner_text()


def _measured(page: Page, address: str) -> None:
    """Wait until the plan's run has been carried out, as somebody does who reloads the page."""
    for _ in range(60):
        page.goto(address + "standing/")
        if page.locator("#standing").count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(page.locator("main").inner_text())


def _wait_until_read(page: Page) -> None:
    """Without scripts the page is reloaded by hand."""
    for _ in range(60):
        if page.locator(".reader").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())
