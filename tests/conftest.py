"""What all tests share: how hypothesis works, and the folder of real data where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("jiaoheng", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jiaoheng")


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the real data in ../shared, next to the repository")
    return folder
