"""Many files at once: folders in folders, zip archives, files of one name; who was in them and who is missing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from forms_county import KNOWN, YEAR, facts_before, files

from jiaoheng.county import Batch, Problem, admit
from jiaoheng.county.problems import Origin
from jiaoheng.sources import SourceError, known_from, read
from jiaoheng.sources.bundles import is_litter, within_bundle
from jiaoheng.sources.turnout import alike, turnout

TWO = KNOWN.schools[:2]


def laid_out(folder: Path) -> Path:
    """A folder for each school, each with a file of the same name, beside things that are no data."""
    for school, data in zip(TWO, (files((school,)) for school in TWO), strict=True):
        own = folder / "年报" / school.name
        own.mkdir(parents=True)
        (own / "年报.xlsx").write_bytes(*data.values())
        (own / "~$年报.xlsx").write_bytes(b"lock")
    (folder / "年报" / "说明.docx").write_bytes(b"x")
    (folder / "年报" / ".DS_Store").write_bytes(b"x")
    return folder / "年报"


def names(batch: Batch) -> set[str]:
    return {sheet.file for sheet in batch.sheets}


def test_files_of_one_name_in_folders_of_schools_stay_apart(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    batch = read(laid_out(tmp_path), progress=lambda *each: told.append(each))
    assert names(batch) == {f"{school.name}/年报.xlsx" for school in TWO}
    assert {row.values["school_id"] for row in batch.rows["schools"]} == {school.school_id for school in TWO}
    assert [(place, of) for place, of, _ in told] == [(1, 3), (2, 3), (3, 3)]


def test_an_archive_is_read_as_the_folder_that_it_holds(tmp_path: Path) -> None:
    folder = laid_out(tmp_path)
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(tmp_path))
    packed, plain = read(path), read(folder)
    assert names(packed) == names(plain)
    assert packed.rows == plain.rows


def test_other_workbooks_in_sub_folders_are_left_alone(tmp_path: Path) -> None:
    folder = laid_out(tmp_path)
    (folder / "其他").mkdir()
    (folder / "其他" / "在校生.csv").write_text("学校标识码\n", encoding="utf-8")
    assert len(names(read(folder))) == 2


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04cut short"])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "年报.zip"
    path.write_bytes(data)
    with pytest.raises(SourceError):
        read(path)


def test_names_lose_what_all_share_and_what_leads_out() -> None:
    assert within_bundle(["县/甲/年报.xlsx", "县/乙/年报.xlsx"]) == ["甲/年报.xlsx", "乙/年报.xlsx"]
    assert within_bundle(["../../etc/甲.xlsx", "乙.xlsx"]) == ["etc/甲.xlsx", "乙.xlsx"]
    assert within_bundle(["县\\甲.xlsx"]) == ["甲.xlsx"]
    assert within_bundle([]) == []


@pytest.mark.parametrize("name", [".DS_Store", "甲/~$年报.xlsx", "__MACOSX/甲/._年报.xlsx", "甲/Thumbs.db", ""])
def test_litter_is_known(name: str) -> None:
    assert is_litter(name)
    assert not is_litter("甲/年报.xlsx")


def test_who_is_in_the_files_and_who_is_missing(tmp_path: Path) -> None:
    before = facts_before()
    batch = read(laid_out(tmp_path), known=known_from(before, YEAR))
    told = turnout([batch], before, admit(batch).county, whole=True)
    assert told.year == YEAR
    assert {(file.file, file.schools) for file in told.files} == {
        (f"{school.name}/年报.xlsx", (school.school_id,)) for school in TWO
    }
    assert {each.code for each in told.missing} == {school.school_id for school in KNOWN.schools[2:]}
    assert {each.years for each in told.missing} == {(YEAR - 1,)}
    assert turnout([batch], before, before, whole=False).missing == ()


def test_one_problem_of_several_files_is_told_once() -> None:
    def lacking(file: str, forms: str) -> Problem:
        return Problem(
            code="forms_missing", value=file, origin=Origin(file), details={"forms_zh": forms, "forms_en": ""}
        )

    told = alike(
        [lacking("甲", "教基5176 条件、教基5170 校舍"), lacking("乙", "教基5176 条件"), lacking("丙", "其他")], "zh"
    )
    assert [(each.what, each.files) for each in told] == [("缺“教基5176 条件”", ("甲", "乙"))]
