"""What is known beside the files."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiaoheng.county.county import County
from jiaoheng.sources.text import tidy


class Known(msgspec.Struct, frozen=True):
    """Codes of schools by their names (as ``text.tidy`` writes them), and the year of files that say none."""

    schools: Mapping[str, str] = {}
    year: int | None = None


def known_from(county: County | None, year: int | None = None) -> Known:
    """What a county's facts tell of its schools; of two schools with one name neither is known by it."""
    schools: dict[str, str] = {}
    twice: set[str] = set()
    for code, name in county.school_names().items() if county is not None else ():
        if schools.setdefault(tidy(name), code) != code:
            twice.add(tidy(name))
    return Known({name: code for name, code in schools.items() if name not in twice}, year)
