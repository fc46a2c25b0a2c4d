"""What a measured task has to reach, and where that stands in an assessment.

A target outlives the finding that it came from: it is looked up again in each later assessment by its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, Protocol

import msgspec

from jiaoheng.county import County
from jiaoheng.findings import Assessment, Coefficient, Finding, SchoolVerdict, Value, words
from jiaoheng.language import Language, Text, bracketed
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Organisation, Snapshot, Task
from jiaoheng.standards import Standard, load

Status = Literal["meets", "on_track", "fails", "unknown", "gone"]
PROMISE = "promise"
"""The kind of the target of a plan's commitment, whose key is the ``check``."""


class Target(msgspec.Struct, frozen=True):
    """What is to be reached.

    ``kind``: ``coefficient`` (within its limit), ``figure`` of a section, school or the county (at its threshold),
    ``unknown`` (no longer missing), ``verdict`` (a section passes the rule for schools; ``check`` is empty),
    ``promise`` (a plan's commitment, which ``plan_ruler`` measures).
    """

    kind: str
    standard: str
    check: str
    stage: str
    school_id: str
    missing: str = ""

    @property
    def key(self) -> str:
        """The target in one string, by which tasks hold it."""
        return "|".join((self.kind, self.standard, self.check, self.stage, self.school_id, self.missing))

    @classmethod
    def of(cls, key: str) -> Target:
        """The target with this key; ``ValueError`` where it is none."""
        parts = key.split("|")
        if len(parts) != 6 or parts[0] not in ("coefficient", "figure", "unknown", "verdict", PROMISE):
            raise ValueError(key)
        return cls(*parts)

    @classmethod
    def from_finding(cls, finding: Finding, standard: str) -> Target:
        """The target that puts a finding right."""
        kind = finding.kind if finding.kind in ("coefficient", "unknown") else "figure"
        return cls(kind, standard, finding.check, finding.stage, finding.school_id, finding.missing or "")


class Standing(msgspec.Struct, frozen=True):
    """Where a target stands in one assessment; ``gone`` where the assessment no longer asks for it.

    ``on_track`` is only for what has until a later year, and is not reached yet.

    ``finding`` is what still stands in the way, as ``findings.words`` tells it.
    """

    status: Status
    value: float | None = None
    threshold: float | None = None
    sense: str = ""
    short: float | None = None
    basis: str = "computed"
    finding: Finding | None = None
    verdict: SchoolVerdict | None = None


