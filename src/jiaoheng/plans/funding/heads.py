"""Who is funded: schools with their campuses and teaching points as the county chooses, and their pupils by stage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from jiaoheng.county import County, schema
from jiaoheng.county.grades import stage_of
from jiaoheng.measures.gaps import masked
from jiaoheng.plans.funding.rules import Rules


class Missing(msgspec.Struct, frozen=True, order=True):
    """What is not known of a school (``school_id`` empty: of the county) and keeps its amount from being told.

    ``what``: pupils, boarders, disabled, setting, not_reported (open, without enrolment), unlisted (enrolment of a
    school that is not in the list), waiting (rows in quarantine), quota (the county's own, stated but not known),
    contradiction (more boarders or pupils with
    disabilities than pupils).
    """

    school_id: str
    what: str
    stage: str = ""


class Heads(msgspec.Struct, frozen=True):
    """Pupils of a stage of a school; None where not known."""

    stage: str
    pupils: int | None
    boarders: int | None
    disabled: int | None


class Unit(msgspec.Struct, frozen=True):
    """A school as it is funded; ``members`` are the codes of the schools that make it up, its own first."""

    school_id: str
    name: str
    members: tuple[str, ...]
    group: str
    """Of its setting: urban, town, rural; empty where not known."""
    private: bool
    stages: tuple[Heads, ...]


class Roll(msgspec.Struct, frozen=True):
    """All units of a school year, by school code, and what is not known of them."""

    units: tuple[Unit, ...]
    missing: tuple[Missing, ...]


def roll(county: County, rules: Rules, year: int, stages: Collection[str]) -> Roll:
    """The units with pupils in a year, or with pupils of whom not all is known.

    ``stages`` are those that the rules fund: an open school of one of these without enrolment has not reported.
    """
    schools = {row["school_id"]: row for row in county["schools"].to_pylist()}
    main = {school: _main(school, schools, rules) for school in schools}
    counts: dict[str, dict[str, list[Heads]]] = {}
    missing: set[Missing] = set()
    told: set[str] = set()
    for row in masked(county, year)["enrolment"].to_pylist():
        if row["year"] != year:
            continue
        school = row["school_id"]
        told.add(school)
        if row["pupils"] == 0:
            continue
        if school not in schools:
            missing.add(Missing(school, "unlisted"))
            continue
        stage = stage_of(row["grade"], schools[school]["kind"] or "", county.primary_grades)
        counts.setdefault(main[school], {}).setdefault(stage, []).append(_heads(stage, row, schools[school]))
    for school, row in schools.items():
        left_out = rules.private == "excluded" and schools[main[school]]["ownership"] == "private"
        if school not in told and not left_out and _is_open(row, year) and _surely(row) & set(stages):
            missing.add(Missing(main[school], "not_reported"))
    missing |= {Missing(gap.subject, "waiting") for gap in county.gaps if gap.table in ("county", "schools")}
    units = tuple(
        _unit(school, schools, [each for each in schools if main[each] == school], counts[school])
        for school in sorted(counts)
    )
    for unit in units:
        missing |= set(_contradicted(unit))
    return Roll(units, tuple(sorted(missing)))


def _main(school: str, schools: Mapping[str, Mapping[str, Any]], rules: Rules) -> str:
    """The school that a school is funded with: itself, or its main school, also through a campus of that."""
    at = school
    for _step in range(3):
        row = schools[at]
        joins = (row["counted"] is False and rules.campuses == "main") or (
            row["kind"] == "218" and rules.teaching_points == "main"
        )
        if not joins or row["parent_id"] not in schools:
            break
        at = row["parent_id"]
    return at


def _heads(stage: str, row: Mapping[str, Any], school: Mapping[str, Any]) -> Heads:
    """One row of enrolment; a school that does not board has no boarders, told or not."""
    boarders = row["boarders"]
    if boarders is None and school["boarding"] is False:
        boarders = 0
    return Heads(stage, row["pupils"], boarders, 0 if stage == "special" else row["disabled_children"])


def _unit(
    school: str,
    schools: Mapping[str, Mapping[str, Any]],
    members: Iterable[str],
    counts: Mapping[str, list[Heads]],
) -> Unit:
    row = schools[school]
    code = schema().code("setting", row["setting"]) if row["setting"] is not None else None
    order = [str(each.value) for each in schema().codes["stage"]]
    stages = sorted(counts, key=lambda stage: (order.index(stage) if stage in order else len(order), stage))
    return Unit(
        school,
        row["name"] or school,
        (school, *sorted(set(members) - {school})),
        (code.group or "") if code else "",
        row["ownership"] == "private",
        tuple(
            Heads(
                stage,
                _sum(each.pupils for each in counts[stage]),
                _sum(each.boarders for each in counts[stage]),
                _sum(each.disabled for each in counts[stage]),
            )
            for stage in stages
        ),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """A sum that is unknown where a part of it is."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _contradicted(unit: Unit) -> Iterable[Missing]:
    for each in unit.stages:
        for part in (each.boarders, each.disabled):
            if each.pupils is not None and part is not None and part > each.pupils:
                yield Missing(unit.school_id, "contradiction", each.stage)


def _is_open(row: Mapping[str, Any], year: int) -> bool:
    return bool((row["open_from"] or year) <= year <= (row["open_to"] or year))


def _surely(row: Mapping[str, Any]) -> set[str]:
    """The stages that a school of its kind surely has; a campus reports with its school, or not at all."""
    if row["counted"] is False:
        return set()
    kind = schema().code("kind", row["kind"])
    stages = set(kind.stages) if kind else set()
    return stages if stages == {"kindergarten"} else stages - {"kindergarten"}
