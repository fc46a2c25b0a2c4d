"""The log of a server or worker: what happened when, and nothing about people.

An error is told by its kind and the places it went through. Its message is left out: those of a database quote the
row, names and all.
"""

from __future__ import annotations

import logging
import traceback
from logging.handlers import WatchedFileHandler
from typing import Any

from jiaoheng.ledger import store

ACCESS = "jiaoheng.access"
"""The logger of requests; it goes to the file only."""


class Formatter(logging.Formatter):
    """One line an entry, and the places of an error."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802, as logging names it
        """One line: what came with a request, such as an address, can neither begin another nor colour a terminal."""
        line = super().formatMessage(record)
        return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in line)

    def formatException(self, ei: Any) -> str:  # noqa: N802, as logging names it
        """The kind of an error and where it came from, without its message."""
        kind, _, places = ei
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(places)]
        return "\n".join([f"  {kind.__module__}.{kind.__qualname__}", *lines])


def configuration() -> dict[str, Any]:
    """Django's ``LOGGING``: to standard error; a log-in that failed is kept in the database, not told here."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"()": "jiaoheng.ledger.log.Formatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "level": "WARNING"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "jiaoheng": {"level": "INFO"},
            ACCESS: {"level": "INFO", "propagate": False},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            # Pages that do not exist or are not for this person are told by the line of access.
            "django.request": {"level": "ERROR"},
            "waitress.queue": {"level": "ERROR"},
            "axes": {"level": "CRITICAL"},
        },
    }


def to_file() -> None:
    """Write to ``log/workspace.log`` in the home folder too; programs that turn logs over may move it away."""
    folder = store.home() / "log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = WatchedFileHandler(folder / "workspace.log", encoding="utf-8", delay=True)
    handler.setFormatter(Formatter())
    for name in ("", ACCESS):
        logging.getLogger(name).addHandler(handler)
