from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from jiaoheng.county import schema
from jiaoheng.county.schema import Column, Schema, _verify, arrow_type
from jiaoheng.language import Text

COLUMNS = [(table, column) for table in schema().tables.values() for column in table.columns]


def test_the_tables_are_those_of_the_design() -> None:
    expected = "county places children schools enrolment classes class_sizes facilities staff teachers travel zones"
    assert list(schema().tables) == [*expected.split(), "groups", "finance", "reported", "scores", "surveys"]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda value: getattr(value, "name", None))
def test_every_column_has_both_labels_and_an_example_that_fits(table: Any, column: Column) -> None:
    assert column.label.zh
    assert column.label.en
    assert column.label.en.isascii() or "²" in column.label.en
    for value in (column.default, column.example):
        if value is not None:
            pa.array([value], arrow_type(column))
            if column.codes:
                assert schema().code(column.codes, value), f"{table.name}.{column.name}: {value}"
            if column.minimum is not None:
                assert value >= column.minimum
            if column.maximum is not None:
                assert value <= column.maximum


@pytest.mark.parametrize("table", schema().tables.values(), ids=lambda table: table.name)
def test_no_header_of_a_table_names_two_columns(table: Any) -> None:
    headers = [
        header
        for column in table.columns
        for header in {column.name, column.label.zh, column.label.en, *column.aliases}
    ]
    assert [header for header, count in Counter(headers).items() if count > 1] == []


def test_no_sheet_name_names_two_tables() -> None:
    names = [
        name
        for table in schema().tables.values()
        for name in {table.name, table.label.zh, table.label.en, *table.aliases}
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("name", schema().codes)
def test_no_way_of_writing_a_code_means_two_codes(name: str) -> None:
    ways = [
        way for code in schema().codes[name] for way in {str(code.value), code.label.zh, code.label.en, *code.aliases}
    ]
    assert [way for way, count in Counter(ways).items() if count > 1] == []


def test_kinds_name_stages_that_exist_and_every_kind_has_a_group() -> None:
    stages = {code.value for code in schema().codes["stage"]}
    for kind in schema().codes["kind"]:
        assert set(kind.stages) <= stages
        assert kind.stages
        assert kind.group


def test_a_label_falls_back_to_the_value_that_no_list_knows() -> None:
    assert schema().label("grade", 3, "zh") == "三年级"
    assert schema().label("grade", 99, "en") == "99"


def test_an_unknown_column_is_a_key_error_naming_it() -> None:
    with pytest.raises(KeyError, match=r"schools\.colour"):
        schema().tables["schools"].column("colour")


def _with_column(**changes: Any) -> Schema:
    table = schema().tables["places"]
    changed = msgspec.structs.replace(table.columns[0], **changes)
    columns = (changed, *table.columns[1:])
    tables = {**schema().tables, "places": msgspec.structs.replace(table, columns=columns)}
    return msgspec.structs.replace(schema(), tables=tables)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "name"}, "named twice"),
        ({"name": "other"}, r"key names no column: \['place_id'\]"),
        ({"type": "code", "codes": "colours"}, "no code list 'colours'"),
        ({"unit": "furlong"}, "no unit 'furlong'"),
        ({"refers": "towns.town_id"}, r"refers to towns\.town_id"),
        ({"refers": "schools.town_id"}, r"refers to schools\.town_id"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        _verify(_with_column(**changes))


def test_a_column_with_an_unknown_property_is_refused() -> None:
    raw = {"name": "x", "type": "text", "label": {"zh": "某", "en": "x"}, "units": "m2"}
    with pytest.raises(msgspec.ValidationError, match="units"):
        msgspec.convert(raw, Column)


def test_a_column_without_english_label_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="en"):
        msgspec.convert({"zh": "某"}, Text)
