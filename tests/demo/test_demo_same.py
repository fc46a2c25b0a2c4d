"""Is the same seed the same county, on every machine and in every process?"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jiaoheng import demo
from jiaoheng.county import County
from jiaoheng.demo.draws import Draws

# Changes only when the county is changed on purpose; then say so in the commit.
PINNED = "to be pinned"

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_demo_same import digest
from jiaoheng import demo
print(digest(demo.county()))
"""


def digest(county: County) -> str:
    """SHA-256 of all tables as text, one value a line, and of the boundaries."""
    found = hashlib.sha256()
    for name, table in county.tables.items():
        found.update(f"{name} {table.num_rows}\n".encode())
        for column in table.column_names:
            values = "\n".join(map(repr, table[column].to_pylist()))
            found.update(f"{column}\n{values}\n".encode())
    found.update(json.dumps(county.boundaries, ensure_ascii=False, sort_keys=True).encode())
    return found.hexdigest()


def test_the_default_county_is_the_one_that_was_looked_at(wanglan: County) -> None:
    assert digest(wanglan) == PINNED


def test_the_same_seed_gives_the_same_county_again(wanglan: County) -> None:
    assert digest(demo.county(2025)) == digest(wanglan)


def test_another_seed_gives_another_county(wanglan: County) -> None:
    other = demo.county(7)
    assert digest(other) != digest(wanglan)
    for table in ("places", "enrolment", "facilities", "teachers"):
        assert not other[table].equals(wanglan[table])


@pytest.mark.parametrize(("hash_seed", "locale"), [("0", "C"), ("4711", "zh_CN.UTF-8")])
def test_neither_hashing_nor_locale_nor_folder_matters(
    wanglan: County, tmp_path: Path, hash_seed: str, locale: str
) -> None:
    source = Path(demo.__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "PYTHONPATH": str(source)}
    printed = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)],
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
    assert [draws.whole(1, 6) for _ in range(12)] == [0]
    assert draws.shuffled("abcdef") == []
    assert round(draws.bell(100, 10), 9) == 0


def test_shares_of_a_split_add_up_and_are_off_by_less_than_one() -> None:
    draws = Draws(3, "test")
    for count in range(60):
        weights = [draws.between(0.0, 3.0) for _ in range(draws.whole(1, 9))]
        parts = draws.split(count, weights)
        assert sum(parts) == count
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - count * weight / sum(weights)) < 1 + 1e-9
