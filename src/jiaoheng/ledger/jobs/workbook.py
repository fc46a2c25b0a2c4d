"""A snapshot is written out as a workbook for Excel: a county's takes some seconds."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.utils.translation import gettext_lazy

from jiaoheng import sources
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.language import Language
from jiaoheng.ledger import facts, store
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run
from jiaoheng.sources import SourceError


@job("workbook", gettext_lazy("导出数据工作簿"))
def write_workbook(run: Run, progress: Progress) -> dict[str, Any]:
    """Write the workbook of a snapshot in a language, once for all who ask."""
    snapshot = facts.snapshot_named(run.county, run.snapshot)
    language: Language = "en" if run.inputs.get("language") == "en" else "zh"
    final = store.workbook(run.county.code, snapshot.name, language)
    if not final.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        work = final.with_name(f".writing-{secrets.token_hex(6)}.xlsx")
        try:
            county = facts.tables(snapshot)
            progress(0.1)
            sources.write_workbook(county, work, language)
            os.replace(work, final)
        except (SnapshotError, SourceError) as error:
            raise JobError(str(error)) from None
        finally:
            work.unlink(missing_ok=True)
    return {"snapshot": snapshot.pk, "language": language}
