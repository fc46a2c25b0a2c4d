"""Plan documents, what they promise, and the groups of schools that they list.

What the program reads is only proposed. A commitment counts once a person has confirmed, corrected or added it; what
was read stays beside what holds.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.facts import Submission
from jiaoheng.ledger.models.people import Organisation, Person
from jiaoheng.ledger.models.tasks import Task


class PlanDocument(Guarded):
    """A plan, scheme or opinion (规划、方案、意见) with the plain text that all places refer to.

    ``token`` is the name under which the original lies, ``sha256`` the digest of it and ``digest`` that of the text.
    ``headings`` are the headings of the text, each ``[start, end, depth]``. ``reason`` says, by language, why a file
    could not be read. ``standard`` is the name of the ``PlanStandard`` that was written last. One that was uploaded by
    mistake is ``withdrawn`` and then shows nowhere but in the list.
    """

    DIGESTED = ("text",)

    class Level(models.TextChoices):
        """Whose plan it is."""

        NATIONAL = "national", _("国家")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县")
        SCHOOL = "school", _("学校")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        """How far reading it is."""

        READING = "reading", _("正在读取")
        READ = "read", _("已读取")
        REFUSED = "refused", _("读不了")

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices, default=Level.COUNTY)
    title = models.CharField(_("标题"), max_length=300)
    issuer = models.CharField(_("发文机关"), max_length=200, blank=True)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issued = models.DateField(_("成文日期"), null=True)
    first_year = models.PositiveSmallIntegerField(_("起始年"), null=True)
    last_year = models.PositiveSmallIntegerField(_("终止年"), null=True)
    name = models.CharField(_("文件名"), max_length=200)
    token = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField(_("正文"), blank=True)
    digest = models.CharField(max_length=64, blank=True)
    headings = models.JSONField(_("各级标题"), default=list)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.READING)
    reason = models.JSONField(_("读不了的原因"), default=dict)
    proposed = models.JSONField(_("程序读到的"), null=True)
    withdrawn = models.BooleanField(_("已停用"), default=False)
    standard = models.CharField(_("测算用的标准"), max_length=60, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The documents of these counties; to be seen, also those whose confirmed commitments name these schools."""
        own = Q(county__in=organisations)
        if action != "document.see":
            return own
        concerned = Commitment.objects.filter(Commitment.concerning(organisations)).values("document")
        return own | Q(withdrawn=False, pk__in=concerned)


