"""The demo county's workspace for tests: loaded once a session; each test's changes are rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.utils import translation

from jiaoheng.ledger.cast import found_demo, person

ITERATIONS = PBKDF2PasswordHasher.iterations


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    settings.JIAOHENG_HOME = tmp_path_factory.mktemp("home")
    # The same algorithm, but not meant to take long; no fewer than of initial passwords, which it is to look like.
    PBKDF2PasswordHasher.iterations = 20_000
    with django_db_blocker.unblock():
        found_demo(every_year=False)


@pytest.fixture
def as_user(db: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast is logged in."""

    def log_in(username: str) -> Client:
        client = Client()
        client.force_login(person(username), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture
def home() -> Path:
    """The workspace's home folder."""
    return Path(settings.JIAOHENG_HOME)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Each test begins in Chinese, whatever language the page that another one opened last was in."""
    with translation.override("zh-hans"):
        yield
