"""Promises against the straight line from their baseline to the year they are due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from six_schools import YEAR, rows

from jiaoheng.county import build
from jiaoheng.findings import AssessmentError, assess, changes, explain, words
from jiaoheng.findings.pace import Figure, progress
from jiaoheng.findings.plan_words import pace_label, target_label
from jiaoheng.findings.telling import account
from jiaoheng.standards import Check, Pace, Threshold, load, parse

HEAD = """id = "plan"
label = { zh = "某县规划", en = "A plan" }
document = "某县规划"
in_force_from = 2021-01-01
areas = [{ id = "teachers", label = { zh = "教师", en = "Teachers" } }]
"""


def _plan(*checks, reported="ratio"):
    """A plan with one item a check, whose figure may be reported as ``ratio.1`` and so on."""
    items = "".join(
        f"""
[[items]]
id = "{place}"
area = "teachers"
label = {{ zh = "承诺{place}", en = "Promise {place}" }}
article = "“原文”（第 1—9 字）"
confidence = "B"
sources = ["某县规划"]
unit = {{ zh = "%", en = "%" }}
reported = "{reported}.{place}"
[[items.checks]]
id = "{place}"
scope = "county"
{check}
"""
        for place, check in enumerate(checks, start=1)
    )
    return parse(HEAD + items, "plan.toml")


TRAINED = 'formula = "county_percent"\ninputs = ["primary_trained_360h"]\nper = ["primary_teachers"]\n'


def _facts(*, now=63, then=None, first=2021):
    """Six schools where so many of the 63 primary teachers are trained, and so many in the plan's first year."""
    facts = rows()
    own = next(row for row in facts["staff"] if row["school_id"] == "A")
    own["trained_360h"] = now - 41
    if then is not None:
        for table in ("enrolment", "staff"):
            facts[table] += [row | {"year": first} for row in facts[table] if row["year"] == YEAR]
        early = next(row for row in facts["staff"] if (row["school_id"], row["year"]) == ("A", first))
        early["trained_360h"] = then - 41
    return facts


def _check(limit=None, **pace):
    limits = (Threshold(**limit),) if limit else ()
    return Check("1", "county_amount", limits, ("primary_backbone",), pace=Pace(**pace))


def _at(value):
    return Figure(value, value, value, "computed") if value is not None else Figure()


def _state(check, now, year, start=None):
    found = progress(check, "1", now if isinstance(now, Figure) else _at(now), _at(start), year)
    return found.state, found.reason


LINE = _check({"at_least": 90.0}, baseline=80.0, baseline_year=2020, due=2025)


@pytest.mark.parametrize(
    ("now", "year", "expected"),
    [
        (90.0, 2021, ("met", "")),
        (84.0, 2022, ("on_track", "")),  # the line: 80 + 10 × 2/5
        (83.999, 2022, ("behind", "")),
        (80.0, 2020, ("on_track", "")),
        (89.999, 2025, ("behind", "due")),
        (89.999, 2026, ("behind", "overdue")),
        (95.0, 2026, ("met", "")),
        (85.0, 2019, ("unknown", "not_begun")),
        (None, 2022, ("unknown", "no_value")),
    ],
)
def test_a_figure_against_the_line(now, year, expected):
    assert _state(LINE, now, year) == expected


def test_less_is_wanted_where_the_limit_is_an_upper_one():
    check = _check({"at_most": 3.0}, baseline=13.0, baseline_year=2020, due=2025)
    assert _state(check, 9.0, 2022) == ("on_track", "")
    assert _state(check, 9.1, 2022) == ("behind", "")
    assert _state(check, 3.0, 2022) == ("met", "")


def test_what_must_be_over_or_under_is_not_met_by_the_limit_itself():
    over = _check({"above": 92.06}, due=2023)
    assert _state(over, 92.06, 2023) == ("behind", "due")
    assert _state(over, 92.07, 2023) == ("met", "")
    under = _check({"below": 5.0}, due=2023)
    assert _state(under, 5.0, 2024) == ("behind", "overdue")
    assert _state(under, 4.99, 2024) == ("met", "")


