"""Moves of a plan as tasks of the ledger: which belong together, who does them, by when, and what shows them done.

Moves that the same figure of the same school asks for are one task that closes by that figure, with a part each where
they are several; moves that a coefficient asks for are parts of one task of the county. What no figure of the latest
assessment can show is closed by its evidence. The places that come to a school are one task of that school, not one
each; seats to be added close by the class sizes of their school, where those are too large now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from jiaoheng.county.moves import Move, Reason
from jiaoheng.ledger import clock, targets
from jiaoheng.ledger.models import Organisation, Scenario, Task
from jiaoheng.ledger.targets import Ruler, Target
from jiaoheng.plans import sums, words
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.words import Voice

AT_LEAST = timedelta(days=90)
"""What should have been done already is due after so long."""
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "people": ("人事",),
    "money": ("计划财务", "计财", "财务"),
    "layout": ("基教", "基础教育", "义务教育", "教育股"),
    "school": (),
}
_DOES: Mapping[str, str] = {
    "build_rooms": "money",
    "build_ground": "money",
    "build_hall": "money",
    "buy_equipment": "money",
    "fit_multimedia": "money",
    "hire": "people",
    "hire_pe_arts": "people",
    "transfer": "people",
    "raise_degree": "people",
    "appoint_backbone": "people",
    "share_pe_arts": "people",
    "open": "money",
    "add_seats": "money",
    "add_beds": "money",
    "merge": "layout",
    "to_point": "layout",
    "to_branch": "layout",
    "board": "layout",
    "zone": "layout",
}
"""Who sees to a kind of move unless somebody says otherwise; a kind that is not here, the school."""
SCHOOL = "school"
"""In place of a unit: each school does its own."""
ZONE = "zone"
"""The kind of move that gives a place's children to a school."""
_CROWDING = ("5.1", "5.2", "2.5")
"""Checks of class size, in the order in which one is looked for where seats are added."""
_ADDS_SEATS = frozenset({"add_seats"})


class Draft(msgspec.Struct, frozen=True):
    """A task to be made of moves, by their places in the plan: not yet in the ledger.

    ``target`` where a figure shows it done. ``there`` is the pending task that sees to it already: the moves join it.
    """

    places: tuple[int, ...]
    title: str
    detail: str
    lead: Organisation
    due: date
    school: Organisation | None = None
    target: Target | None = None
    there: Task | None = None
    parts: tuple[Draft, ...] = ()


def default_lead(kind: str, county: Organisation) -> Organisation | None:
    """The section that sees to a kind of move in this county; None where it is the school."""
    wanted = _SECTIONS[_DOES.get(kind, SCHOOL)]
    if not wanted:
        return None
    sections = Organisation.objects.filter(
        kind=Organisation.Kind.SECTION, active=True, path__startswith=county.path
    ).order_by("path")
    found = [unit for word in wanted for unit in sections if word in unit.name]
    return found[0] if found else county


def due(move: Move) -> date:
    """The end of the school year before the one in which a move counts; where that is past, in ``AT_LEAST``."""
    return max(date(move.year, 8, 31), clock.today() + AT_LEAST)


def drafts(
    scenario: Scenario, plan: Plan, places: Iterable[int], leads: Mapping[str, Organisation | None], by: Ruler
) -> tuple[Draft, ...]:
    """The tasks that the chosen moves become, in the order of the plan.

    ``leads`` says by kind who does it, None for the school itself; kinds that are not in it have their default.
    """
    maker = _Maker(scenario, plan, leads, by)
    groups: dict[tuple[Target | None, str], list[int]] = {}
    for place in sorted(set(places)):
        if not 0 <= place < len(plan.moves):
            raise IndexError(place)
        move = plan.moves[place]
        target = maker.target(move)
        # A move that no figure shows stands by itself, but the places that come to a school stand together.
        alone = f"{ZONE} {move.school_id} {move.stage}" if move.kind == ZONE else f"{place}"
        groups.setdefault((target, "" if target else alone), []).append(place)
    return tuple(maker.draft(target, own) for (target, _), own in groups.items())


