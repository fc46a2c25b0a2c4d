"""The page of deployment lists every setting that the program reads, in both languages, and none that it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("deployment.md", "deployment.zh-CN.md")
_NAME = re.compile(r"[\"'](JIAOHENG_[A-Z]+(?:_[A-Z]+)*)[\"']")


def _read() -> set[str]:
    """Variables that the program or its tests ask the environment for or set in it."""
    files = [ROOT / "run", *(ROOT / "src").rglob("*.py"), ROOT / "tests" / "processes.py"]
    return {name for path in files for name in _NAME.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_has_its_row(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(JIAOHENG_[A-Z_]+)` \|", text, re.M))
    assert rows == _read()


def test_both_pages_have_the_same_commands() -> None:
    """What is typed or written into a file is the same in both languages, but for remarks."""
    blocks = []
    for page in PAGES:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        found = re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
        blocks.append([re.sub(r"\s+# .*", "", block) for block in found])
    assert len(blocks[0]) > 8
    assert blocks[0] == blocks[1]
