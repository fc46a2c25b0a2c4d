"""What was typed into the page is saved, all of it or, with everything still there, nothing."""

from __future__ import annotations

import msgspec
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions.mending import Cell, Overtaken, mend
from jiaoheng.ledger.models import Submission
from jiaoheng.web.pages.facts import rows, submission
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


@require_http_methods(["GET", "POST"])
@needs("submission.change")
def save(request: Request, pk: int) -> HttpResponse:
    """Save the cells that were changed, and the row that is set aside or taken back."""
    of = found(request, "submission.change", Submission, pk=pk)
    back = HttpResponseRedirect(f"{reverse('submission', args=[pk])}?{request.GET.urlencode()}#problems")
    if request.method == "GET":
        # Whoever had to log in again comes here: the page still has what was typed.
        return back
    try:
        cells = _sent(request)
    except (ValueError, msgspec.MsgspecError):
        return _again(request, of, [], _("表单内容不完整，没有保存。请刷新页面再试。"))
    try:
        mend(request.actor, of, cells)
    except Overtaken as overtaken:
        return _again(request, of, cells, str(overtaken), _told(overtaken))
    except Refused as refused:
        return _again(request, of, cells, str(refused))
    messages.success(request, _("已保存，正在重新核对。"))
    return back


def _sent(request: Request) -> list[Cell]:
    cells = rows.cells({name: str(value) for name, value in request.POST.items()})
    if drop := request.POST.get("drop"):
        cells.append(rows.row_cell(drop))
    if undo := request.POST.get("undo"):
        cells.append(rows.row_cell(undo, undo=True))
    return cells


def _again(
    request: Request, of: Submission, cells: list[Cell], error: str, overtaken: list[str] | None = None
) -> HttpResponse:
    """The page with what was typed, and why it was not saved."""
    typed = {(cell.file, cell.sheet, cell.row, cell.column): cell.value or "" for cell in cells}
    of.refresh_from_db()
    return submission.page(request, of, typed=rows.Typed(typed), error=error, unsaved=overtaken)


def _told(overtaken: Overtaken) -> list[str]:
    lines = []
    for cell, held in overtaken.cells:
        place = " · ".join(part for part in (cell.sheet, _("第 {row} 行").format(row=cell.row), cell.column) if part)
        if held is None:
            lines.append(_("{place}：别人已撤销改动；您填的是“{mine}”。").format(place=place, mine=cell.value or ""))
        else:
            text = _("{place}：{who}刚改为“{theirs}”；您填的是“{mine}”。")
            lines.append(text.format(place=place, who=held.by.name, theirs=held.value, mine=cell.value or ""))
    return lines
