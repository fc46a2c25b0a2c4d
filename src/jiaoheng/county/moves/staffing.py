"""Hiring, moving and training people: the rows of ``staff`` and of the roster that tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from jiaoheng.county import words
from jiaoheng.county.moves.checking import HELD
from jiaoheng.county.moves.move import KINDS
from jiaoheng.county.moves.persons import Place, Roster, counted, newcomer
from jiaoheng.county.moves.splitting import Row
from jiaoheng.county.moves.structure import Numbered

_WHOLES = (*((name, "teachers") for name in HELD), ("teachers", "employees"))


class Staffing:
    """The staff of one school year, changed while its moves are carried out.

    Where the roster tells of a school's stage its rows change with those of ``staff``, so that whichever of the two
    the assessment reads says the same amount. ``counts_first``: the county's counts come before its roster.
    """

    def __init__(
        self, year: int, rows: Iterable[Row], roster: Roster, given: Mapping[int, Sequence[str]], *, counts_first: bool
    ) -> None:
        self.rows = {(row["school_id"], row["stage"]): dict(row) for row in rows}
        self._year = year
        self._roster = roster
        self._given = given
        self._counts_first = counts_first
        self._before = {place: dict(row) for place, row in self.rows.items()}
        self._rose: dict[tuple[Place, str], Numbered] = {}
        self._fell: dict[tuple[Place, str], Numbered] = {}
        self._left: dict[Place, Numbered] = {}

    def carry_out(self, moves: Iterable[Numbered]) -> None:
        """All moves in force, in their order. Raises ``MoveError`` where the people are not there."""
        for each in moves:
            if each.move.kind == "transfer":
                self._transfer(each)
            elif each.move.kind in ("hire", "hire_pe_arts"):
                self._hire(each)
            else:
                self._raise(each)
        for place, last in self._left.items():
            if place in self._roster.listed and not self._roster.here(place):
                raise last.refused("nobody_left", when=self._year)
        for place, figure in self._fell:
            self._settle_zero(place, figure)
        for place in {place for place, _ in (*self._rose, *self._fell)}:
            self._settle_parts(place)

    def _governs(self, place: Place) -> bool:
        """Whether the assessment counts a stage's teachers in the roster."""
        row = self.rows.get(place)
        told = self._counts_first and row is not None and row["teachers"] is not None
        return place in self._roster.listed and not told

    def _hire(self, each: Numbered) -> None:
        move = each.move
        place = (move.school_id, move.stage)
        adds = KINDS[move.kind].adds
        if place in self._roster.listed:
            for teacher in self._given[each.number]:
                self._roster.join(newcomer(teacher, place, self._year, move.year, adds, new=True))
        self._add(each, place, {name: amount * int(move.amount) for name, amount in adds.items()})

    def _raise(self, each: Numbered) -> None:
        move = each.move
        place = (move.school_id, move.stage)
        if move.kind != "share_pe_arts" and (place in self._roster.listed or move.teachers):
            self._roster.raised(each, strict=self._governs(place))
        self._add(each, place, {name: amount * int(move.amount) for name, amount in KINDS[move.kind].adds.items()})

    def _transfer(self, each: Numbered) -> None:
        move = each.move
        place, target = (move.school_id, move.stage), (move.to_school, move.stage)
        people: list[Row] = []
        if place in self._roster.listed or move.teachers:
            people = self._roster.movers(each, strict=self._governs(place))
        amounts: Counter[str] = Counter()
        for row in people:
            amounts.update({"teachers": 1, "employees": 1, **counted(row, move.holds)})
            self._roster.leave(row)
            if target in self._roster.listed:
                self._roster.join(row | {"school_id": move.to_school, "school_since": move.year})
        missing = int(move.amount) - len(people)
        unnamed, unknown = self._unnamed(place, missing, move.holds)
        if target in self._roster.listed:
            for teacher in self._given.get(each.number, ())[len(people) :]:
                held = (*move.holds, "certified", "trained_360h")
                self._roster.join(newcomer(teacher, target, self._year, move.year, held, new=False))
        amounts.update(unnamed)
        self._left[place] = each
        self._add(each, place, {name: -amount for name, amount in amounts.items()})
        self._add(each, target, amounts)
        if target in self.rows:
            self.rows[target] |= dict.fromkeys(unknown)

    def _unnamed(self, place: Place, people: int, holds: Sequence[str]) -> tuple[Counter[str], tuple[str, ...]]:
        """What so many people of a school told by counts count in, and the figures of which that is not known.

        Certificates and hours are taken along as far as there are any, titles where all who stay would not hold them.
        """
        amounts = Counter(dict.fromkeys(("teachers", "employees", "certified", "trained_360h", *holds), people))
        row = self.rows.get(place)
        if not people or row is None:
            return amounts, ()
        for name in ("certified", "trained_360h"):
            amounts[name] = people if row[name] is None or name in holds else min(people, row[name])
        if "senior_titles" in holds:
            return amounts, ()
        senior, teachers = row["senior_titles"], row["teachers"]
        if senior is None or teachers is None:
            return amounts, () if senior == 0 else ("senior_titles",)
        amounts["senior_titles"] = max(0, senior - max(0, teachers - people))
        return amounts, ()

    def _add(self, each: Numbered, place: Place, amounts: Mapping[str, int]) -> None:
        row = self.rows.get(place)
        for name, amount in amounts.items() if row else ():
            if amount and row and row[name] is not None:
                row[name] += amount
                (self._rose if amount > 0 else self._fell)[place, name] = each

    def _settle_zero(self, place: Place, figure: str) -> None:
        """Refuse a count below 0; beside a roster that governs, it contradicts that and is unknown."""
        row = self.rows[place]
        if row[figure] is None or row[figure] >= 0:
            return
        if not self._governs(place):
            label = words.column("staff", figure)
            raise self._fell[place, figure].refused("below_zero", when=self._year, figure=label, value=row[figure])
        row[figure] = None

    def _settle_parts(self, place: Place) -> None:
        """Refuse a part above its whole, where it was not so before, in the same way."""
        row, before = self.rows[place], self._before[place]
        for part, whole in _WHOLES:
            if not _exceeds(row, part, whole) or _exceeds(before, part, whole):
                continue
            last = self._rose.get((place, part)) or self._fell.get((place, whole))
            if last is not None and not self._governs(place):
                labels = {"figure": words.column("staff", part), "whole": words.column("staff", whole)}
                amounts = {"value": row[part], "all": row[whole]}
                raise last.refused("above_whole", when=self._year, **labels, **amounts)
            row[part] = None


def _exceeds(row: Row, part: str, whole: str) -> bool:
    return row[part] is not None and row[whole] is not None and row[part] > row[whole]
