from __future__ import annotations

import pytest
from counties import clean_rows, codes, told
from hypothesis import given
from hypothesis import strategies as st

from jiaoheng.county import Origin, Rejected, schema
from jiaoheng.county.checks.privacy import personal_column
from jiaoheng.county.personal import is_personal_header, mask, personal_kind, scrub

ID = "11010519491231002X"  # the standard's own example
PERSONAL_HEADERS = [
    *(
        "姓名",
        "*姓名",
        "教师姓名",
        "姓名（必填）",
        "名字",
        "曾用名",
        "身份证号",
        "身份证件号",
        "证件号码",
        "联系电话",
        "电话",
    ),
    *(
        "手机",
        "手机号",
        "联系方式",
        "联系人",
        "家庭住址",
        "住址",
        "电子邮箱",
        "微信号",
        "学籍号",
        "监护人",
        "校长",
        "班主任",
    ),
    *("负责人", "电 话", "XM", "xm", "姓名-xm", "SFZJH", "LXDH", "DZXX", "JTZZ", "Phone", "mobile", "email", "E-mail"),
    *(
        "studentName",
        "teacher_name",
        "guardian",
        "ID_card",
        "idNumber",
        "surname",
        "passport",
        "Full name",
        "ID number",
    ),
    *("Mobile number", "Home address", "First Name", "Contact person"),
]
HARMLESS_HEADERS = [
    *(
        "学校名称",
        "学校（机构）名称",
        "县名",
        "地点名称",
        "村名",
        "学校名字",
        "教共体名称",
        "住址经度",
        "住址纬度",
        "学校标识码",
    ),
    *(
        "教师编号",
        "手机管理制度",
        "户籍人口",
        "在校生数",
        "骨干教师",
        "教职工",
        "经费项目",
        "JFXM",
        "XXMC",
        "XXDZ",
        "XXDM",
    ),
    *("name", "home_lon", "title", "evidence", "item", "boarding", "telescope", "Home longitude", "School name"),
    *("Place name", "Teacher number", "Mobile classrooms", "contact hours", ""),
]


@pytest.mark.parametrize("header", PERSONAL_HEADERS)
def test_a_column_of_personal_data_is_told_by_its_name(header: str) -> None:
    assert is_personal_header(header)
    assert is_personal_header(header, "teachers")
    assert is_personal_header(header, "no_such_table")


@pytest.mark.parametrize("header", HARMLESS_HEADERS)
def test_names_of_things_and_measures_are_not_personal(header: str) -> None:
    assert not is_personal_header(header)
    assert not is_personal_header(header, "schools")


@pytest.mark.parametrize("table", schema().tables)
def test_no_header_of_the_schema_is_personal_in_its_table(table: str) -> None:
    for column in schema().tables[table].columns:
        for header in (column.name, column.label.zh, column.label.en, *column.aliases):
            assert not is_personal_header(header, table), header
            assert not is_personal_header(header), header


def test_a_bare_name_is_personal_among_persons_only() -> None:
    assert is_personal_header("Name", "teachers")
    assert is_personal_header("name", "scores")
    assert not is_personal_header("name", "schools")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ID, "id_number"),
        (ID.lower(), "id_number"),
        (f"G{ID}", "id_number"),
        ("110105 19491231 002X", "id_number"),
        ("".join(chr(ord(letter) + 0xFEE0) for letter in ID), "id_number"),
        ("410999198501010000", "id_number"),
        ("110105491231002", "id_number"),
        ("13812345678", "phone"),
        ("138 1234 5678", "phone"),
        ("138-1234-5678", "phone"),
        ("+8613812345678", "phone"),
        ("+86 138 1234 5678", "phone"),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in "13812345678"), "phone"),
        ("联系人13812345678。", "phone"),
        ("someone@example.cn", "email"),
    ],
)
def test_a_personal_value_is_told_by_its_shape(value: str, kind: str) -> None:
    assert personal_kind(value) == kind


