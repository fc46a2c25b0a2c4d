"""``plan places`` on the command line: kindergarten seats in both languages, JSON, lists of schools, exit codes."""

from __future__ import annotations

import json

import pytest

from jiaoheng import demo
from jiaoheng.county import snapshots


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    snapshots.write(demo.county(), folder)
    return folder


@pytest.fixture(scope="module")
def private():
    rows = demo.county()["schools"].to_pylist()
    return [row["school_id"] for row in rows if row["kind"] == "111" and row["ownership"] == "private"]


def places(jiaoheng, store, *words, **also):
    return jiaoheng("plan", "places", store, "--until", "2028", *words, **also)


def test_enough_seats_end_with_nought_and_say_so(jiaoheng, store):
    code, out, _ = places(jiaoheng, store, "--public", "0.5", "--inclusive", "0.85")
    assert code == 0
    assert "不需要增加学位" in out.replace("\n", "")
    assert "普惠" in out


def test_seats_to_add_end_with_one_in_english(jiaoheng, store):
    code, out, _ = places(jiaoheng, store, "--public", "0.99", "--inclusive", "0.99", lang="en")
    assert code == 1
    assert "must be added" in " ".join(out.split())


def test_json_is_all_that_is_printed(jiaoheng, store, private):
    code, out, _ = places(jiaoheng, store, "--inclusive-schools", ",".join(private[:3]), "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert [case["known"] for case in told["cases"]] == ["told"]
    assert told["request"]["affordable"] == private[:3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_affordable_kindergartens_come_from_a_file(jiaoheng, store, private, tmp_path, encoding):
    path = tmp_path / "普惠.csv"
    path.write_text("school_id,备注\n" + "".join(f"{code},普惠\n" for code in private), encoding=encoding)
    code, out, _ = places(jiaoheng, store, "--inclusive-schools", path, "--json", "-")
    assert code == 0
    assert json.loads(out)["request"]["affordable"] == private


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--inclusive-schools", "9999"), "不是现有的、知道学位和乡镇的民办幼儿园"),
        (("--inclusive-schools", "nowhere.csv"), "nowhere.csv"),
        (("--public", "50"), "写成小数"),
        (("--rate", "0"), "--rate"),
        (("--until", "2020"), "截止学年"),
        (("--variant", "best"), "best"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_remedy(jiaoheng, store, words, said):
    code, _, err = places(jiaoheng, store, *words)
    assert code not in (0, 1) or err
    assert said in err.replace("\n", "")


def test_a_file_without_the_column_is_refused(jiaoheng, store, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code\n1\n", encoding="utf-8")
    _, _, err = places(jiaoheng, store, "--inclusive-schools", path)
    assert "school_id" in err