class Commitment(Guarded):
    """A promised quantity (``target``) or a measure (``task``), with its place in the document's text.

    ``proposed`` is what the program read, never changed; None where a person added it. ``due`` is a year, a month or
    a day as in ISO 8601. ``indicator`` is the figure of the catalogue that measures a target, by ``score`` (0 to 1)
    from its words, ``runners_up`` the next best, each ``[indicator, score]``. ``counts_as`` is the commitment that
    counts in its place, where several documents promise the same. ``task`` is the ledger's task of it.
    """

    class Kind(models.TextChoices):
        """What is promised."""

        TARGET = "target", _("目标")
        TASK = "task", pgettext_lazy("commitment", "任务")

    class State(models.TextChoices):
        """What a person made of what was read."""

        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        CORRECTED = "corrected", _("改正后确认")
        REJECTED = "rejected", _("不算承诺")
        ADDED = "added", _("人工补充")

    HOLDS = (State.CONFIRMED, State.CORRECTED, State.ADDED)
    """The states in which it counts."""

    document = models.ForeignKey(PlanDocument, on_delete=models.PROTECT, related_name="commitments")
    kind = models.CharField(_("类别"), max_length=6, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.PROPOSED)
    quote = models.TextField(_("原文"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    path = models.JSONField(_("所在标题"), default=list)
    subject = models.CharField(_("承诺的内容"), max_length=400)
    comparator = models.CharField(_("要求"), max_length=2, blank=True)
    value = models.FloatField(_("目标值"), null=True)
    value_max = models.FloatField(_("上限"), null=True)
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    due = models.CharField(_("期限"), max_length=10, blank=True)
    baseline = models.FloatField(_("基期值"), null=True)
    baseline_year = models.PositiveSmallIntegerField(_("基期年"), null=True)
    binding = models.CharField(_("性质"), max_length=10, blank=True)
    lead = models.JSONField(_("牵头单位"), default=list)
    support = models.JSONField(_("配合单位"), default=list)
    proposed = models.JSONField(_("程序读到的"), null=True)
    indicator = models.CharField(_("对应指标"), max_length=80, blank=True)
    score = models.FloatField(_("匹配程度"), null=True)
    runners_up = models.JSONField(_("其他可能的指标"), default=list)
    counts_as = models.ForeignKey(
        "self", verbose_name=_("以哪一条为准"), null=True, on_delete=models.PROTECT, related_name="stands_for"
    )
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="commitments")
    decided_by = models.ForeignKey(
        Person, verbose_name=_("确认人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta(Guarded.Meta):
        ordering = ("start", "-end", "pk")
        indexes = (models.Index(fields=("document", "state")),)

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def concerning(cls, organisations: set[int]) -> Q:
        """The commitments that count and name one of these schools, or whose task one of these units does."""
        named = Mention.objects.filter(school__in=organisations).values("commitment")
        tasks = Task.objects.filter(Task.within(organisations, "task.see")).values("pk")
        return Q(state__in=cls.HOLDS) & (Q(pk__in=named) | Q(task__in=tasks))

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The commitments of these counties; to be seen, also those that count and concern these units."""
        own = Q(document__county__in=organisations)
        if action != "document.see":
            return own
        return own | (Q(document__withdrawn=False) & cls.concerning(organisations))

    @property
    def holds(self) -> bool:
        """Whether a person has said that it counts."""
        return self.state in self.HOLDS

    @property
    def is_target(self) -> bool:
        """Whether a quantity is promised."""
        return self.kind == self.Kind.TARGET

    @property
    def due_day(self) -> date | None:
        """The last day of what ``due`` says; None where it says none."""
        return last_day(self.due)


class PlanStandard(Guarded):
    """A document's confirmed targets as a standard's file (``text``), by which the county's facts are assessed.

    ``items`` is the number of each commitment's item by its key, ``left_out`` why others cannot be measured, by
    language.
    """

    DIGESTED = ("text",)

    document = models.ForeignKey(PlanDocument, on_delete=models.PROTECT, related_name="standards")
    name = models.CharField(_("名称"), max_length=60, unique=True)
    text = models.TextField(_("正文"))
    items = models.JSONField(_("各条目标"), default=dict)
    left_out = models.JSONField(_("不能测算的"), default=dict)
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Mention(Guarded):
    """A place in a commitment, or in the words of a group, at which a document names a school of the county."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="mentions")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("commitment", "school"), name="mentioned_once"),)


class PlannedGroup(Guarded):
    """A group of schools (教共体、集团) that a document lists, to be taken over into the county's table of groups.

    ``core`` and ``members`` are lists of ``{"name", "points"}`` as the document names them; ``schools`` gives the
    school's code by the name, where one was found or chosen. ``submission`` is the return by which they become facts.
    """

    class State(models.TextChoices):
        """Whether it was taken over."""

        PROPOSED = "proposed", _("待确认")
        ADOPTED = "adopted", _("已采用")
        REJECTED = "rejected", _("不采用")

    document = models.ForeignKey(PlanDocument, on_delete=models.PROTECT, related_name="groups")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PROPOSED)
    name = models.CharField(_("名称"), max_length=200)
    stage = models.CharField(_("学段"), max_length=40, blank=True)
    core = models.JSONField(_("核心校"), default=list)
    members = models.JSONField(_("成员校"), default=list)
    schools = models.JSONField(_("对应的学校"), default=dict)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    proposed = models.JSONField(_("程序读到的"), default=dict)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        Person, verbose_name=_("确认人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta(Guarded.Meta):
        ordering = ("start", "pk")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The groups of these counties' documents."""
        return Q(document__county__in=organisations)


def last_day(due: str) -> date | None:
    """The last day of a year, month or day as in ISO 8601; None for nothing.

    Raises ``ValueError`` for anything else.
    """
    if not due:
        return None
    parts = [int(part) for part in due.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], monthrange(parts[0], parts[1])[1])
    return date(*parts)
