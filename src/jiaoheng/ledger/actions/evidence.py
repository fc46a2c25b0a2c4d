"""Files that show a task done come in, and go out again where they were put in by mistake."""

from __future__ import annotations

import hashlib
import os

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import store
from jiaoheng.ledger.actions.registry import Act, Forbidden, Refused, action
from jiaoheng.ledger.file_types import ENDINGS, ending, file_type, plain_name
from jiaoheng.ledger.models import Evidence, Task

LARGEST = 20 * 2**20
"""Bytes that one file may have."""
MOST = 30
"""Files that one task may have."""


@action("task.attach", gettext_lazy("上传佐证材料"), right="task.evidence")
def attach(act: Act, task: Task, *, files: list[File]) -> list[Evidence]:
    """Add files of evidence; raises ``Refused`` where one is too large, of no allowed kind, or not what it says."""
    if not files:
        raise Refused(_("请先选择文件。"))
    if not task.is_pending:
        raise Refused(_("这个事项{state}，不能再上传材料。").format(state=task.get_state_display()))
    return [keep(act, task, file) for file in files]


@action("task.remove_evidence", gettext_lazy("删除佐证材料"), right="task.evidence")
def remove_evidence(act: Act, task: Task, *, evidence: Evidence) -> None:
    """Take away one's own file before the task is handed in; the history keeps its name and digest."""
    if evidence.task_id != task.pk or evidence.by_id != act.person.pk:
        raise Forbidden("task.evidence")
    if task.state not in (Task.State.OPEN, Task.State.IN_PROGRESS, Task.State.RETURNED):
        raise Refused(_("这个事项{state}，材料已经作为依据，不能删除。").format(state=task.get_state_display()))
    # Two clicks ask for it twice; only who finds it there takes it away.
    if not Evidence.objects.filter(pk=evidence.pk).exists():
        raise Refused(_("这条记录已经不存在。"))
    path = store.evidence(evidence.token)
    evidence.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def keep(act: Act, task: Task, file: File) -> Evidence:
    """Keep one file of evidence under a random name; within an action."""
    name = plain_name(file.name or "")
    if file.size == 0:
        raise Refused(_("文件“{name}”是空的。").format(name=name))
    if file.size > LARGEST:
        size, largest = file.size / 2**20, LARGEST // 2**20
        raise Refused(
            _("文件“{name}”有 {size:.1f} MB，超过 {largest} MB。请压缩后再传。").format(
                name=name, size=size, largest=largest
            )
        )
    if ending(name) not in ENDINGS:
        raise Refused(
            _("不能上传“{name}”：这里只收 PDF、图片（JPG、PNG、WebP）、Word、Excel、TXT 和 CSV 文件。").format(name=name)
        )
    kind = file_type(name, file)  # type: ignore[arg-type]
    if kind is None:
        raise Refused(
            _("文件“{name}”的内容不是 {ending} 文件（或带有宏、已损坏）。请用原来的程序另存为 {ending} 后再传。").format(
                name=name, ending=ending(name).upper()
            )
        )
    if task.evidence.count() >= MOST:
        raise Refused(_("一个事项最多 {most} 个文件。").format(most=MOST))
    token = store.token()
    made = Evidence(
        task=task, name=name, token=token, kind=kind.media, size=file.size, sha256=_put(file, token), by=act.person
    )
    made.save()
    return made


def _put(file: File, token: str) -> str:
    """Write the file whole before anything knows of it; returns its SHA-256."""
    path, digest = store.evidence(token), hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as there:
        for chunk in file.chunks():
            digest.update(chunk)
            there.write(chunk)
        there.flush()
        os.fsync(there.fileno())
    partial.replace(path)
    return digest.hexdigest()
