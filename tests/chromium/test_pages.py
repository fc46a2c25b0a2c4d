"""Every page in both languages, at both widths: quiet, no wider than the screen, no serious fault of access."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from accessible import faults
from tour import TOUR, Stop

from jiaoheng.ledger.cast import CAST

Visit = Callable[..., object]
ERRORS = {"forbidden": 403, "not-found": 404}
STOPS = {user: [stop for stop in TOUR if stop.user == user] for user in dict.fromkeys(stop.user for stop in TOUR)}


# A link within an SVG holds its address otherwise than one of HTML does.
HREFS = "links => links.map(link => new URL(link.getAttribute('href'), location.href).href.split('?')[0])"


def _open(visitor: object, stop: Stop) -> bool:
    """Go where the table says; False where the demo has nothing of the kind."""
    page = visitor.page  # type: ignore[attr-defined]
    visitor.expected.clear()  # type: ignore[attr-defined]
    if stop.name in ERRORS:
        visitor.expected.add(ERRORS[stop.name])  # type: ignore[attr-defined]
    visitor.go(stop.path)  # type: ignore[attr-defined]
    for wanted in stop.follow:
        links = page.eval_on_selector_all("main a[href]", HREFS)
        leading = [link for link in links if re.search(wanted, link)]
        if not leading:
            return False
        visitor.go(leading[0])  # type: ignore[attr-defined]
    return True


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
@pytest.mark.parametrize("user", STOPS, ids=lambda user: user or "nobody")
def test_pages_are_quiet_fit_the_screen_and_can_be_used_by_everybody(
    visitor: Visit, user: str, language: str, width: int
) -> None:
    visiting = visitor(user, language, width)
    page = visiting.page  # type: ignore[attr-defined]
    wrong: dict[str, object] = {}
    opened = 0
    for stop in STOPS[user]:
        if not _open(visiting, stop):
            continue
        opened += 1
        wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if wide > screen:
            wrong[stop.name] = f"{wide} px on a screen of {screen}"
        if found := faults(page):
            wrong[f"{stop.name} (access)"] = found[:4]
        if violations := visiting.violations():  # type: ignore[attr-defined]
            wrong[f"{stop.name} (policy)"] = violations
    assert wrong == {}
    assert opened >= len(STOPS[user]) - 2


@pytest.mark.parametrize("username", [player.username for player in CAST])
def test_everybody_logs_in_and_opens_what_the_navigation_offers(visitor: Visit, username: str) -> None:
    visiting = visitor(username)
    page = visiting.page  # type: ignore[attr-defined]
    links = page.eval_on_selector_all(".nav a", "links => links.map(link => link.href)")
    assert len(links) >= 3
    for link in links:
        visiting.go(link)  # type: ignore[attr-defined]
        assert page.locator("h1").inner_text().strip()
