"""The tree of organisations: made by hand, or following the schools and groups of the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.models import Coverage, Membership, Organisation, Task, TaskRule

Kind = Organisation.Kind
KINDS_BELOW: Mapping[str, tuple[str, ...]] = {
    Kind.COUNTY: (Kind.SECTION, Kind.AREA, Kind.GROUP, Kind.SCHOOL),
    Kind.SCHOOL: (Kind.SCHOOL,),
}
"""Which kinds of unit a person may set up below which; provinces, cities and counties are founded by command."""
COVERING = (Kind.AREA, Kind.GROUP)
"""Units that cover schools which lie elsewhere in the tree."""
LONGEST_NAME, LONGEST_CODE = 120, 120


@action("organisation.add", gettext_lazy("新增单位"), right="organisation.change")
def add_organisation(
    act: Act,
    parent: Organisation,
    *,
    kind: str,
    name: str,
    code: str = "",
    schools: Iterable[Organisation] = (),
) -> Organisation:
    """Add a unit below another; ``schools`` are those that an area or group covers."""
    if kind not in KINDS_BELOW.get(parent.kind, ()):
        raise Refused(_("“{parent}”下面不能设这种单位。").format(parent=parent))
    made = Organisation(kind=kind, name=name.strip(), code=code.strip(), parent=parent)
    _must_be_named(made)
    if made.code and Organisation.objects.filter(kind=kind, code=made.code).exists():
        raise Refused(_("代码 {code} 已经有单位使用。").format(code=made.code))
    made.save()
    if schools:
        _cover(made, _own_schools(made, schools))
    return made


@action("organisation.change", gettext_lazy("修改单位"))
def change_organisation(
    act: Act,
    organisation: Organisation,
    *,
    name: str,
    active: bool,
    schools: Iterable[Organisation] | None = None,
    seen: str = "",
) -> Organisation:
    """Rename a unit, set it out of use, or change the schools it covers.

    ``seen`` is the ``mark`` of what was changed. Raises ``Refused`` where somebody else changed it since, and where
    a unit that is set out of use still has people, tasks or rules, or is the county itself.
    """
    must_be_seen(seen, mark(organisation))
    if organisation.active and not active:
        _must_be_idle(organisation)
    organisation.name, organisation.active = name.strip(), active
    _must_be_named(organisation)
    organisation.save()
    if schools is not None:
        _cover(organisation, _own_schools(organisation, schools))
    return organisation


def mark(organisation: Organisation) -> str:
    """What tells the present state of a unit, with the schools that it covers, from any other."""
    return organisation.mark(*sorted(organisation.covers.values_list("school", flat=True)))


@action("organisation.follow_facts", gettext_lazy("按数据更新学校"), right="submission.accept")
def follow_facts(act: Act, county: Organisation, facts: County) -> None:
    """Give every school and group of the facts a unit; those that are closed or gone are set out of use, never deleted.

    A teaching point or campus lies below its main school.
    """
    follow(county, facts)


def follow(county: Organisation, facts: County) -> None:
    """The part of an action that gives every school and group of the facts a unit, as ``follow_facts`` does."""
    schools = Organisation.objects.filter(path__startswith=county.path, kind=Kind.SCHOOL)
    # A school that was set up by hand without a code is in no facts: no row is about it, nor lies below it.
    there = {unit.code: unit for unit in schools if unit.code}
    rows = {row["school_id"]: row for row in facts["schools"].to_pylist()}
    _must_be_free(Kind.SCHOOL, rows.keys() - there.keys())
    above = {code: _main_schools(code, rows) for code in rows}
    for code in sorted(rows, key=lambda code: (len(above[code]), code)):
        parent = there[above[code][0]] if above[code] else county
        unit = there.get(code) or Organisation(kind=Kind.SCHOOL, code=code)
        # The facts hold a name of any length, the tree as much of it as a list shows.
        name = (rows[code]["name"] or code)[:LONGEST_NAME]
        wanted = (name, parent.pk, rows[code]["open_to"] is None)
        if (unit.name, unit.parent_id, unit.active) != wanted or unit.pk is None:
            unit.name, unit.parent, unit.active = name, parent, wanted[2]
            unit.save()
        there[code] = unit
    for code, unit in there.items():
        if code not in rows and unit.active:
            unit.active = False
            unit.save()
    _groups(county, facts, there)


def _main_schools(code: str, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The codes of the schools above one, the nearest first; none where they lead back to itself."""
    above: list[str] = []
    here = rows[code]["parent_id"]
    while here in rows and here not in above:
        if here == code:
            return []
        above.append(here)
        here = rows[here]["parent_id"]
    return above


