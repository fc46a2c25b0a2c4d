"""What a commitment says: the fields that people set, what is proposed, and which proposals are clear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiaoheng.documents.linking import link
from jiaoheng.documents.records import Group, Record, Target, Task
from jiaoheng.ledger.models import Commitment, PlanDocument, PlannedGroup
from jiaoheng.ledger.models.documents import last_day
from jiaoheng.ledger.refusal import Refused

Kind = Commitment.Kind
COMPARATORS = (
    (">=", gettext_lazy("不少于（≥）")),
    (">", gettext_lazy("超过（>）")),
    ("<=", gettext_lazy("不超过（≤）")),
    ("<", gettext_lazy("低于（<）")),
    ("=", gettext_lazy("等于（=）")),
    ("~", gettext_lazy("约（≈）")),
    ("+=", gettext_lazy("增加（+）")),
    ("-=", gettext_lazy("减少（−）")),
)
"""What a target asks, as records spell it, and in words."""
SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "", "~": "≈", "+=": "+", "-=": "−"}
"""What is written before the value in a list."""
BINDING = (("约束性", pgettext_lazy("indicator", "约束性")), ("预期性", pgettext_lazy("indicator", "预期性")))
LONGEST_SUBJECT = 400
LONGEST_QUOTE = 1000
LARGEST = 1e15
"""What no promised figure exceeds: a slip of the keyboard does."""
_DUE = re.compile(r"(?:19|20|21)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What a commitment says, without its place: what a person can set. Empty or None where it does not say."""

    subject: str
    comparator: str = ""
    value: float | None = None
    value_max: float | None = None
    unit: str = ""
    due: str = ""
    baseline: float | None = None
    baseline_year: int | None = None
    binding: str = ""
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    indicator: str = ""


FIELDS = Promise.__struct_fields__


def promise(commitment: Commitment) -> Promise:
    """What a commitment says now."""
    given = {name: getattr(commitment, name) for name in FIELDS}
    return Promise(**given | {"lead": tuple(commitment.lead), "support": tuple(commitment.support)})


def put(commitment: Commitment, said: Promise) -> None:
    """Let a commitment say this; it is not saved."""
    if commitment.indicator != said.indicator:
        # The score told how well the words fit; a person's choice needs none.
        commitment.score = None
    for name in FIELDS:
        value = getattr(said, name)
        setattr(commitment, name, list(value) if isinstance(value, tuple) else value)


def must_make_sense(kind: str, said: Promise) -> None:
    """Raises ``Refused`` for what is no commitment of this kind, in words with the remedy."""
    if not said.subject.strip():
        raise Refused(_("请写明内容：承诺的是什么。"))
    if len(said.subject) > LONGEST_SUBJECT:
        raise Refused(_("内容太长，最多 {limit} 字。").format(limit=LONGEST_SUBJECT))
    if said.due and not is_due(said.due):
        raise Refused(_("期限请写年份（如 2027）、月份（2027-06）或日期（2027-06-30）。"))
    if kind == Kind.TASK:
        return
    if said.comparator not in SIGNS or said.value is None or not said.unit.strip():
        raise Refused(_("目标要写全：要求、数值和单位。没有数值的，请作为任务登记。"))
    figures = (said.value, said.value_max, said.baseline)
    if any(figure is not None and abs(figure) > LARGEST for figure in figures):
        raise Refused(_("数值太大，请检查位数和单位。"))
    if said.value_max is not None and said.value_max < said.value:
        raise Refused(_("上限不能小于数值。"))
    if said.binding not in ("", "约束性", "预期性"):
        raise Refused(_("性质只有约束性和预期性两种。"))


def is_due(text: str) -> bool:
    """Whether a text is a year, a month or a day that is in the calendar."""
    if not _DUE.fullmatch(text):
        return False
    try:
        return last_day(text) is not None
    except ValueError:
        return False


def of_target(target: Target) -> Commitment:
    """A target as a proposal, with the figure of the catalogue that measures it."""
    match = link(target)
    return Commitment(
        kind=Kind.TARGET,
        quote=target.quote,
        start=target.start,
        end=target.end,
        path=list(target.path),
        subject=target.subject[:LONGEST_SUBJECT],
        comparator=target.comparator,
        value=target.value,
        value_max=target.value_max,
        unit=target.unit[:40],
        due=_due(target.due),
        baseline=target.baseline,
        baseline_year=target.baseline_year,
        binding=target.binding or "",
        indicator=match.indicator or "",
        score=match.score if match.indicator else None,
        runners_up=[[other.indicator, other.score] for other in match.runners_up],
        proposed=msgspec.to_builtins(target),
    )


