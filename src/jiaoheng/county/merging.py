"""Facts on their way in, laid over what is there already: of each row the latest word holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county.county import County
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.county.problems import EARLIER, Origin, Problem
from jiaoheng.county.returns import Territory, own_part
from jiaoheng.county.rows import Batch, Key, Rejected, Row, is_whole, key_text, row_key, subject_of, year_of
from jiaoheng.county.schema import Table, schema

# Of these the measures take nothing for known that a gap's school has in its year (measures/gaps.py). Of other
# tables they go on using the rows that are there, so that a row which may be meant has to give way.
_UNKNOWN_WITH_A_GAP = frozenset({"enrolment", "facilities", "staff", "teachers"})


def merged(base: County | None, batches: Sequence[Batch], *, only: str | None = None) -> Batch:
    """Batches in the order they came, laid over a county; ``admit`` makes a county of the result.

    - A row replaces the row of the same table and key of an earlier batch or of the base, as a whole: what its
      file has no column for becomes unknown, but what its source never tells (``Row.told``) stays as it was. All
      other rows stay. Rows of one key within one batch all stay, for the checks to find. The facilities of a
      school's year, and the pupils of its stage, are told as a whole or by parts: told the other way, they replace
      the earlier ones too.
    - A row that waits also takes the place of the earlier row of its key: somebody wants that row changed and has
      not managed to yet, so that it is unknown, and the earlier figure does not stand in for it. Where only a part
      of the key can be read, all earlier rows that it may mean give way, unless its gap makes them unknown anyway
      or it does not say whom it is about.
    - An earlier row that waits, and a gap of the base, is settled when a row of its key comes, good or not. Where
      the key is not known in full, it is settled when all that was known of its subject and year is told anew, by at
      least as many rows as waited: then the new rows stand alone, as in a first upload. Else it stays: nothing
      unknown becomes known because something else arrived. A county read without a base has none of its gaps.
    - Of boundaries the latest hold.

    With ``only``, the code of a school, the batches are this school's own return: rows about other schools, the
    county or places are refused with the problem ``another_school``; they change nothing and leave no gap.
    Campuses and teaching points under the school, as the base has it, are its own. Rows that do not say their
    school are taken to be its own.

    Rows of the base have the origin ``EARLIER``.
    """
    laid = _Laid(base, Territory(base, batches, only) if only is not None else None)
    for batch in batches:
        laid.lay(batch)
    return laid.batch()


def merged_returns(base: County | None, returns: Sequence[tuple[str, Sequence[Batch]]]) -> Batch:
    """Several schools' own returns, each the code of its school and its batches, laid over a county.

    Each is laid as ``merged`` does with ``only``; what belongs to whom is told by the base and the school's own
    return. Where ``conflicts`` finds none among them, their order does not matter.
    """
    laid = _Laid(base, None)
    for school, batches in returns:
        laid.territory = Territory(base, batches, school)
        for batch in batches:
            laid.lay(batch)
    return laid.batch()


class _Entry(msgspec.Struct, frozen=True):
    """A row and the number of the batch that brought it, None for the base's."""

    batch: int | None
    row: Row


class _Waiting(msgspec.Struct, frozen=True):
    """A row that waits and the number of its batch; ``row`` is one that parsed and has no whole key."""

    batch: int
    row: Rejected | Row

    @property
    def origin(self) -> Origin:
        return self.row.origin

    @property
    def about(self) -> tuple[str, int | None]:
        return subject_of(self.row.values), year_of(self.row.values)


class _Brought(msgspec.Struct, frozen=True):
    """What one batch says of one table: good rows and rows that wait by their keys, and those without a whole key."""

    good: dict[Key, list[Row]]
    bad: dict[Key, list[Rejected]]
    partial: list[tuple[Key, Rejected | Row]]

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset({*self.good, *self.bad})

    def count(self, subject: str, year: int | None) -> int:
        """How many keys are about this subject and year; an empty one means any."""
        every: Iterable[tuple[Key, Sequence[Row | Rejected]]] = (*self.good.items(), *self.bad.items())
        return len({key for key, rows in every if any(_is_about(row.values, subject, year) for row in rows)})


