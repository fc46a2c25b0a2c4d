"""A nation assessed: Jiaoheng on DuckDB beside pandas, as an analyst and as an expert write it.

    python benchmarks/assess.py                               2 800 counties, 200 000 schools
    python benchmarks/assess.py --counties 20 --schools 1400

Each way runs in a process of its own on the same Parquet files: the seven indicators with the 6-of-7 and 85 % rule,
the fourteen coefficients, class sizes, school sizes and the county's verdict on its resources. Results must agree to
1e-9 or the script ends with 1. Memory is the most that the process held beyond what it held once its libraries were
loaded.
The analyst's way runs on the first ``--analyst-counties`` only; its time is scaled to all of them, and said so.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src"
WAYS = ("duckdb_jiaoheng", "pandas_analyst", "pandas_vectorised")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--counties", type=int, default=2800)
    arguments.add_argument("--schools", type=int, default=200_000)
    arguments.add_argument("--analyst-counties", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=2025)
    chosen = arguments.parse_args()
    analyst = min(chosen.analyst_counties, chosen.counties)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "nation"
        rows = importlib.import_module("synthetic").draw(root, chosen.counties, chosen.schools, chosen.seed)
        print(f"{date.today()} · Python {platform.python_version()} · {os.cpu_count()} cores · ", end="")
        print(" · ".join(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow")))
        print(", ".join(f"{name} {number:,}" for name, number in rows.items()), flush=True)
        found = {way: _child(way, root, Path(folder), analyst if way == "pandas_analyst" else 0) for way in WAYS}
        agree = [_agree(Path(folder), way) for way in WAYS[1:]]
    if analyst < chosen.counties:
        for key in ("wall", "cpu"):
            found["pandas_analyst"][key] *= chosen.counties / analyst
        print(f"pandas_analyst ran on {analyst} counties; its times are scaled by {chosen.counties / analyst:g}")
    _report(found)
    _one_county()
    return 0 if all(agree) else 1


def _child(way: str, root: Path, folder: Path, counties: int) -> dict[str, Any]:
    """Run one way in its own process; returns its seconds and mebibytes."""
    environment = os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE}"}
    command = [sys.executable, str(Path(__file__)), "child", way, str(root), str(folder), str(counties)]
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command[2:]], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr.decode()}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


_CHILD = "import assess, sys; assess.child(*sys.argv[2:])"


def child(way: str, root: str, folder: str, counties: str) -> None:
    """What a process of its own does: import, measure, write the results beside the data."""
    module = importlib.import_module(way)
    before = _held()
    wall, cpu = time.perf_counter(), _seconds()
    coefficients, counts = module.assess(Path(root), int(counties)) if int(counties) else module.assess(Path(root))
    told = {"wall": time.perf_counter() - wall, "cpu": _seconds() - cpu, "memory": _held() - before, "held": _held()}
    coefficients.to_parquet(Path(folder) / f"{way}-coefficients.parquet")
    counts.to_parquet(Path(folder) / f"{way}-counts.parquet")
    print(json.dumps(told))


def _held() -> float:
    """The most memory that this process has held, in MiB.

    Linux counts what the parent held in ru_maxrss too, but not in VmHWM.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _agree(folder: Path, way: str) -> bool:
    """Whether a way's coefficients agree with Jiaoheng's to 1e-9 and its counts wholly, on the counties it did."""
    import pandas as pd

    def read(of: str, what: str, keys: list[str]) -> pd.DataFrame:
        return pd.read_parquet(folder / f"{of}-{what}.parquet").set_index(keys).sort_index()

    keys = ["county_code", "item", "stage"]
    theirs, ours = read(way, "coefficients", keys), read(WAYS[0], "coefficients", keys)
    done = theirs.index.get_level_values("county_code").unique()
    ours = ours[ours.index.get_level_values("county_code").isin(done)]
    same = theirs.index.equals(ours.index) and bool((theirs.status == ours.status).all())
    worst = ((theirs.coefficient - ours.coefficient).abs() / ours.coefficient.abs().clip(lower=1e-9)).max()
    same = same and bool((theirs.coefficient.isna() == ours.coefficient.isna()).all()) and worst < 1e-9
    keys = ["county_code", "rule", "stage", "status"]
    theirs, ours = read(way, "counts", keys), read(WAYS[0], "counts", keys)
    ours = ours[ours.index.get_level_values("county_code").isin(done)]
    same = same and theirs.index.equals(ours.index) and bool((theirs.number == ours.number).all())
    print(f"{way}: {'agrees' if same else 'DIFFERS'} on {len(done):,} counties (coefficients to {worst:.1e})")
    return same


def _report(found: dict[str, dict[str, Any]]) -> None:
    ours = found[WAYS[0]]
    print(f"{'':20}{'wall s':>10}{'CPU s':>10}{'MiB':>10}{'wall ×':>10}{'CPU ×':>10}{'MiB ×':>10}")
    for way, told in found.items():
        ratios = "".join(f"{told[key] / ours[key]:10.2f}" for key in ("wall", "cpu", "memory"))
        print(f"{way:20}{told['wall']:10.1f}{told['cpu']:10.1f}{told['memory']:10.0f}{ratios}")


def _one_county() -> None:
    """One county of a usual size, from tables in memory to findings, after the package is imported."""
    sys.path[:0] = [str(SOURCE)]
    from jiaoheng.demo import county
    from jiaoheng.findings import assess
    from jiaoheng.standards import load

    facts, standard, seconds = county(), load("cn-2017"), []
    for _ in range(5):
        start = time.process_time()
        assess(facts, standard)
        seconds.append(time.process_time() - start)
    told = f"first {seconds[0]:.2f} s, median of five {statistics.median(seconds):.2f} s of CPU"
    print(f"one county (110 schools, all 32 items): {told}")


if __name__ == "__main__":
    sys.exit(main())
