"""An assessment in words: the same sentences on the command line, on pages and in reports."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Protocol

from jiaoheng.county import County, schema
from jiaoheng.findings.assessment import Assessment, Coefficient, Finding
from jiaoheng.findings.inputs import input_label
from jiaoheng.findings.plan_words import promise_line, promise_sentences
from jiaoheng.findings.saying import fixed as fixed
from jiaoheng.findings.saying import number as number
from jiaoheng.findings.saying import say as say
from jiaoheng.findings.saying import share as share
from jiaoheng.language import Language, bracketed
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import finance_items, signed
from jiaoheng.standards import Check, Item, Standard

_COMMA = {"zh": "、", "en": "; "}
_CLAUSE = {"zh": "，", "en": ", "}
_ITEMS = {"zh": "；", "en": "; "}
NAMED = 6
"""Up to this many schools or items are all named in a sentence."""


def status_label(status: str, floor: float | None, language: Language) -> str:
    """How a status is called; ``floor`` is the share of the threshold that the rule for schools still allows."""
    if status == "floor" and floor is not None:
        return say("status_floor_of", language, share=share(floor))
    return say(f"status_{status}", language)


def title(assessment: Assessment, standard: Standard, language: Language) -> str:
    """County, year and standard on one line."""
    return say(
        "title",
        language,
        county=assessment.county,
        year=assessment.year,
        next=assessment.year + 1,
        standard=standard.label.say(language),
    )


def sentences(assessment: Assessment, standard: Standard, county: County, language: Language) -> Iterator[str]:
    """The verdict and what it rests on, in sentences to be read aloud."""
    if assessment.progress:
        yield from promise_sentences(assessment, standard, language)
        yield from _reservations(assessment, county, language)
        return
    yield say(
        f"sentence_{assessment.verdict}",
        language,
        county=assessment.county,
        standard=standard.label.say(language),
    )
    for stage in dict.fromkeys(school.stage for school in assessment.schools):
        yield _schools(assessment, stage, language)
    yield from _balance(assessment, standard, county, language)
    for area in standard.areas:
        if not standard.schools or area.id != standard.schools.area:
            yield from _area(assessment, standard, area.id, language)
    yield from _reservations(assessment, county, language)
    for value in assessment.values:
        if value.by_rounding:
            school = _school(county, value.school_id)
            name = f"{school} {check_label(standard, value.check, language)}".strip()
            yield say("rounding", language, name=name)
    for even in assessment.balance:
        if even.by_rounding:
            yield say("rounding", language, name=coefficient_label(even, standard, language))


def _reservations(assessment: Assessment, county: County, language: Language) -> Iterator[str]:
    """What the assessment had to do without."""
    if assessment.waiting:
        yield say("waiting", language, count=sum(gap.rows for gap in assessment.waiting))
    if assessment.absent:
        yield _absent(assessment, county, language)


def _absent(assessment: Assessment, county: County, language: Language) -> str:
    names = listed([_school(county, school) for school in assessment.absent], language)
    return say("absent", language, count=len(assessment.absent), year=assessment.year, names=names)


def _schools(assessment: Assessment, stage: str, language: Language) -> str:
    """How many schools of a stage stand where; those that do not pass by name, the largest first."""
    own = [school for school in assessment.schools if school.stage == stage]
    own.sort(key=lambda school: (-(school.pupils or 0), school.school_id))
    parts = []
    for verdict in ("meets", "fails", "unknown"):
        named = [school.name for school in own if school.verdict == verdict]
        if named:
            parts.append(say(f"schools_{verdict}", language, count=len(named), names=listed(named, language)))
    return say(
        "schools_line",
        language,
        stage=stage_label(stage, language),
        total=len(own),
        parts=_CLAUSE[language].join(parts),
    )


def listed(names: list[str], language: Language, between: Mapping[str, str] = _COMMA) -> str:
    """Names for a sentence: all of a few, the first of many."""
    if len(names) <= NAMED:
        return between[language].join(names)
    return say("and_more", language, names=between[language].join(names[:3]))


def _balance(assessment: Assessment, standard: Standard, county: County, language: Language) -> Iterator[str]:
    judged = [even for even in assessment.balance if even.at_most is not None]
    over = [even for even in judged if even.status == "fails"]
    unknown = [even for even in judged if even.status == "unknown"]
    if over:
        names = _COMMA[language].join(coefficient_label(even, standard, language) for even in over)
        yield say("balance_fails", language, known=len(judged), fails=len(over), names=names)
    elif judged and not unknown:
        yield say("balance_meets", language, known=len(judged))
    if unknown:
        key = "balance_unknown" if len(unknown) < len(judged) else "balance_none"
        yield say(key, language, total=len(judged), unknown=len(unknown))
    for even in over:
        yield _widest(even, standard, county, language)


def _widest(even: Coefficient, standard: Standard, county: County, language: Language) -> str:
    """The three schools that add most to a coefficient over its limit, with their figures."""
    most = sorted(even.contributions, key=lambda own: (-own.part, own.school_id))[:3]
    names = _COMMA[language].join(f"{_school(county, own.school_id)} {number(own.value)}" for own in most)
    unit = standard.item(even.item).unit
    return (
        say(
            "balance_widest",
            language,
            stage=stage_label(even.stage, language),
            item=check_label(standard, even.check, language),
            names=names,
            mean=number(even.mean),
            unit=unit.after(number(even.mean), language) if unit else "",
        )
        .replace(" ）", "）")
        .replace(" )", ")")
    )


def _area(assessment: Assessment, standard: Standard, area: str, language: Language) -> Iterator[str]:
    own = [item for item in assessment.items if item.area == area and not item.advisory]
    if not own or all(item.status == "measured" for item in own):
        return
    fails = [item for item in own if item.status in ("fails", "floor")]
    unknown = [item for item in own if item.status == "unknown"]
    met = [item for item in own if item not in fails and item not in unknown]
    label = next(entry.label for entry in standard.areas if entry.id == area).say(language)
    parts = []
    for key, items in (("meets", met), ("fails", fails), ("unknown", unknown)):
        if items:
            names = [f"{item.item} {standard.item(item.item).name.say(language)}" for item in items]
            # Some names have a comma of their own, so that a semicolon must part them.
            told = _ITEMS[language].join(names) if key == "fails" else listed(names, language, _ITEMS)
            parts.append(say(f"area_{key}", language, count=len(items), names=told))
    yield say("area_line", language, area=label, total=len(own), parts=_CLAUSE[language].join(parts))


def finding_line(finding: Finding, standard: Standard, county: County, language: Language) -> str:
    """One finding as a sentence without its full stop."""
    if finding.progress:
        return promise_line(finding.progress, standard, language)
    item = standard.item(finding.item)
    words: dict[str, object] = {
        "school": _school(county, finding.school_id),
        "stage": _stage(finding, language),
        "item": check_label(standard, finding.check, language),
        "check": finding.check,
        "value": fixed(finding.value, 3) if finding.kind == "coefficient" else _measured(finding, item, language),
        "limit": fixed(finding.threshold, 2) if finding.kind == "coefficient" else number(finding.threshold),
        "short": shortfall(finding, item, language),
        "schools": finding.schools,
    }
    if finding.kind == "coefficient":
        return say("finding_coefficient", language, **words)
    if finding.kind == "unknown":
        return _unknown(finding, item, words, language)
    check = _check(item, finding.check)
    sense = check.limits[0].sense if check.limits else "at_least"
    if sense in ("at_least", "above"):
        return say("finding_at_least", language, **words)
    # Of a class known by its grade's total only a lower bound is known, and not how far it is over.
    return say("finding_at_most" if finding.short is not None else "finding_at_most_bound", language, **words)


def _unknown(finding: Finding, item: Item, words: dict[str, object], language: Language) -> str:
    if finding.missing == "reported":
        check = _check(item, finding.check)
        number_told = check.inputs[0] if check.formula == "reported" and check.inputs else finding.check
        return say("finding_unreported", language, **(words | {"check": number_told}))
    many = "" if finding.schools == 1 else "_many"
    if finding.missing is None:
        return say(f"finding_unknown_bounds{many}", language, **words)
    missing = input_label(finding.missing, language)
    return say(
        "finding_unknown_one" if finding.schools == 1 else "finding_unknown_many",
        language,
        missing=missing,
        **words,
    )


def _measured(finding: Finding, item: Item, language: Language) -> str:
    """The figure with its unit."""
    shown = number(finding.value)
    unit = item.unit.after(shown, language) if item.unit else ""
    space = "" if unit.startswith(("%", "(", "（")) else " "
    return f"{shown}{space}{unit}".strip()


class Lacking(Protocol):
    """Something that lacks ``short`` of the numerator of a check: a finding, a value, the reason of a move."""

    @property
    def check(self) -> str:
        """The check's name."""
        ...

    @property
    def short(self) -> float | None:
        """What the numerator lacks, in its own unit."""
        ...


