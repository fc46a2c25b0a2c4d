"""docs/mapping.md stays true: it names every key, and its examples are mappings that load."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from jiaoheng.sources.mapping import load, names, read_mapped
from jiaoheng.sources.mapping.spec import (
    Boundaries,
    Case,
    Combine,
    Condition,
    Feed,
    LeaveOut,
    Lookup,
    Order,
    Rule,
    Source,
    Spec,
    Total,
    Unpivot,
)

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
KINDS = (
    Boundaries, Case, Combine, Condition, Feed, LeaveOut, Lookup, Order, Rule, Source, Spec, Total, Unpivot
)  # fmt: skip
KEYS = sorted({field.encode_name for kind in KINDS for field in msgspec.structs.fields(kind)})


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained(key: str) -> None:
    assert re.search(rf"(?<![\w]){re.escape(key)}(?![\w])", PAGE)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_example_is_toml(block: str) -> None:
    text = re.sub(r"^where = .*\n", "", block, flags=re.MULTILINE)
    assert tomllib.loads(text) or "where" in block


def test_the_shortest_example_works_as_printed(tmp_path: Path) -> None:
    table = next(block for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL) if block.startswith("区划"))
    (tmp_path / "乡镇.csv").write_text(table, encoding="utf-8")
    (tmp_path / "map.toml").write_text(BLOCKS[0], encoding="utf-8")
    batch = read_mapped(tmp_path, tmp_path / "map.toml")
    assert batch.problems == ()
    assert [(row.values["name"], row.values["population"]) for row in batch.rows["places"]] == [
        ("青石镇", 23000),
        ("松溪乡", 11000),
    ]


def test_the_other_examples_fit_together_in_one_mapping(tmp_path: Path) -> None:
    def block(start: str) -> str:
        return next(block for block in BLOCKS if block.startswith(start))

    text = "\n".join(
        [
            'format = 1\ntitle = "x"\n[sources]',
            'pupils = { file = "a" }\nvillages = { file = "b" }\nclasses = { file = "c" }',
            block("[lookups.town_code]"),
            block('[[feeds]]\ninto = "enrolment"\nfrom = "pupils"'),
            block('[[feeds]]\ninto = "enrolment"\nfrom = "classes"'),
            '[[feeds]]\ninto = "schools"\nfrom = "classes"',
            block("[feeds.derive]"),
            'name = "x"',
            block("[feeds.columns.kind]").partition("[feeds.columns.teachers]")[0],
            block("[feeds.combine]").replace('columns.population = "sum"', ""),
            block("[[boundaries]]"),
        ]
    )
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    assert len(load(path).feeds) == 3


def test_every_shipped_mapping_is_listed() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert set(names()) <= set(listed)


def test_the_example_of_counting_works(tmp_path: Path) -> None:
    def block(start: str) -> str:
        return next(block for block in BLOCKS if block.startswith(start))

    feed = block("[feeds.columns]\npupils = { value = true }").replace(
        "[feeds.columns]", '[feeds.columns]\nschool_id = "学校标识码"\nyear = { given = "year" }\ngrade = "年级"'
    )
    text = (
        f'format = 1\ntitle = "x"\n{block("[sources.pupils]")}\n[[feeds]]\ninto = "enrolment"\nfrom = "pupils"\n{feed}'
    )
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    rows = "姓名,XXDM,所在年级,班级,就读方式\n甲,A1,一年级,1班,住校\n乙,A1,一年级,1班,走读\n"
    (tmp_path / "名单.csv").write_text(rows, encoding="utf-8")
    batch = read_mapped(tmp_path / "名单.csv", tmp_path / "map.toml", given={"year": 2025})
    assert batch.problems == ()
    (row,) = batch.rows["enrolment"]
    assert (row.values["pupils"], row.values["boarders"], row.values["classes"]) == (2, 1, 1)
