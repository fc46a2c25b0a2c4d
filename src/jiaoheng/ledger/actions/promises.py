"""Commitments enter the ledger as tasks, once; and where two say the same or differ, a person says which one counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import commitments, plan_targets, promises
from jiaoheng.ledger.actions.documents import must_be_used
from jiaoheng.ledger.actions.measuring import ask_measure
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.actions.tasks import make
from jiaoheng.ledger.models import Commitment, Organisation, PlanDocument, Task


class Chosen(msgspec.Struct, frozen=True):
    """A commitment that is to become a task: who does it, who verifies it, until when."""

    commitment: int
    lead: Organisation
    verifier: Organisation
    due: date
    supports: tuple[Organisation, ...] = ()


@action("commitment.make_tasks", gettext_lazy("承诺转为台账事项"), right="document.decide")
def make_tasks(act: Act, document: PlanDocument, chosen: Sequence[Chosen]) -> tuple[int, int]:
    """Make commitments of a document tasks, all of them or none; how many were made, and how many joined one.

    One whose promise has a task already, from this document or another, joins that task.
    Raises ``Refused`` with the commitment's words where one cannot become a task.
    """
    must_be_used(document)
    if not chosen:
        raise Refused(_("请先勾选要转为事项的承诺。"))
    found = {each.pk: each for each in document.commitments.select_related("task", "counts_as__task", "document")}
    made = joined = 0
    for one in chosen:
        commitment = found.get(one.commitment)
        if commitment is None:
            raise Refused(_("这条记录已经不存在。"))
        _must_be_ready(commitment)
        if (task := promises.tasks_of_the_same([commitment], document.county).get(commitment.pk)) is not None:
            joined += 1
        else:
            task = _made(act, commitment, one)
            made += 1
        commitment.task = task
        commitment.save()
    ask_measure(act, document)
    act.details |= {"made": made, "joined": joined}
    return made, joined


@action("commitment.let_count", gettext_lazy("定以哪一条为准"), right="document.decide")
def let_count(act: Act, commitment: Commitment, others: Sequence[Commitment]) -> Commitment:
    """Let a commitment count, and others about the same thing not; they stay to be seen beside it."""
    if not commitment.holds:
        raise Refused(_("请先确认这一条，再定以它为准。"))
    must_be_used(commitment.document)
    _must_be_alike(commitment, others)
    commitment.counts_as = None
    commitment.save()
    for other in Commitment.objects.filter(pk__in=[one.pk for one in others]).select_related("task", "document"):
        if other.pk == commitment.pk:
            continue
        if other.task is not None and other.task != commitment.task and other.task.is_pending:
            text = _("“{subject}”已转为台账事项，还在办理。请先作废那个事项，再定以另一条为准。")
            raise Refused(text.format(subject=other.subject))
        other.counts_as = commitment
        other.save()
        ask_measure(act, other.document)
        for earlier in other.stands_for.all():
            earlier.counts_as = commitment
            earlier.save()
    ask_measure(act, commitment.document)
    act.details["others"] = sorted(one.pk for one in others if one.pk != commitment.pk)
    return commitment


@action("commitment.let_all_count", gettext_lazy("各自算数"), right="document.decide")
def let_all_count(act: Act, commitment: Commitment) -> Commitment:
    """Undo that another commitment counts in place of this one."""
    must_be_used(commitment.document)
    commitment.counts_as = None
    commitment.save()
    ask_measure(act, commitment.document)
    return commitment


def _must_be_alike(commitment: Commitment, others: Sequence[Commitment]) -> None:
    """Only what is about the same thing now can stand back: the page may have been opened before it was changed."""
    groups = (each.commitments for each in promises.alike(commitment.document.county) if commitment in each.commitments)
    alike = {one.pk for members in groups for one in members} | {commitment.pk}
    gone = next((other for other in others if other.pk not in alike), None)
    if gone is not None:
        text = _("“{subject}”已有变化，和这一条不再是同一件事，没有改动。请看过现在的内容再定。")
        raise Refused(text.format(subject=gone.subject))


def _made(act: Act, commitment: Commitment, one: Chosen) -> Task:
    target, found, snapshot = plan_targets.measured(commitment)
    if (
        target
        and Task.objects.filter(county=commitment.document.county, target=target, state__in=Task.PENDING).exists()
    ):
        # Another commitment of the same figure, due at another time, has its own task; this one goes by evidence.
        raise Refused(_("“{subject}”已有按同一指标销号的事项，还在办理。").format(subject=commitment.subject))
    task = Task(
        title=commitments.title(commitment)[:200],
        detail=commitments.detail(commitment),
        source=Task.Source.COMMITMENT,
        target=target,
        found=found,
        snapshot=snapshot,
    )
    return make(act, task, one.lead, verifier=one.verifier, due=one.due, supports=one.supports, late=True)


def _must_be_ready(commitment: Commitment) -> None:
    if not commitment.holds:
        raise Refused(_("“{subject}”还没有确认，不能进台账。").format(subject=commitment.subject))
    if commitment.counts_as is not None:
        raise Refused(_("“{subject}”已定以另一条为准，不另立事项。").format(subject=commitment.subject))
    if commitment.task is not None and commitment.task.state != Task.State.WITHDRAWN:
        raise Refused(_("“{subject}”已经转为台账事项。").format(subject=commitment.subject))
