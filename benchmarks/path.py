"""The cheapest path to the standard on drawn counties: our solver beside SCIP and what offices do by hand.

    python benchmarks/path.py                                       50 and 100 schools, one year, 60 seconds each
    python benchmarks/path.py --demo --schools 100                  the demo county before them
    python benchmarks/path.py --schools 120 --years 3 --unequal 2.0 --seconds 120
    python benchmarks/path.py --files instances/*.json --only ours  questions that were written before

Everyone is given the same ``Problem``, one after the other: SCIP natively, with whole lots, binaries and cones, in a
process of its own (``tests/path_peers.py``, where the greedy stands too). Times are from the question to the moment at
which the gap between our plan and our bound was that small; "ended" is when we had a gap of ``--tolerance``, or ran out
of time. Every plan is judged by the unrounded rule. ``--write`` keeps the questions as files, those on which something
is wrong under a name that says so. A plan of ours that breaks a rule, or a bound of ours above the cost of a valid
plan, ends the script with 1; a plan of ours that costs more than a peer's is marked.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from path_instances import instance, name, write

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from path_peers import Answer, answer, greedy, scip_apart  # noqa: E402
from pyscipopt import Model  # noqa: E402

from jiaoheng import demo, typed  # noqa: E402
from jiaoheng.plans.path import PathRequest, posed  # noqa: E402
from jiaoheng.plans.path.problem import Problem  # noqa: E402
from jiaoheng.plans.path.solve import solve  # noqa: E402

GAPS = (0.01, 0.005, 0.001)
EXACT = 1e-9  # costs are sums of floats
TOLERANCE = 1e-6  # SCIP's own
HEADINGS = [
    "county",
    "lots of",
    *(f"to {100 * gap:g} %" for gap in GAPS),
    "ended",
    "cost, million",
    "gap",
    "SCIP: ended",
    "cost",
    "gap",
    "greedy: cost",
    "ours / SCIP",
    "ours / greedy",
    "",
]


class Question(NamedTuple):
    """A county to be solved; ``target`` is a plan of it, where one is known."""

    label: str
    problem: Problem
    target: tuple[int, ...] | None


class Watch:
    """Hears of our solver's progress and notes when which gap was reached."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.reached: dict[float, float] = {}

    def __call__(self, part: float, known: Mapping[str, Any]) -> None:
        objective, bound = known.get("objective"), known.get("bound")
        if objective is not None and bound is not None:
            self.note(objective, bound)

    def note(self, objective: float, bound: float) -> None:
        for gap in GAPS:
            if objective - bound <= gap * abs(objective):
                self.reached.setdefault(gap, time.perf_counter() - self.began)


class Result(NamedTuple):
    """What everyone said of a question; None where they were not asked."""

    question: Question
    ours: Answer | None
    watch: Watch
    scip: Answer | None
    greedy: Answer | None

    def wrong(self) -> list[str]:
        """What must not be: a plan that is none, or a bound above a plan."""
        found = []
        if self.ours is None:
            return found
        if self.ours.broken:
            found.append("INVALID")
        plans = [each for each in (self.scip, self.greedy) if each is not None and each.lots and not each.broken]
        costs = [each.objective for each in plans if each.objective is not None]
        if self.question.target is not None:
            costs.append(self.question.problem.cost(self.question.target))
        if costs and self.ours.status == "infeasible":
            found.append("A-PLAN-EXISTS")
        if costs and self.ours.bound is not None and self.ours.bound > min(costs) * (1 + EXACT):
            found.append("BOUND-TOO-HIGH")
        return found

    def remarks(self) -> list[str]:
        """What is wrong, and where a peer did better or broke a rule."""
        found = self.wrong()
        ours = None if self.ours is None or self.ours.broken else self.ours.objective
        for label, peer in (("SCIP", self.scip), ("greedy", self.greedy)):
            if peer is None or peer.objective is None:
                continue
            if peer.broken:
                found.append(f"{label}-invalid-by-{peer.excess:.1e}")
            elif ours is not None and ours > peer.objective * (1 + EXACT):
                found.append(f"worse-than-{label}-by-{100 * (ours / peer.objective - 1):.4f}%")
            elif ours is None and self.ours is not None:
                found.append(f"nothing-where-{label}-has-a-plan")
        native = None if self.scip is None else self.scip.bound
        if ours is not None and native is not None and native > ours * (1 + TOLERANCE):
            found.append("SCIP-bound-too-high")
        return found

    def row(self) -> list[str]:
        """The cells of a row of the table."""
        ours, native, by_hand = self.ours, self.scip, self.greedy
        times = [f"{self.watch.reached[gap]:.1f} s" if gap in self.watch.reached else "–" for gap in GAPS]
        return [
            self.question.label,
            f"{len(self.question.problem.variables)}",
            *times,
            _ended(ours),
            _cost(ours),
            _gap(ours),
            _ended(native),
            _cost(native),
            _gap(native),
            _cost(by_hand),
            _ratio(ours, native),
            _ratio(ours, by_hand),
            ", ".join(self.remarks()),
        ]


