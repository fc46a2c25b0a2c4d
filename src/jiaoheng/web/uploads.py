"""Files that are too big are turned away while they arrive, before they fill the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

_TOO_BIG = "jiaoheng.too_big"


class LimitedUpload(FileUploadHandler):
    """Leaves out each file that grows beyond the limit, and notes its name; the rest of the form arrives as it is."""

    def new_file(self, *args: Any, **options: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **options)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the data on while there are not too many."""
        self.received += len(raw_data)
        if self.received > settings.JIAOHENG_UPLOAD_BYTES:
            if self.request is not None:
                self.request.META.setdefault(_TOO_BIG, []).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file itself is kept by the handlers after this one."""
        return None


def too_big(request: HttpRequest) -> list[str]:
    """Names of the files of a request that were left out because they are too big."""
    return list(request.META.get(_TOO_BIG, []))