def test_without_a_baseline_nothing_is_said_of_the_pace_before_the_due_year():
    check = _check({"at_least": 90.0}, due=2025, baseline_year=2021)
    assert _state(check, 85.0, 2023) == ("unknown", "no_baseline")
    assert _state(check, 85.0, 2023, start=80.0) == ("on_track", "")
    assert _state(check, 84.9, 2023, start=80.0) == ("behind", "")
    assert _state(check, 85.0, 2025) == ("behind", "due")
    assert _state(check, 90.0, 2023) == ("met", "")


def test_what_is_reached_before_its_year_and_what_is_always_to_be_kept_are_told_apart():
    item = load("cn-2017").item("1.1")
    for pace, told in ((Pace(due=2025), "2025 年到期，已经提前实现"), (Pace(), "没有期限，应一直保持")):
        check = Check("1", "county_amount", (Threshold(at_least=90.0),), ("primary_backbone",), pace=pace)
        found = progress(check, "1", _at(91.0), Figure(), 2023)
        assert found.state == "met"
        assert pace_label(found, item, "zh") == told


def test_without_a_date_only_what_is_reached_is_known():
    check = _check({"at_least": 90.0}, baseline=80.0, baseline_year=2020)
    assert _state(check, 90.0, 2030) == ("met", "")
    assert _state(check, 89.0, 2030) == ("unknown", "no_due")


def test_what_was_better_than_the_target_must_keep_the_target_only():
    check = _check({"at_least": 100.0}, baseline=111.0, baseline_year=2020, due=2025)
    assert _state(check, 100.0, 2021) == ("met", "")
    assert _state(check, 99.0, 2021) == ("behind", "")


def test_a_change_is_from_the_figure_of_its_baseline_year():
    more = _check(None, change=3000.0, baseline_year=2020, due=2025)
    assert _state(more, 11_800.0, 2023, start=10_000.0) == ("on_track", "")
    assert _state(more, 11_799.0, 2023, start=10_000.0) == ("behind", "")
    assert _state(more, 13_000.0, 2023, start=10_000.0) == ("met", "")
    assert _state(more, 13_000.0, 2023) == ("unknown", "no_start")
    less = _check(None, change=-2.0, baseline=50.0, baseline_year=2020, due=2024)
    assert _state(less, 49.0, 2022) == ("on_track", "")
    assert _state(less, 49.1, 2022) == ("behind", "")


def test_a_yearly_change_adds_up():
    check = _check(None, change=-0.5, yearly=True, baseline=53.0, baseline_year=2020, due=2024)
    assert progress(check, "1", _at(52.0), _at(None), 2022).target == 51.0
    assert _state(check, 52.0, 2022) == ("on_track", "")
    assert _state(check, 52.1, 2022) == ("behind", "")
    endless = _check(None, change=-0.5, yearly=True, baseline=53.0, baseline_year=2020)
    assert _state(endless, 52.0, 2022) == ("met", "")
    assert _state(endless, 52.1, 2022) == ("behind", "")


def test_bounds_decide_only_what_holds_for_all_between_them():
    check = _check({"at_most": 0.0}, baseline=10.0, baseline_year=2020, due=2025)
    assert _state(check, Figure(None, 0.0, 6.0), 2022) == ("on_track", "")
    assert _state(check, Figure(None, 5.0, 7.0), 2022) == ("unknown", "bounds")
    assert _state(check, Figure(None, 7.0, None), 2022) == ("behind", "")
    assert _state(check, Figure(None, 1.0, None), 2022) == ("unknown", "bounds")


def test_about_is_not_missed_by_a_little():
    check = _check({"at_least": 100.0}, due=2025, about=True)
    assert _state(check, 96.0, 2026) == ("unknown", "about")
    assert _state(check, 94.0, 2026) == ("behind", "overdue")
    assert _state(check, 100.0, 2026) == ("met", "")


def test_an_assessment_tells_each_promise_and_measures_the_baseline_year_itself():
    # 63 teachers; 42 trained in 2021 are 66.67 %; in 2025, of 2027, the line to 100 % asks for 88.89 %.
    plan = _plan(TRAINED + "limits = [{ at_least = 100 }]\npace = { due = 2027, baseline_year = 2021 }")
    (found,) = assess(build(_facts(now=57, then=42)), plan).progress
    assert (found.state, found.baseline_basis) == ("on_track", "computed")
    assert found.baseline == pytest.approx(4200 / 63)
    assert found.required == pytest.approx(4200 / 63 + (100 - 4200 / 63) * 4 / 6)
    (found,) = assess(build(_facts(now=55, then=42)), plan).progress
    assert found.state == "behind"
    (found,) = assess(build(_facts(now=55)), plan).progress
    assert (found.state, found.reason, found.value) == ("unknown", "no_baseline", pytest.approx(5500 / 63))


