"""A mapping made by pointing at columns reads what was pointed at, and shows it before it is kept."""

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiaoheng.county.personal import is_personal_header
from jiaoheng.sources.mapping import MappingError
from jiaoheng.sources.mapping.loader import loads
from jiaoheng.sources.mapping.making import Design, Pointed, preview, suggest_columns, views, write_mapping
from jiaoheng.sources.text import shown, tidy

SCHOOLS = {"schools": [{"school_id": "2101", "name": "甲校"}, {"school_id": "2102", "name": "乙校"}]}


def facilities(**about: object) -> Design:
    pointed = (
        Pointed("哪所学校", "school_id", by_name=True),
        Pointed("教学楼面积", "teaching_area", unit="万平方米"),
        Pointed("一体机", "multimedia_rooms"),
    )
    return Design("我的映射", "facilities", pointed, **about)  # type: ignore[arg-type]


def test_columns_pointed_at_are_read_with_their_units_and_names(tmp_path: Path) -> None:
    path = tmp_path / "办学条件.csv"
    path.write_text("哪所学校,教学楼面积,一体机,备注\n甲校,0.32,12,无\n乙校,1,三,无\n", encoding="utf-8")
    seen = preview(path, write_mapping(facilities()), given={"year": 2025}, known=SCHOOLS)
    assert seen.columns == ("school_id", "year", "teaching_area", "multimedia_rooms")
    assert seen.rows == (("2101", 2025, 3200.0, 12),)
    assert (seen.total, seen.waiting) == (1, 1)
    assert [(p.code, p.origin.row, p.column) for p in seen.problems] == [("cell_not_integer", 3, "一体机")]