class _Laid:
    """The rows in force so far."""

    def __init__(self, base: County | None, territory: Territory | None) -> None:
        self.territory = territory
        self.rows: dict[str, dict[Key, list[_Entry]]] = {name: {} for name in schema().tables}
        self.waiting: dict[str, dict[Key, list[_Waiting]]] = {name: {} for name in schema().tables}
        self.partial: dict[str, list[_Waiting]] = {name: [] for name in schema().tables}
        self.refused: list[Rejected] = []
        self.batches: list[Batch] = []
        self.primary = base.primary_grades if base else 6
        self.gaps = list(base.gaps) if base else []
        self.boundaries = base.boundaries if base else None
        for name, table in schema().tables.items() if base else ():
            assert base is not None
            keys = zip(*(base[name][column].to_pylist() for column in table.key), strict=True)
            for key, values in zip(keys, base[name].to_pylist(), strict=True):
                self.rows[name].setdefault(key, []).append(_Entry(None, Row(values, EARLIER)))

    def lay(self, batch: Batch) -> None:
        """Lay a batch over what is there."""
        if self.territory is not None:
            batch, refused = own_part(batch, self.territory, self._holder)
            self.refused += refused
        number = len(self.batches)
        self.batches.append(batch)
        if batch.boundaries is not None:
            self.boundaries = batch.boundaries
        for name, table in schema().tables.items():
            brought = _brought(table, batch)
            if brought.keys or brought.partial:
                self._settle(name, brought)
                self._give_way(table, brought)
                for key, rows in brought.good.items():
                    before = self.rows[name].get(key, ())
                    self.rows[name][key] = [_Entry(number, _over(row, before)) for row in rows]
                for key, bad in brought.bad.items():
                    self.waiting[name][key] = [_Waiting(number, row) for row in bad]
                self.partial[name] += [_Waiting(number, row) for _, row in brought.partial]

    def batch(self) -> Batch:
        """All that is in force, as one batch."""
        rows: dict[str, list[Row]] = {}
        rejected: list[Rejected] = []
        for name in schema().tables:
            rows[name] = [entry.row for entries in self.rows[name].values() for entry in entries]
            waiting = (each for some in self.waiting[name].values() for each in some)
            for each in (*waiting, *self.partial[name]):
                if isinstance(each.row, Row):
                    rows[name].append(each.row)
                else:
                    rejected.append(each.row)
        unknown = [row for batch in self.batches for row in batch.rejected if row.table not in rows]
        return Batch(
            {name: tuple(some) for name, some in rows.items() if some},
            (*rejected, *unknown, *self.refused),
            (*self._problems(), *(row.problems[0] for row in self.refused)),
            self.boundaries,
            tuple(sheet for batch in self.batches for sheet in batch.sheets),
            tuple(self.gaps),
        )

    def _holder(self, table: Table, key: Key) -> str | None:
        """Whom the row in force of this key is about."""
        entries = self.rows[table.name].get(key)
        return subject_of(entries[0].row.values) if entries else None

    def _settle(self, name: str, brought: _Brought) -> None:
        """Take off what waited and has its answer now."""
        for key in brought.keys:
            self.waiting[name].pop(key, None)
        answered = {key_text(key) for key in brought.keys}
        read_again = {
            (row.origin, subject_of(row.values), year_of(row.values))
            for _, row in brought.partial
            if row.origin.row is not None
        }
        counts: dict[tuple[str, int | None], int] = {}
        for gap in self.gaps:
            if gap.table == name and not gap.key:
                counts[gap.subject, gap.year] = counts.get((gap.subject, gap.year), 0) + gap.rows
        for each in self.partial[name]:
            counts[each.about] = counts.get(each.about, 0) + 1
        settled = {about for about, count in counts.items() if self._is_told_anew(name, about, count, brought)}
        self.gaps = [
            gap
            for gap in self.gaps
            if gap.table != name or not (gap.key in answered if gap.key else (gap.subject, gap.year) in settled)
        ]
        self.partial[name] = [
            each
            for each in self.partial[name]
            if each.about not in settled and (each.origin, *each.about) not in read_again
        ]

    def _is_told_anew(self, name: str, about: tuple[str, int | None], count: int, brought: _Brought) -> bool:
        if brought.count(*about) < count:
            return False
        return all(
            key in brought.good or key in brought.bad
            for key, entries in self.rows[name].items()
            if any(_is_about(entry.row.values, *about) for entry in entries)
        )

    def _give_way(self, table: Table, brought: _Brought) -> None:
        """Take out the rows that are wanted changed and for which there is no good row yet."""
        rows = self.rows[table.name]
        for key in brought.bad:
            rows.pop(key, None)
        otherwise: Iterable[Key] = ()
        if table.name == "facilities":
            otherwise = _told_otherwise(rows, brought.good)
        elif table.name == "enrolment":
            otherwise = self._told_by_others(rows, brought.good)
        for key in [*self._meant(table, brought), *otherwise]:
            rows.pop(key, None)

    def _told_by_others(self, rows: Mapping[Key, Sequence[_Entry]], good: Mapping[Key, Sequence[Row]]) -> list[Key]:
        """Grades of a stage that is told as a whole now; the whole, and its mixed classes, where it is by grades.

        A kindergarten's classes of mixed ages are beside its grades.
        """
        wholes, graded, classed = set(), set(), set()
        for key, new in good.items():
            place = self._stage(key)
            if not is_stage(key[2]):
                graded.add(place)
                if any(row.values.get("classes") is not None for row in new):
                    classed.add(place)
            elif any(row.values.get("pupils") != 0 for row in new):
                wholes.add(place)
        found = []
        for key, entries in rows.items():
            if key in good or any(part is None for part in key):
                continue
            place = self._stage(key)
            if not is_stage(key[2]):
                otherwise = place in wholes and place not in graded
            elif all(entry.row.values.get("pupils") == 0 for entry in entries):
                otherwise = place in classed
            else:
                otherwise = place in graded and place not in wholes
            if otherwise:
                found.append(key)
        return found

    def _stage(self, key: Key) -> tuple[Any, Any, str]:
        school, year, grade = key
        return school, year, stage_of(grade, "", self.primary)

    def _meant(self, table: Table, brought: _Brought) -> Iterator[Key]:
        """Keys of rows that one with a key read in part may mean; rows of the same batch are others than it."""
        wanted: dict[Any, set[Key]] = {}
        for part, _ in brought.partial:
            if part[0] is not msgspec.UNSET and table.name not in _UNKNOWN_WITH_A_GAP:
                wanted.setdefault(part[0], set()).add(part)
        if not wanted:
            return
        for key, entries in list(self.rows[table.name].items()):
            if key in brought.good or not any(_agree(part, key) for part in wanted.get(key[0], ())):
                continue
            if self.territory is None or self.territory.has(subject_of(entries[0].row.values)):
                yield key

    def _problems(self) -> Iterator[Problem]:
        """The problems of all batches but those of rows that a later one replaced."""
        left = {
            (entry.batch, name, entry.row.origin)
            for name, rows in self.rows.items()
            for entries in rows.values()
            for entry in entries
            if entry.batch is not None
        }
        for name in schema().tables:
            for waiting in (*self.partial[name], *(each for some in self.waiting[name].values() for each in some)):
                left.add((waiting.batch, name, waiting.origin))
        refused = {(row.table, row.origin) for row in self.refused}
        for number, batch in enumerate(self.batches):
            brought = {(name, row.origin) for name, rows in batch.rows.items() for row in rows}
            brought |= {(row.table, row.origin) for row in batch.rejected}
            for problem in batch.problems:
                place = (problem.table, problem.origin)
                if place not in brought or place in refused or (number, *place) in left:
                    yield problem