@pytest.mark.parametrize(
    "value",
    [
        "2141000001",  # school code
        "410999101001",  # place code of twelve digits
        "3250.5",
        "16500000",
        "13812345678.00",
        "13,812,345,678",
        "1381234567",
        "138123456789",
        "12812345678",
        "11010519491231001X",  # wrong check character
        "110105199902310021",  # no such day
        "990105194912310021",  # no such province
        "110105999999002",
        "T13812345678",
        "望政发〔2025〕3号",
        "2025-6-math",
        "0371-65901234",
        "",
    ],
)
def test_codes_and_figures_are_not_taken_for_personal(value: str) -> None:
    assert personal_kind(value) is None
    assert scrub(value) == value


@given(st.integers(0, 99999), st.sampled_from(["21", "31", "34", "11", "51"]), st.integers(11, 65))
def test_no_school_code_is_taken_for_personal(serial: int, category: str, province: int) -> None:
    assert personal_kind(f"{category}{province}{serial:06}") is None


@given(st.floats(0, 1e9, allow_nan=False))
def test_no_amount_below_a_milliard_is_taken_for_personal(amount: float) -> None:
    assert personal_kind(f"{amount:.2f}") is None
    assert personal_kind(f"{amount:.0f}") is None


@given(st.dates(), st.integers(0, 999), st.sampled_from(["110105", "410999", "650101"]))
def test_every_valid_identity_number_is_found_and_masked(day: object, serial: int, area: str) -> None:
    digits = f"{area}{str(day).replace('-', '')}{serial:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    check = "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11]
    found = personal_kind(digits + check)
    assert (found == "id_number") == digits[6:8].startswith(("19", "20"))
    if found:
        assert digits[6:14] not in scrub(f"见{digits}{check}号")


def test_masking_keeps_the_first_character_only() -> None:
    assert mask("欧阳小明") == "欧***"
    assert mask("  ") == ""
    assert scrub("电话 13812345678，邮箱 a.b@example.cn，共 3 人") == "电话 1***,邮箱 a***,共 3 人"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in schema().tables.values()
        for column in table.columns
        if column.type in ("text", "id")
    ],
)
def test_a_personal_value_in_any_column_of_text_is_an_error_with_the_value_masked(table: str, column: str) -> None:
    rows = clean_rows()
    rows[table][0][column] = "13812345678"
    (problem,) = [problem for problem in told(rows) if problem.code == "personal_value"]
    assert (problem.table, problem.column, problem.index, problem.severity) == (table, column, 0, "error")
    assert "13812345678" not in problem.value + problem.what("zh") + problem.what("en")


def test_a_countys_own_codes_of_eleven_digits_are_no_telephones() -> None:
    rows = clean_rows()
    rows["county"][0]["county_code"] = "130425"
    old, new = rows["schools"][0]["school_id"], "13042500001"
    for table in rows.values():
        for row in table:
            for name, value in row.items():
                row[name] = {old: new, "410999": "130425"}.get(value, value)
    assert "personal_value" not in codes(rows)
    rows["scores"][0]["pupil_key"] = new
    assert "personal_value" in codes(rows)


def test_a_refused_column_is_told_with_its_header_and_place() -> None:
    problem = personal_column("教师姓名", "teachers", Origin("名册.xlsx", "教师名册", 1))
    assert problem.code == "personal_column"
    assert problem.where("zh") == "名册.xlsx · 教师名册 · 第 1 行 · 教师姓名"
    assert "教师姓名" in problem.what("zh")


def test_a_row_that_waits_shows_no_personal_value_whoever_made_it() -> None:
    cells = {"姓名": "张三", "教师编号": ID, "学历": "本科", "备注": "13812345678 转张三", "名称": "青石小学"}
    rejected = Rejected("teachers", cells, {"teacher_id": ID, "school_id": "2141000001"}, Origin(), ())
    assert rejected.cells == {
        "姓名": "张***", "教师编号": "1***", "学历": "本科", "备注": "1*** 转张三", "名称": "青***",
    }  # fmt: skip
    assert rejected.values == {"teacher_id": "1***", "school_id": "2141000001"}


def test_marks_that_nobody_sees_do_not_hide_a_number():
    hidden = "138\u200b1234\ufeff5678"
    assert personal_kind(hidden) == "phone"
    assert "5678" not in scrub(f"打 {hidden} 找人")
    rows = clean_rows()
    rows["groups"][0]["name"] = f"教共体{hidden}"
    assert "personal_value" in codes(rows)
