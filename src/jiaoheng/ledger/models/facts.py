"""Facts on their way in, snapshots that were accepted, and what they are worth against a standard."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import clock
from jiaoheng.ledger.guard import Guarded
from jiaoheng.ledger.models.people import Organisation, Person


class Submission(Guarded):
    """Statistics that a school or the bureau is bringing in: files, what is wrong with them, what was mended.

    It stays a draft, seen by its own organisation and the bureau's officers, until an officer accepts it. ``token``
    names its folder. ``revision`` counts what was changed (files, mends); ``checked`` is the revision that the last
    check was made of, ``base`` the snapshot that it was laid over, ``result`` the folder with what came of it and
    ``summary`` that in numbers. ``year`` is the school year of files that say none.
    ``note`` is why it was returned. ``snapshot`` is what accepting it made, alone or
    together with others; none where it changed nothing.
    """

    class State(models.TextChoices):
        """Where a submission stands."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已报送")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已采纳")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Mode(models.TextChoices):
        """What happens to the facts that are there already."""

        MERGE = "merge", _("并入现有数据：相同的行以这次为准，其余保留")
        REPLACE = "replace", _("整体替换：只保留这次的数据")

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="submissions"
    )
    title = models.CharField(_("名称"), max_length=120)
    token = models.CharField(max_length=32, unique=True, editable=False)
    mode = models.CharField(_("方式"), max_length=8, choices=Mode.choices, default=Mode.MERGE)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(_("学年"), null=True)
    revision = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(null=True)
    base = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=60, blank=True)
    summary = models.JSONField(default=dict)
    note = models.TextField(_("说明"), blank=True)
    snapshot = models.ForeignKey("Snapshot", null=True, on_delete=models.PROTECT, related_name="submissions")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The submissions of these units."""
        return Q(organisation__in=organisations)

    @property
    def school(self) -> str | None:
        """The code of the school whose own return this is; None for facts of the whole county."""
        return self.organisation.code if self.organisation.kind == Organisation.Kind.SCHOOL else None

    @property
    def is_open(self) -> bool:
        """Whether files and cells may be changed now."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)

    @property
    def is_checked(self) -> bool:
        """Whether the last check was made of the files and mends as they are now."""
        return bool(self.result) and self.checked == self.revision


class SourceFile(Guarded):
    """A file of a submission as it was uploaded; ``stored`` is its name in the submission's folder.

    A file that was ``removed`` is no longer read, but stays where it is, with what was mended in it. One with
    ``persons`` lists people: once its submission is over the file itself is deleted and it is ``gone``, what was
    counted in it stays.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed = models.BooleanField(default=False)
    persons = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The files of these units' submissions."""
        return Q(submission__organisation__in=organisations)


class Mended(Guarded):
    """A cell whose value was typed into the page, or (``column`` empty) a row that is not to be used.

    ``revision`` is that of the submission when it was typed: whoever changes it says which one was seen.
    """

    file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="mended")
    sheet = models.CharField(max_length=120, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    value = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("file", "sheet", "row", "column"), name="one_value_a_cell"),)

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} {self.row} {self.column}".strip()


class Snapshot(Guarded):
    """An accepted state of a county's facts; ``name`` is the snapshot's folder in the county's store."""

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="snapshots")
    name = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField(_("学年"))
    source = models.CharField(_("来源"), max_length=200, blank=True)
    waiting = models.PositiveIntegerField(default=0)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("采纳时间"), default=clock.now)

    class Meta(Guarded.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The snapshots of these counties."""
        return Q(county__in=organisations)


class SourceOrder(Guarded):
    """Which source holds in a county where several tell the same: sources in order, and exceptions.

    ``order`` is a list of codes, ``exceptions`` lists of codes by table or column, as in ``county.Precedence``.
    """

    county = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    order = models.JSONField(_("先后顺序"), default=list)
    exceptions = models.JSONField(_("例外"), default=dict)

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("county",), name="one_order_a_county"),)

    def __str__(self) -> str:
        return str(self.county)

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """The orders of these counties."""
        return Q(county__in=organisations)


class Assessed(Guarded):
    """A snapshot held against a standard in one school year; ``data`` is the packed ``findings.Assessment``."""

    DIGESTED = ("data",)

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="assessed")
    standard = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10)
    data = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("snapshot", "standard", "year"), name="assessed_once"),)