class Ruler:
    """One assessment, ready to be asked where targets stand."""

    def __init__(self, assessment: Assessment, county: County) -> None:
        self.assessment, self.county = assessment, county
        self.standard: Standard = load(assessment.standard)

    @classmethod
    def of(cls, snapshot: Snapshot | None, standard: str = facts.NATIONAL) -> Ruler | None:
        """The assessment of a snapshot's latest year; None while there is none."""
        assessment = facts.assessment(snapshot, standard) if snapshot is not None else None
        return cls(assessment, facts.tables(snapshot)) if assessment is not None and snapshot is not None else None

    @cached_property
    def _values(self) -> Mapping[tuple[str, str, str], Value]:
        return {(value.check, value.stage, value.school_id): value for value in self.assessment.values}

    @cached_property
    def _settled(self) -> set[str]:
        """Items whose reported figure holds in place of one that cannot be computed."""
        items = self.assessment.items
        return {item.item for item in items if item.basis == "reported" and item.status == "meets"}

    def findings(self) -> Iterator[tuple[Target, Finding]]:
        """What falls short, with the target that puts it right: the assessment's findings, then schools' verdicts."""
        for finding in self.assessment.findings:
            yield Target.from_finding(finding, self.assessment.standard), finding
        for school in self.assessment.schools:
            if school.verdict == "fails":
                yield self._school_target(school), _school_finding(school)

    def find(self, check: str, stage: str, school_id: str, kind: str = "", missing: str = "") -> Target | None:
        """The target of a finding that is there, named by its parts; None where nothing (more) falls short."""
        for target, _ in self.findings():
            same = (target.check, target.stage, target.school_id) == (check, stage, school_id)
            if same and kind in ("", target.kind) and missing in ("", target.missing):
                return target
        return None

    def standing(self, target: Target) -> Standing:
        """Where a target stands."""
        if target.kind == "coefficient":
            return self._coefficient(target)
        if target.kind == "unknown":
            return self._unknown(target)
        if target.kind == "verdict":
            return self._verdict(target)
        value = self._values.get((target.check, target.stage, target.school_id))
        if value is None or value.threshold is None:
            return Standing("gone")
        return self._of_value(value)

    def line(self, standing: Standing, target: Target, language: Language) -> str:
        """Where a target stands, as a sentence without its full stop."""
        if standing.verdict is not None:
            return _say("verdict_line", language, **self._counted(standing.verdict), **self._named(target, language))
        if standing.finding is not None:
            return words.finding_line(standing.finding, self.standard, self.county, language)
        if standing.status in ("gone", "unknown"):
            return _say(standing.status, language, **self._named(target, language))
        if target.kind == "unknown" or standing.value is None:
            return _say("known", language, **self._named(target, language))
        decimals = 3 if target.kind == "coefficient" else 2
        value = words.fixed(standing.value, decimals) if decimals == 3 else words.number(standing.value)
        limit = words.fixed(standing.threshold, 2) if decimals == 3 else words.number(standing.threshold)
        key = "met_at_least" if standing.sense == "at_least" else "met_at_most"
        return _say(key, language, value=value, limit=limit, **self._named(target, language))

    def rule_line(self, language: Language) -> str:
        """What the standard asks of a school, for the verdict."""
        rule = self.standard.schools
        return _say("rule", language, at_least=rule.at_least, share=words.share(rule.floor)) if rule else ""

    def _named(self, target: Target, language: Language) -> dict[str, str]:
        name = self.county.school_names().get(target.school_id) or target.school_id
        return named(target, name, language)

    def _counted(self, school: SchoolVerdict) -> dict[str, int | str]:
        rule = self.standard.schools
        counts = {"meets": school.meets, "floor": school.floor, "fails": school.fails, "unknown": school.unknown}
        return {**counts, "share": words.share(rule.floor if rule else 1.0)}

    def _school_target(self, school: SchoolVerdict) -> Target:
        return Target("verdict", self.assessment.standard, "", school.stage, school.school_id)

    def _of_value(self, value: Value) -> Standing:
        if value.status == "unknown" and value.item in self._settled:
            return Standing("meets", threshold=value.threshold, sense=value.sense or "", basis="reported")
        status: Status = "unknown" if value.status == "unknown" else "meets" if value.status == "meets" else "fails"
        shown = value.value if value.value is not None else value.low if status == "fails" else None
        return Standing(
            status,
            value=shown,
            threshold=value.threshold,
            sense=value.sense or "",
            short=value.short,
            finding=None if status == "meets" else _value_finding(value, status, shown),
        )

    def _coefficient(self, target: Target) -> Standing:
        for even in self.assessment.balance:
            if (even.check, even.stage) == (target.check, target.stage) and even.at_most is not None:
                status: Status = even.status if even.status in ("meets", "fails") else "unknown"
                finding = None if status == "meets" else _coefficient_finding(even, self.assessment, status)
                return Standing(
                    status,
                    value=even.coefficient,
                    threshold=even.at_most,
                    sense="at_most",
                    short=None if even.coefficient is None else even.coefficient - even.at_most,
                    finding=finding,
                )
        return Standing("gone")

    def _unknown(self, target: Target) -> Standing:
        """Something that was missing: met once it no longer is, whatever the figure then says."""
        own = [
            value
            for value in self.assessment.values
            if (value.check, value.stage) == (target.check, target.stage) and target.school_id in ("", value.school_id)
        ]
        if not own:
            return Standing("gone")
        if own[0].item in self._settled:
            return Standing("meets", basis="reported")
        lacking = [value for value in own if value.status == "unknown" and (value.missing or "") == target.missing]
        if not lacking:
            only = own[0] if len(own) == 1 else None
            return Standing("meets", value=only.value if only else None, threshold=only.threshold if only else None)
        finding = _value_finding(lacking[0], "unknown", None)
        if len(lacking) > 1:
            finding = msgspec.structs.replace(finding, school_id="", schools=len(lacking))
        return Standing("unknown", finding=finding)

    def _verdict(self, target: Target) -> Standing:
        for school in self.assessment.schools:
            if (school.school_id, school.stage) == (target.school_id, target.stage):
                status: Status = school.verdict if school.verdict in ("meets", "fails") else "unknown"
                rule = self.standard.schools
                return Standing(
                    status,
                    value=float(school.meets),
                    threshold=float(rule.at_least) if rule else None,
                    sense="at_least",
                    verdict=school,
                )
        return Standing("gone")


