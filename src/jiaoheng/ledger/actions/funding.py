"""The bureau sets the rules of public funds, and decides what the schools get in a year."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.findings import AssessmentError
from jiaoheng.ledger import clock, facts, funding
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.models import FundingDecision, FundingRules, Organisation
from jiaoheng.ledger.spoken import spoken
from jiaoheng.plans.funding import FundingError, RulesError


@action("funding.change", gettext_lazy("修改公用经费规则"))
def change_rules(act: Act, county: Organisation, *, text: str, seen: str = "") -> FundingRules:
    """Set the county's rules; refused with the line of a slip or contradiction.

    ``seen`` is the ``mark`` of the row that the form was filled in for.
    """
    row = funding.rules_row(county) or FundingRules(county=county)
    if row.pk:
        must_be_seen(seen, row.mark())
    text = text.replace("\r\n", "\n")
    try:
        funding.parsed(text)
    except RulesError as slip:
        raise Refused(slip.say(spoken())) from None
    row.text, row.changed_by, row.changed_at = text, act.actor.person, clock.now()
    row.save()
    return row


@action("funding.decide", gettext_lazy("确定公用经费分配"), right="funding.change")
def decide(
    act: Act, county: Organisation, *, year: int, total: int | None, scale: bool = False, seen: str = ""
) -> FundingDecision:
    """Decide the allocation of a year by the rules in force and the present facts; schools then see what they get.

    ``total`` is in fen; ``seen`` the sum in fen that was shown, so that nothing else is decided than what was read.
    Refused where not everything is known, or the budget is too small and no scaling was asked for.
    """
    snapshot = facts.latest_snapshot(county)
    if snapshot is None:
        raise Refused(_("还没有数据，不能分配。"))
    text = funding.rules_text(county)
    try:
        found = funding.allocated(snapshot, text, year, total, scale=scale).allocation
    except (FundingError, AssessmentError) as slip:
        raise Refused(slip.say(spoken())) from None
    if found.status == "unknown":
        raise Refused(_("数据不全，全县合计未知，不能确定分配。请先补齐所列的数据。"))
    if found.total is None:
        raise Refused(_("预算不够按规则分配，不能确定。请增加预算，或勾选“同比例压减”。"))
    if seen and seen != str(found.total):
        raise Refused(_("数据或规则刚刚变过，合计与您看到的不同，所以没有确定。请看过现在的数再确定。"))
    row = funding.decision(county, year) or FundingDecision(county=county, year=year)
    row.snapshot, row.text, row.total, row.scale = snapshot, text, total, scale
    row.allocated, row.by, row.at = found.total, act.actor.person, clock.now()
    row.save()
    return row
