"""One cell at a time: what is read, what is missing, what is refused, and that no number ever changes."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from books import wide
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county.problems import Problem, kinds
from jiaoheng.county.schema import schema
from jiaoheng.sources.cells import NULL_MARKS, Parsed, parse
from jiaoheng.sources.grids import Broken
from jiaoheng.sources.text import as_text


def cell(where: str, raw: object, factor: float = 1.0) -> Parsed:
    table, _, column = where.partition(".")
    return parse(schema().tables[table].column(column), raw, factor=factor)


def value(where: str, raw: object, factor: float = 1.0) -> object:
    parsed = cell(where, raw, factor)
    assert parsed.problem == "", parsed
    return parsed.value


def problem(where: str, raw: object, factor: float = 1.0) -> str:
    parsed = cell(where, raw, factor)
    assert parsed.value is None
    assert parsed.problem in kinds()
    return parsed.problem


PUPILS = "enrolment.pupils"
MONEY = "facilities.equipment_value"
SCHOOL = "schools.school_id"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (45, 45),
        (45.0, 45),
        ("45", 45),
        (" 45 ", 45),
        (wide("45"), 45),
        ("45.0", 45),
        ("1,234", 1234),
        (wide("1,234"), 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12,345,678", 12345678),
        ("+7", 7),
        ("0", 0),
        ("\u200b45\ufeff", 45),
        (2**53, 2**53),
    ],
)
def test_a_count_is_read_in_every_way_of_writing_it(raw: object, wanted: int) -> None:
    assert value(PUPILS, raw) == wanted
    assert type(value(PUPILS, raw)) is int


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("45人", "cell_not_integer"),
        ("约45", "cell_not_integer"),
        (45.5, "cell_not_integer"),
        ("45.5", "cell_not_integer"),
        ("1,23", "cell_separator"),
        ("1.234,5", "cell_separator"),
        ("12,34,567", "cell_separator"),
        ("1,2345", "cell_separator"),
        ("0,123", "cell_separator"),
        ("4 5", "cell_separator"),
        ("1,234 567", "cell_separator"),
        ("10³", "cell_not_integer"),
        ("①", "cell_not_integer"),
        ("四十五", "cell_not_integer"),
        ("١٢", "cell_not_integer"),
        ("1_000", "cell_not_integer"),
        ("0x10", "cell_not_integer"),
        ("5%", "cell_not_integer"),
        ("nan", "cell_not_integer"),
        ("inf", "cell_not_integer"),
        (math.nan, "cell_not_integer"),
        (math.inf, "cell_not_integer"),
        (True, "cell_not_integer"),
        ("=1+1", "cell_not_integer"),
        ("1e400", "cell_too_large"),
        ("9007199254740993", "cell_too_large"),
        (2**53 + 1, "cell_too_large"),
        (1e300, "cell_too_large"),
        (-5, "below_minimum"),
        ("-5", "below_minimum"),
        ("无", "cell_none_word"),
        (date(2025, 9, 1), "cell_date"),
        (datetime(2025, 9, 1), "cell_date"),
        (time(1, 2), "cell_date"),
        ("#N/A", "cell_error"),
        ("#REF!", "cell_error"),
        ("#DIV/0!", "cell_error"),
        (Broken("#VALUE!"), "cell_error"),
        (Broken("="), "cell_formula"),
        (Broken("list<item: int64>"), "cell_type"),
    ],
)
def test_what_is_no_count_is_a_problem(raw: object, code: str) -> None:
    assert problem(PUPILS, raw) == code


@pytest.mark.parametrize("mark", sorted(NULL_MARKS))
@pytest.mark.parametrize(
    "where", [PUPILS, MONEY, SCHOOL, "schools.name", "enrolment.year", "schools.kind", "schools.boarding"]
)
def test_marks_for_not_known_are_missing_and_no_problem(mark: str, where: str) -> None:
    assert cell(where, mark) == Parsed(None)
    assert cell(where, f" {mark.upper()} ") == Parsed(None)


def test_minus_one_is_missing_only_where_nothing_can_be_negative() -> None:
    for raw in (-1, -1.0, "-1", wide("-1")):
        assert cell(PUPILS, raw) == Parsed(None)
        assert value("schools.lon", raw) == -1.0
    assert value("enrolment.grade", -1) == -1
    assert value("enrolment.grade", "-1") == -1


def test_a_figure_takes_the_factor_of_its_column_without_binary_noise() -> None:
    assert value(MONEY, 12.34, factor=10000) == 123400.0
    assert value(MONEY, "0.1", factor=10000) == 1000.0
    assert value(PUPILS, "1.2", factor=10000) == 12000
    assert problem(PUPILS, "1.23456", factor=10000) == "cell_not_integer"


def test_a_unit_behind_an_amount_goes_before_the_unit_of_the_header() -> None:
    assert value(MONEY, "12.5万元") == 125000.0
    assert value(MONEY, "12.5 万元", factor=10000) == 125000.0
    assert value(MONEY, "125000元", factor=10000) == 125000.0
    assert value("facilities.teaching_area", "3,200㎡") == 3200.0
    assert problem(MONEY, "12.5万") == "cell_not_number_unit"
    assert problem(MONEY, "3亩") == "cell_not_number_unit"


def test_a_percentage_is_never_taken_for_a_share_or_a_number() -> None:
    assert problem("reported.value", "95.2%") == "cell_percent"
    assert problem("reported.value", wide("95.2%")) == "cell_percent"


def test_numbers_that_a_double_cannot_hold_are_refused() -> None:
    assert problem(MONEY, "1e-400") == "cell_not_number_unit"
    assert problem(MONEY, "1e400") == "cell_too_large"
    assert problem(MONEY, "9007199254740993") == "cell_too_large"
    assert value(MONEY, "0.30000000000000004") == 0.1 + 0.2


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (2141000001.0, "2141000001"),
        (2141000001, "2141000001"),
        ("2141000001.0", "2141000001"),
        ("0012", "0012"),
        ("'0012", "0012"),
        (wide("2141000001"), "2141000001"),
        (" G-01 ", "G-01"),
        (12.0, "12"),
        (2.3, "2.3"),
        ("2.10", "2.10"),
        ("2.0", "2.0"),
        ("2025-6-math", "2025-6-math"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        (99999999999999, "99999999999999"),
        (1234567890123456789, "1234567890123456789"),
        ("无", None),
    ],
)
def test_codes_of_the_county_are_text(raw: object, wanted: str | None) -> None:
    assert value(SCHOOL, raw) == wanted


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (1234567890123456789.0, "cell_id_digits"),
        ("2.14E+09", "cell_id_digits"),
        (2.1, "cell_id_fraction"),
        (True, "cell_id_boolean"),
        (date(2025, 1, 2), "cell_date"),
        ("#REF!", "cell_error"),
    ],
)
def test_a_code_that_excel_has_spoilt_is_a_problem(raw: object, code: str) -> None:
    assert problem(SCHOOL, raw) == code


@pytest.mark.parametrize(
    "raw",
    [
        2025,
        2025.0,
        "2025",
        wide("2025"),
        wide("2025/2026"),
        "2025-2026",
        "2025—2026学年",
        "2025–2026",
        "2025/2026",
        "2025~2026学年度",
        "2025年",
        "2025学年",
        "2025学年度",
        "2025-26",
        "2025至2026学年",
        "2025——2026学年",
    ],
)
def test_a_school_year_is_the_year_in_which_it_begins(raw: object) -> None:
    assert value("enrolment.year", raw) == 2025


@pytest.mark.parametrize(
    "raw", ["2025-2027", "2026-2025", "2025-2025", "2025年9月", 2025.5, "25", 45901, True, "二〇二五"]
)
def test_what_is_no_school_year_is_a_problem(raw: object) -> None:
    assert problem("enrolment.year", raw) == "cell_year"


def test_a_year_out_of_range_or_made_a_date_is_a_problem() -> None:
    assert problem("enrolment.year", 1899) == "below_minimum"
    assert problem("enrolment.year", 2999) == "above_maximum"
    assert problem("enrolment.year", date(1905, 7, 17)) == "cell_date"


@pytest.mark.parametrize("raw", ["是", "1", 1, 1.0, True, "TRUE", "√", "Y", "yes", wide("1"), wide("Y")])
def test_yes(raw: object) -> None:
    assert value("schools.boarding", raw) is True


@pytest.mark.parametrize("raw", ["否", "0", 0, 0.0, False, "false", "×", "N", "no", wide("0")])
def test_no(raw: object) -> None:
    assert value("schools.boarding", raw) is False


@pytest.mark.parametrize("raw", ["有", "无", 2, -1, "可能", 0.5])
def test_neither_yes_nor_no_is_a_problem(raw: object) -> None:
    assert problem("schools.boarding", raw) == "cell_boolean"


@pytest.mark.parametrize(
    "raw",
    [
        "211",
        211,
        211.0,
        "小学",
        "完小",
        "211 小学",
        "小学(211)",
        wide("小学(211)"),
        "211-小学",
        "211—小学",
        "211:小学",
        "211、小学",
        "Primary School",
        "211 primary school",
        "小学【211】",
    ],
)
def test_a_choice_is_known_by_value_label_alias_and_both(raw: object) -> None:
    assert value("schools.kind", raw) == "211"


@pytest.mark.parametrize("raw", ["211 初级中学", "999", "小学校", "211x", 21.1, True, "211 不知道"])
def test_a_choice_that_is_not_in_the_list_is_a_problem_that_names_the_list(raw: object) -> None:
    parsed = cell("schools.kind", raw)
    assert parsed.problem == "unknown_code"
    told = Problem(code=parsed.problem, table="schools", column="kind", value=as_text(raw), details=parsed.details)
    assert "幼儿园、" in told.remedy("zh")
    assert "kindergarten, " in told.remedy("en")


def test_the_list_goes_before_the_marks_for_not_known() -> None:
    assert value("teachers.title", "无") == "none"
    assert value("teachers.backbone", "none") == "none"
    assert value("enrolment.grade", "K1") == -2


def test_several_choices_keep_their_order() -> None:
    for raw in (
        "语文、数学",
        "语文,数学",
        "语文;数学",
        "语文/数学",
        "语文 数学",
        "chinese;math",
        "语文、数学、语文",
    ):
        assert value("teachers.subjects", raw) == "chinese;math"
    assert value("teachers.subjects", "数学、语文") == "math;chinese"
    assert value("teachers.subjects", "information technology; fine art") == "it;art"
    assert problem("teachers.subjects", "语文、不知道") == "unknown_code"
    assert problem("teachers.subjects", "、") == "unknown_code"


def test_text_is_kept_as_it_is_but_for_blanks_around_it() -> None:
    assert value("schools.name", " 青石镇小学 ") == "青石镇小学"
    assert value("schools.name", "=HYPERLINK(1)") == "=HYPERLINK(1)"
    assert value("schools.name", "10³中学") == "10³中学"
    assert value("reported.evidence", "无") is None


def test_every_code_value_label_and_alias_names_its_code_alone() -> None:
    for table in schema().tables.values():
        for column in table.columns:
            if column.type == "code":
                for code in schema().codes[column.codes]:
                    for name in (str(code.value), code.label.zh, code.label.en, *code.aliases):
                        assert parse(column, name).value == code.value, (column.codes, name)


@given(st.integers(-(10**18), 10**18))
def test_an_integer_is_read_exactly_or_refused(number: int) -> None:
    for raw in (number, str(number), f"{number:,}"):
        parsed = cell(PUPILS, raw)
        assert parsed.problem or parsed.value == number or (number == -1 and parsed.value is None)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_is_read_exactly_or_refused(number: float) -> None:
    for raw in (number, repr(number)):
        parsed = cell("scores.score", raw)
        assert parsed.problem or parsed.value == number
        counted = cell(PUPILS, raw)
        assert counted.problem or counted.value == number or (number == -1 and counted.value is None)


@given(st.text(alphabet="0123456789,.-+ eE'%万元人五年\uff0c\uff11\u3002", max_size=12))
def test_text_that_is_read_as_a_number_says_that_number(text: str) -> None:
    """The oracle takes out exact thousands separators itself and reads with another library."""
    parsed = cell("scores.score", text)
    if parsed.value is None:
        return
    plain = text.translate({0xFF11: "1", 0xFF0C: ","}).strip()
    for separator in ",' ":
        head, *groups = plain.split(separator)
        if groups:
            whole = [*groups[:-1], groups[-1].partition(".")[0]]
            assert all(len(group) == 3 for group in whole), text
            assert 1 <= len(head.lstrip("+-")) <= 3
    bare = plain.replace(",", "").replace("'", "").replace(" ", "")
    assert Decimal(repr(parsed.value)) == Decimal(repr(float(bare)))


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    )
)
def test_no_cell_whatever_stops_the_reader(raw: object) -> None:
    one_of_each = {column.type: (table, column) for table in schema().tables.values() for column in table.columns}
    for table, column in one_of_each.values():
        parsed = parse(column, raw)
        assert not (parsed.problem and parsed.value is not None)
        if parsed.problem:
            found = Problem(
                code=parsed.problem,
                table=table.name,
                column=column.name,
                value=as_text(raw),
                details=parsed.details,
            )
            assert found.what("zh")
            assert found.remedy("en")
