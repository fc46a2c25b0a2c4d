"""What the rules leave open, as named options; every result prints the ones it was made with."""

from __future__ import annotations

from typing import Literal

import msgspec

from jiaoheng.language import Text

TeachingPoints = Literal["separate", "merged", "without_small", "excluded"]
PrivateSchools = Literal["included", "excluded"]

SMALL_TEACHING_POINT = 50
"""Teaching points with fewer pupils stay out of the seven indicators (docs/sources.md)."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choices of an assessment.

    ``teaching_points``: ``separate`` counts each as a school; ``merged`` adds it to its main school;
    ``without_small`` counts each as a school but leaves those under 50 pupils out of the indicators of balance;
    ``excluded`` leaves all of them out of those indicators.
    ``private``: whether private schools are among those measured.
    """

    teaching_points: TeachingPoints = "without_small"
    private: PrivateSchools = "included"


LABELS = {
    "teaching_points": Text(zh="教学点", en="teaching points"),
    "separate": Text(zh="单独计算", en="each counted as a school"),
    "merged": Text(zh="并入主校计算", en="merged into their main school"),
    "without_small": Text(
        zh="单独计算，不足 50 人的不列入均衡指标",
        en="counted as schools, those under 50 pupils left out of the balance indicators",
    ),
    "private": Text(zh="民办学校", en="private schools"),
    "included": Text(zh="计入", en="included"),
    "excluded": Text(zh="不计入", en="left out"),
}
