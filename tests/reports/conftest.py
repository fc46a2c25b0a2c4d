"""The fictional county and its assessment, made once."""

from __future__ import annotations

import pytest

from jiaoheng import demo
from jiaoheng.county import County
from jiaoheng.findings import Assessment, assess
from jiaoheng.standards import Standard, load


@pytest.fixture(scope="session")
def county() -> County:
    return demo.county()


@pytest.fixture(scope="session")
def standard() -> Standard:
    return load("cn-2017")


@pytest.fixture(scope="session")
def assessment(county: County, standard: Standard) -> Assessment:
    return assess(county, standard)
