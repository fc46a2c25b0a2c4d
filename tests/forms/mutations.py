"""Hypothesis strategies of what happens to filled-in forms: what was done, and what may still be read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any, Literal

from hypothesis import reject
from hypothesis import strategies as st

from forms.sheets import Book, Malformed, Place, Sheet
from forms.truth import Fact

Draw = Callable[[st.SearchStrategy[Any]], Any]
Kind = Literal["harmless", "damage", "false"]
# Lines of these forms stand for themselves, whatever stands above them.
ORDERLESS = ("教基1001", "教基1102续", "教基2106", "教基5170", "教基5176", "基础基111", "基础基112", "基础基512")
# In these every figure is a part of a total that the form tells too.
SUMMED = ("教基2106", "教基2107", "教基3112", "教基3115", "教基3118", "教基4153", "教基4155", "教基4156")
GARBAGE: tuple[object, ...] = ("#REF!", "约80", "5%", "八十", "见附表", "1,23", "12..3", "80-90", -5, 1e300, True)
GARBAGE += (datetime(2025, 9, 1), Malformed("#DIV/0!"), "４５多", "√")
BAD_TEXTS = ("#REF!", "？？", "见附表", "999999", "A-")
WRONG_UNITS = ("公顷", "美元", "箱", "人次", "套间", "百万", "万")
FACTORS = {
    "万元": {"元": 0.0001, "千元": 0.1, "亿元": 10000},
    "元": {"万元": 10000, "千元": 1000},
    "平方米": {"万平方米": 10000},
    "㎡": {"万平方米": 10000},
    "m²": {"万平方米": 10000},
    "册": {"万册": 10000},
    "人": {"万人": 10000},
}
TRIES = 8
TYPOS = "的了乙己未末日曰人入"


@dataclass(frozen=True)
class Mutation:
    """What was done to a book.

    ``harmless``: all of it still says what it said. ``damage``: something can no longer be read. ``false``: the
    file now says another thing of the ``touched`` facts, where no reader can know the truth; ``says`` is that
    thing, and ``checked`` whether another figure of the form contradicts it. ``silent``: the touched facts are
    gone without a trace. ``row`` is the row that a problem should name.
    """

    name: str
    kind: Kind
    form: str
    place: Place | None = None
    detail: str = ""
    touched: frozenset[Fact] = frozenset()
    says: dict[Fact, object] = field(default_factory=dict)
    checked: bool = False
    silent: bool = False
    row: int | None = None


Mutate = Callable[[Draw, Book], Mutation | None]


def mutated(draw: Draw, book: Book, mutate: Mutate | None = None) -> tuple[Book, Mutation]:
    """A copy of the book to which one thing has happened: this one, or any.

    ``draw`` is that of ``st.data()``: a strategy of whole books would be printed by Hypothesis, at great length.
    """
    for _ in range(TRIES):
        copy = book.copy()
        mutation = (mutate or _any(draw, MUTATIONS))(draw, copy)
        if mutation:
            return copy, mutation
    return reject()


def _sheet(draw: Draw, book: Book, wanted: Callable[[Sheet], bool] = lambda sheet: True) -> Sheet | None:
    found = [sheet for sheet in book.sheets if sheet.form and sheet.facts and wanted(sheet)]
    return _any(draw, found) if found else None


def _any(draw: Draw, options: Sequence[Any]) -> Any:
    """One of the options, each as often as another, which ``sampled_from`` does not promise."""
    return Random(draw(st.integers(0, 2**32))).choice(options)


def _place(draw: Draw, sheet: Sheet, *roles: str, facts: bool = False) -> Place | None:
    found = [place for place in sheet.places(*roles) if not facts or sheet.cells[place].facts]
    return _any(draw, found) if found else None


# Nothing is lost


def insert_column(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    at = draw(st.integers(1, sheet.last[1] + 1))
    top = min(row for row, _ in sheet.places("head"))
    inside = any(left < at <= right for _, left, _, right in sheet.merges)
    # Words of its own would take over the columns of a heading that stands over its first column only.
    alone = not inside and (sheet.value(top, at) is not None or at > sheet.last[1])
    sheet.open_columns(at, draw(st.integers(1, 2)))
    words = draw(st.sampled_from(("", "备注", "审核")))
    if words and alone:
        sheet.put(top, at, words, "noise")
    return Mutation("insert a column", "harmless", sheet.form, (0, at), words)


def insert_row(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    at = draw(st.integers(1, sheet.last[0] + 1))
    sheet.open_rows(at, draw(st.integers(1, 3)))
    if draw(st.booleans()) and not any(top < at <= bottom for top, _, bottom, _ in sheet.merges):
        sheet.put(at, 1, draw(st.sampled_from(("审核意见：同意", "—", "＊"))), "noise")
    return Mutation("insert a row", "harmless", sheet.form, (at, 0))


def swap_columns(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    heads = sheet.places("head")
    bottom = max(row for row, _ in heads)
    columns = sorted({column for row, column in sheet.places("figure", "text")})
    spanned = {at for _, left, _, right in sheet.merges if left < right for at in range(left, right + 1)}
    free = [one for one in columns if one not in spanned]
    # A heading that stands over its first column only would lose the others.
    alone = [one for one in free if any(column == one for row, column in heads)]
    pairs = [(a, b) for a, b in pairwise(alone) if _same_top(sheet, a, b, bottom)]
    if not pairs:
        return None
    one, other = draw(st.sampled_from(pairs))
    sheet.swap_columns(one, other)
    return Mutation("swap columns", "harmless", sheet.form, (0, one))


def _same_top(sheet: Sheet, one: int, other: int, bottom: int) -> bool:
    """Whether each of two columns has words of its own in the top row of headings, and none below."""
    top = min(row for row, _ in sheet.places("head"))
    single = all(sheet.value(row, at) is None for row in range(top + 1, bottom + 1) for at in (one, other, other + 1))
    return single and sheet.value(top, one) is not None and sheet.value(top, other) is not None


def swap_rows(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book, lambda sheet: sheet.form in ORDERLESS)
    if sheet is None:
        return None
    merged = {row for top, _, bottom, _ in sheet.merges for row in range(top, bottom + 1)}
    rows = sorted({row for row, _ in sheet.places("figure", "text")} - merged)
    pairs = [(a, b) for a, b in pairwise(rows) if b == a + 1]
    if not pairs:
        return None
    one, other = draw(st.sampled_from(pairs))
    sheet.swap_rows(one, other)
    return Mutation("swap rows", "harmless", sheet.form, (one, 0))


def rewrap(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    place = _place(draw, sheet, "head", "label", "title")
    cell = sheet.cells[place] if place else None
    if cell is None or not isinstance(cell.value, str) or len(cell.value) < 2:
        return None
    at = draw(st.integers(1, len(cell.value) - 1))
    if cell.value[at - 1].isdigit() and cell.value[at].isdigit():
        return None
    cell.value = cell.value[:at] + draw(st.sampled_from((" ", "\n", "　", "\u00a0", "  \n"))) + cell.value[at:]
    return Mutation("re-wrap words", "harmless", sheet.form, place, cell.value)


def unmerge(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book, lambda sheet: bool(sheet.merges))
    if sheet is None:
        return None
    merge = draw(st.sampled_from(sheet.merges))
    sheet.merges.remove(merge)
    return Mutation("unmerge a block", "harmless", sheet.form, merge[:2])


def shift_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    sheet.open_rows(1, draw(st.integers(1, 9)))
    sheet.open_columns(1, draw(st.integers(1, 4)))
    return Mutation("shift all", "harmless", sheet.form)


def copy_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    copy = sheet.copy()
    copy.name = f"{sheet.name[:26]} (3)"
    book.sheets.append(copy)
    return Mutation("copy a sheet", "harmless", sheet.form)


def hide_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    if sheet is None or len([one for one in book.sheets if not one.hidden]) < 2 or book.sheets[0] is sheet:
        return None
    sheet.hidden = True
    return Mutation("hide a sheet", "damage", sheet.form)


def rename_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    names = [*(other.form for other in book.sheets if other.form), "Sheet99", "表一", "3112", "基础基312"]
    name = draw(st.sampled_from(names))
    if name in {other.name for other in book.sheets}:
        return None
    sheet.name = name
    return Mutation("rename a sheet", "damage", sheet.form, detail=name)


# Something can no longer be read


def delete_row(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    row = draw(st.integers(1, sheet.last[0]))
    facts = sheet.of_row(row)
    sheet.drop_rows(row)
    return Mutation("delete a row", "damage", sheet.form, (row, 0), touched=facts, silent=True)


def delete_column(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    column = draw(st.integers(1, sheet.last[1]))
    facts = sheet.of_column(column)
    sheet.drop_columns(column)
    return Mutation("delete a column", "damage", sheet.form, (0, column), touched=facts, silent=True)


def cut_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    row = draw(st.integers(1, sheet.last[0]))
    facts = frozenset().union(*(sheet.of_row(at) for at in range(row, sheet.last[0] + 1)))
    sheet.drop_rows(row, sheet.last[0] - row + 1)
    # What is left of a form is a form; one that lost all of its figures should be missed.
    return Mutation(
        "cut a sheet", "damage", sheet.form, (row, 0), touched=facts, silent=bool(sheet.cells and sheet.facts)
    )


def remove_sheet(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    if sheet is None or len([one for one in book.sheets if not one.hidden and one is not sheet]) == 0:
        return None
    book.sheets.remove(sheet)
    return Mutation("remove a sheet", "damage", sheet.form, touched=sheet.facts)


def damage_words(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "head", "label", "title", "meta")
    if not sheet or not place or not isinstance(words := sheet.cells[place].value, str):
        return None
    at, way = draw(st.integers(0, len(words) - 1)), draw(st.sampled_from(("typo", "lost", "other", "empty", "doubled")))
    changed: dict[str, str | None] = {
        "typo": words[:at] + draw(st.sampled_from(TYPOS)) + words[at + 1 :],
        "lost": words[:at] + words[at + 1 :] or None,
        "other": "其他情况",
        "empty": None,
        "doubled": words + words,
    }
    sheet.cells[place].value = changed[way]
    return Mutation(f"words: {way}", "damage", sheet.form, place, f"{words!r} → {changed[way]!r}")


def duplicate_words(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    assert sheet
    role = draw(st.sampled_from(("head", "label")))
    one, other = _place(draw, sheet, role), _place(draw, sheet, role)
    if one is None or other is None or one == other or sheet.value(*one) == sheet.value(*other):
        return None
    sheet.cells[other].value = sheet.cells[one].value
    return Mutation("the words of another", "damage", sheet.form, other, str(sheet.cells[one].value))


def put_garbage(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "figure", facts=True)
    if not sheet or not place:
        return None
    cell = sheet.cells[place]
    cell.value = draw(st.sampled_from(GARBAGE))
    return Mutation("garbage", "damage", sheet.form, place, repr(cell.value), cell.facts, row=place[0])


def put_bad_text(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "text", facts=True)
    columns = {column for _, _, column in sheet.cells[place].facts} if sheet and place else set()
    if not sheet or not place or columns & {"name", "county_code"}:
        return None
    cell = sheet.cells[place]
    cell.value = draw(st.sampled_from(BAD_TEXTS))
    row = None if columns == {"ownership"} else place[0]
    return Mutation("bad text", "damage", sheet.form, place, repr(cell.value), cell.facts, row=row)


def blank_figure(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "figure", "text", facts=True)
    if not sheet or not place:
        return None
    cell = sheet.cells[place]
    cell.value = None
    return Mutation("blank a figure", "damage", sheet.form, place, touched=cell.facts, silent=True)


def merge_figures(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "figure", facts=True)
    if not sheet or not place:
        return None
    row, column = place
    across = draw(st.booleans())
    end = (row, column + 1) if across else (row + 1, column)
    if end not in sheet.cells or any(t <= end[0] <= b and a <= end[1] <= z for t, a, b, z in sheet.merges):
        return None
    facts = sheet.cells.pop(end).facts
    sheet.merges.append((*place, *end))
    return Mutation("merge two figures", "damage", sheet.form, place, touched=facts, silent=True)


def wrong_unit(draw: Draw, book: Book) -> Mutation | None:
    """Another unit in the column of units or behind the words: one that is known scales, another cannot be read."""
    sheet = _sheet(draw, book)
    assert sheet
    places = [place for place in sheet.places("unit", "meta", "head", "label", "title") if _unit_of(sheet, place)]
    if not places:
        return None
    place = draw(st.sampled_from(places))
    old, facts, cell = _unit_of(sheet, place), _under(sheet, place), sheet.cells[place]
    if not facts:
        return None
    known = FACTORS.get(old, {})
    new = draw(st.sampled_from((*known, *WRONG_UNITS)))
    cell.value = new if cell.role == "unit" else new.join(str(cell.value).rsplit(old, 1))
    if new not in known:
        return Mutation("unknown unit", "damage", sheet.form, place, f"{old} → {new}", facts)
    says = dict.fromkeys(facts, known[new])
    return Mutation("another unit", "false", sheet.form, place, f"{old} → {new}", facts, says)


def _unit_of(sheet: Sheet, place: Place) -> str:
    """The unit that a cell names, of those that units can be taken for."""
    cell, text = sheet.cells[place], str(sheet.cells[place].value)
    if cell.role == "unit":
        return text if text in FACTORS or text in ("间", "台") else ""
    for unit in FACTORS:
        if text.endswith((f"（{unit}）", f"单位：{unit}", f"单位：{unit}）")):
            return unit
    return ""


def _under(sheet: Sheet, place: Place) -> frozenset[Fact]:
    """The facts whose unit a cell tells: of its row, of its column, or of the whole sheet."""
    role = sheet.cells[place].role
    if role in ("unit", "label"):
        return sheet.of_row(place[0])
    return sheet.of_column(place[1]) if role == "head" else sheet.facts


# The file says something else


def change_figure(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book, lambda sheet: sheet.form in SUMMED)
    place = sheet and _place(draw, sheet, "figure", facts=True)
    if not sheet or not place or type(sheet.cells[place].value) is not int or sheet.cells[place].value == -1:
        return None
    cell = sheet.cells[place]
    cell.value += draw(st.sampled_from((1, 7, 1000)))
    name = "a figure that does not add up"
    return Mutation(name, "false", sheet.form, place, repr(cell.value), cell.facts, checked=True)


def change_total(draw: Draw, book: Book) -> Mutation | None:
    sheet = _sheet(draw, book, lambda sheet: sheet.form in SUMMED)
    found = [place for place in sheet.places("figure") if not sheet.cells[place].facts] if sheet else []
    if not sheet or not found:
        return None
    place = draw(st.sampled_from(found))
    cell = sheet.cells[place]
    cell.value = cell.value + 3 if type(cell.value) is int else 7
    return Mutation("a figure beside ours", "false", sheet.form, place, repr(cell.value))


def shift_row(draw: Draw, book: Book) -> Mutation | None:
    """Figures of a row that slipped into the next column."""
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "figure", facts=True)
    if not sheet or not place:
        return None
    row, facts = place[0], sheet.of_row(place[0])
    moved = {at: sheet.cells.pop(at) for at in sheet.places("figure") if at[0] == row}
    for (_, column), cell in moved.items():
        sheet.cells[row, column + 1] = cell
    checked = sheet.form in SUMMED
    return Mutation("a row that slipped", "false", sheet.form, place, touched=facts, checked=checked, silent=True)


def contradict(draw: Draw, book: Book) -> Mutation | None:
    """A second sheet of the same form in which a figure differs."""
    sheet = _sheet(draw, book)
    place = sheet and _place(draw, sheet, "figure", facts=True)
    if not sheet or not place or type(sheet.cells[place].value) is not int or sheet.cells[place].value == -1:
        return None
    copy = sheet.copy()
    copy.name = f"{sheet.name[:26]} (3)"
    copy.cells[place].value += 2
    book.sheets.append(copy)
    facts = copy.cells[place].facts
    return Mutation("two sheets that differ", "false", sheet.form, place, touched=facts, checked=True)


MUTATIONS: tuple[Mutate, ...] = (
    insert_column,
    insert_row,
    swap_columns,
    swap_rows,
    rewrap,
    unmerge,
    shift_sheet,
    copy_sheet,
    hide_sheet,
    rename_sheet,
    delete_row,
    delete_column,
    cut_sheet,
    remove_sheet,
    damage_words,
    duplicate_words,
    put_garbage,
    put_bad_text,
    blank_figure,
    merge_figures,
    wrong_unit,
    change_figure,
    change_total,
    shift_row,
    contradict,
)
