"""The county's facts are laid together anew after the order of sources was changed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng.county import bring
from jiaoheng.county import snapshots as frozen
from jiaoheng.ledger import facts, store
from jiaoheng.ledger.actions.registry import SYSTEM, Refused
from jiaoheng.ledger.actions.source_order import KIND, apply_order
from jiaoheng.ledger.jobs.check import present_facts
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run
from jiaoheng.ledger.source_order import precedence_of

_SOURCE = "按新的来源先后重排"
_MOVED = (
    "全县数据刚有更新，请再保存一次来源先后。",
    "The county's facts have just changed; save the order of sources again.",
)


@job(KIND, gettext_lazy("按新的来源先后重排数据"))
def reorder(run: Run, progress: Progress) -> dict[str, Any]:
    """Lay together what several sources tell, in the order as it is now; nothing where that changes nothing."""
    base = facts.latest_snapshot(run.county)
    present = present_facts(base)
    if base is None or present is None:
        return {"unchanged": True}
    found = bring(present, (), precedence_of(run.county), everything=True)
    progress(0.6)
    admission = found.admission
    waiting = tuple(row for row in admission.rejected if not row.refused)
    with tempfile.TemporaryDirectory(prefix="jiaoheng-") as work:
        draft = frozen.write(
            admission.county, Path(work), source=_SOURCE, problems=admission.problems, rejected=waiting
        )
        folder = frozen.copy(draft, store.snapshots(run.county.code))
    progress(0.9)
    try:
        snapshot = apply_order(SYSTEM, run.county, base=base.name, folder=folder, tables=admission.county)
    except Refused:
        raise JobError(*_MOVED) from None
    if snapshot is None:
        return {"unchanged": True}
    frozen.make_latest(folder)
    return {"snapshot": snapshot.name}
