"""The word lists of ``words.toml`` as patterns; longer words are tried first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from jiaoheng import typed


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counting words, measures, what a measure is given per, and the words that look like units but are none."""

    count: list[str]
    measure: list[str]
    per: list[str]
    broken: list[str]
    abstract: list[str]


class Comparators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wordings of each comparator, before the number and after the unit."""

    least: list[str]
    most: list[str]
    more: list[str]
    less: list[str]
    about: list[str]
    raised: list[str]
    lowered: list[str]
    same: list[str]
    least_after: list[str]
    most_after: list[str]
    about_after: list[str]


class Promises(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verbs of promises, and the words around them that are no part of a subject."""

    verbs: list[str]
    places: list[str]
    openers: list[str]
    not_openers: list[str]
    trailing: list[str]
    modals: list[str]
    encouraged: list[str]
    tails: list[str]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that tell of what is or was, in a clause, in a sentence, or right before a figure."""

    clause: list[str]
    sentence: list[str]
    have: list[str]


class Subjects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Groups that figures are given for in turn."""

    stages: list[str]


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units by what it takes for their figures to be promises."""

    times: list[str]
    loose: list[str]
    named: list[str]
    single: list[str]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of ``words.toml``."""

    units: Units
    comparators: Comparators
    promises: Promises
    state: State
    subjects: Subjects
    kinds: Kinds


def _read() -> Words:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return typed.convert(tomllib.load(file), Words)


WORDS = _read()


def one_of(*lists: Iterable[str]) -> str:
    """A pattern for any of these words, without a group of its own number."""
    words = {word for each in lists for word in each}
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) + ")"
