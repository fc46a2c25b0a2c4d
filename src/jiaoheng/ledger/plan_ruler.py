"""Where tasks of plan commitments stand: asked in the same way as a finding's, of the plan's own assessment."""

from __future__ import annotations

from jiaoheng.findings import Assessment
from jiaoheng.findings.assessment import Progress
from jiaoheng.language import Language
from jiaoheng.ledger import facts, plans
from jiaoheng.ledger.models import Commitment, PlanStandard, Snapshot, Task
from jiaoheng.ledger.targets import PROMISE, Ruler, Standing, Target
from jiaoheng.standards import Item


class PlanRuler:
    """One plan's assessment, ready to be asked where its commitments stand."""

    def __init__(self, plan: PlanStandard, assessment: Assessment) -> None:
        self.plan, self.assessment = plan, assessment
        self.standard = plans.standard_of(plan)

    def standing(self, target: Target) -> Standing:
        """Where a commitment stands; ``gone`` where the plan no longer measures it."""
        found = self._found(target)
        if found is None:
            return Standing("gone")
        _, progress = found
        status = {"met": "meets", "on_track": "on_track", "behind": "fails", "unknown": "unknown"}[progress.state]
        return Standing(
            status,  # type: ignore[arg-type]
            value=progress.value,
            threshold=progress.target,
            sense=progress.sense or "",
            basis=progress.basis or "computed",
        )

    def line(self, standing: Standing, target: Target, language: Language) -> str:
        """Where a commitment stands, as a sentence without its full stop."""
        found = self._found(target)
        if found is None:
            chinese = "规划里已不再测算这一条"
            return chinese if language == "zh" else "the plan no longer measures this commitment"
        item, progress = found
        return plans.standing(int(target.check), item, progress, self.standard, language).line

    def rule_line(self, language: Language) -> str:
        """What a plan asks of a school: nothing."""
        return ""

    def _found(self, target: Target) -> tuple[Item, Progress] | None:
        number = self.plan.items.get(target.check)
        if number is None:
            return None
        item = self.standard.item(number)
        return item, plans.progress_of(self.assessment, self.standard, item)


def measuring(target: Target, snapshot: Snapshot | None) -> Ruler | PlanRuler | None:
    """What tells where a target stands in a snapshot; None while that is not reckoned."""
    if target.kind != PROMISE:
        return Ruler.of(snapshot, target.standard)
    commitment = Commitment.objects.filter(pk=int(target.check)).select_related("document").first()
    plan = plans.current(commitment.document) if commitment is not None else None
    assessment = plans.assessment(plan, snapshot) if plan is not None else None
    return PlanRuler(plan, assessment) if plan is not None and assessment is not None else None


def present(task: Task) -> Ruler | PlanRuler | None:
    """What tells where a measured task stands by the county's last assessment."""
    target = Target.of(task.target)
    standard = facts.NATIONAL if target.kind == PROMISE else target.standard
    return measuring(target, facts.assessed_snapshot(task.county, standard))


def target_of(commitment: Commitment) -> Target:
    """The target of a commitment's task."""
    return Target(PROMISE, "plan", str(commitment.pk), "", "")