def test_values_that_are_the_same_for_all_rows_and_translations(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("代码,叫什么,性质\n1,甲,完小\n2,乙,教学点\n", encoding="utf-8")
    pointed = (
        Pointed("代码", "school_id"),
        Pointed("叫什么", "name"),
        Pointed("性质", "kind", codes={"完小": "211", "教学点": "218"}),
    )
    text = write_mapping(
        Design("x", "schools", pointed, values={"setting": "220", "boarding": False, "built_year": 1990})
    )
    seen = preview(path, text)
    assert seen.columns == ("school_id", "name", "kind", "setting", "built_year", "boarding")
    assert seen.rows == (("1", "甲", "211", "220", 1990, False), ("2", "乙", "218", "220", 1990, False))


def test_rows_may_be_added_up(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("哪所学校,教学楼面积,一体机\n甲校,0.1,2\n甲校,0.2,3\n", encoding="utf-8")
    seen = preview(path, write_mapping(facilities(way="sum")), given={"year": 2025}, known=SCHOOLS)
    assert [row[:2] + row[3:] for row in seen.rows] == [("2101", 2025, 5)]
    assert seen.rows[0][2] == pytest.approx(3000)


def test_persons_may_be_counted_and_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "姓名,在哪,读几年级,几班,住不住\n王小明,甲校,一年级,1班,是\n李小红,甲校,一年级,2班,否\n", encoding="utf-8"
    )
    pointed = (
        Pointed("在哪", "school_id", by_name=True),
        Pointed("读几年级", "grade"),
        Pointed("几班", "classes"),
        Pointed("住不住", "boarders"),
    )
    text = write_mapping(Design("x", "enrolment", pointed, way="count"))
    seen = preview(path, text, given={"year": 2025}, known=SCHOOLS)
    assert dict(zip(seen.columns, seen.rows[0], strict=True)) == {
        "school_id": "2101", "year": 2025, "grade": 1, "classes": 2, "pupils": 2, "boarders": 1,
    }  # fmt: skip
    assert "小明" not in repr(seen)


def test_the_words_that_other_systems_have_for_yes_and_no_are_known_when_counting(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ("王小明,甲校,一年级,住校,双亲留守儿童", "李小红,甲校,一年级,走读,非留守儿童")
    path.write_text("\n".join(("姓名,学校名称,年级,就读方式,是否留守儿童", *rows, "")), encoding="utf-8")
    pointed = suggest_columns(("学校名称", "年级", "就读方式", "是否留守儿童"), "enrolment")
    assert {each.column for each in pointed} == {"school_id", "grade", "boarders", "left_behind_children"}
    plain = tuple(Pointed(each.header, each.column, by_name=each.by_name) for each in pointed)
    seen = preview(
        path, write_mapping(Design("x", "enrolment", plain, way="count")), given={"year": 2025}, known=SCHOOLS
    )
    read = dict(zip(seen.columns, seen.rows[0], strict=True))
    assert (read["pupils"], read["boarders"], read["left_behind_children"]) == (2, 1, 1)
    assert seen.problems == ()


def test_a_design_that_cannot_be_is_refused() -> None:
    twice = (Pointed("a", "school_id"), Pointed("b", "school_id"))
    with pytest.raises(MappingError):
        write_mapping(Design("x", "facilities", twice))
    with pytest.raises(MappingError, match="公里"):
        write_mapping(
            Design("x", "facilities", (Pointed("a", "school_id"), Pointed("b", "teaching_area", unit="公里")))
        )
    with pytest.raises(MappingError, match="name"):
        write_mapping(Design("x", "schools", (Pointed("a", "school_id"), Pointed("b", "kind"))))


class TestSuggesting:
    def test_our_names_units_and_the_names_of_other_systems(self) -> None:
        headers = [
            "序号",
            "机构代码",
            "教学及辅助用房（亩）",
            "教学仪器设备值(万元)",
            "运动场地面积(步)",
            "图书",
            "姓名",
            "联系电话",
        ]
        assert suggest_columns(headers, "facilities") == (
            Pointed("机构代码", "school_id"),
            Pointed("教学及辅助用房（亩）", "teaching_area", unit="亩"),
            Pointed("教学仪器设备值(万元)", "equipment_value", unit="万元"),
            Pointed("运动场地面积(步)", "sports_ground_area"),
            Pointed("图书", "books"),
        )

    def test_a_column_with_names_of_schools_is_looked_up(self) -> None:
        assert suggest_columns(["就读学校", "所在年级", "是否寄宿生"], "enrolment") == (
            Pointed("就读学校", "school_id", by_name=True),
            Pointed("所在年级", "grade"),
            Pointed("是否寄宿生", "boarders"),
        )

    def test_each_column_once_and_personal_ones_never(self) -> None:
        found = suggest_columns(["学校代码", "学校编码", "姓名", "身份证号", "职称"], "teachers")
        assert [(each.header, each.column) for each in found] == [("学校代码", "school_id"), ("职称", "title")]


class TestViews:
    def test_sheets_are_shown_with_headers_found_and_persons_masked(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("花名册")
        sheet.write(0, 0, "二〇二五年教师花名册")
        sheet.write_row(2, 0, ["序号", "姓名", "单位", "电话"])
        sheet.write_row(3, 0, [1, "王小明", "甲校 13800001234", 13900001234])
        book.add_worksheet("空表")
        book.close()
        (view,) = views(path)
        assert (view.sheet, view.header_row, view.headers) == ("花名册", 3, ("序号", "姓名", "单位", "电话"))
        assert view.rows == (("1", "王***", "甲校 1***", "1***"),)
        assert view.personal == {"姓名", "电话"}
        assert views(path, header_row=1)[0].headers[0] == "二〇二五年教师花名册"


headers = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12).filter(
    lambda text: tidy(shown(text)) and not is_personal_header(text, "schools")
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(headers, min_size=3, max_size=3, unique_by=lambda text: tidy(shown(text))), title=headers)
def test_whatever_the_headers_are_called_the_mapping_reads_them(tmp_path: Path, names: list[str], title: str) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("表")
    for index, name in enumerate(names):
        sheet.write_string(0, index, name)
    sheet.write_row(1, 0, ["1", "甲", "小学"])
    book.close()
    (view,) = views(path, header_row=1)
    pointed = tuple(
        Pointed(header, column) for header, column in zip(view.headers, ("school_id", "name", "kind"), strict=True)
    )
    text = write_mapping(Design(title, "schools", pointed, sheet="表"))
    assert loads(text, "x").title == title
    assert preview(path, text).rows == (("1", "甲", "211"),)
