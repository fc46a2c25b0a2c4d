"""Files that are too big or too many are turned away while they arrive, before they fill the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from jiaoheng.ledger.uploads import MOST_FILES

_TOO_BIG = "jiaoheng.too_big"
_TOO_MANY = "jiaoheng.too_many"
_TOO_MUCH = "jiaoheng.too_much"
_SLACK = 100
"""Files of a folder that are no data, and left out afterwards, do not count."""


class LimitedUpload(FileUploadHandler):
    """Leaves out each file that grows beyond a limit, and notes it; the rest of the form arrives as it is."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.files = self.whole = self.received = 0

    def new_file(self, *args: Any, **options: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **options)
        self.received = 0
        self.files += 1
        if self.files > MOST_FILES + _SLACK:
            self._leave_out(_TOO_MANY)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the data on while there are not too many."""
        self.received += len(raw_data)
        self.whole += len(raw_data)
        if self.received > settings.JIAOHENG_UPLOAD_BYTES:
            self._leave_out(_TOO_BIG)
        if self.whole > settings.JIAOHENG_UPLOAD_TOTAL:
            self._leave_out(_TOO_MUCH)
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file itself is kept by the handlers after this one."""
        return None

    def _leave_out(self, why: str) -> None:
        if self.request is not None:
            self.request.META.setdefault(why, []).append(self.file_name or "")
        raise SkipFile


def too_big(request: HttpRequest) -> list[str]:
    """Names of the files of a request that were left out because they are too big."""
    return list(request.META.get(_TOO_BIG, []))


def too_many(request: HttpRequest) -> bool:
    """Whether files of a request were left out because there are too many of them."""
    return _TOO_MANY in request.META


def too_much(request: HttpRequest) -> bool:
    """Whether files of a request were left out because they are too big together."""
    return _TOO_MUCH in request.META
