"""The ledger of tasks (台账): what is to be done, by whom, until when, and how it was shown to be done."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import Snapshot, Submission
from jiaoheng.ledger.models.inspections import Visit
from jiaoheng.ledger.models.people import Organisation, Person

SOON = timedelta(days=7)
"""A task that is due within this is due soon."""


class Task(Guarded):
    """One thing to be done.

    A measured task (``target`` is set) says which figure has to meet its threshold: it closes only when the latest
    assessment shows that. Any other closes when a second person has seen the evidence. ``target`` is the key of
    ``targets.Target`` and ``found`` its standing when the task was made, in ``snapshot``; ``proof`` is what showed it
    done. ``again_of`` is the closed task whose figure has fallen short again.

    A task that spends money says how much (``expense``, yuan); whom the county's rules name for such a sum has to
    approve it (``approved_by``) before it closes.

    A task may ask a school for its statistics of a year (``asked_year``), as they were missing in ``submission``; the
    school's own submission that brings them is its ``answer``.
    """

    class State(models.TextChoices):
        """Where a task stands."""

        OPEN = "open", _("待办")
        IN_PROGRESS = "in_progress", _("办理中")
        SUBMITTED = "submitted", _("待验收")
        RETURNED = "returned", _("已退回")
        CLOSED = "closed", _("已销号")
        WITHDRAWN = "withdrawn", _("已作废")

    class Source(models.TextChoices):
        """Where a task came from."""

        FINDING = "finding", _("测算发现")
        COMMITMENT = "commitment", _("规划承诺")
        MOVE = "move", _("方案措施")
        INSPECTION = "inspection", _("督导检查")
        MISSING = "missing", _("缺报统计")
        OWN = "own", _("自行登记")

    PENDING = (State.OPEN, State.IN_PROGRESS, State.SUBMITTED, State.RETURNED)

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("事项"), max_length=200)
    detail = models.TextField(_("要求"), blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=Source.choices, default=Source.OWN)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级事项"), null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    school = models.ForeignKey(
        Organisation, verbose_name=_("学校"), null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    lead = models.ForeignKey(Organisation, verbose_name=_("责任单位"), on_delete=models.PROTECT, related_name="leads")
    verifier = models.ForeignKey(
        Organisation, verbose_name=_("验收单位"), on_delete=models.PROTECT, related_name="verifies"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("责任人"), null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    due = models.DateField(_("完成时限"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.OPEN)
    target = models.CharField(max_length=200, blank=True)
    item = models.CharField(max_length=40, blank=True)
    found = models.JSONField(null=True)
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="tasks")
    again_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="again")
    asked_year = models.PositiveSmallIntegerField(null=True)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="asked")
    answer = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="answers")
    rule = models.ForeignKey("TaskRule", null=True, on_delete=models.PROTECT, related_name="tasks")
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    proof = models.JSONField(null=True)
    expense = models.DecimalField(_("支出金额（元）"), null=True, max_digits=15, decimal_places=2)
    approved_by = models.ForeignKey(
        Person, verbose_name=_("审批人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("审批时间"), null=True)

    class Meta(Guarded.Meta):
        ordering = ("due", "pk")
        indexes = (models.Index(fields=("county", "state", "due")), models.Index(fields=("county", "target")))
        constraints = (
            models.UniqueConstraint(
                fields=("county", "target"),
                condition=Q(state__in=("open", "in_progress", "submitted", "returned")) & ~Q(target=""),
                name="one_pending_task_a_target",
            ),
            models.UniqueConstraint(
                fields=("lead", "asked_year"),
                condition=Q(state__in=("open", "in_progress", "submitted", "returned")) & Q(asked_year__isnull=False),
                name="one_pending_task_a_school_and_year",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_measured(self) -> bool:
        """Whether it closes by a figure."""
        return bool(self.target)

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be done."""
        return self.state in self.PENDING

    @property
    def days_left(self) -> int | None:
        """Days until it is due, below nought when overdue; None where it is done or has no day."""
        return (self.due - clock.today()).days if self.is_pending and self.due is not None else None

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed and it is still to be done."""
        return self.days_left is not None and self.days_left < 0

    @property
    def is_due_soon(self) -> bool:
        """Whether it is to be done within a week."""
        return self.days_left is not None and 0 <= self.days_left <= SOON.days

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Tasks that these units lead, help with, verify, or that concern them: doing is not verifying."""
        if action in ("task.close", "task.return", "task.edit", "task.withdraw"):
            return Q(verifier__in=organisations)
        if action in ("task.start", "task.submit", "task.expense", "task.approve"):
            return Q(lead__in=organisations)
        helped = Support.objects.filter(organisation__in=organisations).values("task")
        return (
            Q(lead__in=organisations) | Q(school__in=organisations) | Q(verifier__in=organisations) | Q(pk__in=helped)
        )


class Support(Guarded):
    """A unit that helps with a task (配合单位)."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="supports")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("task", "organisation"), name="supports_once"),)


class Comment(Guarded):
    """What somebody said of a task."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("意见"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)


class Evidence(Guarded):
    """A file that shows a task done; it lies under a random name outside the web root."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    token = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Evidence of the tasks that these units see."""
        return Q(task__in=Task.objects.filter(Task.within(organisations, "task.see")))


class TaskRule(Guarded):
    """Findings of an item become tasks by themselves after each assessment, for these units and within these days."""

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(_("指标"), max_length=40)
    blocking_only = models.BooleanField(_("只限影响达标的"), default=True)
    lead = models.ForeignKey(
        Organisation,
        verbose_name=_("责任单位"),
        help_text=_("不选则由学校负责"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verifier = models.ForeignKey(Organisation, verbose_name=_("验收单位"), on_delete=models.PROTECT, related_name="+")
    days = models.PositiveIntegerField(_("期限（天）"), default=90)
    enabled = models.BooleanField(_("启用"), default=True)

    class Meta(Guarded.Meta):
        ordering = ("item",)
        constraints = (models.UniqueConstraint(fields=("county", "item"), name="one_rule_an_item"),)

    def __str__(self) -> str:
        return self.item

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The rules of these counties."""
        return Q(county__in=organisations)
