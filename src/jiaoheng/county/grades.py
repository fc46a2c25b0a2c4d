"""Which stage a grade belongs to, and the codes that stand for a whole stage."""

from __future__ import annotations

from jiaoheng.county.schema import schema

WHOLE = {"kindergarten": 100, "primary": 200, "junior": 300, "senior": 400}
"""Grade codes of a whole stage, by stage: pupils whose grade is not told.

With 0 pupils, such a row tells classes of several grades (复式班), whose pupils count in their own grades. In a
kindergarten it tells classes of mixed ages (混合班), whose pupils are in no other grade: it stands beside the grades.
"""
FIRST_WHOLE = min(WHOLE.values())
_STAGES = {grade: stage for stage, grade in WHOLE.items()}


def is_stage(grade: int) -> bool:
    """Whether a code tells a stage as a whole, so that its grades would count twice beside it."""
    return grade >= FIRST_WHOLE and grade != WHOLE["kindergarten"]


def stage_of(grade: int, kind: str, primary: int) -> str:
    """The stage of a grade in a school of this kind, with so many primary grades.

    Special and vocational schools have one stage.
    """
    code = schema().code("kind", kind)
    if code and code.stages in (("special",), ("vocational",)):
        return code.stages[0]
    if grade in _STAGES:
        return _STAGES[grade]
    if grade <= 0:
        return "kindergarten"
    return "primary" if grade <= primary else "junior" if grade <= 9 else "senior"
