"""Files of documents as plain text."""

from __future__ import annotations

from pathlib import Path

from jiaoheng.language import Language, Text


class DocumentError(Exception):
    """A file that gives no text, in words for the person who chose it."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)

    def say(self, language: Language) -> str:
        """What is wrong with the file and what to do about it."""
        return self.text.say(language)


def plain(source: Path | bytes, name: str) -> str:
    """The text of a file; raises ``DocumentError``."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not name.endswith(".txt"):
        raise DocumentError(Text(zh=f"“{name}”读不了。", en=f"“{name}” cannot be read."))
    text = data.decode("utf-8", "replace")
    if not text.strip():
        raise DocumentError(Text(zh=f"“{name}”里没有文字。", en=f"There is no text in “{name}”."))
    return text
