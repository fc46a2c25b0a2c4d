"""The same fact from two sources: laid together cell by cell in the bureau's order, and every difference told.

``bring`` does it all: rows read from files become a county that remembers who told what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from jiaoheng.county.across import across
from jiaoheng.county.admission import Admission, admit
from jiaoheng.county.county import County, build
from jiaoheng.county.differences import Difference, Side
from jiaoheng.county.merging import merged, merged_returns
from jiaoheng.county.precedence import DEFAULT, OWN, Precedence, Ranking
from jiaoheng.county.problems import EARLIER, Origin
from jiaoheng.county.provenance import Claim, Place, gathered
from jiaoheng.county.returns import Territory
from jiaoheng.county.rows import Batch, Rejected, Row, is_whole, key_text, row_key, subject_of
from jiaoheng.county.saying import (
    Earlier,
    Said,
    Statements,
    claims,
    claims_absent,
    combined,
    heard,
    resolved,
    spoken,
)
from jiaoheng.county.schema import schema
from jiaoheng.county.ways import TABLES, Unit, Way, choose, unit_of, ways_of


class Reconciled(msgspec.Struct, frozen=True):
    """Batches for ``merged``, in which each row that several sources tell stands once; how they differ.

    ``told`` are the claims of every row brought, none where our own tables alone tell it.
    """

    batches: tuple[Batch, ...]
    differences: tuple[Difference, ...]
    told: Mapping[Place, tuple[Claim, ...]]


def reconcile(
    base: County | None,
    batches: Sequence[Batch],
    precedence: Precedence = DEFAULT,
    *,
    only: str | None = None,
    dates: Mapping[str, str] = {},
    everything: bool = False,
) -> Reconciled:
    """Rows of one key from different sources laid together, with what the county's own sources said of them.

    Of each column the highest source's known value holds; a blank says nothing. Of one source the later file holds,
    as ``merged`` has it. What is told two ways, as a whole and by its parts, is told the finer way where they agree,
    else as the higher source does. The order of files of different sources does not matter. ``only`` is as in
    ``merged``: rows that are not the school's to send are left as they are. ``dates`` are the days on which files
    came, by their names. With ``everything`` the rows of the county that several sources tell are laid together anew,
    as after a change of the order.
    """
    work = _Work(base, precedence, Territory(base, batches, only) if only is not None else None, dates)
    for batch in batches:
        work.hear(batch)
    if everything:
        work.reconsider()
    return work.done(batches)


class _Work:
    """What is said of every row that is brought."""

    def __init__(
        self, base: County | None, precedence: Precedence, territory: Territory | None, dates: Mapping[str, str]
    ) -> None:
        self.base, self.ranking, self.territory, self.dates = base, Ranking(precedence), territory, dates
        self.earlier = Earlier(base)
        self.primary = base.primary_grades if base else 6
        self.kinds: dict[str, str] = {}
        self.said: dict[Place, Statements] = {}
        self.keys: dict[Place, Mapping[str, Any]] = {}
        self.brought: dict[Place, list[Row]] = {}
        self.waiting: defaultdict[Place, list[Rejected]] = defaultdict(list)
        self.contested: set[Place] = set()
        self.fresh: dict[Place, dict[str, set[str]]] = {}
        self.held: dict[Place, Statements] = {}
        self.differences: list[Difference] = []

    def hear(self, batch: Batch) -> None:
        """Take in what a batch says."""
        for name, some in batch.rows.items():
            groups: defaultdict[tuple[Place, str], list[Row]] = defaultdict(list)
            for row in some:
                if place := self._place(name, row):
                    groups[place, row.origin.source or OWN].append(row)
            for (place, source), rows in groups.items():
                self._hear(place, source, rows)
        for waiting in batch.rejected:
            if waiting.table in schema().tables and (place := self._place(waiting.table, waiting)):
                self.waiting[place].append(waiting)
        for row in batch.rows.get("schools", ()):
            self.kinds[row.values["school_id"]] = row.values.get("kind") or ""
        self.primary = next(
            (row.values["primary_grades"] for row in batch.rows.get("county", ()) if row.values.get("primary_grades")),
            self.primary,
        )

    def reconsider(self) -> None:
        """Ask again of all rows that several sources tell."""
        for place, of in self.earlier.claims.items():
            if len({claim.origin.source for claim in of}) > 1 or any(claim.absent for claim in of):
                self._statements(place)

    def done(self, batches: Sequence[Batch]) -> Reconciled:
        """What holds, row by row."""
        for place in self.waiting:
            # A row of another source that waits does not take away what this one said.
            if place not in self.said and place[1] in self.earlier.rows(place[0]):
                others = {row.origin.source or OWN for row in self.waiting[place]}
                if set(self.earlier.said(place)) - others:
                    self._statements(place)
        lost = self._choices()
        anew: dict[str, list[Row]] = {}
        told: dict[Place, tuple[Claim, ...]] = dict.fromkeys(self.contested, ())
        taken: set[Place] = set()
        for place in self.contested:
            if len({row.origin.source or OWN for row in self.brought[place]}) > 1:
                taken.add(place)
                anew.setdefault(place[0], []).extend(self.brought[place])
        for place in [*self.said, *lost]:
            if place in told:
                continue
            said = self._statements(place)
            if place in lost:
                taken.add(place)
                told[place] = claims_absent(said, self._key(place))
                continue
            held = self.held.get(place, said)
            used = resolved(held, self.ranking, place[0])
            told[place] = claims(said, used)
            self.differences += self._cells(place, held, used)
            if self._is_to_be_laid(place, said):
                taken.add(place)
                anew.setdefault(place[0], []).append(self._row(place, used))
        return Reconciled(self._batches(batches, taken, anew), tuple(sorted(self.differences, key=_order)), told)

    def _place(self, table: str, row: Row | Rejected) -> Place | None:
        """The place of a row with a whole key that may be sent."""
        problems = row.problems if isinstance(row, Rejected) else ()
        key = row_key(schema().tables[table], row.values, problems)
        if not is_whole(key) or (self.territory is not None and not self.territory.has(subject_of(row.values))):
            return None
        place = (table, key_text(key))
        self.keys.setdefault(place, dict(zip(schema().tables[table].key, key, strict=True)))
        return place

    def _statements(self, place: Place) -> Statements:
        if place not in self.said:
            self.said[place] = self.earlier.said(place)
        return self.said[place]

    def _key(self, place: Place) -> Mapping[str, Any]:
        return self.keys[place] if place in self.keys else self.earlier.key(place)

    def _hear(self, place: Place, source: str, rows: list[Row]) -> None:
        """What one source says of a row in one batch; twice otherwise is for the checks."""
        self.brought.setdefault(place, []).extend(rows)
        table = schema().tables[place[0]]
        row = combined(table, rows)
        if row is None:
            self.contested.add(place)
            return
        said = self._statements(place)
        new = spoken(table, row, self.dates.get(row.origin.file, ""))
        fresh = self.fresh.setdefault(place, {}).setdefault(source, set())
        before = said.get(source, {})
        if source != OWN:
            self.differences += self._later(place, {name: before[name] for name in fresh if name in before}, new)
        fresh |= set(new)
        said[source] = heard(before, row, new)

    def _later(self, place: Place, before: Mapping[str, Said], new: Mapping[str, Said]) -> Iterable[Difference]:
        for name, old in before.items():
            if name in new and new[name].value != old.value:
                key = tuple(self._key(place).values())
                yield Difference(place[0], key, name, _side(new[name]), (_side(old),), "later")

    def _is_to_be_laid(self, place: Place, said: Statements) -> bool:
        """Whether a row is to be laid that is not just one of those brought."""
        speaking = {source for source, cells in said.items() if cells}
        brought = self.brought.get(place, ())
        if not brought:
            return True
        others = speaking - {row.origin.source or OWN for row in brought}
        sources = {row.origin.source or OWN for row in (*brought, *self.waiting.get(place, ()))}
        return bool(others) or len(sources) > 1 or (len(brought) > 1 and any(row.told for row in brought))

    def _row(self, place: Place, used: Mapping[str, Said]) -> Row:
        """The row that holds, told by the highest source that a file brought."""
        ranked = sorted(used.values(), key=lambda each: self.ranking.rank(each.origin.source, place[0]))
        fresh = [each.origin for each in ranked if each.origin.row is not None and each.origin in self._origins(place)]
        main = fresh[0] if fresh else EARLIER
        origins = {name: each.origin for name, each in used.items() if each.origin != main}
        values = {**self._key(place), **{name: each.value for name, each in used.items()}}
        known = self._origins(place)
        origins = {name: origin if origin in known else EARLIER for name, origin in origins.items()}
        return Row(values, main, None, None, origins)

    def _origins(self, place: Place) -> set[Origin]:
        """Where this delivery has the row."""
        return {origin for row in self.brought.get(place, ()) for origin in (row.origin, *row.origins.values())}

    def _cells(self, place: Place, said: Statements, used: Mapping[str, Said]) -> Iterable[Difference]:
        """The cells of a row that sources tell differently."""
        table = place[0]
        key = tuple(self._key(place).values())
        for name, holds in used.items():
            others = [cells[name] for cells in said.values() if name in cells and cells[name].value != holds.value]
            if others:
                others.sort(key=lambda each: self.ranking.rank(each.origin.source, table, name))
                sides = tuple(_side(each) for each in others)
                yield Difference(table, key, name, _side(holds), sides, "order", self.ranking.rule(table, name))

    def _choices(self) -> set[Place]:
        """The rows that give way as what they tell is told another way."""
        touched = {unit for place in self.said if (unit := self._unit(place))}
        if not touched:
            return set()
        units: defaultdict[Unit, dict[Place, None]] = defaultdict(dict)
        for place in (*self.said, *self._known_places()):
            if place not in self.contested and (unit := self._unit(place)) in touched and unit is not None:
                units[unit][place] = None
        lost: set[Place] = set()
        for places in units.values():
            ways = [way for place in places for way in self._ways(place)]
            chosen = choose(ways, self.ranking)
            self.differences += chosen.differences
            hold = {way.place: way.said for way in ways if way not in chosen.lost}
            for place in _both_ways(ways):
                # Which of its two ways holds may have turned though no file brought it.
                self._statements(place)
            for way in chosen.lost:
                if way.place in hold:
                    self.held[way.place] = hold[way.place]
                else:
                    lost.add(way.place)
            for place in hold:
                # A row that holds again, after it was told another way.
                if any(claim.absent for claim in self.earlier.claims.get(place, ())):
                    self._statements(place)
        return lost

    def _known_places(self) -> Iterable[Place]:
        for name in TABLES:
            yield from ((name, key) for key in self.earlier.rows(name))
        yield from (place for place in self.earlier.claims if place[0] in TABLES)

    def _unit(self, place: Place) -> Unit | None:
        if place[0] not in TABLES:
            return None
        key = self._key(place)
        return unit_of(place[0], key, self._kind(key.get("school_id")), self.primary)

    def _kind(self, school: Any) -> str:
        if school not in self.kinds:
            row = self.earlier.rows("schools").get((str(school),))
            self.kinds[school] = (row["kind"] or "") if row else ""
        return self.kinds[school]

    def _ways(self, place: Place) -> list[Way]:
        said = self.said[place] if place in self.said else self.earlier.said(place)
        return ways_of(place, self._key(place), said, self.ranking)

    def _batches(self, batches: Sequence[Batch], taken: set[Place], anew: Mapping[str, list[Row]]) -> tuple[Batch, ...]:
        """The batches without the rows that are laid anew, and those as the last."""
        if not taken:
            return tuple(batches)
        left = [self._without(batch, taken) for batch in batches]
        waiting = tuple(row for place in taken for row in self.waiting.get(place, ()))
        return (*left, Batch({name: tuple(rows) for name, rows in anew.items()}, waiting))

    def _without(self, batch: Batch, taken: set[Place]) -> Batch:
        rows = {
            name: tuple(row for row in some if self._place(name, row) not in taken) for name, some in batch.rows.items()
        }
        rejected = tuple(
            row
            for row in batch.rejected
            if row.table not in schema().tables or self._place(row.table, row) not in taken
        )
        return msgspec.structs.replace(batch, rows=rows, rejected=rejected)


def _both_ways(ways: Sequence[Way]) -> set[Place]:
    """The rows by which some sources tell a stage and others classes of several grades."""
    return {way.place for way in ways if way.whole} & {way.place for way in ways if not way.whole}


def _side(said: Said) -> Side:
    return Side(said.value, said.origin, said.date)


def _order(difference: Difference) -> tuple[Any, ...]:
    tables = list(schema().tables)
    columns = [column.name for column in schema().tables[difference.table].columns]
    return tables.index(difference.table), key_text(difference.key), columns.index(difference.column), difference.why


def settle(base: County | None, told: Mapping[Place, tuple[Claim, ...]], county: County) -> County:
    """The county with who told its rows: those of the base, and of the rows brought what ``told`` says.

    Claims about rows that it does not have, as they wait, are dropped.
    """
    every = {**(base.provenance.claims if base else {}), **told}
    if not any(every.values()):
        return county
    here = Earlier(county)
    kept = (
        (place, of)
        for place, of in every.items()
        if of and ((place[1] in here.rows(place[0])) is not any(claim.absent for claim in of))
    )
    return msgspec.structs.replace(county, provenance=gathered(kept))


def ruled(batch: Batch, precedence: Precedence) -> Batch:
    """The batch with what the order says of teachers in the county's own row, if it says anything."""
    if "staff" not in precedence.exceptions:
        return batch
    rule = {"staff_from": precedence.staff_from}
    rows = tuple(
        msgspec.structs.replace(row, values={**row.values, **rule})
        if (row.values.get("staff_from") or "roster") != precedence.staff_from
        else row
        for row in batch.rows.get("county", ())
    )
    return msgspec.structs.replace(batch, rows={**batch.rows, "county": rows}) if rows else batch


