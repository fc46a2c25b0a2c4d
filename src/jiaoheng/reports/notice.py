"""The public notice of catchments (划片公告) as a Word document, in the layout of official papers."""

from __future__ import annotations

import io

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from jiaoheng.county import County, schema
from jiaoheng.findings.words import number
from jiaoheng.language import Language
from jiaoheng.plans.plan import PlacesAnswer, Plan, Served
from jiaoheng.plans.zones.telling import say as told

_TITLE, _HEAD, _BODY = "方正小标宋简体", "黑体", "仿宋"
_LATIN = "Times New Roman"


def document(plan: Plan, county: County, language: Language) -> bytes:
    """The notice of a plan of catchments: basis, table of schools and their places, rules, and lines to be filled in.

    What only the bureau can say (dates, telephone, document number) stands in red brackets. ``ValueError`` for a plan
    without catchments.
    """
    places = plan.places
    if places is None or not places.served:
        raise ValueError("the plan says nothing of catchments")
    first = min(each.year for each in places.served)
    rows = [each for each in places.served if each.year == first]
    stage = schema().label("stage", places.stage, language)
    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.8), Cm(2.6), Cm(3.7), Cm(3.5)
    given = {"county": plan.county, "stage": stage, "first": first, "next": first + 1}

    def paragraph(text: str, font: str = _BODY, size: float = 16, *, middle: bool = False, indent: bool = True) -> None:
        own = made.add_paragraph()
        if middle:
            own.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif indent and language == "zh":
            own.paragraph_format.first_line_indent = Pt(2 * size)
        own.paragraph_format.line_spacing = Pt(28 if language == "zh" else 20)
        own.paragraph_format.space_after = Pt(0 if language == "zh" else 4)
        _write(own, text, font, size if language == "zh" else min(size, 14))

    paragraph(told("notice_title", language, **given), _TITLE, 22, middle=True)
    paragraph(told("notice_number", language), _BODY, 16, middle=True)
    paragraph("", _BODY, 10)
    paragraph(told("notice_basis", language, **given))
    paragraph(told("notice_head_range", language), _HEAD)
    paragraph(told("notice_range", language, **given))
    _table(made, places, rows, county, language)
    paragraph("", _BODY, 10)
    number_of = iter(("two", "three", "four", "five"))
    if places.groups:
        paragraph(told(f"notice_head_groups_{next(number_of)}", language), _HEAD)
        names = county.school_names()
        join = "、" if language == "zh" else ", "
        for group in places.groups:
            paragraph(told("notice_groups", language, schools=join.join(names.get(code, code) for code in group)))
    for part in ("migrants", "order", "contact"):
        paragraph(told(f"notice_head_{part}_{next(number_of)}", language), _HEAD)
        for line in told(f"notice_{part}", language, **given).split("\n"):
            paragraph(line)
    paragraph("", _BODY, 10)
    for line in ("notice_bureau", "notice_date"):
        own = made.add_paragraph()
        own.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(own, told(line, language, **given), _BODY, 16 if language == "zh" else 14)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _table(made: object, places: PlacesAnswer, rows: list[Served], county: County, language: Language) -> None:
    """Each school, or group of schools, with its places by town."""
    names = county.school_names()
    labels = {row["place_id"]: row for row in county["places"].to_pylist()}
    areas: dict[tuple[str, ...], list[Served]] = {}
    for each in sorted(rows, key=lambda row: row.place_id):
        areas.setdefault(each.schools, []).append(each)
    table = made.add_table(rows=1, cols=3)  # type: ignore[attr-defined]
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    widths = (Cm(1.3), Cm(5.2), Cm(9.1))
    for cell, key in zip(table.rows[0].cells, ("number", "school", "range"), strict=True):
        _fill(cell, told(f"notice_column_{key}", language), _HEAD, middle=True)
    _repeats(table.rows[0])
    join = "、" if language == "zh" else ", "
    for count, (schools, members) in enumerate(sorted(areas.items(), key=lambda area: area[1][0].place_id), 1):
        by_town: dict[str, list[str]] = {}
        for each in members:
            place = labels[each.place_id]
            town = labels.get(place["parent_id"] or "", {}).get("name") or ""
            by_town.setdefault(town, []).append(place["name"] or each.place_id)
        colon = "：" if language == "zh" else ": "
        ranges = [(town + colon if town else "") + join.join(villages) for town, villages in sorted(by_town.items())]
        row = table.add_row()
        _whole(row)
        _fill(row.cells[0], number(count), _BODY, middle=True)
        _fill(row.cells[1], join.join(names.get(code, code) for code in schools), _BODY)
        _fill(row.cells[2], ("；" if language == "zh" else "; ").join(ranges), _BODY)
    # Word goes by the cells' widths, other programs by the columns'.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _write(own: Paragraph, text: str, font: str, size: float) -> None:
    """Text in its font; what stands in 【】 is to be filled in, and is red."""
    for part in _parts(text):
        run = own.add_run(part)
        _font(run, font, size)
        if part.startswith("【"):
            run.font.color.rgb = RGBColor(0xC0, 0x00, 0x00)


def _parts(text: str) -> list[str]:
    found, rest = [], text
    while "【" in rest:
        before, _, after = rest.partition("【")
        inside, _, rest = after.partition("】")
        found += [before, f"【{inside}】"]
    return [part for part in (*found, rest) if part]


def _font(run: Run, font: str, size: float) -> None:
    run.font.size, run.font.name = Pt(size), _LATIN
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _fill(cell: _Cell, text: str, font: str, *, middle: bool = False) -> None:
    own = cell.paragraphs[0]
    if middle:
        own.alignment = WD_ALIGN_PARAGRAPH.CENTER
    own.paragraph_format.space_before = own.paragraph_format.space_after = Pt(3)
    _write(own, text, font, 12)


def _repeats(row: _Row) -> None:
    """The heading of the table on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _whole(row: _Row) -> None:
    """A row that is not torn between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
