"""How tables of other systems are read: mappings that a county keeps, and the one by which a file is read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import SourceFile
from jiaoheng.ledger.models.people import Organisation, Person


class TableMapping(Guarded):
    """A mapping file (``text``, TOML) that a county has under a ``title``; it is offered unless ``withdrawn``."""

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mappings")
    title = models.CharField(_("名称"), max_length=80)
    text = models.TextField()
    withdrawn = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("county", "title"), condition=Q(withdrawn=False), name="one_mapping_of_a_title"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The mappings of these counties."""
        return Q(county__in=organisations)


class Mapped(Guarded):
    """A file of a submission that is read through a mapping: its text as it was when the file was given to it.

    ``origin`` is the mapping it was taken from, as ``ledger.foreign`` names it, empty for one made for this file
    alone. ``year`` is the school year of a file that says none.
    """

    file = models.OneToOneField(SourceFile, on_delete=models.PROTECT, related_name="mapped")
    title = models.CharField(max_length=80)
    origin = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    year = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Those of these units' submissions."""
        return Q(file__submission__organisation__in=organisations)
