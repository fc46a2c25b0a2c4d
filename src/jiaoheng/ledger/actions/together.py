"""Several schools' returns accepted in one decision: all of them in one snapshot, or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.county import snapshots as frozen
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.ledger import access, facts, store, submissions, together
from jiaoheng.ledger.actions.registry import Act, Actor, Forbidden, Refused, action
from jiaoheng.ledger.actions.runs import ask
from jiaoheng.ledger.actions.submissions import make_present
from jiaoheng.ledger.models import Organisation, Run, Snapshot, Submission
from jiaoheng.ledger.source_order import mark, precedence_of
from jiaoheng.ledger.together import Member, Together


def is_clean(submission: Submission) -> bool:
    """Whether a school's return can be taken in with others: submitted, checked, and nothing wrong with it."""
    counts = submission.summary
    return (
        submission.school is not None
        and submission.state == Submission.State.SUBMITTED
        and submission.is_checked
        and bool(counts.get("rows"))
        and not any(counts.get(name) for name in ("errors", "waiting", "refused", "unread"))
    )


def ask_together(actor: Actor, county: Organisation, chosen: Sequence[Submission]) -> Run:
    """Ask for a check of returns laid over the county's facts together.

    Raises ``Refused`` where none is chosen, a school is there twice, or one is not clean.
    """
    if not chosen:
        raise Refused(_("请先勾选学校。"))
    seen: set[int] = set()
    for submission in chosen:
        name = submission.organisation.name
        if submission.organisation_id in seen:
            raise Refused(_("“{school}”有不止一份报送。请只勾选一份，另一份先退回。").format(school=name))
        if not is_clean(submission):
            raise Refused(_("“{school}”的报送还有问题或刚有改动，不能一起采纳。请打开它看一看。").format(school=name))
        seen.add(submission.organisation_id)
    keys = sorted(submission.pk for submission in chosen)
    return ask(actor, county, together.KIND, inputs={"submissions": keys})


def accept_together(actor: Actor, run: Run) -> Snapshot | None:
    """Make returns that were checked together the county's facts; None where they change nothing of them.

    The snapshot is in the county's store before the database knows of it: whenever the program is stopped, the county
    has its old facts or its new ones with all the returns accepted, and accepting again goes on.
    Raises ``Refused`` with the school's name where one of them cannot be accepted any more.
    """
    county = run.county
    if actor.person is not None and not access.may(actor.person, "submission.accept", county):
        raise Forbidden("submission.accept")
    checked = together.read(run)
    if checked is None:
        raise Refused(_("核对结果的文件已不在。请重新核对。"))
    _must_be_acceptable(county, checked)
    try:
        draft = together.folder(run) / submissions.DRAFT / checked.draft
        tables = frozen.read(draft)
        folder = frozen.copy(draft, store.snapshots(county.code))
    except SnapshotError:
        raise Refused(_("核对结果的文件不完整。请重新核对。")) from None
    snapshot = _accept(actor, county, checked, folder=folder, tables=tables)
    if snapshot is not None:
        frozen.make_latest(folder)
    return snapshot


@action("submission.accept_together", gettext_lazy("一起采纳报送"), right="submission.accept")
def _accept(act: Act, county: Organisation, checked: Together, *, folder: Path, tables: County) -> Snapshot | None:
    """Record the snapshot, its units and the run that assesses it, together with the end of all the submissions."""
    _must_be_acceptable(county, checked)
    keys = [member.submission for member in checked.members]
    accepted = list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    act.details |= {"submissions": keys, "schools": [member.name for member in checked.members]}
    return make_present(act, county, accepted, folder=folder, county=tables)


def why_not_acceptable(county: Organisation, checked: Together) -> list[str]:
    """Why returns cannot be accepted together now, a sentence each; none where they can."""
    latest = facts.latest_snapshot(county)
    found = {each.pk: each for each in Submission.objects.filter(pk__in=[one.submission for one in checked.members])}
    why = [text for member in checked.members if (text := _why_not(member, found.get(member.submission)))]
    if not why and checked.base != (latest.name if latest else ""):
        why.append(_("核对以后，全县数据又有更新。请重新核对，看过变化再采纳。"))
    if not why and checked.order != mark(precedence_of(county)):
        why.append(_("核对以后，来源的先后顺序改过。请重新核对，看过变化再采纳。"))
    if not why and (checked.refusals or not checked.draft):
        why.append(_("有的报送不能采纳，原因见下。"))
    return why


def _why_not(member: Member, submission: Submission | None) -> str:
    if submission is None or submission.state != Submission.State.SUBMITTED:
        state = submission.get_state_display() if submission else "—"
        text = _("“{school}”的报送现在的状态是“{state}”。请去掉它再核对。")
        return text.format(school=member.name, state=state)
    if submission.revision != member.revision:
        return _("“{school}”的报送在核对以后有改动。请重新核对。").format(school=member.name)
    return ""


def _must_be_acceptable(county: Organisation, checked: Together) -> None:
    if why := why_not_acceptable(county, checked):
        raise Refused(" ".join(why))
