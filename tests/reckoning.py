"""The national standard reckoned a second time in plain Python and exact fractions, with no code of the measures."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any, NamedTuple

from jiaoheng.county import County

STAGES = {
    "111": ("kindergarten",), "211": ("primary", "kindergarten"), "218": ("primary", "kindergarten"),
    "311": ("junior",), "312": ("primary", "junior", "kindergarten"), "341": ("junior", "senior"),
    "342": ("senior",), "345": ("primary", "junior", "senior", "kindergarten"), "513": ("special",),
}  # fmt: skip
WEIGHTS = {"primary": Fraction(100), "junior": Fraction(110), "senior": Fraction(132)}
FACILITIES = (
    "teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms",
    "music_rooms", "art_rooms",
)  # fmt: skip
LISTED = ("teachers", "above_required_degree", "backbone", "pe_arts", "certified", "trained_360h")
DEGREES = {
    "kindergarten": ("associate", "bachelor", "master", "doctor"),
    "primary": ("associate", "bachelor", "master", "doctor"),
    "junior": ("bachelor", "master", "doctor"),
    "senior": ("master", "doctor"),
}
SEVEN = {
    "1.1": (100, ("above_required_degree",), (), "4.2", "5.3"),
    "1.2": (100, ("backbone",), (), "1", "1"),
    "1.3": (100, ("pe_arts",), (), "0.9", "0.9"),
    "1.4": (1, ("teaching_area",), ("indoor_sports_area",), "4.5", "5.8"),
    "1.5": (1, ("sports_ground_area", "indoor_sports_area"), (), "7.5", "10.2"),
    "1.6": (1, ("equipment_value",), (), "2000", "2500"),
    "1.7": (100, ("multimedia_rooms",), (), "2.3", "2.4"),
}

Number = Fraction | None
Key = tuple[str, str, str]


class Reckoned(NamedTuple):
    """Value and status of every figure by (check, school, stage); verdicts by (school, stage); coefficients."""

    figures: dict[Key, tuple[Number, str]]
    verdicts: dict[tuple[str, str], str]
    coefficients: dict[tuple[str, str], tuple[float | None, str]]


def reckon(county: County, year: int, points: str, private: str) -> Reckoned:
    """Everything about one county and year that the tables allow to be computed."""
    return _Reckoner(county, year, points, private).all()


def _sum(parts: list[Number]) -> Number:
    """Nothing where a part is not known, or where there is no part."""
    if not parts or any(part is None for part in parts):
        return None
    return sum((part for part in parts if part is not None), Fraction(0))


def _exact(value: Any) -> Number:
    return None if value is None else Fraction(str(value))


Bounds = tuple[int | None, int | None]


class _Reckoner:
    def __init__(self, county: County, year: int, points: str, private: str) -> None:
        self.county, self.year, self.points, self.private = county, year, points, private
        self.schools = {row["school_id"]: row for row in county["schools"].to_pylist()}
        self.unit = {school: self._unit(school) for school in self.schools}
        self.years_of = county["county"].to_pylist()[0]["primary_grades"] if county["county"].num_rows else 6
        self.gaps = {
            table: self._gaps(table)
            for table in ("enrolment", "facilities", "staff", "teachers", "classes", "class_sizes", "finance")
        }

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return [row for row in self.county[table].to_pylist() if row["year"] == self.year]

    def _gaps(self, table: str) -> set[str]:
        found = {gap.subject for gap in self.county.gaps if gap.table == table and gap.year in (None, self.year)}
        return found if found <= self.schools.keys() or table == "finance" else set(self.schools)

    def _unit(self, school: str) -> str:
        row = self.schools[school]
        joins = row["counted"] is False or (self.points == "merged" and row["kind"] == "218")
        return self._unit(row["parent_id"]) if joins and row["parent_id"] else school

    def _stage(self, school: str, grade: int) -> str:
        if self.schools[school]["kind"] == "513":
            return "special"
        if grade >= 100:
            return {100: "kindergarten", 200: "primary", 300: "junior", 400: "senior"}[grade]
        if grade <= 0:
            return "kindergarten"
        if grade <= self.years_of:
            return "primary"
        return "junior" if grade <= 9 else "senior"

    def all(self) -> Reckoned:
        self._enrol()
        self._build()
        self._employ()
        figures: dict[Key, tuple[Number, str]] = {}
        self._balanced(figures)
        verdicts = self._verdicts(figures)
        coefficients = self._coefficients(figures)
        self._sections(figures)
        self._whole_schools(figures)
        return Reckoned(figures, verdicts, coefficients)

    def _enrol(self) -> None:
        pupils: dict[tuple[str, str], list[Number]] = defaultdict(list)
        classes: dict[tuple[str, str], list[Number]] = defaultdict(list)
        parts: dict[tuple[str, str], list[Bounds]] = defaultdict(list)
        listed = defaultdict(list)
        for row in self._rows("classes"):
            listed[row["school_id"], row["grade"]].append(row["pupils"])
        for school in self.gaps["enrolment"]:
            for stage in STAGES[self.schools[school]["kind"]]:
                pupils[self.unit[school], stage].append(None)
                classes[self.unit[school], stage].append(None)
                first = {"kindergarten": -2, "junior": 7, "senior": 10}.get(stage, 1)
                parts[school, stage].append((max(listed[school, first], default=None), None))
        for row in self._rows("enrolment"):
            school = row["school_id"]
            mixed = row["grade"] >= 100 and row["pupils"] == 0 and bool(row["classes"])
            if school in self.gaps["enrolment"] or (row["pupils"] == 0 and not mixed):
                continue
            stage = self._stage(school, row["grade"])
            key = self.unit[school], stage
            pupils[key].append(_exact(row["pupils"]))
            classes[key].append(_exact(row["classes"]))
            waits = school in self.gaps["classes"]
            of = _bounds(row["pupils"], row["classes"], listed[school, row["grade"]], waits)
            parts[school, stage].append((None, None) if mixed else of)
        bounds: dict[tuple[str, str], list[Bounds]] = defaultdict(list)
        for (school, stage), some in parts.items():
            bounds[self.unit[school], stage].append(self._banded(school, stage, some))
        for key in [key for key, some in pupils.items() if _sum(some) == 0]:
            # Classes of several grades and nobody in them: no section.
            del pupils[key], classes[key], bounds[key]
        outside = {unit for unit in self.schools if self.private == "excluded" and self._is_private(unit)}
        self.pupils = {key: _sum(parts) for key, parts in pupils.items() if key[0] not in outside}
        self.classes = {key: _sum(parts) for key, parts in classes.items()}
        self.bounds = bounds

    def _banded(self, school: str, stage: str, parts: list[Bounds]) -> Bounds:
        """The bounds of a school's stage, made narrower by the bands that its classes are counted in."""
        low = max((low for low, _ in parts if low is not None), default=None)
        high = None if any(high is None for _, high in parts) else max(high or 0 for _, high in parts)
        bands = [row for row in self._rows("class_sizes") if (row["school_id"], row["stage"]) == (school, stage)]
        if {school} & (self.gaps["class_sizes"] | self.gaps["enrolment"]):
            bands = []
        filled = [row for row in bands if row["classes"]]
        if filled:
            low = max([row["smallest"] for row in filled] + ([] if low is None else [low]))
            if all(row["classes"] is not None for row in bands) and all(row["largest"] for row in filled):
                top = max(row["largest"] for row in filled)
                high = top if high is None else min(top, high)
        return low, high if high is None or low is None else max(low, high)

    def _is_private(self, school: str) -> bool:
        return bool(self.schools[school]["ownership"] == "private")

    def _build(self) -> None:
        rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows("facilities"):
            if row["school_id"] not in self.gaps["facilities"]:
                rows[self.unit[row["school_id"]], row["stage"] or ""].append(row)
        for school in self.gaps["facilities"]:
            rows[self.unit[school], ""].append(dict.fromkeys(FACILITIES))
        self.built = {
            (unit, stage, name): _sum([_exact(row[name]) for row in some])
            for (unit, stage), some in rows.items()
            for name in FACILITIES
        }

    def _facility(self, unit: str, stage: str, name: str) -> Number:
        own, whole = (unit, stage, name), (unit, "", name)
        if whole not in self.built:
            return self.built.get(own)
        share = self._share(unit, stage)
        total = self.built[whole]
        part = None if total is None or share is None else total * share
        return part if own not in self.built else _sum([self.built[own], part])

    def _share(self, unit: str, stage: str) -> Number:
        if stage not in WEIGHTS:
            return None
        weighed = [
            None if pupils is None else pupils * WEIGHTS[of]
            for (school, of), pupils in self.pupils.items()
            if school == unit and of in WEIGHTS
        ]
        own, total = self.pupils[unit, stage], _sum(weighed)
        return None if own is None or total is None else own * WEIGHTS[stage] / total

    def _employ(self) -> None:
        roster = defaultdict(list)
        for row in self._rows("teachers"):
            if row["school_id"] not in self.gaps["teachers"]:
                roster[row["school_id"], row["stage"]].append(row)
        counts: dict[tuple[str, str], dict[str, Number]] = {}
        for row in self._rows("staff"):
            if row["school_id"] not in self.gaps["staff"]:
                counts[row["school_id"], row["stage"]] = {name: _exact(row[name]) for name in LISTED}
        counts |= {key: _count(key[1], some) for key, some in roster.items()}
        unknown: dict[str, Number] = dict.fromkeys(LISTED)
        for school in self.gaps["teachers"]:
            counts |= {(school, stage): unknown for stage in STAGES[self.schools[school]["kind"]]}
        for school in self.gaps["staff"]:
            for stage in STAGES[self.schools[school]["kind"]]:
                counts.setdefault((school, stage), unknown)
        together: dict[tuple[str, str], list[dict[str, Number]]] = defaultdict(list)
        for (school, stage), figures in counts.items():
            together[self.unit[school], stage].append(figures)
        self.staff = {
            (unit, stage, name): _sum([figures[name] for figures in some])
            for (unit, stage), some in together.items()
            for name in LISTED
        }

    def _resource(self, unit: str, stage: str, name: str) -> Number:
        return self.staff.get((unit, stage, name)) if name in LISTED else self._facility(unit, stage, name)

    def _balanced(self, figures: dict[Key, tuple[Number, str]]) -> None:
        self.parts: dict[Key, tuple[Fraction, Fraction] | None] = {}
        for (unit, stage), pupils in self.pupils.items():
            if stage not in ("primary", "junior") or self._left_out(unit, pupils):
                continue
            for check, (scale, plus, minus, primary, junior) in SEVEN.items():
                limit = Fraction(primary if stage == "primary" else junior)
                taken = [self._resource(unit, stage, name) for name in minus]
                parts = [self._resource(unit, stage, name) for name in plus]
                total = _sum([*parts, *(None if part is None else -part for part in taken)])
                if taken and total is not None and total < 0:
                    total = None  # more is taken off than there is: the facts contradict each other
                value = None if total is None or pupils is None else total / pupils * scale
                figures[check, unit, stage] = value, _held(value, limit, Fraction("0.85") * limit)
                self.parts[check, unit, stage] = None if value is None else (value, pupils or Fraction(0))

    def _left_out(self, unit: str, pupils: Number) -> bool:
        if self.schools[unit]["kind"] != "218":
            return False
        small = pupils is not None and pupils < 50
        return self.points == "excluded" or (self.points == "without_small" and small)

    def _verdicts(self, figures: dict[Key, tuple[Number, str]]) -> dict[tuple[str, str], str]:
        by_section: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (_, unit, stage), (_, status) in figures.items():
            by_section[unit, stage].append(status)
        verdicts = {}
        for section, found in by_section.items():
            possible = found.count("meets") + found.count("unknown") >= 6 and "fails" not in found
            verdicts[section] = "fails" if not possible else "unknown" if "unknown" in found else "meets"
        return verdicts

    def _incomplete(self) -> set[str]:
        """Stages of which a school is not there or waits."""
        there = {row["school_id"] for row in self.county["enrolment"].to_pylist() if row["year"] == self.year}
        found: set[str] = set()
        for school, row in self.schools.items():
            stages = set(STAGES[row["kind"]])
            opened = (row["open_from"] or 0) <= self.year <= (row["open_to"] or 9999)
            asked = row["counted"] is not False and not (self.private == "excluded" and self._is_private(school))
            if stages & {"primary", "junior"} and opened and asked and school not in there:
                found |= stages
        for gap in self.county.gaps:
            if gap.table in ("schools", "county"):
                return {"primary", "junior"}
            if gap.table == "enrolment" and gap.year in (None, self.year):
                row = self.schools.get(gap.subject)
                found |= set(STAGES[row["kind"]]) if row else {"primary", "junior"}
        return found

    def _coefficients(self, figures: dict[Key, tuple[Number, str]]) -> dict[tuple[str, str], tuple[float | None, str]]:
        incomplete = self._incomplete()
        found: dict[tuple[str, str], tuple[float | None, str]] = {}
        for check in SEVEN:
            for stage, limit in (("primary", Fraction("0.50")), ("junior", Fraction("0.45"))):
                parts = [part for key, part in self.parts.items() if (key[0], key[2]) == (check, stage)]
                if not parts and stage not in incomplete:
                    continue
                known = [part for part in parts if part is not None]
                mean = sum(x * p for x, p in known) / sum(p for _, p in known) if known else Fraction(0)
                if not parts or len(known) < len(parts) or stage in incomplete or mean <= 0:
                    found[check, stage] = None, "unknown"
                    continue
                square = sum(p * (x - mean) ** 2 for x, p in known) / sum(p for _, p in known) / mean**2
                found[check, stage] = math.sqrt(square), "meets" if square <= limit**2 else "fails"
        return found

    def _sections(self, figures: dict[Key, tuple[Number, str]]) -> None:
        for unit, stage in self.pupils:
            if stage not in ("primary", "junior"):
                continue
            lows, highs = zip(*self.bounds[unit, stage], strict=True)
            low = max((bound for bound in lows if bound is not None), default=None)
            high = None if None in highs else max(highs)
            value = Fraction(low) if low is not None and low == high else None
            for check, limit in (("2.5", 45 if stage == "primary" else 50), ("5.1", 55), ("5.2", 65)):
                over = low is not None and low > limit
                within = high is not None and high <= limit
                figures[check, unit, stage] = value, "fails" if over else "meets" if within else "unknown"
            for check, name in (("2.9", "trained_360h"), ("2.12", "certified")):
                some, of = self.staff.get((unit, stage, name)), self.staff.get((unit, stage, "teachers"))
                share = None if some is None or not of else some / of * 100
                figures[check, unit, stage] = share, _held(share, Fraction(100))

    def _whole_schools(self, figures: dict[Key, tuple[Number, str]]) -> None:
        for unit in {unit for unit, _ in self.pupils}:
            stages = [stage for school, stage in self.pupils if school == unit]
            compulsory = [stage for stage in stages if stage in ("primary", "junior")]
            everyone = _sum([self.pupils[unit, stage] for stage in stages])
            if "special" in stages:
                funds = self._money(unit, "operating_funds")
                value = None if funds is None or everyone is None else funds / everyone
                figures["2.7", unit, ""] = value, _held(value, Fraction(6000))
            if compulsory:
                self._compulsory(figures, unit, compulsory)

    def _compulsory(self, figures: dict[Key, tuple[Number, str]], unit: str, stages: list[str]) -> None:
        pupils = _sum([self.pupils[unit, stage] for stage in stages])
        classes = _sum([self.classes[unit, stage] for stage in stages])
        for check, name in (("2.3.music", "music_rooms"), ("2.3.art", "art_rooms")):
            rooms = _sum([total for (of, _, each), total in self.built.items() if (of, each) == (unit, name)])
            due = None if classes is None else math.ceil(classes / 12)
            value = None if rooms is None or not due else rooms / due
            figures[check, unit, ""] = value, _held(value, Fraction(1))
        limit = 2500 if self.schools[unit]["kind"] in ("312", "345") else 2000
        status = "unknown" if pupils is None else "meets" if pupils <= limit else "fails"
        figures["2.4", unit, ""] = pupils, status
        budget, training = self._money(unit, "operating_budget"), self._money(unit, "training_budget")
        share = None if training is None or not budget else training / budget * 100
        figures["3.4", unit, ""] = share, _held(share, Fraction(5))
        if pupils is None or pupils <= 99:
            quota = _sum([self._quota(unit, stage) for stage in stages])
            funds = self._money(unit, "operating_funds")
            value = None if not quota or funds is None or pupils is None else funds / (quota / pupils)
            figures["2.6", unit, ""] = value, "unknown" if pupils is None else _held(value, Fraction(100))

    def _quota(self, unit: str, stage: str) -> Number:
        amounts = self._amounts(self.county.code, f"quota_{stage}")
        pupils = self.pupils[unit, stage]
        return None if not amounts or amounts[0] is None or pupils is None else amounts[0] * pupils

    def _amounts(self, subject: str, item: str) -> list[Number]:
        rows = self._rows("finance")
        return [_exact(row["amount"]) for row in rows if (row["subject_id"], row["item"]) == (subject, item)]

    def _money(self, unit: str, item: str) -> Number:
        parts: list[Number] = []
        for school in (school for school, of in self.unit.items() if of == unit):
            amounts = self._amounts(school, item)
            parts += amounts or ([None] if school in self.gaps["finance"] else [])
        return _sum(parts)


