"""One sheet of a form: its header, the words above each column, the words in front of each row.

A form has titles, then headers of one or several rows, often a row that numbers the columns (甲 乙 1 2 3), then rows
whose first cells are labels. Merged cells count in all their places; a group's header that stands only over its
first column reaches to the next header of its row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from jiaoheng.county.personal import mask
from jiaoheng.county.rows import Heading, SheetRead
from jiaoheng.sources.forms.labels import Label, label, units
from jiaoheng.sources.grids import Broken, Grid
from jiaoheng.sources.layout import column_letter, filled_cell
from jiaoheng.sources.numbers import split_unit
from jiaoheng.sources.overlooked import Place
from jiaoheng.sources.text import as_text, narrow, shown, tidy

_STEMS = "甲乙丙丁戊己"
_FEWEST_NUMBERED = 3
_NEUTRAL = re.compile(r"按.{1,8}分组?|分年级|分组|指标|人数|按.{1,8}")
_META = re.compile(
    r"表\s*号|制定机关|制表机关|批准|备案|有效期|学校(?:[(]机构[)])?(?:名称|标识码|代码)\s*:|填报|综合机关|文\s*号|\d{4}\s*[-/]\s*\d{4}|"
    r"20\d\d.{0,9}学年|(?:计量)?单位\s*:|统计局|教育部(?!门)|国统|续表|组织机构|"
    r"(?:负责|填表|报送)人\s*:|联系电话\s*:|报出日期"
)
_UNIT_STATED = re.compile(r"(?<![报送制填管主])(?:计量|金额|面积)?单位\s*:\s*([^)]+)")
_CODE_HEADERS = frozenset({"代码", "编号", "指标代码", "行次", "序号", "行号", "栏次", "乙"})
_UNIT_HEADERS = frozenset({"计量单位", "单位", "丙"})
TOTALS = frozenset({"总计", "合计", "小计", "计", "学校产权"})
_NUMBER_LIKE = re.compile(r"[+-]?[\d.,]+%?")
NOTHING = frozenset({"", "*", "**", "-", "--", "—", "——", "–", "−", "/", "×", "x", "※"})
_HEADER_LIMIT = 40
_LONGEST = 400

IsLabel = Callable[[str], bool]


class FormSheet:
    """A grid as a form. Positions count from 0; ``is_row`` tells whether a label begins a row of this form.

    The values of a ``listed`` form may be texts; in others a row has figures behind its labels. ``first`` is the first
    row where that is known. Where a form also tells of people, ``public`` are the labels whose values may be shown.
    """

    def __init__(
        self,
        grid: Grid,
        is_row: IsLabel,
        *,
        listed: bool = False,
        first: int | None = None,
        public: frozenset[str] | None = None,
    ) -> None:
        self.grid = grid
        self._public = public
        self._is_row = is_row
        self._listed = listed
        self.width = max(map(len, grid.rows), default=0)
        self._merged = _merged(grid)
        self._row_labels: dict[int, tuple[tuple[int, str], ...]] = {}
        self._nearest: dict[int, Sequence[int | None]] = {}
        numbering = self._numbering_row()
        if numbering is None or (first is not None and numbering >= first):
            self.first = self._first_row() if first is None else first
            self._header_bottom = self.first
        else:
            self.first, self._header_bottom = numbering + 1, numbering
        self._stubs = {} if numbering is None else self._stub_letters(numbering)

    def cell(self, row: int, column: int) -> object:
        """A cell's own content; an empty string where it is blank."""
        return filled_cell(self.grid.rows[row], column) if row < len(self.grid.rows) else ""

    def text(self, row: int, column: int) -> Label:
        """The label at a place, also inside a merged range; empty for numbers and marks."""
        origin = self._merged.get((row, column), (row, column))
        return label_of(self.cell(*origin))

    @cached_property
    def columns(self) -> Mapping[int, Label]:
        """The words above each column from top to bottom, joined, and the unit that they give."""
        return dict(enumerate(self._column(column) for column in range(self.width)))

    @cached_property
    def code_columns(self) -> frozenset[int]:
        """Columns that only number the rows."""
        found = {column for column in range(self.width) if self._has_header(column, _CODE_HEADERS)}
        found |= {column for column, letter in self._stubs.items() if letter == "乙" and self._counts(column)}
        return frozenset(found | {column for column in range(self.width) if self._counts(column)})

    @cached_property
    def unit_columns(self) -> frozenset[int]:
        """Columns that give the unit of each row."""
        found = {column for column in range(self.width) if self._has_header(column, _UNIT_HEADERS)}
        for column in range(self.width):
            texts = [tidy(as_text(self.cell(row, column))) for row in self._body() if self.cell(row, column) != ""]
            if texts and all(text in units() for text in texts):
                found.add(column)
        return frozenset(found)

    def labels(self, row: int, before: int) -> tuple[tuple[int, str], ...]:
        """The labels of a row in front of a column, each with its position, those of groups merged downwards too."""
        return tuple(found for found in self._labels(row) if found[0] < before)

    def names(self, row: int, before: int) -> tuple[tuple[int, str], ...]:
        """What may name a row: its labels but for those of groups, and each label with the one in front of it."""
        labels = self.labels(row, before)
        joined = ((at, one + other) for (_, one), (at, other) in pairwise(labels))
        alone = (each for each in labels if each == labels[-1] or not self._is_group(row, each[0]))
        return (*alone, *joined)

    def _labels(self, row: int) -> tuple[tuple[int, str], ...]:
        if row not in self._row_labels:
            found = []
            seen: set[Place] = set()
            for column in range(self.width):
                origin = self._merged.get((row, column), (row, column))
                if origin in seen or column in self.unit_columns:
                    continue
                seen.add(origin)
                if text := label_of(self.cell(*origin)).text:
                    found.append((column, text))
            self._row_labels[row] = tuple(found)
        return self._row_labels[row]

    def _is_group(self, row: int, column: int) -> bool:
        """Whether a label stands for several rows: merged over them, or repeated from one to the next."""
        top = self._merged.get((row, column))
        if top is not None and self._ends[top][0] > top[0]:
            return True
        own = self.text(row, column).text
        return any(self.text(beside, column).text == own for beside in (row - 1, row + 1) if beside >= self.first)

    def unit_place(self, column: int) -> Place | None:
        """The header that gives a column's unit."""
        places = (self._merged.get((row, column), (row, column)) for row in reversed(self._header_rows))
        return next((place for place in places if label_of(self.cell(*place)).unit), None)

    @cached_property
    def stated_units(self) -> tuple[tuple[str, Place], ...]:
        """Units stated for the whole sheet above its headers, as in 计量单位:万元, each with its place."""
        found = []
        for row in range(min(self.first, _HEADER_LIMIT, len(self.grid.rows))):
            for column, cell in enumerate(self.grid.rows[row]):
                stated = _UNIT_STATED.search(narrow(cell)) if isinstance(cell, str) and len(cell) < 200 else None
                if stated:
                    parts = re.split(r"[、,;/\s和]+", stated.group(1))
                    found += [(tidy(part), (row, column)) for part in parts if part]
        return tuple(found)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Texts above the rows, as they stand there on one line."""
        return tuple(
            " ".join(narrow(cell).split())
            for row in self.grid.rows[: min(self.first, _HEADER_LIMIT)]
            for cell in row
            if isinstance(cell, str) and cell.strip() and len(cell) < 200
        )

    def body_rows(self) -> range:
        """The positions of the rows below the headers."""
        return range(self.first, len(self.grid.rows))

    def is_torn(self, place: Place) -> bool:
        """Whether a figure stands in a merged range with others, so that it cannot be told whose it is."""
        top = self._merged.get(place)
        if top is None or place in self.grid.mended:
            return False
        bottom, right = self._ends[top]
        headed = {
            self.columns[column].text
            for column in range(top[1], min(right + 1, self.width))
            if self.columns[column].text
        }
        return top != place or bottom > top[0] or len(headed) > 1

    def headings(self) -> SheetRead:
        """Where each column stands: its letter, and the words above it behind the letter."""
        found = []
        for column in range(self.width):
            letter = column_letter(column)
            words = self.columns[column].text
            may_show = self._public is None or words in self._public
            found.append(Heading(letter, f"{letter} {words}".strip() if may_show else letter))
        return SheetRead(self.grid.file, self.grid.sheet, "", None, tuple(found))

    def written(self, row: int) -> Mapping[str, str]:
        """A row's cells as they stand in the file, by heading; masked where they may tell of a person."""
        cells = self.grid.rows[row] if 0 <= row < len(self.grid.rows) else ()
        if self._public is not None:
            cells = tuple(self._without_people(row, self._public))
        names = self._heading_names
        return {names[column]: as_text(cell) for column, cell in enumerate(cells) if cell != "" and column < len(names)}

    def _without_people(self, row: int, public: frozenset[str]) -> Iterator[object]:
        """The cells of a row; only labels and what stands behind them, or under them, is not masked."""
        follows = False
        for column, cell in enumerate(self.grid.rows[row]):
            words = label_of(cell).text
            if words in public:
                follows = True
                yield cell
            elif cell == "" or column in self.code_columns | self.unit_columns:
                yield cell
            else:
                yield cell if follows or self.columns[column].text in self._own_public(public) else mask(as_text(cell))
                follows = False

    def _own_public(self, public: frozenset[str]) -> frozenset[str]:
        """Headers that name the value itself, and not only that values stand there."""
        return frozenset(text for text in public if self._is_row(text))

    @cached_property
    def _heading_names(self) -> tuple[str, ...]:
        return tuple(heading.header for heading in self.headings().headings)

    def heading(self, column: int) -> str:
        """The name of a column for a problem: its letter and the words above it."""
        return self._heading_names[column] if column < len(self._heading_names) else column_letter(column)

    # ------------------------------------------------------------------------------------------------ headers

    def _column(self, column: int) -> Label:
        """The words above a column; words repeated from one row to the next count once.

        A column that was inserted blank within a group has none: the group's header is the other columns'.
        """
        if all(filled_cell(cells, column) == "" for cells in self.grid.rows):
            return Label("")
        texts: list[str] = []
        unit = ""
        for row in self._header_rows:
            found, given = self._header_words(row, column), self._header_unit(row, column)
            unit = given or unit
            if not found or _NEUTRAL.fullmatch(found):
                continue
            if texts and texts[-1] == found and not self._heads_others(row, column, found):
                continue
            texts.append(found)
        return Label("".join(texts), unit)

    def _heads_others(self, row: int, column: int, text: str) -> bool:
        """Whether the same text one row higher is a group: a column beside it is of the group and called otherwise."""
        above = max((each for each in self._header_rows if each < row), default=None)
        if above is None:
            return False
        beside = (each for each in (column - 1, column + 1) if 0 <= each < self.width)
        return any(
            self._covering(above, each) == text and self._covering(row, each) not in ("", text) for each in beside
        )

    def _covering(self, row: int, column: int) -> str:
        """The text over a column in a header row, also where its merged range begins higher."""
        place = self._merged.get((row, column))
        return self._words(place) if place else self._header_words(row, column)

    @cached_property
    def _header_rows(self) -> tuple[int, ...]:
        """The rows of headers: above the first row, without titles and lines about the form."""
        first = max(0, self._header_bottom - _HEADER_LIMIT)
        return tuple(row for row in range(first, self._header_bottom) if not self._is_title(row))

    def _is_title(self, row: int) -> bool:
        """A row with one text in front or over the whole width, or with nothing but lines about the form."""
        cells = enumerate(self.grid.rows[row])
        words = [each for each in cells if isinstance(each[1], str) and each[1].strip() and not _is_meta(each[1])]
        if not words:
            return True
        if len(words) > 1 or row == self._header_bottom - 1:
            return False
        column = words[0][0]
        end = self._ends.get((row, column))
        spans = end is not None and end[1] - column + 1 >= self.width - 2
        return spans or (column == self._first_column and (end is None or end[0] == row))

    @cached_property
    def _first_column(self) -> int:
        """The first column with any text."""
        for column in range(self.width):
            if any(label_of(filled_cell(row, column)).text for row in self.grid.rows):
                return column
        return 0

    def _header_words(self, row: int, column: int) -> str:
        """The text of a header row over a column: its own, its merged range's, or that of the group on its left."""
        place = (row, column)
        if place in self._merged:
            top = self._merged[place]
            return "" if top[0] != row and self._in_header_above(top, row) else self._words(top)
        if self.cell(row, column) != "":
            return self._words(place)
        return self._group(row, column)

    def _in_header_above(self, top: Place, row: int) -> bool:
        """Whether a merged range that begins higher was counted in the header row where it begins."""
        return top[0] in self._header_rows

    def _group(self, row: int, column: int) -> str:
        """The nearest text on the left in a row of groups: the cell is blank, and below it stands a header."""
        if not any(self.text(below, column).text for below in self._header_rows if below > row):
            return ""
        left = self._filled_before(row)[column]
        if left is None:
            return ""
        reaches = any(
            self.text(below, left).text and (below, left) not in self._merged
            for below in self._header_rows
            if below > row
        )
        return self._words((row, left)) if reaches else ""

    def _filled_before(self, row: int) -> Sequence[int | None]:
        """For each column the nearest one on its left with a text in this row, None behind a merged range."""
        if row not in self._nearest:
            found: list[int | None] = []
            last = None
            for column in range(self.width):
                found.append(last)
                if (row, column) in self._merged:
                    last = None
                elif self.cell(row, column) != "":
                    last = column
            self._nearest[row] = found
        return self._nearest[row]

    def _words(self, place: Place) -> str:
        cell = self.cell(*place)
        if _is_meta(cell):
            return ""
        return label_of(cell).text

    def _header_unit(self, row: int, column: int) -> str:
        place = self._merged.get((row, column), (row, column))
        return "" if _is_meta(self.cell(*place)) else label_of(self.cell(*place)).unit

    def _has_header(self, column: int, words: frozenset[str]) -> bool:
        return any(self.text(row, column).text in words for row in self._header_rows)

    def _counts(self, column: int) -> bool:
        """Whether a column holds 01, 02, 03 and so on from row to row."""
        numbers = [
            int(text) for row in self._body() if (text := shown(self.cell(row, column))).isdigit() and len(text) < 4
        ]
        filled = sum(self.cell(row, column) != "" for row in self._body())
        return (
            len(numbers) >= _FEWEST_NUMBERED and len(numbers) == filled and numbers == list(range(1, len(numbers) + 1))
        )

    # --------------------------------------------------------------------------------------------------- rows

    def _body(self) -> Iterator[int]:
        return iter(range(self.first, len(self.grid.rows)))

    def _numbering_row(self) -> int | None:
        """The row that numbers the columns: 甲 乙 1 2 3, or at least 1 2 3 and nothing else."""
        for row, cells in enumerate(self.grid.rows[:_HEADER_LIMIT]):
            texts = [_bare(cell) for cell in cells if cell != "" and _bare(cell)]
            stems = 0
            while stems < len(texts) and texts[stems] in _STEMS:
                stems += 1
            numbers = [text for text in texts[stems:] if text.isdigit()]
            rising = numbers == [str(number) for number in range(1, len(numbers) + 1)]
            enough = stems or (row > 0 and len(numbers) >= _FEWEST_NUMBERED)
            if texts and rising and enough and len(numbers) == len(texts) - stems:
                return row
        return None

    def _stub_letters(self, numbering: int) -> Mapping[int, str]:
        cells = enumerate(self.grid.rows[numbering])
        return {column: _bare(cell) for column, cell in cells if cell != "" and _bare(cell) in _STEMS}

    def _first_row(self) -> int:
        """The first row whose foremost texts are one of the form's row labels, with figures behind them."""
        for row in range(len(self.grid.rows)):
            labels = self._own_labels(row)
            texts = [text for _, text in labels[:3]]
            begins = any(map(self._is_row, (*texts[:2], "".join(texts[:2]))))
            plain = self._listed and texts and texts[0] not in TOTALS
            if texts and begins and (plain or self._has_figures(row, labels[0][0])):
                return row
        return len(self.grid.rows)

    def _own_labels(self, row: int) -> list[tuple[int, str]]:
        cells = enumerate(self.grid.rows[row])
        return [(column, text) for column, cell in cells if (text := label_of(cell).text)]

    def has_figures(self, row: int) -> bool:
        """Whether a row holds any number or mark of nothing."""
        return self._has_figures(row, -1)

    def _has_figures(self, row: int, after: int) -> bool:
        """Whether numbers, or marks of nothing, stand behind a column."""
        cells = (self.cell(row, column) for column in range(after + 1, self.width))
        return any(cell != "" and _is_figure(cell) for cell in cells)

    @cached_property
    def _ends(self) -> Mapping[Place, Place]:
        return dict(self.grid.merged)


