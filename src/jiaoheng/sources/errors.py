"""A file that cannot be read at all: said to the person who chose it, in their language."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Language, Text, catalogue

MESSAGES_FILE = Path(__file__).with_name("errors.toml")


class SourceError(Exception):
    """A source that gives nothing: unreadable, locked, damaged, too big, or not what it claims to be."""

    def __init__(self, code: str, **values: object) -> None:
        message = catalogue(MESSAGES_FILE)[code]
        self.code = code
        self.text = Text(zh=message.say("zh", **values), en=message.say("en", **values))
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong with the file and what to do about it."""
        return self.text.say(language)
