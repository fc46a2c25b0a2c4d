"""The door from the command line to Django's commands; Django is imported when one is called, not before."""

from __future__ import annotations

import os
from pathlib import Path

from jiaoheng.language import Language


class CommandFailed(Exception):
    """A command could not do what it was asked to; said in the user's language."""


def set_up(home: Path | None = None, *, demo: bool = False) -> None:
    """Make Django ready for a home folder, by default that of ``JIAOHENG_HOME``; the first of a process stays."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "jiaoheng.web.settings"
    if home is not None:
        os.environ["JIAOHENG_HOME"] = str(home.absolute())
    if demo:
        os.environ.setdefault("JIAOHENG_DEMO", "1")
    import django

    django.setup()


def call(name: str, *words: object, home: Path | None = None, demo: bool = False, language: Language = "zh") -> None:
    """Carry out one of Django's commands on a home folder; raises ``CommandFailed``."""
    set_up(home, demo=demo)
    from django.core.management import CommandError, call_command
    from django.db import Error
    from django.utils import translation

    with translation.override("zh-hans" if language == "zh" else "en"):
        try:
            call_command(name, *map(str, words))
        except CommandError as error:
            raise CommandFailed(str(error)) from error
        except Error as error:
            told = translation.gettext("数据库没有应答或不能使用（{kind}）。请检查 JIAOHENG_DATABASE 和数据库服务。")
            raise CommandFailed(told.format(kind=type(error).__name__)) from error
