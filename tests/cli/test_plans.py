"""A plan on the command line: written as a standard, assessed, explained."""

from __future__ import annotations

import json
import sys

import pytest
from six_schools import county

from jiaoheng.cli import app
from jiaoheng.cli.plans import write_draft
from jiaoheng.cli.screen import console
from jiaoheng.county import snapshots
from jiaoheng.documents.records import Reading, Record, Target


def _target(place, subject, comparator, value, unit, **more):
    return Target(f"{subject}{value}{unit}", place, place + 9, subject, comparator, value, unit, **more)


READING = Reading(
    Record("某县教育规划", period=(2021, 2027)),
    (
        _target(10, "小学教师五年360学时培训完成率", "=", 100.0, "%"),
        _target(30, "小学生师比", "<=", 15.0, "", baseline=22.0, baseline_year=2020),
        _target(50, "初中生师比", "<=", 12.0, "", due="2024"),
        _target(70, "教育群众满意度", ">=", 90.0, "%"),
        _target(90, "创建示范校", "=", 3.0, "所"),
    ),
    (),
    (),
    "",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    snapshots.write(county(), folder)
    return folder


@pytest.fixture
def plan(tmp_path, capsys):
    path = tmp_path / "plan.toml"
    made = write_draft(console(), READING, path, "zh")
    assert (made.items, len(made.left_out)) == (4, 1)
    told = capsys.readouterr().out.replace("\n", "")
    assert "4 项可以测算，1 项不能测算" in told
    return path


@pytest.fixture
def jiaoheng(monkeypatch, capsys):
    """The command in this process: exit code, output, messages."""

    def run(*words, lang="zh"):
        monkeypatch.setattr(app, "LANGUAGE", lang)
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            app.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_a_file_that_is_there_is_not_written_over(plan):
    with pytest.raises(FileExistsError):
        write_draft(console(), READING, plan, "zh")


def test_the_promises_are_told_with_their_pace(jiaoheng, store, plan):
    code, out, err = jiaoheng("assess", store, "--standard", plan)
    assert (code, err) == (0, "")
    assert "4 项承诺：1 项已实现，1 项进度正常，1 项滞后，1 项尚无法判断" in out
    assert "滞后（已过期）" in out
    assert f"explain {store} 六校县 2 --standard {plan}" in out
    assert "satisfaction" in out
    assert jiaoheng("assess", store, "--standard", plan, "--fail-under", "meets")[0] == 1


def test_the_promises_are_told_in_english(jiaoheng, store, plan):
    _, out, _ = jiaoheng("assess", store, "--standard", plan, lang="en")
    assert "4 promises: 1 met, 1 on track, 1 behind, 1 cannot be told yet" in out
    assert "behind (overdue)" in out


def test_the_result_in_json_holds_every_promise(jiaoheng, store, plan):
    _, out, _ = jiaoheng("assess", store, "--standard", plan, "--json", "-")
    told = json.loads(out)
    assert [(found["item"], found["state"], found["due"]) for found in told["progress"]] == [
        ("1", "met", 2027), ("2", "on_track", 2027), ("3", "behind", 2024), ("4", "unknown", 2027),
    ]  # fmt: skip
    assert told["progress"][1]["required"] == pytest.approx(17)
    assert told["progress"][1]["value"] == pytest.approx(1060 / 63)


def test_one_promise_is_taken_apart(jiaoheng, store, plan):
    code, out, _ = jiaoheng("explain", store, "六校县", "2", "--standard", plan)
    assert code == 0
    assert "小学在校生 ÷ 小学专任教师" in out
    assert "1,060 ÷ 63" in out
    assert "从 2020 年的 22 人（规划起点）起，按直线今年应为 17 人，2027 年到期" in out
    assert "判定：进度正常" in out
    assert "“小学生师比15.0”（第 31—39 字）" in out
    assert jiaoheng("explain", store, "六校县", "9", "--standard", plan)[0] == 2
