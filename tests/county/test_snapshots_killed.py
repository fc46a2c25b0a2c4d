"""Killed at any moment, or with others at work, a store is read whole: the old county or the new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from counties import clean_county

from jiaoheng.county.snapshots import LATEST, read, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL and fork")

HERE = Path(__file__).resolve().parents[1]
SEATS = (100, 101)

PREPARE = f"""
import os, signal, sys
from pathlib import Path

class NoPandas:
    # Arrow loads pandas where it is installed, and that takes long.
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "pandas":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoPandas)
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent / "src")!r}]
from counties import clean_rows
from jiaoheng.county import Origin, Rejected, build
from jiaoheng.county.snapshots import read, write
from jiaoheng.county.waiting import read_waiting, waiting_file

def county(seats):
    rows = clean_rows()
    for row in rows["facilities"]:
        row["places"] = seats
    return build(rows)

store = Path(sys.argv[1])
counties = [county(seats) for seats in {SEATS!r}]
"""

WRITE_ON = (
    PREPARE
    + """
print("ready", flush=True)
for turn in range(int(sys.argv[2])):
    write(counties[(turn + int(sys.argv[3])) % 2], store)
"""
)

# Each child is killed at one operation on files later than the one before, until one gets to its end.
DIE_EVERYWHERE = (
    PREPARE
    + """
WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.listdir", "os.scandir", "shutil.rmtree"}

def die_at(moment):
    seen = 0
    def watch(event, _):
        nonlocal seen
        if event in WATCHED:
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)

rejected = (Rejected("staff", {"certified": "99"}, {}, Origin("county.xlsx", "staff", 7), ()),)
write(counties[0], store)
for moment in range(1, 1000):
    child = os.fork()
    if child == 0:
        die_at(moment)
        write(counties[1], store, rejected=rejected)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found = read(store)
    seats = set(found["facilities"]["places"].to_pylist())
    if seats == {101}:
        assert read_waiting(waiting_file(store, found.snapshot))[0].cells == {"certified": "99"}
    print(moment, status, *sorted(seats), flush=True)
    if status == 0:
        break
    if seats == {101}:
        write(counties[0], store)
"""
)


def _start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def _seats(store: Path) -> set[int]:
    return set(read(store)["facilities"]["places"].to_pylist())


def test_killed_at_every_single_operation_the_store_is_the_old_county_or_the_new(tmp_path: Path) -> None:
    with _start(DIE_EVERYWHERE, tmp_path) as program:
        out, _ = program.communicate()
    assert program.returncode == 0
    told = [line.split() for line in out.splitlines()]
    assert len(told) > 20
    assert {tuple(line[2:]) for line in told} == {("100",), ("101",)}
    assert [line[1] for line in told[:-1]] == ["9"] * (len(told) - 1)
    assert told[-1][1:] == ["0", "101"]


@pytest.mark.slow
def test_killed_at_random_moments_the_store_is_whole(tmp_path: Path) -> None:
    draw = random.Random(20)
    write(clean_county(), tmp_path)
    whole = ({100}, {101}, _seats(tmp_path))
    for turn in range(20):
        with _start(WRITE_ON, tmp_path, 1000, turn) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
            time.sleep(draw.uniform(0, 0.15))
            program.send_signal(signal.SIGKILL)
        assert program.returncode == -signal.SIGKILL
        assert _seats(tmp_path) in whole
    for path in tmp_path.iterdir():
        if path.is_dir() and not path.name.startswith(".writing-"):
            read(path)


@pytest.mark.slow
def test_two_writers_and_a_reader_at_once_see_whole_counties_only(tmp_path: Path) -> None:
    writers = [_start(WRITE_ON, tmp_path, 25, turn) for turn in (0, 1, 0)]
    for program in writers:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    seen = []
    while any(program.poll() is None for program in writers):
        if (tmp_path / LATEST).exists():
            seen.append(_seats(tmp_path))
    for program in writers:
        with program:
            assert program.wait() == 0
    assert seen
    assert all(seats in ({100}, {101}) for seats in seen)
    assert not list(tmp_path.glob(".writing-*"))
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2
