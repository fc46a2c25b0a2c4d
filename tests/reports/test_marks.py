"""Marks in rows: every school is there, at its value, and said in words."""

from __future__ import annotations

import pytest
from reports.strict import SVG, every, parsed, titles

from jiaoheng.findings.assessment import Status
from jiaoheng.reports.marks import Dot, bar, dot_strip, spark

_DOTS = [
    Dot("甲校", 3.1, "fails"),
    Dot("乙校", 3.9, "floor"),
    Dot("丙校", 4.2, "meets"),
    Dot("丁校", 8.0, "meets"),
    Dot("戊校", 60.0, "meets"),
    Dot("己校", None, "unknown"),
]


def _strip(dots: list[Dot], threshold: float | None = 4.2, **also: object) -> str:
    return dot_strip(dots, threshold, "at_least", 0.85, label="教师", unit="人/百人", **also)  # type: ignore[arg-type]


def test_every_school_is_on_the_strip_with_its_name_and_figure() -> None:
    told = list(titles(parsed(_strip(_DOTS))))
    assert len(told) == len(_DOTS)
    assert "甲校：3.1 人/百人（未达标）" in told
    assert "己校：缺数据，不能判定" in told


def test_a_dot_stands_left_of_the_line_exactly_when_it_is_below() -> None:
    root = parsed(_strip(_DOTS))
    line = next(float(node.get("x1", "")) for node in root.iter(SVG + "line") if node.get("class") == "mark-limit")
    below = [float(node.get("cx", "")) for kind in ("is-fails", "is-floor") for node in every(root, "circle", kind)]
    above = [float(node.get("cx", "")) for node in every(root, "circle", "is-meets")]
    assert len(below) == len(above) == 2
    assert max(below) < line <= min(above)


def test_the_line_stands_at_one_place_whatever_the_figures() -> None:
    def line(svg: str) -> str | None:
        return next(node.get("x1") for node in parsed(svg).iter(SVG + "line") if node.get("class") == "mark-limit")

    assert line(_strip(_DOTS)) == line(_strip([Dot("甲", 900.0, "meets")], 2500.0)) == line(_strip([]))


def test_what_lies_beyond_the_scale_is_an_arrow_that_says_so() -> None:
    root = parsed(_strip(_DOTS))
    (arrow,) = every(root, "polygon")
    assert next(titles(arrow)) == "戊校：60 人/百人（达标；超出图示范围）"


def test_many_beyond_the_scale_are_one_arrow_with_their_number_and_names() -> None:
    root = parsed(_strip([Dot(f"第{number}校", 100.0 + number, "meets") for number in range(30)]))
    (arrow,) = every(root, "polygon")
    assert next(titles(arrow)).count("\n") == 29
    assert [node.text for node in every(root, "text")] == ["30"]


def test_a_school_without_a_figure_is_never_drawn_at_0() -> None:
    root = parsed(_strip([Dot("甲", 0.0, "fails"), Dot("乙", None, "unknown")]))
    (zero,), (hollow,) = every(root, "circle", "is-fails"), every(root, "circle", "is-unknown")
    end = max(float(node.get("x2", "")) for node in root.iter(SVG + "line"))
    assert float(zero.get("cx", "")) < end < float(hollow.get("cx", ""))


def test_a_strip_says_itself_in_both_languages() -> None:
    zh, en = (parsed(_strip(_DOTS, language=language)) for language in ("zh", "en"))
    assert zh.get("role") == en.get("role") == "img"
    assert zh.get("aria-label") == (
        "教师：6 所学校，标准不低于 4.2 人/百人，3 所达标，1 所未达标但在 85% 以上，"
        "1 所未达标，1 所缺数据；最低 甲校 3.1，最高 戊校 60"
    )
    assert "3 meet it, 1 is below it but at 85 % or more, 1 fails, 1 lacks figures" in en.get("aria-label", "")


def test_an_empty_strip_and_one_without_a_threshold_are_drawn() -> None:
    assert "没有适用的学校" in parsed(_strip([])).get("aria-label", "")
    plain = parsed(_strip(_DOTS, None))
    assert len(list(titles(plain))) == len(_DOTS)
    assert not [node for node in plain.iter() if node.get("class") == "mark-limit"]


def test_negative_figures_and_a_threshold_of_0_have_their_place() -> None:
    for threshold in (0.0, -2.0):
        root = parsed(_strip([Dot("甲", -5.0, "fails"), Dot("乙", 5.0, "meets")], threshold))
        assert len(every(root, "circle")) == 2
    (arrow,) = every(parsed(_strip([Dot("甲", -5.0, "fails")])), "polygon")
    assert float(arrow.get("points", "").split(",")[0]) < 20


def test_a_school_called_like_markup_stays_a_name() -> None:
    assert '<b> "&' in next(titles(parsed(_strip([Dot('<b> "&', 1.0, "fails")]))))


@pytest.mark.parametrize("status", ["meets", "floor", "fails", "unknown", "measured"])
def test_a_bar_has_the_class_of_its_status(status: Status) -> None:
    assert every(parsed(bar(3.0, 4.2, status)), "rect") != []
    assert any(node.get("class") == f"is-{status}" for node in parsed(bar(3.0, 4.2, status)).iter())


def test_a_bar_without_a_figure_is_only_its_track() -> None:
    root = parsed(bar(None, 4.2, "unknown"))
    assert [node.get("class") for node in every(root, "rect")] == ["mark-track"]
    assert root.get("aria-label") == "—，标准不低于 4.2，缺数据，不能判定"


def test_a_bar_is_as_long_as_its_figure_and_ends_in_an_arrow_beyond_the_scale() -> None:
    short, long = (float(every(parsed(bar(value, 4.0, "meets")), "rect")[1].get("width", "")) for value in (2.0, 4.0))
    assert long == pytest.approx(2 * short, abs=0.2)
    assert not every(parsed(bar(4.0, 4.0, "meets")), "polygon")
    assert len(every(parsed(bar(400.0, 4.0, "meets")), "polygon")) == 1


def test_a_spark_breaks_where_a_year_has_no_figure() -> None:
    whole = spark([(2020, 0.3), (2021, 0.4), (2022, 0.5)], 0.5, "meets")
    broken = spark([(2020, 0.3), (2021, None), (2022, 0.5)], 0.5, "meets")
    missing = spark([(2020, 0.3), (2022, 0.5)], 0.5, "meets")
    assert every(parsed(whole), "path")[0].get("d", "").count("L") == 2
    assert not every(parsed(broken), "path")
    assert not every(parsed(missing), "path")
    assert "2021 年缺数据" in parsed(broken).get("aria-label", "")


def test_a_spark_of_one_year_or_none_is_drawn() -> None:
    assert len(every(parsed(spark([(2025, 0.3)], None, "measured")), "circle")) == 1
    assert not every(parsed(spark([], 0.5, "unknown")), "circle")
