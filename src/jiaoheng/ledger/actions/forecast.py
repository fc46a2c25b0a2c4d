"""Forecasts are asked for, named and put away; their answers are kept."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.forecast.answer import Forecast
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.ledger import clock, facts, forecasts
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import Organisation, Projection, Run


@action("forecast.ask", gettext_lazy("推算学位"))
def ask(act: Act, county: Organisation, *, name: str, request: ForecastRequest) -> Projection:
    """Ask how many pupils and seats there will be, on the county's present facts."""
    snapshot = facts.assessed_snapshot(county)
    if snapshot is None:
        raise Refused(_("还没有测算过的数据，请先采纳数据并完成测算。"))
    if len(facts.tables(snapshot).years) < forecasts.LEAST_YEARS:
        raise Refused(_("只有一学年的在校生数据，看不出升级和流动，推算不了。请先补报往年的在校生。"))
    if not name.strip():
        raise Refused(_("请给这次推算起个名称。"))
    projection = Projection(
        county=county,
        name=name.strip()[:80],
        snapshot=snapshot,
        request=forecasts.plain(request),
        until=snapshot.year + request.years,
        made_by=act.actor.person,
    )
    projection.save()
    projection.run = _run(act, projection)
    projection.save()
    return projection


@action("forecast.again", gettext_lazy("重新推算学位"), right="forecast.ask")
def again(act: Act, projection: Projection) -> Projection:
    """Ask the same once more: after it was stopped or did not end. What is there stays until the answer comes."""
    if projection.is_running:
        raise Refused(_("正在推算，请等它算完，或者先停止。"))
    projection.run = _run(act, projection)
    projection.save()
    return projection


@action("forecast.archive", gettext_lazy("归档学位推算"), right="forecast.ask")
def archive(act: Act, projection: Projection, *, archived: bool = True) -> Projection:
    """Put it away, or take it out again; nothing is lost."""
    if archived and projection.is_running:
        raise Refused(_("正在推算，请先停止再归档。"))
    projection.archived = archived
    projection.save()
    return projection


@action("forecast.answer", gettext_lazy("学位推算完成"), right="forecast.ask")
def keep(act: Act, projection: Projection, answer: Forecast) -> Projection:
    """Keep the answer."""
    projection.answer, projection.computed_at = forecasts.pack(answer), clock.now()
    projection.until = answer.until
    projection.save()
    return projection


def _run(act: Act, projection: Projection) -> Run:
    run = Run(
        county=projection.county,
        organisation=projection.county,
        kind=forecasts.KIND,
        inputs={"projection": projection.pk},
        snapshot=projection.snapshot.name,
        asked_by=act.actor.person,
    )
    run.save()
    return run
