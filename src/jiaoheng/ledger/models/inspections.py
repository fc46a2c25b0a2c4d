"""Inspections of schools (督导): visits, the points found, and whether they were put right when looked at again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.people import Organisation, Person


class Visit(Guarded):
    """An inspection of a school: what was found, until when it is put right, and the visit that looked again."""

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(Organisation, verbose_name=_("学校"), on_delete=models.PROTECT, related_name="visits")
    area = models.ForeignKey(
        Organisation, verbose_name=_("责任区"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    date = models.DateField(_("日期"), default=clock.today)
    inspector = models.ForeignKey(Person, verbose_name=_("督学"), on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("总体情况"), blank=True)
    due = models.DateField(_("整改期限"), null=True, blank=True)
    revisit_of = models.ForeignKey(
        "self", verbose_name=_("复查"), null=True, blank=True, on_delete=models.PROTECT, related_name="revisits"
    )

    class Meta(Guarded.Meta):
        ordering = ("-date", "-pk")

    def __str__(self) -> str:
        return f"{self.school} {self.date}"

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Visits to these schools."""
        return Q(school__in=organisations)


class Point(Guarded):
    """One thing that a visit found; ``task`` is what the school has to do about it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="points")
    text = models.CharField(_("发现的问题"), max_length=200)
    task = models.OneToOneField("ledger.Task", on_delete=models.PROTECT, related_name="point")

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class Recheck(Guarded):
    """What a later visit says of a point: put right, or not."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="rechecks")
    point = models.ForeignKey(Point, on_delete=models.PROTECT, related_name="rechecks")
    rectified = models.BooleanField(_("已整改"))
    note = models.TextField(_("说明"), blank=True)

    class Meta(Guarded.Meta):
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("visit", "point"), name="rechecked_once"),)
