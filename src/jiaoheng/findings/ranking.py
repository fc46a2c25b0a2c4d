"""Findings in the order of what stands between a county and passing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jiaoheng.findings.assessment import Coefficient, Finding, ItemResult, Progress, SchoolVerdict, Value
from jiaoheng.standards import Standard, fallback_id


def findings(
    standard: Standard,
    values: Sequence[Value],
    balance: Iterable[Coefficient],
    schools: Iterable[SchoolVerdict],
    items: Iterable[ItemResult],
    promised: Iterable[Progress] = (),
) -> tuple[Finding, ...]:
    """Every shortfall and every unknown of the items that decide; what blocks first, then by pupils concerned.

    A school that misses one indicator by less than the floor still passes: such a finding does not block.
    """
    promises = {found.item: found for found in promised}
    deciding = {item.item for item in items if not item.advisory}
    settled = {item.item for item in items if item.basis == "reported" and item.status == "meets"}
    verdicts = {(school.school_id, school.stage): school for school in schools}
    open_values = [
        value for value in values if value.item in deciding and value.item not in settled and value.item not in promises
    ]
    found = [
        *(_coefficient(even) for even in balance if even.status == "fails"),
        *_shortfalls(standard, open_values, verdicts),
        *_unknowns(standard, open_values, items),
        *(_promise(found) for found in promises.values() if found.item in deciding and found.state in _OPEN),
    ]
    return tuple(sorted(found, key=_rank))


def _coefficient(even: Coefficient) -> Finding:
    assert even.coefficient is not None
    assert even.at_most is not None
    return Finding(
        kind="coefficient",
        blocking=True,
        item=even.item,
        check=even.check,
        school_id="",
        stage=even.stage,
        pupils=0.0,
        value=even.coefficient,
        threshold=even.at_most,
        short=even.coefficient - even.at_most,
        missing=None,
        schools=even.schools,
    )


def _shortfalls(
    standard: Standard, values: Iterable[Value], verdicts: dict[tuple[str, str], SchoolVerdict]
) -> Iterator[Finding]:
    ruled = standard.schools.area if standard.schools else None
    for value in values:
        if value.status not in ("floor", "fails"):
            continue
        indicator = standard.item(value.item).area == ruled
        school = verdicts.get((value.school_id, value.stage))
        yield Finding(
            kind="indicator" if indicator else "school" if value.school_id else "county",
            blocking=not indicator or value.status == "fails" or (school is not None and school.verdict == "fails"),
            item=value.item,
            check=value.check,
            school_id=value.school_id,
            stage=value.stage,
            pupils=value.pupils or 0.0,
            value=value.value if value.value is not None else value.low,
            threshold=value.threshold,
            short=value.short,
            missing=None,
        )


def _unknowns(standard: Standard, values: Iterable[Value], items: Iterable[ItemResult]) -> Iterator[Finding]:
    """One finding for each thing that is missing for a check, however many schools lack it."""
    groups: dict[tuple[str, str, str], list[Value]] = {}
    for value in values:
        if value.status == "unknown" and value.check != fallback_id(standard.item(value.item)):
            groups.setdefault((value.check, value.stage, value.missing or ""), []).append(value)
    for (check, stage, missing), lacking in groups.items():
        yield Finding(
            kind="unknown",
            blocking=True,
            item=lacking[0].item,
            check=check,
            school_id=lacking[0].school_id if len(lacking) == 1 else "",
            stage=stage,
            pupils=sum(value.pupils or 0.0 for value in lacking),
            value=None,
            threshold=lacking[0].threshold,
            short=None,
            missing=missing or None,
            schools=len(lacking),
        )


_OPEN = ("behind", "unknown")


def _promise(found: Progress) -> Finding:
    """A promise that is behind its line, or of which it cannot be told whether it is."""
    unknown = found.state == "unknown"
    short = None if unknown or found.value is None or found.required is None else abs(found.required - found.value)
    return Finding(
        kind="unknown" if unknown else "county",
        blocking=True,
        item=found.item,
        check=found.check,
        school_id="",
        stage="",
        pupils=0.0,
        value=found.value,
        threshold=found.required,
        short=short,
        missing=(found.missing or found.reason) if unknown else None,
        progress=found,
    )


def _rank(finding: Finding) -> tuple[bool, int, float, str, str, str]:
    kinds = ("coefficient", "county", "indicator", "school", "unknown")
    return (
        not finding.blocking,
        kinds.index(finding.kind),
        -finding.pupils,
        finding.check,
        finding.stage,
        finding.school_id,
    )
