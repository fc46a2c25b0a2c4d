"""Chinese texts are set as Chinese is: full-width punctuation between Chinese words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from reading import SOURCE, texts_in

from jiaoheng.web import texts

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”》）][,;:?!(]|\)[\u4e00-\u9fff]|[,;:?!][\u4e00-\u9fff“]")
_TAG = re.compile(r"<[^>]*>")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.toml")), ids=lambda path: path.stem)
def test_catalogues_are_set_as_chinese_is(path: Path) -> None:
    assert [
        text for text in texts_in(tomllib.loads(path.read_text(encoding="utf-8")), "zh") if HALF_WIDTH.search(text)
    ] == []


@pytest.mark.parametrize("area", texts.areas(), ids=lambda area: area.name)
def test_texts_of_the_workspace_are_set_as_chinese_is(area: texts.Area) -> None:
    found = [message.id for message in texts.extracted(area) if message.id]
    said = [text for one in found for text in (one if isinstance(one, tuple) else (one,))]
    assert [text for text in said if HALF_WIDTH.search(_TAG.sub("", text))] == []


def test_half_width_punctuation_is_found() -> None:
    assert HALF_WIDTH.search("未达标,缺 3 间")
    assert HALF_WIDTH.search("小学(部)")
    assert not HALF_WIDTH.search("比例 1:1.1，每周 9:00—17:00")
