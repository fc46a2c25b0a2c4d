"""What is read from a plan document: the record of the document, targets, tasks and groups, each with its place.

Places are offsets into the plain text of the document as it was decoded: ``text[start:end] == quote``. Words
(subjects, titles, units) keep the text's own spelling, damage included; numbers are read for what they mean.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Comparator = Literal[">=", ">", "<=", "<", "=", "~", "+=", "-="]
"""``+=`` and ``-=``: raised or lowered by; ``~``: about. Else as in arithmetic; ``=`` is a plain count."""


Origin = Literal["rules", "model"]
"""Who read a record: the rules of this room, or the language model of ``documents/assistant``."""


class Record(msgspec.Struct, frozen=True):
    """The document itself; None where the text does not say.

    ``issued`` is an ISO date; ``period`` are the first and the last year that the plan covers.
    """

    title: str | None = None
    issuer: str | None = None
    number: str | None = None
    issued: str | None = None
    period: tuple[int, int] | None = None


class Target(msgspec.Struct, frozen=True):
    """A promised quantity (量化目标).

    ``value_max`` is set for a range only; 万 and 亿 are folded into the values; ``unit`` as written (%, 所, 人 …).
    ``due`` is a year or an ISO date; ``baseline`` the starting value, of ``baseline_year``, where the text gives one;
    ``binding`` is 约束性, 预期性 or None. ``path`` are the headings above it, outermost first.
    """

    quote: str
    start: int
    end: int
    subject: str
    comparator: Comparator
    value: float
    unit: str
    value_max: float | None = None
    due: str | None = None
    baseline: float | None = None
    baseline_year: int | None = None
    binding: str | None = None
    path: tuple[str, ...] = ()
    origin: Origin = "rules"


class Task(msgspec.Struct, frozen=True):
    """A measure: one numbered or titled item with a body; ``lead`` and ``support`` are units as written."""

    path: tuple[str, ...]
    title: str
    start: int
    end: int
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due: str | None = None
    origin: Origin = "rules"


class Member(msgspec.Struct, frozen=True):
    """A school of a group as the document names it; ``points`` are the teaching points it brings along."""

    name: str
    points: tuple[str, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """An education community (教共体) or school group of a table of members; ``stage`` as written (小学, 九年制 …)."""

    name: str
    core: tuple[Member, ...]
    members: tuple[Member, ...]
    start: int
    end: int
    stage: str | None = None


class Reading(msgspec.Struct, frozen=True):
    """All that is read from one document, with the plain text that the places refer to."""

    document: Record
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    groups: tuple[Group, ...]
    text: str
