"""What typer says of wrong use, in the user's language."""

from __future__ import annotations

import re
from typing import Any

from typer import rich_utils

from jiaoheng.cli.screen import say
from jiaoheng.language import Language

_SAID = (
    ("usage_argument", r"Missing argument '(?P<what>.+?)'\."),
    ("usage_option", r"Missing option '(?P<what>.+?)'\."),
    ("usage_no_option", r"No such option: (?P<what>\S+)(?P<more>.*)"),
    ("usage_no_command", r"No such command '(?P<what>.+?)'\."),
    ("usage_extra", r"Got unexpected extra argument(?:s|\(s\))? \((?P<what>.+)\)"),
    ("usage_no_value", r"Option '(?P<what>.+?)' requires an argument\."),
    ("usage_integer", r"Invalid value for '(?P<what>.+?)': .*valid integer"),
    ("usage_value", r"Invalid value for '(?P<what>.+?)': (?P<more>.*)"),
)


def told(message: str, language: Language) -> str:
    """What typer says of wrong use, in a language; as it is where it says something rare."""
    for key, pattern in _SAID if language == "zh" else ():
        if found := re.match(pattern, message):
            given = found.groupdict()
            options = re.findall(r"--[\w-]+", given.get("more") or "")
            near = say("usage_near", language, options="、".join(options)) if options else ""
            return say(key, language, what=given["what"], more=given.get("more") or "", near=near)
    return message


def speak(language: Language) -> None:
    """Have typer speak a language."""
    show = rich_utils.rich_format_error

    def show_told(error: Any) -> None:
        message = told(error.format_message(), language)
        error.format_message = lambda: message
        show(error)

    rich_utils.rich_format_error = show_told  # type: ignore[assignment]
    rich_utils.RICH_HELP = say("usage_help", language)
