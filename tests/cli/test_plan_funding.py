"""``plan funding`` and the rules that it prints."""

from __future__ import annotations

import json

import pytest
from funding_county import YEAR, county, heads, school

from jiaoheng.county import snapshots
from jiaoheng.plans.funding import parse


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    facts = county(
        [school("A", "312"), school("B", "211", setting="111")],
        {"A": [heads(1, 37), heads(7, 20)], "B": [heads(1, 250, disabled=2)]},
        finance=[{"subject_id": "B", "year": YEAR - 1, "item": "operating_funds", "amount": 200_000.0}],
        before={"B": [heads(1, 250)]},
    )
    snapshots.write(facts, folder)
    return folder


def test_the_allocation_is_told_with_its_rules_and_checks(jiaoheng, store):
    code, out, _err = jiaoheng("plan", "funding", store, "--all")
    assert code == 0
    flat = "".join(out.split())
    assert "合计227,817.55元" in flat
    assert (
        "小学600元（2016年城乡义务教育生均公用经费基准定额，中西部（S20、S46）；把握A（两个以上独立来源一致））" in flat
    )
    assert "标准第2.6项" in flat
    assert "减少了，违反“只增不减”" in flat
    assert "B校小学：250人×600元＋随班就读2人×（6,000−600）元＝160,800.00元" in flat


def test_it_speaks_english(jiaoheng, store):
    code, out, _err = jiaoheng("plan", "funding", store, lang="en")
    assert code == 0
    assert "227,817.55 yuan" in " ".join(out.split())


def test_json_has_all_amounts_in_fen(jiaoheng, store):
    code, out, _err = jiaoheng("plan", "funding", store, "--total", "230,000.01", "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert told["unit"] == "fen"
    assert told["allocation"]["total"] == sum(grant["total"] for grant in told["allocation"]["grants"]) == 23_000_001
    assert {each["item"] for each in told["items"]} == {"2.6", "2.7"}


def test_a_budget_too_small_ends_with_1_and_says_how_much_is_lacking(jiaoheng, store):
    code, out, _err = jiaoheng("plan", "funding", store, "--total", "200000")
    assert code == 1
    assert "差 27,817.55 元" in out
    code, out, _err = jiaoheng("plan", "funding", store, "--total", "200000", "--scale")
    assert code == 0
    assert "已低于规定标准" in out


def test_the_rules_that_are_printed_can_be_used(jiaoheng, store, tmp_path):
    code, out, _err = jiaoheng("plan", "funding-rules")
    assert code == 0
    assert parse(out, "x").region == "central_west"
    path = tmp_path / "rules.toml"
    path.write_text(out.replace('region = "central_west"\n#', 'region = "east"\n#'), encoding="utf-8")
    code, out, _err = jiaoheng("plan", "funding", store, "--rules", path, "--json", "-")
    assert [each["fen"] for each in json.loads(out)["allocation"]["quotas"]][:2] == [650_00, 850_00]


def test_the_workbook_is_written_once(jiaoheng, store, tmp_path):
    path = tmp_path / "funds.xlsx"
    assert jiaoheng("plan", "funding", store, "--excel", path)[0] == 0
    assert path.read_bytes()[:2] == b"PK"
    code, _out, err = jiaoheng("plan", "funding", store, "--excel", path)
    assert (code, "已存在" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--total", "12.345"), "不是金额"),
        (("--total", "many"), "不是金额"),
        (("--scale",), "--total"),
        (("--rules", "no-such.toml"), "找不到"),
        (("--year", "1999"), "1999"),
    ],
)
def test_wrong_use_is_told_in_words(jiaoheng, store, words, said):
    code, _out, err = jiaoheng("plan", "funding", store, *words)
    assert code == 2
    assert said in err


def test_a_slip_in_the_rules_is_told_with_its_line(jiaoheng, store, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = { zh = "甲", en = "A" }\nregion = "mars"\n', encoding="utf-8")
    code, _out, err = jiaoheng("plan", "funding", store, "--rules", path)
    assert code == 2
    assert "mine.toml:2 region" in err
