"""Files are taken for what is in them, under names that harm nothing, or refused in words with nothing kept."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from six_county import county, table, workbook

from jiaoheng.ledger import uploads
from jiaoheng.ledger.actions import Refused

CSV = table("A,2025,1,2,70")


def _zip(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_file_is_kept_under_a_random_name(tmp_path: Path) -> None:
    delivery = uploads.receive(tmp_path / "files", "在校生.csv", [CSV[:5], CSV[5:]])
    (file,) = delivery.files
    assert (file.name, file.size) == ("在校生.csv", len(CSV))
    assert [path.name for path in (tmp_path / "files").iterdir()] == [file.stored]
    assert len(file.stored) == 32
    assert (tmp_path / "files" / file.stored).read_bytes() == CSV


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/在校生.csv", "在校生.csv"),
        ("C:\\Users\\x\\在校生.csv", "在校生.csv"),
        ("在校\x00生\u202e.csv", "在校生.csv"),
        ("~$在校生.csv", "在校生.csv"),
        ('a<b>"c|d?.csv', "a_b__c_d_.csv"),
        (".csv", "未命名.csv"),
        ("x" * 300 + ".xlsx", "x" * 75 + ".xlsx"),
        ("王老师13800138000.csv", "王老师1___.csv"),
    ],
)
def test_a_name_keeps_nothing_that_harms(name: str, shown: str) -> None:
    assert uploads.harmless_name(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("城关小学/年报.xlsx", "城关小学/年报.xlsx"),
        ("../../etc/城关小学/年报.xlsx", "etc/城关小学/年报.xlsx"),
        ("C:\\a\\b\\城关小学\\年报.xlsx", "b/城关小学/年报.xlsx"),
        ("/年报.xlsx", "年报.xlsx"),
        ("城关\n小学/~$年报*.xlsx", "城关小学/年报_.xlsx"),
        ("一" * 90 + "/" + "二" * 90 + "/" + "三" * 90 + ".xlsx", "二" * 79 + "/" + "三" * 75 + ".xlsx"),
    ],
)
def test_a_name_with_folders_keeps_the_innermost_and_nothing_that_harms(name: str, shown: str) -> None:
    assert uploads.harmless_path(name) == shown
    assert len(shown) <= uploads.LONGEST_PATH


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("在校生.csv", b"%PDF-1.7 ..."),
        ("在校生.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("在校生.csv", b"MZ\x90\x00\x03\x00\x00\x00\x04"),
        ("在校生.csv", b"<html><script>alert(1)</script></html>"),
        ("在校生.csv", _zip({"xl/workbook.xml": b"x"})),
        ("全县.xlsx", CSV),
        ("全县.xlsx", _zip({"word/document.xml": b"x"})),
        ("全县.xls", b"<html><table>"),
        ("全县.parquet", CSV),
        ("全县.exe", CSV),
        ("全县.docx", _zip({"word/document.xml": b"x"})),
        ("全县.zip", CSV),
        ("全县.zip", _zip({"readme.txt.exe": b"x"})),
        ("全县", CSV),
        ("空.csv", b""),
    ],
)
def test_a_file_that_lies_about_its_type_is_refused_and_not_kept(name: str, data: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        uploads.receive(tmp_path, name, [data])
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_is_told_by_its_content(tmp_path: Path) -> None:
    data = workbook(county(), tmp_path)
    assert uploads.receive(tmp_path / "files", "数据.xlsx", [data]).files[0].name == "数据.xlsx"
    with pytest.raises(Refused):
        uploads.receive(tmp_path / "files", "数据.zip", [data])


def test_an_archive_gives_its_data_files_and_names_the_others(tmp_path: Path) -> None:
    members = {
        "../../../在校生.csv": CSV,
        "数据/学校.csv": CSV,
        "/etc/passwd": b"root",
        "说明.docx": b"x",
        "__MACOSX/._学校.csv": b"x",
        ".DS_Store": b"x",
    }
    delivery = uploads.receive(tmp_path / "files", "数据.zip", [_zip(members)])
    assert [file.name for file in delivery.files] == ["在校生.csv", "数据/学校.csv"]
    assert set(delivery.left_out) == {"etc/passwd", "说明.docx"}
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "files"}


def test_names_that_windows_wrote_in_gbk_are_read(tmp_path: Path) -> None:
    data = _zip({"XXXXXX.csv": CSV}).replace(b"XXXXXX", "在校生".encode("gb18030"))
    assert uploads.receive(tmp_path, "数据.zip", [data]).files[0].name == "在校生.csv"


def test_a_link_in_an_archive_is_left_out(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("学校.csv")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("在校生.csv", CSV)
    delivery = uploads.receive(tmp_path, "数据.zip", [data.getvalue()])
    assert ([file.name for file in delivery.files], delivery.left_out) == (["在校生.csv"], ("学校.csv",))


def test_one_lying_file_in_an_archive_keeps_none(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        uploads.receive(tmp_path, "数据.zip", [_zip({"在校生.csv": CSV, "学校.csv": b"%PDF"})])
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_big_is_refused_before_it_is_whole(tmp_path: Path, settings: Any) -> None:
    settings.JIAOHENG_UPLOAD_BYTES = 1000
    taken = []

    def chunks() -> object:
        for _ in range(100):
            taken.append(1)
            yield b"1,2\n" * 100

    with pytest.raises(Refused, match="过大"):
        uploads.receive(tmp_path, "在校生.csv", chunks())  # type: ignore[arg-type]
    assert len(taken) == 3


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.JIAOHENG_UPLOAD_BYTES = settings.JIAOHENG_UPLOAD_TOTAL = 100_000
    with pytest.raises(Refused):
        uploads.receive(tmp_path, "数据.zip", [_zip({"在校生.csv": b"1,2\n" * 200_000})])
    with pytest.raises(Refused):
        uploads.receive(
            tmp_path, "数据.zip", [_zip({f"{number}.csv": CSV for number in range(uploads.MOST_FILES + 1)})]
        )
    assert list(tmp_path.iterdir()) == []
