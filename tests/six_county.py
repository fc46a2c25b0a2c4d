"""The county of six schools as a workspace of its own, beside the demo county: small, so that a check is quick."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from six_schools import rows

from jiaoheng import sources
from jiaoheng.county import County, build, snapshots
from jiaoheng.ledger import store, uploads, work
from jiaoheng.ledger.actions import SYSTEM, Actor, found
from jiaoheng.ledger.actions import submissions as acts
from jiaoheng.ledger.actions.facts import take_in
from jiaoheng.ledger.actions.organisations import follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Membership, Organisation, Run, Snapshot, Submission
from jiaoheng.ledger.submissions import files_folder

CODE = "410998"
Role = Membership.Role
PEOPLE = (
    ("six_officer", Role.OFFICER, "六校县教育局"),
    ("six_leader", Role.LEADER, "六校县教育局"),
    ("six_clerk", Role.CLERK, "甲小学"),
    ("six_head", Role.HEAD, "甲小学"),
    ("six_other", Role.CLERK, "丙初级中学"),
)


def county(change: Callable[[dict[str, list[dict[str, Any]]]], None] | None = None) -> County:
    """The county, its rows changed in place where a change is given."""
    told = rows()
    if change:
        change(told)
    return build(told)


def found_six(*, facts: bool = True) -> Organisation:
    """The bureau with its people; without facts, with an officer only."""
    bureau = found(Organisation(kind=Organisation.Kind.COUNTY, code=CODE, name="六校县教育局"))
    if facts:
        folder = snapshots.write(county(), store.snapshots(CODE), source="初始数据")
        take_in(SYSTEM, bureau, folder)
        follow_facts(SYSTEM, bureau, county())
    for username, role, unit in PEOPLE if facts else PEOPLE[:1]:
        add_person(
            SYSTEM,
            Organisation.objects.get(name=unit),
            username=username,
            name=username,
            role=role,
            password=None,
            must_change_password=False,
        )
    return bureau


def actor(username: str) -> Actor:
    return Actor(person(username))


def school(name: str = "甲小学") -> Organisation:
    return Organisation.objects.get(name=name)


def workbook(of: County, folder: Path, cells: Mapping[tuple[str, int, str], object] | None = None) -> bytes:
    """The workbook of a county, with some cells changed: by sheet, row and header (its beginning)."""
    path = folder / "全县数据.xlsx"
    sources.write_workbook(of, path, "zh")
    if not cells:
        return path.read_bytes()
    book = openpyxl.load_workbook(path)
    for (sheet, row, header), value in cells.items():
        grid = book[sheet]
        column = next(cell.column for cell in grid[1] if str(cell.value or "").startswith(header))
        grid.cell(row, column).value = value
    told = io.BytesIO()
    book.save(told)
    return told.getvalue()


def table(*rows: str) -> bytes:
    """A text table of enrolment: school, year, grade, classes, pupils."""
    return "\n".join(("学校标识码,学年,年级,班数,在校生数", *rows, "")).encode()


def brought(username: str, unit: Organisation, name: str, data: bytes, mode: str = "merge") -> Submission:
    """A submission of one file."""
    token = store.token()
    delivery = uploads.receive(store.submission(token) / "files", name, [data])
    return acts.create(actor(username), unit, title="报送", mode=mode, token=token, received=delivery.files)


def add(username: str, submission: Submission, name: str, data: bytes) -> None:
    """Another file of a submission."""
    delivery = uploads.receive(files_folder(submission), name, [data])
    acts.add_files(actor(username), submission, delivery.files)


def carried_out(kind: str = "check") -> list[Run]:
    """Carry out all runs of a kind that wait."""
    done = []
    for run in Run.objects.filter(status=Run.Status.WAITING).order_by("pk"):
        if run.kind != kind:
            continue
        while (claimed := work.claim()) is not None:
            work.carry_out(claimed)
            claimed.refresh_from_db()
            done.append(claimed)
    return done


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def latest(bureau: Organisation) -> Snapshot:
    found = Snapshot.objects.filter(county=bureau).last()
    assert found is not None
    return found
