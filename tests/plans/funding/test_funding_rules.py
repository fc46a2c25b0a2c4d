"""The rules as a file: what comes with the program, what is refused and where, whose approval an expense needs."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from jiaoheng.plans.funding import RulesError, defaults, load, parse
from jiaoheng.plans.funding.rule_words import choices, rule_lines
from jiaoheng.plans.funding.rules import FILE, approval, in_force

TEXT = FILE.read_text(encoding="utf-8")


def refused(text: str) -> RulesError:
    with pytest.raises(RulesError) as error:
        parse(text, "rules.toml")
    for language in ("zh", "en"):
        assert "{" not in error.value.say(language)
    return error.value


def test_every_default_has_a_source_and_nothing_unverified_is_in_use():
    rules = defaults()
    every = [*rules.quotas, *rules.boarding, *rules.floors, *rules.approvals, rules.inclusive, rules.tilt]
    assert len(every) > 15
    assert all(each.source.zh and each.source.en for each in every)
    assert {each.confidence for each in every if each.enabled} == {"A", "assumption"}
    assert [each.enabled for each in every if each.confidence == "C"] == [False] * 4


def test_the_quota_in_force_is_of_the_region_and_the_year():
    rules = defaults()
    assert in_force(rules, "primary", 2025).yuan == 600
    assert (
        in_force(parse(TEXT.replace('region = "central_west"\n#', 'region = "east"\n#'), "x"), "primary", 2025).yuan
        == 650
    )
    assert in_force(rules, "primary", 2015) is None


def test_of_two_quotas_the_one_that_began_last_is_in_force():
    text = TEXT.replace(
        'since = 2023\nyuan = 720\nconfidence = "C"\nenabled = false', 'since = 2023\nyuan = 720\nconfidence = "county"'
    )
    rules = parse(text, "x")
    assert [in_force(rules, "primary", year).yuan for year in (2022, 2023, 2025)] == [600, 720, 720]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("yuan = 600", "yuan = 600.005", "not_fen"),
        ("yuan = 600", "yuan = -1", "no_amount"),
        ("yuan = 600", "yuan = nan", "no_amount"),
        ("yuan = 600", 'yuan = "sechshundert"', "wrong_value"),
        ("yuan = 600", "amount = 600", "unknown_field"),
        ('stage = "primary"\nregion', "region", "missing_field"),
        ('stage = "primary"\nregion', 'stage = "elementary"\nregion', "no_such_value"),
        ("since = 2016\nyuan = 600", 'since = "2016"\nyuan = 600', "wrong_type"),
        ("yuan = 600", "yuan = 600\ntimes = 2", "yuan_or_times"),
        ("since = 2016\nyuan = 600\n", "since = 2016\n", "yuan_or_times"),
        ('times = 10\nof = "primary"\n', "times = 10\n", "times_of"),
        ('times = 10\nof = "primary"\n', 'times = 10\nof = "special"\n', "times_of"),
        ('of = "primary"\nconfidence = "B"\nenabled = false', 'of = "senior"\nconfidence = "B"', "times_of_nothing"),
        ('yuan = 720\nconfidence = "C"\nenabled = false', 'yuan = 720\nconfidence = "C"', "unverified"),
        (
            'since = 2023\nyuan = 720\nconfidence = "C"\nenabled = false',
            'since = 2023\nyuan = 550\nconfidence = "county"',
            "below_base",
        ),
        (
            'since = 2023\nyuan = 720\nconfidence = "C"\nenabled = false',
            'since = 2016\nyuan = 720\nconfidence = "county"',
            "twice",
        ),
        ('yuan = 300\nconfidence = "C"\nenabled = false\nsource', 'yuan = 300\nconfidence = "C"\nsource', "unverified"),
        ("pupils = 100", "pupils = 0", "no_floor"),
        (
            'pupils = 600\nsettings = ["rural"]\nconfidence = "B"\nenabled = false',
            'pupils = 600\nconfidence = "B"',
            "twice",
        ),
        ("share = 0", "share = 1\nyuan = 5", "tilt_twice"),
        ("rural = 2", "rural = -2", "no_factor"),
        ("up_to = 50000", "up_to = 5000", "approval_twice"),
        ('by = "bureau"', 'up_to = 90000\nby = "bureau"', "approval_open"),
        ('private = "included"', 'private = "included', "not_toml"),
    ],
)
def test_a_slip_or_contradiction_is_refused_in_words(old, new, code):
    assert old in TEXT
    error = refused(TEXT.replace(old, new, 1))
    assert error.code == code
    assert "rules.toml" in error.say("zh")


def test_a_slip_is_told_with_its_line():
    text = TEXT.replace("yuan = 600", "yuan = 600.005")
    line = text[: text.index("600.005")].count("\n") + 1
    assert f"rules.toml:{line} quotas[1].yuan" in refused(text).say("zh")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(RulesError) as error:
        load(path)
    assert error.value.code == "not_utf8"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load(path) == defaults()


@pytest.mark.parametrize(
    ("yuan", "by"),
    [("0.01", "head"), ("5000", "head"), ("5000.01", "council"), ("50000", "council"), ("50000.01", "bureau")],
)
def test_who_approves_an_expense(yuan, by):
    assert approval(defaults(), Decimal(yuan)).by == by


def test_every_rule_is_told_in_both_languages():
    rules = defaults()
    for language in ("zh", "en"):
        lines = list(rule_lines(rules, language))
        assert len(lines) == 19
        assert all(line.label and line.value and line.source and line.confidence for line in lines)
        assert choices(rules, language)
    assert not re.search(
        r"[\u4e00-\u9fff]", "".join(line.label + line.value + line.source for line in rule_lines(rules, "en"))
    )


def test_a_rule_that_a_later_one_follows_says_so():
    text = TEXT.replace('yuan = 300\nconfidence = "C"\nenabled = false', 'yuan = 300\nconfidence = "county"')
    told = [line.value for line in rule_lines(parse(text, "x"), "zh") if line.label == "寄宿生补助"]
    assert ["更晚" in value for value in told] == [True, False]
