"""A plan document is read: its text, what it promises, the groups of schools that it lists."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng.documents import reading
from jiaoheng.documents.files import DocumentError, plain
from jiaoheng.documents.naming import mentioned
from jiaoheng.documents.outline import outline
from jiaoheng.documents.records import Group
from jiaoheng.documents.repairing import repaired
from jiaoheng.ledger import commitments, groupings, originals
from jiaoheng.ledger.actions.documents import KIND, record_reading, record_refusal
from jiaoheng.ledger.actions.registry import SYSTEM
from jiaoheng.ledger.jobs.registry import Progress, job
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, PlannedGroup, Run

_GONE = {
    "zh": "原件已不在服务器上，或被改动过。请重新上传。",
    "en": "The original is no longer on the server, or it was altered. Upload it again.",
}
MOST = 4000
"""Commitments that one document may have. All are kept in one change, during which nobody else can write."""
_TOO_MANY = {
    "zh": "从这份文件读出 {count} 条目标和任务，超过一份文件的上限 {most} 条。请拆成几份（例如正文和附件分开）再上传。",
    "en": "{count} targets and tasks were read from this document, more than the {most} that one may have. "
    "Split it (for example the text and its annexes) and upload the parts.",
}


@job(KIND, gettext_lazy("读取规划文件"))
def read_document(run: Run, progress: Progress) -> dict[str, Any]:
    """Read a document once; a file that gives no text is refused in the reader's words."""
    document = PlanDocument.objects.select_related("county").get(pk=run.inputs["document"])
    if document.state == PlanDocument.State.READ:
        return {"document": document.pk}
    data = originals.data(document)
    if data is None:
        record_refusal(SYSTEM, document, reason=_GONE)
        return {"document": document.pk, "refused": True}
    try:
        text = plain(data, document.name)
    except DocumentError as error:
        record_refusal(SYSTEM, document, reason={"zh": error.say("zh"), "en": error.say("en")})
        return {"document": document.pk, "refused": True}
    progress(0.3)
    found = reading.read(text)
    progress(0.7)
    if (count := len(found.targets) + len(found.tasks)) > MOST:
        reason = {language: text.format(count=count, most=MOST) for language, text in _TOO_MANY.items()}
        record_refusal(SYSTEM, document, reason=reason)
        return {"document": document.pk, "refused": True}
    proposals = [commitments.of_target(target) for target in found.targets]
    proposals += [commitments.of_task(task, found.text) for task in found.tasks]
    record = commitments.of_record(found.document, document) | {
        "text": found.text,
        "digest": hashlib.sha256(found.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "headings": _headings(found.text),
    }
    record_reading(
        SYSTEM,
        document,
        record=record,
        commitments=proposals,
        groups=_groups(document.county, found.groups),
        mentions=schools_named(document.county, proposals),
    )
    return {"document": document.pk, "commitments": len(proposals), "groups": len(found.groups)}


def _groups(county: Organisation, found: Sequence[Group]) -> list[PlannedGroup]:
    """The groups as proposals, the schools that are certain filled in."""
    if not found:
        return []
    schools = groupings.Schools(county)
    groups = [commitments.of_group(group) for group in found]
    for group in groups:
        group.schools = groupings.matched(group, schools)
    return groups


def schools_named(county: Organisation, proposals: Sequence[Commitment]) -> dict[int, list[Organisation]]:
    """The county's schools that each proposal names, by its place in the list."""
    units = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, path__startswith=county.path, active=True)
    schools = {school.name: school for school in units}
    named = {place: mentioned(each.quote, schools) for place, each in enumerate(proposals)}
    return {place: [schools[name] for name in sorted(names)] for place, names in named.items() if names}


def _headings(text: str) -> list[list[int]]:
    """The headings of a text, each start, end and depth."""
    found = outline(repaired(text))
    depths: dict[int | None, int] = {None: 0}
    headings = []
    for place, section in enumerate(found.sections):
        depths[place] = depths[section.parent] + 1
        headings.append([*found.repaired.span(section.start, section.title_end), depths[place]])
    return headings
