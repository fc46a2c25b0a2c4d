"""The demo as its users meet it: the real server and worker, and pages in headless Chromium that must stay quiet."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from processes import Workspace, free_port, wait_until

from jiaoheng.ledger.cast import PASSWORD

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
"""
# A page may take its time on a busy machine; what it shows is waited for.
expect.set_options(timeout=30_000)
AGENTS = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that serves, as ``./run demo`` starts it, or of the one in ``JIAOHENG_TEST_DEMO``."""
    if given := os.environ.get("JIAOHENG_TEST_DEMO"):
        yield given
        return
    home, port = tmp_path_factory.mktemp("demo"), free_port()
    demo = Workspace(home)
    with (home / "log").open("wb") as log:
        words = ("demo", "--folder", str(home / "county"), "--port", str(port))
        process = demo.start(*words, module="jiaoheng", stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"

        def up() -> bool:
            assert process.poll() is None, (home / "log").read_text(encoding="utf-8")
            try:
                return urllib.request.urlopen(f"{url}/health/", timeout=5).status == 200
            except (urllib.error.URLError, OSError):
                return False

        try:
            wait_until(up, "serving", seconds=240)
            yield url
        finally:
            process.terminate()
            process.wait(30)
            demo.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; not for longer than a module, as its event loop would stop Django's database elsewhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs Chromium (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser; everything that a page should not do is noted."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.noise: list[str] = []
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.noise.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.expected: set[int] = set()

    def log_in(self, username: str) -> None:
        """Log in as somebody of the cast."""
        self.go("/log-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/log-in/" not in url)

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path if path.startswith("http") else self.address + path)

    def violations(self) -> list[str]:
        """What the content security policy stopped on this page."""
        self.page.wait_for_load_state()
        found: list[str] = self.page.evaluate("window.violations || []")
        return found

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(
            f"status of {code}" in message.text for code in self.expected
        ):
            self.noise.append(f"console: {message.text} ({self.page.url})")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.noise.append(f"another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.noise.append(f"{response.status}: {response.url}")


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Gives visitors by log-in, language and width; at the end none of their pages may have made a noise."""
    made: list[Visitor] = []

    def come(username: str = "", language: str = "zh", width: int = 1280, **how: Any) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=AGENTS[language], accept_downloads=True, **how
        )
        visitor = Visitor(context, address)
        made.append(visitor)
        if username:
            visitor.log_in(username)
        return visitor

    yield come
    for visitor in made:
        violations = visitor.violations() if sys.exc_info()[0] is None and not visitor.page.is_closed() else []
        visitor.context.close()
        assert visitor.noise == []
        assert violations == []
