"""The people whom moves concern, in the roster of one school year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from jiaoheng.county import words
from jiaoheng.county.moves.checking import HELD
from jiaoheng.county.moves.splitting import Row, blank
from jiaoheng.county.moves.structure import Numbered
from jiaoheng.county.schema import SEVERAL
from jiaoheng.county.teaching import ABOVE_REQUIRED, BACKBONE, PE_ARTS, TRAINING_HOURS, counts_in
from jiaoheng.language import Text

Place = tuple[str, str]
"""A school and a stage."""
PLANNED = ("above_required_degree", "backbone", "pe_arts")
"""What ``holds`` of a transfer says of each person, whether it counts or not."""
_REQUIRED = {"kindergarten": "secondary", "primary": "secondary", "junior": "associate", "senior": "bachelor"}
_FIRST_AGE = 23
RAISES = {"raise_degree": "above_required_degree", "appoint_backbone": "backbone", "retrain_pe_arts": "pe_arts"}
"""The figure in which a teacher comes to count, by the kind of move."""


class Roster:
    """The roster of one year, changed in place while the moves of that year are carried out.

    ``listed`` are the schools' stages that it tells of; elsewhere teachers are told by counts alone. ``reserved`` are
    those whom a move names: no other move takes one of them while there are others.
    """

    def __init__(self, rows: Iterable[Row], reserved: Collection[str], names: Mapping[str, str]) -> None:
        self.people = {row["teacher_id"]: dict(row) for row in rows}
        self.listed = frozenset((row["school_id"], row["stage"]) for row in self.people.values())
        self._reserved = frozenset(reserved)
        self._names = names
        self._here: defaultdict[Place, set[str]] = defaultdict(set)
        for teacher, row in self.people.items():
            self._here[row["school_id"], row["stage"]].add(teacher)

    def here(self, place: Place) -> list[Row]:
        """The teachers of a school's stage, by number."""
        return [self.people[teacher] for teacher in sorted(self._here[place])]

    def join(self, row: Row) -> None:
        """Someone comes."""
        self.people[row["teacher_id"]] = row
        self._here[row["school_id"], row["stage"]].add(row["teacher_id"])

    def leave(self, row: Row) -> None:
        """Someone goes."""
        del self.people[row["teacher_id"]]
        self._here[row["school_id"], row["stage"]].discard(row["teacher_id"])

    def movers(self, each: Numbered, *, strict: bool) -> list[Row]:
        """Whom a transfer takes: those it names, or the first who count in exactly what it says.

        Raises ``MoveError`` where one is not there or another than it says, and where there are too few, unless they
        are not ``strict``ly needed, as counts govern.
        """
        move = each.move
        wanted = {name: name in move.holds for name in PLANNED} | dict.fromkeys(move.holds, True)
        if move.teachers:
            return [self._verified(each, teacher, wanted) for teacher in move.teachers]
        ranked = []
        for row in self.here((move.school_id, move.stage)):
            counted = counts_in(row)
            if all(counted[name] in (value, None) for name, value in wanted.items()):
                doubts = sum(counted[name] is None for name in wanted)
                usual = (row["post"] or "teacher", counted["certified"], counted["trained_360h"])
                ranked.append((doubts, usual != ("teacher", True, True), row))
        return self._first(each, ranked, strict=strict)

    def raised(self, each: Numbered, *, strict: bool) -> list[Row]:
        """Who comes to count in what a move raises, their rows changed; errors as of ``movers``."""
        move = each.move
        figure = RAISES[move.kind]
        place = (move.school_id, move.stage)
        if move.teachers:
            chosen = [self._verified(each, teacher, {}) for teacher in move.teachers]
            for row in chosen:
                if counts_in(row)[figure]:
                    raise each.refused("already", teacher=row["teacher_id"], figure=words.column("staff", figure))
        else:
            here = self.here(place)
            fitting = [row for row in here if counts_in(row)[figure] is False]
            # Where someone's is not known, neither is the school's figure, nor how many could still be raised.
            open_ended = any(counts_in(row)[figure] is None for row in here)
            ranked = [(0, (row["post"] or "teacher") != "teacher", row) for row in fitting]
            chosen = self._first(each, ranked, strict=strict and not open_ended)
        for row in chosen:
            raise_figure(row, figure)
        return chosen

    def _verified(self, each: Numbered, teacher: str, wanted: Mapping[str, bool]) -> Row:
        move = each.move
        row = self.people.get(teacher)
        if row is None:
            raise each.refused("unlisted", teacher=teacher)
        if (row["school_id"], row["stage"]) != (move.school_id, move.stage):
            school = self._names.get(row["school_id"], row["school_id"])
            place = words.named([Text(school, school), words.coded("stage", row["stage"])])
            raise each.refused("elsewhere", teacher=teacher, place=place)
        counted = counts_in(row)
        for name, value in wanted.items():
            if counted[name] is not None and counted[name] != value:
                raise each.refused("differs", teacher=teacher, figure=words.column("staff", name))
        return row

    def _first(self, each: Numbered, ranked: Sequence[tuple[int, bool, Row]], *, strict: bool) -> list[Row]:
        amount = int(each.move.amount)
        if len(ranked) < amount and strict:
            raise each.refused("too_few", amount=amount, there=len(ranked))
        order = sorted(ranked, key=lambda one: (one[2]["teacher_id"] in self._reserved, *one[:2], one[2]["teacher_id"]))
        return [row for *_, row in order[:amount]]


