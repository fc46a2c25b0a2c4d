"""Files out of a request, in their folder while the change that they are for is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from jiaoheng.ledger import uploads
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.uploads import Delivery, Received
from jiaoheng.web.request import Request
from jiaoheng.web.uploads import too_big


@contextmanager
def received(request: Request, folder: Path, files: Sequence[UploadedFile]) -> Iterator[Delivery]:
    """The files, kept; taken away again where one of them, or the change, is refused.

    Raises ``Refused`` in words about the file.
    """
    if names := too_big(request):
        raise Refused(uploads.too_big(names[0]))
    kept: list[Received] = []
    left_out: list[str] = []
    done = False
    try:
        for file in files:
            delivery = uploads.receive(folder, file.name or "", file.chunks())
            kept += delivery.files
            left_out += delivery.left_out
        yield Delivery(tuple(kept), tuple(left_out))
        done = True
    finally:
        if not done:
            uploads.discard(folder, kept)
