"""Groups of schools that documents list, matched to the county's schools and written as rows of its facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from jiaoheng.county import County
from jiaoheng.documents import matching
from jiaoheng.documents.matching import Candidate, Known
from jiaoheng.ledger import clock
from jiaoheng.ledger.models import Organisation, PlanDocument, PlannedGroup
from jiaoheng.ledger.promises import county_name

STAGES = (
    ("kindergarten", ("学前", "幼儿")),
    ("senior", ("高中",)),
    ("vocational", ("中职", "职业")),
    ("junior", ("初中",)),
    ("primary", ("小学",)),
)
"""Stages of the facts, by words in a document's; a group of several stages has none."""
_COLUMNS = ("group_id", "school_id", "name", "stage", "role", "since")


class Entry(msgspec.Struct, frozen=True):
    """A school of a group as the document names it: ``role`` is core, member or affiliated (a teaching point)."""

    name: str
    role: str
    code: str


class Schools:
    """A county's schools, ready to be found by the names that documents give them."""

    def __init__(self, county: Organisation) -> None:
        kind = Organisation.Kind.SCHOOL
        self.units = {
            unit.pk: unit for unit in Organisation.objects.filter(kind=kind, path__startswith=county.path, active=True)
        }
        self.by_name = {unit.name: unit for unit in self.units.values()}
        self.by_code = {unit.code: unit for unit in self.units.values()}
        self._known = [Known(unit.pk, unit.name, "school") for unit in self.units.values()]
        self._county = county_name(county)

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """The schools that a name may mean, the surest first."""
        return matching.schools(name, self._known, self._county)

    def code(self, name: str) -> str:
        """The code of the school that a name means; empty where that is not certain."""
        key = matching.certain(self.candidates(name))
        return self.units[key].code if key is not None else ""


def matched(group: PlannedGroup, schools: Schools) -> dict[str, str]:
    """The code of each school that a group names, where it is certain, by the name."""
    found = {entry.name: schools.code(entry.name) for entry in entries(group)}
    return {name: code for name, code in found.items() if code}


def entries(group: PlannedGroup) -> list[Entry]:
    """The schools of a group, core schools first, each with its teaching points behind it."""
    listed = []
    for role, members in (("core", group.core), ("member", group.members)):
        for member in members:
            listed.append(Entry(member["name"], role, group.schools.get(member["name"], "")))
            listed += [Entry(point, "affiliated", group.schools.get(point, "")) for point in member.get("points", ())]
    return listed


def stage(words: str) -> str:
    """The stage of the facts that a document's words mean; empty for several, or none."""
    return next((code for code, signs in STAGES if any(sign in words for sign in signs)), "")


def since(document: PlanDocument) -> int:
    """The school year from which a document's groups are."""
    year = document.issued.year if document.issued is not None else document.first_year
    return year or clock.today().year


def table(groups: Sequence[PlannedGroup], county: County | None) -> bytes:
    """The groups as a table of the facts. One that the facts have by its name keeps its number there."""
    known = _numbers(county)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for group in groups:
        number = known.get(group.name) or _unused(group, set(known.values()))
        known[group.name] = number
        rows.writerows(_rows(group, number))
    return text.getvalue().encode("utf-8-sig")


def _rows(group: PlannedGroup, number: str) -> Iterator[tuple[str, str, str, str, str, str]]:
    seen: set[str] = set()
    for entry in entries(group):
        if entry.code and entry.code not in seen:
            seen.add(entry.code)
            year = str(since(group.document))
            yield number, entry.code, group.name, stage(group.stage), entry.role, year


def _numbers(county: County | None) -> dict[str, str]:
    if county is None:
        return {}
    names: Mapping[str, list[str]] = county["groups"].select(["name", "group_id"]).to_pydict()
    return {name: number for name, number in zip(names["name"], names["group_id"], strict=True) if name}


def _unused(group: PlannedGroup, taken: set[str]) -> str:
    number = f"D{group.document_id}-{group.pk}"
    while number in taken:
        number += "a"
    return number
