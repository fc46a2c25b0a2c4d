"""The history is proved unbroken."""

from __future__ import annotations

from typing import Any

import msgspec
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import chain
from jiaoheng.ledger.jobs.registry import Progress, job
from jiaoheng.ledger.models import Run

FAULTS_KEPT = 200


@job("verify", gettext_lazy("核对记录链"))
def verify(run: Run, progress: Progress) -> dict[str, Any]:
    """Verify the chain; ``inputs["head"]`` may be a hash noted earlier. ``result`` holds the ``chain.Proof``."""
    progress(0.0)
    proof = chain.verify(str(run.inputs.get("head", "")))
    kept = msgspec.structs.replace(proof, faults=proof.faults[:FAULTS_KEPT])
    return msgspec.to_builtins(kept) | {"count": len(proof.faults)}
