"""Rows of forms and exports that several files tell alike: one row of them, the county's own among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from jiaoheng.county.rows import Batch, Key, Row, is_whole, row_key
from jiaoheng.county.schema import schema

STATISTICS = ("form", "export")


def joined_rows(batch: Batch) -> Batch:
    """The batch with one row where several of the same source and key agree in all that more than one of them tells.

    A nine-year school stands in two files of an export, each with its facilities. Rows that contradict each other all
    stay, for the checks to find.
    """
    rows = {name: _joined(name, some) for name, some in batch.rows.items()}
    return msgspec.structs.replace(batch, rows={name: tuple(some) for name, some in rows.items()})


def county_of(batch: Batch) -> Batch:
    """The batch with the one county whose schools' forms it holds: the code that most of them give, and its name."""
    found = [row for row in batch.rows.get("county", ()) if row.origin.source in STATISTICS]
    if len(found) < 2:
        return batch
    codes = Counter(row.values["county_code"] for row in found)
    code = codes.most_common(1)[0][0]
    names = Counter(row.values.get("name") for row in found if row.values["county_code"] == code)
    best = max(names, key=lambda name: (name != code, names[name], str(name)))
    own = next(row for row in found if row.values["county_code"] == code and row.values.get("name") == best)
    others = tuple(row for row in batch.rows["county"] if row.origin.source not in STATISTICS)
    return msgspec.structs.replace(batch, rows={**batch.rows, "county": (*others, own)})


def _joined(name: str, rows: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    places: dict[tuple[str, Key], int] = {}
    for row in rows:
        key = row_key(schema().tables[name], row.values)
        place = (row.origin.source, key)
        if row.origin.source not in STATISTICS or not is_whole(key):
            kept.append(row)
        elif place in places and (one := _one(kept[places[place]], row)) is not None:
            kept[places[place]] = one
        else:
            places.setdefault(place, len(kept))
            kept.append(row)
    return kept


def _one(first: Row, second: Row) -> Row | None:
    """Both rows as one; None where they contradict each other."""
    values: Mapping[str, Any] = {**second.values, **first.values}
    if any(first.values[name] != value for name, value in second.values.items() if name in first.values):
        return None
    told = (first.told or frozenset()) | (second.told or frozenset())
    return msgspec.structs.replace(first, values=values, told=told)