def conditions(plan: Plan, places: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """What must be met before a chosen move may be done, by its place in the plan: the conditions of its dossier."""
    dossiers = plan.places.dossiers if plan.places is not None else ()
    needed = {(each.school_id, each.year): each.conditions for each in dossiers if each.conditions}
    found = {place: needed.get((plan.moves[place].school_id, plan.moves[place].year), ()) for place in places}
    return {place: own for place, own in found.items() if own and plan.moves[place].kind in ENDING}


ENDING = ("merge", "to_point", "to_branch")
"""Kinds of move by which a school ceases to be one of its own."""


class _Maker:
    """What all drafts of an adoption rest on."""

    def __init__(self, scenario: Scenario, plan: Plan, leads: Mapping[str, Organisation | None], by: Ruler) -> None:
        self.scenario, self.plan, self.leads, self.by = scenario, plan, dict(leads), by
        self.voice = Voice.of(plan.standard, by.county, "zh", plan.moves)
        units = Organisation.objects.filter(
            kind=Organisation.Kind.SCHOOL, active=True, path__startswith=scenario.county.path
        )
        self.schools = {unit.code: unit for unit in units}
        self.parents = dict(
            zip(*(by.county["schools"][name].to_pylist() for name in ("school_id", "parent_id")), strict=True)
        )

    def target(self, move: Move) -> Target | None:
        """The figure that shows a move done: that of its own school before the county's coefficient."""
        order = {"threshold": 0, "class_size": 0, "floor": 1, "coefficient": 2}
        # What a layout asks for no figure of a standard shows.
        asked = [reason for reason in move.reasons if reason.check]
        for reason in sorted(asked, key=lambda reason: order.get(reason.rule, 3)):
            target = self._target(reason, sums.school_of(move))
            # What the facts show already, or cannot show, would close the task at once or never.
            if self._falls_short(target):
                return target
        if move.kind in _ADDS_SEATS:
            crowded = (Target("figure", self.plan.standard, check, move.stage, move.school_id) for check in _CROWDING)
            return next(filter(self._falls_short, crowded), None)
        return None

    def _falls_short(self, target: Target) -> bool:
        return self.by.assessment.standard == self.plan.standard and self.by.standing(target).status == "fails"

    def draft(self, target: Target | None, places: Sequence[int]) -> Draft:
        moves = [self.plan.moves[place] for place in places]
        if target is None:
            return self._zone(places) if moves[0].kind == ZONE else self._own(places[0])
        parts = tuple(self._own(place) for place in places) if len(places) > 1 else ()
        dearest = max(moves, key=lambda move: move.cost)
        school = self._unit(target.school_id) if target.school_id else None
        there = Task.objects.filter(county=self.scenario.county, target=target.key, state__in=Task.PENDING).first()
        threshold = self.by.standing(target).threshold
        return Draft(
            places=tuple(places),
            title=targets.title(target, threshold, school.name if school else "", "zh")[:200],
            detail=self._detail(moves),
            lead=self._lead(dearest),
            due=max(due(move) for move in moves),
            school=school,
            target=target,
            there=there,
            parts=parts,
        )

    def _own(self, place: int) -> Draft:
        """One move as a task that its evidence closes."""
        move = self.plan.moves[place]
        code = sums.school_of(move)
        school = self._unit(code)
        name = self.voice.school(move.school_id)
        what = words.move_what(move, self.voice)
        title = self.voice.say("move_line", school=name, stage=self.voice.stage(move.stage, name), what=what)[:200]
        there = Task.objects.filter(
            county=self.scenario.county, title=title, source=Task.Source.MOVE, state__in=Task.PENDING, target=""
        ).first()
        return Draft((place,), title, self._detail([move]), self._lead(move), due(move), school=school, there=there)

    def _zone(self, places: Sequence[int]) -> Draft:
        """The places that come to a school as one task, told one by one in its detail."""
        moves = [self.plan.moves[place] for place in places]
        first = moves[0]
        name = self.voice.school(first.school_id)
        title = f"{name}{self.voice.stage(first.stage, name)}按新划片招生（{len(moves)} 个村、社区）"[:200]
        lines = [f"依据方案“{self.scenario.name}”，自 {first.year} 学年起，以下村、社区的适龄儿童由{name}招收："]
        for move in moves:
            came = f"，原属{self.voice.school(move.from_school)}" if move.from_school else ""
            lines.append(f"{self.voice.place(move.place_id)}{came}。")
        lines.append("招生前公布划片范围，并书面告知有变化的家长。")
        there = Task.objects.filter(
            county=self.scenario.county, title=title, source=Task.Source.MOVE, state__in=Task.PENDING, target=""
        ).first()
        school = self._unit(first.school_id)
        return Draft(
            tuple(places), title, "\n".join(lines), self._lead(first), min(map(due, moves)), school=school, there=there
        )

    def _unit(self, code: str) -> Organisation | None:
        """The school as a unit; a teaching point or branch that is none has that of the school it belongs to."""
        return self.schools.get(code) or self.schools.get(self.parents.get(code) or "")

    def _target(self, reason: Reason, school_id: str) -> Target:
        standard = self.plan.standard
        if reason.rule == "coefficient":
            return Target("coefficient", standard, reason.check, reason.stage, "")
        if reason.rule == "floor":
            # The figure need not reach its threshold: what counts is that the school then passes.
            return Target("verdict", standard, "", reason.stage, school_id)
        return Target("figure", standard, reason.check, reason.stage, school_id)

    def _lead(self, move: Move) -> Organisation:
        if move.kind not in self.leads:
            self.leads[move.kind] = default_lead(move.kind, self.scenario.county)
        return self.leads[move.kind] or self._unit(sums.school_of(move)) or self.scenario.county

    def _detail(self, moves: Iterable[Move]) -> str:
        lines = [f"依据方案“{self.scenario.name}”："]
        for move in moves:
            lines.append(f"{words.move_line(move, self.voice)}。")
            lines.append(f"原因：{words.reasons_line(move, self.voice)}。")
        return "\n".join(lines)
