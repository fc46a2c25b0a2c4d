"""Pupils of a grade divided evenly among its classes, in the tables that tell of single classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jiaoheng.county.schema import schema

Row = dict[str, Any]


def even(listed: Sequence[Row], pupils: int, classes: int) -> list[Row]:
    """Rows of ``classes`` for a grade: so many classes, as even as can be, the larger first.

    The numbers of the classes that are there are kept; ``listed`` has at least one row to tell school, year and grade.
    """
    numbers = list(dict.fromkeys(row["class_no"] for row in listed if row["class_no"] is not None))
    new = (str(number) for number in range(1, len(numbers) + classes + 1) if str(number) not in numbers)
    numbers += [next(new) for _ in range(classes - len(numbers))]
    return [
        listed[0] | {"class_no": number, "pupils": pupils // classes + (place < pupils % classes)}
        for place, number in enumerate(numbers[:classes])
    ]


def blank(table: str, **values: Any) -> Row:
    """A row of a table with these values, its other columns unknown."""
    return {column.name: None for column in schema().tables[table].columns} | values


def loosened(bands: Iterable[Mapping[str, Any]], more: int) -> list[Row]:
    """Bands of class sizes after classes of unknown bands were split into ``more``: what is still sure.

    No class is larger than the largest was; how small they are is not known.
    """
    own = [dict(band) for band in bands]
    if not own:
        return []
    counts = [band["classes"] for band in own]
    filled = [band["largest"] for band in own if band["classes"] is None or band["classes"] > 0]
    largest = None if not filled or None in filled else max(filled)
    classes = None if None in counts else sum(counts) + more
    return [own[0] | {"smallest": 0, "largest": largest, "classes": classes}]
