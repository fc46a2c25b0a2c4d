"""A task moves on: it is begun, handed in, sent back, closed, withdrawn."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, facts, plan_ruler, targets
from jiaoheng.ledger.actions.expenses import must_be_approved
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import Comment, Person, Task
from jiaoheng.ledger.spoken import spoken
from jiaoheng.ledger.targets import PROMISE, Target

State = Task.State
MOVES: dict[str, tuple[str, ...]] = {
    "task.start": (State.OPEN, State.RETURNED),
    "task.submit": (State.OPEN, State.IN_PROGRESS, State.RETURNED),
    "task.close": (State.SUBMITTED,),
    "task.return": (State.SUBMITTED,),
    "task.withdraw": Task.PENDING,
}
"""The states from which each move can be made."""


@action("task.start", gettext_lazy("开始办理"))
def start(act: Act, task: Task) -> Task:
    """Begin."""
    _must_be(task, "task.start")
    task.state = State.IN_PROGRESS
    task.save()
    return task


@action("task.submit", gettext_lazy("提交验收"))
def submit(act: Act, task: Task, *, note: str = "") -> Task:
    """Hand in as done; a second person looks at it."""
    _must_be(task, "task.submit")
    task.state, task.submitted_by, task.submitted_at = State.SUBMITTED, act.actor.person, clock.now()
    task.save()
    if note.strip():
        Comment(task=task, text=note.strip(), by=act.person).save()
    return task


@action("task.return", gettext_lazy("退回"))
def send_back(act: Act, task: Task, *, reason: str) -> Task:
    """Send back what was handed in, saying what is still lacking."""
    _must_be(task, "task.return")
    act.details["reason"] = _reason(reason)
    task.state = State.RETURNED
    task.save()
    return task


@action("task.close", gettext_lazy("销号"))
def close(act: Act, task: Task) -> Task:
    """Close: a measured task when the latest facts show its figure met, any other when a second person saw the proof.

    Raises ``Refused`` with the figure where it is not met, is unknown, or where there are no newer facts than those
    that the task came from.
    """
    _must_be(task, "task.close")
    must_have_no_parts(task)
    must_be_approved(task)
    if task.is_measured:
        proof = _shown_by_facts(task)
    else:
        must_be_second(act.person, task)
        proof = _shown_by_people(act.person, task)
    finish(act, task, proof)
    return task


@action("task.withdraw", gettext_lazy("作废"))
def withdraw(act: Act, task: Task, *, reason: str) -> Task:
    """Withdraw a task that is not to be done after all, saying why."""
    _must_be(task, "task.withdraw")
    must_have_no_parts(task)
    act.details["reason"] = _reason(reason)
    task.state = State.WITHDRAWN
    task.save()
    return task


def finish(act: Act, task: Task, proof: dict[str, Any]) -> None:
    """Write down that a task is closed and what showed it; within an action."""
    task.state, task.closed_by, task.closed_at, task.proof = State.CLOSED, act.actor.person, clock.now(), proof
    task.save()


def must_have_no_parts(task: Task) -> None:
    """Raises ``Refused`` while parts of a task are pending."""
    pending = list(task.parts.filter(state__in=Task.PENDING))
    if pending:
        titles = "、".join(f"“{part.title}”" for part in pending[:3])
        raise Refused(
            _("还有 {count} 个子事项没有办结：{titles}。请先办结子事项。").format(count=len(pending), titles=titles)
        )


def must_be_second(person: Person, task: Task) -> None:
    """Raises ``Refused`` where the person who closes is one of those who did it."""
    if task.submitted_by_id == person.pk:
        raise Refused(_("这个事项是您提交的，须由另一人验收销号。"))
    if task.person_id == person.pk:
        raise Refused(_("您是这个事项的责任人，须由另一人验收销号。"))


def _must_be(task: Task, move: str) -> None:
    if task.state not in MOVES[move]:
        raise Refused(_("这个事项现在是“{state}”，不能这样操作。").format(state=task.get_state_display()))


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(_("请写明理由。"))
    return text.strip()


def _shown_by_people(person: Person, task: Task) -> dict[str, Any]:
    files, said = task.evidence.exclude(by=person), task.comments.exclude(by=person)
    if not files.exists() and not said.exists():
        raise Refused(_("还没有佐证材料，也没有办理说明，不能销号。请先退回，让责任单位补上。"))
    return {"evidence": list(files.values_list("sha256", flat=True)), "comments": said.count()}


def _shown_by_facts(task: Task) -> dict[str, Any]:
    target = Target.of(task.target)
    latest = facts.latest_snapshot(task.county)
    # What a plan promised may be met already when it becomes a task; a finding was not.
    is_stale = target.kind != PROMISE and latest is not None and latest.pk <= (task.snapshot_id or 0)
    if latest is None or is_stale:
        raise Refused(
            _("还不能销号：立项以来没有新的数据，现有数据仍是 {snapshot}。请先报送新数据并采纳，测算后再销号。").format(
                snapshot=latest.name if latest else "—"
            )
        )
    by = plan_ruler.measuring(target, latest)
    if by is None:
        raise Refused(_("还不能销号：最新数据 {snapshot} 还在测算，请稍后再试。").format(snapshot=latest.name))
    standing = by.standing(target)
    said = {"line": by.line(standing, target, spoken()), "snapshot": latest.name}
    if standing.status == "fails" and target.kind == "verdict":
        said["line"] += _("，") + by.rule_line(spoken())
    if standing.status in ("fails", "on_track"):
        raise Refused(_("还不能销号：{line}。依据数据 {snapshot}。").format(**said))
    if standing.status == "unknown":
        raise Refused(_("还不能销号，是否达标不能判定：{line}。请先补齐数据（{snapshot}）。").format(**said))
    if standing.status == "gone":
        raise Refused(_("不能按数据销号：{line}。如确已不需要办理，请作废并写明理由。").format(**said))
    return targets.recorded(standing, by, target)
