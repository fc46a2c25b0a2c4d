"""Whether what was read of a mutated book is right, or said to be wrong where it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from pathlib import PurePath

from forms.compare import Read, is_missing, key_of, made_up, named, problems_of, values
from forms.known import Known
from forms.mutations import Mutation
from forms.sheets import Book
from forms.truth import Fact, Source, Truth, truth
from jiaoheng.county import Batch, Origin

TABLES = ("schools", "enrolment", "class_sizes", "facilities", "staff")


@dataclass(frozen=True)
class Outcome:
    """Faults in words, and how many facts were read, not read, and read as the file says falsely."""

    faults: list[str]
    right: int
    missing: int
    false: int


def judge(
    known: Known, batch: Batch, mutated: Book, original: Book, mutation: Mutation, source: Source = "new"
) -> Outcome:
    """Hold what was read of a mutated book against the truth and against what was done to it."""
    return _Judge(known, batch, mutated, original, mutation, source).outcome()


class _Judge:
    def __init__(
        self, known: Known, batch: Batch, mutated: Book, original: Book, mutation: Mutation, source: Source
    ) -> None:
        self.mutation = mutation
        self.told: Truth = truth(known, source)
        self.read: Read = values(batch)
        origins = [problem.origin for problem in problems_of(batch)]
        self.origins: list[Origin] = [*origins, *(row.origin for row in batch.rejected)]
        self.file = mutated.name
        self.names: dict[str, set[str]] = {}
        for sheet in mutated.sheets:
            self.names.setdefault(sheet.form, set()).add(sheet.name)
        self.waiting = {(row.table, key_of(row.table, row.values)) for row in batch.rejected}
        self.sheets: dict[Fact, set[str]] = {}
        for sheet in original.sheets:
            for fact in sheet.facts:
                self.sheets.setdefault(fact, set()).add(sheet.form)
        self.faults: list[str] = []

    def outcome(self) -> Outcome:
        counts = {"right": 0, "missing": 0, "false": 0}
        for fact in self.told.facts:
            if fact in self.sheets and fact[0] in TABLES:
                counts[self._fact(fact)] += 1
        # A file that says something false, and is said to, may tell of things that are not.
        if self.mutation.kind != "false" or not self.said(self.mutation.form):
            self.faults += [f"made up: {words}" for words in made_up(self.told, self.read)]
        self._row()
        return Outcome(self.faults, **counts)

    def said(self, form: str) -> bool:
        """Whether a problem names the sheet of a form, or the file as a whole."""
        names = self.names.get(form, set())
        return any(
            (PurePath(origin.file).stem == self.file and origin.sheet in ("", *names)) or not origin.file
            for origin in self.origins
        )

    def _fact(self, fact: Fact) -> str:
        right, mutation = self.told.facts[fact], self.mutation
        touched = fact in mutation.touched
        seen = [value for value, _ in self.read.get(fact, ()) if value is not None]
        if not seen:
            return self._missing(fact, silent=touched and mutation.silent)
        wrong = [value for value in seen if value not in right]
        if not wrong:
            if touched and fact in mutation.says and right[0] and not self.said(mutation.form):
                self.faults.append(f"{named(fact)}: {right[0]!r} as if its unit had not changed")
            return "right"
        if not touched or mutation.kind != "false":
            self.faults.append(f"{named(fact)}: another value {wrong[0]!r}, true is {right[0]!r}")
        elif fact in mutation.says:
            scaled = all(_scaled(value, right[0], mutation.says[fact]) for value in wrong)
            if not scaled and not self.said(mutation.form):
                self.faults.append(f"{named(fact)}: {wrong[0]!r} is not {right[0]!r} times {mutation.says[fact]}")
        elif mutation.checked and not self.said(mutation.form):
            self.faults.append(f"{named(fact)}: the file's {wrong[0]!r} without a problem, true is {right[0]!r}")
        return "false"

    def _missing(self, fact: Fact, silent: bool) -> str:
        if not is_missing(fact, self.told, self.read):
            return "right"
        forms = self.sheets[fact]
        if (
            not silent
            and fact[:2] not in self.waiting
            and not any(self.said(form) for form in {*forms, self.mutation.form})
        ):
            self.faults.append(f"{named(fact)}: missing without a problem of {sorted(forms)}")
        return "missing"

    def _row(self) -> None:
        mutation = self.mutation
        if mutation.row is None:
            return
        names = self.names[mutation.form]
        if not any(origin.sheet in names and origin.row == mutation.row for origin in self.origins):
            self.faults.append(f"no problem names row {mutation.row} of {sorted(names)}")


def _scaled(value: object, true: object, factor: object) -> bool:
    numbers = (value, true, factor)
    if not all(isinstance(number, int | float) for number in numbers):
        return False
    return isclose(value, true * factor, rel_tol=1e-12)  # type: ignore[operator, arg-type]
