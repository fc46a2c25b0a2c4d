"""``jiaoheng forecast`` on the command line: sentences in both languages, JSON, workbook, files, refusals."""

from __future__ import annotations

import json

import openpyxl
import pytest
from forecast_county import county

from jiaoheng.county import snapshots


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecast")
    snapshots.write(county(), folder)
    return folder


def answer(jiaoheng, store, *words):
    code, out, err = jiaoheng("forecast", store, "--years", "4", "--json", "-", *words)
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("试县", "小学：2025 学年", "倒推检验", "101镇")), ("en", ("primary: ", "own past"))]
)
def test_the_forecast_is_told_in_both_languages(jiaoheng, store, lang, words):
    code, out, err = jiaoheng("forecast", store, "--years", "4", lang=lang)
    assert code == 0, err
    flat = " ".join(out.split())
    assert "{" not in flat
    for word in words:
        assert word in flat


def test_the_json_has_enrolment_and_places_at_the_top(jiaoheng, store):
    found = answer(jiaoheng, store)
    assert {"enrolment", "places", "seats", "stages", "tests", "oddities", "sentences", "seat_totals"} <= set(found)
    assert {row["year"] for row in found["enrolment"]} == {2026, 2027, 2028, 2029}
    assert {row["place_id"] for row in found["places"]} == {"10001", "10002", "20001", "20002"}


def test_the_workbook_has_its_seven_sheets_with_numbers(jiaoheng, store, tmp_path):
    book = tmp_path / "预测.xlsx"
    code, out, _ = jiaoheng("forecast", store, "--years", "4", "--out", book)
    assert code == 0
    assert "预测.xlsx" in "".join(out.split())
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["全县", "乡镇", "学校", "地点", "学位", "检验", "异常"]
    assert isinstance(sheets["地点"]["G3"].value, (int, float))
    assert sheets["检验"].max_row > 20
    code, _, err = jiaoheng("forecast", store, "--out", book)
    assert (code, "预测.xlsx" in "".join(err.split())) == (2, True)


def test_what_the_user_tells_changes_the_answer(jiaoheng, store, tmp_path):
    births, homes = tmp_path / "births.csv", tmp_path / "homes.csv"
    births.write_text("学年,出生人数\n2022,0\n", encoding="utf-8")
    homes.write_text("地点代码,学年,套数,每套小学生\n20001,2027,100,0.5\n", encoding="utf-8")
    plain = answer(jiaoheng, store)
    told = answer(
        jiaoheng, store, "--births", births, "--housing", homes, "--migration", "0.02", "--class-size", "小学=40"
    )

    def first(found, year):
        return sum(row["pupils"] for row in found["enrolment"] if (row["grade"], row["year"]) == (1, year))

    assert first(plain, 2028) > 100
    assert first(told, 2028) == pytest.approx(50 / 6, abs=1)
    assert told["request"]["class_sizes"] == {"primary": 40.0}
    high = answer(jiaoheng, store, "--variant", "high")
    assert first(high, 2029) > first(plain, 2029)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--variant", "best"), "central"),
        (("--years", "0"), "30"),
        (("--class-size", "primary:45"), "primary:45"),
        (("--class-size", "大学=45"), "大学=45"),
        (("--migration", "3"), "0.5"),
        (("--births", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_ends_with_2(jiaoheng, store, words, told):
    code, out, err = jiaoheng("forecast", store, *words)
    assert (code, out) == (2, "")
    assert told in "".join(err.split())


def test_a_fault_in_a_file_is_told_with_row_column_and_remedy(jiaoheng, store, tmp_path):
    homes = tmp_path / "homes.csv"
    homes.write_text("地点代码,学年,套数,每套小学生\n77,2027,100,0.5\n", encoding="utf-8")
    code, _, err = jiaoheng("forecast", store, "--housing", homes)
    flat = "".join(err.split())
    assert code == 2
    assert "homes.csv第2行“地点代码”列" in flat
    assert "没有“77”" in flat
