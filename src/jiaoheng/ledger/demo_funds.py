"""Public funds in the life of the demo county: its own rules, a year's allocation, an expense that waits."""

from __future__ import annotations

import re
from decimal import Decimal

from jiaoheng.ledger import facts
from jiaoheng.ledger.actions import Actor, expenses, funding
from jiaoheng.ledger.models import Organisation, Task
from jiaoheng.plans.funding.rules import FILE

_SPECIAL = re.compile(r'(yuan = 7000\n)confidence = "C"\nenabled = false\nsource = .*')
_OWN = """\\1confidence = "county"
source = { zh = "望岚县公用经费管理办法（虚构）", en = "Wanglan County's rules of public funds (fictional)" }"""


def decide(bureau: Organisation, officer: Actor) -> None:
    """The county sets its quota of special education, and decides the last year's allocation."""
    text, changed = _SPECIAL.subn(_OWN, FILE.read_text(encoding="utf-8"))
    assert changed == 1
    funding.change_rules(officer, bureau, text=text)
    snapshot = facts.latest_snapshot(bureau)
    assert snapshot is not None
    funding.decide(officer, bureau, year=snapshot.year, total=None)


def spend(task: Task, clerk: Actor) -> None:
    """A school says what a task of its will cost."""
    expenses.set_expense(clerk, task, amount=Decimal(8600))
