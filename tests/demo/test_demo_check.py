"""Does the demo county pass the checks that every county goes through?"""

from __future__ import annotations

from pathlib import Path

from jiaoheng import demo
from jiaoheng.county import County, check, errors, snapshots


def test_checking_finds_no_error_and_the_one_warning_that_is_planted(wanglan: County) -> None:
    problems = check(wanglan)
    assert errors(problems) == ()
    assert [(problem.code, problem.details.get("school")) for problem in problems] == [
        ("cohort_flow", "望岚县新城幼儿园")
    ]


def test_another_seed_has_no_error_and_hardly_a_warning(elsewhere: County) -> None:
    problems = check(elsewhere)
    assert errors(problems) == ()
    assert len(problems) <= 3


def test_it_survives_being_stored(wanglan: County, tmp_path: Path) -> None:
    folder = snapshots.write(wanglan, tmp_path, source=demo.source())
    again = snapshots.read(folder)
    assert again.tables == wanglan.tables
    assert again.boundaries == wanglan.boundaries
    assert snapshots.manifest(folder).source == "synthetic: 望岚县, seed 2025"
