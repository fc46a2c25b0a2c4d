"""Tables of school groups, whether their cells are parted by ``|`` or came one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from jiaoheng.documents.outline import Outline
from jiaoheng.documents.repairing import Repaired

Span = tuple[int, int]

_HEADS = {
    "order": re.compile(r"序号|编号|序"),
    "core": re.compile(
        r"(?:核心|龙头|牵头|总|主|引领|领航|优质|支援|帮扶|盟主|组长|集团)(?:学校|校|园|幼儿园|单位)(?:名称)?(?:\([^()]*\))?"
    ),
    "members": re.compile(
        r"(?:成员|分|加盟|结对|联盟|被帮扶|受援|受帮扶|薄弱|协作|参与|组员|共同体)(?:学校|校|园|幼儿园|单位)(?:名称|名单)?(?:\([^()]*\))?"
    ),
    "stage": re.compile(r"学段|学校类型|类型|类别|办学层次|层次|办学类型|阶段"),
    "name": re.compile(r"[\u4e00-\u9fff]{0,10}(?:教共体|集团|共同体|学区|联盟|发展体|联合体|片区|组别)(?:名称)?|名称"),
    "other": re.compile(r"备注|负责人|联系人|校长|核心校数|数量|所在地|乡镇|所在乡镇|牵头人|联系电话|学校数"),
}


_SCHOOLS = ("core", "members")
# A head names core schools within its first lines.
_HINT = re.compile(r"核心|龙头|牵头|总校|总园|主校|引领|领航|优质|支援|帮扶|盟主|组长|集团")


class Row(msgspec.Struct, frozen=True):
    """A row as ``text[start:end]``, with the spans of its cells under each column that is known."""

    repaired: Repaired
    start: int
    end: int
    cells: tuple[tuple[str, Span], ...]

    def spans(self, column: str) -> list[Span]:
        """The cells under a column that are not empty."""
        return [span for name, span in self.cells if name == column and span[0] < span[1]]

    def text(self, column: str) -> str:
        """The repaired words under a column, empty where there are none."""
        return "".join(self.repaired.text[start:end] for start, end in self.spans(column)).strip("—-/ \n")

    def words(self, repaired: Repaired, column: str) -> str:
        """The original's words under a column, without blanks and breaks."""
        return "".join(re.sub(r"\s", "", repaired.words(start, end)) for start, end in self.spans(column))


def tables(repaired: Repaired, outline: Outline) -> Iterator[list[Row]]:
    """The rows of each table of groups in the document."""
    lines = [match.span() for match in re.finditer(r"[^\n]+", repaired.text)]
    index = 0
    while index < len(lines):
        if not _HINT.search(repaired.text, lines[index][0], lines[min(index + 4, len(lines) - 1)][1]):
            index += 1
            continue
        table = _with_bars(repaired, lines, index) or _one_a_line(repaired, lines, index)
        if table is None:
            index += 1
            continue
        rows, index = table
        yield rows


def _columns(words: list[str]) -> list[str] | None:
    """What each cell of a head names; None unless there are core schools and members among them."""
    names = [next((name for name, head in _HEADS.items() if head.fullmatch(word)), "") for word in words]
    return names if "core" in names and "members" in names else None


def cell_spans(text: str, start: int, end: int) -> list[Span]:
    """The cells between bars, without blanks around them."""
    found: list[Span] = []
    first = start
    for place in range(start, end + 1):
        if place == end or text[place] == "|":
            last = place
            while first < last and text[first].isspace():
                first += 1
            while last > first and text[last - 1].isspace():
                last -= 1
            found.append((first, last))
            first = place + 1
    return found


def _with_bars(repaired: Repaired, lines: list[Span], index: int) -> tuple[list[Row], int] | None:
    """A table whose head stands in this line; a row ends when it has as many bars as the head."""
    text = repaired.text
    start, end = lines[index]
    if text.find("|", start, end) < 0:
        return None
    for last in range(index, min(index + 4, len(lines))):
        spans = cell_spans(text, start, lines[last][1])
        names = _columns([re.sub(r"\s", "", text[a:b]) for a, b in spans])
        if names:
            return rows_with_bars(repaired, lines, last + 1, names)
    return None


