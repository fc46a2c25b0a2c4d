"""Forecasts that are kept: what was assumed about a snapshot, and the pupils and seats that followed from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import Snapshot
from jiaoheng.ledger.models.people import Organisation, Person
from jiaoheng.ledger.models.runs import Run


class Projection(Guarded):
    """A question for the forecast about a snapshot, and the answer.

    ``request`` is the ``ForecastRequest`` (class sizes, planned housing, births, migration). ``answer`` is the packed
    ``forecast.answer.Forecast``, empty until the ``run`` has ended; ``until`` is the last year that was asked for.
    """

    DIGESTED = ("answer",)

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projections")
    name = models.CharField(_("名称"), max_length=80)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    request = models.JSONField(_("假设"), default=dict)
    until = models.PositiveSmallIntegerField(_("推算到"))
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.BinaryField(_("推算内容"), default=bytes)
    computed_at = models.DateTimeField(_("算完时间"), null=True)
    archived = models.BooleanField(_("已归档"), default=False)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The forecasts of these counties."""
        return Q(county__in=organisations)

    @property
    def is_running(self) -> bool:
        """Whether it is still being worked out."""
        return self.run is not None and self.run.status in Run.UNFINISHED

    @property
    def is_computed(self) -> bool:
        """Whether there is an answer."""
        return bool(self.answer)
