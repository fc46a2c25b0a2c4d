"""What makes a teacher count towards a figure of ``staff``: for the check of the roster and for counting it alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiaoheng.county.schema import SEVERAL, schema


def _grouped(codes: str, group: str) -> tuple[str, ...]:
    return tuple(str(code.value) for code in schema().codes[codes] if code.group == group)


TRAINING_HOURS = 360
ABOVE_REQUIRED = {
    "kindergarten": ("associate", "bachelor", "master", "doctor"),
    "primary": ("associate", "bachelor", "master", "doctor"),
    "junior": ("bachelor", "master", "doctor"),
    "senior": ("master", "doctor"),
}
"""Degrees above the one that the law requires of a stage's teachers (docs/sources.md)."""
SENIOR_TITLES = ("senior_full", "senior", "middle")
BACKBONE = _grouped("backbone", "counts")
PE_ARTS = _grouped("subject", "pe_arts")


def counts_in(person: Mapping[str, Any]) -> dict[str, bool | None]:
    """Whether a row of the roster counts in each figure of ``staff`` that a roster holds; None where it is silent."""
    stage, degree, subjects, hours = (person[name] for name in ("stage", "degree", "subjects", "training_hours"))
    above = ABOVE_REQUIRED.get(stage)
    return {
        "above_required_degree": None if above is None or degree is None else degree in above,
        "backbone": None if person["backbone"] is None else person["backbone"] in BACKBONE,
        "pe_arts": None if subjects is None else not set(PE_ARTS).isdisjoint(subjects.split(SEVERAL)),
        "certified": person["certificate"],
        "trained_360h": None if hours is None else hours >= TRAINING_HOURS,
        "senior_titles": None if person["title"] is None else person["title"] in SENIOR_TITLES,
    }
