"""The cost table: what comes with the program, what is refused, and that it is read as it was written."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import KINDS
from jiaoheng.language import Text
from jiaoheng.plans.costs import CostError, CostTable, Lever, defaults, parse, verify, written

GOOD = '[[levers]]\nkind = "build_ground"\ncost = 350\n'


def refused(text: str, schools: tuple[str, ...] | None = None) -> CostError:
    with pytest.raises(CostError) as caught:
        parse(text, "造价.toml", schools)
    said = caught.value.say("zh") + caught.value.say("en")
    assert "{" not in said
    assert "造价.toml" in said
    return caught.value


def slip(text: str, schools: tuple[str, ...] | None = None) -> tuple[int | None, str, str]:
    error = refused(text, schools)
    assert len(error.slips) == 1, error
    line, place, what = error.slips[0]
    return line, place, what.zh


def test_the_defaults_have_every_kind_of_move_and_say_that_they_are_assumptions() -> None:
    table = defaults()
    assert [lever.kind for lever in table.levers] == list(KINDS)
    for lever in table.levers:
        assert lever.label == KINDS[lever.kind].label
        assert lever.source.zh.startswith("默认假设，请换成本县价格")
        assert lever.source.en.startswith("Default assumption, to be replaced by the county’s own prices")
        assert lever.lead >= 1


def test_the_defaults_are_read_as_they_are_written() -> None:
    assert parse(written(defaults()), "again.toml") == defaults()


def test_a_lever_may_leave_out_its_label_and_say_its_source_once() -> None:
    table = parse(GOOD + 'source = "2025 年政府采购价"\n', "造价.toml")
    lever = table.levers[0]
    assert lever.label == KINDS["build_ground"].label
    assert lever.source == Text(zh="2025 年政府采购价", en="2025 年政府采购价")
    assert parse(GOOD, "造价.toml").levers[0].source.zh == "本县填写，未注明来源"


@pytest.mark.parametrize(
    ("text", "line", "place", "words"),
    [
        ('[[levers]]\nkind = "hire"\n', 1, "levers[1] hire", "没有单价；请写 cost ="),
        (GOOD + "lots = 3\n", 4, "levers[1] build_ground.lots", "是否想写“lot”"),
        (GOOD + "lot = 0\n", 4, "levers[1] build_ground.lot", "应大于 0，现为 0"),
        (GOOD + "lead = -1\n", 4, "levers[1] build_ground.lead", "不小于 0"),
        (GOOD + "share_most = 5.0\n", 4, "levers[1] build_ground.share_most", "5% 写作 0.05"),
        (GOOD + "school_most = nan\n", 4, "levers[1] build_ground.school_most", "nan"),
        (GOOD.replace("350", '"350"'), 3, "levers[1] build_ground.cost", "写法不对"),
        (GOOD.replace("350", "-1"), 3, "levers[1] build_ground.cost", "现为 -1"),
        (GOOD.replace("350", "inf"), 3, "levers[1] build_ground.cost", "inf"),
        (GOOD.replace("_ground", "_moat"), 2, "levers[1] build_moat.kind", "没有“build_moat”这种措施；可用：build"),
        (GOOD + GOOD, 5, "levers[2] build_ground.kind", "写了两次"),
        ('[[levers]]\nkind = "hire"\ncost = 1\nlot = 0.5\n', 4, "levers[1] hire.lot", "应为整数"),
        ("[[levers]]\ncost = 1\n", 1, "levers[1]", "缺少“kind”"),
        ("room_area = 0\n" + GOOD, 1, "room_area", "应大于 0"),
        ("transfer_km = -3\n" + GOOD, 1, "transfer_km", "应大于 0"),
        ("posts = -1\n" + GOOD, 1, "posts", "不小于 0"),
        ("post = 3\n" + GOOD, 1, "post", "是否想写“posts”"),
        (GOOD + "[sites.S1]\nbuild_moat = 3\n", 5, "sites.S1.build_moat", "没有“build_moat”这种措施"),
        (GOOD + "[sites.S1]\nbuild_ground = -3\n", 5, "sites.S1.build_ground", "不小于 0"),
        (GOOD + "[sites.S1]\nhire = 3\n[sites.S9]\nhire = 3\n", 6, "sites.S9", "没有代码为“S9”的学校"),
        ("room_area = 80\n", None, "levers", "没有 [[levers]]"),
        ("levers = 3\n", 1, "levers", "没有 [[levers]]"),
        ("cost =\n", None, "", "不是合法的 TOML"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_its_place_and_its_remedy(
    text: str, line: int | None, place: str, words: str
) -> None:
    found = slip(text, ("S1",))
    assert found[:2] == (line, place)
    assert words in found[2]


def test_every_slip_is_told_at_once() -> None:
    text = '[[levers]]\nkind = "hire"\n' + GOOD.replace("350", "-1") + "lot = -1\n[sites.A]\nhire = -1\n"
    assert [line for line, _, _ in refused(text).slips] == [1, 5, 6, 8]


def test_the_message_begins_with_the_file_and_its_lines() -> None:
    lines = refused(GOOD.replace("350", "-1")).say("zh").splitlines()
    assert lines[0] == "成本表“造价.toml”有误，没有使用："
    assert lines[1].startswith("  造价.toml:3  levers[1] build_ground.cost: ")


def test_a_table_that_is_no_file_is_held_against_the_same_rules() -> None:
    table = defaults()
    verify(table, "成本表")
    wrong = msgspec.structs.replace(table, sites={"S9": {"build_ground": 1.0}})
    with pytest.raises(CostError, match="S9"):
        verify(wrong, "成本表", schools=("S1",))


# TOML has no surrogates; a text is not blank.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
NUMBERS = st.floats(0, 1e12, allow_nan=False)
MAYBE = st.none() | NUMBERS


@st.composite
def tables(draw: st.DrawFn) -> CostTable:
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, unique=True))
    levers = tuple(
        Lever(
            kind,
            Text(draw(TEXTS), draw(TEXTS)),
            draw(NUMBERS),
            Text(draw(TEXTS), draw(TEXTS)),
            float(draw(st.integers(1, 10**6))),
            draw(st.integers(0, 9)),
            draw(MAYBE),
            draw(MAYBE),
            draw(st.none() | st.floats(0, 1)),
            draw(st.booleans()),
        )
        for kind in kinds
    )
    sites = draw(st.dictionaries(TEXTS, st.dictionaries(st.sampled_from(list(KINDS)), NUMBERS, max_size=3), max_size=3))
    above = st.floats(0.1, 1e6)
    return CostTable(levers, sites, draw(above), draw(above), draw(st.none() | st.integers(0, 10**6)))


@given(tables())
def test_any_table_is_read_as_it_was_written(table: CostTable) -> None:
    assert parse(written(table), "again.toml") == table
