"""Web pages: what their reader sees, in lines, with tables as rows."""

from __future__ import annotations

import pytest

from jiaoheng.documents.files import DocumentError, plain

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>门户网站</title><style>p {{ color: red }}</style>
<script>document.write("新建9所")</script></head><body>
<div class="top"><a href="/">首页</a> <a href="/a">政务公开</a> <a href="/b">办事服务</a>
<a href="/c">互动交流</a></div>
<h1>望岚县教育高质量发展三年行动计划</h1>
<p style="display: none">隐藏的学校</p><p hidden>隐藏的教师</p>
<p>&nbsp;&nbsp;&nbsp;&nbsp;到2027年，全县学前教育
毛入园率达到<b>96%</b>以上，<br>新建3所公办幼儿园。</p>
<ol start="2"><li>九年义务教育<li>普惠性幼儿园</ol>
<nav>导航</nav><footer>版权所有</footer></body></html>"""
SEEN = [
    "望岚县教育高质量发展三年行动计划",
    "到2027年，全县学前教育毛入园率达到96%以上，",
    "新建3所公办幼儿园。",
    "2.九年义务教育",
    "3.普惠性幼儿园",
]


def lines(html: str, name: str = "规划.html") -> list[str]:
    return plain(f"<html><body>{html}</body></html>".encode(), name).splitlines()


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "GBK", "gb18030"])
def test_a_page_is_read_in_its_encoding_without_what_is_not_its_text(charset: str) -> None:
    data = PAGE.format(charset=charset).encode(charset)
    assert plain(data, "规划.html").splitlines() == SEEN


@pytest.mark.parametrize("actual", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_wrong_or_missing_declaration_does_not_garble(actual: str) -> None:
    for charset in ("gb2312", "utf-8", "nonsense"):
        assert plain(PAGE.format(charset=charset).encode(actual), "规划.html").splitlines() == SEEN


def test_a_page_is_known_by_its_content() -> None:
    assert plain(PAGE.format(charset="utf-8").encode(), "导出.doc").splitlines() == SEEN
    fragment = "全县学校发展规划<br>到2027年，<p>新建学校</p>"
    assert plain(fragment.encode(), "a.htm").splitlines() == ["全县学校发展规划", "到2027年，", "新建学校"]
    assert plain("教师<3人的学校，发展>5所\n".encode(), "a.txt") == "教师<3人的学校，发展>5所\n"


def test_a_table_is_rows_in_which_a_merged_cell_stands_once() -> None:
    table = """<table><caption>表1</caption><tr><th>类别<th>指标<th colspan=2>数值</tr>
    <tr><td rowspan=2>学前教育<td>毛入园率<td>93%<td>96%<tr><td>普惠率<td>88%<td>90%
    <tr><td colspan=4>义务教育<tr><td>巩固率<td><p>97%</p><td><td></table>"""
    assert lines(table) == [
        "表1",
        "类别 | 指标 | 数值",
        "学前教育 | 毛入园率 | 93% | 96%",
        " | 普惠率 | 88% | 90%",
        "义务教育",
        "巩固率 | 97%",
    ]


def test_lines_within_a_cell_become_one() -> None:
    cell = "<td><p>县教育局</p><p>县财政局</p><td>学前<br>教育<td>1.新建学校<br>2.改建学校<td>在园<br>人数"
    (line,) = lines(f"<table><tr>{cell}</tr></table>")
    assert line == "县教育局、县财政局 | 学前教育 | 1.新建学校；2.改建学校 | 在园人数"


def test_a_table_that_lays_out_the_page_is_text() -> None:
    page = "<table><tr><td>左栏学校<td><p>一、目标</p><table><tr><td>指标<td>96%</table><p>二、任务</p></table>"
    assert lines(page) == ["左栏学校", "一、目标", "指标 | 96%", "二、任务"]


def test_lists_of_annexes_and_contents_are_no_menus() -> None:
    annexes = "".join(f'<p><a href="/{n}.doc">附件{n}：学校名单</a></p>' for n in range(1, 6))
    contents = "".join(f'<li><a href="#{n}">第{n}部分教育</a></li>' for n in range(1, 6))
    shown = lines(f"<div>{annexes}</div><ul>{contents}</ul>")
    assert len(shown) == 10


def test_preformatted_text_keeps_its_lines() -> None:
    assert lines("<pre>一、目标\n到2027年，\n  新建学校</pre>后文") == ["一、目标", "到2027年，", "新建学校", "后文"]


def test_blanks_stand_between_words_and_figures_only() -> None:
    assert lines("<p>2022\n2027 年全县 STEM\neducation学校\n教师</p>") == ["2022 2027 年全县 STEM education学校教师"]


HOSTILE = {
    "nested": "<div>" * 100_000 + "学校",
    "unclosed": "<b>" * 200_000 + "学校",
    "attributes": "<p " + " ".join(f"a{n}" for n in range(200_000)) + ">学校",
    "quoted attributes": "<p x='\"' y=\"> " + " ".join(f"a{n}" for n in range(200_000)) + '">学校',
    "elements": "<i></i>" * 310_000 + "学校",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_refused(kind: str) -> None:
    with pytest.raises(DocumentError) as error:
        lines(HOSTILE[kind])
    assert error.value.code == "too_slow"


def test_entities_of_a_page_are_not_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "教育">]><p>学校&x;&y;</p>'
    assert "root" not in plain(page.encode(), "a.html")


def test_cells_that_claim_to_cover_everything_stay_small() -> None:
    rows = "<tr><td rowspan=99999 colspan=99999>学校<td>教育" * 500
    assert len(plain(f"<html><table>{rows}</table>".encode(), "a.html")) < 500 * 250
