"""A folder of twelve schools' statistical workbooks, uploaded in a browser, mended, completed and accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forms_county import KNOWN, YEAR, files, wrong_unit
from playwright.sync_api import expect
from processes import Workspace, free_port, wait_until

from jiaoheng.ledger.cast import PASSWORD

Visit = Callable[..., object]
SPOILT, LAST = KNOWN.schools[0], KNOWN.schools[-1]
FOUND = f"from forms_county import found_forms_county; found_forms_county({PASSWORD!r})"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a workspace of a county that has its facts of a year ago."""
    workspace, port = Workspace(tmp_path_factory.mktemp("forms") / "home"), free_port()
    workspace.home.mkdir()
    workspace.do("migrate", "-v0")
    workspace.code(FOUND)
    alive = workspace.home / "worker.alive"
    words = ("serve", "--home", str(workspace.home), "--port", str(port))
    with (workspace.home.parent / "log").open("wb") as log:
        served = workspace.start(*words, module="jiaoheng", stdout=log, stderr=log)
        try:
            wait_until(lambda: alive.exists() or served.poll() is not None, "a worker", seconds=120)
            assert served.poll() is None, (workspace.home.parent / "log").read_text(encoding="utf-8")
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(30)
            workspace.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for each school but the last, a wrong unit in the first one's workbook, and things that are no data."""
    place = tmp_path / "2025年报"
    for name, data in files(KNOWN.schools[:-1], **{f"s{SPOILT.school_id}": wrong_unit}).items():
        own = place / name[10:-5]
        own.mkdir(parents=True)
        (own / "年报.xlsx").write_bytes(data)
    (place / "~$年报.xlsx").write_bytes(b"lock")
    (place / ".DS_Store").write_bytes(b"")
    return place


def test_a_folder_of_twelve_schools_becomes_the_countys_facts(visitor: Visit, folder: Path) -> None:
    page = visitor("forms_officer").page  # type: ignore[attr-defined]
    page.set_default_timeout(120_000)
    home = page.url.rstrip("/")
    page.goto(f"{home}/data/new/")
    page.fill("[name=title]", "秋季年报")
    page.select_option("[name=year]", str(YEAR))
    page.set_input_files("[name=folder]", folder)
    page.locator("main form button.is-primary").click()
    page.locator("#result").wait_for()
    submission = page.url
    expect(page.locator("#files-read")).to_contain_text("读了 12 个文件，有 12 所学校的数据。", use_inner_text=True)
    expect(page.locator("#files")).to_contain_text(f"{SPOILT.name}/年报.xlsx", use_inner_text=True)

    # The wrong unit is where one looks first, and is typed over.
    expect(page.locator("#problems h2")).to_contain_text(SPOILT.name, use_inner_text=True)
    unit = page.locator("#problems .cell.is-wrong input").first
    assert unit.input_value() == "万圆"
    unit.fill("元")
    page.get_by_role("button", name="保存并重新核对").click()
    page.locator(".progress").wait_for(state="detached")
    page.goto(submission)
    assert page.locator("#problems .cell.is-wrong input[value='万圆']").count() == 0

    # The school that is missing is asked, once.
    missing = page.locator("#missing")
    expect(missing).to_contain_text(LAST.name, use_inner_text=True)
    missing.get_by_role("button", name="请学校补报").click()
    page.locator("#missing .status").first.wait_for()
    expect(page.locator("#missing")).to_contain_text("forms_officer", use_inner_text=True)
    assert page.locator("#missing button").count() == 0

    page.get_by_role("link", name="看变化，采纳").click()
    page.get_by_role("button", name="采纳").first.click()
    if page.locator("dialog[open] button[value=yes]").count():
        page.locator("dialog[open] button[value=yes]").click()
    expect(page.locator("main")).to_contain_text("已采纳", use_inner_text=True)
    _verdict(page, home)


def _verdict(page: object, home: str) -> None:
    """The overview shows what this year's facts are worth, as soon as they are assessed."""

    def shown() -> bool:
        page.goto(f"{home}/?year={YEAR}")  # type: ignore[attr-defined]
        return f"{YEAR}—{YEAR + 1}" in page.locator("main").inner_text()  # type: ignore[attr-defined]

    wait_until(shown, "the verdict", seconds=120)
    assert page.locator(".verdict").count()  # type: ignore[attr-defined]


def test_the_school_that_is_asked_finds_it_among_its_tasks(visitor: Visit) -> None:
    page = visitor("forms_clerk", "en", 390).page  # type: ignore[attr-defined]
    page.goto(page.url.rstrip("/") + "/tasks/")
    page.locator("main a", has_text=LAST.name).first.click()
    expect(page.locator("h1")).to_contain_text(f"{YEAR}", use_inner_text=True)
