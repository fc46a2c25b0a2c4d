"""Births and planned homes from users' files: Chinese headers, GBK, names of places; every fault with its place."""

from __future__ import annotations

import pytest
from forecast_county import county, rows

from jiaoheng.county import build
from jiaoheng.forecast import Housing
from jiaoheng.forecast.inputs import InputError, read_births, read_housing


def test_births_are_read_in_chinese_and_english():
    assert read_births('学年,出生人数\n2026,400\n2027,"1,380"\n'.encode("gb18030"), "b.csv") == {2026: 400, 2027: 1380}
    assert read_births(b"\xef\xbb\xbfyear,births\r\n2026,400.5\r\n", "b.csv") == {2026: 400.5}


def test_homes_are_read_with_the_name_or_the_code_of_a_place():
    data = "地点代码,学年,套数,每套小学生,每套初中生,迁出地点代码,备注\n10001村,2027,500,0.3,0.1,20001,新区\n"
    assert read_housing(data.encode(), "h.csv", county()) == (
        Housing("10001", 2027, 500, {"primary": 0.3, "junior": 0.1}, "20001", "新区"),
    )


def test_every_fault_has_its_row_column_reason_and_remedy():
    data = "地点代码,学年,套数,每套小学生\n10001,二〇二七,500,0.3\n9999,2027,-5,30\n10002,2027,20,\n,2027,1,1\n"
    with pytest.raises(InputError) as wrong:
        read_housing(data.encode(), "h.csv", county())
    found = {(fault.row, fault.column) for fault in wrong.value.faults}
    assert found == {(2, "学年"), (3, "地点代码"), (3, "套数"), (3, "每套小学生"), (4, ""), (5, "地点代码")}
    lines = wrong.value.say("zh").splitlines()
    assert lines[0] == "h.csv第 2 行“学年”列：“二〇二七”不是学年；请填四位年份，如 2027。"
    assert "row 3, column “地点代码”" in wrong.value.say("en")


def test_a_name_of_several_places_asks_for_the_code():
    told = rows()
    for row in told["places"]:
        if row["level"] == "village":
            row["name"] = "新村"
    with pytest.raises(InputError) as wrong:
        read_housing("地点,年份,套数,每套小学生\n新村,2027,5,1\n".encode(), "h.csv", build(told))
    assert "10001" in wrong.value.say("zh")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "学年"),
        (b"year\n2026\n", "出生人数"),
        (b"year,births\n", "没有数据"),
        (b"year,births,extra\n2026,1,2\n", "extra"),
        (b"year,year,births\n2026,2026,2\n", "两次"),
        (b"year,births\n2026,1\n2026,2\n", "2026"),
        (b"year,births\n2026,nan\n", "nan"),
        (b"year,births\n1026,5\n", "1026"),
        (b"\xff\xfe\x00\x81\xff", "UTF-8"),
    ],
)
def test_a_file_of_births_that_cannot_be_used_says_why(data, word):
    with pytest.raises(InputError) as wrong:
        read_births(data, "b.csv")
    assert word in wrong.value.say("zh")
    assert "{" not in wrong.value.say("en")
