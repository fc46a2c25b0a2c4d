"""Plan documents come in, are read by a run, and are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions.measuring import ask_measure
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.models import Commitment, Mention, Organisation, PlanDocument, PlannedGroup, Run
from jiaoheng.ledger.originals import Original

State = PlanDocument.State
KIND = "read_document"
"""The run that reads a document."""
YEARS = range(1949, 2101)


@action("document.add", gettext_lazy("上传规划文件"))
def add(act: Act, county: Organisation, original: Original, *, level: str, title: str = "") -> PlanDocument:
    """Take a document in and ask for it to be read; refused where the same file is there already."""
    if level not in PlanDocument.Level.values:
        raise Refused(_("请选择文件的层级。"))
    same = PlanDocument.objects.filter(county=county, sha256=original.sha256, withdrawn=False).first()
    if same is not None:
        raise Refused(_("这份文件已经上传过：《{title}》。").format(title=same.title))
    made = PlanDocument(
        county=county,
        level=level,
        title=(title.strip() or original.name.rpartition(".")[0] or original.name)[:300],
        name=original.name,
        token=original.token,
        kind=original.kind,
        size=original.size,
        sha256=original.sha256,
        added_by=act.person,
    )
    made.save()
    _ask(act, made)
    return made


@action("document.read_again", gettext_lazy("重新读取规划文件"), right="document.add")
def read_again(act: Act, document: PlanDocument) -> PlanDocument:
    """Ask once more for a document to be read that could not be."""
    if document.state == State.READ:
        raise Refused(_("这份文件已经读过。要按新的文件来，请上传新文件，并停用这一份。"))
    if document.withdrawn:
        raise Refused(_("《{title}》已停用，先恢复再办理。").format(title=document.title))
    document.state, document.reason = State.READING, {}
    document.save()
    _ask(act, document)
    return document


@action("document.refused", gettext_lazy("规划文件读不了"), right="document.add")
def record_refusal(act: Act, document: PlanDocument, *, reason: Mapping[str, str]) -> PlanDocument:
    """Note why a document cannot be read, by language."""
    _must_be_unread(document)
    document.state, document.reason = State.REFUSED, dict(reason)
    document.save()
    return document


@action("document.read", gettext_lazy("读出规划文件"), right="document.add")
def record_reading(
    act: Act,
    document: PlanDocument,
    *,
    record: Mapping[str, Any],
    commitments: Sequence[Commitment],
    groups: Sequence[PlannedGroup],
    mentions: Mapping[int, Sequence[Organisation]],
) -> PlanDocument:
    """Keep what was read of a document, all of it proposed only.

    ``record`` are fields of the document; what a person has typed already stays. ``mentions`` are the schools that a
    commitment names, by its place in ``commitments``.
    """
    _must_be_unread(document)
    for name, value in record.items():
        setattr(document, name, value)
    document.state = State.READ
    document.save()
    for place, commitment in enumerate(commitments):
        commitment.document = document
        commitment.save()
        for school in mentions.get(place, ()):
            Mention(commitment=commitment, school=school).save()
    for group in groups:
        group.document = document
        group.save()
    act.details |= {"commitments": len(commitments), "groups": len(groups)}
    return document


@action("document.describe", gettext_lazy("修改规划文件的说明"), right="document.decide")
def describe(
    act: Act,
    document: PlanDocument,
    *,
    title: str,
    level: str,
    issuer: str = "",
    number: str = "",
    issued: date | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
    seen: str = "",
) -> PlanDocument:
    """Set right what a document is; ``seen`` is the ``mark`` of what was changed."""
    must_be_seen(seen, document.mark())
    if not title.strip():
        raise Refused(_("请写明文件的标题。"))
    if any(year is not None and year not in YEARS for year in (first_year, last_year)):
        raise Refused(_("年份不对，请检查。"))
    if first_year is not None and last_year is not None and last_year < first_year:
        raise Refused(_("终止年不能早于起始年。"))
    document.title, document.level = title.strip()[:300], level
    document.issuer, document.number, document.issued = issuer.strip()[:200], number.strip()[:80], issued
    document.first_year, document.last_year = first_year, last_year
    document.save()
    _ask_measure(act, document)
    return document


@action("document.withdraw", gettext_lazy("停用规划文件"), right="document.decide")
def withdraw(act: Act, document: PlanDocument) -> PlanDocument:
    """Use a document no longer; what its commitments became in the ledger stays."""
    document.withdrawn = True
    document.save()
    stand_for_none(act, Commitment.objects.filter(counts_as__document=document).exclude(document=document))
    return document


@action("document.restore", gettext_lazy("恢复规划文件"), right="document.decide")
def restore(act: Act, document: PlanDocument) -> PlanDocument:
    """Use a document again."""
    if not document.withdrawn:
        raise Refused(_("这份文件没有停用。"))
    same = PlanDocument.objects.filter(county=document.county, sha256=document.sha256, withdrawn=False).first()
    if same is not None:
        raise Refused(_("这份文件已经上传过：《{title}》。").format(title=same.title))
    document.withdrawn = False
    document.save()
    _ask_measure(act, document)
    return document


def stand_for_none(act: Act, commitments: Iterable[Commitment]) -> None:
    """Let commitments count by themselves again, because the one that stood for them counts no more."""
    for each in commitments:
        each.counts_as = None
        each.save()
        ask_measure(act, each.document)


def must_be_used(document: PlanDocument) -> None:
    """Raises ``Refused`` for a document that is withdrawn or not yet read."""
    if document.withdrawn:
        raise Refused(_("《{title}》已停用，先恢复再办理。").format(title=document.title))
    if document.state != State.READ:
        raise Refused(_("《{title}》还没有读出来。").format(title=document.title))


def _must_be_unread(document: PlanDocument) -> None:
    if document.state == State.READ:
        raise Refused(_("这份文件已经读过。"))


def _ask_measure(act: Act, document: PlanDocument) -> None:
    """What a plan covers, and whose it is, bears on how its commitments stand; and facts may have come meanwhile."""
    if not document.withdrawn and document.commitments.filter(state__in=Commitment.HOLDS).exists():
        ask_measure(act, document)


def _ask(act: Act, document: PlanDocument) -> None:
    inputs = {"document": document.pk}
    if not Run.objects.filter(kind=KIND, inputs=inputs, status__in=Run.UNFINISHED).exists():
        Run(
            county=document.county, organisation=document.county, kind=KIND, inputs=inputs, asked_by=act.actor.person
        ).save()
