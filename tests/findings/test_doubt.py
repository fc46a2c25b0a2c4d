"""Exceptions of a standard that hang on a fact which is not known."""

import msgspec
import pytest
from six_schools import rows

from jiaoheng.county import build
from jiaoheng.findings import assess
from jiaoheng.measures.demands import Condition
from jiaoheng.standards import load
from jiaoheng.standards.standard import Threshold

BASE = load("cn-2017")


def status(*exceptions, built=None, base=6.0):
    """The status of an item of one figure (school A's 1.4, exactly 5) with exceptions tried before the base."""
    item = BASE.item("1.4")
    limits = (*exceptions, Threshold(at_least=base))
    checks = (msgspec.structs.replace(item.checks[0], limits=limits),)
    items = tuple(msgspec.structs.replace(each, checks=checks) if each.id == "1.4" else each for each in BASE.items)
    facts = rows()
    for school in facts["schools"]:
        school["built_year"] = built
    result = assess(build(facts), msgspec.structs.replace(BASE, items=items))
    value = next(v for v in result.values if (v.school_id, v.stage, v.check) == ("A", "primary", "1.4"))
    assert value.value == pytest.approx(5)
    return value.status, value.missing


OLD = (Condition("built_year", at_most=2010),)


def test_a_miss_is_not_proven_where_a_milder_exception_may_apply():
    assert status(Threshold(at_least=4.0, when=OLD)) == ("unknown", "built_year")


def test_a_pass_is_not_proven_where_a_stricter_exception_may_apply():
    assert status(Threshold(at_least=9.0, when=OLD), base=4.5) == ("unknown", "built_year")


def test_a_pass_is_proven_where_only_milder_exceptions_may_apply():
    assert status(Threshold(at_least=4.0, when=OLD), base=4.5)[0] == "meets"


def test_a_pass_at_the_stricter_limit_itself_is_proven():
    assert status(Threshold(at_least=5.0, when=OLD), base=4.5)[0] == "meets"


def test_what_comes_after_a_limit_that_surely_applies_is_not_in_doubt():
    sure = Threshold(at_least=8.0, when=(Condition("kind", one_of=("211",)),))
    assert status(sure, Threshold(at_least=4.0, when=OLD)) == ("fails", None)


def test_a_known_year_decides():
    stricter = Threshold(at_least=9.0, when=OLD)
    assert status(stricter, base=4.5, built=2000)[0] == "fails"
    assert status(stricter, base=4.5, built=2020)[0] == "meets"