def _must_be_free(kind: str, codes: Collection[str]) -> None:
    """Raises ``Refused`` where new units have codes that are too long, or those of another county's units."""
    named = Kind(kind).label
    if long := next((code for code in sorted(codes) if len(code) > LONGEST_CODE), None):
        text = _("{kind}的代码“{code}…”太长（最多 {limit} 个字）。请在数据文件中改正。")
        raise Refused(text.format(kind=named, code=long[:LONGEST_CODE], limit=LONGEST_CODE))
    if taken := Organisation.objects.filter(kind=kind, code__in=codes).first():
        text = _("{kind}的代码 {code} 已由另一个县使用。请在数据文件中改正。")
        raise Refused(text.format(kind=named, code=taken.code))


def _must_be_named(unit: Organisation) -> None:
    if not unit.name:
        raise Refused(_("请填写单位名称。"))
    if Organisation.objects.filter(parent=unit.parent, kind=unit.kind, name=unit.name).exclude(pk=unit.pk).exists():
        raise Refused(_("已经有叫“{name}”的同类单位，请换一个名称。").format(name=unit.name))


def _must_be_idle(unit: Organisation) -> None:
    if unit.kind not in KINDS_BELOW[Kind.COUNTY]:
        raise Refused(_("县教育局和上级单位不能停用。"))
    people = unit.memberships.filter(Membership.in_force(), person__is_active=True).count()
    if people:
        raise Refused(_("“{unit}”还有 {count} 人任职，请先终止他们在这里的角色。").format(unit=unit, count=people))
    tasks = Task.objects.filter(Q(lead=unit) | Q(verifier=unit), state__in=Task.PENDING).count()
    if tasks:
        raise Refused(_("“{unit}”还有 {count} 项未销号的任务，请先转给其他单位。").format(unit=unit, count=tasks))
    rules = TaskRule.objects.filter(Q(lead=unit) | Q(verifier=unit), enabled=True)
    if rules:
        items = _("、").join(rule.item for rule in rules)
        raise Refused(_("立项规则（指标 {items}）还用着“{unit}”，请先修改规则。").format(unit=unit, items=items))


def _own_schools(unit: Organisation, schools: Iterable[Organisation]) -> list[Organisation]:
    """The schools, if the unit can cover schools and all are schools of its own county."""
    chosen = list(schools)
    if unit.kind not in COVERING or any(of.kind != Kind.SCHOOL or of.county != unit.county for of in chosen):
        raise Refused(_("只能选择本县的学校，并且只有督学责任区和教共体可以选择学校。"))
    return chosen


def _groups(county: Organisation, facts: County, schools: dict[str, Organisation]) -> None:
    names: dict[str, str] = {}
    members: dict[str, list[Organisation]] = {}
    for row in facts["groups"].to_pylist():
        names[row["group_id"]] = row["name"] or names.get(row["group_id"]) or row["group_id"]
        if row["school_id"] in schools:
            members.setdefault(row["group_id"], []).append(schools[row["school_id"]])
    there = {unit.code: unit for unit in Organisation.objects.filter(parent=county, kind=Kind.GROUP) if unit.code}
    _must_be_free(Kind.GROUP, names.keys() - there.keys())
    for code, name in names.items():
        unit = there.get(code) or Organisation(kind=Kind.GROUP, code=code, parent=county)
        if unit.name != name[:LONGEST_NAME]:
            unit.name = name[:LONGEST_NAME]
            unit.save()
        _cover(unit, members.get(code, ()))


def _cover(organisation: Organisation, schools: Iterable[Organisation]) -> None:
    wanted = {school.pk: school for school in schools}
    Coverage.objects.filter(organisation=organisation).exclude(school__in=wanted).delete()
    there = set(organisation.covers.values_list("school", flat=True))
    for key, school in wanted.items():
        if key not in there:
            Coverage(organisation=organisation, school=school).save()
