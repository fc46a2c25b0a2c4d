"""The objects that lines of the table of permissions ask for: a function each, named in the table.

It gives what varies in the address: a value, a tuple of values, or a dictionary by name. What it needs to make, it
makes by actions; the test's changes are rolled back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from places_story import laid_out, projected, zoned
from plan import measure, plan, target
from studio_story import answered

from jiaoheng.ledger import store, submissions
from jiaoheng.ledger.actions import Actor, commitments, funding, inspections, mappings, runs, task_rules, tasks
from jiaoheng.ledger.actions import submissions as submission_acts
from jiaoheng.ledger.actions.evidence import attach
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Commitment, Event, Membership, Organisation, Snapshot, Submission, Task
from jiaoheng.ledger.uploads import Received
from jiaoheng.sources.mapping import mapping_file

OBJECTS: dict[str, Callable[[], Any]] = {}
OWN, OTHER = "望岚县实验小学", "青石镇中心小学"


def named(function: Callable[[], Any]) -> Callable[[], Any]:
    """Make a function an object that the table can name."""
    OBJECTS[function.__name__] = function
    return function


def unit(name: str) -> Organisation:
    """The unit of this name."""
    return Organisation.objects.get(name=name)


@named
def own_school() -> str:
    return unit(OWN).code


@named
def other_school() -> str:
    return unit(OTHER).code


@named
def own_figure() -> tuple[str, str]:
    return unit(OWN).code, "1.4"


@named
def own_unit() -> int:
    return unit(OWN).pk


@named
def section() -> int:
    return unit("人事股").pk


@named
def bureau() -> int:
    return unit("望岚县教育局").pk


@named
def own_clerk() -> int:
    return person("clerk").pk


@named
def officer() -> int:
    return person("jijiao").pk


@named
def own_clerks_role() -> int:
    return Membership.objects.get(person=person("clerk")).pk


@named
def officers_role() -> int:
    return Membership.objects.get(person=person("jijiao")).pk


@named
def first_event() -> int:
    return Event.objects.order_by("number")[0].number


@named
def item() -> str:
    return "1.4"


@named
def coefficient() -> tuple[str, str]:
    return "1.4", "primary"


@named
def own_draft() -> int:
    return _draft("clerk", OWN).pk


@named
def other_draft() -> int:
    return _draft("clerk2", OTHER).pk


@named
def own_file() -> tuple[int, int]:
    draft, data = _draft("clerk", OWN), "学校编码\n".encode()
    folder = submissions.files_folder(draft)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1.csv").write_bytes(data)
    received = Received("学校.csv", "1.csv", len(data), hashlib.sha256(data).hexdigest())
    submission_acts.add_files(Actor(person("clerk")), draft, [received])
    return draft.pk, draft.files.get().pk


@named
def own_mapping() -> int:
    text = mapping_file("staff-roster").read_text(encoding="utf-8")
    return mappings.add_mapping(Actor(person("admin")), unit("望岚县教育局"), title="花名册", text=text).pk


@named
def shipped_name() -> str:
    return "staff-roster"


@named
def snapshot() -> int:
    return Snapshot.objects.get().pk


@named
def own_task() -> int:
    return _task(OWN).pk


@named
def own_school_decided() -> str:
    year = Snapshot.objects.latest("pk").year
    funding.decide(Actor(person("jicai")), unit("望岚县教育局"), year=year, total=None)
    return unit(OWN).code


@named
def other_task() -> int:
    return _task(OTHER).pk


@named
def own_start() -> tuple[int, str]:
    return _task(OWN).pk, "start"


@named
def own_evidence() -> str:
    return own_tasks_evidence()[1]


@named
def own_tasks_evidence() -> tuple[int, str]:
    task = _task(OWN)
    file = SimpleUploadedFile("说明.txt", "已经办好".encode(), content_type="text/plain")
    kept = attach(Actor(person("clerk")), task, files=[file])
    return task.pk, kept[0].token


@named
def rule() -> int:
    bureau_unit, section_unit = unit("望岚县教育局"), unit("计划财务股")
    return task_rules.add_rule(Actor(person("admin")), bureau_unit, item="1.4", verifier=section_unit).pk


@named
def month() -> tuple[int, int]:
    today = timezone.localdate()
    return today.year, today.month


@named
def month_of_own_unit() -> tuple[int, int, int]:
    return (*month(), unit(OWN).pk)


@named
def own_visit() -> int:
    today = timezone.localdate()
    found = [inspections.Found("消防通道堆放杂物")]
    due = today + timedelta(days=30)
    return inspections.record(Actor(person("dudao")), unit(OWN), day=today, points=found, due=due).pk


@named
def county_run() -> int:
    return runs.ask(Actor(person("admin")), unit("望岚县教育局"), "verify").pk


@named
def together_run() -> int:
    draft = _draft("clerk", OWN).pk
    return runs.ask(Actor(person("admin")), unit("望岚县教育局"), "together", inputs={"submissions": [draft]}).pk


@named
def unconfirmed_plan() -> int:
    return plan().pk


@named
def own_plan() -> int:
    return _own_promise().document_id


@named
def own_promise() -> int:
    return _own_promise().pk


@named
def unconfirmed_promise() -> int:
    return target(plan(), "巩固率").pk


@named
def planned_group() -> int:
    text = "教共体名称 | 核心校 | 成员校\n实验教共体 | 县实验小学 | 青石镇中心小学"
    return plan(f"望岚县教共体建设方案\n\n附件\n{text}\n").groups.get().pk


@named
def scenario() -> int:
    return answered().pk


@named
def scenario_and_school() -> tuple[int, str]:
    return answered().pk, unit(OWN).code


@named
def scenario_and_run() -> tuple[int, str]:
    return answered().pk, "plan"


@named
def zones() -> int:
    return zoned().pk


@named
def layout() -> int:
    return laid_out().pk


@named
def forecast() -> int:
    return projected().pk


@named
def forecast_and_school() -> tuple[int, str]:
    return projected().pk, unit(OWN).code


def _own_promise() -> Commitment:
    """A confirmed commitment that names the school."""
    return commitments.confirm(Actor(person("jijiao")), measure(plan(), "扩大优质学位"))


def _draft(username: str, school: str) -> Submission:
    """A draft of a school, without files."""
    acting = Actor(person(username))
    return submission_acts.create(
        acting, unit(school), title="秋季数据", mode=Submission.Mode.MERGE, token=store.token()
    )


def _task(school: str) -> Task:
    """A task that a school does and a section verifies."""
    due = timezone.localdate() + timedelta(days=30)
    school_unit, verifier = unit(school), unit("计划财务股")
    acting = Actor(person("admin"))
    return tasks.add(acting, school_unit, title="补齐器材", verifier=verifier, due=due, school=school_unit)
