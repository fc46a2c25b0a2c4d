"""SVG as text: whatever a name holds stays text, and nothing gets in that the policy refuses."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.reports.svg import address, class_name, element, length, text, titled


@given(st.text())
def test_any_name_stays_text(name: str) -> None:
    root = ElementTree.fromstring(element("g", titled(name), aria_label=name))
    assert len(root) == 1
    assert len(root[0]) == 0
    if name.isprintable():
        assert (root[0].text or "") == name
        assert root.get("aria-label") == name


def test_markup_in_a_name_is_escaped() -> None:
    assert text("<script>alert(1)</script>&") == "&lt;script&gt;alert(1)&lt;/script&gt;&amp;"


@pytest.mark.parametrize("name", ["style", "onclick", "onload"])
def test_attributes_that_the_policy_refuses_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        element("g", **{name: "x"})


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_cannot_run_a_script(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        address(url)


@pytest.mark.parametrize("url", ["/schools/2141990001/", "?school=1#map", "https://example.org/a"])
def test_a_link_to_a_page_stays(url: str) -> None:
    assert address(url) == url


def test_a_class_name_is_only_a_name() -> None:
    assert class_name("level-3 is-fails") == "level-3 is-fails"
    with pytest.raises(ValueError, match="class name"):
        class_name('x" fill="red')


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (3.0, "3"), (1.25, "1.25"), (123.456, "123.5"), (-0.001, "-0")]
)
def test_lengths_are_short(value: float, shown: str) -> None:
    assert float(length(value)) == float(shown)
    assert len(length(value)) <= 5
