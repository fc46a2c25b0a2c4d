"""The ledger's tables."""

from jiaoheng.ledger.models.documents import Commitment, Mention, PlanDocument, PlannedGroup, PlanStandard
from jiaoheng.ledger.models.events import Chain, Change, Event
from jiaoheng.ledger.models.facts import Assessed, Mended, Snapshot, SourceFile, SourceOrder, Submission
from jiaoheng.ledger.models.funding import FundingDecision, FundingRules
from jiaoheng.ledger.models.inspections import Point, Recheck, Visit
from jiaoheng.ledger.models.mappings import Mapped, TableMapping
from jiaoheng.ledger.models.people import Coverage, Membership, Organisation, Person
from jiaoheng.ledger.models.projections import Projection
from jiaoheng.ledger.models.runs import Run
from jiaoheng.ledger.models.scenarios import AdoptedMove, CostEdition, Scenario
from jiaoheng.ledger.models.tasks import Comment, Evidence, Support, Task, TaskRule

__all__ = [
    "AdoptedMove",
    "Assessed",
    "Chain",
    "Change",
    "Comment",
    "Commitment",
    "CostEdition",
    "Coverage",
    "Event",
    "Evidence",
    "FundingDecision",
    "FundingRules",
    "Mapped",
    "Membership",
    "Mended",
    "Mention",
    "Organisation",
    "Person",
    "PlanDocument",
    "PlanStandard",
    "PlannedGroup",
    "Point",
    "Projection",
    "Recheck",
    "Run",
    "Scenario",
    "Snapshot",
    "SourceFile",
    "SourceOrder",
    "Submission",
    "Support",
    "TableMapping",
    "Task",
    "TaskRule",
    "Visit",
]
