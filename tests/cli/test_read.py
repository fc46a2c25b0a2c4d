"""`read`: a plan document on the command line, as a table and as the records that the guide of plans defines."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from plan_files import pdf, word
from six_schools import county as six_schools

from jiaoheng.cli import app
from jiaoheng.cli import document as verb
from jiaoheng.county import snapshots

PLAN = """望岚县教育高质量发展三年行动计划

为深入推进教育改革，制定本行动计划。

一、主要目标

到2027年，全县学前教育毛入园率达到96%以上，新建3所公办幼儿园。

二、重点任务

（一）扩大学前教育资源。新建公办幼儿园，满足群众入园需要。（牵头单位：县教育局；配合单位：县财政局、县自然资源局）

望岚县人民政府办公室
2024年5月8日
"""


@pytest.fixture
def jiaoheng(monkeypatch, capsys):
    def run(*words, lang="zh"):
        monkeypatch.setattr(app, "LANGUAGE", lang)
        monkeypatch.setattr(verb, "preferred", lambda: lang)
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


@pytest.fixture(autouse=True)
def _no_assistant(monkeypatch):
    monkeypatch.delenv("JIAOHENG_READER_URL", raising=False)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "规划.txt"
    path.write_text(PLAN, encoding="gb18030")
    return path


def test_targets_and_tasks_are_listed_in_plain_words(jiaoheng, document):
    code, out, _ = jiaoheng("read", document)
    assert code == 0
    for shown in (
        "望岚县教育高质量发展三年行动计划",
        "2024-05-08",
        "目标 2 项",
        "至少 96%",
        "3所",
        "任务 1 项",
        "县教育局",
        "县财政局、县自然资源局",
    ):
        assert shown in out
    code, out, _ = jiaoheng("read", document, lang="en")
    assert code == 0
    for shown in ("2 targets", "at least 96%", "1 task ", "In charge"):
        assert shown in out


def test_a_target_is_shown_with_its_line_and_the_indicator_it_promises(jiaoheng, document):
    _, out, _ = jiaoheng("read", document)
    (row,) = [line for line in out.splitlines() if "96%" in line]
    assert "毛入园率" in row
    assert row.split("│")[-2].strip() == "7"


def test_the_records_quote_the_text_that_is_written_beside_them(jiaoheng, document, tmp_path):
    out, text = tmp_path / "out.json", tmp_path / "out.txt"
    assert jiaoheng("read", document, "--json", out, "--text", text)[0] == 0
    told = json.loads(out.read_bytes())
    assert list(told) == ["document", "targets", "tasks", "groups"]
    assert text.read_bytes().decode() == PLAN
    assert {"title", "issuer", "number", "issued", "period"} == told["document"].keys()
    for target in told["targets"]:
        assert PLAN[target["start"] : target["end"]] == target["quote"]
    fields = {"quote", "start", "end", "subject", "comparator", "value", "value_max", "unit", "due", "baseline"}
    assert fields | {"baseline_year", "binding", "indicator"} <= told["targets"][0].keys()
    assert told["targets"][0]["indicator"] is not None
    assert told["tasks"][0]["lead"] == ["县教育局"]


def test_the_same_plan_says_the_same_in_every_format(jiaoheng, document, tmp_path):
    lines = [line for line in PLAN.splitlines() if line]
    (tmp_path / "a.docx").write_bytes(word(lines))
    (tmp_path / "a.pdf").write_bytes(pdf([lines]))
    (tmp_path / "a.html").write_text("".join(f"<p>{line}</p>" for line in lines), encoding="utf-8")
    told = {}
    for path in (document, tmp_path / "a.docx", tmp_path / "a.pdf", tmp_path / "a.html"):
        code, out, _ = jiaoheng("read", path, "--json", "-")
        assert code == 0
        read = json.loads(out)
        told[path.suffix] = (
            read["document"],
            [(each["subject"], each["comparator"], each["value"], each["due"]) for each in read["targets"]],
            [(each["title"], each["lead"], each["support"]) for each in read["tasks"]],
        )
    assert told[".docx"] == told[".txt"]
    assert told[".html"] == told[".txt"]
    assert told[".pdf"] == told[".txt"]


def test_what_cannot_be_read_is_told_and_ends_with_two(jiaoheng, tmp_path):
    code, _, err = jiaoheng("read", tmp_path / "无.docx")
    assert (code, "找不到" in err) == (2, True)
    (tmp_path / "扫描.pdf").write_bytes(pdf([[], []], picture=True))
    code, _, err = jiaoheng("read", tmp_path / "扫描.pdf")
    assert (code, "OCR" in err, "Traceback" in err) == (2, True, False)
    code, _, err = jiaoheng("read", tmp_path / "扫描.pdf", lang="en")
    assert (code, "text recognition" in err) == (2, True)


def test_a_text_that_promises_nothing_ends_with_one(jiaoheng, tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text("今天天气很好，我们去学校。\n", encoding="utf-8")
    code, out, _ = jiaoheng("read", path)
    assert (code, "没有读出目标和任务" in out) == (1, True)


def test_pages_that_are_pictures_are_told(jiaoheng, tmp_path):
    path = tmp_path / "规划.pdf"
    path.write_bytes(pdf([[line for line in PLAN.splitlines() if line], []], picture=True))
    code, out, _ = jiaoheng("read", path)
    assert (code, "第 2 页是图片" in out) == (0, True)


def test_the_assistant_must_be_set_up_to_be_asked(jiaoheng, document, monkeypatch):
    code, _, err = jiaoheng("read", document, "--assistant")
    assert (code, "JIAOHENG_READER_URL" in err) == (2, True)
    monkeypatch.setenv("JIAOHENG_READER_URL", "ftp://10.0.0.8")
    assert jiaoheng("read", document, "--assistant")[0] == 2


def test_groups_are_held_against_the_countys_schools(jiaoheng, tmp_path):
    document = tmp_path / "集团.txt"
    document.write_text(
        "望岚县教育共同体建设实施方案\n\n一、分组名单\n\n附件：望岚县教育共同体名单\n\n"
        "序号 | 名称 | 核心校 | 成员校\n1 | 实验小学教共体 | 甲小学 | 青石镇中心小学、乙小学\n"
        "2 | 第一中学教共体 | 望岚县第一中学 | 青石镇初级中学、白水乡初级中学\n",
        encoding="utf-8",
    )
    snapshots.write(six_schools(), tmp_path / "store")
    _, out, _ = jiaoheng("read", document, "--county", tmp_path / "store")
    assert "学校分组 2 个" in out
    (row,) = [line for line in out.splitlines() if "实验小学教共体" in line]
    assert row.split("│")[-2].strip() == "青石镇中心小学、乙小学"
    assert "本县数据里没有的" not in jiaoheng("read", document)[1]


def test_a_plan_becomes_a_standard_that_the_county_is_assessed_by(jiaoheng, document, tmp_path):
    snapshots.write(six_schools(), tmp_path / "store")
    written = tmp_path / "plan.toml"
    code, out, _ = jiaoheng("read", document, "--standard", written, "--county", tmp_path / "store")
    assert code == 0
    assert "承诺的进度" in out
    assert "还没有人核对" in out
    assert "毛入园率" in written.read_text(encoding="utf-8")
    code, out, _ = jiaoheng("assess", tmp_path / "store", "--standard", written)
    assert code == 0
    assert "毛入园率" in out
    code, _, err = jiaoheng("read", document, "--standard", written)
    assert (code, "已存在" in err) == (2, True)
    _, out, _ = jiaoheng("read", document, "--county", tmp_path / "store", "--json", "-")
    assert len(json.loads(out)["progress"]) >= 1


def test_what_is_written_runs_through_the_shared_scorer(jiaoheng, shared, tmp_path):
    folder = shared / "documents"
    if not (folder / "score.py").exists():
        pytest.skip("needs the labelled documents in ../shared")
    arguments = []
    for text in sorted((folder / "text").glob("*.txt")):
        out = tmp_path / f"{text.stem}.json"
        assert jiaoheng("read", text, "--json", out)[0] == 0
        arguments += [folder / "labels" / f"{text.stem}.json", out]
    done = subprocess.run([sys.executable, folder / "score.py", *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("all ")
