"""The monthly bulletin (通报): what was new, closed, overdue and sent back in a month, by section and by school.

It is told from the history alone, as the tasks and units stood at the month's end, so that a past month reads the
same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from django.utils import timezone

from jiaoheng.ledger import clock
from jiaoheng.ledger.models import Change, Organisation, Task

PENDING = frozenset(str(state) for state in Task.PENDING)


class Told(msgspec.Struct, frozen=True):
    """A task in a month. ``days_late`` is None unless it was overdue at the end; ``section`` is the unit that answers
    for it: the one that does it, or of a school's task the one that verifies it.
    """

    task: int
    title: str
    section: int
    school: int | None
    due: date | None
    carried: bool
    new: bool
    closed: bool
    withdrawn: bool
    pending: bool
    returned: int
    days_late: int | None


class Line(msgspec.Struct, frozen=True):
    """A unit's month: numbers of tasks. ``carried + new - closed - withdrawn = pending``.

    ``rate`` is the closed ones' share of ``carried + new - withdrawn``, None where that is nought.
    """

    unit: int | None
    name: str
    carried: int
    new: int
    closed: int
    withdrawn: int
    pending: int
    overdue: int
    returned: int
    rate: float | None
    longest: int | None


class Bulletin(msgspec.Struct, frozen=True):
    """A county's month, up to ``last`` (included); ``complete`` unless the month is still going on."""

    county: str
    first: date
    last: date
    complete: bool
    total: Line
    sections: tuple[Line, ...]
    schools: tuple[Line, ...]
    tasks: tuple[Told, ...]
    names: Mapping[int, str]

    def of(self, unit: int) -> tuple[Told, ...]:
        """The tasks for which a unit answers, or that are of a school."""
        return tuple(told for told in self.tasks if unit in (told.section, told.school))

    def late(self) -> tuple[Told, ...]:
        """The tasks that were overdue at the end, the longest first."""
        found = [told for told in self.tasks if told.days_late is not None]
        return tuple(sorted(found, key=lambda told: (-(told.days_late or 0), told.task)))


class NotYet(ValueError):
    """The month has not begun."""


def bulletin(county: Organisation, year: int, month: int, *, within: set[int] | None = None) -> Bulletin:
    """The bulletin of a month; ``within``: only tasks of these units. Raises ``NotYet`` for a month to come."""
    first = date(year, month, 1)
    begins, ends = _midnight(first), _midnight(_next(first))
    if begins > clock.now():
        raise NotYet(first.isoformat())
    complete = ends <= clock.now()
    as_of = _next(first) if complete else clock.today()
    until = ends if complete else clock.now() + timedelta(microseconds=1)
    units = _units(county, until)
    told = [
        found
        for key, changes in _histories(county, until).items()
        if (found := _told(key, changes, begins, as_of, units)) is not None
        and (within is None or within & {found.section, found.school})
    ]
    told.sort(key=lambda one: one.task)
    names = {key: name for key, (name, _) in units.items()}
    return Bulletin(
        county=names.get(county.pk, county.name),
        first=first,
        last=as_of - timedelta(days=1) if complete else as_of,
        complete=complete,
        total=line(None, "", told),
        sections=_lines(told, lambda one: one.section, names),
        schools=_lines(told, lambda one: one.school, names),
        tasks=tuple(told),
        names=names,
    )


def months(county: Organisation) -> list[date]:
    """The months that have a bulletin, the present one first, back to the first task's."""
    made = Change.objects.filter(object_type="task", event__county=county).order_by("event__at")
    earliest = made.values_list("event__at", flat=True).first()
    this = clock.today().replace(day=1)
    first = timezone.localtime(earliest).date().replace(day=1) if earliest else this
    found = [this]
    while found[-1] > first:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def line(unit: int | None, name: str, tasks: Iterable[Told]) -> Line:
    """Tasks counted."""
    own = list(tasks)
    late = [told.days_late for told in own if told.days_late is not None]
    closed = sum(told.closed for told in own)
    to_do = sum(told.carried or told.new for told in own) - sum(told.withdrawn for told in own)
    return Line(
        unit=unit,
        name=name,
        carried=sum(told.carried for told in own),
        new=sum(told.new for told in own),
        closed=closed,
        withdrawn=sum(told.withdrawn for told in own),
        pending=sum(told.pending for told in own),
        overdue=len(late),
        returned=sum(told.returned for told in own),
        rate=closed / to_do if to_do else None,
        longest=max(late, default=None),
    )


def _lines(told: list[Told], unit: Callable[[Told], int | None], names: Mapping[int, str]) -> tuple[Line, ...]:
    """A line for each unit, those with most overdue first; tasks of no single school last."""
    keys = {unit(one) for one in told}
    found = [line(key, names.get(key or 0, ""), [one for one in told if unit(one) == key]) for key in keys]
    return tuple(sorted(found, key=lambda own: (own.unit is None, -own.overdue, -own.pending, own.unit or 0)))


Moment = tuple[datetime, Mapping[str, Any] | None, Mapping[str, Any] | None]


def _histories(county: Organisation, until: datetime) -> dict[int, list[Moment]]:
    """Every change of every task before a moment, in order."""
    found: dict[int, list[Moment]] = {}
    changes = Change.objects.filter(object_type="task", event__county=county, event__at__lt=until).order_by("pk")
    for key, at, before, after in changes.values_list("object_id", "event__at", "before", "after"):
        found.setdefault(int(key), []).append((at, before, after))
    return found


def _told(
    key: int, changes: list[Moment], begins: datetime, as_of: date, units: Mapping[int, tuple[str, str]]
) -> Told | None:
    """A task's month; None where it ended before the month began."""
    last = changes[-1][2]
    if last is None:
        return None
    earlier = [after for at, _, after in changes if at < begins]
    was = earlier[-1] if earlier else None
    carried = was is not None and was["state"] in PENDING
    if was is not None and not carried:
        return None
    moves = [
        after["state"]
        for at, before, after in changes
        if at >= begins and after is not None and before is not None and after["state"] != before["state"]
    ]
    due = date.fromisoformat(last["due"]) if last["due"] else None
    pending = last["state"] in PENDING
    school_leads = units.get(last["lead_id"], ("", ""))[1] == Organisation.Kind.SCHOOL
    return Told(
        task=key,
        title=last["title"],
        section=last["verifier_id"] if school_leads else last["lead_id"],
        school=last["school_id"],
        due=due,
        carried=carried,
        new=was is None,
        closed=last["state"] == Task.State.CLOSED,
        withdrawn=last["state"] == Task.State.WITHDRAWN,
        pending=pending,
        returned=moves.count(Task.State.RETURNED),
        days_late=(as_of - due).days if pending and due is not None and due < as_of else None,
    )


def _units(county: Organisation, until: datetime) -> dict[int, tuple[str, str]]:
    """Name and kind of the county's units as they were at a moment."""
    units = Organisation.objects.filter(path__startswith=county.path)
    found = {unit.pk: (unit.name, unit.kind) for unit in units}
    changes = Change.objects.filter(object_type="organisation").order_by("event__at", "pk")
    later: set[int] = set()
    for key, at, before, after in changes.values_list("object_id", "event__at", "before", "after"):
        # Of what was renamed since, the first change says what it was called before.
        state = after if at < until else before
        if state is None or int(key) not in found or int(key) in later:
            continue
        found[int(key)] = (state["name"], state["kind"])
        if at >= until:
            later.add(int(key))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
