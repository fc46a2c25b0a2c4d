"""Tasks are made: by hand, from a finding, by rule; and what they say is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import access, clock, facts, targets
from jiaoheng.ledger.actions.registry import SYSTEM, Act, Forbidden, Refused, action, must_be_seen
from jiaoheng.ledger.models import Comment, Membership, Organisation, Person, Support, Task, TaskRule
from jiaoheng.ledger.targets import Ruler, Target

Kind = Organisation.Kind
VERIFIERS = (Kind.COUNTY, Kind.SECTION, Kind.AREA)
"""Kinds of unit that say whether a task is done."""
LEADERS = (Kind.COUNTY, Kind.SECTION, Kind.GROUP, Kind.SCHOOL)
"""Kinds of unit that do it."""


@action("task.add", gettext_lazy("登记事项"), right="task.create")
def add(
    act: Act,
    lead: Organisation,
    *,
    title: str,
    verifier: Organisation,
    due: date,
    detail: str = "",
    school: Organisation | None = None,
    person: Person | None = None,
    supports: Iterable[Organisation] = (),
    parent: Task | None = None,
    source: str = Task.Source.OWN,
) -> Task:
    """Make a task that ``lead`` does and ``verifier`` says is done; a part of ``parent`` where that is given."""
    if not title.strip():
        raise Refused(_("请写明事项。"))
    if parent is not None:
        _must_take_parts(act, parent, due)
    task = Task(title=title.strip()[:200], detail=detail.strip(), source=source, parent=parent)
    return make(act, task, lead, verifier=verifier, due=due, school=school, person=person, supports=supports)


@action("task.from_finding", gettext_lazy("测算发现立项"), right="task.create")
def from_finding(
    act: Act,
    lead: Organisation,
    target: Target,
    by: Ruler,
    *,
    verifier: Organisation,
    due: date,
    person: Person | None = None,
) -> Task:
    """Make a finding of the county's last assessment a task that closes by its figure.

    Raises ``Refused`` where nothing falls short (any more), and where there is a pending task for it already.
    """
    return _from_finding(act, lead, target, by, verifier=verifier, due=due, person=person)


@action("task.by_rule", gettext_lazy("按规则立项"), right="task.create")
def by_rule(act: Act, lead: Organisation, target: Target, by: Ruler, *, rule: TaskRule) -> Task:
    """Make a finding a task as a rule says."""
    due = clock.today() + timedelta(days=rule.days)
    act.details |= {"rule": rule.pk}
    return _from_finding(act, lead, target, by, verifier=rule.verifier, due=due, rule=rule)


@action("task.edit", gettext_lazy("修改事项"))
def edit(
    act: Act,
    task: Task,
    *,
    lead: Organisation,
    verifier: Organisation,
    due: date,
    title: str = "",
    detail: str = "",
    person: Person | None = None,
    supports: Iterable[Organisation] = (),
    seen: str = "",
) -> Task:
    """Change what a task says, who does it and until when; the title of a measured one follows from its figure.

    ``seen`` is the ``mark`` of what was changed: where somebody else changed it since, that is not overwritten.
    """
    must_be_seen(seen, mark(task))
    if task.state not in (Task.State.OPEN, Task.State.IN_PROGRESS, Task.State.RETURNED):
        raise Refused(_("这个事项{state}，不能修改；已提交的请先退回。").format(state=task.get_state_display()))
    if not task.is_measured:
        if not title.strip():
            raise Refused(_("请写明事项。"))
        task.title = title.strip()[:200]
    if due != task.due and due < clock.today():
        raise Refused(_("完成时限不能早于今天。"))
    parts_after = task.parts.filter(state__in=Task.PENDING, due__gt=due).first()
    if parts_after is not None:
        raise Refused(_("子事项“{part}”的时限更晚，请先改子事项。").format(part=parts_after.title))
    task.detail, task.due = detail.strip(), due
    if lead.pk != task.lead_id:
        # Whoever approved its expense did so as head of another unit.
        task.approved_by, task.approved_at = None, None
    place(act, task, lead, verifier, person, supports)
    return task


@action("task.comment", gettext_lazy("发表意见"))
def comment(act: Act, task: Task, *, text: str) -> Comment:
    """Say something of a task."""
    if not text.strip():
        raise Refused(_("请写下意见再提交。"))
    said = Comment(task=task, text=text.strip(), by=act.person)
    said.save()
    return said


def apply_rules(county: Organisation) -> list[Task]:
    """Make tasks of the findings of the county's last assessment as its rules say.

    A finding that has a pending task is left alone, so that this can be done again at any time.
    """
    rules = {rule.item: rule for rule in TaskRule.objects.filter(county=county, enabled=True)}
    by = targets.ruler(county) if rules else None
    if by is None:
        return []
    pending = set(Task.objects.filter(county=county, state__in=Task.PENDING).values_list("target", flat=True))
    schools = {unit.code: unit for unit in Organisation.objects.filter(kind=Kind.SCHOOL, path__startswith=county.path)}
    made = []
    for target, finding in by.findings():
        rule = rules.get(finding.item)
        if rule is None or target.key in pending or (rule.blocking_only and not finding.blocking):
            continue
        lead = _lead_by(rule, schools.get(target.school_id))
        try:
            made.append(by_rule(SYSTEM, lead, target, by, rule=rule))
        except Refused:
            # Somebody made it a task this moment, or newer facts came, whose own assessment applies the rules again.
            continue
    return made


def make(
    act: Act,
    task: Task,
    lead: Organisation,
    *,
    verifier: Organisation,
    due: date,
    school: Organisation | None = None,
    person: Person | None = None,
    supports: Iterable[Organisation] = (),
    late: bool = False,
) -> Task:
    """Give a new task its units, day and author, and save it; within an action.

    ``late``: its day may have passed, as that of something promised long ago.
    """
    if lead.county is None:
        raise Refused(_("事项须属于一个县。"))
    if due < clock.today() and not late:
        raise Refused(_("完成时限不能早于今天。"))
    task.county, task.due, task.created_by = lead.county, due, act.actor.person
    task.school = school or (lead if lead.kind == Kind.SCHOOL else None)
    place(act, task, lead, verifier, person, supports)
    return task


def place(
    act: Act,
    task: Task,
    lead: Organisation,
    verifier: Organisation,
    person: Person | None,
    supports: Iterable[Organisation],
) -> None:
    """Set who does, helps with and verifies a task, and save it; within an action."""
    helping = {unit.pk: unit for unit in supports if unit.pk != lead.pk}
    for unit in (lead, verifier, *helping.values(), *filter(None, [task.school])):
        if unit.county != task.county:
            raise Refused(_("{unit}不属于本县。").format(unit=unit.name))
    if lead.kind not in LEADERS or not lead.active:
        raise Refused(_("{unit}不能作为责任单位，请选股室、教共体或学校。").format(unit=lead.name))
    if verifier.kind not in VERIFIERS:
        raise Refused(_("{unit}不能作为验收单位，请选股室或督学责任区。").format(unit=verifier.name))
    if act.actor.person is not None:
        new_units = [unit for unit, old in ((lead, task.lead_id), (verifier, task.verifier_id)) if unit.pk != old]
        if not all(access.may(act.actor.person, "task.create", unit) for unit in new_units):
            raise Forbidden("task.create")
    if person is not None and not _works_in(person, lead):
        raise Refused(_("{person}不在{unit}，请从该单位的人员中选。").format(person=person.name, unit=lead.name))
    asked = Task.objects.filter(lead=lead, asked_year=task.asked_year, state__in=Task.PENDING).exclude(pk=task.pk)
    if task.asked_year is not None and task.is_pending and asked.exists():
        raise Refused(_("{unit}已有同一学年的补报事项，还在办理。").format(unit=lead.name))
    task.lead, task.verifier, task.person = lead, verifier, person
    task.save()
    Support.objects.filter(task=task).exclude(organisation__in=helping).delete()
    there = set(task.supports.values_list("organisation", flat=True))
    for key, unit in helping.items():
        if key not in there:
            Support(task=task, organisation=unit).save()


def mark(task: Task) -> str:
    """What tells the present state of a task, with the units that help, from any other."""
    return task.mark(*sorted(task.supports.values_list("organisation", flat=True)))


def workers(lead: Organisation) -> Any:
    """The people who can be made responsible for a task of this unit."""
    return Person.objects.filter(is_active=True, pk__in=_held_in(lead).values("person"))


def _lead_by(rule: TaskRule, school: Organisation | None) -> Organisation:
    """Who does what a rule makes a task: whom it names, or the school; the bureau where none of these can."""
    units = (rule.lead, school, rule.verifier)
    return next((unit for unit in units if unit is not None and unit.active and unit.kind in LEADERS), rule.county)


def _from_finding(
    act: Act,
    lead: Organisation,
    target: Target,
    by: Ruler,
    *,
    verifier: Organisation,
    due: date,
    person: Person | None = None,
    rule: TaskRule | None = None,
) -> Task:
    county = lead.county
    snapshot = facts.assessed_snapshot(county, target.standard) if county is not None else None
    if county is None or snapshot is None or by.assessment.snapshot != snapshot.name:
        raise Refused(_("数据刚刚更新，请刷新页面再试。"))
    found = next((finding for there, finding in by.findings() if there == target), None)
    if found is None:
        raise Refused(_("最新测算中已没有这个问题，不用立项。"))
    same = Task.objects.filter(county=county, target=target.key)
    if pending := same.filter(state__in=Task.PENDING).first():
        raise Refused(_("这个问题已经立项，还在办理：{title}。").format(title=pending.title))
    school = Organisation.objects.filter(kind=Kind.SCHOOL, code=target.school_id).first() if target.school_id else None
    standing = by.standing(target)
    told = targets.recorded(standing, by, target) | {"kind": found.kind, "blocking": found.blocking}
    task = Task(
        title=targets.title(target, told["threshold"], school.name if school else "", "zh")[:200],
        detail=targets.finding_line(target, found, by, "zh") + "。",
        source=Task.Source.FINDING,
        target=target.key,
        item=found.item,
        found=told,
        snapshot=snapshot,
        rule=rule,
        again_of=same.filter(state=Task.State.CLOSED).order_by("-closed_at").first(),
    )
    return make(act, task, lead, verifier=verifier, due=due, school=school, person=person)


def _must_take_parts(act: Act, parent: Task, due: date) -> None:
    if act.actor.person is not None and not any(
        access.may(act.actor.person, right, parent) for right in ("task.edit", "task.start")
    ):
        raise Forbidden("task.edit")
    if parent.parent_id is not None:
        raise Refused(_("子事项下不再分子事项。"))
    if not parent.is_pending or parent.state == Task.State.SUBMITTED:
        raise Refused(_("上级事项{state}，不能再分子事项。").format(state=parent.get_state_display()))
    if parent.due is not None and due > parent.due:
        raise Refused(_("子事项的时限不能晚于上级事项的 {due}。").format(due=parent.due))


def _held_in(unit: Organisation) -> Any:
    today = clock.today()
    return Membership.objects.filter(organisation=unit).exclude(until__lt=today)


def _works_in(person: Person, unit: Organisation) -> bool:
    return person.is_active and _held_in(unit).filter(person=person).exists()
