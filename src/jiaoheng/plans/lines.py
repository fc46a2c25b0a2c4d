"""Single lines of a plan made into sentences."""

from __future__ import annotations

from jiaoheng.language import Language
from jiaoheng.plans import words
from jiaoheng.plans.plan import Outlook


def sentence(line: str, language: Language) -> str:
    """A line as a sentence: with its full stop and, in English, a capital."""
    return line + "。" if language == "zh" else line[:1].upper() + line[1:] + "."


def year_line(outlook: Outlook, language: Language) -> str:
    """A year and how it stands, without the full stop."""
    colon = "：" if language == "zh" else ": "
    return words.year_label(outlook.year, language) + colon + words.outlook_line(outlook, language)
