"""A form on a sheet, under a layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from forms.form import Figure, Form, Heading
from forms.layouts import Layout
from forms.sheets import Sheet

TOTALS = ("合计", "计", "总计", "小计")
FIGURES = "0123456789０１２３４５６７８９-—～~－"
NOISE_HEADINGS = ("备注", "审核标志", "填报说明", "", "核对")
NOISE_CELLS = (None, None, "√", "已核", "无误")
NOTES = ("注：#为其中数。", "补充资料：无", "说明：本表由学校填报，统计时点为9月1日。")


@dataclass(frozen=True)
class Heads:
    """What stands above the form: the county, the school, and the school year."""

    county: str
    school: str
    year: int
    suffix: str

    @property
    def school_year(self) -> str:
        return f"{self.year}/{self.year + 1}学年初"


def wide(text: str) -> str:
    """The text in full-width letters and digits."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def print_form(form: Form, layout: Layout, heads: Heads) -> Sheet:
    """The form as a sheet; what the layout leaves open is drawn from its seed, the form and the school."""
    return _FormPrinter(form, layout, heads).printed()


class Printer:
    """Words and figures as a layout writes them, on a sheet that grows downwards."""

    layout: Layout
    heads: Heads
    draw: Random
    sheet: Sheet
    row: int

    def start(self, layout: Layout, heads: Heads, number: str) -> None:
        self.layout = layout
        self.heads = heads
        self.draw = Random(f"{layout.seed} {number} {heads.school}")
        self.sheet = Sheet(name=f"{number}_{heads.suffix}", form=number)
        self.row = 1

    def words(self, text: str, breaks: bool = True) -> str:
        """Words as somebody typed them: wrapped, spread with blanks, in full-width letters."""
        layout, draw = self.layout, self.draw
        # 小计 is a part's total, under the words of that part.
        if text in TOTALS and layout.total and (layout.total != "小计" or text == "计"):
            text = layout.total
        if layout.dash != "-" and text[:2].isdigit():
            text = text.replace("-", layout.dash)
        if layout.wide_words:
            text = wide(text)
        # Nobody breaks a number, and nobody a range of them.
        places = [at for at in range(1, len(text)) if not (text[at - 1] in FIGURES and text[at] in FIGURES)]
        if places and draw.random() < layout.wrap:
            gap = draw.choice(("\n", " ", "　", "  ", "\r\n") if breaks else (" ", "　", "  "))
            at = draw.choice(places)
            text = text[:at] + gap + text[at:]
        return text

    def marked(self, text: str) -> str:
        return self.layout.mark + self.words(text, breaks=False)

    def unit(self, unit: str) -> str:
        if unit == "元":
            return self.layout.money
        return self.layout.area if unit == "平方米" else unit

    def with_unit(self, text: str, unit: str) -> str:
        return f"{text}（{self.unit(unit)}）" if unit else text

    def written(self, value: float, unit: str) -> object:
        """A figure as the layout writes figures."""
        number = Decimal(repr(value))
        if unit == "元" and self.layout.money == "万元":
            number /= 10000
        if self.layout.number in ("number", "float"):
            whole = number == number.to_integral_value() and self.layout.number == "number"
            return int(number) if whole else float(number)
        text = f"{number.normalize():{',' if self.layout.number == 'grouped' else ''}f}"
        return wide(text) if self.layout.number == "wide" else text