def test_the_verdict_counts_the_promises_in_words():
    limit = "limits = [{ at_least = %s }]\n"
    plan = _plan(
        TRAINED + limit % 80 + "pace = { due = 2027, baseline = 50, baseline_year = 2021 }",
        TRAINED + limit % 100 + "pace = { due = 2027, baseline = 60, baseline_year = 2021 }",
        TRAINED + limit % 95 + "pace = { due = 2024 }",
        TRAINED + limit % 95 + "pace = { due = 2027 }",
        TRAINED + limit % 99,
    )
    facts = build(_facts(now=57))  # 90.48 %
    result = assess(facts, plan)
    assert [found.state for found in result.progress] == ["met", "on_track", "behind", "unknown", "behind"]
    assert [found.reason for found in result.progress][2:] == ["overdue", "no_baseline", "norm"]
    first = next(words.sentences(result, plan, facts, "zh"))
    assert first == "对照某县规划，2025 学年测算 5 项承诺：1 项已实现，1 项进度正常，2 项滞后，1 项尚无法判断。"
    assert "1 on track, 2 behind" in next(words.sentences(result, plan, facts, "en"))
    assert result.verdict == "fails"
    assert [finding.item for finding in result.findings if finding.kind == "county"] == ["3", "5"]
    line = words.finding_line(result.findings[0], plan, facts, "zh")
    assert "滞后（已过期）" in line
    assert "90.48%" in line
    assert "不低于 95%" in line


def test_items_and_figures_of_a_plan_keep_the_words_of_other_standards():
    plan = _plan(TRAINED + "limits = [{ at_least = 100 }]\npace = { due = 2027, baseline = 60, baseline_year = 2021 }")
    result = assess(build(_facts(now=57)), plan)
    assert [(item.status, item.basis) for item in result.items] == [("meets", "computed")]
    value = next(value for value in result.values if value.check == "1")
    assert (value.status, value.threshold) == ("meets", pytest.approx(60 + 40 * 4 / 6))
    assert (result.verdict, result.findings, result.balance, result.schools) == ("meets", (), (), ())


def test_what_the_tables_do_not_show_is_taken_from_the_report():
    facts = _facts()
    for row in facts["staff"]:
        row["trained_360h"] = None
    plan = _plan(TRAINED + "limits = [{ at_least = 90 }]\npace = { due = 2027, baseline_year = 2021 }")
    (found,) = assess(build(facts), plan).progress
    assert (found.state, found.missing) == ("unknown", "primary_trained_360h")
    facts["reported"] = [
        {"subject_id": "410998", "indicator": "ratio.1", "year": year, "value": value, "evidence": "年报"}
        for year, value in ((YEAR, 86.0), (2021, 78.0))
    ]
    (found,) = assess(build(facts), plan).progress
    assert (found.state, found.basis, found.baseline_basis) == ("on_track", "reported", "reported")
    assert found.required == 86.0
    (told,) = explain(build(facts), plan, "六校县", "1")
    assert (told.formula, told.value, told.status) == ("reported", 86.0, "meets")
    assert told.inputs[0].rows[0].key["evidence"] == "年报"
    facts["reported"][0]["evidence"] = ""
    (found,) = assess(build(facts), plan).progress
    assert found.state == "unknown"


def test_a_norm_that_is_reported_is_explained_by_the_report():
    facts = _facts()
    for row in facts["staff"]:
        row["trained_360h"] = None
    facts["reported"] = [
        {"subject_id": "410998", "indicator": "ratio.1", "year": YEAR, "value": 96.0, "evidence": "年报"}
    ]
    limit = "limits = [{ at_least = 95 }]\n"
    plan = _plan(TRAINED + limit, TRAINED + limit + "pace = { due = 2027 }")
    first, second = assess(build(facts), plan).progress
    assert (first.state, first.basis, second.state) == ("met", "reported", "unknown")
    (told,) = explain(build(facts), plan, "六校县", "1")
    assert (told.formula, told.value, [entry.name for entry in told.inputs]) == ("reported", 96.0, ["value"])


