"""How a form is laid out on a sheet: everything that differs between provinces, years and clerks, and no figure."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any, Literal, get_args, get_type_hints

Number = Literal["number", "float", "text", "wide", "grouped"]
Names = Literal["form", "copy", "number", "title first", "words", "numbered"]


@dataclass(frozen=True)
class Layout:
    """One way to print the forms. The defaults are those of the ministry's own workbook, as far as it is known."""

    seed: int = 0
    county_title: bool = False
    meta: Literal["row", "one cell", "rows", "none"] = "row"
    numbering: Literal["甲", "（甲）", ""] = "甲"
    code_column: bool = True
    block: Literal["line", "column"] = "line"
    group: Literal["none", "column", "line"] = "none"
    spans: Literal["merged", "repeated", "first"] = "merged"
    wrap: float = 0.0
    wide_words: bool = False
    mark: Literal["#", "其中：", "其中:", "　　", "  ", ""] = "#"
    total: Literal["计", "合计", "总计", "小计", ""] = ""
    dash: Literal["-", "—", "～", "~", "－"] = "-"
    unit: Literal["meta", "title", "label"] = "meta"
    money: Literal["万元", "元"] = "万元"
    area: Literal["平方米", "㎡", "m²"] = "平方米"
    number: Number = "number"
    inapplicable: Literal["*", "-", "—", "", "×"] = ""
    unknown: Literal["*", "", "-1", "—"] = "*"
    sums: bool = False
    compulsory: bool = False
    graded: bool = True
    noise_columns: int = 0
    noise_rows: int = 0
    left: int = 0
    top: int = 0
    last_total: bool = False
    notes: bool = False
    names: Names = "form"
    shuffled: bool = False
    noise_sheets: int = 0
    hidden_sheets: int = 0

    @property
    def numbered_in_sheet(self) -> bool:
        """Whether the sheet itself, not only its name, says which form it is."""
        return self.meta != "none"


_COUNTS = {
    "noise_columns": (0, 1, 2, 3),
    "noise_rows": (0, 1, 4),
    "left": (0, 1, 2),
    "top": (0, 1, 2),
    "noise_sheets": (0, 2, 8, 40),
    "hidden_sheets": (0, 1, 2),
}


def choices(name: str) -> tuple[Any, ...]:
    """All values that a part of a layout may have."""
    hint = get_type_hints(Layout)[name]
    if hint is bool:
        return (False, True)
    if name == "wrap":
        return (0.0, 0.3, 0.9)
    if hint is int:
        return _COUNTS[name]
    return get_args(hint)


def drawn_layout(seed: int, **fixed: Any) -> Layout:
    """A layout drawn from the seed; ``fixed`` parts are taken as they are."""
    draw = Random(f"layout {seed}")
    names = [one.name for one in fields(Layout) if one.name != "seed"]
    # Half of the parts stay as the ministry prints them, so that every part is also seen alone.
    drawn = {name: draw.choice(choices(name)) for name in names if draw.random() < 0.5}
    return plausible(replace(Layout(seed=seed), **{**drawn, **fixed}))


def plausible(layout: Layout) -> Layout:
    """The layout without what no file is: a sheet that says nowhere which form or year it is."""
    if layout.meta == "none" and layout.names in ("words", "numbered"):
        layout = replace(layout, names="title first")
    if layout.meta == "none" and layout.unit == "meta":
        layout = replace(layout, unit="title")
    return layout