def _held(value: Number, limit: Fraction, floor: Fraction | None = None) -> str:
    if value is None:
        return "unknown"
    if value >= limit:
        return "meets"
    return "floor" if floor is not None and value >= floor else "fails"


def _bounds(pupils: int | None, classes: int | None, listed: list[int], waits: bool) -> tuple[int | None, int | None]:
    """The least and the most that the largest class of a grade can have."""
    average = -(-pupils // classes) if pupils is not None and classes else None
    if listed and not waits and len(listed) >= (classes or 0):
        return max(listed), max(listed + ([] if average is None else [average]))
    low = max([*listed, *([] if average is None else [average])], default=None)
    if pupils is None or not classes or low is None:
        return low, None
    return low, max(low, pupils - classes + 1)


def _count(stage: str, rows: list[dict[str, Any]]) -> dict[str, Number]:
    def number(name: str, holds: Any) -> Number:
        if any(row[name] is None for row in rows):
            return None
        return Fraction(sum(bool(holds(row[name])) for row in rows))

    arts = {"pe", "music", "art", "arts"}
    return {
        "teachers": Fraction(len(rows)),
        "above_required_degree": number("degree", lambda held: held in DEGREES[stage]) if stage in DEGREES else None,
        "backbone": number("backbone", lambda level: level in ("county", "city", "province", "national")),
        "pe_arts": number("subjects", lambda subjects: arts & set(subjects.split(";"))),
        "certified": number("certificate", bool),
        "trained_360h": number("training_hours", lambda hours: hours >= 360),
    }
