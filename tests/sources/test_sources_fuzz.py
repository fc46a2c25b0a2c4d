"""Files as the world mangles them: each figure comes out exactly as it was meant, or its row waits or is named."""

from __future__ import annotations

import csv
import io
import random
import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from books import wide, xls
from hypothesis import given, settings
from hypothesis import strategies as st

from jiaoheng.county import Batch
from jiaoheng.county.schema import Code, Column, Table, schema
from jiaoheng.sources import SourceError, read
from jiaoheng.sources.cells import NULL_MARKS
from jiaoheng.sources.grids import Broken, Grid
from jiaoheng.sources.headers import accepted
from jiaoheng.sources.tables import read_table

SCHEMA = schema()
TABLES = tuple(table for table in SCHEMA.tables.values())
FORMATS = ("xlsx", "xls", "csv", "gb18030.csv", "utf-16.csv", "tsv")
GARBAGE = ("45人", "#REF!", "#DIV/0!", "1,23", "1e400", "nan", "-inf", "abc", "12..3", "5%", "10³", "=1+1", "1,234 567")
GARBAGE += ("9007199254740993", "=cmd|' /C calc'!A0", "1_000", "0x1F", "约80", "八十", "80-90", "1/2", "1,2", "١٢")
DRAWN = st.data()


