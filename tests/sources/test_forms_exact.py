"""Statistical forms read back: a county that is known exactly, in every layout, comes out as it went in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from forms.compare import differences, leaks
from forms.export import export
from forms.known import KINDS, Known, known_county
from forms.layouts import Layout, choices, drawn_layout, plausible
from forms.old_workbook import has_old_forms, old_workbook
from forms.school_workbook import workbook
from forms.sheets import write
from forms.truth import Source

from jiaoheng.sources import read

NEW = known_county(3)
OLD = known_county(4, year=2019)
PARTS = [(name, value) for name in Layout.__dataclass_fields__ if name != "seed" for value in choices(name)]


def one(known: Known, number: int) -> Known:
    return replace(known, schools=(known.schools[number],), campuses=())


@pytest.mark.parametrize("number", range(len(KINDS)), ids=lambda number: f"{number}-{KINDS[number]}")
def test_the_workbook_of_every_kind_of_school_comes_out_exactly(number: int, tmp_path: Path) -> None:
    known = one(NEW, number)
    batch = read(write(tmp_path, workbook(known, known.schools[0])))
    assert differences(known, batch) == []
    assert leaks(known, batch) == []
    assert not batch.rejected


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part[0]}={part[1]!r}")
def test_each_choice_of_a_layout_is_read_by_itself(part: tuple[str, object], tmp_path: Path) -> None:
    known = one(NEW, 3)
    layout = plausible(replace(Layout(seed=5), **{part[0]: part[1]}))
    batch = read(write(tmp_path, workbook(known, known.schools[0], layout)))
    assert differences(known, batch) == []


@pytest.mark.parametrize("seed", range(48))
def test_a_drawn_layout_is_read_exactly(seed: int, tmp_path: Path) -> None:
    known = one(known_county(seed), seed % len(KINDS))
    layout = drawn_layout(seed)
    batch = read(write(tmp_path, workbook(known, known.schools[0], layout), ".xls" if seed % 2 else ".xlsx"))
    assert differences(known, batch) == [], layout
    assert leaks(known, batch) == []


@pytest.mark.parametrize("seed", range(24))
def test_a_workbook_from_before_2021_is_read_exactly(seed: int, tmp_path: Path) -> None:
    known = one(OLD, seed % len(KINDS))
    if not has_old_forms(known.schools[0]):
        return
    layout = drawn_layout(seed) if seed >= len(KINDS) else Layout()
    batch = read(write(tmp_path, old_workbook(known, known.schools[0], layout), ".xlsx" if seed % 2 else ".xls"))
    assert differences(known, batch, "old") == [], layout


@pytest.mark.parametrize("seed", range(4))
def test_a_folder_of_twelve_schools_is_read_exactly(seed: int, tmp_path: Path) -> None:
    known = known_county(100 + seed)
    for number, school in enumerate(known.schools):
        layout = drawn_layout(seed * 12 + number) if seed else Layout()
        write(tmp_path, workbook(known, school, layout), ".xls" if number % 4 == 3 else ".xlsx")
    batch = read(tmp_path)
    assert differences(known, batch) == []
    assert leaks(known, batch) == []
    assert {school.school_id for school in known.schools} == {row.values["school_id"] for row in batch.rows["schools"]}


@pytest.mark.parametrize("seed", range(16))
def test_the_three_files_of_the_county_are_read_exactly(seed: int, tmp_path: Path) -> None:
    known = known_county(200 + seed)
    layout = drawn_layout(seed) if seed else Layout()
    source: Source = "export" if layout.graded else "export without grades"
    for book in export(known, layout):
        write(tmp_path, book, ".xls" if seed % 3 == 2 else ".xlsx")
    batch = read(tmp_path)
    assert differences(known, batch, source) == [], layout
