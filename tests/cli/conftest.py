"""The command line in this process."""

from __future__ import annotations

import sys

import pytest

from jiaoheng.cli import app


@pytest.fixture
def jiaoheng(monkeypatch, capsys):
    """The command in this process: exit code, output, messages."""

    def run(*words, lang="zh"):
        monkeypatch.setenv("JIAOHENG_LANG", lang)
        monkeypatch.setattr(app, "LANGUAGE", lang)
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            app.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run
