"""The county's tables as data: loads and checks ``schema.toml``, the only place that names a column."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from jiaoheng import typed
from jiaoheng.language import Language, Text

SCHEMA_FILE = Path(__file__).with_name("schema.toml")

# Stands between the codes of a cell that holds several.
SEVERAL = ";"

Type = Literal["id", "text", "integer", "number", "boolean", "year", "code", "codes"]

_ARROW = {
    "id": pa.string(),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "year": pa.int64(),
    "codes": pa.string(),
}


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a code list. ``stages`` and ``group`` carry what a list needs to say of its values."""

    value: str | int
    label: Text
    aliases: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    group: str = ""


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit and the other units its figures may arrive in, with the factor to multiply by."""

    label: Text
    accepts: Mapping[str, float]


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column of one table."""

    name: str
    type: Type
    label: Text
    note: Text | None = None
    unit: str = ""
    required: bool = False
    default: str | int | float | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    codes: str = ""
    refers: str = ""
    aliases: tuple[str, ...] = ()
    example: str | int | float | bool | None = None


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table: its key, its columns in the order of the workbook's sheet."""

    name: str
    label: Text
    note: Text
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    aliases: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of this name; ``KeyError`` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    def arrow(self) -> pa.Schema:
        """The table's Arrow schema; every column may be null, as missing is missing."""
        return pa.schema([(column.name, arrow_type(column)) for column in self.columns])


class Schema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All tables, code lists and units; ``code_labels`` names the lists."""

    tables: Mapping[str, Table]
    codes: Mapping[str, tuple[Code, ...]]
    code_labels: Mapping[str, Text]
    units: Mapping[str, Unit]

    def code(self, name: str, value: object) -> Code | None:
        """The entry of code list ``name`` with this value, or None."""
        return next((code for code in self.codes[name] if code.value == value), None)

    def label(self, name: str, value: object, language: Language) -> str:
        """How a code reads to a person; the value itself where the list does not know it."""
        code = self.code(name, value)
        return code.label.say(language) if code else str(value)


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type that holds a column's values."""
    if column.type != "code":
        return _ARROW[column.type]
    first = schema().codes[column.codes][0].value
    return pa.int64() if isinstance(first, int) else pa.string()


@cache
def schema() -> Schema:
    """The schema of the program, loaded once.

    Raises ``ValueError`` with the table and column where ``schema.toml`` contradicts itself.
    """
    with SCHEMA_FILE.open("rb") as file:
        raw = tomllib.load(file)
    tables = {name: {"name": name, **table} for name, table in raw["tables"].items()}
    codes = {name: entry["values"] for name, entry in raw["codes"].items()}
    labels = {name: entry["label"] for name, entry in raw["codes"].items()}
    parts = {"tables": tables, "codes": codes, "code_labels": labels, "units": raw["units"]}
    loaded = typed.convert(parts, Schema)
    _verify(loaded)
    return loaded


def _verify(loaded: Schema) -> None:
    """Refuse a schema whose keys, references, code lists or units do not exist."""
    for table in loaded.tables.values():
        names = [column.name for column in table.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"schema.toml: {table.name}: a column is named twice")
        if missing := set(table.key) - set(names):
            raise ValueError(f"schema.toml: {table.name}: key names no column: {sorted(missing)}")
        for column in table.columns:
            where = f"schema.toml: {table.name}.{column.name}"
            if column.type in ("code", "codes") and column.codes not in loaded.codes:
                raise ValueError(f"{where}: no code list {column.codes!r}")
            if column.unit and column.unit not in loaded.units:
                raise ValueError(f"{where}: no unit {column.unit!r}")
            if column.refers:
                other, _, name = column.refers.partition(".")
                if other not in loaded.tables or not any(c.name == name for c in loaded.tables[other].columns):
                    raise ValueError(f"{where}: refers to {column.refers}, which does not exist")
