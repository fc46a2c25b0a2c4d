"""A forecast to take along as a workbook: stages, schools' seats, grades, places, the back-test."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiaoheng.county import schema
from jiaoheng.language import Language
from jiaoheng.ledger import forecasts
from jiaoheng.ledger.models import Projection
from jiaoheng.reports.tables import Cell, Column, Sheet, write_sheets
from jiaoheng.web.pages.forecast import story
from jiaoheng.web.pages.forecast.figures import Seen, seen
from jiaoheng.web.pages.overview.excel import download
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@require_safe
@needs("forecast.see")
def excel(request: Request, pk: int) -> HttpResponse:
    """The workbook."""
    projection = found(request, "forecast.see", Projection, pk=pk)
    own, language = seen(projection), request.language
    if own is None:
        raise Http404
    asked = forecasts.request_of(projection.request)
    top = story.verdict(own, language)
    notes = [top["sentence"], *top["details"], *story.assumptions(asked, own, language), *story.notes(own)]
    notes.append(f"{_('数据快照')}{_('：')}{projection.snapshot.name}")
    if settings.DEMO:
        notes.insert(0, _("演示数据：望岚县为虚构"))
    sheets = [
        _stages(own, language, notes),
        _seats(own, language),
        _grades(own, language),
        _places(own, language),
        _tests(own, language),
    ]
    return download(write_sheets(sheets, language), f"{projection.name}.xlsx")


def _stages(own: Seen, language: Language, notes: list[str]) -> Sheet:
    heads = (_("范围"), _("名称"), _("学段"), _("学年"))
    columns = [Column(head) for head in heads]
    columns += [
        Column(head, "number", 1) for head in (_("在校生"), _("80% 下限"), _("80% 上限"), _("95% 下限"), _("95% 上限"))
    ]
    levels = {"county": _("全县"), "town": _("乡镇"), "school": _("学校")}
    order = list(levels)
    rows: list[list[Cell]] = [
        [
            levels[each.level],
            own.name(each.subject) if each.level == "school" else own.place_name(each.subject),
            story.stage_label(each.stage, language), str(each.year), each.pupils.value, each.pupils.low,
            each.pupils.high, each.pupils.low95, each.pupils.high95,
        ]
        for each in sorted(
            own.forecast.stages, key=lambda one: (order.index(one.level), one.subject, one.stage, one.year)
        )
    ]  # fmt: skip
    return Sheet(_("在校生推算"), columns, rows, notes)


def _seats(own: Seen, language: Language) -> Sheet:
    columns = [Column(_("学校")), Column(_("学段")), Column(_("学年"))]
    columns += [Column(head, "number", 1) for head in (_("在校生"), _("学位"), _("缺"), _("空"), _("每班（班数不变）"))]
    columns.append(Column(_("学位数从哪里来")))
    rows: list[list[Cell]] = [
        [
            own.name(each.school_id), story.stage_label(each.stage, language), str(each.year), each.pupils, each.seats,
            each.short, each.spare, each.class_mean, story.seats_source(each),
        ]
        for each in own.forecast.seats
    ]  # fmt: skip
    return Sheet(_("学位余缺"), columns, rows)


def _grades(own: Seen, language: Language) -> Sheet:
    columns = [Column(_("学校")), Column(_("年级")), Column(_("学年")), Column(_("在校生"), "number", 1)]
    rows: list[list[Cell]] = [
        [own.name(each.school_id), schema().label("grade", each.grade, language), str(each.year), each.pupils]
        for each in own.forecast.grades
    ]
    return Sheet(_("各年级"), columns, rows)


def _places(own: Seen, language: Language) -> Sheet:
    columns = [Column(_("村、社区")), Column(_("学段")), Column(_("学年"))]
    columns += [Column(head, "number", 1) for head in (_("适龄儿童"), _("入学新生"), _("须有公办学位"))]
    rows: list[list[Cell]] = [
        [
            own.place_name(each.place_id), story.stage_label(each.stage, language), str(each.year), each.children,
            each.entrants, each.seated,
        ]
        for each in own.forecast.places
    ]  # fmt: skip
    return Sheet(_("各村儿童"), columns, rows)


def _tests(own: Seen, language: Language) -> Sheet:
    levels = {"school": _("各校"), "town": _("各乡镇"), "county": _("全县")}
    columns = [Column(_("范围")), Column(_("学段")), Column(_("方法")), Column(_("提前几年"), "integer")]
    columns += [
        Column(_("平均误差（%）"), "number", 2),
        Column(_("80% 区间命中"), "percent"),
        Column(_("检验次数"), "integer"),
    ]
    rows: list[list[Cell]] = [
        [
            levels[each.level], story.stage_label(each.stage, language), story.method_label(each.method), each.horizon,
            each.error, each.covered80, each.cases,
        ]
        for each in own.forecast.tests
    ]  # fmt: skip
    return Sheet(_("检验"), columns, rows)
