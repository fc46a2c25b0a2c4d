"""A scenario of places as a workbook: every place, every school, the moves, the mergers."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import words
from jiaoheng.plans.plan import PlacesAnswer, Plan
from jiaoheng.plans.words import Voice
from jiaoheng.reports.tables import Cell, Column, Sheet, write_sheets
from jiaoheng.web.pages.studio.places import told


def workbook(scenario: Scenario, plan: Plan, answer: PlacesAnswer, voice: Voice) -> bytes:
    """The workbook; the first sheet says below what the plan says on top of its page."""
    top = told.verdict(plan, answer, voice, by_hand=bool(scenario.by_hand))
    notes = [top["sentence"], *top["details"], *told.lacking(answer, voice), *told.notes(answer, voice)]
    notes.append(f"{_('数据快照')}{_('：')}{scenario.snapshot.name}")
    if settings.DEMO:
        notes.insert(0, _("演示数据：望岚县为虚构"))
    sheets = [_places(answer, voice, notes), _schools(answer, voice), _moves(plan, voice)]
    if answer.dossiers:
        sheets.append(_mergers(answer, voice))
    return write_sheets(sheets, voice.language)


def _places(answer: PlacesAnswer, voice: Voice, notes: list[str]) -> Sheet:
    columns = [
        Column(_("村（社区）")), Column(_("学年")), Column(_("儿童"), "number", 1), Column(_("现在")),
        Column(_("现在的路（公里）"), "number", 2), Column(_("按方案")), Column(_("以后的路（公里）"), "number", 2),
        Column(_("以后的路（分钟）"), "number", 0), Column(_("为什么")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            voice.place(each.place_id), str(each.year), each.children, told.schools_line(each.before, voice),
            each.before_km, told.schools_line(each.schools, voice), each.km, each.minutes,
            "".join(told.why_lines(each, voice)),
        ]
        for each in answer.served
    ]  # fmt: skip
    return Sheet(_("各村（社区）"), columns, rows, notes)


def _schools(answer: PlacesAnswer, voice: Voice) -> Sheet:
    columns = [Column(_("学校")), Column(_("学年"))]
    columns += [Column(head, "number", 1) for head in (_("学位"), _("照现在"), _("按方案"), _("片区内适龄"), _("寄宿"))]
    rows: list[list[Cell]] = [
        [
            voice.school(each.school_id), str(each.year), each.seats, each.pupils_before, each.pupils, each.zoned,
            each.boarders,
        ]
        for each in answer.seating
    ]  # fmt: skip
    return Sheet(_("各校学位和学生"), columns, rows)


def _moves(plan: Plan, voice: Voice) -> Sheet:
    columns = [
        Column(_("学校")), Column(_("举措")), Column(_("内容")), Column(_("计入学年")),
        Column(_("费用（元）"), "number"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            voice.school(move.school_id), words.kind_label(move.kind, voice.language), words.move_what(move, voice),
            str(move.year), move.cost,
        ]
        for move in plan.moves
    ]  # fmt: skip
    return Sheet(_("举措"), columns, rows)


def _mergers(answer: PlacesAnswer, voice: Voice) -> Sheet:
    columns = [
        Column(_("学校")), Column(_("并入")), Column(_("学年")), Column(_("村（社区）")),
        Column(_("儿童"), "number", 1),
        Column(_("现在的路（公里）"), "number", 2), Column(_("以后的路（公里）"), "number", 2), Column(_("寄宿")),
        Column(_("必须先办到")),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            voice.school(each.school_id), voice.school(each.to_school), str(each.year), voice.place(way.place_id),
            way.children, way.before_km, way.after_km, way.boards,
            "\n".join(told.condition(code, each) for code in each.conditions),
        ]
        for each in answer.dossiers
        for way in each.villages
    ]  # fmt: skip
    return Sheet(_("撤并"), columns, rows)
