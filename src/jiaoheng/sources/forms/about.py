"""What forms say of a school itself, as values of the table of schools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from jiaoheng.county import words
from jiaoheng.county.personal import mask
from jiaoheng.county.problems import Problem
from jiaoheng.county.schema import schema
from jiaoheng.sources.cells import parse
from jiaoheng.sources.forms.cells import Reading, origin
from jiaoheng.sources.forms.sheet import NOTHING
from jiaoheng.sources.text import shown, tidy


def about(name: str, reading: Reading, source: str) -> tuple[object, Problem | None]:
    """What a form says of the school itself, as a value of the column in ``schools``."""
    raw = reading.sheet.cell(*reading.place)
    if isinstance(raw, str) and tidy(raw) in NOTHING:
        return None, None
    if name == "built_year":
        year = year_built(raw)
        return year, None if year or not shown(raw) else _unread(name, reading, source)
    if reading.problem:
        return None, reading.problem
    if name == "kind" and (found := kinds().get(shown(raw))):
        return found, None
    if name == "ownership" and (runs := _runs(shown(raw))):
        return runs, None
    parsed = parse(schema().tables["schools"].column(name), raw)
    if not parsed.problem:
        return parsed.value, None
    if name in ("setting", "ownership"):
        return None, _unread(name, reading, source)
    place = origin(reading.sheet, reading.place[0], source)
    heading = reading.sheet.heading(reading.place[1])
    return None, Problem(
        code=parsed.problem, table="schools", column=heading, value=shown(raw), origin=place, details=parsed.details
    )


def _unread(name: str, reading: Reading, source: str) -> Problem:
    """The warning of a text about the school that is no code and no name of one."""
    text = shown(reading.sheet.cell(*reading.place))
    return Problem(
        code="form_about_unread",
        table="schools",
        column=reading.sheet.heading(reading.place[1]),
        # A private school may be run by a person, who is named here.
        value=mask(text) if name == "ownership" else text,
        origin=origin(reading.sheet, reading.place[0], source),
        details=words.both(figure=schema().tables["schools"].column(name).label),
    )


def _runs(text: str) -> str:
    """Public or private by who runs a school: 999 is 民办, 8xx a department or enterprise of the state."""
    if re.match(r"999(?!\d)", text) or re.search(r"民办|私立|社会力量|公民个人", text):
        return "private"
    return (
        "public" if re.match(r"8\d\d(?!\d)", text) or re.search(r"教育部门|其他部门|政府|公办|公立|部队", text) else ""
    )


def year_built(raw: object) -> int | None:
    """The year of a date as forms write it: 2003年9月, 200309, 2003-09-01."""
    if isinstance(raw, date):
        return raw.year
    found = re.match(r"\s*(1[89]\d\d|20\d\d)", str(raw))
    return int(found.group(1)) if found else None


def kinds() -> Mapping[str, str]:
    """Kinds of school by the words that forms name them with."""
    found = {}
    for code in schema().codes["kind"]:
        for name in (str(code.value), code.label.zh, *code.aliases):
            found[name] = str(code.value)
    return found
