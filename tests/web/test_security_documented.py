"""What ``docs/security.md`` claims is proved by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 50
    for file, test in named:
        (path,) = ROOT.glob(f"tests/*/{file}")
        assert f"def {test}(" in path.read_text(encoding="utf-8"), f"{file}::{test}"


def test_every_line_says_how_it_is_proved_or_why_not() -> None:
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (\d|–)", line)]
    assert len(lines) > 60
    for line in lines:
        assert len(line) == 3, line
        assert line[2] == "—" or "::test_" in line[2], line