def ruler(county: Organisation, standard: str = facts.NATIONAL) -> Ruler | None:
    """The county's last assessment that is done."""
    return Ruler.of(facts.assessed_snapshot(county, standard), standard)


def finding_line(target: Target, finding: Finding, by: Ruler, language: Language) -> str:
    """What falls short, as a sentence without its full stop."""
    if target.kind == "verdict":
        return by.line(by.standing(target), target, language)
    return words.finding_line(finding, by.standard, by.county, language)


def title(target: Target, threshold: float | None, school: str, language: Language) -> str:
    """What is to be reached, short enough for a list."""
    values = named(target, school, language)
    if target.kind in ("unknown", "verdict"):
        return _say(f"title_{target.kind}", language, **values)
    item = load(target.standard).item(target.check)
    if target.kind == "coefficient":
        return _say("title_coefficient", language, limit=words.fixed(threshold, 2), **values)
    check = next((check for check in item.checks if check.id == target.check), item.checks[0])
    sense = check.limits[0].sense if check.limits else "at_least"
    shown = words.number(threshold)
    unit = item.unit.after(shown, language) if item.unit else ""
    limit = f"{shown}{'' if unit.startswith(('%', '(', '（')) else ' '}{unit}".strip()
    return _say(f"title_{sense}", language, limit=limit, **values)


def task_title(task: Task, language: Language) -> str:
    """A task's title: as it was written, or of one that the program made in the reader's language."""
    if task.asked_year is not None and language == "en":
        return f"Statistics of {task.asked_year}–{task.asked_year + 1} still missing: {task.lead.name}"
    if not task.is_measured or language == "zh" or task.target.startswith(f"{PROMISE}|"):
        return task.title
    school = task.school.name if task.school is not None else ""
    return title(Target.of(task.target), (task.found or {}).get("threshold"), school, language)


def named(target: Target, school: str, language: Language) -> dict[str, str]:
    """The words in which a target's texts name it."""
    stage = words.stage_label(target.stage, language) if target.stage else ""
    if stage and school:
        stage = bracketed(stage.lower(), language)
    item = words.check_label(load(target.standard), target.check, language) if target.check else ""
    comma = ", " if language == "en" and (school or stage) else ""
    return {"school": school, "stage": stage, "item": item, "comma": comma}


class Measuring(Protocol):
    """An assessment that tells where targets stand."""

    assessment: Assessment

    def line(self, standing: Standing, target: Target, language: Language) -> str:
        """Where a target stands, as a sentence without its full stop."""
        ...


def recorded(standing: Standing, by: Measuring, target: Target) -> dict[str, Any]:
    """A standing as a task keeps it, with what it was read from."""
    return {
        "status": standing.status,
        "value": standing.value,
        "threshold": standing.threshold,
        "sense": standing.sense,
        "short": standing.short,
        "basis": standing.basis,
        "missing": target.missing,
        "snapshot": by.assessment.snapshot,
        "standard": by.assessment.standard,
        "year": by.assessment.year,
        "said": {language: by.line(standing, target, language) for language in ("zh", "en")},
    }


