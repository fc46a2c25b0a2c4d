"""What was read against what is true: every value that differs, is missing without a word, or is made up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from forms.known import Known
from forms.truth import Fact, Source, Truth, truth
from jiaoheng.county import Batch, Origin, Problem, schema

# What a reader adds of itself: defaults of the schema, which no form tells.
DEFAULTS = {
    ("county", "primary_grades"): 6,
    ("county", "detour_factor"): 1.3,
    ("schools", "counted"): True,
    ("schools", "ownership"): "public",
}
Read = dict[Fact, list[tuple[object, Origin]]]


def differences(known: Known, batch: Batch, source: Source = "new", only: Iterable[str] = ()) -> list[str]:
    """Every value that is not the truth, that is missing, or that nothing tells; empty where all is exact.

    ``only``: the codes of the schools whose files were read, all where it is empty.
    """
    told = truth(known, source)
    codes = set(only) or {school.school_id for school in known.schools + known.campuses}
    read = values(batch)
    return [*wrong(told, read), *missing(told, read, codes), *made_up(told, read)]


def values(batch: Batch) -> Read:
    """Every value that was read, by its address; a fact read twice stands twice."""
    read: Read = defaultdict(list)
    for table, rows in batch.rows.items():
        for row in rows:
            key = key_of(table, row.values)
            for column, value in row.values.items():
                read[table, key, column].append((value, row.origin))
    return read


def key_of(table: str, row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(row.get(name) for name in schema().tables[table].key)


def wrong(told: Truth, read: Read) -> list[str]:
    """Facts read with another value than theirs."""
    found = []
    for fact, right in told.facts.items():
        for value, origin in read.get(fact, ()):
            if value is not None and value not in right:
                found.append(f"{named(fact)}: read {value!r} from {placed(origin)}, true is {right[0]!r}")
    return found + _wrong_county(told, read)


def _wrong_county(told: Truth, read: Read) -> list[str]:
    """The county's code and name, under whatever key they were read."""
    true = {column: right[0] for (table, _, column), right in told.facts.items() if table == "county"}
    return [
        f"county.{column}: read {value!r} from {placed(origin)}, true is {true[column]!r}"
        for (table, _, column), seen in read.items()
        for value, origin in seen
        if table == "county" and column in true and value not in (None, true[column])
    ]


def missing(told: Truth, read: Read, codes: set[str]) -> list[str]:
    """Facts of these schools that no row tells."""
    return [
        f"{named(fact)}: missing, true is {right[0]!r}"
        for fact, right in told.facts.items()
        if is_missing(fact, told, read) and fact[1][0] in codes
    ]


def is_missing(fact: Fact, told: Truth, read: Read) -> bool:
    """Whether a fact that has a value was not read."""
    if fact in told.optional or None in told.facts[fact]:
        return False
    return all(value is None for value, _ in read.get(fact, ()))


def made_up(told: Truth, read: Read) -> list[str]:
    """Values of facts that the files do not tell."""
    found = []
    for fact, seen in read.items():
        table, _, column = fact
        if fact in told.facts or column in schema().tables[table].key:
            continue
        for value, origin in seen:
            if value is not None and value != DEFAULTS.get((table, column)) and table != "county":
                found.append(f"{named(fact)}: {value!r} from {placed(origin)}, which nothing tells")
    return found + _rows_made_up(told, read)


def _rows_made_up(told: Truth, read: Read) -> list[str]:
    rows = {fact[:2] for fact in told.facts}
    seen = {fact[:2]: origin for fact, ((_, origin), *_) in read.items()}
    return [
        f"{table}{key}: a row from {placed(origin)} that nothing tells"
        for (table, key), origin in seen.items()
        if (table, key) not in rows and table != "county"
    ]


def unexplained(known: Known, batch: Batch, carried: Mapping[Fact, set[tuple[str, str]]], told: Truth) -> list[str]:
    """Facts that are missing although no problem names a sheet that carries them.

    ``carried`` gives the files and sheets that carry a fact, in the file as it was read.
    """
    read, said = values(batch), places_of_problems(batch)
    found = []
    for fact, right in told.facts.items():
        sheets = carried.get(fact)
        if sheets and is_missing(fact, told, read) and not any(named_by(said, *place) for place in sheets):
            found.append(f"{named(fact)}: missing without a problem of {sorted(sheets)}, true is {right[0]!r}")
    return found


def places_of_problems(batch: Batch) -> set[tuple[str, str]]:
    """Files and sheets that a problem, or a row that waits, names."""
    origins = [problem.origin for problem in problems_of(batch)]
    return {(origin.file, origin.sheet) for origin in [*origins, *(row.origin for row in batch.rejected)]}


def named_by(said: set[tuple[str, str]], file: str, sheet: str) -> bool:
    """Whether problems name this sheet, or the file as a whole."""
    return bool({(file, sheet), (file, "")} & said)


def problems_of(batch: Batch) -> list[Problem]:
    return [*batch.problems, *(problem for row in batch.rejected for problem in row.problems)]


def leaks(known: Known, batch: Batch) -> list[str]:
    """Personal things of the schools' forms that the batch keeps anywhere."""
    kept = repr(batch)
    for rows in batch.rows.values():
        kept += "".join(repr(dict(row.cells())) for row in rows)
    return [secret for school in known.schools for secret in school.personal if secret in kept]


def named(fact: Fact) -> str:
    table, key, column = fact
    return f"{table}{key}.{column}"


def placed(origin: Origin) -> str:
    return f"{origin.file} / {origin.sheet} / {origin.row}"
