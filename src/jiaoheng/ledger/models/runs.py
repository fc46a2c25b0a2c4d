"""Long computations as records: what was asked, on which facts, how far it is, what came of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiaoheng.language import Language
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.people import Organisation, Person

LEASE = timedelta(seconds=30)
ATTEMPTS = 3


class Run(Guarded):
    """One computation that a worker carries out.

    ``lease_until`` is how long its worker answers for it: past that, another worker takes it up again. After
    ``ATTEMPTS`` it is given up, so that one that kills its worker does not do so for ever.
    """

    class Status(models.TextChoices):
        """How it ended, or that it has not."""

        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已取消")

    UNRECORDED = ("status", "progress", "attempts", "lease_until", "started_at", "ended_at", "result", "error")
    UNFINISHED = (Status.WAITING, Status.RUNNING)

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("内容"), max_length=40)
    inputs = models.JSONField(default=dict)
    snapshot = models.CharField(max_length=60, blank=True)
    standard = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.WAITING)
    progress = models.FloatField(default=0.0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta(Guarded.Meta):
        ordering = ("-pk",)
        indexes = (models.Index(fields=("status", "lease_until")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def why(self, language: Language) -> str:
        """Why it failed, in one language: the first line is Chinese, the last English; empty where it did not."""
        lines = self.error.splitlines()
        return "" if not lines else lines[0] if language == "zh" else lines[-1]

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The runs that these units asked for."""
        return Q(organisation__in=organisations)
