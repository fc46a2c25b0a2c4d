"""What the pages of the overview rest on: one snapshot held against one standard in one school year."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec
from django.core.cache import cache
from django.http import Http404
from django.utils.safestring import SafeString, mark_safe

from jiaoheng import standards
from jiaoheng.county import County
from jiaoheng.findings import Assessment
from jiaoheng.language import Language
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Assessed, Organisation, Snapshot
from jiaoheng.standards import Standard
from jiaoheng.web.links import address
from jiaoheng.web.request import Request


class Basis(msgspec.Struct, frozen=True, eq=False):
    """A snapshot, the standard it is held against, and the assessment of one year.

    ``marks`` tell the assessments of each year apart from later ones; ``standards`` are those that the snapshot was
    held against. Two are equal where they are of the same assessment and language, for they never change.
    """

    snapshot: Snapshot
    county: County
    names: Mapping[str, str]
    standard: Standard
    standards: tuple[str, ...]
    assessment: Assessment
    year: int
    marks: Mapping[int, str]
    language: Language

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are assessed, the earliest first."""
        return tuple(self.marks)

    @property
    def query(self) -> dict[str, str | int]:
        """What an address has to say to come back to the same basis: nothing where it is the usual one."""
        said: dict[str, str | int] = {}
        if self.standard.id != facts.NATIONAL:
            said["standard"] = self.standard.id
        if self.year != self.years[-1]:
            said["year"] = self.year
        return said

    def link(self, page: str, /, *args: str | int, **more: str | int) -> str:
        """The address of a page on the same basis."""
        return address(page, *args, query=self.query | more)

    def school(self, code: str) -> str:
        """A school's name, or its code where it has none."""
        return self.names.get(code, code)

    @property
    def mark(self) -> str:
        """What tells this basis from every other."""
        return f"{self.marks[self.year]} {self.years} {self.standards} {self.language}"

    def __hash__(self) -> int:
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Basis) and self.mark == other.mark

    def kept(self, name: str, make: Callable[[], str], *, of_all_years: bool = False) -> SafeString:
        """HTML that was made once of this basis, for every later request."""
        said = f"{self.mark} {name}" + (f" {self.marks}" if of_all_years else "")
        # Names come from addresses, and a cache's keys may hold no spaces.
        key = "overview-" + hashlib.sha256(said.encode()).hexdigest()
        found: str | None = cache.get(key)
        if found is None:
            found = str(make())
            cache.set(key, found, None)
        return mark_safe(found)


def basis(request: Request) -> Basis | None:
    """The basis that the address asks for with ``standard`` and ``year``; None before anything is assessed.

    Raises ``Http404`` for a standard or year that is not assessed.
    """
    return of_county(request.county, request.language, request.GET.get("standard", ""), request.GET.get("year", ""))


def of_county(county: Organisation, language: Language, standard: str = "", year: str = "") -> Basis | None:
    """As ``basis``, without a request."""
    snapshot = facts.assessed_snapshot(county)
    if snapshot is None:
        return None
    done: dict[str, dict[int, str]] = {}
    for name, assessed_year, key, made in (
        Assessed.objects.filter(snapshot=snapshot)
        .order_by("standard", "year")
        .values_list("standard", "year", "pk", "made_at")
    ):
        done.setdefault(name, {})[assessed_year] = f"{key}@{made.timestamp()}"
    chosen = standard or facts.NATIONAL
    marks = done.get(chosen, {})
    of = next((each for each in marks if str(each) == year), None) if year else max(marks, default=None)
    if of is None:
        raise Http404
    assessed = facts.assessment(snapshot, chosen, of)
    if assessed is None:
        raise Http404
    tables = facts.tables(snapshot)
    return Basis(
        snapshot=snapshot,
        county=tables,
        names=tables.school_names(),
        standard=standards.load(chosen),
        standards=tuple(name for name in done if name in standards.names()),
        assessment=assessed,
        year=of,
        marks=marks,
        language=language,
    )
