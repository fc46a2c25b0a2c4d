"""Many threads that read their first value of a type at once; and nobody reads past the door."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from jiaoheng import typed

SOURCE = Path(typed.__file__).resolve().parent

# Without the door this ends in a segmentation fault within the first few rounds.
CROWD = """
import sys, threading
import msgspec
from jiaoheng import typed

sys.setswitchinterval(1e-6)
FIELDS = [(f"f{place}", int) for place in range(10)]
for turn in range(60):
    parts = [msgspec.defstruct(f"Part{turn}_{place}", FIELDS) for place in range(30)]
    whole = msgspec.defstruct(f"Whole{turn}", [(f"g{place}", part | None, None) for place, part in enumerate(parts)])
    raw = {"g3": {name: 1 for name, _ in FIELDS}}
    data = msgspec.json.encode(raw)
    start, read = threading.Barrier(8), []

    def clerk(place):
        start.wait()
        read.append(typed.decode(data, whole) if place % 2 else typed.convert(raw, whole))

    crowd = [threading.Thread(target=clerk, args=(place,)) for place in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert [one.g3.f9 for one in read] == [1] * 8
"""


class Pupils(msgspec.Struct):
    count: int


def test_a_crowd_may_read_a_type_for_the_first_time():
    done = subprocess.run(
        [sys.executable, "-c", CROWD], env={"PYTHONPATH": str(SOURCE.parent)}, capture_output=True, check=False
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stderr.decode()[-2000:]}"


def test_what_does_not_fit_is_refused():
    assert typed.decode(b'{"count": 7}', Pupils) == typed.convert({"count": 7}, Pupils) == Pupils(7)
    with pytest.raises(msgspec.ValidationError):
        typed.convert({"count": "seven"}, Pupils)
    with pytest.raises(msgspec.DecodeError):
        typed.decode(b"{", Pupils)


def test_nobody_reads_past_the_door():
    past = re.compile(r"msgspec\.convert\(|decode\([^)]*type=|\bDecoder\(")
    files = [path for path in SOURCE.rglob("*.py") if path != Path(typed.__file__).resolve()]
    assert files
    assert [path.name for path in files if past.search(path.read_text(encoding="utf-8"))] == []