def shortfall(lacking: Lacking, item: Item, language: Language) -> str:
    """What is lacking, in the resource's unit; of people and rooms a part is a whole one."""
    if lacking.short is None:
        return "—"
    check = _check(item, lacking.check)
    needed = FORMULAS[check.formula].needs
    name = signed(check.inputs[0])[0] if check.inputs else next(iter(needed), "")
    columns = [c for table in ("facilities", "staff") for c in schema().tables[table].columns if c.name == name]
    if not columns:
        unit = item.unit if check.formula in _IN_UNIT else None
        if name in finance_items() and check.formula not in _IN_UNIT:
            unit = schema().units[schema().tables["finance"].column("amount").unit].label
        shown = number(lacking.short)
        return f"{shown} {unit.after(shown, language)}" if unit else shown
    whole = columns[0].type == "integer"
    shown = number(math.ceil(lacking.short - 1e-9) if whole else lacking.short)
    return f"{shown} {schema().units[columns[0].unit].label.after(shown, language)}"


_IN_UNIT = ("largest_class", "school_size", "reported", "funded_pupils")
"""Formulas whose shortfall is in the unit of the item itself."""


def check_label(standard: Standard, check: str, language: Language) -> str:
    """An item's name, with that of its check where it has several."""
    item = standard.item(check.partition("/")[0])
    own = _check(item, check)
    name = item.name.say(language)
    if not own.label:
        return name
    label = own.label.say(language)
    # A label with brackets of its own is set off by a colon: brackets within brackets cannot be read aloud.
    if "(" in label or "（" in label:
        return f"{name}：{label}" if language == "zh" else f"{name}: {label}"
    return name + bracketed(label, language)


def coefficient_label(even: Coefficient, standard: Standard, language: Language) -> str:
    """A coefficient with its value and limit, short enough for a list."""
    return say(
        "balance_name",
        language,
        stage=stage_label(even.stage, language),
        item=check_label(standard, even.check, language),
        value=fixed(even.coefficient, 3),
        limit=fixed(even.at_most, 2),
    )


def stage_label(stage: str, language: Language) -> str:
    """A stage's name."""
    label = schema().label("stage", stage, language)
    return label if language == "zh" else label[:1].upper() + label[1:]


def _check(item: Item, check: str) -> Check:
    return next((own for own in item.checks if own.id == check), item.checks[0])


def _stage(finding: Finding, language: Language) -> str:
    if not finding.stage:
        return ""
    label = stage_label(finding.stage, language)
    if not finding.school_id:
        return label
    return bracketed(label.lower(), language)


def _school(county: County, school_id: str) -> str:
    return county.school_names().get(school_id, school_id)
