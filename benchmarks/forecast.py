"""Forecasts on any panel of pupils by unit, year and grade: every method from every earlier year, against what came.

    python benchmarks/forecast.py PANEL.csv --horizons 1 3 5 --json OUT

PANEL.csv is in long form with a heading: unit, year, grade, pupils, and where there is one the unit's group (column
``group`` or ``district``). Years are 2014 or 2014-15, grades PK, K (or 0) and 1 to 12 (also 01, g1); other grades
(totals, ungraded) are left out and counted. Empty figures, NA and * are missing. Births are told in a column ``births``
(of the unit in that calendar year, the same in all rows of the unit and year; the same in all units: of the whole) or
in rows of grade ``births``; children enter kindergarten at 5 and grade 1 at 6.

Printed for units, groups and the whole: mean absolute percentage errors of totals at each horizon; cases are all units
with pupils in the year forecast from (the fourth of the panel or later) and in the year forecast for. ``jiaoheng``'s
intervals are counted, and its error divided by the best reference's. Then the check of reporting errors: flags and, in
OUT, each with unit, year and score (``flags`` with the years after known, ``flags_at_entry`` without).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import numpy as np

from jiaoheng.forecast.backtesting import KNOWN, OURS, Score, backtest
from jiaoheng.forecast.oddities import Oddity, oddities
from jiaoheng.forecast.panel import Floats, Panel
from jiaoheng.forecast.references import REFERENCES

MISSING = {"", "na", "nan", "null", "none", "*", "-", "."}
AGES = {"PK": 4, "K": 5}
ORDER = ("PK", "K", *(str(grade) for grade in range(1, 13)))


class Read(msgspec.Struct, frozen=True):
    """A panel as it was read; ``left_out`` counts the rows of each grade that is none."""

    panel: Panel
    left_out: dict[str, int]


def read(path: Path) -> Read:
    """The panel of a file; raises SystemExit with the line that cannot be read."""
    figures: dict[tuple[str, int, str], float] = {}
    births: dict[tuple[str, int], float] = {}
    groups: dict[str, str] = {}
    left_out: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        heading = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = heading
        lacking = {"unit", "year", "grade", "pupils"} - set(heading)
        if lacking:
            raise SystemExit(f"{path}: no column {', '.join(sorted(lacking))}; there are {', '.join(heading)}")
        group = next((name for name in ("group", "district") if name in heading), None)
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            unit, year = row["unit"].strip(), _year(row["year"], where)
            if group and row[group].strip():
                groups[unit] = row[group].strip()
            told = _number(row.get("births") or "", where)
            if told is not None:
                births[unit, year] = told
            pupils = _number(row["pupils"] or "", where)
            grade = _grade(row["grade"])
            if row["grade"].strip().lower() == "births":
                if pupils is not None:
                    births[unit, year] = pupils
            elif grade is None:
                left_out[row["grade"]] += 1
            elif pupils is not None:
                figures[unit, year, grade] = figures.get((unit, year, grade), 0.0) + pupils
    if not figures:
        raise SystemExit(f"{path}: no figures of any grade")
    return Read(panel=_panel(figures, births, groups), left_out=dict(left_out))


def _year(text: str, where: str) -> int:
    found = re.match(r"\s*(\d{4})", text)
    if found is None:
        raise SystemExit(f"{where}: the year is four digits, not {text!r}")
    return int(found[1])


def _grade(text: str) -> str | None:
    plain = text.strip().upper()
    if plain in ("K", "KG", "KF", "0", "00", "KINDERGARTEN"):
        return "K"
    if plain in ("PK", "PREK", "PRE-K"):
        return "PK"
    found = re.fullmatch(r"(?:G|GR|GRADE)?[\s_]*0*(\d{1,2})(?:\.0)?", plain)
    return found[1] if found is not None and 1 <= int(found[1]) <= 12 else None


def _number(text: str, where: str) -> float | None:
    if text.strip().lower() in MISSING:
        return None
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        raise SystemExit(f"{where}: a number of pupils is expected, not {text!r}") from None
    if value < 0:
        raise SystemExit(f"{where}: a number of pupils is not below 0: {text!r}")
    return value


def _panel(
    figures: dict[tuple[str, int, str], float], births: dict[tuple[str, int], float], groups: dict[str, str]
) -> Panel:
    units = sorted({unit for unit, _, _ in figures})
    seen = {year for _, year, _ in figures}
    years = tuple(range(min(seen), max(seen) + 1))
    present = {grade for _, _, grade in figures}
    grades = tuple(grade for grade in ORDER if grade in present)
    at_unit = {unit: place for place, unit in enumerate(units)}
    pupils = np.full((len(units), len(years), len(grades)), np.nan)
    for (unit, year, grade), value in figures.items():
        pupils[at_unit[unit], year - years[0], grades.index(grade)] = value
    # A unit with nobody in any grade is not open in that year.
    pupils[np.nansum(pupils, axis=2) == 0] = np.nan
    entering, entering_years = _entering(births, units, AGES.get(grades[0], 5 + int(_digits(grades[0]))))
    return Panel(
        units=tuple(units),
        years=years,
        grades=grades,
        pupils=pupils,
        groups=tuple(groups.get(unit, unit) for unit in units) if groups else None,
        entering=entering,
        entering_years=entering_years,
    )


def _digits(grade: str) -> str:
    return grade if grade.isdigit() else "0"


def _entering(
    births: dict[tuple[str, int], float], units: list[str], age: int
) -> tuple[Floats | None, tuple[int, ...]]:
    if not births:
        return None, ()
    seen = {year for _, year in births}
    years = tuple(range(min(seen) + age, max(seen) + age + 1))
    by_year: dict[int, set[float]] = defaultdict(set)
    for (_, year), value in births.items():
        by_year[year].add(value)
    if len(units) > 1 and all(len(values) == 1 for values in by_year.values()):
        whole = np.full((1, len(years)), np.nan)
        for year, values in by_year.items():
            whole[0, year + age - years[0]] = next(iter(values))
        return whole, years
    rows = np.full((len(units), len(years)), np.nan)
    place = {unit: index for index, unit in enumerate(units)}
    for (unit, year), value in births.items():
        if unit in place:
            rows[place[unit], year + age - years[0]] = value
    return rows, years


def table(scores: tuple[Score, ...], horizons: list[int]) -> list[str]:
    """The lines to print: a block for each level, a line for each method."""
    found = {(score.level, score.method, score.horizon): score for score in scores}
    lines = []
    for level in ("unit", "group", "total"):
        if not any(key[0] == level for key in found):
            continue
        lines.append(f"{level:<14}" + "".join(f"{f'{horizon} yr':>22}" for horizon in horizons))
        for method in (*REFERENCES, OURS):
            cells = [_cell(found, level, method, horizon) for horizon in horizons]
            lines.append(f"  {method:<12}" + "".join(f"{cell:>22}" for cell in cells))
        lines.append("  cases       " + "".join(f"{_cases(found, level, horizon):>22}" for horizon in horizons))
    return lines


def _cell(found: dict[tuple[str, str, int], Score], level: str, method: str, horizon: int) -> str:
    score = found.get((level, method, horizon))
    if score is None or score.error is None:
        return "-"
    if method != OURS:
        return f"{score.error:.2f}"
    best = best_reference(found, level, horizon)
    ratio = f"x{score.error / best:.3f}" if best else ""
    return f"{score.error:.2f} {ratio} {100 * (score.covered80 or 0.0):.0f} %"


def _cases(found: dict[tuple[str, str, int], Score], level: str, horizon: int) -> str:
    score = found.get((level, OURS, horizon))
    return str(score.cases) if score else "0"


def best_reference(found: dict[tuple[str, str, int], Score], level: str, horizon: int) -> float | None:
    """The least error of a reference method."""
    errors = [found[level, name, horizon].error for name in REFERENCES if (level, name, horizon) in found]
    return min((error for error in errors if error is not None), default=None)


def flag(oddity: Oddity) -> dict[str, object]:
    return msgspec.to_builtins(oddity)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", type=Path)
    parser.add_argument("--horizons", type=int, nargs="+", default=[1, 3, 5])
    parser.add_argument("--known", type=int, default=KNOWN, help="years known at the first origin")
    parser.add_argument("--json", type=Path, default=None)
    asked = parser.parse_args()
    given = read(asked.panel)
    panel = given.panel
    started = time.process_time()
    scores = backtest(panel, sorted(asked.horizons), known=asked.known)
    seconds = time.process_time() - started
    odd = oddities(panel)
    at_entry = oddities(panel, at_entry=True)
    mistakes = [each for each in odd if each.mistake]
    told = int((~np.isnan(panel.pupils).all(axis=2))[:, 1:].sum())
    print(
        f"{asked.panel.name}: {len(panel.units)} units, {len(panel.group_names)} groups, "
        f"{panel.years[0]}-{panel.years[-1]}, grades {panel.grades[0]}-{panel.grades[-1]}"
        + (f", rows left out {given.left_out}" if given.left_out else "")
    )
    print("mean absolute percentage error (jiaoheng: of the best reference, and its 80 % intervals that held)")
    print("\n".join(table(scores, sorted(asked.horizons))))
    print(
        f"cohort-flow check: {len(mistakes)} flags in {told} unit-years, and {len(odd) - len(mistakes)} changes that "
        f"last; at entry {sum(each.mistake for each in at_entry)} flags; back-test {seconds:.1f} s"
    )
    if asked.json:
        result = {
            "panel": asked.panel.name,
            "units": len(panel.units),
            "groups": len(panel.group_names),
            "years": [panel.years[0], panel.years[-1]],
            "seconds": seconds,
            "scores": [msgspec.to_builtins(score) for score in scores],
            "unit_years": told,
            "flags": [flag(each) for each in mistakes],
            "changes": [flag(each) for each in odd if not each.mistake],
            "flags_at_entry": [flag(each) for each in at_entry if each.mistake],
        }
        asked.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
