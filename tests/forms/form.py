"""A form as the ministry means it: headings, lines and figures, before anybody lays it out on a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from forms.truth import Fact


@dataclass(frozen=True)
class Heading:
    """A column by the words above it, from the top down; ``unit`` where the column has its own."""

    path: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """A row by its words.

    ``block`` is the part of the form that it belongs to and without which its words say too little, such as a
    stage; ``group`` is a mere caption. ``sub`` rows are printed as a part of what stands above them.
    """

    label: str
    block: str = ""
    group: str = ""
    sub: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure in our unit or a text, None where the school does not know it, and the facts that rest on it."""

    value: float | str | None
    facts: frozenset[Fact] = frozenset()


@dataclass
class Form:
    """A form; where it has no figure, it has nothing to say."""

    number: str
    title: str
    unit: str = ""
    compact: bool = False
    unit_column: bool = False
    headings: list[Heading] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    figures: dict[tuple[int, int], Figure] = field(default_factory=dict)

    def column(self, *path: str, unit: str = "") -> int:
        """The number of the column under these words, which is added if it is new."""
        heading = Heading(path, unit)
        if heading not in self.headings:
            self.headings.append(heading)
        return self.headings.index(heading)

    def line(self, label: str, block: str = "", group: str = "", sub: bool = False, unit: str = "") -> int:
        """Add a line and give its number."""
        self.lines.append(Line(label, block, group, sub, unit))
        return len(self.lines) - 1

    def put(self, line: int, column: int, value: float | str | None, facts: Iterable[Fact] = ()) -> None:
        self.figures[line, column] = Figure(value, frozenset(facts))

    @property
    def depth(self) -> int:
        return max(len(heading.path) for heading in self.headings)
