"""The chain of events proves itself, and finds what was changed past it."""

from __future__ import annotations

import pytest
from django.db import connection

from jiaoheng.ledger import chain
from jiaoheng.ledger.actions import Actor, Forbidden
from jiaoheng.ledger.actions.organisations import add_organisation, change_organisation
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.guard import OutsideAction
from jiaoheng.ledger.models import Change, Event, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Organisation:
    return Organisation.objects.get(kind=Organisation.Kind.COUNTY)


def _kinds() -> set[str]:
    return {fault.kind for fault in chain.verify().faults}


def test_the_demo_county_was_made_by_actions_alone() -> None:
    proof = chain.verify()
    assert proof.events > 10
    assert proof.faults == ()


def test_an_action_appends_one_event_with_before_and_after(bureau: Organisation) -> None:
    before = Event.objects.count()
    section = add_organisation(Actor(person("admin")), bureau, kind="section", name="师训股")
    change_organisation(Actor(person("admin")), section, name="教师发展股", active=True)
    assert Event.objects.count() == before + 2
    change = Change.objects.filter(object_type="organisation", object_id=str(section.pk)).last()
    assert change is not None
    assert (change.before["name"], change.after["name"]) == ("师训股", "教师发展股")
    assert chain.verify().faults == ()


def test_what_is_forbidden_changes_nothing(bureau: Organisation) -> None:
    before = Event.objects.count()
    for username in ("clerk", "juzhang", "jijiao", "dudao"):
        with pytest.raises(Forbidden):
            add_organisation(Actor(person(username)), bureau, kind="section", name="无权股")
    assert Event.objects.count() == before
    assert not Organisation.objects.filter(name="无权股").exists()


def test_a_write_past_the_actions_is_refused(bureau: Organisation) -> None:
    for write in (
        bureau.save,
        bureau.delete,
        lambda: Organisation.objects.update(name=""),
        lambda: Organisation.objects.filter(pk=bureau.pk).delete(),
        lambda: Organisation.objects.create(kind="section", name="x", parent=bureau),
        lambda: Organisation.objects.bulk_create([Organisation(kind="section", name="x", parent=bureau)]),
        lambda: Organisation.objects.bulk_update([bureau], ["name"]),
        lambda: bureau.children.update(name=""),
    ):
        with pytest.raises(OutsideAction):
            write()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE ledger_event SET action = 'other' WHERE number = 3", "altered"),
        ("UPDATE ledger_change SET after = '{}' WHERE id = (SELECT MIN(id) FROM ledger_change)", "altered"),
        ("UPDATE ledger_event SET previous = digest WHERE number = 3", "unlinked"),
        ("UPDATE ledger_organisation SET name = 'x' WHERE kind = 'county'", "differs"),
        ("UPDATE ledger_person SET password = 'x' WHERE username = 'admin'", "differs"),
        ("INSERT INTO ledger_coverage (organisation_id, school_id) VALUES (1, 1)", "differs"),
    ],
)
def test_what_was_changed_past_the_ledger_is_found(sql: str, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert kind in _kinds()


def test_a_tail_cut_off_is_found() -> None:
    last = Event.objects.last()
    assert last is not None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_change WHERE event_id = %s", [last.pk])
        cursor.execute("DELETE FROM ledger_event WHERE id = %s", [last.pk])
    assert "cut" in _kinds()
