"""Who may do what to which rows: one table of rights, and two questions, ``which`` and ``may``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from jiaoheng.ledger.models import Coverage, Membership, Organisation, Person

Row = TypeVar("Row", bound=Model)
Role = Membership.Role
Kind = Organisation.Kind


class Reach(Enum):
    """How far a right goes from the organisation in which a person holds the role."""

    OWN = "own"
    """The unit, what lies below it in the tree, and the schools that an area or group covers."""
    COUNTY = "county"
    """The whole county that the unit belongs to."""


def _rights(own: Iterable[str] = (), county: Iterable[str] = ()) -> Mapping[str, Reach]:
    return dict.fromkeys(own, Reach.OWN) | dict.fromkeys(county, Reach.COUNTY)


_FACTS = ("facts.see",)
_MAPPINGS = ("mapping.see", "mapping.change")
_DRAFT = ("submission.see", "submission.create", "submission.change", "submission.submit", "submission.withdraw")
_DOING = ("task.see", "task.start", "task.submit", "task.comment", "task.evidence")
_JUDGING = ("task.edit", "task.close", "task.return", "task.withdraw")
_PLANS = ("document.see", "document.add", "document.decide")
_FUNDS = ("funding.see", "funding.change")
_SPENDING = ("task.expense",)
_SCENARIOS = ("scenario.see", "scenario.ask", "scenario.adopt", "cost_table.edit")
_FORECASTS = ("forecast.see", "forecast.ask")
_RUNS = ("run.see", "run.ask", "run.cancel")

RIGHTS: Mapping[str, Mapping[str, Reach]] = {
    Role.ADMINISTRATOR: _rights(
        county=(
            *_FACTS, *_DRAFT, *_MAPPINGS, *_PLANS, "submission.return", "submission.accept", *_DOING, *_JUDGING,
            "task.create", "rule.see", "rule.change", "visit.see", "visit.create", "bulletin.see", *_RUNS,
            "people.see", "people.change", "organisation.change", "audit.see", "sources.change", *_FUNDS, *_SPENDING,
            "task.approve", *_SCENARIOS, *_FORECASTS,
        ),
    ),
    Role.OFFICER: _rights(
        own=(*_DOING[1:3], *_JUDGING),
        county=(
            *_FACTS, *_DRAFT, *_MAPPINGS, *_PLANS, "submission.return", "submission.accept", "task.see", "task.comment",
            "task.evidence", "task.create", "rule.see", "rule.change", "visit.see", "bulletin.see", *_RUNS,
            *_SCENARIOS, *_FORECASTS, "sources.change", *_FUNDS, *_SPENDING, "task.approve",
        ),
    ),
    Role.CLERK: _rights(
        own=(*_DRAFT, *_DOING, *_SPENDING, "document.see", "bulletin.see", "run.see", "run.cancel", "funding.see"),
        county=(*_FACTS, "mapping.see")
    ),
    Role.HEAD: _rights(
        own=(
            *_DRAFT, *_DOING, "document.see", "visit.see", "bulletin.see", "people.see", "run.see", "run.cancel",
            *_SPENDING, "task.approve", "funding.see",
        ),
        county=(*_FACTS, "mapping.see"),
    ),
    Role.INSPECTOR: _rights(
        own=(
            "task.see", "task.comment", "task.evidence", "task.create", *_JUDGING, "visit.see", "visit.create",
            "bulletin.see",
        ),
        county=(*_FACTS, "document.see"),
    ),
    Role.LEADER: _rights(
        county=(
            *_FACTS, "document.see", "forecast.see", "scenario.see", "task.see", "visit.see", "bulletin.see",
            "funding.see",
        ),
    ),
    Role.CARE: _rights(own=("task.see", "task.start", "task.submit", "task.comment", "task.evidence"), county=_FACTS),
}  # fmt: skip
"""What each role may do, and how far. What is not in the table is not allowed."""

ROLES_IN: Mapping[str, tuple[str, ...]] = {
    Kind.PROVINCE: (Role.LEADER,),
    Kind.CITY: (Role.LEADER,),
    Kind.COUNTY: (Role.ADMINISTRATOR, Role.OFFICER, Role.INSPECTOR, Role.LEADER, Role.CARE),
    Kind.SECTION: (Role.OFFICER, Role.INSPECTOR, Role.CARE),
    Kind.GROUP: (Role.HEAD, Role.CLERK),
    Kind.AREA: (Role.INSPECTOR,),
    Kind.SCHOOL: (Role.CLERK, Role.HEAD, Role.CARE),
}
"""Which roles make sense in which kind of unit."""

ACTIONS = frozenset(name for rights in RIGHTS.values() for name in rights)


def reached(person: Person, action: str) -> set[int]:
    """Primary keys of the organisations to which this person's right to an action extends.

    Raises ``KeyError`` for an action that no role has: a slip of the program.
    """
    if action not in ACTIONS:
        raise KeyError(action)
    if not person.is_active:
        return set()
    found: set[int] = set()
    for membership in person.held:
        reach = RIGHTS[membership.role].get(action)
        if reach is Reach.COUNTY and membership.organisation.county:
            found |= _subtree(membership.organisation.county)
        elif reach is not None:
            own = _subtree(membership.organisation)
            covered = Coverage.objects.filter(organisation__in=own).values_list("school", flat=True)
            found |= own | set(covered)
    return found


def which(person: Person, action: str, model: type[Row]) -> QuerySet[Row]:
    """The rows of a model to which this person may do this."""
    within: Q = model.within(reached(person, action), action)  # type: ignore[attr-defined]
    return model._default_manager.filter(within)


def may(person: Person, action: str, row: Model) -> bool:
    """Whether this person may do this to this row; asked of an organisation for what is to be made in it."""
    return which(person, action, type(row)).filter(pk=row.pk).exists()


def may_anywhere(person: Person, action: str) -> bool:
    """Whether this person has the right at all: whether to show a page or a button."""
    return any(action in RIGHTS[membership.role] for membership in person.held)


def home_county(person: Person) -> Organisation | None:
    """The county whose figures this person works with: that of the first membership."""
    return person.county


def _subtree(organisation: Organisation) -> set[int]:
    return set(Organisation.objects.filter(path__startswith=organisation.path).values_list("pk", flat=True))
