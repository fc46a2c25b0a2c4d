"""Cells set right in the page, and rows that are not to be used: what the file says stays in the file."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county.personal import is_personal_header, personal_kind
from jiaoheng.ledger import clock
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.actions.submissions import changed, must_be_open
from jiaoheng.ledger.models import Mended, SourceFile, Submission
from jiaoheng.ledger.submissions import last_check

LONGEST = 500
ROW = ""
"""The column of what concerns a row as a whole."""


class Cell(msgspec.Struct, frozen=True):
    """One cell as it should read, or (``column`` is ``ROW``) a row that is not to be used.

    ``value`` is None to take back what was set before. ``seen`` is the revision of the mend that was seen, 0 for none:
    where somebody else has changed it since, that person is not overwritten unawares.
    """

    file: int
    sheet: str
    row: int
    column: str
    value: str | None
    seen: int = 0


class Overtaken(Refused):
    """Somebody else changed these cells meanwhile: each with what holds now, None where it was taken back."""

    def __init__(self, cells: Sequence[tuple[Cell, Mended | None]]) -> None:
        self.cells = tuple(cells)
        super().__init__(_("有 {count} 处刚被别人改过，没有覆盖。请看过再保存。").format(count=len(self.cells)))


@action("submission.mend", gettext_lazy("改正数据"), right="submission.change")
def mend(act: Act, submission: Submission, cells: Sequence[Cell]) -> Submission:
    """Set cells right and rows aside, or take that back: all of them or, where it is refused, none.

    Raises ``Overtaken``; ``Refused`` where nothing differs or a value may not be kept.
    """
    must_be_open(submission)
    sources = {source.pk: source for source in submission.files.all()}
    wanted = [(cell, _held(sources, cell)) for cell in cells]
    differing = [(cell, held) for cell, held in wanted if cell.value != (held.value if held else None)]
    if overtaken := [(cell, held) for cell, held in differing if cell.seen != (held.revision if held else 0)]:
        raise Overtaken(overtaken)
    if not differing:
        raise Refused(_("没有改动，不用保存。"))
    headings = _headings(submission)
    for cell, held in differing:
        if cell.value is None:
            if held is not None:
                held.delete()
            continue
        _must_be_harmless(cell)
        _must_be_there(cell, headings.get((sources[cell.file].name, cell.sheet)))
        kept = held or Mended(file=sources[cell.file], sheet=cell.sheet, row=cell.row, column=cell.column)
        kept.value, kept.revision = cell.value, submission.revision + 1
        kept.by, kept.at = act.person, clock.now()
        kept.save()
    act.details["cells"] = len(differing)
    changed(act, submission)
    return submission


def _held(sources: dict[int, SourceFile], cell: Cell) -> Mended | None:
    if cell.file not in sources:
        raise Refused(_("这个文件不在这次报送里。"))
    same = Mended.objects.filter(file=cell.file, sheet=cell.sheet, row=cell.row, column=cell.column)
    return same.select_related("by").first()


def _headings(submission: Submission) -> dict[tuple[str, str], dict[str, str]]:
    """The headers of each sheet that was read, by the letter of their column."""
    checked = last_check(submission)
    return {
        (sheet.file, sheet.sheet): {each.letter or each.header: each.header for each in sheet.headings}
        for sheet in (checked.sheets if checked else ())
    }


def _must_be_there(cell: Cell, headings: dict[str, str] | None) -> None:
    """Only cells of sheets that were read, no personal column; beyond the headers a cell may be emptied only."""
    if cell.column == ROW and headings is not None:
        return
    place = _("第 {row} 行“{column}”").format(row=cell.row, column=cell.column)
    header = (headings or {}).get(cell.column)
    if header is not None and is_personal_header(header):
        raise Refused(_("{place}涉及个人信息（姓名、身份证号、电话等），不能填写。").format(place=place))
    if headings is None or (header is None and cell.value):
        raise Refused(_("{place}：文件里没有这一列。").format(place=place))


def _must_be_harmless(cell: Cell) -> None:
    """No people's numbers and addresses, nor columns of people's names, reach the database."""
    value = cell.value or ""
    place = _("第 {row} 行“{column}”").format(row=cell.row, column=cell.column)
    if len(value) > LONGEST or len(cell.column) > 200 or len(cell.sheet) > 120:
        raise Refused(_("{place}填得太长（最多 {limit} 个字）。").format(place=place, limit=LONGEST))
    if any(ord(letter) < 32 for letter in value + cell.column + cell.sheet):
        raise Refused(_("{place}有不能用的字符。").format(place=place))
    if is_personal_header(cell.column) or personal_kind(value):
        raise Refused(_("{place}涉及个人信息（姓名、身份证号、电话等），不能填写。").format(place=place))
