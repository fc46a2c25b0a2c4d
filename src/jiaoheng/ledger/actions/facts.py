"""Snapshots become the county's facts, and what they are worth is kept."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import snapshots as frozen
from jiaoheng.findings import Assessment
from jiaoheng.ledger import clock, facts
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import Assessed, Organisation, Snapshot


@action("snapshot.take_in", gettext_lazy("采纳数据快照"), right="submission.accept")
def take_in(act: Act, county: Organisation, folder: Path) -> Snapshot:
    """Make a snapshot that lies in the county's store the county's present facts.

    Raises ``Refused`` where it is another county's or already the present one.
    """
    return record_snapshot(act, county, folder)


def record_snapshot(act: Act, county: Organisation, folder: Path) -> Snapshot:
    """The part of an action that makes a snapshot in the county's store the county's present facts.

    ``waiting`` counts the rows that wait now, those of earlier snapshots too. Raises as ``take_in`` does.
    """
    about = frozen.manifest(folder)
    if about.county_code != county.code:
        raise Refused(_("数据属于 {other}（{code}），不是本县。").format(other=about.county_name, code=about.county_code))
    latest = facts.latest_snapshot(county)
    if latest is not None and latest.name == about.id:
        raise Refused(_("这批数据与现有数据完全相同，没有变化。"))
    snapshot = Snapshot(
        county=county,
        name=about.id,
        year=max(about.years, default=0),
        source=about.source[:200],
        waiting=sum(gap.rows for gap in about.gaps),
        accepted_by=act.actor.person,
    )
    snapshot.save()
    return snapshot


@action("snapshot.assessed", gettext_lazy("完成测算"), right="run.ask")
def keep_assessment(act: Act, snapshot: Snapshot, assessment: Assessment) -> Assessed:
    """Keep what a snapshot is worth against a standard in a year; the same again takes the place of the old."""
    kept = Assessed.objects.filter(
        snapshot=snapshot, standard=assessment.standard, year=assessment.year
    ).first() or Assessed(snapshot=snapshot, standard=assessment.standard, year=assessment.year)
    kept.verdict, kept.data, kept.made_at = assessment.verdict, facts.pack(assessment), clock.now()
    kept.save()
    act.details |= {"standard": assessment.standard, "year": assessment.year, "verdict": assessment.verdict}
    return kept
