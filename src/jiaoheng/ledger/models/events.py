"""The history: one event a change, each holding the hash of the one before, never rewritten."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger.models.people import Organisation, Person


class Event(models.Model):
    """One action that was carried out: who, when, what, on which row; ``changes`` are all the rows it touched."""

    number = models.PositiveBigIntegerField(_("序号"), unique=True)
    at = models.DateTimeField(_("时间"))
    county = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, verbose_name=_("人员"), null=True, on_delete=models.PROTECT, related_name="+")
    roles = models.CharField(_("角色"), max_length=200, blank=True)
    action = models.CharField(_("操作"), max_length=60, db_index=True)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    label = models.CharField(_("对象"), max_length=200, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.label}"

    def reckoned(self, changes: list[Any]) -> str:
        """The SHA-256 of all that the event says, of its changes, and of the hash of the event before."""
        said: dict[str, Any] = {
            "number": self.number,
            "at": self.at.isoformat(),
            "county": self.county_id,
            "person": self.person_id,
            "roles": self.roles,
            "action": self.action,
            "object": [self.object_type, self.object_id, self.label],
            "details": self.details,
            "changes": changes,
            "previous": self.previous,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The events of these counties."""
        return Q(county__in=organisations)


class Change(models.Model):
    """A row that an event touched: ``before`` is null for what was made, ``after`` for what was taken away."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="changes")
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("object_type", "object_id")),)

    def said(self) -> list[Any]:
        """The change as the event's hash holds it."""
        return [self.object_type, self.object_id, self.before, self.after]


class Chain(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that a tail cut off is found."""

    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)