def raise_figure(row: Row, figure: str) -> None:
    """Let a teacher of the roster count in a figure."""
    if figure == "above_required_degree":
        row["degree"] = _above(row["stage"])
    elif figure == "backbone":
        row["backbone"] = BACKBONE[0]
    else:
        row["subjects"] = SEVERAL.join(filter(None, (row["subjects"], PE_ARTS[0])))


def _above(stage: str) -> str:
    above = ABOVE_REQUIRED.get(stage, ("bachelor",))
    return "bachelor" if "bachelor" in above else above[0]


def newcomer(teacher: str, place: Place, year: int, since: int, holds: Collection[str], *, new: bool) -> Row:
    """A row of the roster for someone who is in none: counts in ``holds`` and in no other figure.

    ``new`` to the profession, and then of the age of those who begin; of others the age is not known.
    """
    school, stage = place
    return blank(
        "teachers",
        teacher_id=teacher,
        year=year,
        school_id=school,
        stage=stage,
        subjects=PE_ARTS[0] if "pe_arts" in holds else "other",
        degree=_above(stage) if "above_required_degree" in holds else _REQUIRED.get(stage, "associate"),
        title="middle" if "senior_titles" in holds else "none",
        backbone=BACKBONE[0] if "backbone" in holds else "none",
        certificate="certified" in holds,
        training_hours=float(TRAINING_HOURS) if "trained_360h" in holds else 0.0,
        birth_year=since - _FIRST_AGE if new else None,
        post="teacher",
        post_since=since,
        school_since=since,
    )


def numbers(moves: Sequence[Numbered], taken: Iterable[str]) -> Mapping[int, tuple[str, ...]]:
    """The roster's numbers of those who come without one, by the move's place in the list.

    They are the same whichever year is looked at, and none is among those ``taken``.
    """
    last: dict[str, int] = {}
    for teacher in taken:
        if found := re.fullmatch(r"(拟[聘调]\d+-)(\d+)", teacher):
            last[found[1]] = max(last.get(found[1], 0), int(found[2]))
    given = {}
    for each in moves:
        if each.move.kind in ("hire", "hire_pe_arts", "transfer") and not each.move.teachers:
            prefix = f"拟{'调' if each.move.kind == 'transfer' else '聘'}{each.move.year}-"
            first = last.get(prefix, 0) + 1
            last[prefix] = first + int(each.move.amount) - 1
            given[each.number] = tuple(f"{prefix}{number:03}" for number in range(first, last[prefix] + 1))
    return given


def counted(row: Row, holds: Collection[str]) -> dict[str, int]:
    """What a person adds to each figure; where the roster does not say, what is taken to be so."""
    taken = {name: name in holds or name in ("certified", "trained_360h") for name in HELD}
    return {name: int(taken[name] if value is None else value) for name, value in counts_in(row).items()}
