"""Tasks and bulletins as workbooks."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from jiaoheng.ledger import targets
from jiaoheng.ledger.bulletin import Bulletin, Line
from jiaoheng.ledger.models import Support, Task
from jiaoheng.ledger.targets import Ruler
from jiaoheng.reports.tables import Cell, Column, write_table
from jiaoheng.web.pages.tasks import rows
from jiaoheng.web.request import Request


def task_workbook(request: Request, tasks: list[Task], by: Ruler | None) -> bytes:
    """The tasks, a row each."""
    columns = [
        Column(_("编号"), "integer"),
        Column(_("事项")),
        Column(_("要求")),
        Column(_("来源")),
        Column(_("学校")),
        Column(_("责任单位")),
        Column(_("配合单位")),
        Column(_("责任人")),
        Column(_("验收单位")),
        Column(_("完成时限"), "date"),
        Column(_("状态")),
        Column(_("到期提醒")),
        Column(_("现值"), "number", decimals=3),
        Column(_("标准"), "number"),
        Column(_("立项日期"), "date"),
        Column(_("销号日期"), "date"),
    ]
    helpers = _helpers(tasks)
    cells = [_cells(task, helpers, by, request) for task in tasks]
    notes = [_("现值取自数据 {snapshot} 的测算。").format(snapshot=by.assessment.snapshot)] if by is not None else []
    return write_table(f"{request.county.name} {_('台账')}", columns, cells, notes, request.language)


def bulletin_workbook(request: Request, told: Bulletin, title: str, sentences: list[str], whole: bool) -> bytes:
    """The bulletin: a row a section and a school, the total, and below it the sentences and what is overdue."""
    labels = headers()
    kinds = (*("integer",) * 7, "percent", "integer")
    columns = [Column(_("分类")), Column(_("单位")), *(Column(a, b) for a, b in zip(labels, kinds, strict=True))]  # type: ignore[arg-type]
    lines = [_line(_("股室、责任区"), own.name, own) for own in told.sections] if whole else []
    lines += [_line(_("学校"), own.name or _("全县事项"), own) for own in told.schools]
    lines.append(_line(_("合计"), "", told.total))
    late = [
        _("逾期 {days} 天：{title}（{unit}，时限 {due}）").format(
            days=one.days_late, title=one.title, unit=told.names.get(one.school or one.section, ""), due=one.due
        )
        for one in told.late()
    ]
    return write_table(title, columns, lines, [*sentences, *late], request.language)


def headers() -> list[str]:
    """The columns of a bulletin after the unit."""
    return [
        _("上月结转"), _("本月新增"), _("本月销号"), _("本月作废"), _("月末未办结"), _("其中逾期"), _("退回（次）"),
        _("销号率"), _("最长逾期（天）"),
    ]  # fmt: skip


def _cells(task: Task, helpers: dict[int, list[str]], by: Ruler | None, request: Request) -> list[Cell]:
    standing = rows.standing_of(task, by)
    return [
        task.pk,
        targets.task_title(task, request.language),
        task.detail or None,
        str(task.get_source_display()),
        task.school.name if task.school else None,
        task.lead.name,
        "、".join(helpers.get(task.pk, [])) or None,
        task.person.name if task.person else None,
        task.verifier.name,
        task.due,
        str(task.get_state_display()),
        rows.due_note(task) or None,
        standing.value if standing else None,
        standing.threshold if standing else None,
        timezone.localtime(task.created_at).date(),
        timezone.localtime(task.closed_at).date() if task.closed_at else None,
    ]


def _helpers(tasks: list[Task]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    supports = Support.objects.filter(task__in=[task.pk for task in tasks]).select_related("organisation")
    for support in supports:
        found.setdefault(support.task_id, []).append(support.organisation.name)
    return found


def _line(group: str, name: str, own: Line) -> list[Cell]:
    counted = [own.carried, own.new, own.closed, own.withdrawn, own.pending, own.overdue, own.returned]
    return [group, name or None, *counted, own.rate, own.longest]
