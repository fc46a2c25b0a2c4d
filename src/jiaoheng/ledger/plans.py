"""A document's confirmed targets as a standard of their own, and how they stand in the county's facts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from jiaoheng import typed
from jiaoheng.documents.promises import Impossible, promise
from jiaoheng.documents.records import Record, Target
from jiaoheng.documents.standard import Confirmed, standard
from jiaoheng.findings import Assessment, plan_words
from jiaoheng.findings.assessment import Progress, State
from jiaoheng.language import Language, Text
from jiaoheng.ledger import facts
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, PlanStandard, Snapshot
from jiaoheng.standards import Item, Standard, parse
from jiaoheng.standards.indicators import catalogue


class Written(msgspec.Struct, frozen=True):
    """The standard's file, the number of each commitment's item, and why the others cannot be measured."""

    name: str
    text: str
    items: Mapping[str, str]
    left_out: Mapping[str, Text]


class Standing(msgspec.Struct, frozen=True):
    """How one commitment stands in the facts, in the words of a reader.

    ``value`` is the figure now and ``target`` what is promised, both with their units; ``pace`` says where it should
    stand by now. ``gap`` is what lacks of the way from nothing to the target, for sorting.
    """

    commitment: int
    state: State
    label: str
    value: str
    target: str
    pace: str
    line: str
    gap: float
    due: int | None


_OWN_LEVELS = (PlanDocument.Level.COUNTY, PlanDocument.Level.SCHOOL)
_COUNTED = ("schools", "groups", "classes", "persons", "places", "rooms")
"""Measures that add up over counties: those of a city's plan are not the county's to reach."""
_GONE = Text("指标目录里已没有这个指标", "the catalogue no longer has this figure")
_OF_OTHERS = Text("这是上级规划的总数，不是本县一家的", "it is the total of a higher plan, not the county’s alone")
STATUS: Mapping[State, str] = {"met": "meets", "on_track": "in_progress", "behind": "fails", "unknown": "unknown"}
"""The shape of each state."""


def written(document: PlanDocument) -> Written | None:
    """A document's standard as its commitments are now; None where none can be measured."""
    own = document.commitments.filter(kind=Commitment.Kind.TARGET, state__in=Commitment.HOLDS, counts_as=None)
    linked = [each for each in own.order_by("start", "pk") if each.indicator and each.value is not None]
    record = _record(document)
    items: dict[str, str] = {}
    left_out: dict[str, Text] = {}
    confirmed = []
    for each in linked:
        if (why := why_not_measured(each)) is not None:
            left_out[str(each.pk)] = why
        else:
            items[str(each.pk)] = str(len(items) + 1)
            confirmed.append(Confirmed(as_target(each), each.indicator))
    if not items:
        return None
    digest = hashlib.sha256(standard(record, confirmed, "plan").text.encode()).hexdigest()[:10]
    name = f"plan-{document.pk}-{digest}"
    return Written(name, standard(record, confirmed, name).text, items, left_out)


def as_target(commitment: Commitment) -> Target:
    """A commitment as the record of a target, with what holds now."""
    return typed.convert(
        {
            "quote": commitment.quote,
            "start": commitment.start,
            "end": commitment.end,
            "subject": commitment.subject,
            "comparator": commitment.comparator,
            "value": commitment.value,
            "unit": commitment.unit,
            "value_max": commitment.value_max,
            "due": commitment.due or None,
            "baseline": commitment.baseline,
            "baseline_year": commitment.baseline_year,
            "binding": commitment.binding or None,
            "path": tuple(commitment.path),
        },
        Target,
    )


def why_not_measured(commitment: Commitment) -> Text | None:
    """Why a target's figure cannot be measured although it has one; None where it can, or has none."""
    if not commitment.indicator or commitment.value is None:
        return None
    document = commitment.document
    try:
        indicator = catalogue().indicator(commitment.indicator)
        promise(as_target(commitment), indicator, _record(document))
    except Impossible as reason:
        return reason.why
    except KeyError:
        return _GONE
    return _OF_OTHERS if indicator.measure in _COUNTED and document.level not in _OWN_LEVELS else None


