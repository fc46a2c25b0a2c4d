"""What holds of any county and budget: sums to the fen, never below the rules, the order of rows does not matter."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
from funding_county import YEAR, county, heads, school
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.plans.funding import FundingError, allocate, defaults, granted, judged
from jiaoheng.plans.funding.rules import in_force
from jiaoheng.plans.funding.sharing import shares
from jiaoheng.standards import load

GRADES = {"211": (1, 6), "218": (1, 3), "312": (1, 9), "311": (7, 9), "514": (1, 9), "341": (7, 12)}
SETTINGS = ("111", "121", "210", "220")


@st.composite
def counties(draw):
    """Up to eight schools of any kind with pupils in some grades; some are campuses or points of the first."""
    kinds = draw(st.lists(st.sampled_from(sorted(GRADES)), min_size=1, max_size=8))
    schools, enrolment = [], {}
    for number, kind in enumerate(kinds):
        code = f"S{number}"
        more = {"setting": draw(st.sampled_from(SETTINGS)), "ownership": draw(st.sampled_from(["public", "private"]))}
        # A school for special education has no ordinary campus: the standard would judge all its pupils as special.
        if number and kind in ("211", "218") and not kinds[0].startswith("51") and draw(st.booleans()):
            more |= {"parent_id": "S0", "counted": kind == "218"}
        schools.append(school(code, kind, **more))
        rows = []
        for grade in draw(st.sets(st.integers(*GRADES[kind]), min_size=1, max_size=4)):
            pupils = draw(st.integers(0, 90))
            boarders, disabled = draw(st.integers(0, pupils)), draw(st.integers(0, min(pupils, 4)))
            rows.append(heads(grade, pupils, boarders=boarders, disabled=disabled))
        enrolment[code] = rows
    return schools, enrolment


@st.composite
def rulebooks(draw):
    base = defaults()
    factors = st.decimals(0, 5, places=2)
    tilt = msgspec.structs.replace(
        base.tilt, share=draw(st.decimals(0, 20, places=2)), rural=draw(factors), town=draw(factors),
        urban=draw(factors), small=draw(factors),
    )  # fmt: skip
    quota = draw(st.decimals(600, 900, places=2))
    quotas = tuple(
        msgspec.structs.replace(each, yuan=quota + Decimal("13.37"))
        if each.stage == "junior" and each.enabled
        else msgspec.structs.replace(each, yuan=quota)
        if each.stage == "primary" and each.enabled
        else each
        for each in base.quotas
    )
    floors = tuple(
        msgspec.structs.replace(each, enabled=draw(st.booleans()) or each.pupils == 100) for each in base.floors
    )
    return msgspec.structs.replace(
        base, tilt=tilt, quotas=quotas, floors=floors, campuses=draw(st.sampled_from(["main", "separate"])),
        teaching_points=draw(st.sampled_from(["main", "separate"])),
        private=draw(st.sampled_from(["included", "quota", "excluded"])),
    )  # fmt: skip


def allocated(drawn, rules, total=None, *, scale=False):
    """The allocation; None where nobody is favoured by a tilt."""
    try:
        return allocate(county(*drawn), rules, YEAR, total, scale=scale)
    except FundingError:
        return None


def adds_up(found):
    for grant in found.grants:
        for part in grant.parts:
            assert part.total == part.base + part.small + part.boarding + part.special + part.tilt - part.cut
            assert min(part.base, part.small, part.boarding, part.special, part.tilt, part.cut, part.total) >= 0
        assert sum(part.total for part in grant.parts) == grant.total
        assert sum(part.tilt for part in grant.parts) == grant.tilt


@settings(max_examples=150)
@given(drawn=counties(), rules=rulebooks(), budget=st.integers(0, 10**9))
def test_the_schools_add_up_to_the_total_whatever_the_budget(drawn, rules, budget):
    found = allocated(drawn, rules, budget)
    if found is None:
        return
    if found.status == "full":
        assert sum(grant.total for grant in found.grants) == found.total == budget
        assert all(grant.total >= grant.guaranteed for grant in found.grants)
    else:
        assert found.status == "short"
        assert (found.total, found.shortage) == (None, found.guaranteed - budget)
        assert found.shortage > 0
        scaled = allocated(drawn, rules, budget, scale=True)
        assert sum(grant.total for grant in scaled.grants) == scaled.total == budget
        adds_up(scaled)
    adds_up(found)


@settings(max_examples=150)
@given(drawn=counties(), rules=rulebooks())
def test_nobody_gets_less_than_pupils_times_quota_and_the_floor(drawn, rules):
    found = allocated(drawn, rules)
    if found is None:
        return
    assert sum(grant.total for grant in found.grants) == found.total == found.guaranteed + found.tilt_fund
    for grant in found.grants:
        for part in grant.parts:
            assert part.base == part.pupils * in_force(rules, part.stage, YEAR).yuan * 100
        compulsory = [part for part in grant.parts if part.stage in ("primary", "junior")]
        pupils, base = sum(part.pupils for part in compulsory), sum(part.base for part in compulsory)
        if 0 < pupils < 100 and not (grant.private and rules.private == "quota"):
            assert sum(part.base + part.small for part in compulsory) >= Fraction(base * 100, pupils)


@settings(max_examples=60)
@given(drawn=counties(), rules=rulebooks(), budget=st.integers(10**8, 10**9), order=st.randoms())
def test_the_order_of_rows_does_not_matter(drawn, rules, budget, order):
    schools, enrolment = drawn
    shuffled = [list(schools), {code: list(rows) for code, rows in enrolment.items()}]
    order.shuffle(shuffled[0])
    for rows in shuffled[1].values():
        order.shuffle(rows)
    assert allocated(drawn, rules, budget) == allocated(shuffled, rules, budget)


@settings(max_examples=15)
@given(drawn=counties(), rules=rulebooks())
def test_by_the_unrounded_judgement_small_and_special_schools_are_funded(drawn, rules):
    rules = msgspec.structs.replace(rules, private="included")
    found = allocated(drawn, rules)
    if found is None or not found.total:
        return
    facts = county(*drawn)
    for item in judged(facts, found, rules, load("cn-2017")):
        assert item.below_after == ()
    assert granted(facts, found)["finance"].num_rows >= len(found.grants)


@given(
    amount=st.integers(0, 10**12),
    weights=st.dictionaries(st.text(max_size=3), st.fractions(0, 1000), min_size=1, max_size=20),
)
def test_shares_add_up_and_are_within_one_of_the_exact_ones(amount, weights):
    whole = sum(weights.values())
    if not whole:
        return
    parts = shares(amount, weights)
    assert sum(parts.values()) == amount
    assert all(abs(parts[key] - amount * weight / whole) < 1 for key, weight in weights.items())
    assert shares(amount, dict(reversed(weights.items()))) == parts


def test_of_equal_remainders_the_first_by_code_gets_its_fen():
    assert shares(2, {"c": Fraction(1), "a": Fraction(1), "b": Fraction(1)}) == {"a": 1, "b": 1, "c": 0}