def label_of(cell: object) -> Label:
    """A cell as a label; nothing for numbers, marks of nothing, dates and errors."""
    if not isinstance(cell, str) or isinstance(cell, Broken) or len(cell) >= _LONGEST:
        return Label("")
    text = tidy(cell)
    figure, unit = split_unit(text)
    is_number = _NUMBER_LIKE.fullmatch(text) or (unit in units() and _NUMBER_LIKE.fullmatch(figure))
    return Label("") if text in NOTHING or is_number else label(cell)


def _bare(cell: object) -> str:
    """A number of a column without brackets around it; of a long text only its beginning, as it is none."""
    return shown(cell[:_LONGEST] if isinstance(cell, str) else cell).strip("()[]〔〕<>")


def _is_figure(cell: object) -> bool:
    """Whether a cell holds a number, or a mark of nothing where one could be."""
    if isinstance(cell, str):
        text = tidy(cell)
        return (
            text in NOTHING or bool(_NUMBER_LIKE.fullmatch(text)) or bool(_NUMBER_LIKE.fullmatch(split_unit(text)[0]))
        )
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _is_meta(cell: object) -> bool:
    return isinstance(cell, str) and _says_of_form(cell[:_LONGEST])


@lru_cache(maxsize=2**12)
def _says_of_form(text: str) -> bool:
    """Whether a text tells about the form and is no header: its number, its year, who made it."""
    return bool(_META.search(narrow(text)))


def _merged(grid: Grid) -> Mapping[Place, Place]:
    """The first cell of each place's merged range; a cell that was mended stands for itself."""
    found: dict[Place, Place] = {}
    width = max(map(len, grid.rows), default=0)
    for (top, left), (bottom, right) in grid.merged:
        for row in range(top, min(bottom, len(grid.rows) - 1) + 1):
            for column in range(left, min(right, width - 1) + 1):
                if (row, column) not in grid.mended:
                    found[row, column] = (top, left)
    return found