def _value_finding(value: Value, status: str, shown: float | None) -> Finding:
    return Finding(
        kind="unknown" if status == "unknown" else "school" if value.school_id else "county",
        blocking=True,
        item=value.item,
        check=value.check,
        school_id=value.school_id,
        stage=value.stage,
        pupils=value.pupils or 0.0,
        value=shown,
        threshold=value.threshold,
        short=value.short,
        missing=value.missing if status == "unknown" else None,
    )


def _coefficient_finding(even: Coefficient, assessment: Assessment, status: str) -> Finding | None:
    if status == "fails":
        return next(
            found
            for found in assessment.findings
            if (found.kind, found.check, found.stage) == ("coefficient", even.check, even.stage)
        )
    unknown = [
        found
        for found in assessment.findings
        if (found.kind, found.check, found.stage) == ("unknown", even.check, even.stage)
    ]
    return unknown[0] if unknown else None


def _school_finding(school: SchoolVerdict) -> Finding:
    return Finding(
        kind="school",
        blocking=True,
        item="",
        check="",
        school_id=school.school_id,
        stage=school.stage,
        pupils=school.pupils or 0.0,
        value=float(school.meets),
        threshold=None,
        short=None,
        missing=None,
    )


def _say(key: str, language: Language, **values: object) -> str:
    return _TEXTS[key].say(language, **values)


_TEXTS = {
    "title_at_least": Text(
        zh="{school}{stage}“{item}”达到 {limit}", en="{school}{stage}{comma}“{item}”: reach {limit}"
    ),
    "title_at_most": Text(
        zh="{school}{stage}“{item}”不超过 {limit}", en="{school}{stage}{comma}“{item}”: at most {limit}"
    ),
    "title_coefficient": Text(
        zh="{stage}“{item}”校际差异系数降到 {limit} 以内",
        en="{stage}{comma}“{item}”: bring the coefficient of variation down to {limit}",
    ),
    "title_unknown": Text(
        zh="{school}{stage}补齐“{item}”所缺数据", en="{school}{stage}{comma}“{item}”: supply the missing data"
    ),
    "title_verdict": Text(zh="{school}{stage}资源配置综合达标", en="{school}{stage}: pass as a school"),
    "verdict_line": Text(
        zh="{school}{stage}资源配置指标：达标 {meets} 项，{share}% 以上 {floor} 项，"
        "未达标 {fails} 项，缺数据 {unknown} 项",
        en="{school}{stage}, indicators: {meets} met, {floor} at {share} % or more, {fails} below, {unknown} unknown",
    ),
    "rule": Text(
        zh="须至少 {at_least} 项达标，其余不低于 {share}%",
        en="At least {at_least} must be met and the rest reach {share} %",
    ),
    "gone": Text(
        zh="最新测算中已没有{school}{stage}“{item}”这项指标（学校停办、撤并或标准有变）",
        en="the latest assessment no longer asks “{item}” of {school}{stage} (closed, merged, or a new standard)",
    ),
    "unknown": Text(
        zh="{school}{stage}“{item}”缺数据，还不能判定", en="{school}{stage}{comma}“{item}” cannot be judged yet"
    ),
    "known": Text(
        zh="{school}{stage}“{item}”的数据已经补齐", en="{school}{stage}{comma}“{item}”: nothing is missing now"
    ),
    "met_at_least": Text(
        zh="{school}{stage}“{item}”现为 {value}，标准 {limit}，已达标",
        en="{school}{stage}{comma}“{item}”: {value}; the standard is {limit}: met",
    ),
    "met_at_most": Text(
        zh="{school}{stage}“{item}”现为 {value}，不超过 {limit}，已达标",
        en="{school}{stage}{comma}“{item}”: {value}; at most {limit} allowed: met",
    ),
}
