"""Moves that cannot be carried out, told in both languages."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Language, Text, catalogue

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_MESSAGES = Path(__file__).with_name("errors.toml")


class MoveError(ValueError):
    """A move that the county's facts do not allow, or facts that no move can start from.

    ``code`` is its key in ``errors.toml``, ``number`` the move's place in the list, from 1; 0 where it is none's.
    """

    def __init__(self, code: str, number: int = 0, **values: object) -> None:
        self.code, self.number = code, number
        zh, en = (self._said(language, code, values) for language in _LANGUAGES)
        self.text = Text(zh=zh, en=en)
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong and what to do about it."""
        return self.text.say(language)

    def _said(self, language: Language, code: str, values: dict[str, object]) -> str:
        own = {name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()}
        said = catalogue(_MESSAGES)[code].say(language, **own)
        return catalogue(_MESSAGES)["at"].say(language, number=self.number, **own) + said if self.number else said
