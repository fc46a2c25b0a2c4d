"""Files out of a request, in their folder while the change that they are for is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import msgspec

from jiaoheng.ledger import uploads
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.uploads import Delivery, Received
from jiaoheng.web.pages.facts.forms import Chosen
from jiaoheng.web.request import Request
from jiaoheng.web.uploads import too_big, too_many, too_much


@contextmanager
def received(request: Request, folder: Path, files: Sequence[Chosen]) -> Iterator[Delivery]:
    """The files, kept; taken away again where one of them, or the change, is refused.

    Of a whole folder, what is no data is left out, as it is of an archive, and so is what is not what its name says.
    Raises ``Refused`` in words about the file.
    """
    if too_much(request):
        raise Refused(uploads.too_much())
    if too_many(request) or len(files) > uploads.MOST_FILES:
        raise Refused(uploads.too_many())
    if names := too_big(request):
        raise Refused(uploads.too_big(names[0]))
    several = sum(_is_archive(each) for each in files) > 1
    kept: list[Received] = []
    left_out: list[str] = []
    done = False
    try:
        for each in files:
            delivery = _received(folder, each)
            kept += delivery.files
            if several and _is_archive(each):
                kept[len(kept) - len(delivery.files) :] = _within(each, delivery.files)
            left_out += delivery.left_out
        if len(kept) > uploads.MOST_FILES:
            raise Refused(uploads.too_many())
        yield Delivery(tuple(kept), tuple(left_out))
        done = True
    finally:
        if not done:
            uploads.discard(folder, kept)


def _received(folder: Path, each: Chosen) -> Delivery:
    if each.of_folder and not (uploads.is_data(each.name) and each.file.size):
        return Delivery((), (each.name,))
    try:
        return uploads.receive(folder, each.name, each.file.chunks())
    except Refused:
        if not each.of_folder:
            raise
        return Delivery((), (each.name,))


def _is_archive(each: Chosen) -> bool:
    return PurePosixPath(each.name).suffix.lower() == uploads.ZIP


def _within(each: Chosen, files: Sequence[Received]) -> list[Received]:
    """The files of one of several archives, each under the archive's name, which tells them apart."""
    stem = PurePosixPath(each.name).stem
    return [msgspec.structs.replace(file, name=uploads.harmless_path(f"{stem}/{file.name}")) for file in files]
