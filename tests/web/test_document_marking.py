"""A text with places marked in it: every character once, in order, whatever nests and overlaps."""

from __future__ import annotations

import html as escaping
import re

from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.web.pages.documents.marking import Place, html, lines

TEXT = "一、目标\n（一）质量。到2027年巩固率达到99%，入园率<98%。\n\n（二）队伍\n交流不低于5%。"


def place(key: int, quote: str, *, is_target: bool = True, state: str = "proposed") -> Place:
    start = TEXT.index(quote)
    return Place(key, start, start + len(quote), is_target, state, "待确认", f"：{key}", f"?at={key}#q-{key}")


def shown(markup: str) -> list[str]:
    """The words of each paragraph, without marks."""
    bare = re.sub(r'<a class="task-mark.*?</a>', "", markup)
    return [escaping.unescape(re.sub("<[^>]*>", "", each)) for each in re.findall(r"<p [^>]*>(.*?)</p>", bare)]


def test_a_target_is_marked_on_its_words_with_its_place() -> None:
    markup = html(TEXT, [place(7, "巩固率达到99%")])
    assert '<a class="promise is-proposed" id="q-7" href="?at=7#q-7" data-key="7"' in markup
    assert f'data-start="{TEXT.index("巩固率")}"' in markup
    assert shown(markup) == [line for line in TEXT.split("\n") if line]


def test_what_the_text_says_is_never_markup() -> None:
    markup = html('入园率<98%<script>alert("1")</script>', [])
    assert "<script" not in markup
    assert "&lt;script&gt;" in markup


def test_a_shared_piece_leads_to_the_shortest_and_names_all() -> None:
    markup = html(
        TEXT, [place(1, "到2027年巩固率达到99%，入园率"), place(2, "巩固率达到99%"), place(3, "99%，入园率<98%")]
    )
    assert 'data-keys="2 1"' in markup
    assert 'data-keys="2 1 3"' in markup or 'data-keys="2 3 1"' in markup
    for key in (1, 2, 3):
        assert markup.count(f'id="q-{key}"') == 1
    assert shown(markup) == [line for line in TEXT.split("\n") if line]


def test_a_measure_has_a_mark_where_it_begins_and_a_line_beside_it() -> None:
    markup = html(TEXT, [place(5, TEXT[TEXT.index("（二）") :], is_target=False, state="holds")])
    assert markup.count("in-task is-holds") == 2
    assert re.search(r'task-mark is-holds" id="q-5".*?</a><span data-start="\d+">（二）队伍', markup)


def test_a_heading_that_runs_on_is_bold_only_as_far_as_it_goes() -> None:
    start = TEXT.index("（一）")
    found = list(lines(TEXT, [], [[0, 4, 1], [start, start + 5, 2]]))
    assert [line.depth for line in found] == [1, 0, 0, 0]
    assert 'class="runs-on" data-start="5">（一）质量<' in html(TEXT, [], [[0, 4, 1], [start, start + 5, 2]])


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(1, 12), st.booleans()), max_size=8))
def test_no_places_lose_or_repeat_a_character(drawn: list[tuple[int, int, bool]]) -> None:
    places = [
        Place(key, start, min(start + length, len(TEXT)), is_target, "proposed", "", "", "")
        for key, (start, length, is_target) in enumerate(drawn, start=1)
        if start < len(TEXT)
    ]
    markup = html(TEXT, places)
    assert shown(markup) == [line for line in TEXT.split("\n") if line.strip()]
    for line in lines(TEXT, places):
        assert [piece.start for piece in line.pieces] == [line.start, *(piece.end for piece in line.pieces)][:-1]
        assert line.pieces[-1].end == line.end


def test_many_places_are_each_looked_at_in_their_own_lines_only() -> None:
    looked = 0

    class Counted(Place, frozen=True):
        def __getattribute__(self, name: str) -> object:
            nonlocal looked
            looked += name in ("start", "end")
            return super().__getattribute__(name)

    def work(count: int) -> int:
        nonlocal looked
        looked = 0
        text = "到2027年新建小学4所。\n" * count
        width = len(text) // count
        listed = [Counted(each, each * width, each * width + 9, each % 3 > 0, "", "", "", "") for each in range(count)]
        assert sum(1 for _ in lines(text, listed)) == count
        return looked

    assert work(400) < 5 * work(100)
