"""No write passes by the ledger: guarded rows change within an action only, and the action notes each change.

``objects.update()`` and ``bulk_create()`` send no signals, so a tracker that listens to signals misses them. Here the
model and its query set themselves refuse, whoever calls them, and tell the action what they changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
from django.db import models

State = dict[str, Any]


class OutsideAction(RuntimeError):
    """A guarded row was about to change without an action, and so without a permission check and an event."""


class Notes:
    """The rows that an action changed, each with its state before the first change; None where it was not there."""

    def __init__(self) -> None:
        self.before: dict[tuple[type[Guarded], Any], State | None] = {}

    def note(self, model: type[Guarded], key: Any, before: State | None) -> None:
        """Keep the state before the first change."""
        self.before.setdefault((model, key), before)


_WRITING: ContextVar[Notes | None] = ContextVar("writing", default=None)


@contextmanager
def writing(notes: Notes | None = None) -> Iterator[None]:
    """Allow changes of guarded rows within; without ``notes``, it is bookkeeping that has no event of its own."""
    token = _WRITING.set(notes or Notes())
    try:
        yield
    finally:
        _WRITING.reset(token)


def _notes(model: type[models.Model]) -> Notes:
    notes = _WRITING.get()
    if notes is None:
        raise OutsideAction(f"{model.__name__} changes through an action in jiaoheng.ledger.actions only")
    return notes


class GuardedQuerySet(models.QuerySet[Any]):
    """A query set whose every way of writing asks whether an action is going on."""

    def update(self, **values: Any) -> int:
        """Update the rows, noting each."""
        self._note()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, noting each."""
        self._note()
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Create the rows, noting each."""
        notes = _notes(self.model)
        made = super().bulk_create(objs, *args, **options)
        for row in made:
            notes.note(self.model, row.pk, None)
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update the rows, noting each."""
        listed = list(objs)
        type(self)(self.model, using=self.db).filter(pk__in=[row.pk for row in listed])._note()
        return super().bulk_update(listed, fields, batch_size)

    def _note(self) -> None:
        notes = _notes(self.model)
        for row in self.model._default_manager.filter(pk__in=self.values("pk")):
            notes.note(self.model, row.pk, row.recorded())


class Guarded(models.Model):
    """A row that changes through actions only."""

    UNRECORDED: tuple[str, ...] = ()
    """Fields that events leave out: those that bookkeeping changes."""
    DIGESTED: tuple[str, ...] = ()
    """Fields of which events hold a digest: secrets and large values."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **options: Any) -> None:
        """Save within an action; raises ``OutsideAction`` elsewhere."""
        notes = _notes(type(self))
        there = type(self)._default_manager.filter(pk=self.pk).first() if self.pk is not None else None
        before = there.recorded() if there is not None else None
        super().save(*args, **options)
        notes.note(type(self), self.pk, before)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete within an action; raises ``OutsideAction`` elsewhere."""
        _notes(type(self)).note(type(self), self.pk, self.recorded())
        return super().delete(*args, **options)

    def mark(self, *also: object) -> str:
        """What tells this state of the row, with what belongs to it, from any other; forms that change it bring it."""
        return hashlib.sha256(json.dumps([self.recorded(), also], sort_keys=True).encode()).hexdigest()[:24]

    def recorded(self) -> State:
        """The row's own fields as events hold them: plain values, as JSON gives them back, by field name."""
        values = {}
        for field in self._meta.concrete_fields:
            if field.name in self.UNRECORDED:
                continue
            value = field.get_prep_value(field.value_from_object(self))
            if field.name in self.DIGESTED:
                data = bytes(value) if not isinstance(value, str) else value.encode()
                value = hashlib.sha256(data).hexdigest()
            values[field.attname] = value
        plain: State = msgspec.to_builtins(values)
        return plain