def _ended(answer: Answer | None) -> str:
    return "" if answer is None else f"{answer.status} {answer.seconds:.1f} s"


def _cost(answer: Answer | None) -> str:
    if answer is None:
        return ""
    return answer.status if answer.objective is None else f"{answer.objective / 1e6:.3f}"


def _gap(answer: Answer | None) -> str:
    if answer is None or answer.objective is None or answer.bound is None:
        return "–"
    return f"{100 * max(0.0, answer.objective - answer.bound) / max(1.0, answer.objective):.3f} %"


def _ratio(ours: Answer | None, peer: Answer | None) -> str:
    if ours is None or peer is None or ours.objective is None or not peer.objective or peer.broken:
        return "–"
    return f"{ours.objective / peer.objective:.4f}"


def run(question: Question, chosen: argparse.Namespace) -> Result:
    """Ask everyone who was chosen."""
    problem, watch = question.problem, Watch()
    ours = native = by_hand = None
    if "ours" in chosen.only:
        watch = Watch()
        said = solve(problem, tolerance=chosen.tolerance, seconds=chosen.seconds, progress=watch)
        ours = answer(problem, said.status, watch.began, said.lots, said.bound)
        if said.objective is not None and said.bound is not None:
            watch.note(said.objective, said.bound)
    if "scip" in chosen.only:
        native = scip_apart(problem, seconds=chosen.seconds, gap=chosen.tolerance)
    if "greedy" in chosen.only:
        by_hand = greedy(problem)
    return Result(question, ours, watch, native, by_hand)


def questions(chosen: argparse.Namespace) -> Iterator[Question]:
    """Those of the files, or else drawn ones."""
    for path in chosen.files:
        if not path.name.endswith((".target.json", ".answers.json")):
            beside = path.with_suffix(".target.json")
            target = typed.decode(beside.read_bytes(), tuple[int, ...]) if beside.exists() else None
            yield Question(path.stem, typed.decode(path.read_bytes(), Problem), target)
    if chosen.files:
        return
    if chosen.demo:
        county = demo.county()
        yield Question("望岚县", posed(county, PathRequest(until=county.years[-1] + 2)), None)
    for seed in chosen.seeds:
        for years in chosen.years:
            for schools in chosen.schools:
                for unequal in chosen.unequal:
                    drawn = instance(schools, years=years, stages=chosen.stages, unequal=unequal, seed=seed)
                    yield Question(name(schools, years, chosen.stages, unequal, seed), *drawn)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--schools", type=int, nargs="+", default=[50, 100])
    arguments.add_argument("--years", type=int, nargs="+", default=[1])
    arguments.add_argument("--stages", type=int, choices=(1, 2), default=2)
    arguments.add_argument("--unequal", type=float, nargs="+", default=[1.0, 1.6, 2.0])
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0])
    arguments.add_argument("--demo", action="store_true", help="the demo county first, two years ahead")
    arguments.add_argument("--files", type=Path, nargs="+", default=[])
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--tolerance", type=float, default=0.001)
    arguments.add_argument("--only", choices=("ours", "scip", "greedy"), nargs="+", default=["ours", "scip", "greedy"])
    arguments.add_argument("--write", type=Path, help="a folder for the questions and what everyone said")
    chosen = arguments.parse_args()
    print(f"{date.today()} · Python {platform.python_version()} · {os.cpu_count()} cores · ", end="")
    print(f"highspy {version('highspy')} · pyscipopt {version('pyscipopt')} (SCIP {Model().version()}) · ", end="")
    print(f"at most {chosen.seconds:g} s each · tolerance {100 * chosen.tolerance:g} %\n")
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}", flush=True)
    wrong = 0
    for question in questions(chosen):
        result = run(question, chosen)
        print(f"| {' | '.join(result.row())} |", flush=True)
        wrong += bool(result.wrong())
        if chosen.write is not None:
            stem = "--".join([question.label, *result.remarks()])
            write(chosen.write, stem, question.problem, question.target)
            said = {"ours": result.ours, "scip": result.scip, "greedy": result.greedy}
            (chosen.write / f"{stem}.answers.json").write_bytes(msgspec.json.encode(said))
    print(f"\nwrong: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
