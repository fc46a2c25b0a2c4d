"""A document that cannot be read: said to the person who chose it, in their language."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Language, Text, catalogue

MESSAGES_FILE = Path(__file__).with_name("errors.toml")


class DocumentError(Exception):
    """A document that gives no text: ``code`` is the reason, a key of ``errors.toml``."""

    def __init__(self, code: str, **values: object) -> None:
        message = catalogue(MESSAGES_FILE)[code]
        self.code = code
        self.text = Text(zh=message.say("zh", **values), en=message.say("en", **values))
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong with the document and what to do about it."""
        return self.text.say(language)
