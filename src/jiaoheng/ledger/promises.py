"""A county's commitments as a whole: which count, which promise the same, and which units they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db.models import QuerySet

from jiaoheng.documents import comparing, matching
from jiaoheng.documents.comparing import Promised
from jiaoheng.documents.matching import Candidate, Known
from jiaoheng.ledger.actions.tasks import LEADERS
from jiaoheng.ledger.models import Commitment, Organisation, Task

Kind = Organisation.Kind
_KINDS: Mapping[str, matching.Kind] = {
    Kind.COUNTY: "bureau",
    Kind.SECTION: "section",
    Kind.GROUP: "group",
    Kind.AREA: "area",
    Kind.SCHOOL: "school",
}


class Alike(msgspec.Struct, frozen=True):
    """Commitments about the same thing; ``conflict`` where they promise two figures that both count."""

    commitments: tuple[Commitment, ...]
    conflict: bool
    settled: bool

    @property
    def counting(self) -> list[Commitment]:
        """Those that count."""
        return [each for each in self.commitments if each.counts_as_id is None]


def holding(county: Organisation) -> QuerySet[Commitment]:
    """What people have said counts, of the county's documents in use, those too that another stands for."""
    return Commitment.objects.filter(
        document__county=county, document__withdrawn=False, state__in=Commitment.HOLDS
    ).select_related("document", "task", "counts_as")


def alike(county: Organisation) -> list[Alike]:
    """The targets that promise the same or contradict each other, conflicts that are not settled first."""
    listed = [each for each in holding(county).order_by("document", "start", "pk") if each.value is not None]
    by_key = {each.pk: each for each in listed}
    found = []
    for cluster in comparing.clusters([promised(each) for each in listed]):
        members = tuple(by_key[key] for key in cluster.keys)
        counting = [each for each in members if each.counts_as_id is None]
        found.append(Alike(members, cluster.conflict, settled=len(counting) <= 1))
    return sorted(found, key=lambda each: (each.settled, not each.conflict))


def promised(commitment: Commitment) -> Promised:
    """A target as it is compared."""
    return Promised(
        key=commitment.pk,
        document=commitment.document_id,
        subject=commitment.subject,
        comparator=commitment.comparator,
        value=commitment.value if commitment.value is not None else 0.0,
        unit=commitment.unit,
        value_max=commitment.value_max,
        due=commitment.due,
        indicator=commitment.indicator,
        scope=commitment.document.level,
    )


def tasks_of_the_same(commitments: Sequence[Commitment], county: Organisation) -> dict[int, Task]:
    """For each target, the task in use that another target which promises the same has already."""
    others = [
        each
        for each in holding(county).filter(task__isnull=False).exclude(task__state=Task.State.WITHDRAWN)
        if each.value is not None
    ]
    found: dict[int, Task] = {}
    for commitment in commitments:
        if commitment.value is None:
            continue
        own = promised(commitment)
        same = next(
            (one for one in others if one.pk != commitment.pk and comparing.verdict(own, promised(one)) == "same"), None
        )
        if same is not None and same.task is not None:
            found[commitment.pk] = same.task
    return found


class Units:
    """The units of a county, ready to be found by the names that documents give them."""

    def __init__(self, county: Organisation) -> None:
        units = Organisation.objects.filter(path__startswith=county.path, active=True, kind__in=LEADERS)
        self.by_key = {unit.pk: unit for unit in units}
        self.county = county
        self.name = county_name(county)
        self.known = [Known(unit.pk, unit.name, _KINDS[unit.kind]) for unit in units]
        self._found: dict[str, tuple[Candidate, ...]] = {}

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """The units that a name may mean, the surest first."""
        if name not in self._found:
            self._found[name] = matching.units(name, self.known, self.name)
        return self._found[name]

    def certain(self, name: str) -> Organisation | None:
        """The unit that a name means; None where that is not certain."""
        key = matching.certain(self.candidates(name))
        return self.by_key[key] if key is not None else None

    def lead(self, names: Iterable[str]) -> Organisation | None:
        """The first unit of ours among those that lead; for all schools the bureau."""
        for name in names:
            if (unit := self.certain(name)) is not None:
                return unit
            if matching.is_every_school(name):
                return self.county
        return None

    def likely(self, names: Iterable[str]) -> list[Organisation]:
        """The units that names may mean, each once, the surest first."""
        found = sorted((each for name in names for each in self.candidates(name)), key=lambda each: -each.score)
        return list(dict.fromkeys(self.by_key[each.key] for each in found))

    def supports(self, names: Iterable[str]) -> list[Organisation]:
        """The units of ours that names certainly mean, each once."""
        found = (self.certain(name) for name in names)
        return list(dict.fromkeys(unit for unit in found if unit is not None))

    def others(self, names: Iterable[str]) -> list[str]:
        """The names that are no unit of ours: other authorities, or all schools at once."""
        return [name for name in names if self.certain(name) is None]


def county_name(county: Organisation) -> str:
    """The county's name without that of its bureau: 望岚县 of 望岚县教育局."""
    for end in ("教育和体育局", "教育体育局", "教育科技局", "教体局", "教育局"):
        if county.name.endswith(end) and len(county.name) > len(end) + 1:
            return county.name.removesuffix(end)
    return county.name
