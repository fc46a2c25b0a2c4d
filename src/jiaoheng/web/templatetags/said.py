"""Filters that say values of the rooms above in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django import template

from jiaoheng.findings import words
from jiaoheng.language import Text
from jiaoheng.ledger import targets
from jiaoheng.ledger.models import Task
from jiaoheng.ledger.spoken import spoken

register = template.Library()


@register.filter
def said(text: Text) -> str:
    """A text of the rooms above in the reader's language."""
    return text.say(spoken())


@register.filter
def figure(value: float | None, decimals: int = 2) -> str:
    """A figure for people; a dash where it is unknown."""
    return words.number(value, decimals)


@register.filter
def stage(value: str) -> str:
    """The label of a stage."""
    return words.stage_label(value, spoken())


@register.filter
def titled(task: Task) -> str:
    """A task's title: of a measured one in the reader's language."""
    return targets.task_title(task, spoken())


@register.filter
def under(cells: Sequence[Any], columns: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Cells of a row with their columns, so that a row that stands by itself can name its figures."""
    return list(zip_longest(cells, columns[: len(cells)]))


@register.simple_tag
def task_of(check: str, stage: str, school: str) -> Task | None:
    """The task that is still to be done about a finding of a school."""
    found = Task.objects.filter(target__contains=f"|{check}|{stage}|{school}|", state__in=Task.PENDING)
    return found.exclude(target__startswith="verdict").first()
