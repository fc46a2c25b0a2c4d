"""Take a picture of every page of the demo for docs/screenshots: ``python docs/make_screenshots.py [ADDRESS]``.

Needs Chromium, and a demo that serves (``./run demo``) at ADDRESS, by default http://127.0.0.1:8000. The pages are
those of ``tests/tour.py``.
"""

from __future__ import annotations

import base64
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests")]
FOLDER = HERE / "screenshots"
PHONE = ("overview", "school", "tasks", "visit-new", "submissions", "scenario", "forecast", "zones")
ENGLISH = ("overview", "school", "scenario", "forecast", "zones")
HREFS = "links => links.map(link => new URL(link.getAttribute('href'), location.href).href.split('?')[0])"


def main(address: str) -> None:
    """Take the pictures: Chinese at 1280 px, some at a phone's width, the overview and a school in English."""
    from tour import FORECAST, PLACES, PLANS, TOUR

    tour = TOUR + PLANS + FORECAST + PLACES
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _ask_for_scenarios(browser, address)
        for user in dict.fromkeys(stop.user for stop in tour):
            for locale, width, height in (("zh-CN", 1280, 800), ("zh-CN", 390, 780), ("en-GB", 1280, 800)):
                context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
                page = context.new_page()
                if user:
                    _log_in(page, address, user)
                for stop in tour:
                    wanted = (width == 1280 and (locale == "zh-CN" or stop.name in ENGLISH)) or (
                        width == 390 and stop.name in PHONE
                    )
                    if stop.user == user and wanted and _open(page, address, stop.path, stop.follow):
                        mark = ("-phone" if width == 390 else "") + ("-en" if locale == "en-GB" else "")
                        _shoot(page, FOLDER / f"{stop.name}{mark}.webp")
                context.close()
        browser.close()
    _index(tour)


def _ask_for_scenarios(browser: Browser, address: str) -> None:
    """Two scenarios and a budget curve, as somebody of the bureau asks for them; those that are there stay."""
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(120_000)
    _log_in(page, address, "jijiao")
    page.goto(f"{address}/scenarios/")
    if page.locator("main table").count():
        return
    for name, budget in (("到 2027 学年达标", ""), ("只有 300 万", "300万")):
        page.goto(f"{address}/scenarios/new/?what=path")
        page.fill("[name=name]", name)
        page.fill("[name=budget]", budget)
        page.get_by_role("button", name="开始计算").click()
        page.locator(".verdict-sentence").wait_for()
    page.goto(f"{address}/scenarios/1/curve/")
    page.get_by_role("button", name="计算预算曲线").click()
    page.locator("main table").wait_for()
    for where, button in (("/scenarios/new/?what=zones&stage=junior", "开始计算"), ("/forecast/new/", "开始推算")):
        page.goto(address + where)
        page.get_by_role("button", name=button).click()
        page.locator(".verdict-sentence").wait_for()


def _log_in(page: Page, address: str, user: str) -> None:
    page.goto(f"{address}/log-in/")
    page.fill("[name=username]", user)
    # The password of the demo's people, which the demo prints and the log-in page shows.
    page.fill("[name=password]", "wanglan-2025")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/log-in/" not in url)


def _open(page: Page, address: str, path: str, follow: tuple[str, ...]) -> bool:
    page.goto(address + path)
    for wanted in follow:
        links = [link for link in page.eval_on_selector_all("main a[href]", HREFS) if re.search(wanted, link)]
        if not links:
            return False
        page.goto(links[0])
    return True


def _shoot(page: Page, path: Path) -> None:
    """What the window shows, as WebP: a third of the size of PNG."""
    # Let what runs once a page is there come to rest.
    page.wait_for_load_state("networkidle")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    path.write_bytes(base64.b64decode(taken["data"]))


def _index(tour: object) -> None:
    lines = ["# 各页面 · The pages\n", "望岚县为虚构的演示县。 Wanglan County is fictional.\n"]
    for stop in tour:  # type: ignore[attr-defined]
        for mark in ("", "-phone", "-en"):
            if (FOLDER / f"{stop.name}{mark}.webp").exists():
                lines.append(f"**{stop.zh}** · {stop.en}\n\n![{stop.en}](screenshots/{stop.name}{mark}.webp)\n")
    (HERE / "screenshots.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
