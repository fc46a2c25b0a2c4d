"""Each command as a user runs it: what it prints, what it writes, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.csv as pcsv
import pytest
from six_schools import county as six_schools

from jiaoheng.cli import app
from jiaoheng.county import snapshots

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def jiaoheng(monkeypatch, capsys):
    """The command in this process, in Chinese: exit code, output, messages."""

    def run(*words, lang="zh"):
        monkeypatch.setattr(app, "LANGUAGE", lang)
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_the_command_speaks_the_language_of_the_system():
    for locale, told in (("zh_CN.UTF-8", "对照标准作出结论"), ("en_US.UTF-8", "Hold the county against a standard")):
        environment = {key: value for key, value in os.environ.items() if key not in ("JIAOHENG_LANG", "LC_ALL")}
        environment |= {"PYTHONPATH": str(SOURCE), "LANG": locale, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, "-m", "jiaoheng", "--help"], capture_output=True, env=environment, check=True
        )
        assert told in done.stdout.decode()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    snapshots.write(six_schools(), folder)
    return folder


@pytest.fixture
def folder(tmp_path):
    """The county as a folder of CSV files."""
    for name, table in six_schools().tables.items():
        if table.num_rows:
            pcsv.write_csv(table, tmp_path / f"{name}.csv")
    return tmp_path


def test_assess_says_the_verdict_in_sentences(jiaoheng, store):
    code, out, err = jiaoheng("assess", store)
    assert code == 0
    assert "六校县目前未达到" in out
    assert "小学 4 所(部):3 所达标,1 所未达标,0 所因缺数据不能判定。" in out
    assert "教学点:单独计算,不足 50 人的不列入均衡指标" in out
    assert "jiaoheng explain" in out
    assert "Traceback" not in err


def test_assess_in_english(jiaoheng, store):
    _, out, _ = jiaoheng("assess", store, lang="en")
    assert "does not yet meet" in out
    assert "Primary: of 4 schools 3 pass, 1 fail" in out


def test_assess_as_json_has_the_promised_keys(jiaoheng, store):
    code, out, _ = jiaoheng("assess", store, "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert {"county", "year", "standard", "verdict", "values", "balance", "findings"} <= told.keys()
    assert (told["county"], told["year"], told["standard"], told["verdict"]) == ("六校县", 2025, "cn-2017", "fails")


def test_fail_under_decides_the_exit_code(jiaoheng, store):
    assert jiaoheng("assess", store, "--fail-under", "unknown")[0] == 1
    assert jiaoheng("assess", store, "--standard", "basic-2012", "--fail-under", "unknown")[0] == 0
    assert jiaoheng("assess", store, "--fail-under", "best")[0] == 2


def test_options_are_printed_and_refused(jiaoheng, store):
    _, out, _ = jiaoheng("assess", store, "--teaching-points", "merged", "--private", "excluded")
    assert "并入主校计算" in out
    assert "民办学校:不计入" in out
    code, _, err = jiaoheng("assess", store, "--teaching-points", "some")
    assert code == 2
    assert "merged" in err


def test_explain_shows_rows_formula_threshold_and_article(jiaoheng, store):
    code, out, _ = jiaoheng("explain", store, "丁九年一贯制学校", "1.4")
    assert code == 0
    for shown in ("× 0.4231", "2,600", "÷ 在校生数", "不低于 5.8", "第六条", "5.5"):
        assert shown in out


def test_explain_refuses_what_is_not_there(jiaoheng, store):
    code, _, err = jiaoheng("explain", store, "无此学校", "1.4")
    assert (code, "没有找到学校" in err) == (2, True)
    code, _, err = jiaoheng("explain", store, "甲小学", "9.9")
    assert (code, "没有指标 9.9" in err) == (2, True)
    code, _, err = jiaoheng("explain", store, "庚特殊教育学校", "1.4")
    assert (code, "不适用指标 1.4" in err) == (2, True)


def test_import_check_and_assess_a_folder(jiaoheng, folder, tmp_path):
    out = tmp_path / "snapshots"
    code, said, _ = jiaoheng("import", folder, "--out", out)
    assert code == 0
    assert "学校 8 行" in said
    assert snapshots.read(out).name == "六校县"
    code, said, _ = jiaoheng("check", folder)
    assert (code, "0 处错误" in said) == (0, True)


def test_a_bad_cell_waits_and_its_figures_are_unknown(jiaoheng, folder, tmp_path):
    file = folder / "facilities.csv"
    text = file.read_text(encoding="utf-8")
    assert "3600" in text
    file.write_text(text.replace("3600", "三千六"), encoding="utf-8")
    out = tmp_path / "snapshots"
    code, said, _ = jiaoheng("import", folder, "--out", out)
    assert code == 1
    for shown in ("facilities.csv", "三千六", "1 行因错误不能使用", "waiting.csv"):
        assert shown in said
    waiting = next(out.glob("*.waiting.csv")).read_text(encoding="utf-8-sig")
    assert "三千六" in waiting
    _, told, _ = jiaoheng("assess", out, "--json", "-")
    values = {(v["school_id"], v["check"]): v["status"] for v in json.loads(told)["values"]}
    assert values["C", "1.4"] == "unknown"
    assert values["C", "1.1"] == "meets"


def test_nothing_is_written_where_a_required_table_is_missing(jiaoheng, folder, tmp_path):
    (folder / "schools.csv").unlink()
    out = tmp_path / "snapshots"
    code, said, _ = jiaoheng("import", folder, "--out", out)
    assert code == 1
    assert "没有写出快照" in said
    assert not out.exists()


def test_a_damaged_snapshot_is_refused(jiaoheng, tmp_path):
    written = snapshots.write(six_schools(), tmp_path)
    (written / "staff.parquet").write_bytes(b"nonsense")
    code, _, err = jiaoheng("assess", tmp_path)
    assert code == 2
    assert "staff.parquet" in err
    assert "Traceback" not in err


def test_template_can_be_checked_and_is_not_overwritten(jiaoheng, tmp_path):
    path = tmp_path / "county.xlsx"
    code, out, _ = jiaoheng("template", path)
    assert code == 0
    assert "jiaoheng check" in out
    before = path.read_bytes()
    code, _, err = jiaoheng("template", path)
    assert (code, "已存在" in err) == (2, True)
    assert path.read_bytes() == before
    code, out, _ = jiaoheng("check", path)
    assert code == 1
    assert "没有“学校”的数据" in out


def test_demo_ends_with_the_verdict_and_what_to_type_next(jiaoheng, tmp_path):
    code, out, _ = jiaoheng("demo", "--folder", tmp_path / "demo")
    assert code == 0
    assert "虚构" in out
    assert "望岚县目前未达到" in out
    assert "jiaoheng explain" in out.splitlines()[-3]
    assert "jiaoheng template" in out.splitlines()[-1]


@pytest.mark.parametrize("words", [("assess", "nowhere.xlsx"), ("check", "nowhere"), ("import", "nowhere")])
def test_a_path_that_is_not_there(jiaoheng, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = jiaoheng(*words)
    assert code == 2
    assert "nowhere" in err
    assert "Traceback" not in err


def test_wrong_use_ends_with_two(jiaoheng, tmp_path):
    assert jiaoheng("assess")[0] == 2
    assert jiaoheng("assess", tmp_path, "--standard", "cn-2071")[0] == 2
    assert jiaoheng("nonsense")[0] == 2


def test_a_terminal_of_another_encoding_gets_no_traceback():
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "JIAOHENG_LANG": "zh", "PYTHONIOENCODING": "ascii"}
    words = [sys.executable, "-m", "jiaoheng", "standards"]
    done = subprocess.run(words, capture_output=True, env=environment, check=True)
    assert b"cn-2017-shenyang" in done.stdout
    assert done.stderr == b""
