"""``plan path`` and ``plan costs`` on the command line: sentences in both languages, JSON, refusals and exit codes."""

from __future__ import annotations

import json

import pytest
from path_county import School, county

from jiaoheng.county import snapshots

PASSES = School("A", 200)
BELOW = School("B", 300, facilities={"equipment_value": 450_000.0, "sports_ground_area": 1950.0})
"""150 000 yuan of equipment, or 300 m² of grounds for 105 000 yuan and 60 000 for the floor."""


def kept(folder, *schools):
    snapshots.write(county(*schools), folder)
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return kept(tmp_path_factory.mktemp("below"), PASSES, BELOW)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return kept(tmp_path_factory.mktemp("good"), PASSES)


def path(jiaoheng, store, *words, **also):
    return jiaoheng("plan", "path", store, "--until", "2026", "--seconds", "20", *words, **also)


def answer(jiaoheng, store, *words):
    code, out, _ = path(jiaoheng, store, "--json", "-", *words)
    return code, json.loads(out)


@pytest.mark.parametrize(("lang", "words"), [("zh", ("15 万元", "购置", "已经证明")), ("en", ("150,000", "equipment"))])
def test_the_plan_is_told_in_both_languages(jiaoheng, store, lang, words):
    code, out, err = path(jiaoheng, store, lang=lang)
    assert code == 0, err
    flat = " ".join(out.split())
    assert "{" not in flat
    for word in words:
        assert word in flat


def test_the_answer_in_json_has_moves_certificate_and_years(jiaoheng, store):
    code, told = answer(jiaoheng, store)
    assert code == 0
    assert [(m["kind"], m["school_id"], m["amount"]) for m in told["moves"]] == [("buy_equipment", "B", 150_000.0)]
    assert (told["certificate"]["status"], told["certificate"]["objective"]) == ("optimal", 150_000.0)
    assert (told["before"]["verdict"], told["after"][-1]["verdict"]) == ("fails", "meets")
    assert told["sentences"]


def test_a_county_that_passes_already_ends_well_with_nothing_to_do(jiaoheng, good):
    code, told = answer(jiaoheng, good)
    assert (code, told["moves"], told["certificate"]["objective"]) == (0, [], 0.0)


def test_a_budget_in_wan_is_understood_and_too_small_a_one_ends_with_1(jiaoheng, store):
    assert answer(jiaoheng, store, "--budget", "300万")[0] == 0
    code, told = answer(jiaoheng, store, "--budget", "5万")
    assert code == 1
    assert told["certificate"]["unit"] == "pupils"
    assert told["next_steps"]


def test_budgets_by_year(jiaoheng, store):
    code, told = answer(jiaoheng, store, "--budgets", "2025=20万")
    assert (code, told["moves"][0]["begun"]) == (0, 2025)
    assert answer(jiaoheng, store, "--budgets", "2025=1万，2026=20万")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--budgets", "2025:20万"),
        ("--budgets", "2025=很多"),
        ("--budget", "很多"),
        ("--budget", "inf"),
        ("--budget", "nan"),
        ("--first", "city"),
        ("--tolerance", "0"),
        ("--tolerance", "2"),
        ("--seconds", "nan"),
        ("--seconds", "-1"),
        ("--standard", "basic-2012"),
        ("--until", "2025"),
        ("--until", "2100"),
        ("--costs", "nowhere.toml"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_ends_with_2(jiaoheng, store, words):
    for lang in ("zh", "en"):
        code, out, err = path(jiaoheng, store, *words, lang=lang)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        assert "{" not in err
        assert err.strip()


def test_a_slip_in_the_costs_is_told_with_its_line_and_the_remedy(jiaoheng, store, tmp_path):
    file = tmp_path / "costs.toml"
    file.write_text('[[levers]]\nkind = "buy_equipment"\ncost = -1.0\n\n[sites.B]\nbuild_ground = -5.0\n', "utf-8")
    code, _, err = path(jiaoheng, store, "--costs", file)
    assert code == 2
    assert "costs.toml:3" in err
    assert "costs.toml:6" in err
    assert "不小于 0" in err


def test_costs_that_are_no_text_in_utf_8_are_refused_in_words(jiaoheng, store, tmp_path):
    file = tmp_path / "costs.toml"
    file.write_bytes('[[levers]]\nkind = "hire"\ncost = 1.0\nsource = "县财政局"\n'.encode("gbk"))
    code, _, err = path(jiaoheng, store, "--costs", file)
    assert code == 2
    assert "UTF-8" in err
    assert path(jiaoheng, store, "--costs", tmp_path)[0] == 2


def test_the_costs_that_are_printed_can_be_given_back(jiaoheng, store, tmp_path):
    code, out, _ = jiaoheng("plan", "costs")
    assert code == 0
    file = tmp_path / "costs.toml"
    file.write_text(out, "utf-8-sig")
    assert answer(jiaoheng, store, "--costs", file)[0] == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_curve_is_a_table_or_json(jiaoheng, store, lang):
    code, out, _ = path(jiaoheng, store, "--curve", lang=lang)
    assert code == 0
    assert "2/2" in out
    code, out, _ = path(jiaoheng, store, "--curve", "--json", "-")
    points = json.loads(out)["curve"]
    assert (code, len(points), points[-1]["passing"]) == (0, 11, 2)


def test_what_is_not_known_is_said_and_not_called_a_small_budget(jiaoheng, tmp_path):
    store = kept(tmp_path, PASSES, School("B", 300, facilities={"equipment_value": None}))
    for lang, unknown, never in (("zh", "B校", "预算"), ("en", "B校", "budget")):
        code, out, _ = path(jiaoheng, store, lang=lang)
        out = out.replace("\n", "")
        assert code == 1
        assert unknown in out
        assert never not in out
