"""How well plan documents are read: targets, tasks and units against labels, beside plain regular expressions.

    python benchmarks/documents.py                          ../shared/documents and the labelled plans of the tests
    python benchmarks/documents.py FOLDER                   another folder with text/, labels/ and its score.py

Two of the documents in the folder were developed on, the others were first read when the reader was done; what those
first readings gave is printed as it was noted down, since a figure of today no longer says how a new document fares.
The labelled plans of the tests were written, and labelled, by others than the reader, those of held_out without a look
at it; since their first reading the reader has learnt from both. From those of unseen nothing is learnt, so that
their figures of today are the nearest to those of a new document. Where the folder has a score.py
its figures must be ours to the digit, or the script ends with 1. CPU seconds are of this process, for reading alone.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import platform
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import documents_baseline  # noqa: E402
from documents_scoring import counted, line, score  # noqa: E402

PLANS = HERE.parent / "tests" / "documents"
FIRST = HERE / "documents_first_reading.toml"


class Labelled(NamedTuple):
    """A document with its labels and how they came about: developed on, held out, or of a set of test plans."""

    name: str
    text: str
    labels: Path
    kind: str


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, default=HERE.parents[1] / "shared" / "documents")
    folder = arguments.parse_args().folder
    noted = tomllib.loads(FIRST.read_text(encoding="utf-8"))
    documents = [*_shared(folder, noted["developed"]), *_plans()]
    print(f"{date.today()} · Python {platform.python_version()} · {len(documents)} documents")
    if not folder.is_dir():
        print(f"{folder} is not there: only the labelled plans of the tests are read")
    results, seconds = _read_all(documents, _reader())
    print("\nJiaoheng, now. All but those never learnt from have been looked at since their first reading, see below")
    _report(documents, results, seconds)
    plain, plain_seconds = _read_all(documents, documents_baseline.read)
    print("\nPlain regular expressions")
    _report(documents, plain, plain_seconds)
    _ratio(documents, results, plain)
    _first(noted)
    return 0 if _agrees(folder, documents, results) else 1


def _shared(folder: Path, developed: list[str]) -> Iterator[Labelled]:
    for path in sorted((folder / "text").glob("*.txt")):
        kind = "developed on" if path.stem[:3] in developed else "held out"
        yield Labelled(path.stem, path.read_text(encoding="utf-8"), folder / "labels" / f"{path.stem}.json", kind)


def _plans() -> Iterator[Labelled]:
    for folder, kind in (("plans", "test plans"), ("held_out", "second plans"), ("unseen", "never learnt from")):
        for path in sorted((PLANS / folder).glob("*.txt")):
            yield Labelled(path.stem, path.read_text(encoding="utf-8"), path.with_suffix(".json"), kind)


def _reader() -> Callable[[str], dict[str, Any]]:
    """The reader as a function of text, its patterns compiled before the clock runs."""
    import msgspec

    from jiaoheng.documents.reading import read

    read("一、主要目标\n到2025年，新建3所学校。\n")
    return lambda text: msgspec.to_builtins(read(text))


def _read_all(
    documents: list[Labelled], read: Callable[[str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[float]]:
    results, seconds = [], []
    for document in documents:
        before = time.process_time()
        results.append(read(document.text))
        seconds.append(time.process_time() - before)
    return results, seconds


def _report(documents: list[Labelled], results: list[dict[str, Any]], seconds: list[float]) -> None:
    sums: dict[str, Counter[str]] = {}
    for document, found, taken in zip(documents, results, seconds, strict=True):
        counts = counted(json.loads(document.labels.read_bytes()), found)
        for group in (document.kind, "all"):
            sums.setdefault(group, Counter()).update(counts)
        print(f"{line(document.name, score(counts))} | {taken:.2f} s for {len(document.text):6,} · {document.kind}")
    for group in ("developed on", "held out", "test plans", "second plans", "never learnt from", "all"):
        if group in sums:
            print(line(f"= {group}", score(sums[group])))
    slowest = max(taken / len(document.text) for document, taken in zip(documents, seconds, strict=True))
    print(
        f"CPU {sum(seconds):.2f} s in all; at the pace of the slowest, 25 000 characters take {25_000 * slowest:.2f} s"
    )


def _ratio(documents: list[Labelled], ours: list[dict[str, Any]], plain: list[dict[str, Any]]) -> None:
    """How much better than the plain way."""
    both = []
    for results in (ours, plain):
        total: Counter[str] = Counter()
        for document, found in zip(documents, results, strict=True):
            total.update(counted(json.loads(document.labels.read_bytes()), found))
        both.append(score(total))
    left, right = both
    print(
        f"\nAgainst plain regular expressions, all documents: target F1 {left.targets:.3f} / {right.targets:.3f}",
        end="",
    )
    print(f" = {left.targets / max(right.targets, 1e-9):.2f}", end="")
    print(f"; task F1 {left.tasks:.3f} / {right.tasks:.3f}", end="")
    print(f"; unit F1 {left.units or 0:.3f} / {right.units or 0:.3f}")


def _first(noted: dict[str, Any]) -> None:
    """What was noted down at first readings of documents that nobody had looked at while developing."""
    print("\nFirst readings, as noted down then (not measured now)")
    for entry in noted["reading"]:
        figures = " · ".join(f"{name} {entry[name]:.3f}" for name in ("targets", "tasks", "units") if name in entry)
        print(f"{entry['date']}  {entry['document']:24} F1 of {figures}  ({entry['of']})")


def _agrees(folder: Path, documents: list[Labelled], results: list[dict[str, Any]]) -> bool:
    """Whether the folder's own scorer prints what ours says of every document."""
    script = folder / "score.py"
    if not script.exists():
        return True
    spec = importlib.util.spec_from_file_location("folder_score", script)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    ours: list[str] = []
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as work, contextlib.redirect_stdout(io.StringIO()) as printed:
        given = []
        for number, (document, found) in enumerate(zip(documents, results, strict=True)):
            path = Path(work) / f"{number}.json"
            path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
            given += [str(document.labels), str(path)]
            counts = counted(json.loads(document.labels.read_bytes()), found)
            total.update(counts)
            ours.append(line(document.labels.name, score(counts)))
        scorer.main(given)
    theirs = printed.getvalue().splitlines()
    ours.append(line("all", score(total)))
    differing = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    for one, other in differing:
        print(f"DIFFERS\n  ours   {one}\n  theirs {other}")
    if not differing:
        print(f"\nEvery figure of ours agrees with {script.name} of the folder to the digit")
    return not differing


if __name__ == "__main__":
    sys.exit(main())
