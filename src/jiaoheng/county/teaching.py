"""What makes a teacher count towards a figure of ``staff``: for the check of the roster and for counting it alike."""

from __future__ import annotations

from jiaoheng.county.schema import schema


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
