"""Statistical forms as hands and systems spoil them: the right value, or a problem of the sheet; never another value.

``JIAOHENG_TEST_FORMS`` is the number of files, a few hundred by default; the counts are printed.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from forms.faults import judge
from forms.known import Known, known_county
from forms.layouts import drawn_layout
from forms.mutations import mutated
from forms.school_workbook import workbook
from forms.sheets import Book, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.county import Batch
from jiaoheng.sources import SourceError, read

FILES = int(os.environ.get("JIAOHENG_TEST_FORMS", "300"))
LAYOUTS = 60


@cache
def county() -> Known:
    return known_county(7)


@cache
def book(school: int, seed: int) -> Book:
    """One of the books that are spoilt; few sheets of noise, as they only take time."""
    known = county()
    layout = replace(drawn_layout(seed), noise_sheets=0, hidden_sheets=0)
    return workbook(known, known.schools[school], layout)


class Spoilt:
    """Files that were spoilt, and what came of them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def test(self, school: int, seed: int, draw: st.DataObject) -> None:
        original = book(school, seed)
        spoilt, mutation = draw.draw(mutated(original))
        suffix = ".xls" if seed % 3 == 0 else ".xlsx"
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder), spoilt, suffix)
            try:
                batch = read(path)
            except SourceError:
                self.counts["files not read at all"] += 1
                assert mutation.kind == "damage", mutation
                return
        only = replace(county(), schools=(county().schools[school],), campuses=())
        outcome = judge(only, batch, spoilt, original, mutation)
        self._count(batch, mutation.kind, outcome.right, outcome.missing, outcome.false)
        assert not outcome.faults, (school, seed, suffix, mutation, outcome.faults[:8])

    def _count(self, batch: Batch, kind: str, right: int, missing: int, false: int) -> None:
        self.counts[f"files, {kind}"] += 1
        self.counts["files with a problem"] += bool(batch.problems or batch.rejected)
        self.counts[f"facts right, {kind}"] += right
        self.counts[f"facts with a problem instead, {kind}"] += missing
        self.counts["facts as the file says falsely, with a problem"] += false


@pytest.mark.slow
def test_a_spoilt_form_gives_the_right_value_or_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    spoilt = Spoilt()

    @settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(0, len(county().schools) - 1), st.integers(0, LAYOUTS - 1), st.data())
    def every(school: int, seed: int, draw: st.DataObject) -> None:
        spoilt.test(school, seed, draw)

    every()
    with capsys.disabled():
        print(f"\n{sum(n for name, n in spoilt.counts.items() if name.startswith('files, '))} spoilt forms:")
        for name, count in sorted(spoilt.counts.items()):
            print(f"  {name}: {count}")
