"""One change = one action = one permission check = one event, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, chain
from jiaoheng.ledger.guard import Guarded, Notes, writing
from jiaoheng.ledger.models import Organisation, Person
from jiaoheng.ledger.refusal import Refused as Refused

P = ParamSpec("P")
On = TypeVar("On", bound=Guarded)
Result = TypeVar("Result")


class Forbidden(Exception):
    """This person may not do this to this row."""


def must_be_seen(seen: str, mark: str) -> None:
    """Raises ``Refused`` where the state that a form was filled in for is not the present one; empty: not asked."""
    if seen and seen != mark:
        raise Refused(_("您填写的时候，别人改过这里，所以没有保存。您填的都还在：请看过现在的内容，再按“保存”。"))


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a person, or (``person`` None) the program itself, such as a worker or the command line."""

    person: Person | None = None

    @property
    def roles(self) -> str:
        """The roles held at this moment, as they go into the event."""
        return "; ".join(f"{held.role}@{held.organisation_id}" for held in self.person.held) if self.person else ""


SYSTEM = Actor()


class Act:
    """What an action's function gets besides its row: who acts, and ``details`` for what the event should say."""

    def __init__(self, name: str, actor: Actor) -> None:
        self.name, self.actor = name, actor
        self.details: dict[str, Any] = {}

    @property
    def person(self) -> Person:
        """The acting person, for what only a person can do; raises ``Forbidden`` for the program itself."""
        if self.actor.person is None:
            raise Forbidden(self.name)
        return self.actor.person


class Registered(msgspec.Struct, frozen=True):
    """An action as it is listed: its name, the right it needs, and what it is called in a history."""

    name: str
    right: str
    label: Any


REGISTRY: dict[str, Registered] = {
    "organisation.found": Registered("organisation.found", "", gettext_lazy("建立单位")),
}
SELF = "self"
"""The right of everybody to their own person: logging in, changing the password."""


def action(
    name: str, label: Any, *, right: str | None = None
) -> Callable[[Callable[Concatenate[Act, On, P], Result]], Callable[Concatenate[Actor, On, P], Result]]:
    """Make a function ``(act, row, …)`` an action that is called with ``(actor, row, …)``.

    ``right`` is the right of ``access.RIGHTS`` that a person needs to the row, by default the action's own name;
    ``SYSTEM`` needs none. For something that is made in an organisation, the row is that organisation, and the event
    is told of what the function returns. The row is read afresh and locked.

    The action raises ``Forbidden`` or what the function raises, ``Refused`` above all, with nothing changed.
    """
    needed = right or name
    if needed not in access.ACTIONS | {SELF}:
        raise ValueError(f"{needed} is in no role's rights")

    def register(
        function: Callable[Concatenate[Act, On, P], Result],
    ) -> Callable[Concatenate[Actor, On, P], Result]:
        if name in REGISTRY:
            raise ValueError(f"there is an action {name} already")
        REGISTRY[name] = Registered(name, needed, label)

        @wraps(function)
        def perform(actor: Actor, row: On, *args: P.args, **options: P.kwargs) -> Result:
            act, notes = Act(name, actor), Notes()
            with transaction.atomic(), writing(notes):
                chain.lock()
                # The class itself: a request's person comes wrapped in another.
                fresh = row.__class__._default_manager.select_for_update().filter(pk=row.pk).first()
                if fresh is None:
                    raise Refused(_("这条记录已经不存在。"))
                _must_be_allowed(actor, needed, fresh)
                result = function(act, cast(On, fresh), *args, **options)
                told = result if isinstance(result, Guarded) and isinstance(fresh, Organisation) else fresh
                chain.append(
                    name,
                    told,
                    notes,
                    person=actor.person,
                    roles=actor.roles,
                    county=_county(told) or _county(fresh) or (actor.person.county if actor.person else None),
                    details=act.details,
                )
            return result

        return cast(Callable[Concatenate[Actor, On, P], Result], perform)

    return register


def found(root: Organisation) -> Organisation:
    """Make a unit that lies in no other, such as the first county bureau: the program's own act, with its event."""
    notes = Notes()
    with transaction.atomic(), writing(notes):
        root.save()
        chain.append("organisation.found", root, notes, person=None, roles="", county=root.county, details={})
    return root


def _must_be_allowed(actor: Actor, right: str, row: Guarded) -> None:
    if actor.person is None:
        return
    if not (row == actor.person if right == SELF else access.may(actor.person, right, row)):
        raise Forbidden(right)


def _county(row: Guarded) -> Organisation | None:
    """The county that a row belongs to, by itself or through what it is part of."""
    county: Organisation | None = getattr(row, "county", None)
    owners = (getattr(row, name, None) for name in ("organisation", "task", "submission", "file", "document"))
    return county or next((_county(owner) for owner in owners if isinstance(owner, Guarded)), None)
