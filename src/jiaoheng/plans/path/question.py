"""A county's question in plain numbers: what can be bought for which school, and which rules hold it back."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from jiaoheng.county.moves import KINDS
from jiaoheng.plans.costs import CostTable, Lever
from jiaoheng.plans.path.measured import Measured, PathError
from jiaoheng.plans.path.problem import Effect, Figure, Problem, Row, Section, Spread, Variable
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.standards import Standard

POSTS_RATIO = {"primary": 19.0, "junior": 13.5}
"""Pupils an employee at which posts are allotted (docs/sources.md): below it no school is left by a transfer."""
_HIRES = ("hire", "hire_pe_arts")
_QUOTAS = {"appoint_backbone": "backbone_quota", "hire": "hires", "hire_pe_arts": "hires"}


def ask(facts: Measured, standard: Standard, request: PathRequest, costs: CostTable, base_year: int) -> Problem:
    """The problem of a county whose facts are carried to the target year; ``base_year`` is that of its own facts."""
    return _Question(facts, standard, request, costs, base_year).problem()


class _Question:
    def __init__(
        self, facts: Measured, standard: Standard, request: PathRequest, costs: CostTable, base_year: int
    ) -> None:
        self.facts, self.standard, self.request, self.costs, self.base_year = facts, standard, request, costs, base_year
        self.variables: list[Variable] = []
        self.effects: list[Effect] = []
        self.rows: list[Row] = []
        self.figures: list[Figure] = []
        self.inputs: list[dict[str, int]] = []
        self.of_section: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row in facts.figures:
            self._figure(row)
        self.highest = self._highest()

    def problem(self) -> Problem:
        """All of it."""
        self._facilities()
        self._staff()
        self._transfers()
        if self.request.classes:
            self._classes()
        self._sites()
        self.rows += [*self._quotas(), *self._posts(), *self._budgets(), *self._on_the_way()]
        return Problem(
            tuple(self.variables),
            tuple(self.figures),
            tuple(self.effects),
            self._sections(),
            self._spreads(),
            tuple(row for row in self.rows if row.terms),
        )

    # What must hold

    def _figure(self, row: Mapping[str, Any]) -> None:
        threshold = row["threshold"] * row["denominator"] / row["scale"]
        floor = row["floor"] if row["floor"] is not None else 1.0
        self.of_section[row["school_id"], row["stage"]].append(len(self.figures))
        self.inputs.append(dict(row["inputs"]))
        self.figures.append(
            Figure(
                row["school_id"],
                row["stage"],
                row["demand"],
                row["denominator"],
                row["numerator"],
                threshold,
                floor * threshold,
            )
        )

    def _highest(self) -> dict[tuple[str, str], float]:
        """The highest figure a pupil of each check and stage, or its threshold: no school needs more to be even."""
        found: dict[tuple[str, str], float] = defaultdict(float)
        for figure in self.figures:
            place = (figure.check, figure.stage)
            found[place] = max(found[place], max(figure.base, figure.threshold) / figure.pupils)
        return found

    def _sections(self) -> tuple[Section, ...]:
        """The rule for schools, over the figures that are known; unknown ones are taken as met and told apart."""
        rule = self.standard.schools
        unknown: dict[tuple[str, str], int] = defaultdict(int)
        for school, stage, _ in self.facts.unknown:
            unknown[school, stage] += 1
        return tuple(
            Section(
                *place,
                max(self.figures[j].pupils for j in own),
                tuple(own),
                max(0, rule.at_least - unknown[place]) if rule else len(own),
            )
            for place, own in self.of_section.items()
        )

    def _spreads(self) -> tuple[Spread, ...]:
        """The coefficients; where a school's figure is not known, none can be computed, nor promised."""
        limits = self.standard.balance.limits if self.standard.balance else {}
        open_ = {(check, stage) for _, stage, check in self.facts.unknown}
        members: dict[tuple[str, str], list[int]] = defaultdict(list)
        for j, figure in enumerate(self.figures):
            members[figure.check, figure.stage].append(j)
        return tuple(
            Spread(check, stage, limits[stage], tuple(own))
            for (check, stage), own in members.items()
            if stage in limits and (check, stage) not in open_
        )

    # Levers

    def _facilities(self) -> None:
        for school, stages in self._schools().items():
            rows = self.facts.sites(school)
            sites = [""] if "" in rows else [stage for stage in stages if stage in rows]
            for lever in self._levers("facilities"):
                for site in sites:
                    held = stages if not site else [site]
                    share = {
                        stage: 1.0 if site else self.facts.sections[school, stage]["share"] or 0.0 for stage in held
                    }
                    self._buy(lever, school, site, {(school, stage): share[stage] for stage in held})
            self._rooms(school)

    def _staff(self) -> None:
        for place in self.of_section:
            counts = self.facts.staff.get(place)
            if counts is None:
                continue
            public = self.facts.sections[place]["ownership"] != "private"
            for lever in self._levers("staff"):
                if lever.kind == "transfer" or (
                    lever.kind in _HIRES and not (public and self._vacancies() is not None)
                ):
                    continue
                bought = self._buy(lever, *place, {place: 1.0})
                self._people_there(lever, place, bought, counts)

    def _people_there(self, lever: Lever, place: tuple[str, str], bought: list[int], counts: Mapping[str, Any]) -> None:
        """Only teachers who are there, and do not count yet, can come to count."""
        if not bought or lever.kind in _HIRES or lever.kind == "share_pe_arts":
            return
        (column,) = KINDS[lever.kind].adds
        if counts["teachers"] is not None and counts.get(column) is not None:
            free = max(0, counts["teachers"] - counts[column])
            self._limit("people", bought, free, school_id=place[0], stage=place[1], unit="person")
        if lever.share_most is not None and counts["teachers"] is not None:
            most = math.floor(lever.share_most * counts["teachers"])
            self._limit("share", bought, most, school_id=place[0], stage=place[1], unit="person", loose=lever.cost)

    def _transfers(self) -> None:
        lever = self.costs.lever("transfer")
        if lever is None:
            return
        through: dict[tuple[str, tuple[str, ...], int], list[tuple[int, float]]] = defaultdict(list)
        for place in self.of_section:
            if self.facts.sections[place]["ownership"] == "private" or place not in self.facts.held:
                continue
            own: list[tuple[int, float]] = []
            left: dict[tuple[str, ...], list[int]] = defaultdict(list)
            for holds in self._kinds_of_people(place[1]):
                there = self.facts.held[place].get(holds, 0)
                for begun, year in self._years(lever):
                    for leaves in (True, False):
                        most = there if leaves else self._wanted(place, holds)
                        if not most:
                            continue
                        number = self._transfer(lever, place, holds, begun, year, leaves, most)
                        way = 1.0 if leaves else -1.0
                        own.append((number, way))
                        through[place[1], holds, year].append((number, way))
                        if leaves:
                            left[holds].append(number)
            for holds, numbers in left.items():
                self._limit("people", numbers, self.facts.held[place][holds], school_id=place[0], stage=place[1])
            self._who_stays(place, left)
            self._headcount(place, own, lever)
        for terms in through.values():
            self.rows.append(Row("balance", tuple(terms), 0.0))
            self.rows.append(Row("balance", tuple((v, -way) for v, way in terms), 0.0))

    def _who_stays(self, place: tuple[str, str], left: Mapping[tuple[str, ...], list[int]]) -> None:
        """Who leaves cannot come to count where they were: of those who do not count yet, both are at most all."""
        counts = self.facts.staff[place]
        for kind in ("raise_degree", "appoint_backbone", "retrain_pe_arts"):
            (column,) = KINDS[kind].adds
            raised = [v for v in self._of(kind, place[0]) if self.variables[v].stage == place[1]]
            gone = [v for holds, numbers in left.items() if column not in holds for v in numbers]
            if raised and gone and counts["teachers"] is not None and counts[column] is not None:
                free = max(0, counts["teachers"] - counts[column])
                self._limit("people", [*raised, *gone], free, school_id=place[0], stage=place[1], unit="person")

    def _headcount(self, place: tuple[str, str], own: list[tuple[int, float]], lever: Lever) -> None:
        """Who leaves, net of who comes, is at most what is above the ratio of posts, and the lever's share."""
        there = [row["teachers"] for row in self._of_unit(place)]
        if None in there or not own:
            return
        teachers = sum(there)
        pupils = self.facts.sections[place]["pupils"]
        spare = max(0.0, teachers - math.ceil(pupils / POSTS_RATIO[place[1]]))
        hired = [
            (number, -variable.lot)
            for number, variable in enumerate(self.variables)
            if variable.kind in _HIRES and (variable.school_id, variable.stage) == place
        ]
        self.rows.append(Row("headcount", (*own, *hired), spare, "person", None, *place[:1], "", place[1]))
        if lever.share_most is not None:
            gone = tuple((number, 1.0) for number, way in own if way > 0)
            most = float(math.floor(lever.share_most * teachers))
            self.rows.append(Row("share", gone, most, "person", None, place[0], "", place[1], lever.cost))

    def _of_unit(self, place: tuple[str, str]) -> list[Mapping[str, Any]]:
        """The rows of staff of a section: the school's and those of the campuses that are counted with it."""
        school, stage = place
        return [
            row for (own, of), row in self.facts.staff.items() if of == stage and self.facts.units.get(own) == school
        ]

    def _kinds_of_people(self, stage: str) -> list[tuple[str, ...]]:
        """What people who could be moved within a stage count in; who counts in nothing is of no help."""
        asked = {column for j, f in enumerate(self.figures) if f.stage == stage for column in self.inputs[j]}
        kinds = {holds for place, own in self.facts.held.items() if place[1] == stage for holds in own if own[holds]}
        return sorted(holds for holds in kinds if asked.intersection(holds))

    def _wanted(self, place: tuple[str, str], holds: tuple[str, ...]) -> int:
        """As many as would bring one of the section's figures up to the highest of all, with those who leave made up.

        Those too who leave for another school: whoever counts in more may be sent there in exchange.
        """
        own = [j for j in self.of_section[place] if set(holds).intersection(self.inputs[j])]
        lacking = [self._lacking(j) for j in own]
        return max(0, math.ceil(max(lacking, default=0.0)))

    def _lacking(self, j: int) -> float:
        """What a figure is below the highest of all, once everybody left who may be sent elsewhere."""
        figure = self.figures[j]
        return self.highest[figure.check, figure.stage] * figure.pupils - figure.base + self._leaving(j)

    def _leaving(self, j: int) -> int:
        """How many who count in a figure may be sent from its school elsewhere."""
        lever = self.costs.lever("transfer")
        place = (self.figures[j].school_id, self.figures[j].stage)
        if lever is None or self.facts.sections[place]["ownership"] == "private":
            return 0
        held = self.facts.held.get(place, {})
        leaving = sum(count for holds, count in held.items() if set(holds).intersection(self.inputs[j]))
        if lever.share_most is None:
            return leaving
        teachers = sum(row["teachers"] or 0 for row in self._of_unit(place))
        return min(leaving, math.floor(lever.share_most * teachers))

    def _transfer(
        self,
        lever: Lever,
        place: tuple[str, str],
        holds: tuple[str, ...],
        begun: int,
        year: int,
        leaves: bool,
        most: int,
    ) -> int:
        number = len(self.variables)
        # The person is paid for once, where they arrive.
        cost = 0.0 if leaves else lever.cost
        people = 0 if leaves else 1
        self.variables.append(Variable("transfer", cost, most, 1.0, *place, begun, year, people, None, holds, leaves))
        for j in self.of_section[place]:
            gained = sum(sign for column, sign in self.inputs[j].items() if column in holds)
            if gained:
                self.effects.append(Effect(j, number, -gained if leaves else gained))
        return number

    def _classes(self) -> None:
        lever = self.costs.lever("add_class")
        years = list(self._years(lever)) if lever else []
        for grade in self.facts.crowded:
            if not grade.lacking:
                continue
            if lever is None or not years:
                raise PathError("classes_late", until=self.request.until)
            numbers = []
            for begun, year in years:
                numbers.append(len(self.variables))
                self.variables.append(
                    Variable(
                        "add_class",
                        lever.cost,
                        grade.lacking,
                        school_id=grade.school_id,
                        begun=begun,
                        year=year,
                        grade=grade.grade,
                        asked_by=(grade.check, grade.stage),
                    )
                )
            self.rows.append(Row("classes", tuple((v, -1.0) for v in numbers), -float(grade.lacking)))

    def _buy(self, lever: Lever, school: str, stage: str, shares: Mapping[tuple[str, str], float]) -> list[int]:
        """Variables of a lever at a place, one for each year in which it can be begun."""
        gains = {
            j: sum(sign * KINDS[lever.kind].adds.get(column, 0) for column, sign in self.inputs[j].items()) * share
            for place, share in shares.items()
            for j in self.of_section.get(place, ())
        }
        gains = {j: gain * lever.lot for j, gain in gains.items() if gain}
        wanted = self._lots_wanted(gains)
        if not wanted or all(gain < 0 for gain in gains.values()):
            return []
        numbers = []
        for begun, year in self._years(lever):
            number = len(self.variables)
            numbers.append(number)
            cost = lever.cost * lever.lot
            self.variables.append(Variable(lever.kind, cost, wanted, lever.lot, school, stage, begun, year))
            self.effects += [Effect(j, number, gain) for j, gain in gains.items()]
        return numbers

    def _lots_wanted(self, gains: Mapping[int, float]) -> int:
        """As many lots as bring every figure that they raise up to the highest of all schools, and one more.

        Nobody who is sent elsewhere is then missed: who hires at the best school may send others from there.
        """
        lots = 0
        for j, gain in gains.items():
            lacking = self._lacking(j)
            if gain > 0 and lacking > 0:
                lots = max(lots, math.ceil(lacking / gain) + 1)
        return lots

    # What holds it back

    def _rooms(self, school: str) -> None:
        """Multimedia rooms are fitted in rooms that are there, or that are built."""
        fitted = self._of("fit_multimedia", school)
        if not fitted:
            return
        built = self._of("build_rooms", school)
        area = rooms = 0.0
        for row in self.facts.facilities.get(school, ()):
            if row["teaching_area"] is None or row["multimedia_rooms"] is None:
                return
            area += row["teaching_area"] - (row["indoor_sports_area"] or 0.0)
            rooms += row["multimedia_rooms"]
        spare = max(0.0, area / self.costs.room_area - rooms)
        terms = [(v, self.variables[v].lot) for v in fitted]
        terms += [(v, -self.variables[v].lot / self.costs.room_area) for v in built]
        lever = self.costs.lever("fit_multimedia")
        loose = lever.cost if lever else 0.0
        self.rows.append(Row("rooms", tuple(terms), spare, "room", None, school, loose=loose))

    def _sites(self) -> None:
        """What a school takes of a kind, all its stages and years together; who moves is bounded where they leave."""
        by_school: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, variable in enumerate(self.variables):
            if variable.kind != "transfer" or variable.leaves:
                by_school[variable.school_id, variable.kind].append(number)
        for (school, kind), numbers in by_school.items():
            lever = self.costs.lever(kind)
            bounds = (self.costs.sites.get(school, {}).get(kind), lever.school_most if lever else None)
            most = min((bound for bound in bounds if bound is not None), default=None)
            if lever and most is not None:
                stages = {self.variables[number].stage for number in numbers}
                stage = stages.pop() if len(stages) == 1 else ""
                unit = KINDS[kind].unit
                self._limit("site", numbers, most, school_id=school, stage=stage, unit=unit, loose=lever.cost)

    def _quotas(self) -> Iterator[Row]:
        """What the county takes of a kind in a year: backbone teachers it appoints, people it hires."""
        for lever in self.costs.levers:
            if not lever.enabled or lever.year_most is None:
                continue
            by_year: dict[int, list[tuple[int, float]]] = defaultdict(list)
            for number, variable in enumerate(self.variables):
                if variable.kind == lever.kind and not variable.leaves:
                    by_year[variable.begun].append((number, variable.lot))
            kind = _QUOTAS.get(lever.kind, "year")
            for year, terms in sorted(by_year.items()):
                unit = KINDS[lever.kind].unit
                yield Row(kind, tuple(terms), lever.year_most, unit, year, check=lever.kind, loose=lever.cost)

    def _posts(self) -> Iterator[Row]:
        vacant = self._vacancies()
        hires = tuple((number, v.lot) for number, v in enumerate(self.variables) if v.kind in _HIRES)
        if vacant is not None and hires:
            lever = self.costs.lever("hire") or self.costs.lever("hire_pe_arts")
            yield Row("posts", hires, vacant, "person", loose=lever.cost if lever else 1.0)

    def _vacancies(self) -> float | None:
        """Posts that nobody holds; None where the number of posts is not known."""
        public = [
            row
            for place in self.of_section
            if self.facts.sections[place]["ownership"] != "private"
            for row in self._of_unit(place)
        ]
        rows = [row for row in public if row["posts"] is not None]
        if self.costs.posts is None and not rows:
            return None
        counted = public if self.costs.posts is not None else rows
        taken = [row["employees"] if row["employees"] is not None else row["teachers"] or 0 for row in counted]
        posts = self.costs.posts if self.costs.posts is not None else sum(row["posts"] for row in rows)
        return max(0.0, float(posts - sum(taken)))

    def _budgets(self) -> Iterator[Row]:
        spent = [(number, variable.cost) for number, variable in enumerate(self.variables) if variable.cost]
        if self.request.budget is not None:
            yield Row("budget", tuple(spent), self.request.budget, "yuan")
        if self.request.budgets:
            for year in range(self.base_year, self.request.until + 1):
                own = tuple((number, cost) for number, cost in spent if self.variables[number].begun == year)
                yield Row("budget", own, self.request.budgets.get(year, 0.0), "yuan", year)

    def _on_the_way(self) -> Iterator[Row]:
        """In no year does a transfer bring a figure below its floor, or below what it is where that is lower.

        Not in the last year either: where the money is too little, not every section is asked to pass then.
        """
        by_figure: dict[int, list[Effect]] = defaultdict(list)
        for effect in self.effects:
            by_figure[effect.figure].append(effect)
        for j, effects in by_figure.items():
            if all(effect.amount > 0 for effect in effects):
                continue
            figure = self.figures[j]
            least = min(figure.base, figure.floor)
            for year in range(self.base_year + 1, self.request.until + 1):
                terms = tuple(
                    (each.variable, -each.amount) for each in effects if self.variables[each.variable].year <= year
                )
                if terms:
                    yield Row(
                        "floor", terms, figure.base - least, "", year, figure.school_id, figure.check, figure.stage
                    )

    def _limit(self, kind: str, numbers: Iterable[int], most: float, **where: Any) -> None:
        terms = tuple((number, self.variables[number].lot) for number in numbers)
        self.rows.append(msgspec.structs.replace(Row(kind, terms, float(most)), **where))

    def _years(self, lever: Lever) -> Iterator[tuple[int, int]]:
        """School years in which it can be begun, and in which it then counts: never before the year after the facts."""
        for begun in range(self.base_year, self.request.until + 1):
            year = begun + lever.lead
            if self.base_year < year <= self.request.until:
                yield begun, year

    def _levers(self, table: str) -> list[Lever]:
        return [lever for lever in self.costs.levers if lever.enabled and KINDS[lever.kind].table == table]

    def _of(self, kind: str, school: str) -> list[int]:
        return [n for n, v in enumerate(self.variables) if v.kind == kind and v.school_id == school]

    def _schools(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for school, stage in self.of_section:
            found[school].append(stage)
        return found
