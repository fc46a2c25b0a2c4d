"""Is the same seed the same county, on every machine and in every process?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from demo_digest import digest

from jiaoheng import demo
from jiaoheng.county import County
from jiaoheng.demo.draws import Draws

# Changes only when the county is changed on purpose; then say so in the commit.
PINNED = "5655f53d4dfcec55b96e2c7b4e7dda2f11e5b7e86c98e4304bd5038cba4c27b8"

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from demo_digest import digest
from jiaoheng import demo
print(digest(demo.county()))
"""


def test_the_default_county_is_the_one_that_was_looked_at(wanglan: County) -> None:
    assert digest(wanglan) == PINNED


def test_another_seed_gives_another_county(wanglan: County, elsewhere: County) -> None:
    assert digest(elsewhere) != digest(wanglan)
    for table in ("places", "enrolment", "facilities", "teachers"):
        assert not elsewhere[table].equals(wanglan[table])


def test_another_process_draws_the_same_whatever_its_hashing_locale_and_folder(wanglan: County, tmp_path: Path) -> None:
    source = Path(demo.__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "LC_ALL": "zh_CN.UTF-8", "PYTHONPATH": str(source)}
    printed = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parents[1])],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip() == digest(wanglan)


def test_every_float_is_rounded(wanglan: County) -> None:
    for table in wanglan.tables.values():
        for column in table.column_names:
            for value in table[column].to_pylist():
                if isinstance(value, float):
                    assert value == round(value, 5)


def test_draws_are_the_generator_s_own_sequence_and_nothing_else() -> None:
    draws = Draws(1, "test")
    assert [draws.whole(1, 6) for _ in range(12)] == [5, 3, 3, 5, 1, 1, 4, 2, 5, 3, 2, 6]
    assert draws.shuffled("abcdef") == ["c", "a", "d", "e", "f", "b"]
    assert round(draws.bell(100, 10), 9) == 116.82605519


def test_shares_of_a_split_add_up_and_are_off_by_less_than_one() -> None:
    draws = Draws(3, "test")
    for count in range(60):
        weights = [draws.between(0.0, 3.0) for _ in range(draws.whole(1, 9))]
        parts = draws.split(count, weights)
        assert sum(parts) == count
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - count * weight / sum(weights)) < 1 + 1e-9
