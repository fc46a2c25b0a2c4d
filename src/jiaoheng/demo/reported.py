"""Figures that a county reports with evidence instead of computing them.

Two are left out, as in a county that has not finished: the burden of homework (3.8), and the visits that go
with the satisfaction survey (4.1.visits).
"""

from __future__ import annotations

from typing import Any

from jiaoheng.demo.geography import COUNTY_CODE
from jiaoheng.demo.schools import LAST_YEAR

Row = dict[str, Any]

_SURVEY = "2025年社会认可度问卷调查报告"
_MONITORING = "国家义务教育质量监测县级报告（2024）"
_FIGURES: tuple[tuple[str, float, str], ...] = (
    ("2.1", 1, "望政办〔2023〕41号《望岚县中小学幼儿园布局专项规划（2023—2030年）》"),
    ("2.2", 1, "望教〔2024〕26号《关于落实城乡义务教育四统一标准的自查报告》"),
    ("2.10", 1, "望编办〔2024〕9号《中小学教职工编制县域统筹管理办法》"),
    ("2.13.primary", 100, "望教〔2025〕18号《2025年义务教育招生入学工作总结》"),
    ("2.13.junior", 97.6, "望教〔2025〕18号《2025年义务教育招生入学工作总结》"),
    ("2.14", 55, "望教〔2025〕15号《2025年普通高中招生计划及指标分配表》"),
    ("2.15", 93.4, "望教〔2025〕22号《随迁子女入学与留守儿童关爱情况报告》"),
    ("3.1", 98.3, "2025届初中毕业生学籍核对表"),
    ("3.2", 97.9, "望教〔2025〕20号《适龄残疾儿童少年入学安置台账》"),
    ("3.3", 1, "望教督〔2025〕6号《学校章程与信息化管理专项督导报告》"),
    ("3.5", 1, "望教督〔2025〕6号《学校章程与信息化管理专项督导报告》"),
    ("3.6", 1, "望教督〔2025〕8号《德育与校园文化建设督导评价结果》"),
    ("3.7", 1, "望教督〔2025〕9号《课程开设与综合实践活动督导报告》"),
    ("3.9.chinese.level", 3, _MONITORING),
    ("3.9.chinese.rate", 0.093, _MONITORING),
    ("3.9.math.level", 3, _MONITORING),
    ("3.9.math.rate", 0.127, _MONITORING),
    ("3.9.science.level", 3, _MONITORING),
    ("3.9.science.rate", 0.114, _MONITORING),
    ("3.9.pe.level", 3, _MONITORING),
    ("3.9.pe.rate", 0.082, _MONITORING),
    ("3.9.arts.level", 3, _MONITORING),
    ("3.9.arts.rate", 0.138, _MONITORING),
    ("3.9.morality.level", 3, _MONITORING),
    ("3.9.morality.rate", 0.076, _MONITORING),
    ("4.1.survey", 91.2, _SURVEY),
)


def figures(rotation: tuple[float, float]) -> list[Row]:
    """Rows of ``reported`` for the last year; ``rotation`` is what the roster shows of 2.11, in percent."""
    source = "望教〔2025〕30号《2025年校长教师交流轮岗台账》"
    moved = (("2.11.movers", rotation[0], source), ("2.11.backbone", rotation[1], source))
    return [
        {
            "subject_id": COUNTY_CODE,
            "indicator": indicator,
            "year": LAST_YEAR,
            "value": float(value),
            "evidence": evidence,
        }
        for indicator, value, evidence in (*_FIGURES, *moved)
    ]
