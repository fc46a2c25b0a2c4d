"""People, their roles and their log-ins."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions.registry import SELF, Act, Refused, action
from jiaoheng.ledger.models import Membership, Organisation, Person


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
    if Person.objects.filter(username=username.strip()).exists():
        raise Refused(_("登录名 {username} 已经有人使用,请换一个。").format(username=username))
    person = Person(username=username.strip(), name=name.strip(), must_change_password=must_change_password)
    person.set_password(password)
    person.save()
    Membership(person=person, organisation=organisation, role=role).save()
    return person


@action("person.give_role", gettext_lazy("授予角色"), right="people.change")
def give_role(act: Act, organisation: Organisation, *, person: Person, role: str) -> Membership:
    """Give a person a role in a unit from today."""
    if Membership.objects.filter(person=person, organisation=organisation, role=role, until=None).exists():
        raise Refused(_("{name}已经有这个角色。").format(name=person.name))
    held = Membership(person=person, organisation=organisation, role=role)
    held.save()
    return held


@action("person.end_role", gettext_lazy("终止角色"), right="people.change")
def end_role(act: Act, held: Membership, *, until: date | None = None) -> Membership:
    """End a role, by default yesterday, so that it is over at once."""
    held.until = until or timezone.localdate() - timedelta(days=1)
    held.save()
    return held


@action("person.set_password", gettext_lazy("重设密码"), right="people.change")
def set_password(act: Act, person: Person, *, password: str) -> Person:
    """Set another person's password, to be changed at the next log-in."""
    person.set_password(password)
    person.must_change_password = True
    person.save()
    return person


@action("person.change_password", gettext_lazy("修改密码"), right=SELF)
def change_password(act: Act, person: Person, *, password: str) -> Person:
    """Change one's own password."""
    person.set_password(password)
    person.must_change_password = False
    person.save()
    return person


@action("person.set_active", gettext_lazy("启用或停用账号"), right="people.change")
def set_active(act: Act, person: Person, *, active: bool) -> Person:
    """Let a person log in, or no longer."""
    person.is_active = active
    person.save()
    return person


@action("person.log_in", gettext_lazy("登录"), right=SELF)
def log_in(act: Act, person: Person) -> None:
    """Note a log-in."""
    person.last_login = timezone.now()
    person.save()
