"""Wrong use is told in the user's language, and a mistyped folder is not taken for an empty workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import Workspace

from jiaoheng.cli.usage import told

SAID = {
    "Missing argument 'CODE'.": "缺少参数 CODE。",
    "Missing option '--home'.": "缺少选项 --home。",
    "No such option: --admin (Possible options: --administrator)": "没有 --admin 这个选项（是不是 --administrator？）。",
    "No such option: --x": "没有 --x 这个选项。",
    "No such command 'creat'.": "没有 creat 这个命令。",
    "Got unexpected extra argument(s) (县)": "多出的参数：县。名称中有空格时请加引号。",
    "Option '--home' requires an argument.": "选项 --home 后面要写值。",
    "Invalid value for '--port': Input should be a valid integer, unable to parse": "--port 的值须是整数。",
    "Invalid value for '--port': odd": "--port 的值不对：odd",
    "Something rare": "Something rare",
}


@pytest.mark.parametrize("message", SAID)
def test_wrong_use_is_told_in_chinese_and_left_as_it_is_in_english(message: str) -> None:
    assert told(message, "zh") == SAID[message]
    assert told(message, "en") == message


@pytest.mark.parametrize(
    "words",
    [("backup", "copy.zip"), ("worker", "--once"), ("audit", "verify"), ("county", "rescue", "guanli")],
    ids=" ".join,
)
def test_a_folder_without_a_workspace_is_refused_and_stays_as_it_was(words: tuple[str, ...], tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "mistyped", JIAOHENG_LANG="zh")
    done = workspace.do(*words, "--home", str(workspace.home), module="jiaoheng", check=False)
    assert done.returncode == 2
    assert "没有工作区" in "".join(done.stderr.split())
    assert "county create" in done.stderr
    assert not workspace.home.exists()
    assert not (tmp_path / "copy.zip").exists()


def test_whoever_types_a_wrong_command_reads_it_in_chinese(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "home", JIAOHENG_LANG="zh")
    done = workspace.do("county", "create", module="jiaoheng", check=False)
    assert done.returncode == 2
    assert "缺少参数 CODE" in done.stderr
    assert "查看说明" in done.stderr
