"""Parts against wholes: no part is more than what it is a part of."""

from __future__ import annotations

from collections.abc import Iterator

from jiaoheng.county import words
from jiaoheng.county.checks.facts import rows
from jiaoheng.county.checks.registry import rule
from jiaoheng.county.county import County
from jiaoheng.county.problems import Problem

PARTS = {
    "enrolment": ("pupils", ("boarders", "migrant_children", "left_behind_children", "disabled_children")),
    "staff": (
        "teachers",
        ("above_required_degree", "backbone", "pe_arts", "certified", "trained_360h", "senior_titles"),
    ),
}
WHOLES = (("staff", "teachers", "employees"),)


@rule
def parts_of_wholes(county: County) -> Iterator[Problem]:
    """No part is more than its whole: boarders than pupils, certified teachers than teachers."""
    pairs = [(table, part, whole) for table, (whole, parts) in PARTS.items() for part in parts]
    for table, part, whole in (*pairs, *WHOLES):
        for index, some, all_ in rows(county, table, part, whole):
            if some is not None and all_ is not None and some > all_:
                yield Problem(
                    code="part_exceeds_whole",
                    table=table,
                    column=part,
                    value=str(some),
                    index=index,
                    details=words.both(whole=words.column(table, whole)) | {"all": str(all_)},
                )