def test_a_reported_change_is_measured_between_two_reports():
    check = 'formula = "reported"\ninputs = ["myopia"]\npace = { change = -0.5, yearly = true, baseline_year = 2021 }'
    facts = rows() | {
        "reported": [
            {"subject_id": "410998", "indicator": "myopia", "year": year, "value": value, "evidence": "年报"}
            for year, value in ((YEAR, 51.0), (2021, 53.0))
        ]
    }
    plan = _plan(check)
    (found,) = assess(build(facts), plan).progress
    assert (found.state, found.target) == ("met", 51.0)
    assert target_label(found, plan.items[0], "zh") == "2021 年起每年减少 0.5 个百分点（不超过 51%）"
    facts["reported"].pop()
    (found,) = assess(build(facts), plan).progress
    assert (found.state, found.reason) == ("unknown", "no_start")
    assert "没有 2021 年的数值" in pace_label(found, plan.items[0], "zh")
    assert "0.5 percentage points less every year" in target_label(found, plan.items[0], "en")


def test_one_figure_of_a_plan_is_taken_apart():
    plan = _plan(
        TRAINED + "limits = [{ at_least = 100 }]\npace = { due = 2027, baseline = 60, baseline_year = 2021 }\n"
        'note = { zh = "口径说明", en = "What it means" }'
    )
    facts = build(_facts(now=57))
    (told,) = explain(facts, plan, "六校县", "1")
    assert (told.numerator, told.denominator, told.status) == (57, 63, "meets")
    assert {row.key["school_id"]: row.amount for row in told.inputs[0].rows} == {
        "A": 22.0,
        "B": 5.0,
        "D": 18.0,
        "F": 12.0,
    }
    said = account(told, plan, "zh")
    assert said.formula == "小学五年满 360 学时教师 ÷ 小学专任教师 × 100%"
    assert said.threshold == "不低于 100%；从 2021 年的 60%（规划起点）起，按直线今年应为 86.67%，2027 年到期"
    assert (said.status, said.note) == ("进度正常", "口径说明")
    assert "“原文”（第 1—9 字）" in said.article
    with pytest.raises(AssessmentError):
        explain(facts, plan, "A", "1")


def test_rows_that_add_nothing_are_not_listed():
    check = 'formula = "county_bounded"\ninputs = ["junior_classes_from_46"]\nlimits = [{ at_most = 0 }]\npace = {}'
    (told,) = explain(build(rows()), _plan(check), "六校县", "1")
    assert [(row.key["school_id"], row.amount) for row in told.inputs[0].rows] == [("C", 12.0)]


def test_two_years_of_a_plan_can_be_compared():
    plan = _plan(TRAINED + "limits = [{ at_least = 95 }]\npace = { due = 2025, baseline = 50, baseline_year = 2020 }")
    before, after = (assess(build(_facts(now=now)), plan) for now in (50, 61))
    assert (before.verdict, after.verdict) == ("fails", "meets")
    assert [finding.item for finding in changes(before, after).solved] == ["1"]


def test_a_standard_without_pace_has_no_progress():
    from jiaoheng.standards import load

    assert assess(build(rows()), load("cn-2017")).progress == ()


_ORDER = ("behind", "on_track", "met")


@given(
    start=st.floats(-1e6, 1e6),
    target=st.floats(-1e6, 1e6),
    years=st.integers(1, 20),
    elapsed=st.integers(0, 25),
    figures=st.tuples(st.floats(-2e6, 2e6), st.floats(-2e6, 2e6)),
    sense=st.sampled_from(["at_least", "above", "at_most", "below"]),
)
def test_a_better_figure_never_stands_worse(start, target, years, elapsed, figures, sense):
    check = _check({sense: target}, baseline=start, baseline_year=2000, due=2000 + years)
    low, high = sorted(figures)
    worse, better = (high, low) if sense in ("at_most", "below") else (low, high)
    places = [_ORDER.index(_state(check, value, 2000 + elapsed)[0]) for value in (worse, better)]
    assert places == sorted(places)


@given(start=st.floats(0, 100), target=st.floats(0, 100), years=st.integers(1, 10))
def test_the_line_begins_at_the_baseline_and_ends_at_the_target(start, target, years):
    check = _check({"at_least": target}, baseline=start, baseline_year=2000, due=2000 + years)
    ends = [progress(check, "1", _at(-1.0), Figure(), year).required for year in (2000, 2000 + years)]
    assert ends == [min(start, target), target]
