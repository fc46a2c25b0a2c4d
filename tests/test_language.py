from __future__ import annotations

from pathlib import Path

import pytest

from jiaoheng.language import Text, catalogue, preferred


def test_a_text_says_each_language_with_its_values() -> None:
    text = Text("{n} 所学校", "{n} schools")
    assert text.say("zh", n=3) == "3 所学校"
    assert text.say("en", n=3) == "3 schools"


def test_braces_stand_when_there_is_nothing_to_fill_in() -> None:
    assert Text("{a}", "{b}").say("en") == "{b}"


@pytest.mark.parametrize(("zh", "en"), [("", "x"), ("x", " "), (" ", "")])
def test_a_text_without_translation_cannot_be_built(zh: str, en: str) -> None:
    with pytest.raises(ValueError, match="both zh and en"):
        Text(zh, en)


def test_a_catalogue_names_the_key_that_lacks_a_translation(tmp_path: Path) -> None:
    file = tmp_path / "texts.toml"
    file.write_text('good = { zh = "好", en = "good" }\nbad = { zh = "坏" }\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"texts\.toml: bad"):
        catalogue(file)


def test_a_catalogue_refuses_a_key_misspelt(tmp_path: Path) -> None:
    file = tmp_path / "texts.toml"
    file.write_text('good = { zh = "好", en = "good", eng = "good" }\n', encoding="utf-8")
    with pytest.raises(ValueError, match="eng"):
        catalogue(file)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"JIAOHENG_LANG": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"JIAOHENG_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_readers_language_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("JIAOHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert preferred() == language


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "0 schools fail"),
        (1, "1 school fails"),
        ("1", "1 school fails"),
        (2, "2 schools fail"),
        (21, "21 schools fail"),
        ("1.5", "1.5 schools fail"),
    ],
)
def test_english_takes_the_singular_where_one_is_shown(count: object, sentence: str) -> None:
    text = Text("{count} 所未达标", "{count} {count:school fails|schools fail}")
    assert text.say("en", count=count) == sentence
    assert text.say("zh", count=count) == f"{count} 所未达标"


@pytest.mark.parametrize(
    ("figure", "amount"), [("1", "1 room"), ("0", "0 rooms"), ("1.2", "1.2 rooms"), ("—", "— rooms")]
)
def test_a_unit_follows_its_figure(figure: str, amount: str) -> None:
    room = Text("间", "rooms", "room")
    assert f"{figure} {room.after(figure, 'en')}" == amount
    assert room.after(figure, "zh") == "间"
    assert Text("㎡", "m²").after("1", "en") == "m²"
