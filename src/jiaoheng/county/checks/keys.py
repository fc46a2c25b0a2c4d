"""Keys and references: each row once, each reference to something that is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from jiaoheng.county import words
from jiaoheng.county.checks.facts import rows
from jiaoheng.county.checks.registry import rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import Table, schema


@rule
def required_tables(county: County) -> Iterator[Problem]:
    """Tables without which nothing can be said."""
    for table in schema().tables.values():
        if table.required and county[table.name].num_rows == 0:
            yield Problem(code="table_empty", table=table.name, details=words.both(table=table.label))


@rule
def one_county(county: County) -> Iterator[Problem]:
    """A county's facts are of one county."""
    for index in range(1, county["county"].num_rows):
        yield Problem(code="several_counties", table="county", column="county_code", index=index)


@rule
def required_cells(county: County) -> Iterator[Problem]:
    """Cells that a row cannot be used without."""
    for table in schema().tables.values():
        for column in table.columns:
            values = county[table.name][column.name]
            if column.required and values.null_count:
                for index, value in enumerate(values.to_pylist()):
                    if value is None:
                        yield Problem(code="required_cell", table=table.name, column=column.name, index=index)


@rule
def unique_keys(county: County) -> Iterator[Problem]:
    """No two rows with the same key; which one is right cannot be known, so all of them wait."""
    for table in schema().tables.values():
        found: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for index, *key in rows(county, table.name, *table.key):
            found[tuple(key)].append(index)
        for twice, indices in found.items():
            if len(indices) > 1:
                for index in indices:
                    yield Problem(
                        code="duplicate_key",
                        table=table.name,
                        column=table.key[0],
                        value=" / ".join(str(part) for part in twice if part is not None),
                        index=index,
                        details={"count": str(len(indices)), **_key(table, twice)},
                    )


def _key(table: Table, parts: tuple[object, ...]) -> dict[str, str]:
    """A key as one reads it: 2141000103 · 2025 · 一年级."""
    told: dict[str, list[str]] = {"key_zh": [], "key_en": []}
    for name, part in zip(table.key, parts, strict=True):
        if part is not None:
            codes = table.column(name).codes
            told["key_zh"].append(schema().label(codes, part, "zh") if codes else str(part))
            told["key_en"].append(schema().label(codes, part, "en") if codes else str(part))
    return {name: " · ".join(words) for name, words in told.items()}


@rule
def references(county: County) -> Iterator[Problem]:
    """Every reference names a row that is there."""
    for table in schema().tables.values():
        for column in table.columns:
            if not column.refers:
                continue
            other, _, name = column.refers.partition(".")
            known = set(county[other][name].to_pylist())
            for index, value in rows(county, table.name, column.name):
                if value is not None and value not in known:
                    yield Problem(
                        code="unknown_reference",
                        table=table.name,
                        column=column.name,
                        value=value,
                        index=index,
                        details=words.both(table=schema().tables[other].label),
                    )


@rule
def subjects(county: County) -> Iterator[Problem]:
    """Money and reported figures are of this county or one of its schools."""
    known = {*county["schools"]["school_id"].to_pylist(), *county["county"]["county_code"].to_pylist()}
    for table in ("finance", "reported"):
        for index, value in rows(county, table, "subject_id"):
            if value is not None and value not in known:
                yield Problem(code="unknown_subject", table=table, column="subject_id", value=value, index=index)