class Brought(msgspec.Struct, frozen=True):
    """What came of batches laid over a county: what is admitted, and how the sources of the rows brought differ."""

    admission: Admission
    differences: tuple[Difference, ...]


def bring(
    base: County | None,
    batches: Sequence[Batch],
    precedence: Precedence = DEFAULT,
    *,
    only: str | None = None,
    dates: Mapping[str, str] = {},
    everything: bool = False,
) -> Brought:
    """Reconcile batches, lay them over a county and admit what passes; the arguments are those of ``reconcile``."""
    found = reconcile(base, batches, precedence, only=only, dates=dates, everything=everything)
    admission = admit(ruled(merged(base, found.batches, only=only), precedence))
    county = settle(base, found.told, admission.county)
    return Brought(msgspec.structs.replace(admission, county=county), found.differences)


def bring_returns(
    base: County | None,
    returns: Sequence[tuple[str, Sequence[Batch]]],
    precedence: Precedence = DEFAULT,
    *,
    dates: Mapping[str, Mapping[str, str]] = {},
) -> Brought:
    """Several schools' own returns brought at once, each the code of its school and its batches.

    ``dates`` are those of the files by the school's code.
    """
    found = [
        reconcile(base, batches, precedence, only=school, dates=dates.get(school, {})) for school, batches in returns
    ]
    laid = merged_returns(base, [(school, each.batches) for (school, _), each in zip(returns, found, strict=True)])
    admission = admit(ruled(laid, precedence))
    told = {place: of for each in found for place, of in each.told.items()}
    county = settle(base, told, admission.county)
    differences = tuple(difference for each in found for difference in each.differences)
    return Brought(msgspec.structs.replace(admission, county=county), tuple(sorted(differences, key=_order)))


def reordered(county: County, precedence: Precedence) -> County:
    """The county as its rows would read in another order of sources, not checked yet."""
    found = reconcile(county, (), precedence, everything=True)
    laid = ruled(merged(county, found.batches), precedence)
    made = build({name: [row.values for row in rows] for name, rows in laid.rows.items()}, boundaries=laid.boundaries)
    return msgspec.structs.replace(made, gaps=county.gaps)


def standing(county: County, precedence: Precedence = DEFAULT) -> tuple[Difference, ...]:
    """How the sources of a county's facts differ, by what it remembers of them, and what holds in this order."""
    found = reconcile(county, (), precedence, everything=True).differences
    return tuple(sorted((*found, *across(county)), key=_order))
