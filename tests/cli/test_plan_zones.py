"""``plan zones`` on the command line: sentences in both languages, JSON, files, refusals and exit codes."""

from __future__ import annotations

import json

import pytest
from zones_county import small_county

from jiaoheng.county import snapshots


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zones")
    snapshots.write(small_county(), folder)
    return folder


def zones(jiaoheng, store, *words, **also):
    asked = ("--stage", "primary", "--first", "2026", "--until", "2027", "--seconds", "8")
    return jiaoheng("plan", "zones", store, *asked, *words, **also)


def test_every_place_gets_a_school_and_that_is_said(jiaoheng, store):
    code, out, _ = zones(jiaoheng, store)
    assert code == 0
    assert "16 个地点全部划定到 4 所学校" in out.replace("\n", "")


def test_it_speaks_english(jiaoheng, store):
    code, out, _ = zones(jiaoheng, store, lang="en")
    assert code == 0
    assert "all 16 places are given to 4 schools" in " ".join(out.split())


def test_json_is_all_that_is_printed(jiaoheng, store):
    code, out, _ = zones(jiaoheng, store, "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert told["planner"] == "zones"
    assert told["certificate"]["status"] == "optimal"
    assert told["sentences"][0].endswith("学位都够用。")


def test_the_files_are_written_and_named(jiaoheng, store, tmp_path):
    names = {"--geojson": "zones.geojson", "--excel": "zones.xlsx", "--notice": "notice.docx"}
    words = [word for option, name in names.items() for word in (option, tmp_path / name)]
    code, out, _ = zones(jiaoheng, store, *words)
    assert code == 0
    assert all((tmp_path / name).stat().st_size > 1000 for name in names.values())
    assert all(name in out.replace("\n", "") for name in names.values())


def test_too_few_seats_end_with_one_and_say_how_many_and_where(jiaoheng, tmp_path):
    snapshots.write(small_county(seats=150), tmp_path)
    code, out, _ = zones(jiaoheng, tmp_path)
    said = out.replace("\n", "")
    assert code == 1
    assert "学位不够，最少须增加" in said
    assert "须增加学位：S1" in said
    assert "比最近学校远 3 公里以上" in said


def test_without_children_by_place_the_remedy_is_told(jiaoheng, tmp_path):
    snapshots.write(small_county(children=False), tmp_path)
    code, out, err = zones(jiaoheng, tmp_path)
    assert code != 0
    assert out == ""
    assert "请补“适龄儿童”表" in err.replace("\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fix", "v11"), "不是“地点代码=学校标识码”"),
        (("--fix", "v11=S9"), "S9"),
        (("--group", "S1,S9"), "S9"),
        (("--spread", "S1", "--areas", "9"), "请减少片区数"),
        (("--areas", "2"), "--spread"),
        (("--feeder",), "只用于初中"),
        (("--variant", "best"), "best"),
        (("--migrants", "2"), "--migrants"),
        (("--minutes", "0"), "--minutes"),
        (("--detour", "-1"), "--detour"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_remedy(jiaoheng, store, words, said):
    code, _, err = zones(jiaoheng, store, *words)
    assert code != 0
    assert said in err.replace("\n", "")
