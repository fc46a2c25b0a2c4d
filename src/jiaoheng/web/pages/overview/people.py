"""What concerns the person who looks: own schools, own tasks, what waits for a decision."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiaoheng.findings import words
from jiaoheng.ledger import access, agenda
from jiaoheng.ledger.models import Coverage, Membership, Organisation, Person, Submission, Task
from jiaoheng.ledger.spoken import spoken
from jiaoheng.ledger.targets import task_title
from jiaoheng.web.basis import Basis
from jiaoheng.web.links import address
from jiaoheng.web.pages.overview import matrix
from jiaoheng.web.pages.overview import rows as school_rows
from jiaoheng.web.pages.overview.standing import counts_line, status_label

Part = dict[str, Any]
LISTED = 6
_WATCHING = (Organisation.Kind.SCHOOL, Organisation.Kind.AREA, Organisation.Kind.GROUP)


def own_schools(person: Person) -> frozenset[str]:
    """Codes of the schools that a person works in or watches over; none for those who work for the whole county."""
    units = [held.organisation for held in person.held if held.organisation.kind in _WATCHING]
    if not units:
        return frozenset()
    below = Q()
    for unit in units:
        below |= Q(path__startswith=unit.path)
    covered = Coverage.objects.filter(organisation__in=units).values("school")
    schools = Organisation.objects.filter(below | Q(pk__in=covered), kind=Organisation.Kind.SCHOOL, active=True)
    return frozenset(schools.values_list("code", flat=True))


def works_in_school(person: Person) -> bool:
    """Whether a person's own school is what they look for first."""
    return any(held.role in (Membership.Role.CLERK, Membership.Role.HEAD) for held in person.held)


def standing(of: Basis, person: Person, codes: frozenset[str]) -> Part | None:
    """How one's own schools stand: each by name where there are few, else how many stand where."""
    area = of.standard.ruled_area
    own = [row for row in matrix.all_rows(of, area) if row.school_id in codes]
    if not codes:
        return None
    measured = {row.school_id for row in own}
    counts = Counter(row.verdict for row in own)
    return {
        "few": len(codes) <= 3,
        "works_there": works_in_school(person),
        "schools": len(codes),
        "total": len(own),
        "meets": counts["meets"],
        "status": next((name for name in ("fails", "unknown", "meets", "measured") if counts[name]), "unknown"),
        "counts": counts_line(counts) or _("全部达标"),
        "url": of.link("matrix", mine=1),
        "rows": [_own(of, row) for row in own if len(codes) <= 3 or row.verdict in ("fails", "unknown")][:10],
        "unmeasured": [{"name": of.school(code), "url": of.link("school", code)} for code in sorted(codes - measured)]
        if len(codes) <= 3
        else [],
    }


def _own(of: Basis, row: school_rows.Row) -> Part:
    below = [value for value in row.values.values() if value.status in ("fails", "floor", "unknown")]
    names = _("、").join(words.check_label(of.standard, value.check, of.language) for value in below)
    return {
        "name": row.name,
        "url": of.link("school", row.school_id),
        "stage": words.stage_label(row.stage, of.language) if row.stage else "",
        "status": row.verdict,
        "status_label": status_label(row.verdict, of),
        "met": _("%(total)s 项中 %(count)s 项达标") % {"total": len(row.values), "count": row.meets},
        "below": names,
    }


def tasks(person: Person) -> Part | None:
    """The tasks that wait for this person, the most pressing first; for who only looks on, those that are overdue."""
    if not access.may_anywhere(person, "task.see"):
        return None
    acts = access.may_anywhere(person, "task.submit") or access.may_anywhere(person, "task.close")
    seen = access.which(person, "task.see", Task)
    wanted = agenda.mine(person) if acts else agenda.in_order(seen.filter(agenda.overdue()))
    pressing = list(wanted.select_related("school", "lead")[: LISTED + 1])
    return {
        "acts": acts,
        "count": wanted.count() if len(pressing) > LISTED else len(pressing),
        "overdue_seen": seen.filter(agenda.overdue()).count(),
        "url": address("tasks"),
        "overdue_url": address("tasks", query={"when": "overdue"}),
        "rows": [_task(task) for task in pressing[:LISTED]],
    }


def _task(task: Task) -> Part:
    return {
        "title": task_title(task, spoken()),
        "url": address("task", task.pk),
        "unit": task.school or task.lead,
        "status": task.state,
        "status_label": task.get_state_display(),
        "due": task.due,
        "flag": "overdue" if task.is_overdue else "due_soon" if task.is_due_soon else "",
    }


def submissions(person: Person) -> Part | None:
    """Statistics that wait for this person to accept or return them."""
    if not access.may_anywhere(person, "submission.accept"):
        return None
    waiting = access.which(person, "submission.accept", Submission).filter(state=Submission.State.SUBMITTED)
    listed = list(waiting.select_related("organisation").order_by("changed_at"))
    return {
        "count": len(listed),
        "url": address("submissions"),
        "rows": [
            {
                "title": own.title,
                "unit": own.organisation,
                "at": own.changed_at,
                "url": address("submission_review", own.pk),
            }
            for own in listed[:LISTED]
        ],
    }
