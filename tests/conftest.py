"""What all tests share: how hypothesis works, and the folder of real data where there is one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django
import pytest
from hypothesis import HealthCheck, settings

# The workspace's settings are read once, before any test; nothing of a test may land in the working folder.
os.environ["DJANGO_SETTINGS_MODULE"] = "jiaoheng.web.settings"
HOME = Path(tempfile.mkdtemp(prefix="jiaoheng-test-"))
(HOME / "static").mkdir()
os.environ["JIAOHENG_HOME"] = str(HOME)
os.environ.pop("JIAOHENG_DEMO", None)
os.environ.pop("JIAOHENG_DATABASE", None)
django.setup()
pytest_plugins = ("workspace", "processes")

# The same draws in every run, so that a change is judged by what it changed; JIAOHENG_TEST_DRAWS=new draws others.
settings.register_profile(
    "jiaoheng",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("JIAOHENG_TEST_DRAWS") != "new",
)
settings.load_profile("jiaoheng")


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the real data in ../shared, next to the repository")
    return folder
