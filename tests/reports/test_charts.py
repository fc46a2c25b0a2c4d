"""Charts: what a page takes and what a printer takes, from figures that may be missing."""

from __future__ import annotations

import json
import struct
from typing import Any

import msgspec
import pytest
from reports.strict import every, parsed

from jiaoheng.county import County, build
from jiaoheng.findings import Assessment
from jiaoheng.reports import charts
from jiaoheng.reports.charts import Chart, class_sizes, coefficients_over_years, png, pupils_over_years, svg
from jiaoheng.reports.clean import clean_svg
from jiaoheng.standards import Standard


@pytest.fixture(scope="module")
def coefficients(assessment: Assessment, standard: Standard) -> Chart:
    without = [msgspec.structs.replace(even, coefficient=None) for even in assessment.balance]
    return coefficients_over_years({2025: assessment.balance, 2023: assessment.balance, 2024: without}, standard)


def _values(chart: Chart) -> list[dict[str, Any]]:
    """The rows of the chart's largest set of data."""
    found: list[list[dict[str, Any]]] = list(json.loads(chart.specification)["datasets"].values())
    return max(found, key=len)


def test_a_chart_on_a_page_is_strict_and_said_in_words(coefficients: Chart) -> None:
    root = parsed(svg(coefficients))
    assert (root.get("role"), root.get("aria-label")) == ("img", coefficients.told)
    words = {node.text for node in every(root, "text")}
    assert {"小学", "初中", "生均体育场馆", "2025"} <= words


def test_the_words_name_what_is_over_its_limit(coefficients: Chart) -> None:
    assert "2025 年 14 项中 1 项超过限值：小学生均体育场馆 0.558（限 0.50）" in coefficients.told
    assert coefficients.told.endswith("有缺数据的年份：2024")


def test_all_fourteen_lines_are_there_and_a_year_without_a_figure_breaks_them(coefficients: Chart) -> None:
    rows = _values(coefficients)
    assert len({(row["item"], row["stage"]) for row in rows}) == 14
    assert {row["value"] for row in rows if row["year"] == 2024} == {None}
    one = [row for row in rows if (row["item"], row["stage"]) == (rows[0]["item"], "小学")]
    assert [row["year"] for row in one] == [2023, 2024, 2025]


def test_two_charts_on_a_page_do_not_share_names(county: County, coefficients: Chart) -> None:
    def names(chart: Chart) -> set[str]:
        return {value for node in parsed(svg(chart)).iter() if (value := node.get("id"))}

    assert not names(coefficients) & names(pupils_over_years(county))


def test_a_picture_for_print_has_the_resolution_asked_for(coefficients: Chart) -> None:
    def width(dots: int) -> int:
        picture = png(coefficients, dots)
        assert picture.startswith(b"\x89PNG")
        return int(struct.unpack(">I", picture[16:20])[0])

    assert charts.has_chinese_font()
    assert width(192) == pytest.approx(2 * width(96), abs=2)


def test_without_a_chinese_font_a_picture_is_refused_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, coefficients: Chart
) -> None:
    monkeypatch.setattr(charts, "has_chinese_font", lambda: False)
    with pytest.raises(charts.FontError, match="fonts-noto-cjk"):
        png(coefficients)


def test_classes_are_counted_over_each_limit_and_none_is_lost(county: County) -> None:
    sizes = [
        row["pupils"]
        for row in county["classes"].to_pylist()
        if row["year"] == 2025 and 1 <= row["grade"] <= 9 and row["pupils"] is not None
    ]
    chart = class_sizes(county, 2025, "en")
    over = [sum(size > limit for size in sizes) for limit in (45, 50, 55)]
    assert chart.told == (
        f"Sizes of {len(sizes)} classes in 2025: {over[0]} with more than 45 pupils, {over[1]} with more than 50, "
        f"{over[2]} with more than 55"
    )


def test_a_class_of_fifty_is_over_the_limit_in_primary_and_within_it_in_junior_grades() -> None:
    def row(grade: int, number: int, pupils: int) -> dict[str, Any]:
        return {"school_id": "1", "year": 2025, "grade": grade, "class_no": str(number), "pupils": pupils}

    small = build({"classes": [row(1, 1, 45), row(1, 2, 50), row(7, 1, 50), row(7, 2, 55), row(7, 3, 56)]})
    stands = {(dot["grade"], dot["pupils"]): dot["stands"] for dot in _values(class_sizes(small, 2025))}
    assert stands == {(1, 45): "meets", (1, 50): "floor", (7, 50): "meets", (7, 55): "floor", (7, 56): "fails"}


def test_pupils_are_added_by_stage_and_a_missing_number_is_not_0() -> None:
    def row(year: int, grade: int, pupils: int | None) -> dict[str, Any]:
        return {"school_id": "1", "year": year, "grade": grade, "classes": 1, "pupils": pupils}

    rows = [row(2023, 1, 30), row(2023, 2, 20), row(2023, 7, 40), row(2025, 1, 10), row(2025, 2, None), row(2025, 0, 9)]
    chart = pupils_over_years(build({"enrolment": rows}))
    by_stage = [(own["year"], own["value"]) for own in _values(chart) if own["stage"] == "小学"]
    assert by_stage == [(2023, 50), (2024, None), (2025, None)]
    assert chart.told == "在校生数：小学 2023 年 50 人；初中 2023 年 40 人。有缺数据的年份：2024、2025"


def test_without_figures_a_chart_is_empty_and_says_why(standard: Standard) -> None:
    empty = build({})
    for chart in (class_sizes(empty, 2025), pupils_over_years(empty), coefficients_over_years({}, standard)):
        assert chart.is_empty
        assert chart.told
        assert (svg(chart), png(chart)) == ("", b"")


def test_cleaning_takes_out_what_a_strict_page_refuses() -> None:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        "<style>text{fill:red}</style><script>x()</script><image xlink:href='http://example.org/a.png'/>"
        '<rect width="9" height="9" fill="white"/><g style="fill: none; stroke-width: 2" clip-path="url(#clip0)">'
        '<text style="font-size:11px" onclick="x()" transform="translate(1.23456,2)">教</text></g>'
        '<defs><clipPath id="clip0"><path d="M0,0h9v9z"/></clipPath></defs></svg>'
    )
    root = parsed(clean_svg(drawn, "说明"))
    assert not every(root, "rect")
    (group,) = every(root, "g")
    assert (group.get("fill"), group.get("stroke-width")) == ("none", "2")
    (text,) = every(root, "text")
    assert (text.text, text.get("font-size"), text.get("transform")) == ("教", "11px", "translate(1.23,2)")
    (clip,) = every(root, "clipPath")
    assert group.get("clip-path") == f"url(#{clip.get('id')})" != "url(#clip0)"


def test_what_is_no_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="no SVG"):
        clean_svg("<svg", "x")
