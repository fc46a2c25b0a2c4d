"""Each command as a user runs it: what it prints, what it writes, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.csv as pcsv
import pytest
from six_schools import county as six_schools

from jiaoheng.cli import app, screen
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
    for locale, told in (("zh_CN.UTF-8", "对照标准作出结论"), ("en_US.UTF-8", "Assess the county against a standard")):
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
    assert "小学 4 所（部）：3 所达标，1 所未达标（乙教学点）。" in out
    assert "教学点：单独计算，不足 50 人的不列入均衡指标" in out
    assert "jiaoheng explain" in out
    assert "Traceback" not in err


def test_assess_in_english(jiaoheng, store):
    _, out, _ = jiaoheng("assess", store, lang="en")
    assert "does not yet meet" in out
    assert "Primary, 4 schools: 3 pass, 1 fails (乙教学点)." in out


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
    assert "民办学校：不计入" in out
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


def test_explain_takes_the_countys_coefficient_apart_school_by_school(jiaoheng, store):
    code, out, _ = jiaoheng("explain", store, "六校县", "1.4")
    assert code == 0
    for shown in ("六校县小学 · 1.4 生均教学用房", "六校县初中 · 1.4", "加权的总体标准差", "不超过 0.45", "第六条"):
        assert shown in out
    _, told, _ = jiaoheng("explain", store, "六校县", "1.4", "--json", "-")
    for even in json.loads(told)["balance"]:
        assert sum(own["part"] for own in even["contributions"]) == pytest.approx(1)


def test_explain_says_where_an_item_is_to_be_asked_for_and_what_names_are_near(jiaoheng, store):
    assert "按学校测算" in jiaoheng("explain", store, "六校县", "2.5")[2]
    assert "换成县名“六校县”" in jiaoheng("explain", store, "甲小学", "2.8")[2]
    code, _, err = jiaoheng("explain", store, "丁九年制学校", "1.4")
    assert (code, "名称相近的有：丁九年一贯制学校" in err) == (2, True)


def test_the_rows_of_an_explanation_are_told_once_a_school(jiaoheng, store):
    _, out, _ = jiaoheng("explain", store, "甲小学", "1.4")
    (line,) = [line for line in out.splitlines() if "一年级" in line]
    assert line.count("在校生 A:") == 1
    assert "、二年级" in line


def test_no_county_figure_is_shown_for_a_part_of_the_schools(jiaoheng, tmp_path):
    path = tmp_path / "county.xlsx"
    book = small_workbook()
    sheet = book.create_sheet("办学条件")
    sheet.append(["学校标识码", "学年", "教学及辅助用房面积", "室内体育用房面积"])
    sheet.append(["2141000101", 2025, 300, 0])
    book["在校生"].append(["2141000102", 2025, "一年级", 1, 40])
    book.save(path)
    _, out, _ = jiaoheng("assess", path)
    assert "校际差异系数都因缺数据不能计算" in out
    (row,) = [line for line in out.splitlines() if "1.4 生均教学用房" in line and "小学 " in line and "—" in line]
    assert "10" not in row
    _, out, _ = jiaoheng("explain", path, "甲县", "1.4")
    assert "2 所学校中 1 所缺数据，不能计算：乙小学" in out


def test_other_measures_of_inequality_are_shown_on_demand(jiaoheng, store):
    assert "基尼系数" not in jiaoheng("assess", store)[1]
    assert "基尼系数" in jiaoheng("assess", store, "--all")[1]


def test_what_to_type_next_is_what_was_typed_before(jiaoheng, store, monkeypatch):
    monkeypatch.setattr(screen, "COMMAND", "./run")
    _, out, _ = jiaoheng("assess", store)
    assert f"  ./run assess {store} --all" in out
    assert "jiaoheng" not in out


def test_a_path_with_blanks_is_quoted_in_what_to_type_next(jiaoheng, tmp_path):
    assert f'check "{tmp_path}/本县 2025.xlsx"' in jiaoheng("template", tmp_path / "本县 2025.xlsx")[1]


def test_an_unknown_standard_is_refused_in_the_users_language(jiaoheng, store):
    code, _, err = jiaoheng("assess", store, "--standard", "cn-2071")
    assert (code, "没有名为“cn-2071”的标准" in err) == (2, True)


def test_errors_come_first_then_table_by_table_and_row_by_row(jiaoheng, folder):
    for name, old, new in (("staff", "2025", "明年"), ("facilities", "3600", "三千六")):
        file = folder / f"{name}.csv"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    _, out, _ = jiaoheng("check", folder)
    listed = [line.split("│")[1:3] for line in out.splitlines() if line.startswith(("│ 错误", "│ 提醒"))]
    grades = [grade.strip() for grade, _ in listed]
    assert grades == sorted(grades, key=["错误", "提醒"].index)
    assert [where.split(" · ")[0].strip() for _, where in listed[:2]] == ["facilities.csv", "staff.csv"]


def test_rows_of_any_reason_wait_as_they_stand_in_the_file(jiaoheng, tmp_path):
    """What a check finds is listed with the user's own headers and words, not with codes of the program."""
    path, out = tmp_path / "county.xlsx", tmp_path / "out"
    book = small_workbook()
    book["学校"].append(["2141000102", "乙小学重复", "小学", "镇中心区"])
    book.save(path)
    jiaoheng("import", path, "--out", out)
    (waiting,) = out.glob("*.waiting.csv")
    lines = waiting.read_text(encoding="utf-8-sig")
    assert "乙小学重复,小学,镇中心区" in lines
    assert "211," not in lines
    assert "school_id" not in lines


def small_workbook():
    book = openpyxl.Workbook()
    book.active.title = "县"
    tables = {
        "县": [["县区划代码", "县名"], ["410728", "甲县"]],
        "学校": [
            ["学校标识码", "学校名称", "办学类型", "城乡分类"],
            ["2141000101", "甲小学", "小学", "镇中心区"],
            ["2141000102", "乙小学", "小学", "镇中心区"],
        ],
        "在校生": [["学校标识码", "学年", "年级", "班数", "在校生数"], ["2141000101", 2025, "一年级", 1, 30]],
    }
    for name, lines in tables.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


def test_import_check_and_assess_a_folder(jiaoheng, folder, tmp_path):
    out = tmp_path / "snapshots"
    code, said, _ = jiaoheng("import", folder, "--out", out)
    assert code == 0
    assert "学校 8 行" in said
    assert snapshots.read(out).name == "六校县"
    code, said, _ = jiaoheng("check", folder)
    assert code == 0
    assert "处错误" not in said


def test_a_bad_cell_waits_and_its_figures_are_unknown(jiaoheng, folder, tmp_path):
    file = folder / "facilities.csv"
    text = file.read_text(encoding="utf-8")
    assert "3600" in text
    file.write_text(text.replace("3600", "三千六"), encoding="utf-8")
    out = tmp_path / "snapshots"
    code, said, _ = jiaoheng("import", folder, "--out", out)
    assert code == 1
    for shown in ("facilities.csv", "三千六", "1 行因错误暂不能用", "waiting.csv"):
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
