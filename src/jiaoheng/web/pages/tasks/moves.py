"""The moves of a task as the pages offer them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from jiaoheng.ledger import access
from jiaoheng.ledger.actions import Actor, task_states
from jiaoheng.ledger.models import Person, Task

LABELS: dict[str, Any] = {
    "task.start": _("开始办理"),
    "task.submit": _("提交验收"),
    "task.close": _("销号"),
    "task.return": _("退回"),
    "task.withdraw": _("作废"),
}
QUICK = ("task.start", "task.submit", "task.close")
"""Moves that need nothing to be written."""
FUNCTIONS: dict[str, Callable[..., Task]] = {
    "start": task_states.start,
    "submit": task_states.submit,
    "close": task_states.close,
    "return": task_states.send_back,
    "withdraw": task_states.withdraw,
}
DONE: dict[str, Any] = {
    "start": _("已开始办理。"),
    "submit": _("已提交，等待验收。"),
    "close": _("已销号。"),
    "return": _("已退回。"),
    "withdraw": _("已作废。"),
}


def allowed(person: Person, task: Task) -> list[str]:
    """The moves that this person can make of this task now, by name."""
    return [
        right.removeprefix("task.")
        for right, states in task_states.MOVES.items()
        if task.state in states and access.may(person, right, task)
    ]


def carry_out(actor: Actor, task: Task, name: str, given: dict[str, str]) -> Task:
    """Make a move; ``given`` are the texts that it takes."""
    return FUNCTIONS[name](actor, task, **given)