def of_task(task: Task, text: str) -> Commitment:
    """A measure as a proposal; its quote is its heading and body."""
    return Commitment(
        kind=Kind.TASK,
        quote=text[task.start : task.end],
        start=task.start,
        end=task.end,
        path=list(task.path),
        subject=task.title[:LONGEST_SUBJECT],
        due=_due(task.due),
        lead=list(task.lead),
        support=list(task.support),
        proposed=msgspec.to_builtins(task),
    )


def of_group(group: Group) -> PlannedGroup:
    """A group of schools as a proposal."""
    return PlannedGroup(
        name=group.name[:200],
        stage=(group.stage or "")[:40],
        core=msgspec.to_builtins(group.core),
        members=msgspec.to_builtins(group.members),
        start=group.start,
        end=group.end,
        proposed=msgspec.to_builtins(group),
    )


def of_record(record: Record, document: PlanDocument) -> dict[str, Any]:
    """The fields of a document that its own text tells; its title only where nobody has typed one."""
    period = record.period or (None, None)
    typed = document.title != document.name.rpartition(".")[0]
    return {
        "title": document.title if typed or not record.title else record.title[:300],
        "issuer": (record.issuer or "")[:200],
        "number": (record.number or "")[:80],
        "issued": _day(record.issued),
        "first_year": period[0],
        "last_year": period[1],
        "proposed": msgspec.to_builtins(record),
    }


def differs(commitment: Commitment) -> bool:
    """Whether a commitment says something else than what was read."""
    read = commitment.proposed
    if read is None:
        return True
    name = "subject" if commitment.is_target else "title"
    now = promise(commitment)
    pairs: list[tuple[object, object]] = [
        (now.subject, read[name][:LONGEST_SUBJECT]),
        (now.due, _due(read.get("due"))),
        (list(now.lead), list(read.get("lead") or ())),
        (list(now.support), list(read.get("support") or ())),
    ]
    for field in ("value", "value_max", "baseline", "baseline_year"):
        pairs.append((getattr(now, field), read.get(field)))
    for field in ("comparator", "unit", "binding"):
        pairs.append((getattr(now, field), read.get(field) or ""))
    return any(one != other for one, other in pairs)


def is_clear(commitment: Commitment) -> bool:
    """Whether a proposal says all that it needs, so that it can be confirmed with others at a glance.

    A target: what, how much, of which unit, until when, if only by the years that the plan covers. A measure: what,
    and who leads.
    """
    if commitment.is_target:
        until = commitment.due or commitment.document.last_year
        return bool(len(commitment.subject) > 1 and commitment.unit and until and commitment.value is not None)
    return bool(len(commitment.subject) > 1 and commitment.lead)


def title(commitment: Commitment) -> str:
    """What is to be done, in one line, as a task is called."""
    if commitment.value is None:
        return commitment.subject
    words = {">=": "不少于", ">": "超过", "<=": "不超过", "<": "低于", "=": "", "~": "约", "+=": "增加", "-=": "减少"}
    value = f"{commitment.value:.10g}"
    if commitment.value_max is not None:
        value += f"—{commitment.value_max:.10g}"
    return f"{commitment.subject}：{words[commitment.comparator]}{value}{commitment.unit}"


def detail(commitment: Commitment) -> str:
    """Where a task comes from: the document's own words and their place."""
    document = commitment.document
    number = f"（{document.number}）" if document.number else ""
    above = f"，{' › '.join(commitment.path)}" if commitment.path else ""
    quote = commitment.quote if len(commitment.quote) <= LONGEST_QUOTE else commitment.quote[:LONGEST_QUOTE] + "…"
    return f"{quote.strip()}\n——《{document.title}》{number}{above}"


def progress(commitments: Iterable[Commitment]) -> tuple[int, int]:
    """How many are decided, and how many there are."""
    listed = list(commitments)
    return sum(each.state != Commitment.State.PROPOSED for each in listed), len(listed)


def next_undecided(commitments: Sequence[Commitment], after: Commitment | None) -> Commitment | None:
    """The next proposal in the text, from the beginning again after the last; None where all are decided."""
    open_ones = [each for each in commitments if each.state == Commitment.State.PROPOSED and each != after]
    if after is not None:
        later = [each for each in open_ones if (each.start, -each.end, each.pk) > (after.start, -after.end, after.pk)]
        open_ones = later or open_ones
    return open_ones[0] if open_ones else None


def _due(due: str | None) -> str:
    """A due that is none that can be kept is left open: a person sees the quote and sets it."""
    return due if due and is_due(due) else ""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
