"""Everything is done with the keyboard alone, and the focus is always seen; dialogs keep it and give it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from keyboard import Keyboard
from playwright.sync_api import Page, expect

from jiaoheng.ledger.cast import PASSWORD

Visit = Callable[..., object]


def _task(page: Page) -> str:
    """The title of a new task of the school, made by an officer with a mouse."""
    title = f"检查消防通道 {uuid4().hex[:6]}"
    page.goto(page.url.rstrip("/") + "/tasks/new/")
    page.fill("[name=title]", title)
    for field, part in (("lead", "望岚县实验小学"), ("verifier", "基础教育股")):
        page.select_option(
            f"[name={field}]", label=page.locator(f"[name={field}] option", has_text=part).first.inner_text()
        )
    page.fill("[name=due]", "2027-03-01")
    page.locator("main form button.is-primary").click()
    expect(page.locator("h1")).to_have_text(title, use_inner_text=True)
    return title


def test_a_task_is_found_handed_in_and_closed_without_a_mouse(visitor: Visit) -> None:
    officer = visitor("jijiao", reduced_motion="reduce").page  # type: ignore[attr-defined]
    title = _task(officer)
    visiting = visitor(reduced_motion="reduce")
    page = visiting.page  # type: ignore[attr-defined]
    visiting.go("/log-in/")  # type: ignore[attr-defined]
    keys = Keyboard(page)
    _log_in(keys)
    keys.skip()
    _account_menu(keys)
    keys.to("^台账", href="/tasks/", back=True)
    keys.go()
    expect(page.locator("h1")).to_have_text("台账", use_inner_text=True)
    keys.skip()
    keys.to(name=r"input.*\[text\]")
    keys.write(title)
    keys.go()
    keys.skip()
    keys.to(title, href=r"/tasks/\d+/$")
    keys.go()
    expect(page.locator("h1")).to_have_text(title, use_inner_text=True)
    _hand_in(keys)
    expect(page.locator(".task-state")).to_contain_text("待验收", use_inner_text=True)
    keys.to("^台账", href="/tasks/")
    keys.go()
    expect(page.locator("h1")).to_have_text("台账", use_inner_text=True)
    officer.reload()
    _close(Keyboard(officer))
    expect(officer.locator(".task-state")).to_contain_text("已销号", use_inner_text=True)


def _log_in(keys: Keyboard) -> None:
    if not keys.at:
        keys.to(name=r"\[username\]")
    keys.write("clerk")
    keys.to(name=r"\[password\]", most=2)
    keys.write(PASSWORD)
    keys.to("^登录$", name="button", most=3)
    keys.go("Space")
    assert "/log-in/" not in keys.page.url


def _account_menu(keys: Keyboard) -> None:
    """The account's menu opens with Space; Escape closes it and leaves the focus on it."""
    menu = keys.to(name="summary", back=True, most=3)
    keys.press("Space")
    assert keys.page.locator("details.menu[open]").count()
    keys.tab()
    keys.press("Escape")
    assert not keys.page.locator("details.menu[open]").count()
    assert keys.at == menu


def _hand_in(keys: Keyboard) -> None:
    """The dialog keeps the focus while it is open; Escape and its cross give it back to what opened it."""
    keys.skip()
    opener = keys.at if "提交" in keys.at["text"] else keys.to("^提交", href="#move-submit")
    for leave in ("Escape", "cross"):
        keys.press("Enter")
        assert keys.page.locator("dialog[open]").count() == 1
        assert keys.at["name"].startswith("textarea")
        if leave == "cross":
            keys.to("关闭", back=True, most=1)
            keys.press("Enter")
        else:
            keys.press("Escape")
        assert not keys.page.locator("dialog[open]").count()
        assert keys.at == opener
    keys.press("Enter")
    _round(keys)
    keys.to(name="textarea")
    keys.write("通道已清理，请验收。")
    keys.to("^提交", name="button", most=3)
    keys.go("Space")


def _close(keys: Keyboard) -> None:
    """What is asked before closing keeps the focus, too; Escape is a no, and gives it back."""
    keys.skip()
    button = keys.at if keys.at["text"] == "销号" else keys.to("^销号$", name="button")
    keys.press("Enter")
    assert keys.at["text"] == "确定"
    _round(keys)
    keys.press("Escape")
    assert not keys.page.locator("dialog[open]").count()
    assert keys.at == button
    keys.press("Space")
    assert keys.at["text"] == "确定"
    keys.go()


def _round(keys: Keyboard) -> None:
    """Around the dialog and on: every stop is in it, or with the browser itself."""
    stops = [keys.tab().get("text", "") for _ in range(9)]
    inside = [stop for stop in stops if stop]
    assert len(inside) > len(set(inside)) > 1


WALKS = [
    ("jijiao", 1280, ("/", "/schools/2141990001/", "/tasks/board/", "/tasks/new/")),
    ("jijiao", 390, ("/matrix/", "/tasks/findings/")),
    ("admin", 1280, ("/people/new/", "/audit/")),
]


@pytest.mark.parametrize(("user", "width", "paths"), WALKS)
def test_the_focus_is_seen_at_every_stop(visitor: Visit, user: str, width: int, paths: tuple[str, ...]) -> None:
    visiting = visitor(user, width=width, reduced_motion="reduce")
    keys = Keyboard(visiting.page)  # type: ignore[attr-defined]
    for path in paths:
        visiting.go(path)  # type: ignore[attr-defined]
        keys.skip()
        assert keys.walk(25), path


def test_a_wide_table_says_that_it_goes_on_and_is_moved_with_the_keys(visitor: Visit) -> None:
    """On a phone, also one that is opened later."""
    visiting = visitor("jijiao", width=390, reduced_motion="reduce")
    page = visiting.page  # type: ignore[attr-defined]
    visiting.go("/")  # type: ignore[attr-defined]
    page.locator("#years summary").focus()
    page.keyboard.press("Enter")
    keys = Keyboard(page)
    assert keys.tab()["text"] == "历年差异系数"
    box = page.locator("#years details .table-box")
    cut = "box => box.classList.contains('is-cut')"
    assert box.evaluate(cut)
    shade = "box => getComputedStyle(box).boxShadow"
    assert "inset" in box.evaluate(shade)
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        if not box.evaluate(cut):
            break
    assert not box.evaluate(cut)
    assert box.evaluate(shade) == "none"
