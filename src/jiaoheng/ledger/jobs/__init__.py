"""What runs can do, a function each: ``(run, progress) -> result``; importing this package registers them."""

from jiaoheng.ledger.jobs import (
    assess,
    check,
    documents,
    forecast,
    plans,
    reorder,
    scenarios,
    together,
    verify,
    workbook,
)
from jiaoheng.ledger.jobs.registry import JOBS

__all__ = [
    "JOBS",
    "assess",
    "check",
    "documents",
    "forecast",
    "plans",
    "reorder",
    "scenarios",
    "together",
    "verify",
    "workbook",
]
