"""A folder or an archive of schools' statistical forms on the command line: told file by file, summed up once."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from forms_county import BEFORE, KNOWN, YEAR, files, wrong_unit

from jiaoheng.cli import app

Run = Callable[..., tuple[int, str]]
SPOILT, LAST = KNOWN.schools[0], KNOWN.schools[-1]


@pytest.fixture
def jiaoheng(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: exit code and output."""

    def run(*words: object, lang: str = "zh") -> tuple[int, str]:
        monkeypatch.setattr(app, "LANGUAGE", lang)
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            app.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return run


@pytest.fixture
def base(tmp_path: Path, jiaoheng: Run) -> Path:
    """The snapshots of a county that has its facts of a year ago."""
    folder = tmp_path / "上一年"
    folder.mkdir()
    for name, data in files(BEFORE.schools, BEFORE).items():
        (folder / name).write_bytes(data)
    jiaoheng("import", folder, "--out", tmp_path / "base")
    return tmp_path / "base"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """This year's forms of all schools but the last, in an archive, the first with a wrong unit."""
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files(KNOWN.schools[:-1], **{f"s{SPOILT.school_id}": wrong_unit}).items():
            packed.writestr(f"年报/{name[10:-5]}/年报.xlsx", data)
    return path


def test_an_archive_tells_its_files_its_schools_and_who_is_missing(
    jiaoheng: Run, base: Path, archive: Path, tmp_path: Path
) -> None:
    code, told = jiaoheng("import", archive, "--onto", base, "--out", tmp_path / "out")
    assert code == 1
    assert "读了 12 个文件，有 12 所学校的数据。" in told
    assert f"缺 1 所学校 {YEAR}—{YEAR + 1} 学年的数据：{LAST.name}" in told
    assert "万圆" in told
    _, english = jiaoheng("import", archive, "--onto", base, "--out", tmp_path / "out", lang="en")
    assert "12 files were read, with data of 12 schools." in english
    assert f"1 school has no data of {YEAR}–{YEAR + 1}: {LAST.name}" in english


def test_json_has_the_files_the_schools_and_who_is_missing(
    jiaoheng: Run, base: Path, archive: Path, tmp_path: Path
) -> None:
    jiaoheng("import", archive, "--onto", base, "--out", tmp_path / "out", "--json", tmp_path / "told.json")
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert {each["file"] for each in told["files"]} == {f"{school.name}/年报.xlsx" for school in KNOWN.schools[:-1]}
    assert all(each["forms"] and each["rows"] for each in told["files"])
    assert {each["school_id"] for each in told["schools"]} == {school.school_id for school in KNOWN.schools[:-1]}
    assert told["missing"] == [{"school_id": LAST.school_id, "name": LAST.name, "years": [YEAR - 1]}]
