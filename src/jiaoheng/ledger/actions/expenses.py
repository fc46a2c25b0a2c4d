"""Money that a task spends: how much, and whose approval the county's rules ask for."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, funding
from jiaoheng.ledger.actions.registry import Act, Forbidden, Refused, action
from jiaoheng.ledger.models import Membership, Organisation, Person, Task
from jiaoheng.ledger.spoken import spoken
from jiaoheng.plans.funding.rule_words import approver
from jiaoheng.plans.funding.rules import Approval, approval

Role = Membership.Role
SCHOOLS = (Organisation.Kind.SCHOOL, Organisation.Kind.GROUP)
BUREAU = (Role.ADMINISTRATOR, Role.OFFICER)


def asked_approval(task: Task) -> Approval | None:
    """Whose approval the rules ask for; the bureau's for whatever its own sections spend. None: nobody's."""
    if task.expense is None:
        return None
    found = approval(funding.rules(task.county), task.expense)
    if found is not None and found.by != "bureau" and task.lead.kind not in SCHOOLS:
        rules = funding.rules(task.county).approvals
        return next((each for each in rules if each.enabled and each.by == "bureau"), found)
    return found


def may_approve(person: Person, task: Task) -> bool:
    """Whether this person is who the rules name: the head of the unit that does the task, or somebody of the bureau."""
    asked = asked_approval(task)
    if asked is None:
        return False
    roles = [held.role for held in person.held if held.organisation.county == task.county]
    if any(role in BUREAU for role in roles):
        return True
    heads = (held.role == Role.HEAD and held.organisation_id == task.lead_id for held in person.held)
    return asked.by in ("head", "council") and any(heads)


@action("task.expense", gettext_lazy("登记支出金额"))
def set_expense(act: Act, task: Task, *, amount: Decimal | None) -> Task:
    """Say how much a task spends, in yuan; None: nothing. An approval of another amount no longer holds."""
    if not task.is_pending:
        raise Refused(_("这个事项{state}，不能再改支出金额。").format(state=task.get_state_display()))
    if amount is not None and (amount <= 0 or amount * 100 % 1):
        raise Refused(_("支出金额请填大于 0 的元数，最多两位小数；没有支出请留空。"))
    amount = amount.quantize(Decimal("0.01")) if amount is not None else None
    if amount != task.expense:
        task.expense, task.approved_by, task.approved_at = amount, None, None
        task.save()
    return task


@action("task.approve", gettext_lazy("审批支出"))
def approve(act: Act, task: Task, *, amount: Decimal) -> Task:
    """Approve what a task spends: ``amount`` is the sum that was read. Refused for whom the rules do not name."""
    if task.expense is None or task.approved_by_id is not None or not task.is_pending:
        raise Refused(_("这个事项没有待审批的支出。"))
    if amount != task.expense:
        raise Refused(_("支出金额刚刚改为 {amount} 元，请看过再审批。").format(amount=f"{task.expense:,.2f}"))
    if not may_approve(act.person, task):
        raise Refused(awaited(task))
    asked = asked_approval(task)
    if asked is not None and asked.by == "bureau" and act.person.pk in (task.submitted_by_id, task.person_id):
        raise Refused(_("这个事项由您办理，须由教育局另一人审批。"))
    if asked is not None and asked.by == "council" and not task.evidence.exists():
        raise Refused(_("须经校务会集体研究：请先上传会议记录作为佐证材料，再审批。"))
    task.approved_by, task.approved_at = act.person, clock.now()
    task.save()
    return task


def must_be_approved(task: Task) -> None:
    """Raises ``Refused`` while a task spends money that nobody has approved whom the rules ask for."""
    if task.expense is not None and task.approved_by_id is None and asked_approval(task) is not None:
        raise Refused(_("还不能销号：") + awaited(task))


def awaited(task: Task) -> str:
    """Who has to approve, in words."""
    asked = asked_approval(task)
    if asked is None or task.expense is None:
        raise Forbidden("task.approve")
    who = approver(asked, spoken())
    return _("支出 {amount} 元，按本县规则由{who}审批，还没有审批。").format(amount=f"{task.expense:,.2f}", who=who)
