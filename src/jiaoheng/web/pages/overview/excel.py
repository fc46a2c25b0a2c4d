"""The table of schools and figures as a workbook."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jiaoheng.findings import words
from jiaoheng.reports.tables import Cell, Column, write_table
from jiaoheng.web.basis import Basis
from jiaoheng.web.choosing import school_year
from jiaoheng.web.pages.overview import matrix
from jiaoheng.web.pages.overview.matrix import Matrix
from jiaoheng.web.pages.overview.rows import Row
from jiaoheng.web.pages.overview.standing import options_line, status_label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(of: Basis, found: Matrix) -> bytes:
    """The rows and columns that are shown, in their order: figures with all digits, and in words what is below."""
    heads = matrix.columns(of, found)
    places = len(matrix.FIXED)
    columns = [Column(head["label"], "integer" if head["label"] == _("在校生") else "text") for head in heads[:places]]
    columns += [
        Column("\n".join(filter(None, (head["label"], head["measure"], head["unit"]))), "number", width=15)
        for head in heads[places:]
    ]
    columns.append(Column(_("未达标的指标"), "text"))
    notes = [
        f"{_('标准')}{_('：')}{of.standard.label.say(of.language)}",
        f"{_('测算口径')}{_('：')}{options_line(of)}",
        f"{_('数据快照')}{_('：')}{of.snapshot.name}",
        _("%(total)s 所（部）中的 %(shown)s 所") % {"total": found.total, "shown": len(found.rows)},
    ]
    if settings.DEMO:
        notes.insert(0, _("演示数据：望岚县为虚构"))
    title = f"{of.county.name} {school_year(of.year)} {_('学校 × 指标')}"
    return write_table(title, columns, [_row(of, found, row) for row in found.rows], notes, of.language)


def download(data: bytes, name: str) -> HttpResponse:
    """A workbook to be saved under a name."""
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": header or "attachment"})


def _row(of: Basis, found: Matrix, row: Row) -> list[Cell]:
    stage = words.stage_label(row.stage, of.language) if row.stage else ""
    fixed: list[Cell] = [row.name, status_label(row.verdict, of), stage, row.town, row.pupils]
    below = [
        check.id
        for check in found.checks
        if check.id in row.values and row.values[check.id].status in ("fails", "floor")
    ]
    names = _("、").join(words.check_label(of.standard, check, of.language) for check in below)
    return [*fixed, *(_cell(of, row, check.id) for check in found.checks), names]


def _cell(of: Basis, row: Row, check: str) -> Cell:
    """A figure as it was reckoned; where there is none, why, in words; nothing where none is asked for."""
    value = row.values.get(check)
    if value is None:
        return None
    if value.value is not None:
        return value.value
    said = matrix.shown(value) if value.low is not None and value.high is not None else ""
    return " ".join(filter(None, (said, matrix.reason(of, value))))