class _FormPrinter(Printer):
    def __init__(self, form: Form, layout: Layout, heads: Heads) -> None:
        self.form = form
        self.start(layout, heads, form.number)
        self.blocked = layout.block == "column" and any(line.block for line in form.lines)
        self.grouped = layout.group == "column" and any(line.group for line in form.lines)

    def printed(self) -> Sheet:
        self._titles()
        first = self._headings()
        self._lines(first)
        self._notes()
        self._noise_columns(first)
        if self.layout.left:
            self.sheet.open_columns(1, self.layout.left)
        if self.layout.top:
            self.sheet.open_rows(1, self.layout.top)
        return self.sheet

    # The top

    def _titles(self) -> None:
        layout, form, heads = self.layout, self.form, self.heads
        title = form.title
        if layout.meta == "none":
            title += f"（{heads.school_year}）"
        if layout.unit == "title" and form.unit:
            title += f"（单位：{self.unit(form.unit)}）"
        if layout.county_title:
            self.sheet.put(self.row, 1, f"{heads.county}{heads.year}年教育事业统计调查表", "title")
            self.row += 1
        self.sheet.put(self.row, 1, title, "title")
        if layout.meta == "none":
            self.row += 1
            return
        if not form.compact:
            self.row += 1
        self._meta(start=4 if form.compact else 1)
        self.row += 1

    def _meta(self, start: int) -> None:
        layout, heads = self.layout, self.heads
        told = [f"表号：{self.form.number}", "制定机关：教育部", f"学校名称：{heads.school}", heads.school_year]
        if layout.unit != "title" and self.form.unit:
            told.append(f"计量单位：{self.unit(self.form.unit)}")
        if layout.meta == "one cell":
            told = ["　　".join(told)]
        for number, text in enumerate(told):
            if layout.meta == "rows":
                self.row += bool(number)
                self.sheet.put(self.row, start, text, "meta")
            else:
                self.sheet.put(self.row, start + number, text, "meta")

    # The headings

    def _headings(self) -> int:
        """Write the headings and the numbering; give the first column of figures."""
        stub = ["指标名称"]
        if self.blocked or self.grouped:
            stub.insert(0, "指标名称")
        if self.layout.code_column:
            stub.append("代码")
        if self.form.unit_column and self.layout.unit != "label":
            stub.append("计量单位")
        headings = [Heading((word,)) for word in stub]
        figures = [
            Heading((*one.path[:-1], self.with_unit(one.path[-1], one.unit)), one.unit) for one in self.form.headings
        ]
        depth = self.form.depth
        write_headings(self, self.row, 1, [*headings, *figures], depth)
        self.row += depth
        if self.layout.numbering:
            letters = "甲乙丙丁"[: len(stub)] if not (self.blocked or self.grouped) else "甲甲乙丙"[: len(stub)]
            numbers = [*letters, *map(str, range(1, len(figures) + 1))]
            for column, number in enumerate(numbers, 1):
                text = f"（{number}）" if self.layout.numbering == "（甲）" else number
                self.sheet.put(self.row, column, text, "numbering")
            self.row += 1
        return len(stub) + 1

    # The lines

    def _lines(self, first: int) -> None:
        form, layout = self.form, self.layout
        gaps = {self.draw.randrange(1, len(form.lines)) for _ in range(layout.noise_rows) if len(form.lines) > 1}
        runs: list[tuple[str, int, int]] = []
        for number, line in enumerate(form.lines):
            before = form.lines[number - 1] if number else None
            run = (self.blocked and line.block) or (self.grouped and line.group) or ""
            # A blank row stands between blocks, not inside a caption that spans several rows.
            if number in gaps and not (run and runs and runs[-1][0] == run):
                self.row += 1
            if line.group and layout.group == "line" and (before is None or before.group != line.group):
                self.sheet.put(self.row, 1, f"{line.group}：", "label")
                self.row += 1
            if run and runs and runs[-1][0] == run and runs[-1][2] == self.row - 1:
                runs[-1] = (run, runs[-1][1], self.row)
            elif run:
                runs.append((run, self.row, self.row))
            self._line(number, first)
            self.row += 1
        for text, top, bottom in runs:
            self._span(self.words(text), top, bottom)
        if layout.last_total and form.lines[0].label in TOTALS and not any(line.block for line in form.lines):
            self._line(0, first)
            self.row += 1

    def _line(self, number: int, first: int) -> None:
        line, layout, row = self.form.lines[number], self.layout, self.row
        label, sub = line.label, line.sub
        column = 2 if self.blocked or self.grouped else 1
        if self.blocked and line.block == label:
            label, sub = "计", False
        label = self.marked(label) if sub else self.words(label, breaks=False)
        if layout.unit == "label":
            label = self.with_unit(label, line.unit)
        self.sheet.put(row, column, label, "label")
        if layout.code_column:
            self.sheet.put(row, column + 1, f"{number + 1:02}", "code")
        if self.form.unit_column and layout.unit != "label":
            self.sheet.put(row, first - 1, self.unit(line.unit) or "—", "unit")
        for index, heading in enumerate(self.form.headings):
            unit = line.unit or heading.unit or self.form.unit
            figure = self.form.figures.get((number, index))
            self._figure(row, first + index, figure, unit)

    def _span(self, text: str, top: int, bottom: int) -> None:
        """A caption left of the lines that it spans."""
        for row in range(top, bottom + 1):
            if row == top or self.layout.spans == "repeated":
                self.sheet.put(row, 1, text, "label")
        if self.layout.spans == "merged" and top < bottom:
            self.sheet.merges.append((top, 1, bottom, 1))

    def _figure(self, row: int, column: int, figure: Figure | None, unit: str) -> None:
        if figure is None:
            if self.layout.inapplicable:
                self.sheet.put(row, column, self.layout.inapplicable, "figure")
            return
        if isinstance(figure.value, str):
            self.sheet.put(row, column, figure.value, "text", figure.facts)
            return
        value: object = None
        if figure.value is None:
            mark = self.layout.unknown
            value = -1 if mark == "-1" and self.layout.number == "number" else mark or None
        else:
            value = self.written(figure.value, unit)
        self.sheet.put(row, column, value, "figure", figure.facts)

    # The rest

    def _notes(self) -> None:
        if not self.layout.notes:
            return
        self.row += self.draw.randrange(2)
        self.sheet.put(self.row, 1, self.draw.choice(NOTES), "note")
        texts = ("单位负责人：", "统计负责人：", "填表人：", f"报出日期：{self.heads.year}年9月20日")
        for column, text in enumerate(texts, 1):
            self.sheet.put(self.row + 1, column, text, "note")

    def _noise_columns(self, first: int) -> None:
        """Columns of no meaning, never inside a heading that spans several."""
        starts = [
            first + number
            for number, one in enumerate(self.form.headings)
            if number == 0 or one.path[0] != self.form.headings[number - 1].path[0]
        ]
        head = max(row for row, _ in self.sheet.places("head"))
        figures = {row for row, _ in self.sheet.places("figure", "text")}
        chosen = self.draw.sample(
            [*starts, first + len(self.form.headings)], min(self.layout.noise_columns, len(starts))
        )
        for column in sorted(chosen, reverse=True):
            self.sheet.open_columns(column)
            self.sheet.put(head - self.form.depth + 1, column, self.draw.choice(NOISE_HEADINGS) or None, "noise")
            for row in figures:
                if (text := self.draw.choice(NOISE_CELLS)) is not None:
                    self.sheet.put(row, column, text, "noise")


def write_headings(printer: Printer, top: int, left: int, headings: Sequence[Heading], depth: int) -> None:
    """Headings of several rows: words that several columns share are merged, repeated, or stand over the first."""
    sheet, spans = printer.sheet, printer.layout.spans
    for level in range(depth):
        start = 0
        while start < len(headings):
            path = headings[start].path
            if level >= len(path):
                start += 1
                continue
            end, last = start, level == len(path) - 1
            while not last and end + 1 < len(headings) and headings[end + 1].path[: level + 1] == path[: level + 1]:
                end += 1
            bottom = depth - 1 if last else level
            text = printer.words(path[level]) if level == 0 or not path[level].startswith("#") else path[level]
            block = (top + level, left + start, top + bottom, left + end)
            if spans == "repeated":
                for row in range(block[0], block[2] + 1):
                    for column in range(block[1], block[3] + 1):
                        sheet.put(row, column, text, "head")
            else:
                sheet.put(block[0], block[1], text, "head")
                if spans == "merged" and block[:2] != block[2:]:
                    sheet.merges.append(block)
            start = end + 1
