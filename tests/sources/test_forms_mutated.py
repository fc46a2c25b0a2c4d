"""Statistical forms as hands and systems spoil them: the right value, or a problem of the sheet; never another value.

``JIAOHENG_TEST_FORMS`` is the number of files, a few hundred by default; the counts are printed.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from forms.faults import judge
from forms.known import Known, known_county
from forms.layouts import drawn_layout
from forms.mutations import MUTATIONS, Mutate, mutated
from forms.school_workbook import workbook
from forms.sheets import Book, write
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jiaoheng.county import Batch
from jiaoheng.sources import SourceError, read

FILES = int(os.environ.get("JIAOHENG_TEST_FORMS", "200"))
LAYOUTS = 60
# A book is small already, and shrinking one takes minutes: the failure names school, layout and mutation.
SETTINGS = settings(
    max_examples=-(-FILES // len(MUTATIONS)),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
    database=None,
)


@cache
def county() -> Known:
    return known_county(7)


@cache
def book(school: int, seed: int) -> Book:
    """One of the books that are spoilt; few sheets of noise, as they only take time."""
    known = county()
    layout = replace(drawn_layout(seed), noise_sheets=0, hidden_sheets=0)
    return workbook(known, known.schools[school], layout)


@pytest.fixture(scope="module")
def counts(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What came of all files, printed when the last was read (of a run in one process)."""
    counted: Counter[str] = Counter()
    yield counted
    files = sum(number for name, number in counted.items() if name.startswith("files, "))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{files} spoilt forms:")
        for name, number in sorted(counted.items()):
            print(f"  {name}: {number}")


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_spoilt_form_gives_the_right_value_or_a_problem(mutate: Mutate, counts: Counter[str]) -> None:
    @settings(SETTINGS)
    @given(st.integers(0, len(county().schools) - 1), st.integers(0, LAYOUTS - 1), st.data())
    def every(school: int, seed: int, data: st.DataObject) -> None:
        original = book(school, seed)
        spoilt, mutation = mutated(data.draw, original, mutate)
        batch = _read(spoilt, ".xls" if seed % 3 == 0 else ".xlsx")
        counts[f"files, {mutation.kind}"] += 1
        if isinstance(batch, SourceError):
            counts["files that were refused as a whole"] += 1
            return
        only = replace(county(), schools=(county().schools[school],), campuses=())
        outcome = judge(only, batch, spoilt, original, mutation)
        counts["files with a problem"] += bool(batch.problems or batch.rejected)
        counts[f"facts right, {mutation.kind}"] += outcome.right
        counts[f"facts with a problem instead, {mutation.kind}"] += outcome.missing
        counts["facts as the file says falsely, with a problem"] += outcome.false
        assert not outcome.faults, (school, seed, mutation, outcome.faults[:8])

    every()


def _read(spoilt: Book, suffix: str) -> Batch | SourceError:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return read(write(Path(folder), spoilt, suffix))
        except SourceError as refusal:
            return refusal
