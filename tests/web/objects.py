"""The objects that lines of the table of permissions ask for: a function each, named in the table.

It gives what varies in the address: a value, a tuple of values, or a dictionary by name. What it needs to make, it
makes by actions; the test's changes are rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jiaoheng.county import Origin, Problem, Rejected
from jiaoheng.ledger import store, uploads
from jiaoheng.ledger.actions import SYSTEM, Actor, submissions
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Event, Membership, Organisation, Snapshot, Submission
from jiaoheng.ledger.submissions import Checked, put, writing

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


def _draft(username: str, unit: Organisation) -> Submission:
    token = store.token()
    data = "学校标识码,学年,年级,班数,在校生数\n,2025,1,2,约七十人\n".encode()
    delivery = uploads.receive(store.submission(token) / "files", "在校生.csv", [data])
    given = {"title": "草稿", "mode": "merge", "token": token, "received": delivery.files}
    return submissions.create(Actor(person(username)), unit, **given)


@named
def present_snapshot() -> int:
    found = Snapshot.objects.filter(county__name="望岚县教育局").last()
    assert found is not None
    return found.pk


@named
def own_draft() -> int:
    return _draft("clerk", unit(OWN)).pk


@named
def county_draft() -> int:
    return _draft("jijiao", unit("望岚县教育局")).pk


@named
def checked_draft() -> int:
    draft = _draft("clerk", unit(OWN))
    origin = Origin("在校生.csv", "", 2)
    wrong = Problem(code="cell_not_integer", table="enrolment", column="pupils", value="约七十人", origin=origin)
    waiting = Rejected("enrolment", {"在校生数": "约七十人"}, {}, origin, (wrong,))
    checked = Checked("", "", "", (), {}, {"enrolment": 1}, 0, 1, (wrong,), 0, (waiting,), (), (), ())
    with writing(draft, "1-test") as folder:
        put(folder, checked)
    submissions.record_check(SYSTEM, draft, revision=1, base="", result="1-test", summary=checked.summary())
    return draft.pk


@named
def own_file() -> tuple[int, int]:
    draft = _draft("clerk", unit(OWN))
    return draft.pk, draft.files.get().pk


@named
def county_file() -> tuple[int, int]:
    draft = _draft("jijiao", unit("望岚县教育局"))
    return draft.pk, draft.files.get().pk


@named
def file_of_another() -> tuple[int, int]:
    """A file asked for under a submission that it is not part of."""
    return _draft("clerk", unit(OWN)).pk, _draft("clerk2", unit(OTHER)).files.get().pk