def texts(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    found = st.text(alphabet, min_size=least, max_size=most).map(str.strip)
    return found.filter(lambda text: len(text) >= least and text.lower() not in NULL_MARKS)


def meant(column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may mean to hold."""
    low, high = column.minimum, column.maximum
    if column.type == "year" or (column.type == "integer" and high is not None):
        return st.integers(int(low or 0), int(high or 2100))
    if column.type == "integer":
        return st.integers(0, 10**9)
    if column.type == "number":
        return st.integers(int((low or 0) * 1000), int((10**9 if high is None else high) * 1000)).map(
            lambda n: n / 1000
        )
    if column.type == "boolean":
        return st.booleans()
    if column.type == "code":
        return st.sampled_from([code.value for code in SCHEMA.codes[column.codes]])
    if column.type == "codes":
        values = [str(code.value) for code in SCHEMA.codes[column.codes]]
        return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(";".join)
    if column.type == "id":
        return st.from_regex(r"[0-9GX][0-9GX-]{0,11}", fullmatch=True).filter(lambda text: not text.endswith(".0"))
    return texts("青石镇小学望岚县AB12=+@<&>\"',;", 2, 12)


def code_ways(code: Code) -> list[object]:
    names = [str(code.value), code.label.zh, code.label.en, *code.aliases]
    return [
        *names,
        code.value,
        f"{code.value} {code.label.zh}",
        f"{code.label.zh}({code.value})",
        wide(str(code.value)),
    ]


def ways(column: Column, value: Any, factor: float) -> list[object]:
    """The cells that mean this value, in a column whose header has a unit of this factor."""
    if value is None:
        marks = ["", None, "*", "—", "-", "/", "N/A", " "]
        negative = column.minimum is not None and column.minimum >= 0 and column.type in ("integer", "number")
        return [*marks, -1, "-1", wide("-1")] if negative else marks
    if column.type in ("integer", "number"):
        exact = Decimal(repr(value)) / Decimal(repr(factor))
        plain = f"{exact:f}"
        figure: float = int(exact) if exact == int(exact) else float(exact)
        return [figure, float(exact), plain, f"{exact:,f}", wide(plain), f" {plain} ", f"{exact:,f}".replace(",", " ")]
    if column.type == "year":
        return [value, float(value), str(value), f"{value}-{value + 1}", f"{value}—{value + 1}学年", wide(f"{value}年")]
    if column.type == "boolean":
        return ["是", "√", 1, "1", True, "Y", "yes"] if value else ["否", "×", 0, "0", False, "N", "no"]
    if column.type == "code":
        code = SCHEMA.code(column.codes, value)
        assert code is not None
        return code_ways(code)
    if column.type == "codes":
        labels = [SCHEMA.label(column.codes, part, "zh") for part in value.split(";")]
        return [value, "、".join(labels), ",".join(labels), wide(";").join(labels)]
    if column.type == "id" and re.fullmatch("[1-9][0-9]{5,}", value):
        return [value, int(value), float(value), wide(value), f"{value} "]
    return [value, f" {value} "]


def header_ways(column: Column) -> list[tuple[str, float]]:
    """Headers of a column and the factor that each sets."""
    names = [column.name, column.label.zh, column.label.en, *column.aliases]
    plain = [
        (way, 1.0) for name in names for way in (name, f"{name}*", f" {name} ", wide(name), name[:2] + "\n" + name[2:])
    ]
    units = SCHEMA.units[column.unit].accepts if column.unit else {}
    tens = {unit: factor for unit, factor in units.items() if factor in (1, 1000, 10000, 100000000)}
    assert all(accepted(column) for _ in tens)
    return plain + [(f"{names[1]}({unit})", factor) for unit, factor in tens.items()]


class Written:
    """A sheet as it was written: rows of cells, and what each row in it means."""

    def __init__(self, table: Table, data: st.DataObject) -> None:
        self.table = table
        columns = data.draw(st.permutations(table.columns))
        keep = data.draw(st.sets(st.sampled_from([column.name for column in columns])))
        self.columns = [column for column in columns if column.required or column.name in (*table.key, *keep)]
        heads = [data.draw(st.sampled_from(header_ways(column))) for column in self.columns]
        extra = data.draw(st.booleans())
        self.rows: list[list[object]] = [["望岚县统计表"]] * data.draw(st.integers(0, 3))
        self.rows.append([head for head, _ in heads] + ["备用列"] * extra)
        self.meant: dict[int, dict[str, Any]] = {}
        self.spoilt: dict[int, set[str]] = {}
        for _ in range(data.draw(st.integers(0, 6))):
            self._row(data, [factor for _, factor in heads], extra)

    def _row(self, data: st.DataObject, factors: Sequence[float], extra: bool) -> None:
        if data.draw(st.integers(0, 9)) == 0:
            self.rows.append([""] * (len(self.columns) + extra))
        cells: list[object] = []
        values: dict[str, Any] = {}
        spoilt = set()
        for column, factor in zip(self.columns, factors, strict=True):
            needed = column.required or column.name in self.table.key
            value = data.draw(meant(column) if needed else st.none() | meant(column))
            values[column.name] = value
            if column.type in ("integer", "number") and data.draw(st.integers(0, 14)) == 0:
                spoilt.add(column.name)
                cells.append(data.draw(st.sampled_from((*GARBAGE, True, 1e308))))
            else:
                cells.append(data.draw(st.sampled_from(ways(column, value, factor))))
        self.rows.append(cells + [7] * extra)
        self.meant[len(self.rows)] = values
        if spoilt:
            self.spoilt[len(self.rows)] = spoilt


def save(written: Written, folder: Path, shape: str) -> Path:
    name = written.table.label.zh
    if shape == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = name
        for row, cells in enumerate(written.rows, 1):
            for column, value in enumerate(cells, 1):
                sheet.cell(row, column).value = value
                if isinstance(value, str) and value:
                    sheet.cell(row, column).data_type = "s"
        book.save(folder / "a.xlsx")
        return folder / "a.xlsx"
    if shape == "xls":
        old = xlwt.Workbook()
        page = old.add_sheet(name)
        for row, cells in enumerate(written.rows):
            for column, value in enumerate(cells):
                if value not in ("", None) or value is False:
                    page.write(row, column, value)
        old.save(str(folder / "a.xls"))
        return folder / "a.xls"
    encoding, _, suffix = shape.rpartition(".")
    out = io.StringIO()
    delimiter = "\t" if suffix == "tsv" else ","
    width = max(map(len, written.rows))
    padded = [["" if cell is None else cell for cell in row] + [""] * (width - len(row)) for row in written.rows]
    csv.writer(out, delimiter=delimiter).writerows(padded)
    path = folder / f"{name}.{suffix}"
    path.write_bytes(out.getvalue().encode(encoding or "utf-8"))
    return path


def assert_exact_or_told(written: Written, batch: Batch) -> None:
    """Every row is there with exactly its values, or waits with the problem of each spoilt cell."""
    good = {row.origin.row: row.values for row in batch.rows.get(written.table.name, ())}
    waiting = {row.origin.row: row for row in batch.rejected}
    assert not set(good) & set(waiting)
    for row, values in written.meant.items():
        if row in written.spoilt:
            assert row in waiting, (row, batch.problems)
            assert {problem.column for problem in waiting[row].problems} >= written.spoilt[row]
            read_values: Mapping[str, Any] = waiting[row].values
        else:
            assert row in good, [(p.code, p.column, p.value, p.origin.row) for p in batch.problems]
            read_values = good[row]
        for name, value in values.items():
            wanted = None if name in written.spoilt.get(row, ()) else value
            assert read_values[name] == wanted
            assert type(read_values[name]) is type(wanted)
    assert set(good) | set(waiting) == set(written.meant)


def check_a_drawn_file(data: st.DataObject) -> None:
    written = Written(data.draw(st.sampled_from(TABLES)), data)
    with tempfile.TemporaryDirectory() as folder:
        path = save(written, Path(folder), data.draw(st.sampled_from(FORMATS)))
        assert_exact_or_told(written, read(path))


@settings(max_examples=60)
@given(DRAWN)
def test_every_value_is_exact_or_its_row_waits(data: st.DataObject) -> None:
    check_a_drawn_file(data)


@pytest.mark.slow
@settings(max_examples=300)
@given(DRAWN)
def test_every_value_is_exact_or_its_row_waits_at_length(data: st.DataObject) -> None:
    check_a_drawn_file(data)


ANY_CELL = st.one_of(
    st.just(""),
    st.text(max_size=8),
    st.sampled_from(
        ["合计", "备注：x", "示例", "学校标识码", "学年", "年级", "在校生数", "1", "2025", "小学", "单位：万元"]
    ),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.builds(Broken, st.sampled_from(["=", "#N/A", "list"])),
)
PLACES = st.tuples(st.integers(0, 9), st.integers(0, 6))


@settings(max_examples=150)
@given(
    rows=st.lists(st.lists(ANY_CELL, max_size=8).map(tuple), max_size=12).map(tuple),
    merged=st.lists(st.tuples(PLACES, PLACES), max_size=3).map(tuple),
    sheet=st.sampled_from(["", "在校生"]),
)
def test_no_grid_whatever_stops_the_reader_or_loses_a_row(
    rows: tuple[tuple[object, ...], ...], merged: tuple[Any, ...], sheet: str
) -> None:
    header = ("学校标识码", "学年", "年级", "在校生数", "班数（个）", "备用")
    grid = Grid("a.xlsx", sheet, (header, *rows), merged)
    batch = read_table(grid, SCHEMA.tables["enrolment"])
    seen = {row.origin.row for row in batch.rows.get("enrolment", ())}
    seen |= {row.origin.row for row in batch.rejected} | {problem.origin.row for problem in batch.problems}
    for index, row in enumerate(rows, 2):
        if any(cell != "" and not str(cell).isspace() for cell in row):
            assert index in seen or index in range(2, 5), (index, row)


def read_or_refused(path: Path) -> Batch | None:
    """What a file gives, or None where it is refused in both languages."""
    try:
        return read(path)
    except SourceError as error:
        return None if error.say("zh") and error.say("en") else Batch({})


@cache
def whole() -> bytes:
    """A workbook with nothing wrong; the same bytes for all draws, as its time of writing is in them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "在校生"
    sheet.append(["学校标识码", "学年", "年级", "在校生数"])
    for grade in range(1, 7):
        sheet.append(["0141000001", 2025, grade, 40 + grade])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=120)
@given(DRAWN)
def test_torn_and_mutated_files_are_refused_in_words_or_read(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        suffix = data.draw(st.sampled_from(["xlsx", "csv"]))
        path = Path(folder) / f"在校生.{suffix}"
        content = bytearray(whole() if suffix == "xlsx" else "学校标识码,学年,年级\n01,2025,一年级\n".encode())
        for _ in range(data.draw(st.integers(0, 5))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        batch = read_or_refused(path)
        if batch is not None and suffix == "xlsx":
            # Checksums hold every byte of a workbook's contents: what is read at all is read as it was.
            pupils = [row.values["pupils"] for row in batch.rows.get("enrolment", ())]
            assert pupils == [41, 42, 43, 44, 45, 46]


@settings(max_examples=60)
@given(DRAWN)
def test_workbooks_with_mutated_insides_are_refused_in_words_or_read(data: st.DataObject) -> None:
    """The archive is sound and its XML is not: what a wrong program writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        with zipfile.ZipFile(io.BytesIO(whole())) as archive:
            members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
        for name in data.draw(st.lists(st.sampled_from(sorted(members)), max_size=3)):
            at = data.draw(st.integers(0, len(members[name]) - 1))
            members[name][at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, bytes(content))
        read_or_refused(path)


def test_mutated_old_workbooks_are_refused_in_words_or_read_and_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = [["学校标识码", "学年", "年级", "在校生数"], *(["0141000001", 2025, grade, 40.5] for grade in range(1, 7))]
    content = xls(tmp_path / "a.xls", 在校生=rows).read_bytes()
    draws = random.Random(20260701)
    refused = 0
    for _ in range(600):
        mutated = bytearray(content)
        for _ in range(draws.randint(1, 8)):
            mutated[draws.randrange(len(mutated))] = draws.randrange(256)
        (tmp_path / "a.xls").write_bytes(mutated[: draws.choice([len(mutated)] * 4 + [draws.randrange(len(mutated))])])
        refused += read_or_refused(tmp_path / "a.xls") is None
    assert 100 < refused < 600
    assert capfd.readouterr().err == ""
