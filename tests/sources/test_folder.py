"""Folders of CSV, Parquet and workbooks, each file named by its table."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from books import SCHOOLS, csv_file, xlsx
from counties import clean_rows

from jiaoheng.county import Batch, build
from jiaoheng.sources import SourceError, read


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    assert caught.value.say("zh") != caught.value.say("en")
    return caught.value.code


def codes(batch: Batch) -> list[str]:
    return [problem.code for problem in batch.problems]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_county_written_as_a_folder_reads_back_exactly(tmp_path: Path, suffix: str) -> None:
    county = build(clean_rows())
    for name, table in county.tables.items():
        if suffix == "csv":
            pyarrow.csv.write_csv(table, tmp_path / f"{name}.csv")
        else:
            pq.write_table(table, tmp_path / f"{name}.parquet")
    batch = read(tmp_path)
    assert batch.problems == ()
    rows = {table: [row.values for row in some] for table, some in batch.rows.items()}
    assert build(rows).tables == county.tables


def test_files_are_named_in_any_way_that_a_table_is_and_several_make_one(tmp_path: Path) -> None:
    pupils = ["学校标识码", "学年", "年级", "在校生数"]
    csv_file(tmp_path / "1.学校.csv", SCHOOLS, "gb18030")
    csv_file(tmp_path / "在校生2024.csv", [pupils, ["01", 2024, 1, 80]])
    csv_file(tmp_path / "enrolment2025.tsv", [pupils, ["01", 2025, 1, 81]], delimiter="\t")
    xlsx(tmp_path / "其他.xlsx", 县=[["县区划代码", "县名"], ["410999", "望岚县"]])
    (tmp_path / "~$其他.xlsx").write_bytes(b"lock")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    batch = read(tmp_path)
    assert batch.problems == ()
    assert {table: len(rows) for table, rows in batch.rows.items()} == {"county": 1, "schools": 2, "enrolment": 2}
    assert {row.origin.file for row in batch.rows["enrolment"]} == {"在校生2024.csv", "enrolment2025.tsv"}


def test_files_and_sheets_of_other_names_are_told_and_what_they_look_like(tmp_path: Path) -> None:
    csv_file(tmp_path / "学校.csv", SCHOOLS)
    csv_file(tmp_path / "杂项.csv", [["a", "b"], [1, 2]])
    (tmp_path / "readme.txt").write_text('an "odd" note, with "quotes', encoding="utf-8")
    xlsx(tmp_path / "b.xlsx", 表一=[["地点代码", "学年", "周岁", "人数"], ["01", 2025, 6, 80]], 空=[[]], 说明=[["x"]])
    batch = read(tmp_path)
    assert [(p.code, p.value, p.severity) for p in batch.problems] == [
        ("sheet_likely", "表一", "warning"),
        ("sheet_unknown", "杂项", "warning"),
    ]
    assert "“适龄儿童”" in batch.problems[0].what("zh")


def test_a_hidden_sheet_is_told(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(xlsx(tmp_path / "a.xlsx", 学校=SCHOOLS, 班级=[["x"]]))
    book["班级"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert codes(read(tmp_path / "a.xlsx")) == ["sheet_hidden"]


def test_one_bad_file_does_not_hold_up_the_others(tmp_path: Path) -> None:
    csv_file(tmp_path / "学校.csv", SCHOOLS)
    (tmp_path / "在校生.xlsx").write_bytes(b"PK\x03\x04 torn")
    (tmp_path / "班级.parquet").write_bytes(b"PAR1 torn")
    batch = read(tmp_path)
    assert codes(batch) == ["file_unreadable", "file_unreadable"]
    assert "在校生.xlsx" in batch.problems[0].what("zh")
    assert len(batch.rows["schools"]) == 2


def test_parquet_cells_are_read_as_strictly_as_any(tmp_path: Path) -> None:
    table = pa.table(
        {
            "school_id": pa.array(["01", "02", "03", None]),
            "year": pa.array([2025, 2025, 2025, 2025], pa.int16()),
            "grade": pa.array([1, 2, 99, 1], pa.int8()),
            "classes": pa.array([Decimal("2.0"), Decimal("2.5"), None, None], pa.decimal128(5, 1)),
            "pupils": pa.array([80.0, float("nan"), 70.0, 60.5]),
        }
    )
    pq.write_table(table, tmp_path / "enrolment.parquet")
    batch = read(tmp_path / "enrolment.parquet")
    assert [(p.code, p.column, p.origin.row) for p in batch.problems] == [
        ("cell_not_integer", "classes", 3),
        ("cell_not_integer", "pupils", 3),
        ("unknown_code", "grade", 4),
        ("cell_not_integer", "pupils", 5),
    ]
    assert [dict(row.values) for row in batch.rows["enrolment"]] == [
        {"school_id": "01", "year": 2025, "grade": 1, "classes": 2, "pupils": 80}
    ]


def test_parquet_columns_of_lists_bytes_and_times_are_problems_not_crashes(tmp_path: Path) -> None:
    table = pa.table(
        {
            "school_id": pa.array([[1], None]),
            "name": pa.array([b"x", b"y"]),
            "kind": pa.array(["211", "211"]).dictionary_encode(),
            "built_year": pa.array([datetime(2025, 9, 1), None], pa.timestamp("ns")),
            "extra": pa.array([{"a": 1}, {"a": 2}]),
        }
    )
    pq.write_table(table, tmp_path / "schools.parquet")
    batch = read(tmp_path / "schools.parquet")
    assert codes(batch) == ["columns_unknown", "cell_type", "cell_type", "cell_date", "cell_type"]
    assert len(batch.rejected) == 2


def test_boundaries_come_with_the_folder(tmp_path: Path) -> None:
    csv_file(tmp_path / "学校.csv", SCHOOLS)
    found = {"type": "FeatureCollection", "features": []}
    (tmp_path / "boundaries.geojson").write_text(json.dumps(found), encoding="utf-8")
    assert read(tmp_path).boundaries == found
    for wrong in ("[1]", "[" * 100_000, ""):
        (tmp_path / "boundaries.geojson").write_text(wrong, encoding="utf-8")
        batch = read(tmp_path)
        assert batch.boundaries is None
        assert codes(batch) == ["file_unreadable"]


def test_what_holds_no_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path / "empty") == "no_table"
    assert refused(tmp_path / "nowhere") == "not_found"
    assert refused(csv_file(tmp_path / "数据.csv", SCHOOLS)) == "no_table_name"
    assert refused(xlsx(tmp_path / "a.xlsx", Sheet1=SCHOOLS)) == "no_table"
    (tmp_path / "a.docx").write_bytes(b"PK")
    assert refused(tmp_path / "a.docx") == "unknown_format"
    (tmp_path / "学校.parquet").write_bytes(b"")
    assert refused(tmp_path / "学校.parquet") == "damaged"


def boundaries(folder, features):
    folder.mkdir(exist_ok=True)
    (folder / "county.csv").write_text("县区划代码,县名\n410999,望岚县\n", encoding="utf-8")
    (folder / "boundaries.geojson").write_text(
        '{"type": "FeatureCollection", "联系人": "李四", "features": ' + features + "}", encoding="utf-8"
    )
    return read(folder)


def test_of_a_map_only_the_boundaries_and_their_places_are_kept(tmp_path):
    ring = "[[[113, 34], [114, 34], [114, 35], [113, 34]]]"
    about = '{"place_id": "410999", "负责人": "李四", "phone": "13812345678"}'
    feature = f'{{"type": "Feature", "properties": {about}, "geometry": {{"type": "Polygon", "coordinates": {ring}}}}}'
    kept = boundaries(tmp_path, f"[{feature}]").boundaries
    assert "李四" not in str(kept)
    assert "138" not in str(kept)
    assert kept["features"][0]["properties"] == {"place_id": "410999"}
    assert kept["features"][0]["geometry"]["coordinates"] == [[[113, 34], [114, 34], [114, 35], [113, 34]]]


@pytest.mark.parametrize("features", ["[" * 9000 + "]" * 9000, '"abc"', "[5]", '[{"a": "\\ud800"}]'])
def test_a_map_that_is_none_is_told(tmp_path, features):
    batch = boundaries(tmp_path, features)
    assert batch.boundaries is None
    assert "file_unreadable" in [problem.code for problem in batch.problems]
