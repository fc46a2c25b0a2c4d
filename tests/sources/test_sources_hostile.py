"""Files made to do harm: they are refused quickly and in words, or read without what cannot be seen."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jiaoheng import sources
from jiaoheng.county.schema import schema
from jiaoheng.sources import SourceError, headers


def test_a_text_that_many_rows_share_is_counted_for_each_before_it_is_spread(tmp_path: Path) -> None:
    rows = pa.array([0] * 100_000, pa.int32())
    column = pa.DictionaryArray.from_arrays(rows, pa.array(["长" * 10_000]))
    path = tmp_path / "schools.parquet"
    pq.write_table(pa.table({"school_id": column}), path)
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match="2861 MB"):
        sources.read(path)


def test_texts_of_a_parquet_file_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "schools.parquet"
    rows = {
        "school_id": ["1141990001", "1141990002"],
        "name": ["甲", "甲"],
        "kind": ["211", None],
        "built_year": [1990, None],
    }
    pq.write_table(pa.table(rows), path)
    read = sources.read(path)
    values = [row.values for row in read.rows["schools"]] + [row.values for row in read.rejected]
    assert [(value["name"], value["built_year"]) for value in values] == [("甲", 1990), ("甲", None)]


def test_a_very_long_text_is_no_header_and_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(headers, "_recognise", lambda columns, text: taken.append(text))
    assert headers.recognise(schema().tables["schools"], "学校名称" + "长" * 1_000_000) is None
    assert taken == []


def test_control_characters_and_marks_that_turn_text_round_do_not_stay(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(
        "学校标识码,学校名称,办学类型码\n11\x0041990001,甲\x01\x7f\u202e乙\u2067,211\n".replace("\0", "\u2066"),
        encoding="utf-8",
    )
    (row,) = sources.read(path).rows["schools"]
    assert (row.values["school_id"], row.values["name"]) == ("1141990001", "甲乙")
