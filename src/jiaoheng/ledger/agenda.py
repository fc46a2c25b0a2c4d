"""Whose turn it is: which tasks wait for a person, which are overdue, and the order in which they are read."""

from __future__ import annotations

import msgspec
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from jiaoheng.ledger import access, clock
from jiaoheng.ledger.models import Person, Task
from jiaoheng.ledger.models.tasks import SOON

PENDING = Q(state__in=Task.PENDING)


class Counts(msgspec.Struct, frozen=True):
    """Numbers of tasks: still to be done, of these overdue and due within a week, and handed in."""

    pending: int
    overdue: int
    due_soon: int
    submitted: int


def overdue() -> Q:
    """Tasks whose day has passed."""
    return PENDING & Q(due__lt=clock.today())


def due_soon() -> Q:
    """Tasks to be done within a week."""
    return PENDING & Q(due__gte=clock.today(), due__lte=clock.today() + SOON)


def waiting_for(person: Person) -> Q:
    """Tasks on which this person has to act: to do, for a unit of theirs, or to verify, handed in to it."""
    own = [held.organisation_id for held in person.held]
    doing = Q(state__in=(Task.State.OPEN, Task.State.IN_PROGRESS, Task.State.RETURNED))
    unassigned = Q(lead__in=own, person=None)
    may_do = access.may_anywhere(person, "task.submit")
    to_do = doing & (Q(person=person) | unassigned) if may_do else Q(pk__in=())
    to_verify = Q(state=Task.State.SUBMITTED, verifier__in=own)
    return to_do | (to_verify if access.may_anywhere(person, "task.close") else Q(pk__in=()))


def mine(person: Person) -> QuerySet[Task]:
    """The tasks that wait for this person, most urgent first."""
    return in_order(access.which(person, "task.see", Task).filter(waiting_for(person)))


def in_order(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """What is still to be done first, and of that what is overdue, then by day; the rest by the day it ended."""
    done = Case(When(PENDING, then=Value(0)), default=Value(1), output_field=IntegerField())
    return tasks.annotate(done=done).order_by("done", F("due").asc(nulls_last=True), "pk")


def counts(tasks: QuerySet[Task]) -> Counts:
    """How many of these tasks stand where."""
    found = tasks.order_by().aggregate(
        pending=Count("pk", filter=PENDING),
        overdue=Count("pk", filter=overdue()),
        due_soon=Count("pk", filter=due_soon()),
        submitted=Count("pk", filter=Q(state=Task.State.SUBMITTED)),
    )
    return Counts(**found)
