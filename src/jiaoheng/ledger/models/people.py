"""Organisations as a tree, people, and the roles people have in organisations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger.guard import Guarded, GuardedQuerySet

INITIAL_PASSWORD_LASTS = timedelta(days=30)
"""How long a password that somebody else set may wait for its first use."""


class Organisation(Guarded):
    """A unit of the tree: province, city, county bureau, its sections, school groups, responsibility areas, schools.

    ``code`` is the county's code for a bureau, the ``school_id`` of the facts for a school. ``path`` holds the
    primary keys from the root down to the unit itself, each followed by a stroke, so that a unit's whole subtree is
    one prefix.
    """

    class Kind(models.TextChoices):
        """What kind of unit it is."""

        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县教育局")
        SECTION = "section", _("股室")
        GROUP = "group", _("教共体（集团）")
        AREA = "area", _("督学责任区")
        SCHOOL = "school", _("学校")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=120)
    code = models.CharField(_("代码"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    active = models.BooleanField(_("在用"), default=True)

    class Meta(Guarded.Meta):
        ordering = ("path",)
        constraints = (models.UniqueConstraint(fields=("kind", "code"), condition=~Q(code=""), name="one_unit_a_code"),)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Save, and keep the path in step with the parent."""
        super().save(*args, **options)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != self.path:
            old, self.path = self.path, path
            super().save(update_fields=["path"])
            if old:
                for child in Organisation.objects.filter(parent=self):
                    child.save()

    @cached_property
    def county(self) -> Organisation | None:
        """The county bureau that the unit is, or belongs to."""
        return Organisation.objects.filter(pk__in=self.ancestry, kind=self.Kind.COUNTY).last()

    @property
    def ancestry(self) -> list[int]:
        """Primary keys from the root to the unit itself."""
        return [int(part) for part in self.path.split("/") if part]

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Which units lie within these."""
        return Q(pk__in=organisations)


class Coverage(Guarded):
    """A school that a responsibility area watches over, or that a school group holds."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="covers")
    school = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="covered_by")

    class Meta(Guarded.Meta):
        constraints = (models.UniqueConstraint(fields=("organisation", "school"), name="covered_once"),)


class PersonManager(BaseUserManager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]
    """Finds people by the name they log in with."""


class Person(AbstractBaseUser, Guarded):
    """Someone with a log-in. ``name`` is shown; ``username`` is typed."""

    UNRECORDED = ("last_login",)
    DIGESTED = ("password",)

    username = models.CharField(
        _("登录名"), max_length=60, unique=True, error_messages={"unique": _("这个登录名已经有人使用，请换一个。")}
    )
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now, editable=False)
    password_at = models.DateTimeField(_("密码设定时间"), default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(Guarded.Meta):
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether the password is right; the stored hash stays as it is, since it changes through actions only."""
        return check_password(raw_password, self.password)

    @cached_property
    def held(self) -> tuple[Membership, ...]:
        """The memberships in force today, organisations with them."""
        found = self.memberships.filter(Membership.in_force(), organisation__active=True)
        return tuple(found.select_related("organisation").order_by("pk"))

    @cached_property
    def county(self) -> Organisation | None:
        """The county whose figures this person works with: that of the first role in force."""
        return next((held.organisation.county for held in self.held if held.organisation.county), None)

    @property
    def initial_password_expired(self) -> bool:
        """Whether an initial password was left unchanged for too long, so that it no longer opens anything."""
        return self.must_change_password and timezone.now() > self.password_at + INITIAL_PASSWORD_LASTS

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """People with a membership in these units.

        Whoever also has a role elsewhere may be seen, but not changed: their log-in is not these units' alone.
        """
        inside = Q(pk__in=Membership.objects.filter(organisation__in=organisations).values("person"))
        if action == "people.see":
            return inside
        today = timezone.localdate()
        elsewhere = Membership.objects.exclude(organisation__in=organisations).exclude(until__lt=today)
        return inside & ~Q(pk__in=elsewhere.values("person"))


class Membership(Guarded):
    """A person's role in an organisation, from a day and until one."""

    class Role(models.TextChoices):
        """What a person does in an organisation; ``access.RIGHTS`` says what each may."""

        ADMINISTRATOR = "administrator", _("管理员")
        OFFICER = "officer", _("股室人员")
        CLERK = "clerk", _("学校填报员")
        HEAD = "head", _("校长")
        INSPECTOR = "inspector", _("责任督学")
        LEADER = "leader", _("领导")
        CARE = "care", _("关爱专员")

    person = models.ForeignKey(Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    since = models.DateField(_("自"), default=timezone.localdate)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta(Guarded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("person", "organisation", "role"), condition=Q(until__isnull=True), name="one_role_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"

    @classmethod
    def in_force(cls) -> Q:
        """The roles held today."""
        today = timezone.localdate()
        return Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))

    @classmethod
    def within(cls, organisations: set[int], action: str) -> Q:
        """Roles held in these units."""
        return Q(organisation__in=organisations)
