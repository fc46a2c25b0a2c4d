"""A person decides on what was read of a document: confirmed, corrected, rejected, added."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, commitments
from jiaoheng.ledger.actions.documents import must_be_used, stand_for_none
from jiaoheng.ledger.actions.measuring import ask_measure
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.commitments import Promise
from jiaoheng.ledger.models import Commitment, PlanDocument, Task

State = Commitment.State


@action("commitment.confirm", gettext_lazy("确认承诺"), right="document.decide")
def confirm(act: Act, commitment: Commitment, *, seen: str = "") -> Commitment:
    """What was read is what the document promises. ``seen`` is the ``mark`` of what was seen."""
    must_be_used(commitment.document)
    _must_be_as_shown(commitment, seen)
    if commitment.state not in (State.PROPOSED, State.REJECTED):
        raise Refused(_("这一条已经确认过。"))
    _confirm(act, commitment)
    return commitment


@action("commitment.confirm_all", gettext_lazy("一起确认承诺"), right="document.decide")
def confirm_all(
    act: Act, document: PlanDocument, keys: Collection[int], *, seen: Mapping[int, str] | None = None
) -> int:
    """Confirm several proposals of a document; those that somebody has decided or changed meanwhile stay as they are.

    ``seen`` are the marks of those whose state the page tells.
    """
    must_be_used(document)
    if not keys:
        raise Refused(_("请先勾选要确认的承诺。"))
    marks = seen or {}
    waiting = document.commitments.filter(pk__in=keys, state=State.PROPOSED)
    chosen = [each for each in waiting if marks.get(each.pk) in (None, each.mark())]
    for commitment in chosen:
        _confirm(act, commitment)
    ask_measure(act, document)
    act.details["confirmed"] = len(chosen)
    return len(chosen)


@action("commitment.reject", gettext_lazy("判定不算承诺"), right="document.decide")
def reject(act: Act, commitment: Commitment, *, seen: str = "") -> Commitment:
    """What was read is no commitment; it stays to be seen, and can be taken up again."""
    must_be_used(commitment.document)
    _must_be_as_shown(commitment, seen)
    _must_have_no_task(commitment)
    if commitment.state == State.REJECTED:
        raise Refused(_("这一条已经判定不算承诺。"))
    commitment.counts_as = None
    stand_for_none(act, commitment.stands_for.all())
    _decide(act, commitment, State.REJECTED)
    return commitment


@action("commitment.reopen", gettext_lazy("重新考虑承诺"), right="document.decide")
def reopen(act: Act, commitment: Commitment) -> Commitment:
    """Undo a decision; what a person has corrected stays to be looked at."""
    must_be_used(commitment.document)
    _must_have_no_task(commitment)
    if commitment.state == State.PROPOSED:
        raise Refused(_("这一条还没有决定。"))
    commitment.state, commitment.decided_by, commitment.decided_at = State.PROPOSED, None, None
    commitment.save()
    stand_for_none(act, commitment.stands_for.all())
    return commitment


@action("commitment.correct", gettext_lazy("改正承诺"), right="document.decide")
def correct(act: Act, commitment: Commitment, said: Promise, *, seen: str = "") -> Commitment:
    """Let it say what the document means, and confirm it; the quote stays.

    ``seen`` is the ``mark`` of what was seen.
    """
    must_be_used(commitment.document)
    must_be_seen(seen, commitment.mark())
    _must_have_no_task(commitment)
    commitments.must_make_sense(commitment.kind, said)
    commitments.put(commitment, said)
    if commitment.state == State.ADDED:
        _decide(act, commitment, State.ADDED)
    else:
        _confirm(act, commitment)
    return commitment


@action("commitment.add", gettext_lazy("补充承诺"), right="document.decide")
def add(act: Act, document: PlanDocument, said: Promise, *, kind: str, start: int, end: int) -> Commitment:
    """Add what the program has overlooked, with its place in the text; refused where it is there already."""
    must_be_used(document)
    if kind not in Commitment.Kind.values:
        raise Refused(_("请选择是目标还是任务。"))
    if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
        raise Refused(_("请在正文中选中这条承诺的原文。"))
    commitments.must_make_sense(kind, said)
    same = document.commitments.filter(kind=kind, start=start, end=end, value=said.value, subject=said.subject).first()
    if same is not None:
        raise Refused(_("这一条已经有了（{state}）。").format(state=same.get_state_display()))
    made = Commitment(document=document, kind=kind, quote=document.text[start:end], start=start, end=end)
    made.path = headings_above(document, start)
    commitments.put(made, said)
    _decide(act, made, State.ADDED)
    return made


def headings_above(document: PlanDocument, place: int) -> list[str]:
    """The headings that a place of the text stands under, outermost first."""
    above: list[tuple[int, str]] = []
    for start, end, depth in document.headings:
        if start > place:
            break
        above = [(level, title) for level, title in above if level < depth]
        above.append((depth, document.text[start:end].strip()))
    return [title for _, title in above]


def _confirm(act: Act, commitment: Commitment) -> None:
    commitments.must_make_sense(commitment.kind, commitments.promise(commitment))
    changed = commitments.differs(commitment)
    added = commitment.proposed is None
    _decide(act, commitment, State.ADDED if added else State.CORRECTED if changed else State.CONFIRMED)


def _decide(act: Act, commitment: Commitment, state: str) -> None:
    commitment.state, commitment.decided_by, commitment.decided_at = state, act.actor.person, clock.now()
    commitment.save()
    if act.name != "commitment.confirm_all" and not _has_undecided(commitment.document):
        ask_measure(act, commitment.document)


def _must_be_as_shown(commitment: Commitment, seen: str) -> None:
    """Nobody decides on words that are no longer there."""
    if seen and seen != commitment.mark():
        raise Refused(_("别人刚改过这一条，您看到的是以前的内容，所以没有改动。请看过现在的内容再决定。"))


def _has_undecided(document: PlanDocument) -> bool:
    """Whether somebody is still deciding: every single decision is no reason to measure anew."""
    return bool(document.commitments.filter(state=State.PROPOSED).exists())


def _must_have_no_task(commitment: Commitment) -> None:
    """What the ledger rests on does not change under it."""
    if commitment.task is not None and commitment.task.state != Task.State.WITHDRAWN:
        text = _("这一条已转为台账事项“{title}”。要改，请先作废那个事项。")
        raise Refused(text.format(title=commitment.task.title))
