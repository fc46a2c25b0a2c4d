"""Rules of public funds, decisions, and expenses that wait for whom the rules name."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from ledger_story import upload

from jiaoheng.ledger import clock, funding
from jiaoheng.ledger.actions import Actor, Forbidden, Refused, expenses, task_states, tasks
from jiaoheng.ledger.actions import funding as acts
from jiaoheng.ledger.actions.evidence import attach
from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Change, FundingRules, Organisation, Snapshot
from jiaoheng.plans.funding.rules import FILE

pytestmark = pytest.mark.django_db
TEXT = FILE.read_text(encoding="utf-8")
OWN = "望岚县实验小学"


def bureau():
    return Organisation.objects.get(name="望岚县教育局")


def by(username):
    return Actor(person(username))


def year():
    return Snapshot.objects.latest("pk").year


def task(*, lead=OWN, expense=None):
    made = tasks.add(
        by("jicai"),
        Organisation.objects.get(name=lead),
        title="购置图书",
        verifier=Organisation.objects.get(name="计划财务股"),
        due=clock.today() + timedelta(days=30),
    )
    return expenses.set_expense(by("jicai"), made, amount=Decimal(expense)) if expense else made


def handed_in(made):
    tasks.comment(by("clerk"), made, text="发票已附")
    return task_states.submit(by("clerk"), made)


def test_the_default_rules_hold_until_the_county_sets_its_own():
    assert funding.rules(bureau()).region == "central_west"
    acts.change_rules(by("jicai"), bureau(), text=TEXT.replace('"central_west"\n#', '"east"\n#'))
    assert funding.rules(bureau()).region == "east"


def test_every_version_of_the_rules_is_in_the_events():
    acts.change_rules(by("jicai"), bureau(), text=TEXT)
    row = FundingRules.objects.get()
    acts.change_rules(by("admin"), bureau(), text=TEXT + "\n# 二\n", seen=row.mark())
    changes = Change.objects.filter(object_type="fundingrules").order_by("pk")
    assert [change.after["text"] for change in changes] == [TEXT, TEXT + "\n# 二\n"]
    assert changes[1].before["text"] == TEXT


def test_nobody_overwrites_rules_unawares():
    row = acts.change_rules(by("jicai"), bureau(), text=TEXT)
    seen = row.mark()
    acts.change_rules(by("admin"), bureau(), text=TEXT + "\n# 二\n", seen=seen)
    with pytest.raises(Refused):
        acts.change_rules(by("jicai"), bureau(), text=TEXT + "\n# 三\n", seen=seen)


def test_rules_with_a_slip_are_not_kept():
    with pytest.raises(Refused, match=r"rules.toml:\d+"):
        acts.change_rules(by("jicai"), bureau(), text=TEXT.replace("yuan = 600", "yuan = 6.001"))
    assert not FundingRules.objects.exists()


@pytest.mark.parametrize("username", ["clerk", "head", "juzhang", "dudao"])
def test_others_may_neither_set_rules_nor_decide(username):
    with pytest.raises(Forbidden):
        acts.change_rules(by(username), bureau(), text=TEXT)
    with pytest.raises(Forbidden):
        acts.decide(by(username), bureau(), year=year(), total=None)


def test_a_decision_stays_what_it_was_when_the_rules_change():
    row = acts.decide(by("jicai"), bureau(), year=year(), total=None)
    acts.change_rules(by("jicai"), bureau(), text=TEXT.replace("yuan = 200", "yuan = 999", 1))
    assert funding.decided(row).allocation.total == row.allocated
    again = acts.decide(by("jicai"), bureau(), year=year(), total=None)
    assert again.pk == row.pk
    assert again.allocated > row.allocated


def test_a_budget_that_is_too_small_is_decided_on_request_only():
    with pytest.raises(Refused, match="同比例压减"):
        acts.decide(by("jicai"), bureau(), year=year(), total=100_000_00)
    row = acts.decide(by("jicai"), bureau(), year=year(), total=100_000_00, scale=True)
    assert row.allocated == 100_000_00


def test_what_was_not_seen_is_not_decided():
    with pytest.raises(Refused):
        acts.decide(by("jicai"), bureau(), year=year(), total=None, seen="1")


def test_an_expense_waits_for_the_head():
    made = handed_in(task(expense="4999.99"))
    with pytest.raises(Refused, match="校长"):
        task_states.close(by("jicai"), made)
    expenses.approve(by("head"), made, amount=Decimal("4999.99"))
    made.refresh_from_db()
    assert task_states.close(by("jicai"), made).state == "closed"


def test_a_larger_one_needs_the_minutes_of_the_council():
    made = task(expense="8000")
    with pytest.raises(Refused, match="会议记录"):
        expenses.approve(by("head"), made, amount=Decimal(8000))
    attach(by("clerk"), made, files=[upload()])
    assert expenses.approve(by("head"), made, amount=Decimal(8000)).approved_by == person("head")


def test_the_largest_is_the_bureaus():
    made = task(expense="50000.01")
    with pytest.raises(Refused, match="教育局"):
        expenses.approve(by("head"), made, amount=Decimal("50000.01"))
    assert expenses.approve(by("admin"), made, amount=Decimal("50000.01")).approved_by == person("admin")


def test_nobody_of_the_bureau_approves_what_they_do_themselves():
    made = task(lead="计划财务股", expense="100")
    tasks.edit(
        by("admin"), made, title=made.title, lead=made.lead, verifier=made.verifier, due=made.due,
        person=person("jicai"),
    )  # fmt: skip
    made.refresh_from_db()
    with pytest.raises(Refused, match="另一人"):
        expenses.approve(by("jicai"), made, amount=Decimal(100))
    assert expenses.approve(by("admin"), made, amount=Decimal(100)).approved_by == person("admin")


def test_what_a_section_spends_is_approved_by_the_bureau():
    made = task(lead="计划财务股", expense="100")
    assert expenses.asked_approval(made).by == "bureau"


def test_another_amount_needs_another_approval():
    made = task(expense="100")
    expenses.approve(by("head"), made, amount=Decimal(100))
    made.refresh_from_db()
    made = expenses.set_expense(by("clerk"), made, amount=Decimal(200))
    assert made.approved_by is None
    with pytest.raises(Refused, match="200"):
        expenses.approve(by("head"), made, amount=Decimal(100))


def test_the_countys_own_limits_hold():
    acts.change_rules(by("jicai"), bureau(), text=TEXT.replace("up_to = 5000\n", "up_to = 10\n"))
    assert expenses.asked_approval(task(expense="100")).by == "council"


@pytest.mark.parametrize("username", ["clerk", "clerk2", "juzhang"])
def test_whom_the_rules_do_not_name_cannot_approve(username):
    with pytest.raises(Forbidden):
        expenses.approve(by(username), task(expense="100"), amount=Decimal(100))


def test_another_schools_head_cannot_approve():
    with pytest.raises(Forbidden):
        expenses.approve(by("head2"), task(expense="100"), amount=Decimal(100))


def test_a_task_without_an_expense_closes_as_before():
    made = handed_in(task())
    assert task_states.close(by("jicai"), made).state == "closed"


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_an_amount_that_is_none_is_refused(amount):
    with pytest.raises(Refused):
        expenses.set_expense(by("jicai"), task(), amount=Decimal(amount))
