"""A plan's confirmed targets are written as a standard, and the county's facts are assessed by it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import PlanDocument, PlanStandard, Run
from jiaoheng.ledger.plans import Written

KIND = "assess_plan"
"""The run that measures one document."""


@action("document.measure", gettext_lazy("测算规划进度"), right="document.decide")
def measure(act: Act, document: PlanDocument) -> PlanDocument:
    """Ask for a document's commitments to be measured."""
    if document.withdrawn or document.state != PlanDocument.State.READ:
        raise Refused(_("这份文件现在不能测算。"))
    ask_measure(act, document)
    return document


@action("document.written", gettext_lazy("写出规划的标准"), right="document.decide")
def keep_standard(act: Act, document: PlanDocument, written: Written | None) -> PlanStandard | None:
    """Keep a document's standard as its commitments are now; None where nothing is to be measured."""
    name = written.name if written is not None else ""
    if document.standard != name:
        document.standard = name
        document.save()
    if written is None:
        return None
    kept = PlanStandard.objects.filter(name=name).first() or PlanStandard(document=document, name=name)
    left_out = {key: {"zh": why.zh, "en": why.en} for key, why in written.left_out.items()}
    # The same text may be of other commitments than before: one rejected, the same one added again.
    if (kept.text, kept.items, kept.left_out) != (written.text, dict(written.items), left_out):
        kept.text, kept.items, kept.left_out, kept.made_at = written.text, dict(written.items), left_out, clock.now()
        kept.save()
    return kept


def ask_measure(act: Act, document: PlanDocument) -> None:
    """The part of an action after which a document's commitments are to be measured anew."""
    inputs = {"document": document.pk}
    if not Run.objects.filter(kind=KIND, inputs=inputs, status=Run.Status.WAITING).exists():
        county = document.county
        Run(county=county, organisation=county, kind=KIND, inputs=inputs, asked_by=act.actor.person).save()