def current(document: PlanDocument) -> PlanStandard | None:
    """The standard that was written last of a document; None where nothing was to be measured."""
    return PlanStandard.objects.filter(name=document.standard).first() if document.standard else None


def standard_of(plan: PlanStandard) -> Standard:
    """The standard itself."""
    return _parsed(plan.name, plan.text)


def assessment(plan: PlanStandard, snapshot: Snapshot | None) -> Assessment | None:
    """A plan's assessment of a snapshot; None while there is none."""
    return facts.assessment(snapshot, plan.name) if snapshot is not None else None


def present(document: PlanDocument) -> tuple[PlanStandard, Assessment] | None:
    """A document's standard and its assessment of the county's present facts; None while there is none."""
    plan = current(document)
    found = assessment(plan, facts.assessed_snapshot(document.county)) if plan is not None else None
    return (plan, found) if plan is not None and found is not None else None


def standings(document: PlanDocument, language: Language) -> dict[int, Standing]:
    """How the measured commitments of a document stand in the county's present facts, by key."""
    found = present(document)
    if found is None:
        return {}
    plan, assessed = found
    by = standard_of(plan)
    told = {}
    for key, number in plan.items.items():
        item = by.item(number)
        told[int(key)] = standing(int(key), item, progress_of(assessed, by, item), by, language)
    return told


def county_standings(county: Organisation, language: Language) -> list[tuple[PlanDocument, list[Standing]]]:
    """The measured commitments of every document in use, each with how it stands."""
    documents = (
        PlanDocument.objects.filter(county=county, withdrawn=False).exclude(standard="").select_related("county")
    )
    found = [(document, list(standings(document, language).values())) for document in documents]
    return [(document, listed) for document, listed in found if listed]


def progress_of(assessed: Assessment, by: Standard, item: Item) -> Progress:
    """How an item stands; of a plan without any date, what the figure says of the limit that always holds."""
    told = next((each for each in assessed.progress if each.item == item.id), None)
    if told is not None:
        return told
    check = item.checks[0]
    value = next((each for each in assessed.values if each.check == check.id and each.value is not None), None)
    limit = check.limits[0] if check.limits else None
    state = plan_words.states(assessed).get(item.id, "unknown")
    return Progress(
        item=item.id, check=check.id, state=state, reason={"behind": "norm", "unknown": "no_value"}.get(state, ""),
        year=assessed.year, value=value.value if value else None, low=None, high=None, basis="", missing=None,
        baseline=None, baseline_year=None, baseline_basis="", required=None, target=limit.value if limit else None,
        sense=limit.sense if limit else "at_least", due=None,
    )  # fmt: skip


def standing(key: int, item: Item, found: Progress, by: Standard, language: Language) -> Standing:
    """How a commitment stands, told."""
    return Standing(
        commitment=key,
        state=found.state,
        label=plan_words.state_label(found, language),
        value=plan_words.value_label(found, item, language),
        target=plan_words.target_label(found, item, language),
        pace=plan_words.pace_label(found, item, language),
        line=plan_words.promise_line(found, by, language),
        gap=_gap(found),
        due=found.due,
    )


def worst_first(listed: list[Standing]) -> list[Standing]:
    """What is behind, the farthest first; then what cannot be told, is on its way, is met."""
    order = {"behind": 0, "unknown": 1, "on_track": 2, "met": 3}
    return sorted(listed, key=lambda each: (order[each.state], -each.gap, each.commitment))


def _gap(found: Progress) -> float:
    """How far a figure is from its target, as a part of the target."""
    if found.value is None or found.target is None:
        return 0.0
    return abs(found.target - found.value) / (abs(found.target) or 1.0)


def _record(document: PlanDocument) -> Record:
    first, last = document.first_year, document.last_year
    return Record(
        title=document.title,
        issuer=document.issuer or None,
        number=document.number or None,
        issued=document.issued.isoformat() if document.issued else None,
        period=(first, last) if first is not None and last is not None else None,
    )


@lru_cache(maxsize=64)
def _parsed(name: str, text: str) -> Standard:
    return parse(text, name)
