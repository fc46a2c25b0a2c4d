"""The standards that come with the program, and what a file with a slip is told."""

from collections import Counter

import pytest

from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.standards import StandardError, load, names
from jiaoheng.standards.indicators import catalogue

ITEM = """
[[items]]
id = "1.1"
area = "resources"
label = { zh = "指标", en = "Item" }
article = "第六条"
confidence = "A"
sources = ["S1"]
checks = [{ id = "1.1", formula = "per_pupil", scope = "balanced", inputs = ["books"], limits = [{ at_least = 1 }] }]
"""
HEAD = """id = "own"
label = { zh = "本县标准", en = "Own" }
document = "本县"
in_force_from = 2024-01-01
areas = [{ id = "resources", label = { zh = "资源", en = "Resources" } }]
[balance]
area = "resources"
limits = { primary = 0.5 }
article = "—"
"""


def test_there_are_the_standards_that_are_meant_to_be():
    assert names() == ("basic-2012", "cn-2017", "cn-2017-shenyang")


def test_national_standard_has_its_32_items_by_area():
    items = [item for item in load("cn-2017").items if not item.advisory]
    assert Counter(item.area for item in items) == {"resources": 7, "government": 15, "quality": 9, "satisfaction": 1}
    assert [item.id for item in items][:8] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1"]


def test_national_thresholds_floors_and_limits():
    standard = load("cn-2017")
    thresholds = {
        item.id: tuple(limit.value for limit in item.checks[0].limits) for item in standard.of_area("resources")
    }
    assert thresholds == {
        "1.1": (4.2, 5.3),
        "1.2": (1, 1),
        "1.3": (0.9, 0.9),
        "1.4": (4.5, 5.8),
        "1.5": (7.5, 10.2),
        "1.6": (2000, 2500),
        "1.7": (2.3, 2.4),
    }
    assert (standard.schools.at_least, standard.schools.floor) == (6, 0.85)
    assert dict(standard.balance.limits) == {"primary": 0.50, "junior": 0.45}


@pytest.mark.parametrize("name", names())
def test_every_item_has_article_source_confidence_and_both_languages(name):
    for item in load(name).items:
        assert item.article
        assert item.sources
        assert item.label.zh != item.label.en
        assert item.confidence != "C" or item.advisory


def test_every_formula_is_used():
    used = {check.formula for name in names() for item in load(name).items for check in item.checks}
    assert used | {indicator.formula for indicator in catalogue().indicators} == FORMULAS.keys()


def test_basic_balance_judges_nothing():
    standard = load("basic-2012")
    assert len(standard.items) == 8
    assert not any(check.limits for item in standard.items for check in item.checks)
    assert standard.balance.combined.confidence == "C"


def test_overlay_keeps_what_it_does_not_change():
    nation, city = load("cn-2017"), load("cn-2017-shenyang")
    assert city.item("2.7").checks[0].limits[0].value == 8000
    assert city.item("2.7").fallback.value == 8000
    assert city.item("1.1") == nation.item("1.1")
    assert city.item("2.4").checks[0].limits[-1] == nation.item("2.4").checks[0].limits[-1]
    assert nation.item("2.7").checks[0].limits[0].value == 6000


def refused(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StandardError) as caught:
        load(str(path))
    return str(caught.value)


def test_a_file_of_one_s_own_loads(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(HEAD + ITEM, encoding="utf-8")
    assert load(str(path)).item("1.1").checks[0].inputs == ("books",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at_least = 1 }", "at_leest = 1 }", "at_leest"),
        ("at_least = 1 }", "at_least = 1, at_most = 2 }", "exactly one"),
        ("at_least = 1 }", 'at_least = "1" }', "Expected `float"),
        ('formula = "per_pupil"', 'formula = "per_pupl"', "no formula 'per_pupl'"),
        ('inputs = ["books"]', 'inputs = ["bocks"]', "'bocks' is no figure"),
        ('area = "resources"\nlabel', 'area = "resource"\nlabel', "no area 'resource'"),
        ('confidence = "A"', 'confidence = "C"', "can only be advisory"),
        ('en = "Item"', 'en = ""', "both zh and en"),
        ('confidence = "A"', 'confidence = "Z"', "Invalid enum value"),
    ],
)
def test_a_slip_is_refused_with_file_line_and_reason(tmp_path, old, new, told):
    assert old in HEAD + ITEM
    text = HEAD + ITEM.replace(old, new) if old in ITEM else HEAD.replace(old, new) + ITEM
    message = refused(tmp_path, text)
    assert told in message
    assert "own.toml:" in message
    line = int(message.split("own.toml:")[1].split(":")[0])
    assert line >= len(HEAD.splitlines())


def test_a_slip_is_found_on_its_very_line(tmp_path):
    text = HEAD + ITEM.replace("limits = [{ at_least = 1 }]", "limits = [\n{ at_least = 1 },\n{ at_leest = 2 },\n]")
    wrong = next(number for number, line in enumerate(text.splitlines(), 1) if "at_leest" in line)
    assert f"own.toml:{wrong}: " in refused(tmp_path, text)
    assert "items[1].checks[1].limits[2]" in refused(tmp_path, text)
    overlay = 'id = "o"\nextends = "cn-2017"\n[[changes]]\ncheck = "1.1"\nlimits = [\n{ at_least = "x" },\n]\n'
    assert "own.toml:6: " in refused(tmp_path, overlay)


