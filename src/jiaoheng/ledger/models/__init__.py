"""The ledger's tables."""

from jiaoheng.ledger.models.events import Chain, Change, Event
from jiaoheng.ledger.models.facts import Assessed, Mended, Snapshot, SourceFile, Submission
from jiaoheng.ledger.models.people import Coverage, Membership, Organisation, Person
from jiaoheng.ledger.models.runs import Run
from jiaoheng.ledger.models.tasks import Comment, Evidence, Support, Task, TaskRule, Visit

__all__ = [
    "Assessed",
    "Chain",
    "Change",
    "Comment",
    "Coverage",
    "Event",
    "Evidence",
    "Membership",
    "Mended",
    "Organisation",
    "Person",
    "Run",
    "Snapshot",
    "SourceFile",
    "Submission",
    "Support",
    "Task",
    "TaskRule",
    "Visit",
]
