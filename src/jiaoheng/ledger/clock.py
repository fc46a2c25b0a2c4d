"""What time it is: of the computer, or (for the demo county's story) the moment that is being told of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.utils import timezone

_TOLD: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment, in UTC: as the database gives it back."""
    return _TOLD.get() or timezone.now()


def today() -> date:
    """The present day, where the county is."""
    return timezone.localtime(now()).date()


@contextmanager
def told_at(moment: datetime) -> Iterator[None]:
    """Within, it is this moment: only for telling the demo county's story and for tests of what time changes."""
    token = _TOLD.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _TOLD.reset(token)
