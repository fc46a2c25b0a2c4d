"""Hands that know no mouse: Tab, Enter, Space, Escape and letters, and eyes that look for the focus at every stop."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

FOCUS = """
() => {
  const own = document.activeElement;
  if (!own || own === document.body || own === document.documentElement) { return null; }
  const look = getComputedStyle(own), box = own.getBoundingClientRect();
  const dialog = document.querySelector("dialog[open]");
  const outlined = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
  const middle = [Math.min(Math.max(box.left + 1, 0), innerWidth - 1), box.top + Math.min(box.height / 2, 12)];
  const there = document.elementFromPoint(middle[0], middle[1]);
  return {
    name: own.tagName.toLowerCase() + (own.id ? "#" + own.id : "") + (own.name ? "[" + own.name + "]" : ""),
    text: (own.getAttribute("aria-label") || own.innerText || own.value || "").trim(),
    href: own.getAttribute("href") || "",
    shown: outlined || look.boxShadow !== "none",
    placed: box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth
      && box.bottom > 0 && box.top < innerHeight,
    uncovered: Boolean(there) && (own.contains(there) || there.contains(own)),
    within: !dialog || dialog.contains(own),
    main: Boolean(own.closest("main")),
  };
}
"""


class Keyboard:
    """A page that is used with the keyboard alone; each stop of the focus has to be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def at(self) -> dict[str, Any]:
        """Where the focus is; raises ``AssertionError`` where it cannot be seen. Empty: with the browser itself."""
        found: dict[str, Any] | None = self.page.evaluate(FOCUS)
        if found is None:
            return {}
        for quality in ("shown", "placed", "uncovered", "within"):
            assert found[quality], f"the focus is not {quality}: {found} ({self.page.url})"
        return found

    def tab(self, back: bool = False) -> dict[str, Any]:
        """One stop on, or back."""
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        return self.at

    def to(
        self, text: str = "", *, name: str = "", href: str = "", back: bool = False, most: int = 120
    ) -> dict[str, Any]:
        """On to the stop with this text, element and address (regular expressions)."""
        seen = []
        for _ in range(most):
            own = self.tab(back)
            seen.append(own.get("name", "") + " " + own.get("text", "")[:20])
            if own and all(
                re.search(wanted, own[key])
                for key, wanted in (("text", text), ("name", name), ("href", href))
                if wanted
            ):
                return own
        raise AssertionError(f"no stop {text or name or href!r} among {seen} ({self.page.url})")

    def walk(self, most: int) -> list[dict[str, Any]]:
        """On to the end of the page, or so many stops."""
        stops: list[dict[str, Any]] = []
        while len(stops) < most and (own := self.tab()):
            stops.append(own)
        return stops

    def press(self, key: str) -> None:
        """A key that stays on the page."""
        self.page.keyboard.press(key)

    def go(self, key: str = "Enter") -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type into the field that has the focus."""
        self.page.keyboard.insert_text(words)

    def skip(self) -> None:
        """Past the frame by its first link; the focus is then on the first stop of the page itself."""
        assert self.to(href="^#content$", most=1)
        self.press("Enter")
        assert self.tab()["main"]
