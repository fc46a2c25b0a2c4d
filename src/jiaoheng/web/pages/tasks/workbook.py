"""Tasks and bulletins as workbooks; texts stay texts, whatever they begin with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from jiaoheng.ledger import targets
from jiaoheng.ledger.bulletin import Bulletin, Line
from jiaoheng.ledger.models import Support, Task
from jiaoheng.ledger.targets import Ruler
from jiaoheng.web.pages.tasks import rows
from jiaoheng.web.request import Request

Cell = str | float | int | date | None
Column = tuple[str, int]
"""A header and a width in characters."""


def workbook(request: Request, tasks: list[Task], by: Ruler | None) -> bytes:
    """The tasks, a row each."""
    columns: list[Column] = [
        (_("编号"), 8), (_("事项"), 50), (_("要求"), 50), (_("来源"), 12), (_("学校"), 26), (_("责任单位"), 24),
        (_("配合单位"), 24), (_("责任人"), 10), (_("验收单位"), 18), (_("完成时限"), 12), (_("状态"), 10),
        (_("到期提醒"), 12), (_("现值"), 10), (_("标准"), 10), (_("立项日期"), 12), (_("销号日期"), 12),
    ]  # fmt: skip
    helpers = _helpers(tasks)
    cells = [_cells(task, helpers, by, request) for task in tasks]
    return sheets({_("台账"): (f"{request.county.name} {_('台账')}", columns, cells)})


def bulletin_workbook(told: Bulletin, title: str) -> bytes:
    """The bulletin: by section, by school, and what is overdue."""
    columns: list[Column] = [(_("单位"), 30), *((label, 11) for label in headers())]
    late: list[list[Cell]] = [
        [
            one.title,
            told.names.get(one.school or one.section, ""),
            told.names.get(one.section, ""),
            one.due,
            one.days_late,
        ]
        for one in told.late()
    ]
    total = _line(told.total, _("合计"))
    return sheets(
        {
            _("按股室"): (title, columns, [*(_line(own, own.name) for own in told.sections), total]),
            _("按学校"): (title, columns, [*(_line(own, own.name or _("全县事项")) for own in told.schools), total]),
            _("逾期事项"): (
                title,
                [(_("事项"), 50), (_("单位"), 30), (_("股室"), 18), (_("完成时限"), 12), (_("逾期天数"), 10)],
                late,
            ),
        }
    )


def headers() -> list[str]:
    """The columns of a bulletin after the unit."""
    return [
        _("上月结转"), _("本月新增"), _("本月销号"), _("本月作废"), _("月末未办结"), _("其中逾期"), _("退回(次)"),
        _("销号率"), _("最长逾期(天)"),
    ]  # fmt: skip


def sheets(content: dict[str, tuple[str, Sequence[Column], Iterable[Sequence[Cell]]]]) -> bytes:
    """A workbook of sheets by name: a title, columns, rows. A percentage is a number under 销号率's format."""
    out = io.BytesIO()
    # A text that begins with "=", "+", "-" or "@" must never become a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        title_format = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#EEF0F3"}
        )
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "border": 1, "align": "left"})
        share = book.add_format({"num_format": "0.0%", "valign": "top", "border": 1})
        for name, (title, columns, lines) in content.items():
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, title, title_format)
            for place, (label, width) in enumerate(columns):
                sheet.set_column(place, place, width)
                sheet.write_string(1, place, label, head)
            for number, line in enumerate(lines, start=2):
                for place, value in enumerate(line):
                    if value is None:
                        sheet.write_blank(number, place, None, plain)
                    elif isinstance(value, str):
                        sheet.write_string(number, place, value, plain)
                    elif isinstance(value, date):
                        sheet.write_datetime(number, place, value, day)
                    else:
                        sheet.write_number(number, place, value, share if columns[place][0] == _("销号率") else plain)
            sheet.freeze_panes(2, 1)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(1)
    return out.getvalue()


def _cells(task: Task, helpers: dict[int, list[str]], by: Ruler | None, request: Request) -> list[Cell]:
    standing = rows.standing_of(task, by)
    return [
        task.pk,
        targets.task_title(task, request.language),
        task.detail,
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


def _line(own: Line, name: str) -> list[Cell]:
    counted: tuple[Any, ...] = (own.carried, own.new, own.closed, own.withdrawn, own.pending, own.overdue, own.returned)
    return [name, *counted, own.rate, own.longest]
