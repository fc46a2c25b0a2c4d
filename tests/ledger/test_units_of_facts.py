"""The tree of units follows the facts, whatever stands in them, and gives nobody a right over another's school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from six_county import county, found_six, school

from jiaoheng.county import County
from jiaoheng.ledger import access, chain
from jiaoheng.ledger.actions import SYSTEM, Refused
from jiaoheng.ledger.actions.organisations import add_organisation, follow_facts
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.models import Organisation

pytestmark = pytest.mark.django_db
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def bureau(db: None) -> Organisation:
    return found_six()


def with_schools(change: Callable[[dict[str, Any]], None]) -> County:
    """The county, each row of its schools changed in place."""

    def changed(rows: Rows) -> None:
        for row in rows["schools"]:
            change(row)

    return county(changed)


def below(parents: dict[str, str]) -> County:
    """The county, these schools lying below others."""
    return with_schools(lambda row: row.update(parent_id=parents.get(row["school_id"], row["parent_id"])))


def test_a_school_without_a_code_gets_none_of_the_others(bureau: Organisation) -> None:
    new = add_organisation(SYSTEM, bureau, kind="school", name="筹建中的学校")
    clerk = add_person(SYSTEM, new, username="new_clerk", name="新", role="clerk", password=None)
    follow_facts(SYSTEM, bureau, county())
    new.refresh_from_db()
    assert school().parent == bureau
    assert access.reached(clerk, "submission.change") == {new.pk}
    assert new.active, "the facts say nothing of it"


@pytest.mark.parametrize("parents", [{"A": "A"}, {"A": "C", "C": "A"}])
def test_schools_that_lie_below_one_another_lie_below_the_bureau(parents: dict[str, str], bureau: Organisation) -> None:
    follow_facts(SYSTEM, bureau, below(parents))
    assert {school(name).parent for name in ("甲小学", "丙初级中学")} == {bureau}
    assert school("甲小学分校").parent == school()


def test_a_campus_lies_below_its_campus_at_once(bureau: Organisation) -> None:
    Organisation.objects.get(name="丁九年一贯制学校")
    follow_facts(SYSTEM, bureau, below({"C": "D", "D": "E"}))
    assert school("丙初级中学").parent == school("丁九年一贯制学校")
    assert school("丙初级中学").path.startswith(school("戊中学").path)


def test_another_countys_school_is_refused_in_words(bureau: Organisation) -> None:
    other = Organisation.objects.filter(kind="school").exclude(path__startswith=bureau.path).first()
    assert other is not None
    codes = {"G": other.code}
    with pytest.raises(Refused, match=other.code):
        follow_facts(
            SYSTEM,
            bureau,
            with_schools(lambda row: row.update(school_id=codes.get(row["school_id"], row["school_id"]))),
        )
    other.refresh_from_db()
    assert not other.path.startswith(bureau.path)


def test_names_and_codes_of_any_length_fit_any_database(bureau: Organisation) -> None:
    follow_facts(SYSTEM, bureau, with_schools(lambda row: row.update(name=row["school_id"] + "长" * 300)))
    unit = Organisation.objects.get(code="A", path__startswith=bureau.path)
    assert unit.name == "A" + "长" * 119
    assert chain.verify().faults == ()
    with pytest.raises(Refused, match="太长"):
        follow_facts(SYSTEM, bureau, with_schools(lambda row: row.update(school_id=row["school_id"] * 121)))
