"""Public funds: the rules that a county allocates by, and what it has decided for a school year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import Snapshot
from jiaoheng.ledger.models.people import Organisation, Person


class FundingRules(Guarded):
    """The county's own rules (``text``, TOML as in ``plans/funding/rules.toml``); without a row the default holds.

    Earlier texts are in the events of the row.
    """

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("规则"))
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("county",), name="one_funding_rules_a_county"),)

    def __str__(self) -> str:
        return str(self.county)

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The rules of these counties."""
        return Q(county__in=organisations)


class FundingDecision(Guarded):
    """What a county has decided for a school year: all that the allocation follows from, so that it can be told again.

    ``text`` are the rules as they were (the default too: another version of the program may bring others); ``total``
    is the budget in fen, None for what the rules ask for; ``allocated`` the sum of all schools in fen.
    """

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("学年"))
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("规则"))
    total = models.BigIntegerField(null=True)
    scale = models.BooleanField(default=False)
    allocated = models.BigIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("-year",)
        constraints = (models.UniqueConstraint(fields=("county", "year"), name="one_funding_decision_a_year"),)

    def __str__(self) -> str:
        return f"{self.county} {self.year}"

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The decisions of these counties."""
        return Q(county__in=organisations)
