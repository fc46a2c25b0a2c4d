"""The pace of a standard's items, standards without rules on the whole, and limits that are to be exceeded."""

from __future__ import annotations

import pytest
from six_schools import county, rows

from jiaoheng.county import build
from jiaoheng.findings import assess, words
from jiaoheng.standards import Pace, StandardError, load, names, parse

HEAD = """id = "own"
label = { zh = "本县规划", en = "Own" }
document = "本县"
in_force_from = 2024-01-01
areas = [{ id = "all", label = { zh = "全部", en = "All" } }]
[[items]]
id = "1"
area = "all"
label = { zh = "指标", en = "Item" }
article = "第一条"
confidence = "B"
sources = ["S1"]
"""
SHARE = 'formula = "county_percent", scope = "county", inputs = ["primary_certified"], per = ["primary_teachers"]'
LIMIT = "limits = [{ at_least = 90 }]"


def _parsed(check, more=""):
    return parse(f'{HEAD}{more}\nchecks = [{{ id = "1", {check} }}]\n', "own.toml")


def test_a_pace_is_read():
    plan = _parsed(f"{SHARE}, {LIMIT}, pace = {{ baseline = 80.5, baseline_year = 2020, due = 2025 }}")
    assert plan.items[0].checks[0].pace == Pace(2025, 80.5, 2020)
    assert plan.is_plan


def test_the_standards_of_the_program_have_no_pace():
    assert not any(load(name).is_plan for name in names())


@pytest.mark.parametrize(
    ("check", "slip"),
    [
        (f"{SHARE}, pace = {{ due = 2025 }}", "either one limit or a change"),
        (f"{SHARE}, {LIMIT}, pace = {{ change = 3, baseline_year = 2020 }}", "either one limit or a change"),
        (f"{SHARE}, pace = {{ change = 3 }}", "needs the baseline_year"),
        (f"{SHARE}, pace = {{ change = 0, baseline_year = 2020 }}", "more or less than 0"),
        (f"{SHARE}, {LIMIT}, pace = {{ yearly = true }}", "is a change"),
        (f"{SHARE}, {LIMIT}, pace = {{ baseline = 80 }}", "needs its baseline_year"),
        (f"{SHARE}, {LIMIT}, pace = {{ baseline = nan, baseline_year = 2020 }}", "finite"),
        (f"{SHARE}, {LIMIT}, pace = {{ due = 2025, baseline_year = 2025 }}", "not before 2025"),
        (f"{SHARE}, limits = [{{ at_least = 9 }}, {{ at_least = 8 }}], pace = {{}}", "one limit"),
        (
            'formula = "per_pupil", inputs = ["books"], limits = [{ at_least = 1 }], pace = {}',
            "only those of the whole",
        ),
        ('formula = "county_percent", scope = "county", inputs = ["primary_certified"]', "needs per"),
        (
            'formula = "county_amount", scope = "county", inputs = ["primary_teachers"], per = ["primary_pupils"]',
            "has no per",
        ),
        ('formula = "county_amount", scope = "county", inputs = ["primary_nothing"]', "no figure of a county"),
        (f"{SHARE}, {LIMIT}, pace = {{ until = 2025 }}", "unknown field"),
    ],
)
def test_a_slip_in_a_pace_is_told_with_its_line(check, slip):
    with pytest.raises(StandardError, match=slip) as refused:
        _parsed(check)
    assert "own.toml:" in str(refused.value)


def test_only_one_check_may_be_reported_under_another_number():
    two = f'checks = [{{ id = "1", {SHARE}, {LIMIT} }}, {{ id = "2", {SHARE}, {LIMIT} }}]'
    with pytest.raises(StandardError, match="has one check"):
        parse(f'{HEAD}reported = "x"\n{two}\n', "own.toml")


def test_a_rule_for_schools_needs_the_rule_of_balance():
    rule = '[schools]\narea = "all"\nat_least = 1\nfloor = 0.9\narticle = "—"\n'
    check = 'checks = [{ id = "1", formula = "per_pupil", inputs = ["books"], limits = [{ at_least = 1 }] }]'
    with pytest.raises(StandardError, match="a rule for schools needs"):
        parse(HEAD.replace("[[items]]", f"{rule}[[items]]") + check, "own.toml")


def test_a_standard_without_rules_on_the_whole_is_assessed():
    plain = _parsed(f"{SHARE}, {LIMIT}")
    result = assess(county(), plain)
    assert (result.balance, result.schools, result.progress) == ((), (), ())
    assert (result.verdict, result.items[0].status) == ("meets", "meets")
    assert next(words.sentences(result, plain, county(), "zh")) == "六校县已达到本县规划的要求。"
    assert (plain.balanced_area, plain.ruled_area) == ("", "")


@pytest.mark.parametrize(("limit", "status"), [(99.9, "meets"), (100, "fails")])
def test_a_figure_must_be_above_what_is_to_be_exceeded(limit, status):
    result = assess(county(), _parsed(f"{SHARE}, limits = [{{ above = {limit} }}]"))
    assert result.items[0].status == status


def test_above_counts_for_a_schools_figure_too():
    check = 'formula = "per_pupil", inputs = ["equipment_value"], limits = [{ above = 2000 }]'
    values = {(v.school_id, v.stage): v.status for v in assess(county(), _parsed(check)).values}
    assert (values["A", "primary"], values["D", "primary"]) == ("fails", "meets")  # 2000 and 2500


def test_a_reported_figure_is_asked_for_by_the_name_it_is_reported_under():
    plain = _parsed('formula = "reported", inputs = ["myopia"], limits = [{ at_most = 50 }]')
    result = assess(county(), plain)
    line = words.finding_line(result.findings[0], plain, county(), "zh")
    assert "填指标编号 myopia" in line
    facts = rows() | {
        "reported": [
            {"subject_id": "410998", "indicator": "myopia", "year": 2025, "value": 49.0, "evidence": "监测报告"}
        ]
    }
    assert assess(build(facts), plain).verdict == "meets"
