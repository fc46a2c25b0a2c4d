"""Text files and web pages as plain text: whatever encoding they are in, and never in a wrong one."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_files import PLAN

from jiaoheng.documents.files import MAX_BYTES, MAX_CHARACTERS, DocumentError, plain, plain_file

TEXT = "".join(f"{line}\n" for line in PLAN)


def refused(data: bytes, name: str = "规划.txt") -> DocumentError:
    with pytest.raises(DocumentError) as error:
        plain(data, name)
    assert name in error.value.say("zh")
    assert name in error.value.say("en")
    return error.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_the_encoding_it_is_in(encoding: str) -> None:
    assert plain(TEXT.encode(encoding), "规划.txt") == TEXT


def test_traditional_characters_in_big5_are_read() -> None:
    text = "望嵐縣教育發展行動計劃\n到2027年，全縣學校實施義務教育優質均衡發展，建立教師發展機制，新建三所幼兒園。\n"
    assert plain(text.encode("big5"), "a.txt") == text


def test_a_text_stands_as_it_is_but_for_line_ends() -> None:
    text = "\n  一、主要目标\n\n\u3000\u3000到2027 年,毛入园率\t达到９６％ 。  \n"
    assert plain(text.replace("\n", "\r\n").encode(), "a.md") == text
    assert plain(text.replace("\n", "\r").encode("gb18030"), "a.md") == text


def test_what_can_not_be_stored_keeps_its_place() -> None:
    assert plain("主要\x07目标\x1b：学校".encode(), "a.txt") == "主要 目标 ：学校"
    assert plain("⾼质量⽣均⺠办教育".encode(), "a.txt") == "高质量生均民办教育"


@given(st.text(alphabet="学校教育发展规划，。 \n\t0123456789abc%％（）①Ⅲ㎡\ue000", min_size=1, max_size=80))
def test_any_text_comes_back_from_utf_8_at_its_length(text: str) -> None:
    text = "到2027年" + text
    assert plain(text.encode(), "a.txt") == text


def test_utf_8_with_damaged_bytes_is_refused_with_its_line() -> None:
    data = TEXT.encode()
    at = data.index("目标".encode())
    error = refused(data[:at] + b"\xff" + data[at + 1 :])
    assert error.code == "encoding"
    assert "第 3 行" in error.say("zh")
    assert refused(data[:-3]).code == "encoding"
    assert refused(codecs.BOM_UTF8 + data[:-2]).code == "encoding"


def test_text_that_was_garbled_before_is_refused() -> None:
    garbled = (TEXT * 3).encode().decode("gb18030", errors="ignore")
    assert refused(garbled.encode()).code == "garbled"
    assert refused((TEXT * 3).encode("euc-kr", errors="ignore").replace(b"\xb1", b"\xe3\xf7")).code == "garbled"


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n \t", b"\0\0\0"])
def test_nothing_is_empty(data: bytes) -> None:
    assert refused(data).code == "empty"


def test_text_without_chinese_is_not_read_as_a_plan() -> None:
    assert refused(b"Strategic plan 2025: 3 new schools").code == "not_chinese"
    assert refused(("A plan for 3 new schools, " * 50 + "学校").encode()).code == "not_chinese"


def test_the_limits_are_said() -> None:
    error = refused(b"\xd1" * (MAX_BYTES + 1))
    assert error.code == "too_big"
    assert "上限 20 MB" in error.say("zh")
    assert refused("学".encode() * (MAX_CHARACTERS + 1)).code == "too_long"


def test_two_megabytes_of_text_are_read() -> None:
    text = TEXT * (2_000_000 // len(TEXT.encode()))
    assert plain(text.encode(), "a.txt") == text


SIGNED = {
    "word.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_word"),
    "规划.wps": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_word"),
    "表.et": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "spreadsheet"),
    "汇报.dps": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "slides"),
    "扫描.jpg": (b"\xff\xd8\xff\xe0" + b"\x10" * 300, "image_only"),
    "扫描.png": (b"\x89PNG\r\n\x1a\n" + b"\x10" * 300, "image_only"),
    "规划.rar": (b"Rar!\x1a\x07" + b"\x10" * 300, "archive"),
    "规划.rtf": (b"{\\rtf1\\ansi \\u23398?}", "other_format"),
    "规划.mht": (b"From: WPS\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n", "other_format"),
    "program.txt": (b"MZ\x90\0" + b"\x10" * 300, "other_format"),
    "data.txt": (bytes(range(256)) * 40, "other_format"),
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_file_of_another_kind_is_told_by_its_content_whatever_its_name(name: str) -> None:
    data, code = SIGNED[name]
    assert refused(data, name).code == code
    if not name.endswith((".et", ".dps")):
        assert refused(data, "规划.docx").code == code


def test_old_word_is_told_to_be_saved_anew() -> None:
    error = refused(SIGNED["规划.wps"][0], "规划.wps")
    assert "另存为 .docx" in error.say("zh")
    assert "save it as .docx" in error.say("en")


def test_a_file_on_disk_is_read_or_told_why_not(tmp_path) -> None:
    path = tmp_path / "规划.txt"
    with pytest.raises(DocumentError) as error:
        plain_file(path)
    assert error.value.code == "not_found"
    path.write_bytes(TEXT.encode("gb18030"))
    assert plain_file(path) == TEXT
    with pytest.raises(DocumentError) as error:
        plain_file(tmp_path)
    assert error.value.code == "folder"
    with pytest.raises(DocumentError) as error:
        plain_file(tmp_path / ("长" * 200))
    assert error.value.code == "unreadable"
