"""The chain of events: append to it, and prove that it is unbroken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.apps import apps
from django.db import transaction

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded, Notes
from jiaoheng.ledger.models import Chain, Change, Event, Organisation, Person

START = "0" * 64


def lock() -> Chain:
    """The end of the chain, locked until the transaction ends: events are appended one after the other."""
    end, _ = Chain.objects.select_for_update().get_or_create(pk=1)
    return end


def append(
    action: str,
    row: Guarded,
    notes: Notes,
    *,
    person: Person | None,
    roles: str,
    county: Organisation | None,
    details: dict[str, Any],
) -> Event:
    """Append the event of an action that was carried out, within its transaction."""
    end = lock()
    event = Event(
        number=end.length + 1,
        at=clock.now(),
        county=county,
        person=person,
        roles=roles[:200],
        action=action,
        object_type=_kind(type(row)),
        object_id=str(row.pk),
        label=str(row)[:200],
        details=msgspec.to_builtins(details),
        previous=end.head,
    )
    changes = list(_changes(event, notes))
    event.digest = event.reckoned([change.said() for change in changes])
    event.save()
    Change.objects.bulk_create(changes)
    end.length, end.head = event.number, event.digest
    end.save()
    return event


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with the chain at an event.

    ``altered``: the event or its changes are not what was hashed. ``unlinked``: it does not follow the one before.
    ``missing``: events before it are gone. ``cut``: events at the end are gone. ``differs``: a row is not what its
    last event says, so somebody changed it past the ledger. ``head``: the hash that was noted is not in the chain.
    """

    kind: str
    number: int
    what: str = ""


class Proof(msgspec.Struct, frozen=True):
    """The outcome of a verification: number of events, hash of the last, faults (none: unbroken)."""

    events: int
    head: str
    faults: tuple[Fault, ...]


def verify(noted: str = "") -> Proof:
    """Reckon every event's hash again, follow the links to the end, and hold every row against its last change.

    ``noted`` is a hash that was written down earlier: it must be in the chain. Somebody who can write to the database
    can reckon a whole new chain, but not one that holds that hash.
    """
    proof = _proof(noted)
    if proof.faults:
        # People go on working while we read; what is still at fault while nobody can write is at fault.
        with transaction.atomic():
            lock()
            proof = _proof(noted)
    return proof


def _proof(noted: str) -> Proof:
    number, previous, seen = 0, START, not noted
    faults: list[Fault] = []
    last: dict[tuple[str, str], tuple[int, Any]] = {}
    for event in Event.objects.order_by("number").prefetch_related("changes").iterator(chunk_size=500):
        number += 1
        if event.number != number:
            faults.append(Fault("missing", event.number))
            number = event.number
        elif event.previous != previous:
            faults.append(Fault("unlinked", number))
        changes = list(event.changes.all())
        if event.digest != event.reckoned([change.said() for change in changes]):
            faults.append(Fault("altered", number))
        previous = event.digest
        seen = seen or previous == noted
        for change in changes:
            last[change.object_type, change.object_id] = (number, change.after)
    end = Chain.objects.filter(pk=1).first()
    if (end.length, end.head) != (number, previous) if end else number:
        faults.append(Fault("cut", number))
    if not seen:
        faults.append(Fault("head", number, noted))
    return Proof(number, previous, tuple(faults + list(_differing(last))))


def _changes(event: Event, notes: Notes) -> Iterator[Change]:
    for (model, key), before in notes.before.items():
        row = model._default_manager.filter(pk=key).first()
        after = row.recorded() if row is not None else None
        if before != after:
            yield Change(event=event, object_type=_kind(model), object_id=str(key), before=before, after=after)


def _differing(last: dict[tuple[str, str], tuple[int, Any]]) -> Iterator[Fault]:
    """Rows that are not as their last change left them, and rows that no event knows."""
    for model in apps.get_app_config("ledger").get_models():
        if issubclass(model, Guarded):
            kind = _kind(model)
            there = {str(row.pk): row.recorded() for row in model._default_manager.all()}
            known = {key for of, key in last if of == kind}
            for key in sorted(there.keys() | known):
                number, after = last.get((kind, key), (0, None))
                if there.get(key) != after:
                    yield Fault("differs", number, f"{kind} {key}")


def _kind(model: type[Guarded]) -> str:
    return str(model._meta.model_name)
