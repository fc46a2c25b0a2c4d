"""The kinds of run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from jiaoheng.ledger.models import Run


class Progress(Protocol):
    """Tells how far a run is, from 0 to 1, and what it is doing: files of so many, the present one's name."""

    def __call__(self, part: float, doing: Mapping[str, Any] | None = None) -> None:
        """Tell it; ``doing`` stays as it was where it is None."""
        ...


Function = Callable[[Run, Progress], dict[str, Any]]


class JobError(Exception):
    """A run could not be carried out, in words for the person who asked; trying again would not help.

    Said in Chinese and English; as a string, a line each.
    """

    def __init__(self, chinese: str, english: str = "") -> None:
        super().__init__("\n".join(filter(None, (chinese, english))))


class Job(msgspec.Struct, frozen=True):
    """A kind of run: what it is called and the function that does it."""

    kind: str
    label: Any
    function: Function


JOBS: dict[str, Job] = {}


def job(kind: str, label: Any) -> Callable[[Function], Function]:
    """Make a function a kind of run.

    It is called in a child process with the run and a function to tell how far it is (0 to 1), and returns what the
    run's ``result`` is to hold. It may be called again after its worker died: it must be able to start over. It raises
    ``JobError`` for what the user can mend.
    """

    def register(function: Function) -> Function:
        if kind in JOBS:
            raise ValueError(f"there is a job {kind} already")
        JOBS[kind] = Job(kind, label, function)
        return function

    return register