def _brought(table: Table, batch: Batch) -> _Brought:
    good: dict[Key, list[Row]] = {}
    bad: dict[Key, list[Rejected]] = {}
    partial: list[tuple[Key, Rejected | Row]] = []
    for row in batch.rows.get(table.name, ()):
        key = row_key(table, row.values)
        if is_whole(key):
            good.setdefault(key, []).append(row)
        else:
            partial.append((key, row))
    for waiting in batch.rejected:
        if waiting.table == table.name:
            key = row_key(table, waiting.values, waiting.problems)
            if is_whole(key):
                bad.setdefault(key, []).append(waiting)
            else:
                partial.append((key, waiting))
    return _Brought(good, bad, partial)


def _over(row: Row, before: Sequence[_Entry]) -> Row:
    """The row with what its source never tells taken from the row that it replaces."""
    if row.told is None or len(before) != 1:
        return row
    kept = {name: value for name, value in before[0].row.values.items() if name not in row.told}
    return msgspec.structs.replace(row, values={**row.values, **kept})


def _told_otherwise(rows: Mapping[Key, object], good: Iterable[Key]) -> list[Key]:
    """Facilities of a school's year as a whole where the new ones are by stages, and the other way round."""
    ways: dict[tuple[Any, Any], set[bool]] = {}
    for school, year, stage in good:
        ways.setdefault((school, year), set()).add(stage is None)
    new = frozenset(good)
    return [key for key in rows if key not in new and ways.get(key[:2]) == {key[2] is not None}]


def _is_about(values: Mapping[str, Any], subject: str, year: int | None) -> bool:
    return subject in ("", subject_of(values)) and year in (None, year_of(values))


def _agree(part: Key, key: Key) -> bool:
    """Whether what could be read of one key fits another."""
    return all(one is msgspec.UNSET or one == other for one, other in zip(part, key, strict=True))
