from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jiaoheng.county import schema
from jiaoheng.county.reference import PAGES, reference
from jiaoheng.language import write_pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("language", "name"), PAGES.items())
def test_the_committed_page_is_what_the_schema_says(language: str, name: str) -> None:
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == reference(language), "run: python -m jiaoheng.county.reference"  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_code_and_unit_is_on_the_page(language: str) -> None:
    page = reference(language)  # type: ignore[arg-type]
    for table in schema().tables.values():
        section = page.split(f"· `{table.name}`\n")[1].split("\n### ")[0]
        for column in table.columns:
            (line,) = [line for line in section.splitlines() if f"| `{column.name}` |" in line]
            assert column.label.say(language) in line  # type: ignore[arg-type]
            if column.unit:
                assert schema().units[column.unit].label.say(language) in line  # type: ignore[arg-type]
            for alias in column.aliases:
                assert alias in line
    for name, listed in schema().codes.items():
        assert f'<a id="codes-{name}"></a>' in page
        for code in listed:
            assert f"| `{code.value}` |" in page
    assert "万元 × 10000" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_table_of_the_page_has_as_many_cells_in_each_line(language: str) -> None:
    for block in reference(language).split("\n\n"):  # type: ignore[arg-type]
        if block.startswith("|"):
            assert len({line.replace("\\|", "").count("|") for line in block.splitlines()}) == 1


def test_run_as_a_program_it_writes_both_pages(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "jiaoheng.county.reference", str(tmp_path / "docs")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONPATH": str(DOCS.parent / "src"), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == sorted(PAGES.values())


def test_pages_end_their_lines_alike_on_every_system(tmp_path: Path) -> None:
    for path in write_pages(tmp_path, PAGES, reference):
        assert b"\r" not in path.read_bytes()
