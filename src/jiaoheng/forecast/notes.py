"""What the facts lack for a forecast, as codes with their particulars, said in words by ``words.note_line``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jiaoheng.county import County
from jiaoheng.forecast.ahead import Ahead
from jiaoheng.forecast.children import Born
from jiaoheng.forecast.facts import STAGES, Facts

SHORT = 4
"""School years of history below which a forecast has little to learn from."""


def notes(county: County, facts: Facts, ahead: Ahead, born: Born) -> tuple[str, ...]:
    """Codes, each followed by its particulars after colons: ``no_children``, ``base:junior:2024`` …"""
    return tuple(_notes(county, facts, ahead, born))


def _notes(county: County, facts: Facts, ahead: Ahead, born: Born) -> Iterator[str]:
    latest = county.years[-1]
    for stage, base in ahead.bases.items():
        if base < latest:
            yield f"base:{stage}:{base}"
    known = {school for school in range(len(facts.schools)) if np.isfinite(facts.pupils[school]).any()}
    for stage in STAGES:
        if stage not in ahead.bases and any(
            school not in known and stage == _only_stage(facts.schools[school].kind)
            for school in range(len(facts.schools))
        ):
            yield f"no_enrolment:{stage}"
    if len(facts.years) < SHORT:
        yield f"short_history:{len(facts.years)}"
    if not facts.child_years:
        yield "no_children"
    elif len(facts.child_years) == 1 and facts.child_level:
        yield f"children_one_year:{facts.child_years[0]}"
    if facts.child_years and facts.child_years[-1] < latest:
        yield f"children_old:{facts.child_years[-1]}"
    if facts.child_years and not facts.child_level:
        yield "births_only"
    last = born.years[-1] if born.years else 0
    if born.told is not None and any(year not in born.given for year in range(born.told + 1, last - 2)):
        yield f"births_made:{born.told}"
    if facts.homes_without:
        yield f"homes_without_children:{facts.homes_without}"
    if facts.spread:
        yield f"grades_divided:{facts.spread}"
    bare = sum(home.point is None for home in facts.homes)
    if bare:
        yield f"no_coordinates:{bare}"
    for school in _silent(facts, ahead):
        yield f"not_told:{school}"
    for own in facts.schools:
        if own.first is not None and own.first > latest:
            yield f"opening:{own.school_id}:{own.first}"


def _silent(facts: Facts, ahead: Ahead) -> list[str]:
    """Schools that had pupils the year before a stage's latest, tell nothing of it, and are not said to be closed."""
    found = set()
    for stage, base in ahead.bases.items():
        at, grades = facts.year_at(base), list(facts.stage_grades(stage))
        if at == 0:
            continue
        for school, own in enumerate(facts.schools):
            before = np.nansum(facts.pupils[school, at - 1, grades])
            told = np.isfinite(facts.pupils[school, at, grades]).any()
            if before > 0 and not told and own.open_in(base):
                found.add(own.school_id)
    return sorted(found)


def _only_stage(kind: str) -> str:
    """The stage of a kind of school that has one alone."""
    return {"111": "kindergarten", "119": "kindergarten", "211": "primary", "218": "primary", "219": "primary"}.get(
        kind, {"311": "junior", "319": "junior", "342": "senior", "349": "senior"}.get(kind, "")
    )
