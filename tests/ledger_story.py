"""What tests of the ledger begin with: units and people of the cast, tasks of each kind, newer facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from django.core.files.base import ContentFile

from jiaoheng.county import County, snapshots
from jiaoheng.demo import county as demo_county
from jiaoheng.findings import Assessment, assess
from jiaoheng.ledger import clock, facts, store, targets
from jiaoheng.ledger.actions import SYSTEM, Actor, task_states, tasks
from jiaoheng.ledger.actions.evidence import attach
from jiaoheng.ledger.actions.facts import keep_assessment, take_in
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Organisation, Snapshot, Task
from jiaoheng.ledger.targets import Ruler
from jiaoheng.standards import load

CROWDED = "望岚县实验小学"
CENTRAL = "青石镇中心小学"
EDUCATION = "基础教育股"
FINANCE = "计划财务股"
PDF = b"%PDF-1.4\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def unit(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def bureau() -> Organisation:
    return Organisation.objects.get(kind=Organisation.Kind.COUNTY, name="望岚县教育局")


def by(username: str) -> Actor:
    return Actor(person(username))


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def ruler() -> Ruler:
    found = targets.ruler(bureau())
    assert found is not None
    return found


def hand_task(**given: Any) -> Task:
    """A task of the crowded school, verified by the section of basic education."""
    values: dict[str, Any] = {"title": "修补围墙", "verifier": unit(EDUCATION), "due": in_days(20)} | given
    lead = values.pop("lead", None) or unit(CROWDED)
    return tasks.add(by("admin"), lead, **values)


def finding_task(check: str, school: str = "", stage: str | None = None, kind: str = "", **given: Any) -> Task:
    """A finding made a task, of the school itself or of the finance section."""
    measure = ruler()
    code = unit(school).code if school else ""
    found = next(
        target
        for target, _ in measure.findings()
        if (target.check, target.school_id) == (check, code)
        and stage in (None, target.stage)
        and kind in ("", target.kind)
    )
    values: dict[str, Any] = {"verifier": unit(FINANCE), "due": in_days(90)} | given
    lead = values.pop("lead", None) or unit(school or FINANCE)
    return tasks.from_finding(by("admin"), lead, found, measure, **values)


def upload(name: str = "证明.pdf", content: bytes = PDF) -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def handed_in(task: Task, username: str = "clerk") -> Task:
    """The task with evidence and submitted."""
    attach(by(username), task, files=[upload()])
    return task_states.submit(by(username), task)


def in_state(state: str) -> Task:
    """A task of the crowded school that stands in this state."""
    task = hand_task()
    if state == Task.State.OPEN:
        return task
    if state == Task.State.IN_PROGRESS:
        return task_states.start(by("clerk"), task)
    if state == Task.State.WITHDRAWN:
        return task_states.withdraw(by("jijiao"), task, reason="不再需要")
    handed_in(task)
    if state == Task.State.RETURNED:
        return task_states.send_back(by("jijiao"), task, reason="照片不清楚")
    if state == Task.State.CLOSED:
        return task_states.close(by("jijiao"), task)
    return Task.objects.get(pk=task.pk)


def with_rows(county: County, table: str, rows: list[dict[str, Any]]) -> County:
    """The county with these rows in place of a table's own."""
    changed = pa.Table.from_pylist(rows, schema=county[table].schema)
    return msgspec.structs.replace(county, tables={**county.tables, table: changed})


def with_cells(county: County, table: str, cells: Mapping[tuple[str, str], Any]) -> County:
    """The county with cells of a school's last year set, by school and column."""
    codes = {name: code for code, name in county.school_names().items()}
    wanted: dict[str, dict[str, Any]] = {}
    for (school, column), value in cells.items():
        wanted.setdefault(codes[school], {})[column] = value
    last = county.years[-1]
    rows = [
        row | (wanted.get(row["school_id"], {}) if row.get("year", last) == last else {})
        for row in county[table].to_pylist()
    ]
    return with_rows(county, table, rows)


def newer_facts(
    change: Callable[[County], County] | Mapping[tuple[str, str], Any], *, assessed: bool = True
) -> Snapshot:
    """A later snapshot of the demo county: facilities with these cells, or what ``change`` makes of the county."""
    if callable(change):
        county = change(_drawn())
        folder, found = _frozen(county) if assessed else (_written(county), None)
    else:
        folder, found = _with_facilities(frozenset(change.items()))
    snapshot = take_in(SYSTEM, bureau(), folder)
    if assessed and found is not None:
        keep_assessment(SYSTEM, snapshot, found)
    return snapshot


@cache
def _drawn() -> County:
    return demo_county()


@cache
def _with_facilities(cells: frozenset[tuple[tuple[str, str], Any]]) -> tuple[Path, Assessment]:
    return _frozen(with_cells(_drawn(), "facilities", dict(cells)))


def _frozen(county: County) -> tuple[Path, Assessment]:
    folder = _written(county)
    return folder, assess(snapshots.read(folder), load(facts.NATIONAL))


def _written(county: County) -> Path:
    return snapshots.write(county, store.snapshots(county.code))
