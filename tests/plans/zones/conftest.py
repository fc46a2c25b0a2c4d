"""A county of sixteen villages on a grid and four schools, small enough to see through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from zones_county import small_county

from jiaoheng.county import County


@pytest.fixture(scope="module")
def small() -> Callable[..., County]:
    """Makes the county."""
    return small_county
