"""Colours that mean something, the same in marks, maps and charts.

Blue, orange and dark red are told apart by colour-blind eyes too, and the worse the darker, so that a black and white
print says the same. Each stands out from white by at least 3 : 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiaoheng.findings.assessment import Status

FILL: Mapping[Status, str] = {
    "meets": "#4d97cf",
    "floor": "#b86b00",
    "fails": "#8c1c13",
    "unknown": "#ffffff",
    "measured": "#6b7f92",
}
STROKE: Mapping[Status, str] = {
    "meets": "#2f6ea3",
    "floor": "#7a4a00",
    "fails": "#5c0f09",
    "unknown": "#6b6b6b",
    "measured": "#48586a",
}
LINE = "#8a8f98"
FAINT = "#d5d9df"
GROUND = "#e6edf4"
INK = "#1f2933"
LIMIT = "#8c1c13"
STAGE: Mapping[str, str] = {"primary": "#2f6ea3", "junior": "#c97a00"}
"""The two stages of the standard; a dash tells them apart as well."""
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', SimHei, sans-serif"
)
"""The reader's own fonts, Chinese ones among them."""
