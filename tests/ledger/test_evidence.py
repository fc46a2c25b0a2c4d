"""Evidence is what its name says, no larger than allowed, kept whole under a name that nobody can guess."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from ledger_story import PDF, PNG, by, hand_task, in_state, upload

from jiaoheng.ledger import store
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import evidence as actions
from jiaoheng.ledger.actions.evidence import attach, remove_evidence
from jiaoheng.ledger.file_types import ENDINGS, file_type, plain_name
from jiaoheng.ledger.models import Event, Evidence, Task

pytestmark = pytest.mark.django_db
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500


def _sheet() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


TRUE = {
    "a.pdf": PDF,
    "a.png": PNG,
    "A.JPG": b"\xff\xd8\xff\xe0" + b"\x00" * 20,
    "a.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "a.xlsx": _sheet(),
    "a.docx": _zip("[Content_Types].xml", "word/document.xml"),
    "a.doc": COMPOUND + "WordDocument".encode("utf-16-le"),
    "a.xls": COMPOUND + "Workbook".encode("utf-16-le"),
    "a.txt": "整改情况".encode(),
    "b.txt": "整改情况".encode("gb18030"),
    "a.csv": "学校,人数\n甲,1\n".encode(),
}
LYING = {
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "program.png": b"MZ\x90\x00",
    "page.txt": b"  <!DOCTYPE html><script>",
    "picture.svg.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    "sheet.docx": _sheet(),
    "archive.xlsx": _zip("a.txt"),
    "macros.xlsx": _zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
    "macros.xls": COMPOUND + "Workbook".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"),
    "cut.xlsx": _sheet()[:200],
    "word.xls": COMPOUND + "WordDocument".encode("utf-16-le"),
    "binary.csv": b"a,b\n\x00\x01",
    "photo.jpg": PNG,
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_what_it_says_is_taken(name: str) -> None:
    assert file_type(name, io.BytesIO(TRUE[name])) is not None


@pytest.mark.parametrize("name", LYING)
def test_what_lies_about_its_type_is_refused_and_nothing_is_kept(name: str) -> None:
    task = hand_task()
    with pytest.raises(Refused, match="内容不是"):
        attach(by("clerk"), task, files=[upload(), upload(name, LYING[name])])
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.zip", "a", "a.pdf.js", ".htaccess"])
def test_other_kinds_are_refused(name: str) -> None:
    assert name.rsplit(".", 1)[-1] not in ENDINGS or "." not in name
    with pytest.raises(Refused, match="不能上传"):
        attach(by("clerk"), hand_task(), files=[upload(name, PDF)])


def test_too_large_too_many_and_empty_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    task = hand_task()
    with pytest.raises(Refused, match="空的"):
        attach(by("clerk"), task, files=[upload("a.pdf", b"")])
    monkeypatch.setattr(actions, "LARGEST", 1 << 20)
    with pytest.raises(Refused, match=r"1\.5 MB，超过 1 MB"):
        attach(by("clerk"), task, files=[upload("a.pdf", PDF + b"\x00" * (3 << 19))])
    monkeypatch.setattr(actions, "MOST", 2)
    with pytest.raises(Refused, match="最多 2 个"):
        attach(by("clerk"), task, files=[upload(), upload(), upload()])


def test_a_file_is_kept_whole_under_a_random_name_outside_the_web_root(home: Path) -> None:
    (kept,) = attach(by("clerk"), hand_task(), files=[upload("验收 单.pdf", PDF)])
    path = store.evidence(kept.token)
    assert path.read_bytes() == PDF
    assert (kept.sha256, kept.size, kept.kind) == (hashlib.sha256(PDF).hexdigest(), len(PDF), "application/pdf")
    assert len(kept.token) == 32
    assert path.is_relative_to(home / "evidence")
    assert path.name == kept.token
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\单.pdf", "单.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202egnp.exe.pdf", "gnp.exe.pdf"),
        ("长" * 300 + ".pdf", "长" * 150 + ".pdf"),
        ("", "file"),
    ],
)
def test_names_hold_no_folders_no_controls_and_are_not_too_long(given: str, shown: str) -> None:
    assert plain_name(given) == shown


@pytest.mark.parametrize("state", [Task.State.CLOSED, Task.State.WITHDRAWN])
def test_what_is_settled_takes_no_more_files(state: str) -> None:
    with pytest.raises(Refused, match="不能再上传"):
        attach(by("clerk"), in_state(state), files=[upload()])


def test_what_two_clicks_take_away_is_one_event() -> None:
    task = hand_task()
    (kept,) = attach(by("clerk"), task, files=[upload()])
    twice = Evidence.objects.get(pk=kept.pk)
    remove_evidence(by("clerk"), task, evidence=kept)
    with pytest.raises(Refused, match="不存在"):
        remove_evidence(by("clerk"), task, evidence=twice)
    assert Event.objects.filter(action="task.remove_evidence", object_id=str(task.pk)).count() == 1
