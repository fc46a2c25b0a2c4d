"""People, their roles and their log-ins."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date, timedelta
from typing import Any

import msgspec
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access
from jiaoheng.ledger.actions.registry import SELF, Act, Forbidden, Refused, action
from jiaoheng.ledger.models import Membership, Organisation, Person

Role = Membership.Role

# Without letters and digits that are taken for one another when copied from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_INITIAL_ITERATIONS = 20_000


def initial_password() -> str:
    """A password made by lot, 79 bits, in four groups that are easy to copy."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@action("person.add", gettext_lazy("新增人员"), right="people.change")
def add_person(
    act: Act,
    organisation: Organisation,
    *,
    username: str,
    name: str,
    role: str,
    password: str | None,
    must_change_password: bool = True,
) -> Person:
    """Add a person with a first role in a unit; without ``password`` nobody can log in until one is set."""
    username, name = _plain(username), _plain(name)
    if not re.fullmatch(r"[\w.@+-]{2,60}", username):
        raise Refused(_("登录名须为 2 到 60 个字母、数字、汉字或 . _ - @ +,中间不要有空格。"))
    if not name:
        raise Refused(_("请填写姓名。"))
    if Person.objects.filter(username=username).exists():
        raise Refused(_("登录名 {username} 已经有人使用，请换一个。").format(username=username))
    _must_fit(role, organisation)
    person = Person(username=username, name=name, must_change_password=must_change_password)
    _set(person, password, initial=must_change_password)
    person.save()
    Membership(person=person, organisation=organisation, role=role).save()
    return person


class NewLogIn(msgspec.Struct, frozen=True):
    """What a new clerk needs to log in, to be handed over once."""

    school: str
    username: str
    password: str


@action("person.add_clerks", gettext_lazy("批量开通学校填报员"), right="people.change")
def add_clerks(act: Act, county: Organisation, *, schools: list[Organisation]) -> list[NewLogIn]:
    """Give every one of these schools that has no clerk a log-in: the school's code, with an initial password.

    Raises ``Refused`` where a code is somebody's log-in already, or where no school needs one.
    """
    made = []
    for school in schools:
        if school.county != county or school.kind != Organisation.Kind.SCHOOL:
            raise Forbidden("people.change")
        if school.memberships.filter(Membership.in_force(), role=Role.CLERK, person__is_active=True).exists():
            continue
        username = school.code or f"school{school.pk}"
        if Person.objects.filter(username=username).exists():
            raise Refused(
                _("登录名 {username}（{school}）已经有人使用，请先不选这所学校，再单独为它新增填报员。").format(
                    username=username, school=school
                )
            )
        person = Person(username=username, name=_("{school}填报员").format(school=school)[:60])
        password = initial_password()
        person.must_change_password = True
        _set(person, password, initial=True)
        person.save()
        Membership(person=person, organisation=school, role=Role.CLERK).save()
        made.append(NewLogIn(school.name, username, password))
    if not made:
        raise Refused(_("所选学校都已经有填报员，没有需要开通的账号。"))
    act.details["made"] = len(made)
    return made


@action("person.rename", gettext_lazy("修改姓名"), right="people.change")
def rename(act: Act, person: Person, *, name: str) -> Person:
    """Change how a person is called."""
    if not _plain(name):
        raise Refused(_("请填写姓名。"))
    person.name = _plain(name)
    person.save()
    return person


@action("person.give_role", gettext_lazy("授予角色"), right="people.change")
def give_role(act: Act, organisation: Organisation, *, person: Person, role: str) -> Membership:
    """Give a person a role in a unit from today; the person must be one whom the acting person may see."""
    if act.actor.person is not None and not access.may(act.actor.person, "people.see", person):
        raise Forbidden("people.change")
    _must_fit(role, organisation)
    same = Membership.objects.filter(person=person, organisation=organisation, role=role)
    if same.filter(until=None).exists():
        raise Refused(_("{name}已经有这个角色。").format(name=person.name))
    held = Membership(person=person, organisation=organisation, role=role)
    held.save()
    return held


@action("person.end_role", gettext_lazy("终止角色"), right="people.change")
def end_role(act: Act, held: Membership, *, until: date | None = None) -> Membership:
    """End a role, by default yesterday, so that it is over at once; never that of the last administrator."""
    if held.until is not None and held.until < timezone.localdate():
        raise Refused(_("这个角色已经终止。"))
    if held.role == Role.ADMINISTRATOR:
        _must_leave_administrator(held.organisation, Membership.objects.filter(pk=held.pk))
    held.until = until or timezone.localdate() - timedelta(days=1)
    held.save()
    return held


@action("person.set_password", gettext_lazy("重设密码"), right="people.change")
def set_password(act: Act, person: Person, *, password: str) -> Person:
    """Set another person's password, to be changed at the next log-in."""
    if person == act.actor.person:
        raise Refused(_("自己的密码请在“我的账号”中修改。"))
    person.must_change_password = True
    _set(person, password, initial=True)
    person.save()
    return person


@action("person.change_password", gettext_lazy("修改密码"), right=SELF)
def change_password(act: Act, person: Person, *, password: str) -> Person:
    """Change one's own password."""
    _set(person, password, initial=False)
    person.must_change_password = False
    person.save()
    return person


@action("person.set_active", gettext_lazy("启用或停用账号"), right="people.change")
def set_active(act: Act, person: Person, *, active: bool) -> Person:
    """Let a person log in, or no longer; nobody can do it to themselves, nor to the last administrator."""
    if person == act.actor.person:
        raise Refused(_("不能停用自己的账号。请由另一位管理员来做。"))
    if not active:
        for held in person.held:
            if held.role == Role.ADMINISTRATOR:
                _must_leave_administrator(held.organisation, Membership.objects.filter(person=person))
    person.is_active = active
    person.save()
    return person


@action("person.log_in", gettext_lazy("登录"), right=SELF)
def log_in(act: Act, person: Person) -> None:
    """Note a log-in."""
    person.last_login = timezone.now()
    person.save()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _set(person: Person, password: str | None, *, initial: bool) -> None:
    """Set a password; one made by lot needs no slow hash, which a hundred of them together would not bear."""
    if password is not None and initial:
        hasher = PBKDF2PasswordHasher()
        person.password = hasher.encode(password, hasher.salt(), iterations=_INITIAL_ITERATIONS)
    else:
        person.set_password(password)
    person.password_at = timezone.now()


def _must_fit(role: str, organisation: Organisation) -> None:
    if role not in access.ROLES_IN[organisation.kind]:
        fitting = _("、").join(str(Role(name).label) for name in access.ROLES_IN[organisation.kind])
        raise Refused(
            _("“{unit}”是{kind}，可以有的角色是：{roles}。请改选单位或角色。").format(
                unit=organisation, kind=organisation.get_kind_display(), roles=fitting
            )
        )


def _must_leave_administrator(county: Organisation, without: Any) -> None:
    left = Membership.objects.filter(
        Membership.in_force(), organisation=county, role=Role.ADMINISTRATOR, person__is_active=True
    )
    if not left.exclude(pk__in=without.values("pk")).exists():
        raise Refused(_("这是最后一位管理员。请先让另一个人担任管理员，再终止这个角色。"))
