"""The order of sources is the bureau's to set; a job then lays the county's facts together anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jiaoheng.county import County, Precedence, PrecedenceError
from jiaoheng.county.precedence import verify
from jiaoheng.ledger import facts
from jiaoheng.ledger.actions.registry import Act, Refused, action, must_be_seen
from jiaoheng.ledger.actions.submissions import ask_recheck, make_present
from jiaoheng.ledger.models import Organisation, Run, Snapshot, SourceOrder

KIND = "reorder"


@action("sources.change", gettext_lazy("修改来源先后"))
def change_order(
    act: Act,
    county: Organisation,
    *,
    order: Sequence[str],
    exceptions: Mapping[str, Sequence[str]],
    seen: str = "",
) -> SourceOrder:
    """Set which source holds where several tell the same; the present facts are laid together anew by a run.

    ``seen`` is the ``mark`` of the row that the form was filled in for.
    """
    row = SourceOrder.objects.filter(county=county).first() or SourceOrder(county=county)
    if row.pk:
        must_be_seen(seen, row.mark())
    try:
        verify(Precedence(tuple(order), {name: tuple(first) for name, first in exceptions.items()}))
    except PrecedenceError as error:
        raise Refused(error.say("en" if (get_language() or "").startswith("en") else "zh")) from None
    row.order, row.exceptions = list(order), {name: list(first) for name, first in exceptions.items()}
    row.save()
    if (
        facts.latest_snapshot(county)
        and not Run.objects.filter(county=county, kind=KIND, status=Run.Status.WAITING).exists()
    ):
        Run(county=county, organisation=county, kind=KIND, asked_by=act.actor.person).save()
    return row


@action("sources.apply", gettext_lazy("按新的来源先后重排数据"), right="submission.accept")
def apply_order(act: Act, county: Organisation, *, base: str, folder: Path, tables: County) -> Snapshot | None:
    """Make the facts, laid together anew over ``base``, the county's present ones; None where nothing changed.

    What schools have sent is checked again either way. Raises ``Refused`` where the facts have changed meanwhile.
    """
    latest = facts.latest_snapshot(county)
    if latest is None or latest.name != base:
        raise Refused(_("核对以后，全县数据又有更新。请重新核对，看过变化再采纳。"))
    if latest.name == folder.name:
        act.details["unchanged"] = True
        ask_recheck(act, county)
        return None
    return make_present(act, county, (), folder=folder, county=tables)
