"""From counts to names: which teachers of the roster a plan's moves concern."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county import County, Move
from jiaoheng.county.moves.persons import PLANNED, RAISES, raise_figure
from jiaoheng.county.schema import SEVERAL
from jiaoheng.county.teaching import SENIOR_TITLES, counts_in
from jiaoheng.plans.costs import CostTable
from jiaoheng.plans.distances import Distances, point_of
from jiaoheng.plans.pairing import FAR, Pairing, paired, shipped

__all__ = ["Pairing", "named", "paired", "pension_year"]

Person = dict[str, Any]
Place = tuple[str, str]
SETTLED_YEARS = 3
"""Who has been in a school for less, or has less to the pension, is asked last."""
# Each reluctance outweighs all that come after it, and all of them any way.
_RELUCTANCE, _GAP = 100 * FAR, 10 * FAR


def named(county: County, year: int, moves: Sequence[Move], costs: CostTable) -> tuple[Move, ...]:
    """The moves, in their order, with the ``teachers`` of the roster of ``year`` and the ``km`` of transfers filled in.

    Transfers take teachers of the school's stage who count in exactly what the move ``holds`` of degree, backbone and
    PE and arts. Asked last are those near the pension, new in the school, of another post than teacher, moved before,
    or sent farther than ``costs.transfer_km``; then those who would leave a subject of theirs without a teacher, or
    whose subjects the other school has. Among equals all those moves of a year that leave one school alike are filled
    together with the fewest kilometres from home, or from the old school where no home is known. An unknown way counts
    as far. Degrees go to the youngest, backbone appointments to teachers of a title and long in the school, retraining
    to those whose subjects have most teachers.

    A move that already has names keeps them; one for which the roster has too few, or no row at all, stays a count.
    """
    plan = _Naming(county, year, costs)
    found: dict[int, Move] = {}
    for batch in _batches(moves):
        for place, move in plan.filled([(place, moves[place]) for place in batch]):
            found[place] = move
    return tuple(found[place] for place in range(len(moves)))


def pension_year(birth_year: int, sex: str | None) -> float:
    """When a teacher's pension begins: at 60, women at 55, put off since 2025 by a month for every four, at most 36.

    Where the sex is not known, the earlier of the two.
    """
    first = birth_year + (60 if sex == "male" else 55)
    return first + min(3.0, max(0, first - 2024) / 4)


def _batches(moves: Sequence[Move]) -> Iterable[list[int]]:
    """Places of moves in the order in which ``apply`` carries them out, transfers alike of one school together."""
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, move in enumerate(moves):
        alike = () if move.kind == "transfer" and not move.teachers else (place,)
        order = (move.year, move.kind != "transfer", not move.teachers, move.kind)
        groups[*order, move.school_id, move.stage, tuple(sorted(move.holds)), alike].append(place)
    return (groups[key] for key in sorted(groups))


class _Naming:
    """The roster while names are given: who was moved or raised counts where and as what they are by then."""

    def __init__(self, county: County, year: int, costs: CostTable) -> None:
        self._distances = Distances(county)
        self._costs = costs
        self._moved: dict[str, int] = {}
        self._people: dict[str, Person] = {
            row["teacher_id"]: row for row in county["teachers"].to_pylist() if row["year"] == year
        }

    def filled(self, batch: list[tuple[int, Move]]) -> list[tuple[int, Move]]:
        """A batch of moves with names where there are any to give."""
        ways = [
            (place, msgspec.structs.replace(move, km=self._distances.between(move.school_id, move.to_school)))
            if move.kind == "transfer" and move.km is None
            else (place, move)
            for place, move in batch
        ]
        first = batch[0][1]
        if first.teachers:
            for _, move in ways:
                self._carry_out(move, move.teachers)
            return ways
        if first.kind == "transfer":
            return self._transfers(ways)
        if first.kind not in RAISES:
            return ways
        chosen = self._raised(first)
        self._carry_out(first, chosen)
        return [(place, msgspec.structs.replace(move, teachers=chosen)) for place, move in ways]

    def _here(self, place: Place) -> list[Person]:
        return [row for _, row in sorted(self._people.items()) if (row["school_id"], row["stage"]) == place]

    def _transfers(self, batch: list[tuple[int, Move]]) -> list[tuple[int, Move]]:
        first = batch[0][1]
        here = self._here((first.school_id, first.stage))
        wanted = {name: name in first.holds for name in PLANNED} | dict.fromkeys(first.holds, True)
        fitting = [
            row
            for row in here
            if self._moved.get(row["teacher_id"]) != first.year
            and all(counts_in(row)[name] == value for name, value in wanted.items())
        ]
        demand = [int(move.amount) for _, move in batch]
        if sum(demand) > len(fitting):
            return batch
        taught = Counter(subject for row in here for subject in _subjects(row))
        there = [
            {subject for row in self._here((move.to_school, move.stage)) for subject in _subjects(row)}
            for _, move in batch
        ]
        # Of equals the first goes: a decimetre for each who comes before.
        costs = [
            [
                self._reluctance(row, move) + _GAP * _gaps(row, taught, known) + 1e-4 * rank
                for (_, move), known in zip(batch, there, strict=True)
            ]
            for rank, row in enumerate(fitting)
        ]
        flows = shipped([1] * len(fitting), demand, costs)
        found = []
        for column, (place, move) in enumerate(batch):
            chosen = tuple(row["teacher_id"] for row, flow in zip(fitting, flows, strict=True) if flow[column])
            found.append((place, msgspec.structs.replace(move, teachers=chosen)))
        for _, move in found:
            self._carry_out(move, move.teachers)
        return found

    def _reluctance(self, row: Person, move: Move) -> float:
        """How unwillingly a teacher is sent there, in kilometres."""
        home = point_of(row, "home_lon", "home_lat")
        km = self._distances.from_point(home, move.to_school)
        if km is None:
            km = move.km
        far = FAR if km is None else min(km, FAR)
        reasons = _near_pension(row, move.year) + _new_here(row, move.year) + (row["post"] not in ("teacher", None))
        reasons += (row["teacher_id"] in self._moved) + (far > self._costs.transfer_km)
        return reasons * _RELUCTANCE + far

    def _raised(self, move: Move) -> tuple[str, ...]:
        here = self._here((move.school_id, move.stage))
        taught = Counter(subject for row in here for subject in _subjects(row))
        fitting = [row for row in here if counts_in(row)[RAISES[move.kind]] is False]
        if len(fitting) < move.amount:
            return ()

        def order(row: Person) -> tuple[Any, ...]:
            near, since = _near_pension(row, move.year), row["school_since"] or move.year
            if move.kind == "raise_degree":
                return near, -(row["birth_year"] or 0), row["teacher_id"]
            if move.kind == "appoint_backbone":
                return near, row["title"] not in SENIOR_TITLES, since, row["teacher_id"]
            spare = min((taught[subject] for subject in _subjects(row)), default=0)
            return near, counts_in(row)["backbone"] is True, -spare, row["teacher_id"]

        return tuple(row["teacher_id"] for row in sorted(fitting, key=order)[: int(move.amount)])

    def _carry_out(self, move: Move, teachers: Iterable[str]) -> None:
        for teacher in teachers:
            row = self._people.get(teacher)
            if row is None:
                continue
            if move.kind == "transfer":
                self._people[teacher] = row | {"school_id": move.to_school, "school_since": move.year}
                self._moved[teacher] = move.year
            elif move.kind in RAISES:
                raise_figure(row, RAISES[move.kind])


def _subjects(row: Person) -> list[str]:
    return row["subjects"].split(SEVERAL) if row["subjects"] else []


def _gaps(row: Person, here: Mapping[str, int], there: Collection[str]) -> int:
    """Whether nobody else teaches a subject of theirs in the school they leave, and whether the other has them all."""
    subjects = _subjects(row)
    return any(here[subject] < 2 for subject in subjects) + set(subjects).issubset(there)


def _near_pension(row: Person, year: int) -> bool:
    born = row["birth_year"]
    return born is not None and pension_year(born, row["sex"]) - year < SETTLED_YEARS


def _new_here(row: Person, year: int) -> bool:
    since = row["school_since"]
    return since is not None and year - since < SETTLED_YEARS
