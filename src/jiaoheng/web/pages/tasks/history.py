"""A task's history, as the events tell it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiaoheng.ledger.actions import REGISTRY
from jiaoheng.ledger.models import Change, Event, Organisation, Person, Task


def history(task: Task) -> list[dict[str, Any]]:
    """The events of a task, the latest first: who, when, what changed, what was said."""
    key = str(task.pk)
    events = Event.objects.filter(
        Q(object_type="task", object_id=key) | Q(changes__object_type="task", changes__object_id=key)
    )
    found = events.distinct().select_related("person").prefetch_related("changes").order_by("-number")
    return [_told(event, key) for event in found]


def _told(event: Event, key: str) -> dict[str, Any]:
    changes = list(event.changes.all())
    own = next((change for change in changes if (change.object_type, change.object_id) == ("task", key)), None)
    registered = REGISTRY.get(event.action)
    return {
        "text": registered.label if registered else event.action,
        "who": event.person.name if event.person else _("系统"),
        "at": event.at,
        "changes": _changed(own) if own is not None and own.before is not None else [],
        "note": "\n".join(filter(None, [event.details.get("reason", ""), *_said(changes, key)])),
    }


def _said(changes: list[Change], key: str) -> list[str]:
    """What was said and shown with an event: comments, names of files, the note of a re-visit."""
    lines = []
    for change in changes:
        row = change.after or change.before or {}
        if str(row.get("task_id", "")) != key:
            continue
        if change.object_type == "comment":
            lines.append(row["text"])
        elif change.object_type == "evidence":
            lines.append((_("文件：{name}") if change.after else _("删除文件：{name}")).format(name=row["name"]))
    return lines


def _changed(change: Change) -> list[dict[str, Any]]:
    before, after = change.before or {}, change.after or {}
    shown = []
    for name, label, say in _FIELDS:
        if before.get(name) != after.get(name):
            shown.append({"label": str(label), "before": say(before.get(name)), "after": say(after.get(name))})
    return shown


def _field(name: str) -> Any:
    return Task._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def _state(value: Any) -> str:
    return str(Task.State(value).label) if value else ""


def _unit(value: Any) -> str:
    return Organisation.objects.filter(pk=value).values_list("name", flat=True).first() or "" if value else ""


def _person(value: Any) -> str:
    return Person.objects.filter(pk=value).values_list("name", flat=True).first() or "" if value else ""


def _plain(value: Any) -> str:
    return str(value or "")


_FIELDS = (
    ("state", _field("state"), _state),
    ("title", _field("title"), _plain),
    ("detail", _field("detail"), _plain),
    ("due", _field("due"), _plain),
    ("lead_id", _field("lead"), _unit),
    ("verifier_id", _field("verifier"), _unit),
    ("person_id", _field("person"), _person),
    ("expense", _field("expense"), _plain),
    ("approved_by_id", _field("approved_by"), _person),
)