def test_a_broken_file_is_refused_with_its_line(tmp_path):
    assert "line 3" in refused(tmp_path, 'id = "x"\nlabel = {}\ndocument = \n')


@pytest.mark.parametrize("data", ['label = "标准"'.encode("gb18030"), b"id = " + b"[" * 100_000])
def test_a_file_that_is_no_text_or_too_deep_is_refused(tmp_path, data):
    path = tmp_path / "own.toml"
    path.write_bytes(data)
    with pytest.raises(StandardError, match=r"own\.toml"):
        load(str(path))


def test_a_number_used_twice_and_a_change_of_nothing_are_refused(tmp_path):
    assert "used twice" in refused(tmp_path, HEAD + ITEM + ITEM)
    overlay = 'id = "o"\nextends = "cn-2017"\n[[changes]]\ncheck = "9.9"\nlimits = [{ at_least = 1 }]\n'
    assert "9.9" in refused(tmp_path, overlay)


def test_an_item_that_the_rule_for_schools_counts_must_be_asked_of_the_same_schools(tmp_path):
    """Else a teaching point with one item asked of it would fail for not having met six."""
    own = ITEM.replace('"1.1"', '"6.1"')
    overlay = 'id = "o"\nextends = "cn-2017"\nlabel = { zh = "本县", en = "Own" }\n'
    assert "6.1: items of area 'resources' need scope = \"balanced\"" in refused(
        tmp_path, overlay + own.replace(' scope = "balanced",', "")
    )
    (tmp_path / "right.toml").write_text(overlay + own, encoding="utf-8")
    assert load(str(tmp_path / "right.toml")).item("6.1").checks[0].scope == "balanced"


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(StandardError, match="basic-2012, cn-2017"):
        load("cn-2071")


OVERLAY = 'id = "own"\nextends = "cn-2017"\n'
CHANGE = OVERLAY + '[[changes]]\ncheck = "1.4"\n'
OWN = OVERLAY + ITEM.replace('"1.1"', '"9.9"').replace('"resources"', '"government"').replace("balanced", "compulsory")
FORMULA = 'formula = "per_pupil", scope = "compulsory", inputs = ["books"], limits = [{ at_least = 1 }]'
REPORTED = 'formula = "reported", limits = [{ at_least = 1 }]'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CHANGE + "limits = [{ at_least = nan }]", "finite"),
        (CHANGE + 'before = [{ at_least = 3, when = [{ column = "built_year" }] }]', "a condition has"),
        (CHANGE + 'before = [{ at_least = 3, when = [{ column = "built_year", at_most = inf }] }]', "finite"),
        (CHANGE + 'before = [{ at_least = 3, when = [{ column = "kind", at_most = 3 }] }]', "holds codes"),
        (CHANGE + 'before = [{ at_least = 3, when = [{ column = "built_year", one_of = ["a"] }] }]', "holds numbers"),
        (CHANGE + 'before = [{ at_least = 3, plus = ["setting"] }]', "no figure"),
        (CHANGE + 'limits = [{ at_least = 1 }]\n[[changes]]\ncheck = "1.4"\nlimits = [{ at_least = 2 }]', "twice"),
        (OVERLAY + '[balance]\narea = "resources"\nlimits = { foo = 0.4 }\narticle = "x"', "foo"),
        (OVERLAY + '[schools]\narea = "resources"\nat_least = 6\nfloor = nan\narticle = "x"', "floor"),
        (OWN.replace('["books"]', '["setting"]'), "no figure"),
        (OWN.replace('inputs = ["books"], ', ""), "needs inputs"),
        (OWN.replace("at_least = 1", 'stage = "foo", at_least = 1'), "foo"),
        (OWN.replace(FORMULA, 'formula = "school_size", scope = "balanced", limits = [{ at_most = 1 }]'), "scope"),
        (OWN.replace(FORMULA, 'formula = "pay_ratio", limits = [{ at_least = 1 }]'), "scope"),
        (OWN.replace(FORMULA, 'formula = "reported"'), "one limit"),
        (OWN.replace(FORMULA, 'formula = "reported", limits = [{ at_least = 1 }, { at_least = 2 }]'), "one limit"),
        (OWN.replace('"government"', '"resources"').replace(FORMULA, REPORTED), "section"),
        ('id = "own"\nextends = ["a"]', "names"),
        ('extends = "cn-2017"\n[[changes]]\ncheck = "9.9"', "`id`"),
        ("a = " + "[" * 20000, "without end"),
    ],
)  # fmt: skip
def test_what_the_measures_could_not_run_or_would_read_otherwise_is_refused(tmp_path, text, told):
    assert told in refused(tmp_path, text)


def test_a_standard_in_another_encoding_or_a_circle_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes("id = '本县'".encode("gbk"))
    with pytest.raises(StandardError, match="UTF-8"):
        load(str(path))
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(f'id = "one"\nextends = "{other}"\n', encoding="utf-8")
    other.write_text(f'id = "other"\nextends = "{one}"\n', encoding="utf-8")
    with pytest.raises(StandardError, match="itself"):
        load(str(one))
