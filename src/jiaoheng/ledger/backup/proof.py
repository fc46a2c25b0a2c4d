"""Whether a workspace is whole: the chain unbroken, and every file that the database names there and unaltered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from jiaoheng.county import snapshots
from jiaoheng.ledger import chain, store, submissions
from jiaoheng.ledger.models import Evidence, PlanDocument, Snapshot, SourceFile


class Shortcoming(msgspec.Struct, frozen=True):
    """What is wrong: ``kind`` (``missing``, ``altered``, or that of the chain's fault) and where."""

    kind: str
    what: str


def shortcomings() -> Iterator[Shortcoming]:
    """All that is wrong with the workspace; nothing, where it is whole."""
    for fault in chain.verify().faults:
        yield Shortcoming(fault.kind, f"{fault.number} {fault.what}".strip())
    for snapshot in Snapshot.objects.select_related("county"):
        folder = store.snapshots(snapshot.county.code) / snapshot.name
        try:
            found = snapshots.read(folder).snapshot
        except snapshots.SnapshotError as error:
            yield Shortcoming("altered" if folder.is_dir() else "missing", str(error))
            continue
        if found != snapshot.name:
            yield Shortcoming("altered", f"snapshot {snapshot.name}: {found}")
    for source in SourceFile.objects.filter(gone=False).select_related("submission"):
        path = submissions.files_folder(source.submission) / source.stored
        yield from _differing(path, source.size, source.sha256)
    for evidence in Evidence.objects.all():
        yield from _differing(store.evidence(evidence.token), evidence.size, evidence.sha256)
    for document in PlanDocument.objects.all():
        yield from _differing(store.document(document.token), document.size, document.sha256)


def _differing(path: Path, size: int, sha256: str) -> Iterator[Shortcoming]:
    name = path.relative_to(store.home()).as_posix()
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if (path.stat().st_size, digest) != (size, sha256):
            yield Shortcoming("altered", name)
    except FileNotFoundError:
        yield Shortcoming("missing", name)
