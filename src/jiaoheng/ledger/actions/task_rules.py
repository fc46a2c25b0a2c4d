"""Rules by which findings become tasks."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.actions.tasks import LEADERS, VERIFIERS
from jiaoheng.ledger.facts import NATIONAL
from jiaoheng.ledger.models import Organisation, TaskRule
from jiaoheng.standards import load

LONGEST = 1100
"""Days that a rule may give: three years."""


@action("rule.add", gettext_lazy("新增立项规则"), right="rule.change")
def add_rule(
    act: Act,
    county: Organisation,
    *,
    item: str,
    verifier: Organisation,
    lead: Organisation | None = None,
    days: int = 90,
    blocking_only: bool = True,
) -> TaskRule:
    """Let the findings of an item become tasks after each assessment; without ``lead`` the school itself does them."""
    if item not in {there.id for there in load(NATIONAL).items}:
        raise Refused(_("标准中没有指标 {item}。").format(item=item))
    if TaskRule.objects.filter(county=county, item=item).exists():
        raise Refused(_("指标 {item} 已经有规则，请直接修改。").format(item=item))
    rule = TaskRule(county=county, item=item)
    _set(rule, verifier, lead, days, blocking_only, enabled=True)
    return rule


@action("rule.change", gettext_lazy("修改立项规则"))
def change_rule(
    act: Act,
    rule: TaskRule,
    *,
    verifier: Organisation,
    lead: Organisation | None,
    days: int,
    blocking_only: bool,
    enabled: bool,
    seen: str = "",
) -> TaskRule:
    """Change a rule, or set it out of use; tasks that it made stay as they are. ``seen`` is the rule's ``mark``."""
    must_be_seen(seen, rule.mark())
    _set(rule, verifier, lead, days, blocking_only, enabled=enabled)
    return rule


def _set(
    rule: TaskRule,
    verifier: Organisation,
    lead: Organisation | None,
    days: int,
    blocking_only: bool,
    *,
    enabled: bool,
) -> None:
    if any(unit.county != rule.county for unit in (verifier, *filter(None, [lead]))):
        raise Refused(_("请选本县的单位。"))
    if verifier.kind not in VERIFIERS or (lead is not None and lead.kind not in LEADERS):
        raise Refused(_("责任单位请选股室或学校，验收单位请选股室或督学责任区。"))
    if idle := next((unit for unit in (verifier, lead) if enabled and unit is not None and not unit.active), None):
        raise Refused(_("“{unit}”已停用，请改选其他单位。").format(unit=idle))
    if not 1 <= days <= LONGEST:
        raise Refused(_("期限请填 1 到 {longest} 天。").format(longest=LONGEST))
    rule.verifier, rule.lead, rule.days = verifier, lead, days
    rule.blocking_only, rule.enabled = blocking_only, enabled
    rule.save()
