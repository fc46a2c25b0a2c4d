"""Scenarios: questions put to a planner, what it answered, and which of its moves became tasks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import Snapshot
from jiaoheng.ledger.models.people import Organisation, Person
from jiaoheng.ledger.models.runs import Run
from jiaoheng.ledger.models.tasks import Task


class CostEdition(Guarded):
    """A county's table of what the levers cost, as it was from this moment on: ``text`` is its TOML.

    The last one holds; what was before it stays, since scenarios were reckoned with it.
    """

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cost_editions")
    text = models.TextField(_("成本表"))
    note = models.CharField(_("修改原因"), max_length=200, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{_('成本表')} {self.pk}"

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The cost tables of these counties."""
        return Q(county__in=organisations)


class Scenario(Guarded):
    """A question for a planner about a snapshot, and the answer.

    ``request`` is that of the ``planner`` (``PathRequest``, ``LayoutRequest``, ``ZonesRequest``) without its costs,
    which are those of ``costs`` (None: as delivered). ``plan`` is the packed ``plans.Plan``, empty until the ``run``
    has ended; from it ``cost`` (yuan), ``status`` and ``gap`` of the certificate, ``verdict`` of the last year,
    ``moved`` (persons who change school; of layouts and catchments, children) and ``share`` (per cent of pupils in
    passing schools) are kept beside it. ``curve`` has the points of the budget curve, as JSON. ``by_hand`` are the
    places that somebody gave to another school than the plan of ``based_on`` did: place to school.
    """

    class Planner(models.TextChoices):
        """Which question was put."""

        PATH = "path", _("达标路径")
        LAYOUT = "layout", _("学校布局")
        ZONES = "zones", _("划片")

    class Status(models.TextChoices):
        """How far the planner's proof went, as its certificate says."""

        OPTIMAL = "optimal", _("已证明最省")
        FEASIBLE = "feasible", _("可行，没有证明到底")
        INFEASIBLE = "infeasible", _("证明做不到")
        UNFINISHED = "unfinished", _("时间内没有算出")

    DIGESTED = ("plan", "curve")
    # Worked out from the plan, whose digest the events hold.
    UNRECORDED = ("gap", "share", "moved", "verdict")

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(_("名称"), max_length=80)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    planner = models.CharField(_("问题"), max_length=8, choices=Planner.choices, default=Planner.PATH)
    request = models.JSONField(_("要求"), default=dict)
    by_hand = models.JSONField(_("手工调整"), default=dict)
    costs = models.ForeignKey(
        CostEdition, verbose_name=_("成本表"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    based_on = models.ForeignKey("self", verbose_name=_("依据的方案"), null=True, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    curve_run = models.ForeignKey(
        Run, verbose_name=_("预算曲线的计算"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    plan = models.BinaryField(_("方案内容"), default=bytes)
    cost = models.FloatField(_("费用（元）"), null=True)
    status = models.CharField(_("证明"), max_length=12, blank=True, choices=Status.choices)
    gap = models.FloatField(_("与下限的差距"), null=True)
    verdict = models.CharField(max_length=10, blank=True)
    moved = models.PositiveIntegerField(_("交流人数或转学人数"), null=True)
    share = models.FloatField(_("达标学校学生比例"), null=True)
    curve = models.TextField(_("预算曲线"), blank=True)
    computed_at = models.DateTimeField(_("算完时间"), null=True)
    archived = models.BooleanField(_("已归档"), default=False)
    adopted_at = models.DateTimeField(_("采纳时间"), null=True)
    adopted_by = models.ForeignKey(
        Person, verbose_name=_("采纳人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The scenarios of these counties."""
        return Q(county__in=organisations)

    @property
    def is_running(self) -> bool:
        """Whether its plan is still being looked for."""
        return self.run is not None and self.run.status in Run.UNFINISHED

    @property
    def is_computed(self) -> bool:
        """Whether there is an answer."""
        return bool(self.plan)

    @property
    def is_of_places(self) -> bool:
        """Whether it is about where schools are and who goes where."""
        return self.planner != self.Planner.PATH

    @property
    def until(self) -> int:
        """The last school year of the plan: that by which the county is to pass, or to which seats must do."""
        return int(self.request["until"])


class AdoptedMove(Guarded):
    """A move of an adopted scenario, by its place in the plan, and the task that sees to it."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="adopted")
    place = models.PositiveIntegerField(_("举措序号"))
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="adopted")

    class Meta(Guarded.Meta):
        ordering = ("place",)
        constraints = (models.UniqueConstraint(fields=("scenario", "place"), name="a_move_is_adopted_once"),)

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The adopted moves of these counties."""
        return Q(scenario__county__in=organisations)
