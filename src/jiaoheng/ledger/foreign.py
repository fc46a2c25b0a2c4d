"""Files of a submission that are other systems' tables: which mappings fit them, and reading them through one.

A mapping is named by where it comes from: ``shipped:student-register`` or, of those that a county keeps, ``own:12``.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from jiaoheng.county import Batch, County
from jiaoheng.county.rows import Row
from jiaoheng.language import Language
from jiaoheng.ledger.models import Mapped, Organisation, SourceFile, TableMapping
from jiaoheng.sources import SourceError
from jiaoheng.sources.mapping import names, suggest, title
from jiaoheng.sources.mapping.headings import words
from jiaoheng.sources.mapping.loader import loads
from jiaoheng.sources.mapping.making import views
from jiaoheng.sources.mapping.needs import Need, chain, of_source
from jiaoheng.sources.mapping.sheets import Folder, taken_by
from jiaoheng.sources.mapping.shipped import mapping_file
from jiaoheng.sources.mapping.spec import Spec
from jiaoheng.sources.together import read_with

SHIPPED, OWN = "shipped:", "own:"
LONGEST_TEXT = 200_000
UNKNOWN = frozenset({"sheet_mapping", "sheet_unknown", "sheet_likely"})
"""Problems that say of a sheet that it is none of our tables."""


class Choice(msgspec.Struct, frozen=True):
    """A mapping that can be chosen: how it is named, what it is called, its text."""

    key: str
    title: str
    text: str


class Foreign(msgspec.Struct, frozen=True):
    """A file that is none of our tables: the mappings that fit it, best first, and whether it names persons."""

    file: str
    fits: tuple[str, ...] = ()
    persons: bool = False


def choices(county: Organisation, language: Language) -> tuple[Choice, ...]:
    """All mappings that this county can choose from: its own, then those that come with the program."""
    own = TableMapping.objects.filter(county=county, withdrawn=False)
    return (
        *(Choice(f"{OWN}{each.pk}", each.title, each.text) for each in own),
        *(_shipped(name, language) for name in names()),
    )


def choice(county: Organisation, key: str, language: Language) -> Choice | None:
    """The mapping of this name; None where there is none."""
    return next((each for each in choices(county, language) if each.key == key), None)


def _shipped(name: str, language: Language) -> Choice:
    return Choice(f"{SHIPPED}{name}", title(name).say(language), mapping_file(name).read_text(encoding="utf-8"))


def names_persons(text: str) -> bool:
    """Whether a mapping reads lists with a row a person. Raises ``MappingError`` for one with a slip."""
    return any(source.persons for source in loads(text, "mapping").sources.values())


def asks_year(text: str) -> bool:
    """Whether a mapping may have to be told the school year."""
    spec = loads(text, "mapping")
    rules = (rule for feed in spec.feeds for column in feed.columns.values() for rule in chain(column))
    return any(rule.given == "year" for rule in rules)


def look(path: Path, name: str, batch: Batch | None, own: Sequence[Choice]) -> Foreign | None:
    """What can be done about a file of which nothing, or not every sheet, was read; None where it was read whole.

    ``batch`` is what was read of it, None where it could not be.
    """
    if batch is not None:
        unknown = any(problem.code in UNKNOWN for problem in batch.problems)
        if not unknown or path.suffix.lower() == ".geojson":
            return None
    try:
        seen = views(path)
    except SourceError:
        return None
    files = Folder(path)
    fits = [each.key for each in own if taken_by(files, loads(each.text, each.title))]
    fits += [f"{SHIPPED}{each}" for each in suggest(path)]
    empty = batch is None or not (batch.rows or batch.rejected)
    if not seen or not (fits or empty):
        return None
    return Foreign(name, tuple(fits), any(view.personal for view in seen))


def read(group: Sequence[tuple[Path, SourceFile, Mapped]], known: Mapping[str, Iterable[Mapping[str, Any]]]) -> Batch:
    """What a mapping reads of the files that are given to it, together: no person in them counts twice.

    Raises ``SourceError``. What other columns of the files say is not in the batch.
    """
    mapped = group[0][2]
    spec = loads(mapped.text, mapped.title)
    given = {"year": mapped.year} if mapped.year is not None else {}
    with tempfile.TemporaryDirectory(prefix="jiaoheng-") as folder:
        mapping = Path(folder) / "mapping.toml"
        mapping.write_text(mapped.text, encoding="utf-8")
        place = Path(folder) / "files"
        place.mkdir()
        for path, _source, _mapped in group:
            shutil.copyfile(path, place / path.name)
        batch = read_with(place, [mapping], given=given, known=known)
    return _named_only(batch, spec)


def groups(mapped: Iterable[tuple[Path, SourceFile, Mapped]]) -> list[list[tuple[Path, SourceFile, Mapped]]]:
    """The files that one mapping reads together: those with the same text and year; of one name, apart."""
    found: list[list[tuple[Path, SourceFile, Mapped]]] = []
    for each in mapped:
        for group in found:
            same = (group[0][2].text, group[0][2].year) == (each[2].text, each[2].year)
            if same and each[0].name not in {path.name for path, _source, _mapped in group}:
                group.append(each)
                break
        else:
            found.append([each])
    return found


def schools_known(present: County | None, batches: Iterable[Batch]) -> Mapping[str, list[Mapping[str, Any]]]:
    """The schools by which mappings find codes: the county's, and those in the submission's own tables."""
    found: dict[object, Mapping[str, Any]] = {}
    if present is not None:
        for row in present["schools"].to_pylist():
            found[row["school_id"]] = row
    for batch in batches:
        for made in batch.rows.get("schools", ()):
            found[made.values.get("school_id")] = made.values
    return {"schools": list(found.values())}


def _named_only(batch: Batch, spec: Spec) -> Batch:
    """The batch without the cells of columns that the mapping does not name: nobody asked for them."""
    needs = [
        Need((*need.names, *(each for name in need.names for each in source.spellings(name))), pattern=need.pattern)
        for name, source in spec.sources.items()
        for need in of_source(spec, name)
    ]

    def kept(cells: Mapping[str, str]) -> Mapping[str, str]:
        return {head: cell for head, cell in cells.items() if any(need.met(words([[head]])) for need in needs)}

    def lean(row: Row) -> Row:
        return msgspec.structs.replace(row, as_written=lambda: kept(row.cells())) if row.as_written else row

    rows = {table: tuple(map(lean, some)) for table, some in batch.rows.items()}
    rejected = tuple(msgspec.structs.replace(row, cells=kept(row.cells)) for row in batch.rejected)
    return msgspec.structs.replace(batch, rows=rows, rejected=rejected)


@contextmanager
def stored(path: Path, name: str) -> Iterator[Path]:
    """An uploaded file under its own name, as readers need it, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="jiaoheng-") as folder:
        copy = Path(folder) / Path(name).name
        shutil.copyfile(path, copy)
        yield copy
