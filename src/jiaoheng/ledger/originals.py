"""Plan documents as they were uploaded: kept whole under a random name, with their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from django.utils.translation import gettext as _

from jiaoheng.county import files
from jiaoheng.ledger import store
from jiaoheng.ledger.file_types import ending, plain_name
from jiaoheng.ledger.models import PlanDocument
from jiaoheng.ledger.refusal import Refused

LARGEST = 20 * 2**20
"""Bytes that a file may have."""
LONGEST = 2_000_000
"""Characters that may be pasted."""
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "html": "text/html",
    "htm": "text/html",
    "doc": "application/msword",
    "wps": "application/vnd.ms-works",
    "rtf": "application/rtf",
    "ofd": "application/ofd",
}
"""What may be uploaded. Old formats are taken too, so that reading them says how to save them in a newer one."""
_PICTURES = ("jpg", "jpeg", "png", "bmp", "tif", "tiff", "webp")


class Original(msgspec.Struct, frozen=True):
    """A file that lies in the workspace: the name to show, the name that it lies under, and what it is."""

    name: str
    token: str
    kind: str
    size: int
    sha256: str


def receive(name: str, chunks: Iterable[bytes]) -> Original:
    """Keep a document; raises ``Refused``, with nothing kept, for what is empty, too big or of another kind."""
    shown = plain_name(name)
    kind = ending(shown)
    if kind in _PICTURES:
        raise Refused(
            _("“{name}”是图片，读不出文字。请先做文字识别（OCR），再上传识别后的 Word 或文本。").format(name=shown)
        )
    if kind not in MEDIA:
        raise Refused(
            _("不能上传“{name}”：这里收 Word（.docx）、PDF、网页（.html）和文本（.txt）。").format(name=shown)
        )
    data = _whole(shown, chunks)
    token = store.token()
    path = store.document(token)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.put(path, data)
    files.sync(path.parent)
    return Original(shown, token, MEDIA[kind], len(data), hashlib.sha256(data).hexdigest())


def pasted(text: str) -> Original:
    """Keep pasted text as a file; raises ``Refused`` for an empty or overlong one."""
    if not text.strip():
        raise Refused(_("请上传文件，或粘贴正文。"))
    if len(text) > LONGEST:
        raise Refused(_("粘贴的文字太长（最多 {limit} 字）。请分开，或上传文件。").format(limit=LONGEST))
    # Browsers send every line break as two characters.
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return receive(_("粘贴的文字.txt"), [plain.encode("utf-8", "replace")])


def forget(original: Original) -> None:
    """Remove a file that nothing refers to: the document that it was for was refused."""
    store.document(original.token).unlink(missing_ok=True)


def data(document: PlanDocument) -> bytes | None:
    """The file as it was uploaded; None where it is gone or was altered."""
    try:
        found = store.document(document.token).read_bytes()
    except FileNotFoundError:
        return None
    return found if hashlib.sha256(found).hexdigest() == document.sha256 else None


def _whole(name: str, chunks: Iterable[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise Refused(
                _("“{name}”超过 {limit} MB。请去掉图片或另存为较小的文件。").format(name=name, limit=LARGEST // 2**20)
            )
        parts.append(chunk)
    if not size:
        raise Refused(_("“{name}”是空文件。").format(name=name))
    return b"".join(parts)