def rows_with_bars(repaired: Repaired, lines: list[Span], index: int, names: list[str]) -> tuple[list[Row], int]:
    """The rows below a head of these columns from line ``index`` on, and the line after them."""
    text = repaired.text
    bars = len(names) - 1
    rows: list[Row] = []
    first = index
    while first < len(lines):
        last, count = first, text.count("|", *lines[first])
        while count < bars and last + 1 < len(lines) and last - first < _MOST_LINES_A_ROW:
            last += 1
            count += text.count("|", *lines[last])
        if count != bars or text.find("|", *lines[first]) < 0:
            break
        # The last cell goes on while lines without bars follow that cannot begin a row of their own.
        while last + 1 < len(lines) and _goes_on(text, lines, last, names[-1]):
            last += 1
        start, end = lines[first][0], lines[last][1]
        spans = cell_spans(text, start, end)
        rows.append(Row(repaired, start, end, tuple(zip(names, spans, strict=True))))
        first = last + 1
    return rows, first


_MOST_LINES_A_ROW = 40
_LONGEST_LAST_CELL = 20
_LIST_GOES_ON = re.compile(r"[、,;]\Z")
_SCHOOLISH = re.compile(r"[^。;:|]{1,40}(?:小学|中学|学校|幼儿园|教学点|中|\))[、,]?\Z")


def _goes_on(text: str, lines: list[Span], last: int, column: str) -> bool:
    here, following = lines[last], lines[last + 1]
    if text.find("|", *following) >= 0:
        return False
    if text[here[1] - 1] == "|" and column and following[1] - following[0] <= _LONGEST_LAST_CELL:
        return True
    return text[here[1] - 1] in "、,;(" or text[following[0]] in "、,;)"


def _one_a_line(repaired: Repaired, lines: list[Span], index: int) -> tuple[list[Row], int] | None:
    """A table whose head stands one cell a line from this line on."""
    text = repaired.text
    words: list[str] = []
    while len(words) < 8 and index + len(words) < len(lines):
        start, end = lines[index + len(words)]
        word = text[start:end]
        if end - start > 14 or not any(head.fullmatch(word) for head in _HEADS.values()):
            break
        words.append(word)
    names = _columns(words) if len(words) >= 2 else None
    if names is None:
        return None
    return _rows_one_a_line(repaired, lines, index + len(words), names)


_STAGE = re.compile(
    r"(?:学前(?:教育)?|幼儿园|幼教|小学|初中|高中|普通高中|九年(?:一贯)?制(?:学校)?|完全中学|十二年(?:一贯)?制|义务教育|职业教育|中职|特殊教育|小学段|初中段|中学)(?:[、和及+]?(?:小学|初中|高中|学前))*(?:学段|阶段|教育)?"
)


def _rows_one_a_line(repaired: Repaired, lines: list[Span], index: int, names: list[str]) -> tuple[list[Row], int]:
    rows: list[Row] = []
    while index < len(lines):
        taken = _row_one_a_line(repaired, lines, index, names, len(rows) + 1)
        if taken is None:
            break
        row, index = taken
        rows.append(row)
    return rows, index


def _row_one_a_line(
    repaired: Repaired, lines: list[Span], index: int, names: list[str], number: int
) -> tuple[Row, int] | None:
    """One row whose cells came one a line; a list of schools may go over several lines."""
    text = repaired.text
    cells: list[tuple[str, Span]] = []
    begin = index
    for place, name in enumerate(names):
        if index >= len(lines):
            break
        start, end = lines[index]
        if end - start > 400 or text[end - 1] in "。:":
            break
        if name == "order" and not re.fullmatch(r"\d{1,3}|[一二三四五六七八九十]{1,3}", text[start:end]):
            break
        if name == "stage" and not _STAGE.fullmatch(text, start, end):
            continue
        following = names[place + 1] if place + 1 < len(names) else names[0]
        while (
            name in ("core", "members")
            and index + 1 < len(lines)
            and _list_goes_on(text, lines, index, following, number)
        ):
            index += 1
            end = lines[index][1]
        cells.append((name, (start, end)))
        index += 1
    known = {name for name, _ in cells}
    if not {"core", "members"} <= known or any(
        _HEADS[name].fullmatch(text, *span) for name, span in cells if name in _SCHOOLS
    ):
        return None
    return Row(repaired, lines[begin][0], cells[-1][1][1], tuple(cells)), index


def _list_goes_on(text: str, lines: list[Span], index: int, following: str, number: int) -> bool:
    """Whether the next line still belongs to the list of schools in this one."""
    (_, end), (start, last) = lines[index], lines[index + 1]
    if text[end - 1] in "、,;(" or text[start] in "、,;)":
        return True
    words = text[start:last]
    if following == "order":
        return not words.isdigit() and _SCHOOLISH.match(words) is not None
    if following == "stage":
        return not _STAGE.fullmatch(words) and _SCHOOLISH.match(words) is not None
    return False
