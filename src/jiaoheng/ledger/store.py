"""Where a workspace keeps its files: one home folder, outside the web root."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

RESTORING = ".restoring"
"""A folder in the home folder while a backup is being restored; what is there then is not to be used."""
DEMO = "demo.json"
"""A file in the home folder that says that it is the demo, whose passwords everybody knows."""


def home() -> Path:
    """The workspace's home folder."""
    return Path(settings.JIAOHENG_HOME)


def snapshots(county_code: str) -> Path:
    """The store of one county's accepted snapshots."""
    return home() / "snapshots" / county_code


def submission(token: str) -> Path:
    """The folder of one submission: files as uploaded and what checking them gave."""
    return home() / "submissions" / token


def together(county_code: str) -> Path:
    """What checking several schools' returns together gave, a folder each; made again when it is not there."""
    return home() / "together" / county_code


def evidence(token: str) -> Path:
    """Where one file of evidence lies; two letters a folder keep folders small."""
    return home() / "evidence" / token[:2] / token


def document(token: str) -> Path:
    """Where a plan document lies as it was uploaded."""
    return home() / "documents" / token[:2] / token


def token() -> str:
    """A random name that cannot be guessed, for files and folders."""
    return secrets.token_hex(16)


def workbook(county_code: str, snapshot: str, language: str) -> Path:
    """A snapshot written out as a workbook; made again when it is not there."""
    return home() / "workbooks" / county_code / f"{snapshot}-{language}.xlsx"
