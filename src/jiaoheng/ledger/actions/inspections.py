"""An inspector visits a school, and looks again whether what was found has been put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, clock
from jiaoheng.ledger.actions.evidence import keep
from jiaoheng.ledger.actions.expenses import must_be_approved
from jiaoheng.ledger.actions.registry import Act, Forbidden, Refused, action
from jiaoheng.ledger.actions.task_states import finish, must_be_second, must_have_no_parts
from jiaoheng.ledger.actions.tasks import make
from jiaoheng.ledger.models import Organisation, Person, Point, Recheck, Task, Visit


class Found(msgspec.Struct, frozen=True):
    """One thing found on a visit, with its photos."""

    text: str
    files: tuple[File, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What a re-visit says of one point."""

    rectified: bool
    note: str = ""


@action("visit.record", gettext_lazy("登记督导检查"), right="visit.create")
def record(
    act: Act,
    school: Organisation,
    *,
    day: date,
    points: Sequence[Found],
    due: date | None,
    note: str = "",
) -> Visit:
    """Write down a visit; each point becomes a task of the school, to be put right by ``due``."""
    county = school.county
    if school.kind != Organisation.Kind.SCHOOL or county is None:
        raise Refused(_("请选择一所学校。"))
    _must_be_past(day)
    wanted = [point for point in points if point.text.strip()]
    if not wanted and not note.strip():
        raise Refused(_("请写下发现的问题；没有发现问题的，请在总体情况里写明。"))
    if wanted and due is None:
        raise Refused(_("发现了问题，请填整改期限。"))
    visit = Visit(
        county=county,
        school=school,
        area=verifying_unit(act.person, school),
        date=day,
        inspector=act.person,
        note=note.strip(),
        due=due if wanted else None,
    )
    visit.save()
    for point in wanted:
        _task(act, visit, point)
    return visit


@action("visit.recheck", gettext_lazy("登记复查"), right="visit.create")
def recheck(
    act: Act,
    visit: Visit,
    *,
    day: date,
    outcomes: Mapping[int, Outcome],
    due: date | None = None,
    note: str = "",
) -> Visit:
    """Write down a re-visit: a point put right closes its task, any other goes back to the school with a new day.

    ``outcomes`` are by the points' primary keys. Raises ``Refused`` where the person is one of those who did it.
    """
    _must_be_past(day)
    if day < visit.date:
        raise Refused(_("复查日期不能早于检查日期 {day}。").format(day=visit.date))
    points = {point.pk: point for point in open_points(visit)}
    if not outcomes or not set(outcomes) <= set(points):
        raise Refused(_("请对还没有整改到位的问题逐条填写复查结果。"))
    again = Visit(
        county=visit.county,
        school=visit.school,
        area=verifying_unit(act.person, visit.school),
        date=day,
        inspector=act.person,
        note=note.strip(),
        due=due,
        revisit_of=visit,
    )
    again.save()
    for key, outcome in outcomes.items():
        _settle(act, again, points[key], outcome)
    return again


def open_points(visit: Visit) -> list[Point]:
    """The points of a visit that are still to be put right."""
    return list(visit.points.filter(task__state__in=Task.PENDING).select_related("task"))


def verifying_unit(person: Person, school: Organisation) -> Organisation:
    """The unit for which somebody inspects a school: the responsibility area that covers it, else the bureau.

    Raises ``Forbidden`` where the person has no right to the school.
    """
    for held in person.held:
        unit = held.organisation
        if unit.kind == Organisation.Kind.AREA and unit.covers.filter(school=school).exists():
            return unit
    county = school.county
    if county is None or not access.may(person, "visit.create", county):
        raise Forbidden("visit.create")
    return county


def _task(act: Act, visit: Visit, point: Found) -> None:
    assert visit.due is not None
    task = Task(
        title=point.text.strip()[:200],
        detail=f"{visit.date} 督导检查发现，请按期整改并上传佐证材料。",
        source=Task.Source.INSPECTION,
        visit=visit,
    )
    verifier = visit.area or visit.county
    make(act, task, visit.school, verifier=verifier, due=visit.due, school=visit.school)
    Point(visit=visit, text=task.title, task=task).save()
    for file in point.files:
        keep(act, task, file)


def _settle(act: Act, again: Visit, point: Point, outcome: Outcome) -> None:
    task = point.task
    if not access.may(act.person, "task.close", task):
        raise Forbidden("task.close")
    Recheck(visit=again, point=point, rectified=outcome.rectified, note=outcome.note.strip()).save()
    if outcome.rectified:
        must_have_no_parts(task)
        must_be_second(act.person, task)
        must_be_approved(task)
        finish(act, task, {"visit": again.pk, "date": again.date.isoformat(), "note": outcome.note.strip()})
        return
    if not outcome.note.strip():
        raise Refused(_("“{point}”没有整改到位，请写明还差什么。").format(point=point.text))
    if again.due is None or again.due < clock.today():
        raise Refused(_("有问题没有整改到位，请填新的整改期限（不早于今天）。"))
    task.state, task.due = Task.State.RETURNED, again.due
    task.save()


def _must_be_past(day: date) -> None:
    if day > clock.today():
        raise Refused(_("日期 {day} 还没有到。").format(day=day))
