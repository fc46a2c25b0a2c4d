"""The objects that lines of the table of permissions ask for: a function each, named in the table.

It gives what varies in the address: a value, a tuple of values, or a dictionary by name. What it needs to make, it
makes by actions; the test's changes are rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jiaoheng.ledger.cast import person
from jiaoheng.ledger.models import Event, Membership, Organisation

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
