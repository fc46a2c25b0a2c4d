"""Two assessments of a county compared: what it passes now and did not then, what is solved, what is new."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from jiaoheng.findings.assessment import Assessment, Coefficient, Finding, Status, Value, Verdict

Identity = tuple[str, ...]
_Told = tuple[float | None, float | None, float | None, Status]
End = Literal["solved", "lapsed"]


class SchoolChange(msgspec.Struct, frozen=True):
    """A section whose verdict differs; None where it was not judged, or is not any more."""

    school_id: str
    name: str
    stage: str
    then: Verdict | None
    now: Verdict | None


class CoefficientChange(msgspec.Struct, frozen=True):
    """A coefficient that moved; each is None where it was not reckoned at all, and has no value where unknown."""

    check: str
    stage: str
    then: Coefficient | None
    now: Coefficient | None

    @property
    def crossed(self) -> bool:
        """Whether its standing to the limit is another."""
        return _status(self.then) != _status(self.now)


class ItemChange(msgspec.Struct, frozen=True):
    """An item whose status differs."""

    item: str
    then: Status
    now: Status


class Moved(msgspec.Struct, frozen=True):
    """A finding that stands as before, with other figures."""

    then: Finding
    now: Finding


class Changes(msgspec.Struct, frozen=True):
    """What differs between two assessments by one standard.

    A finding of then is ``solved`` where the standard is met now, or what was unknown is known; it has ``lapsed``
    where that cannot be said: the figure is unknown now, or the school is not there. ``new`` ones did not stand
    then, be it only because nothing was known. ``figures`` is how many figures of schools and county differ.
    """

    years: tuple[int, int]
    verdict: tuple[Verdict, Verdict]
    schools: tuple[SchoolChange, ...]
    coefficients: tuple[CoefficientChange, ...]
    items: tuple[ItemChange, ...]
    solved: tuple[Finding, ...]
    lapsed: tuple[Finding, ...]
    new: tuple[Finding, ...]
    moved: tuple[Moved, ...]
    figures: int

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        several = (self.schools, self.coefficients, self.items, self.solved, self.lapsed, self.new, self.moved)
        return self.verdict[0] == self.verdict[1] and not any(several) and not self.figures


def changes(before: Assessment, after: Assessment) -> Changes:
    """What changed from one assessment to another, of the same or of different years.

    Raises ``ValueError`` where they are held against different standards or with different options: what changed
    then is not the county.
    """
    if (before.standard, before.options) != (after.standard, after.options):
        raise ValueError(f"{before.standard} and {after.standard}: only assessments by one standard can be compared")
    then = {_identity(finding): finding for finding in before.findings}
    now = {_identity(finding): finding for finding in after.findings}
    ended: dict[End, list[Finding]] = {"solved": [], "lapsed": []}
    for identity, finding in then.items():
        if identity not in now:
            ended[_end(finding, after)].append(finding)
    return Changes(
        years=(before.year, after.year),
        verdict=(before.verdict, after.verdict),
        schools=_schools(before, after),
        coefficients=_coefficients(before.balance, after.balance),
        items=_items(before, after),
        solved=tuple(ended["solved"]),
        lapsed=tuple(ended["lapsed"]),
        new=tuple(finding for identity, finding in now.items() if identity not in then),
        moved=tuple(
            Moved(then[identity], finding)
            for identity, finding in now.items()
            if identity in then and _figures(then[identity]) != _figures(finding)
        ),
        figures=_differing(before.values, after.values),
    )


def _identity(finding: Finding) -> Identity:
    """What makes two findings the same one; something missing is the same for however many schools it is missing."""
    if finding.kind == "unknown":
        return ("unknown", finding.check, finding.stage, finding.missing or "")
    return ("short", finding.check, finding.stage, finding.school_id)


def _figures(finding: Finding) -> tuple[object, ...]:
    return finding.value, finding.threshold, finding.short, finding.schools, finding.blocking


def _end(finding: Finding, after: Assessment) -> End:
    """How a finding that stands no longer has ended."""
    if any(item.item == finding.item and item.status == "meets" for item in after.items):
        return "solved"
    if finding.kind == "coefficient":
        evens = {even.status for even in after.balance if (even.check, even.stage) == (finding.check, finding.stage)}
        return "solved" if evens == {"meets"} else "lapsed"
    values = [value for value in after.values if (value.check, value.stage) == (finding.check, finding.stage)]
    if finding.kind == "unknown":
        return "solved" if any(value.status != "unknown" for value in values) else "lapsed"
    own = {value.status for value in values if value.school_id == finding.school_id}
    return "solved" if own and own <= {"meets", "measured"} else "lapsed"


def _schools(before: Assessment, after: Assessment) -> tuple[SchoolChange, ...]:
    """Sections whose verdict differs, in the order of the later assessment, then those that are judged no more."""
    then = {(school.school_id, school.stage): school for school in before.schools}
    now = {(school.school_id, school.stage): school for school in after.schools}
    found = []
    for place, school in {**now, **{place: school for place, school in then.items() if place not in now}}.items():
        was = then[place].verdict if place in then else None
        is_now = now[place].verdict if place in now else None
        if was != is_now:
            found.append(SchoolChange(school.school_id, school.name, school.stage, was, is_now))
    return tuple(found)


def _coefficients(before: Iterable[Coefficient], after: Iterable[Coefficient]) -> tuple[CoefficientChange, ...]:
    """Coefficients of another value or status; those that crossed their limit first."""
    then: Mapping[tuple[str, str], Coefficient] = {(even.check, even.stage): even for even in before}
    now: Mapping[tuple[str, str], Coefficient] = {(even.check, even.stage): even for even in after}
    found = [
        CoefficientChange(check, stage, then.get((check, stage)), now.get((check, stage)))
        for check, stage in dict.fromkeys((*now, *then))
    ]
    moved = (change for change in found if change.crossed or _apart(_value(change.then), _value(change.now)))
    return tuple(sorted(moved, key=lambda change: not change.crossed))


def _items(before: Assessment, after: Assessment) -> tuple[ItemChange, ...]:
    then = {item.item: item.status for item in before.items}
    return tuple(
        ItemChange(item.item, then[item.item], item.status)
        for item in after.items
        if item.item in then and then[item.item] != item.status
    )


def _differing(before: Iterable[Value], after: Iterable[Value]) -> int:
    then, now = (
        {(each.check, each.school_id, each.stage): (each.value, each.low, each.high, each.status) for each in values}
        for values in (before, after)
    )
    return sum(_differ(then.get(place), now.get(place)) for place in then.keys() | now.keys())


def _differ(one: _Told | None, other: _Told | None) -> bool:
    if one is None or other is None or one[3] != other[3]:
        return one is not other
    return any(_apart(a, b) for a, b in zip(one[:3], other[:3], strict=True))


def _apart(one: float | None, other: float | None) -> bool:
    """Whether two figures differ by more than the order in which their parts were added up."""
    if one is None or other is None:
        return one is not other
    return not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _value(even: Coefficient | None) -> float | None:
    return None if even is None else even.coefficient


def _status(even: Coefficient | None) -> Verdict:
    return "unknown" if even is None else even.status
