"""Chinese and English side by side: every text a user reads exists in both."""

from __future__ import annotations

import locale
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from jiaoheng import typed

Language = Literal["zh", "en"]


_BY_NUMBER = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages; a missing translation cannot be built.

    English has a singular. A sentence carries both words, ``{count} {count:school|schools}``; a unit, which
    also stands alone, keeps its singular in ``one``. The singular follows a figure that is shown as 1.
    """

    zh: str
    en: str
    one: str = ""

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError("a text needs both zh and en")

    def say(self, language: Language, **values: object) -> str:
        """The text in one language, its {placeholders} filled in."""
        if not values:
            return self.zh if language == "zh" else self.en
        if language == "zh":
            return self.zh.format(**values)
        return _BY_NUMBER.sub(lambda word: word[2 if str(values[word[1]]) == "1" else 3], self.en).format(**values)

    def after(self, figure: str, language: Language) -> str:
        """This unit as it follows a figure: 1 room, 2 rooms."""
        return self.one if language == "en" and self.one and figure == "1" else self.say(language)


def bracketed(text: str, language: Language) -> str:
    """The text in the brackets of the language, to follow a word; nothing where there is none."""
    if not text:
        return ""
    return f"（{text}）" if language == "zh" else f" ({text})"


@cache
def catalogue(path: Path) -> Mapping[str, Text]:
    """Texts of a TOML file of the form ``key = {zh = "…", en = "…"}``.

    Raises ``ValueError`` naming the file and key when a translation is missing.
    """
    with path.open("rb") as file:
        raw = tomllib.load(file)
    texts = {}
    for key, value in raw.items():
        try:
            texts[key] = typed.convert(value, Text)
        except msgspec.ValidationError as error:
            raise ValueError(f"{path}: {key}: {error}") from None
    return texts


class Refusal(Exception):
    """What cannot be used, said to the person who gave it; ``code`` is its key in the catalogue ``messages``.

    A value that is a ``Text`` is said in the language of the message.
    """

    messages: ClassVar[Path]

    def __init__(self, code: str, **values: object) -> None:
        message = catalogue(self.messages)[code]
        self.code = code
        self.text = Text(
            zh=message.say("zh", **{name: _said(value, "zh") for name, value in values.items()}),
            en=message.say("en", **{name: _said(value, "en") for name, value in values.items()}),
        )
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong and what to do about it."""
        return self.text.say(language)


def _said(value: object, language: Language) -> object:
    return value.say(language) if isinstance(value, Text) else value


def write_pages(folder: Path, pages: Mapping[Language, str], page: Callable[[Language], str]) -> tuple[Path, ...]:
    """Write a page of the documentation in both languages into a folder; ``pages`` are the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language, name in pages.items():
        (folder / name).write_text(page(language), encoding="utf-8", newline="\n")
        written.append(folder / name)
    return tuple(written)


def preferred() -> Language:
    """The reader's language: ``JIAOHENG_LANG`` if set, else the locale of the system."""
    chosen = os.environ.get("JIAOHENG_LANG")
    if not chosen:
        chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if not chosen:
        chosen = locale.getlocale()[0] or ""
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"
