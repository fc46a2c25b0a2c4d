"""Every text of the workspace is there in English, and the compiled catalogues are those of the texts."""

from __future__ import annotations

import re

import pytest

from jiaoheng.web import texts

AREAS = texts.areas()
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_text_has_its_english(area: texts.Area) -> None:
    found = texts.brought_up_to_date(area, "en")
    assert list(texts.lacking(found)) == []


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_no_translation_lies_unused(area: texts.Area) -> None:
    there = {(str(message.id), message.context) for message in texts.catalogue(area.po("en")) if message.id}
    asked = {(str(message.id), message.context) for message in texts.brought_up_to_date(area, "en") if message.id}
    assert there - asked == set()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_the_english_has_the_same_placeholders(area: texts.Area) -> None:
    for message in texts.catalogue(area.po("en")):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in filter(None, strings):
            if message.id:
                assert set(_PLACEHOLDER.findall(string)) <= set(_PLACEHOLDER.findall(ids[-1])), message.id


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_the_compiled_catalogue_is_that_of_the_texts(area: texts.Area) -> None:
    if area.po("en").exists():
        assert area.mo("en").read_bytes() == texts.compiled(texts.catalogue(area.po("en")))


def test_texts_are_found_in_templates_and_in_python() -> None:
    found = sum(len(texts.extracted(area)) for area in AREAS)
    assert found > 100


def test_no_chinese_stands_in_a_template_outside_a_text() -> None:
    """What is not between translation tags would stay Chinese on an English page."""
    outside = {}
    for area in AREAS:
        for path in area.sources():
            if path.suffix == ".html":
                bare = _untranslated(path.read_text(encoding="utf-8"))
                if _CHINESE.search(bare):
                    outside[path.name] = _CHINESE.findall(bare)[:10]
    assert outside == {}


def _untranslated(template: str) -> str:
    template = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", template, flags=re.S)
    template = re.sub(r"\{%\s*blocktrans.*?endblocktrans(late)?\s*%\}", "", template, flags=re.S)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.S)
