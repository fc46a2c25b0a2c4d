"""A county of statistical forms as a workspace of its own: last year's are its facts, this year's come in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from forms.known import Known, School, known_county
from forms.layouts import Layout
from forms.school_workbook import workbook
from forms.sheets import Book, write

from jiaoheng.county import County, admit, snapshots
from jiaoheng.ledger import store
from jiaoheng.ledger.actions import SYSTEM, found
from jiaoheng.ledger.actions.facts import take_in
from jiaoheng.ledger.actions.organisations import follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.models import Membership, Organisation
from jiaoheng.sources import read

YEAR = 2025
KNOWN = known_county(7, schools=13, year=YEAR)
BEFORE = replace(KNOWN, year=YEAR - 1)
CONDITIONS = "教基5176"
Role = Membership.Role


def book(school: School, of: Known = KNOWN, spoil: Callable[[Book], None] | None = None) -> Book:
    """A school's workbook of a year, spoilt where that is asked."""
    made = workbook(of, school, Layout())
    if spoil:
        spoil(made)
    return made


def wrong_unit(made: Book) -> None:
    """A unit that nobody knows, in the form of grounds and equipment."""
    sheet = made.sheet(CONDITIONS)
    place = next(place for place in sheet.places("unit") if sheet.value(*place) in ("万元", "元"))
    row = max(row for row, column in sheet.places("unit") if sheet.value(row, column) in ("万元", "元"))
    sheet.cells[row, place[1]].value = "万圆"


def files(schools: Iterable[School], of: Known = KNOWN, **spoilt: Callable[[Book], None]) -> dict[str, bytes]:
    """Workbooks by name, those of the schools of these codes spoilt (with an ``s`` before the code)."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(Path(folder), book(each, of, spoilt.get(f"s{each.school_id}"))) for each in schools]
        return {path.name: path.read_bytes() for path in paths}


def facts_before() -> County:
    """What the county had a year ago."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files(BEFORE.schools, BEFORE).items():
            (Path(folder) / name).write_bytes(data)
        return admit(read(Path(folder))).county


def found_forms_county(password: str | None = None) -> Organisation:
    """The bureau with last year's facts, ``forms_officer``, and ``forms_clerk`` of the last school."""
    bureau = found(Organisation(kind=Organisation.Kind.COUNTY, code=KNOWN.county_code, name=f"{KNOWN.county}教育局"))
    county = facts_before()
    take_in(SYSTEM, bureau, snapshots.write(county, store.snapshots(KNOWN.county_code), source="上一年"))
    follow_facts(SYSTEM, bureau, county)
    school = Organisation.objects.get(code=KNOWN.schools[-1].school_id)
    for username, role, unit in (("forms_officer", Role.OFFICER, bureau), ("forms_clerk", Role.CLERK, school)):
        add_person(
            SYSTEM, unit, username=username, name=username, role=role, password=password, must_change_password=False
        )
    return bureau
