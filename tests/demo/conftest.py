"""The demo county, drawn once."""

from __future__ import annotations

from typing import Any

import pytest

from jiaoheng import demo
from jiaoheng.county import County


@pytest.fixture(scope="session")
def wanglan() -> County:
    return demo.county()


@pytest.fixture(scope="session")
def facts(wanglan: County) -> dict[str, list[dict[str, Any]]]:
    """All tables as rows."""
    return {name: table.to_pylist() for name, table in wanglan.tables.items()}


@pytest.fixture(scope="session")
def elsewhere() -> County:
    """The county of another seed."""
    return demo.county(7)
