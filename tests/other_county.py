"""Another county in the same workspace, with an administrator: nobody may reach across."""

from __future__ import annotations

from jiaoheng.ledger.actions import SYSTEM, found
from jiaoheng.ledger.actions.people import add_person
from jiaoheng.ledger.models import Membership, Organisation, Person


def found_other_county() -> Person:
    """The administrator of 邻县, ``outsider``."""
    county = found(Organisation(kind=Organisation.Kind.COUNTY, code="410998", name="邻县教育局"))
    return add_person(
        SYSTEM,
        county,
        username="outsider",
        name="卫来",
        role=Membership.Role.ADMINISTRATOR,
        password=None,
        must_change_password=False,
    )
