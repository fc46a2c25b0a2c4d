"""``import --onto``: facts laid over a county that is there, its differences and last year's changes told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from counties import CENTRAL, clean_county, clean_rows, row_of

from jiaoheng.cli import app
from jiaoheng.county import Batch, Origin, Row, bring, snapshots


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: object) -> tuple[Any, str, str]:
        monkeypatch.setattr(app, "LANGUAGE", "zh")
        monkeypatch.setattr(sys, "argv", ["jiaoheng", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "220")
        with pytest.raises(SystemExit) as ended:
            app.main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A county whose books in 2025 a statistical form told: 15,000."""
    row = row_of(clean_rows(), "facilities", school_id=CENTRAL, year=2025)
    rows = clean_rows()
    rows["facilities"].remove(row)
    form = Row({**row, "books": 15_000}, Origin("教基5176.xlsx", "教基5176_211", 9, "form"))
    base = bring(None, [Batch({name: tuple(map(Row, of)) for name, of in rows.items()})]).admission.county
    county = bring(base, [Batch({"facilities": (form,)})]).admission.county
    snapshots.write(county, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def facilities(tmp_path: Path) -> Path:
    path = tmp_path / "办学条件.csv"
    path.write_text(f"学校标识码,学年,图书,床位数\n{CENTRAL},2025,16000,12\n", encoding="utf-8")
    return path


def test_the_rest_of_the_county_stays_and_the_difference_is_told(
    command: Any, store: Path, facilities: Path, tmp_path: Path
) -> None:
    code, said, _ = command("import", facilities, "--onto", store, "--out", tmp_path / "new")
    assert code == 0
    county = snapshots.read(tmp_path / "new")
    assert county["enrolment"].num_rows == clean_county()["enrolment"].num_rows
    (row,) = [r for r in county["facilities"].to_pylist() if (r["school_id"], r["year"]) == (CENTRAL, 2025)]
    assert (row["books"], row["beds"], row["computers"]) == (15_000, 0, 64)
    for words in (
        "来源不一致",
        "本系统工作簿 16,000",
        "学校统计报表 15,000",
        "教基5176_211",
        "床位数",
    ):
        assert words in said.replace("\n", "")


def test_the_order_of_a_file_decides_and_all_is_in_the_json(
    command: Any, store: Path, facilities: Path, tmp_path: Path
) -> None:
    order = tmp_path / "order.toml"
    order.write_text('[exceptions]\n"facilities.books" = ["form"]\n', encoding="utf-8")
    told = tmp_path / "told.json"
    words = ("import", facilities, "--onto", store, "--out", tmp_path / "new", "--precedence", order, "--json", told)
    assert command(*words)[0] == 0
    result = json.loads(told.read_text(encoding="utf-8"))
    books = [each for each in result["differences"] if each["column"] == "books"]
    assert [(each["used"]["value"], each["others"][0]["value"], each["difference"]) for each in books] == [
        (15_000, 16_000, 1000)
    ]
    assert "办学条件 · 图书" in books[0]["sentence"]
    assert result["changes"][0]["school"] == CENTRAL


def test_a_wrong_order_is_refused_in_words(command: Any, facilities: Path, tmp_path: Path) -> None:
    order = tmp_path / "order.toml"
    order.write_text('order = ["forms"]\n', encoding="utf-8")
    code, _, said = command("import", facilities, "--precedence", order, "--out", tmp_path / "new")
    assert code == 2
    assert "forms" in said
    assert not (tmp_path / "new").exists()
