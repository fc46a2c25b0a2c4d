"""``plan layout`` on the command line: sentences in both languages, JSON, refusals and exit codes."""

from __future__ import annotations

import json

import pytest
from layout_county import county, school, village

from jiaoheng.county import snapshots
from jiaoheng.plans.layout.site_file import SitesError, parse

HEAD = "school_id,name,kind,place_id,lon,lat,most,cost\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layout")
    snapshots.write(county([60, 30, 12, 60], {0: 200, 2: 100, 3: 200}), folder)
    return folder


def layout(jiaoheng, store, *words, **also):
    return jiaoheng("plan", "layout", store, "--until", "2027", "--seconds", "20", *words, **also)


def test_nothing_closes_without_consent_and_that_is_said(jiaoheng, store):
    code, out, _ = layout(jiaoheng, store)
    assert code == 0
    assert "不需要调整" in out
    assert "一所也没有撤并" in out


def test_a_merger_is_told_with_what_the_rules_ask_of_it(jiaoheng, store):
    code, out, _ = layout(jiaoheng, store, "--consent", "2号小学", "--all")
    assert code == 0
    assert "2号小学 2026 学年并入0号小学：12 名学生，2 个地点" in out.replace("\n", "")
    assert "已经证明：没有更省的方案" in out
    assert "撤并到0号小学" in out.replace("\n", "").replace("│", "").replace(" ", "")


def test_it_speaks_english(jiaoheng, store):
    code, out, _ = layout(jiaoheng, store, "--consent", school(2), lang="en")
    assert code == 0
    assert "2号小学 merges into 0号小学 in school year 2026: 12 pupils of 2 places" in " ".join(out.split())


def test_json_has_the_whole_plan(jiaoheng, store):
    code, out, _ = layout(jiaoheng, store, "--consent", school(2), "--json", "-")
    assert code == 0
    told = json.loads(out)
    assert told["planner"] == "layout"
    assert told["moves"][0]["kind"] == "merge"
    assert told["certificate"]["status"] == "optimal"
    assert told["places"]["dossiers"][0]["school_id"] == school(2)
    assert told["after"][-1]["year"] == 2027


def test_too_few_seats_end_with_one_and_say_where(jiaoheng, tmp_path):
    snapshots.write(county([60, 90], {0: 100, 1: 70}, pupils={0: 60, 1: 90}, apart=20.0), tmp_path)
    code, out, _ = layout(jiaoheng, tmp_path, "--variants", "central")
    assert code == 1
    assert "最少还要增加 20 个学位：1号小学 20 个" in out.replace("\n", "")
    code, out, _ = layout(jiaoheng, tmp_path, "--variants", "central", "--expand", f"{school(1)}=45")
    assert code == 0
    assert "扩建学位" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--consent", "没有的小学"), "没有代码或名称为“没有的小学”"),
        (("--expand", "2号小学"), "应写成“名称=数值”"),
        (("--expand", "2号小学=many"), "应为整数"),
        (("--minutes", "low=soon"), "应写成“名称=数值”"),
        (("--phases", "soon"), "应为整数"),
        (("--fewest", "50"), "不需逐校同意"),
        (("--stage", "upper"), "upper"),
        (("--costs", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_remedy(jiaoheng, store, words, said):
    code, _, err = layout(jiaoheng, store, *words)
    assert code != 0
    assert said in err.replace("\n", "")


def test_a_site_from_a_file_may_be_opened(jiaoheng, store, tmp_path):
    path = tmp_path / "sites.csv"
    path.write_text(HEAD + f"2141999999,新村小学,211,{village(1)},,,135,\n", encoding="utf-8")
    code, _, _ = layout(jiaoheng, store, "--sites", path)
    assert code == 0
    path.write_text(HEAD + f"2141999999,新村小学,211,{village(1)},,,many,\n", encoding="gb18030")
    code, _, err = layout(jiaoheng, store, "--sites", path)
    assert code != 0
    assert "第 2 行“most”列：应为数字，现为“many”" in err.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        ("", 1, "", "没有表头"),
        (HEAD, 2, "", "没有校址"),
        ("school_id,name,kind,place_id\n", 1, "most", "缺少这一列"),
        (HEAD.replace("cost", "price"), 1, "price", "没有“price”这一列"),
        (HEAD + "1,,211,2,,,45,\n", 2, "name", "不能空着"),
        (HEAD + "1,新,211,2,113,,45,\n", 2, "lon", "要么都填"),
        (HEAD + "1,新,211,2,,,45.5,\n", 2, "most", "45.5"),
        (HEAD + "1,新,211,2,999,34,45,\n", 2, "lon", "999"),
    ],
)
def test_a_slip_in_the_file_is_told_with_row_column_and_remedy(text, row, column, words):
    with pytest.raises(SitesError) as caught:
        parse(text, "sites.csv")
    found = caught.value.slips[0]
    assert found[:2] == (row, column)
    assert words in found[2].zh
    assert "{" not in caught.value.say("zh") + caught.value.say("en")


def test_chinese_headings_do():
    (site,) = parse('学校代码,学校名称,办学类型,地点代码,学位\n1,新,211,2,"1,350"\n', "sites.csv")
    assert (site.school_id, site.most, site.lon) == ("1", 1350, None)
