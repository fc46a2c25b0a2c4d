"""What the names of sheets and columns mean, however people vary them."""

from __future__ import annotations

import pytest
from books import wide

from jiaoheng.county.schema import schema
from jiaoheng.sources.headers import factor, folded_name, known_units, recognise, sheet_table

SCHEMA = schema()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "学校",
            "schools",
            "Schools",
            "SCHOOLS ",
            "学校表",
            "学校基本情况",
            "1.学校",
            "1、学校",
            "表3 学校",
            "附表2-学校",
        ),
        *(
            "三、学校",
            "01_schools",
            "学校(2)",
            "(1)学校",
            "学校(2025年)",
            wide("学校(必填)"),
            "2025年学校",
            "学校2025-2026学年",
            " 学 校 ",
            "Table 4: Schools",
        ),
    ],
)
def test_a_sheet_is_known_by_name_label_and_alias_with_numbers_and_years(name: str) -> None:
    found = sheet_table(name)
    assert found is not None
    assert found.name == "schools"


@pytest.mark.parametrize("name", ["Sheet1", "表1", "", "说明", "校长", "学校学校", "2025"])
def test_other_sheets_are_not_guessed(name: str) -> None:
    assert sheet_table(name) is None


def test_no_name_of_a_table_or_column_has_two_meanings() -> None:
    names = [
        (folded_name(name), table.name)
        for table in SCHEMA.tables.values()
        for name in {table.name, table.label.zh, table.label.en, *table.aliases}
    ]
    assert len(dict(names)) == len(set(names))
    for table in SCHEMA.tables.values():
        columns = {
            (folded_name(name), column.name)
            for column in table.columns
            for name in (column.name, column.label.zh, column.label.en, *column.aliases)
        }
        assert len(dict(columns)) == len(columns), table.name


def test_every_column_is_known_by_all_its_names_and_with_its_unit() -> None:
    for table in SCHEMA.tables.values():
        assert sheet_table(table.label.zh) == sheet_table(table.label.en) == sheet_table(table.name) == table
        for column in table.columns:
            for name in (column.name, column.label.zh, column.label.en, *column.aliases):
                named = recognise(table, name)
                assert named is not None, name
                assert (named.column, factor(named)) == (column, 1.0)
                for unit, value in SCHEMA.units[column.unit].accepts.items() if column.unit else ():
                    for text in (
                        f"{name}({unit})",
                        wide(f"{name}({unit})"),
                        f"{name} *\n({unit})",
                        f"{name}/{unit}",
                    ):
                        named = recognise(table, text)
                        assert named is not None, text
                        assert (named.column, factor(named)) == (column, value), text


def test_the_label_of_a_unit_is_the_unit_itself() -> None:
    for unit in SCHEMA.units.values():
        accepts = {folded_name(name): value for name, value in unit.accepts.items()}
        assert accepts[folded_name(unit.label.zh)] == accepts[folded_name(unit.label.en)] == 1
        assert folded_name(unit.label.zh) in known_units()


@pytest.mark.parametrize(
    "header",
    [
        *("在校生数", " 在校 生数 ", "在校\n生数", "*在校生数", "在校生数*", "在校生数(人)*", "3.在校生数"),
        *("其中:在校生数", "在校生数人", "PUPILS", "学生数"),
    ],
)
def test_a_header_is_known_with_blanks_breaks_stars_and_numbers(header: str) -> None:
    named = recognise(SCHEMA.tables["enrolment"], header)
    assert named is not None
    assert named.column.name == "pupils"
    assert factor(named) == 1.0


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("教学仪器设备值(万元)", 10000.0),
        (wide("教学仪器设备值(万元)"), 10000.0),
        ("教学仪器设备值【千元】", 1000.0),
        ("教学仪器设备值\n单位", None),
        ("设备值_万元", 10000.0),
        ("教学仪器设备值(美元)", None),
        ("教学仪器设备值(百万元)", None),
        ("教学仪器设备值(必填)", 1.0),
        ("运动场地面积(亩)", 666.6666666666666),
        ("音乐教室(96㎡及以上)", 1.0),
        ("音乐教室(96㎡及以上)(间)", 1.0),
        ("音乐教室(30㎡)", None),
    ],
)
def test_the_unit_in_a_header_sets_the_factor_and_an_unknown_one_is_never_guessed(
    header: str, wanted: float | None
) -> None:
    named = recognise(SCHEMA.tables["facilities"], header)
    if "单位" in header:
        assert named is None
        return
    assert named is not None
    assert factor(named) == wanted


def test_brackets_of_columns_without_figures_are_notes() -> None:
    named = recognise(SCHEMA.tables["schools"], "学校标识码(十位)")
    assert named is not None
    assert factor(named) == 1.0
    named = recognise(SCHEMA.tables["reported"], "数值(万元)")
    assert named is not None
    assert factor(named) is None


@pytest.mark.parametrize("header", ["", "姓名", "在校", "人数合计", "2025", "在校生数(人)比例", "校名称"])
def test_other_headers_are_not_guessed(header: str) -> None:
    assert recognise(SCHEMA.tables["enrolment"], header) is None
