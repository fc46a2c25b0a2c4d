"""Folders of a few rows, read through a mapping written beside them."""

from collections.abc import Mapping
from pathlib import Path

from jiaoheng.county import Batch
from jiaoheng.sources.mapping import read_mapped

HEAD = 'format = 1\ntitle = "测试"\n'


def mapped(folder: Path, mapping: str, files: Mapping[str, str]) -> Batch:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "mapping.toml"
    path.write_text(HEAD + mapping, encoding="utf-8")
    batch = read_mapped(folder, path)
    for problem in batch.problems:
        for text in (problem.what("zh"), problem.what("en"), problem.remedy("zh"), problem.remedy("en")):
            assert text
            assert "{" not in text.replace("{roc}", "").replace("{grade}", "")
    return batch


def values(batch: Batch, table: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row.values[name] for name in names) for row in batch.rows[table]]


def told(batch: Batch) -> list[tuple[str, str, int | None, str, str]]:
    return [(p.code, p.origin.file, p.origin.row, p.column, p.value) for p in batch.problems]


PLACES = """
[sources]
towns = { file = "towns.csv" }
[[feeds]]
into = "places"
from = "towns"
[feeds.columns]
place_id = "code"
name = "name"
level = { value = "town" }
"""


def places(*more: str) -> str:
    return PLACES + "\n".join(more)
