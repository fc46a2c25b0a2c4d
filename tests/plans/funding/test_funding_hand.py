"""Public funds worked out by hand: one school each of what the rules speak of. Amounts are fen."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from funding_county import COUNTY, YEAR, county, heads, one_school, school

from jiaoheng.county import Gap
from jiaoheng.findings import AssessmentError
from jiaoheng.plans.funding import FundingError, allocate, defaults, granted, judged, never_less
from jiaoheng.plans.funding.rules import Rules
from jiaoheng.standards import load


def changed(**choices: object) -> Rules:
    return msgspec.structs.replace(defaults(), **choices)


def tilted(**factors: Decimal) -> Rules:
    return changed(tilt=msgspec.structs.replace(defaults().tilt, **factors))


def floors(*enabled: int) -> Rules:
    """The default rules with these floors in use, by their place."""
    there = tuple(
        msgspec.structs.replace(each, enabled=place in enabled) for place, each in enumerate(defaults().floors)
    )
    return changed(floors=there)


def only(allocation):
    (grant,) = allocation.grants
    return grant


def test_a_school_of_37_pupils_is_funded_as_for_100():
    grant = only(allocate(one_school("A", "211", [heads(1, 37)]), defaults()))
    (part,) = grant.parts
    assert (part.base, part.small, part.counted, grant.floor) == (37 * 600_00, 63 * 600_00, 100, 100)
    assert grant.total == 100 * 600_00


def test_a_school_of_exactly_100_gets_no_more():
    grant = only(allocate(one_school("A", "211", [heads(1, 100)]), defaults()))
    assert (grant.total, grant.floor) == (100 * 600_00, None)


def test_a_nine_year_school_is_one_school_for_the_floor():
    facts = one_school("A", "312", [heads(1, 37), heads(7, 20)])
    grant = only(allocate(facts, defaults()))
    # 37 × 600 + 20 × 800 = 38 200 yuan for 57 pupils; for 100 that is 67 017.5438… yuan, rounded up to the fen.
    assert grant.total == 67_017_55
    assert [part.base for part in grant.parts] == [22_200_00, 16_000_00]
    # Of what is added, 28 817.55 yuan, 222/382 and 160/382.
    assert [part.small for part in grant.parts] == [16_747_37, 12_070_18]


def test_each_stage_has_its_own_quota():
    grant = only(allocate(one_school("A", "312", [heads(1, 300), heads(7, 200)]), defaults()))
    assert [part.total for part in grant.parts] == [300 * 600_00, 200 * 800_00]


def test_a_special_school_of_20_pupils():
    facts = one_school("A", "514", [heads(1, 20)])
    assert only(allocate(facts, defaults())).total == 20 * 6000_00
    assert only(allocate(facts, floors(0, 2))).total == 100 * 6000_00


def test_special_education_at_ten_times_the_base_quota():
    quotas = tuple(
        msgspec.structs.replace(each, enabled=each.times is not None)
        if each.stage == "special"
        else msgspec.structs.replace(each, yuan=Decimal(650))
        if each.stage == "primary" and each.enabled
        else each
        for each in defaults().quotas
    )
    grant = only(allocate(one_school("A", "514", [heads(1, 20)]), changed(quotas=quotas)))
    assert grant.total == 20 * 6500_00


def test_boarders_have_a_supplement():
    grant = only(allocate(one_school("A", "311", [heads(7, 300, boarders=120)]), defaults()))
    assert (grant.parts[0].boarding, grant.total) == (120 * 200_00, 300 * 800_00 + 120 * 200_00)


def test_pupils_with_disabilities_are_at_the_special_quota():
    grant = only(allocate(one_school("A", "211", [heads(1, 200, disabled=3)]), defaults()))
    assert grant.total == 197 * 600_00 + 3 * 6000_00


def test_a_campus_counts_with_its_school_or_by_itself():
    facts = county(
        [school("A", "211"), school("B", "211", parent_id="A", counted=False)],
        {"A": [heads(1, 60)], "B": [heads(1, 30)]},
    )
    joined = allocate(facts, defaults())
    assert [(grant.school_id, grant.members, grant.total) for grant in joined.grants] == [
        ("A", ("A", "B"), 100 * 600_00)
    ]
    assert joined.grant("B") == joined.grants[0]
    apart = allocate(facts, changed(campuses="separate"))
    assert [(grant.school_id, grant.total) for grant in apart.grants] == [("A", 100 * 600_00), ("B", 100 * 600_00)]


def test_a_teaching_point_is_a_school_unless_the_county_merges_it():
    facts = county([school("A", "211"), school("P", "218", parent_id="A")], {"A": [heads(1, 200)], "P": [heads(1, 9)]})
    assert allocate(facts, defaults()).total == 200 * 600_00 + 100 * 600_00
    assert allocate(facts, changed(teaching_points="main")).total == 209 * 600_00


@pytest.mark.parametrize(
    ("private", "total", "left_out"),
    [("included", 100 * 600_00 + 5 * 200_00, ()), ("quota", 40 * 600_00, ()), ("excluded", 0, ("A",))],
)
def test_private_schools_are_the_countys_choice(private, total, left_out):
    facts = county([school("A", "211", ownership="private")], {"A": [heads(1, 40, boarders=5)]})
    found = allocate(facts, changed(private=private))
    assert (found.total, found.private_left_out) == (total, left_out)


def test_the_countys_own_quota_holds_where_it_is_higher():
    facts = one_school("A", "211", [heads(1, 200)], quota_primary=650.5)
    assert allocate(facts, defaults()).total == 200 * 650_50
    assert allocate(facts, changed(county_quota="ignored")).total == 200 * 600_00
    lower = one_school("A", "211", [heads(1, 200)], quota_primary=550.0)
    assert allocate(lower, defaults()).total == 200 * 600_00


def test_an_own_floor_of_600_for_rural_schools():
    facts = county(
        [school("A", "211", setting="220"), school("B", "211", setting="111")],
        {"A": [heads(1, 500)], "B": [heads(1, 500)]},
    )
    assert [grant.total for grant in allocate(facts, floors(0, 1)).grants] == [600 * 600_00, 500 * 600_00]


def test_the_rest_of_a_budget_is_tilted_by_pupils_and_factor():
    facts = county(
        [school("A", "211", setting="220"), school("B", "211", setting="121"), school("C", "211", setting="111")],
        {"A": [heads(1, 150)], "B": [heads(1, 300)], "C": [heads(1, 400)]},
    )
    found = allocate(facts, defaults(), total=850 * 600_00 + 1_000_01)
    # Weights 150 × 2, 300 × 1, 400 × 0: the odd fen goes to the first by code.
    assert [grant.tilt for grant in found.grants] == [500_01, 500_00, 0]
    assert (found.status, found.total) == ("full", 850 * 600_00 + 1_000_01)


def test_a_stated_fund_is_tilted_without_a_budget():
    facts = county([school("A", "211", setting="220")], {"A": [heads(1, 200)]})
    found = allocate(facts, tilted(share=Decimal("2.5")))
    assert (found.tilt_fund, found.total) == (3_000_00, 123_000_00)
    less = allocate(facts, tilted(share=Decimal("2.5")), total=121_000_00)
    assert (less.tilt_fund, less.tilt_short) == (1_000_00, 2_000_00)


def test_money_that_nobody_may_have_is_refused():
    facts = county([school("A", "211", setting="111")], {"A": [heads(1, 200)]})
    with pytest.raises(FundingError) as refused:
        allocate(facts, defaults(), total=130_000_00)
    assert "10,000.00 元" in refused.value.say("zh")
    assert "10,000.00 yuan" in refused.value.say("en")


def test_a_budget_below_the_rules_allocates_nothing_and_says_how_much_is_lacking():
    facts = one_school("A", "211", [heads(1, 200)])
    found = allocate(facts, defaults(), total=100_000_00)
    assert (found.status, found.total, found.shortage, found.guaranteed) == ("short", None, 20_000_00, 120_000_00)
    assert only(found).total == 120_000_00


def test_scaling_is_only_on_request_and_names_the_quotas_that_it_breaks():
    facts = one_school("A", "312", [heads(1, 200), heads(7, 100)])
    found = allocate(facts, defaults(), total=100_000_00, scale=True)
    assert (found.status, found.total, only(found).total) == ("scaled", 100_000_00, 100_000_00)
    assert [(each.stage, each.due, each.granted) for each in found.broken] == [
        ("primary", 600_00, 300_00.0),
        ("junior", 800_00, 400_00.0),
    ]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([heads(1, None)], "pupils"),
        ([heads(1, 200, boarders=None)], "boarders"),
        ([heads(1, 200, disabled=None)], "disabled"),
        ([heads(1, 20, boarders=30)], "contradiction"),
    ],
)
def test_what_is_not_known_is_said_and_no_total_is_claimed(rows, what):
    facts = county([school("A", "211", boarding=True), school("B", "211")], {"A": rows, "B": [heads(1, 200)]})
    found = allocate(facts, defaults())
    assert (found.status, found.total, found.guaranteed) == ("unknown", None, None)
    assert {(each.school_id, each.what) for each in found.missing} == {("A", what)}
    assert [grant.total for grant in found.grants] == [None, 200 * 600_00]


def test_a_school_that_does_not_board_needs_no_number_of_boarders():
    facts = county([school("A", "211", boarding=False)], {"A": [heads(1, 200, boarders=None)]})
    assert allocate(facts, defaults()).total == 200 * 600_00


def test_an_open_school_without_enrolment_has_not_reported():
    facts = county([school("A", "211"), school("B", "211"), school("C", "211", open_to=2020)], {"A": [heads(1, 200)]})
    found = allocate(facts, defaults())
    assert [(each.school_id, each.what) for each in found.missing] == [("B", "not_reported")]
    assert (found.status, found.total) == ("unknown", None)


def test_rows_that_wait_leave_the_school_unknown():
    facts = one_school("A", "211", [heads(1, 200)])
    waiting = msgspec.structs.replace(facts, gaps=(Gap("enrolment", "A", YEAR),))
    assert allocate(waiting, defaults()).status == "unknown"
    unlisted = msgspec.structs.replace(facts, gaps=(Gap("schools", "X"),))
    assert [(each.school_id, each.what) for each in allocate(unlisted, defaults()).missing] == [("X", "waiting")]


def test_a_quota_of_the_countys_own_that_is_blank_or_waits_leaves_the_total_unknown():
    blank = one_school("A", "211", [heads(1, 200)], quota_primary=None)
    assert [(each.school_id, each.what) for each in allocate(blank, defaults()).missing] == [("", "quota")]
    waiting = msgspec.structs.replace(one_school("A", "211", [heads(1, 200)]), gaps=(Gap("finance", COUNTY, YEAR),))
    assert allocate(waiting, defaults()).status == "unknown"
    assert allocate(waiting, changed(county_quota="ignored")).status == "full"


def test_a_tilt_needs_the_setting_of_every_school():
    facts = county([school("A", "211", setting=None), school("B", "211")], {"A": [heads(1, 200)], "B": [heads(1, 200)]})
    found = allocate(facts, defaults(), total=300_000_00)
    assert (found.status, found.total) == ("unknown", None)
    assert [(each.school_id, each.what) for each in found.missing] == [("A", "setting")]
    assert allocate(facts, defaults()).total == 240_000_00


def test_stages_without_a_quota_are_named_not_dropped():
    facts = one_school("A", "341", [heads(7, 300), heads(10, 250)])
    found = allocate(facts, defaults())
    assert found.total == 300 * 800_00
    assert [(each.stage, each.schools, each.pupils) for each in found.outside] == [("senior", 1, 250)]


def test_a_year_without_enrolment_or_quota_is_refused():
    facts = one_school("A", "211", [heads(1, 200)])
    with pytest.raises(AssessmentError):
        allocate(facts, defaults(), 2019)
    early = county([school("A", "211")], {"A": [heads(1, 200)]}, year=2010)
    with pytest.raises(FundingError):
        allocate(early, defaults())
    with pytest.raises(FundingError):
        allocate(facts, defaults(), total=-1)


def test_the_assessment_judges_what_was_allocated():
    facts = county(
        [school("A", "312"), school("S", "514")],
        {"A": [heads(1, 37), heads(7, 20)], "S": [heads(1, 20)]},
        finance=[
            {"subject_id": "A", "year": YEAR, "item": "operating_funds", "amount": 30_000.0},
            {"subject_id": "S", "year": YEAR, "item": "operating_funds", "amount": 100_000.0},
        ],
    )
    found = allocate(facts, defaults())
    told = {each.item: each for each in judged(facts, found, defaults(), load("cn-2017"))}
    assert (told["2.6"].before, told["2.6"].after) == ("unknown", "meets")
    assert (told["2.7"].before, told["2.7"].after, told["2.7"].below_before) == ("fails", "meets", ("S",))
    cut = allocate(facts, defaults(), total=found.total - 1, scale=True)
    after = {each.item: each.after for each in judged(facts, cut, defaults(), load("cn-2017"))}
    assert after["2.7"] == "fails" or after["2.6"] == "fails"


def test_nothing_is_judged_where_nothing_is_allocated():
    facts = one_school("A", "211", [heads(1, 200)])
    found = allocate(facts, defaults(), total=1)
    assert judged(facts, found, defaults(), load("cn-2017")) == ()
    with pytest.raises(ValueError, match="nothing is allocated"):
        granted(facts, found)


def _kept(pupils_before, funds_before, pupils, **also):
    facts = county(
        [school("A", "211")],
        {"A": [heads(1, pupils)]},
        before={"A": [heads(1, pupils_before)]},
        finance=[
            {"subject_id": "A", "year": YEAR - 1, "item": "operating_funds", "amount": funds_before},
            *also.get("finance", ()),
        ],
    )
    return never_less(facts, allocate(facts, defaults()), defaults())


def _school(kept):
    return next(each for each in kept if each.kind == "school")


@pytest.mark.parametrize(
    ("pupils_before", "funds_before", "pupils", "outcome"),
    [
        (200, 120_000.0, 200, "kept"),
        (200, 120_000.01, 200, "broken"),
        (220, 132_000.0, 200, "fewer_pupils"),
        (18, 60_000.0, 19, "more_pupils"),
        (200, 130_000.0, 190, "broken"),
    ],
)
def test_a_school_against_last_year(pupils_before, funds_before, pupils, outcome):
    kept = _kept(pupils_before, funds_before, pupils)
    assert _school(kept).outcome == outcome
    per_pupil = next(each for each in kept if each.kind == "county_per_pupil")
    assert per_pupil.outcome == ("broken" if outcome in ("broken", "more_pupils") else "kept")


def test_a_quota_below_last_years_is_told_with_both():
    finance = [{"subject_id": COUNTY, "year": YEAR - 1, "item": "quota_primary", "amount": 650.0}]
    kept = _kept(200, 100_000.0, 200, finance=finance)
    quota = next(each for each in kept if each.kind == "quota" and each.subject == "primary")
    assert (quota.outcome, quota.before, quota.after) == ("broken", 650_00, 600_00)
    assert kept[0].outcome == "broken"
