"""Groups of schools that a document lists are matched, set aside, or taken over into the county's facts.

Taking over makes a return of the bureau, which is checked, looked at and accepted like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger import clock, groupings
from jiaoheng.ledger.actions.documents import must_be_used
from jiaoheng.ledger.actions.registry import Act, Refused, action
from jiaoheng.ledger.models import PlanDocument, PlannedGroup, Submission

State = PlannedGroup.State


@action("grouping.match", gettext_lazy("对应教共体的学校"), right="document.decide")
def match(act: Act, document: PlanDocument, schools: Mapping[int, Mapping[str, str]]) -> PlanDocument:
    """Say which schools groups mean: by group, the school's code by the name that the document writes."""
    must_be_used(document)
    for group in document.groups.filter(pk__in=schools, state=State.PROPOSED):
        wanted = {name: code for name, code in schools[group.pk].items() if code}
        if group.schools != wanted:
            group.schools = wanted
            group.save()
    return document


@action("grouping.adopt", gettext_lazy("采用教共体名单"), right="document.decide")
def adopt(act: Act, document: PlanDocument, groups: Sequence[PlannedGroup], submission: Submission) -> PlanDocument:
    """Note that groups were brought into a return; they are facts once that is accepted."""
    must_be_used(document)
    must_be_ready(groups)
    for group in groups:
        group.state, group.submission = State.ADOPTED, submission
        group.decided_by, group.decided_at = act.person, clock.now()
        group.save()
    act.details |= {"groups": [group.name for group in groups], "submission": submission.pk}
    return document


@action("grouping.reject", gettext_lazy("不采用教共体"), right="document.decide")
def reject(act: Act, group: PlannedGroup) -> PlannedGroup:
    """Set a group aside: it is none, or is not to be taken over."""
    if group.state == State.ADOPTED:
        raise Refused(_("“{name}”已采用，不能再改。").format(name=group.name))
    group.state, group.decided_by, group.decided_at = State.REJECTED, act.person, clock.now()
    group.save()
    return group


@action("grouping.reopen", gettext_lazy("重新考虑教共体"), right="document.decide")
def reopen(act: Act, group: PlannedGroup) -> PlannedGroup:
    """Take a group up again; one that was taken over only after its return was given up."""
    if group.state == State.ADOPTED and (
        group.submission is not None and group.submission.state != Submission.State.WITHDRAWN
    ):
        raise Refused(_("“{name}”的报送还在。要重来，请先作废那次报送。").format(name=group.name))
    group.state, group.submission, group.decided_by, group.decided_at = State.PROPOSED, None, None, None
    group.save()
    return group


def must_be_ready(groups: Sequence[PlannedGroup]) -> None:
    """Raises ``Refused`` where a group cannot be taken over, with what is lacking."""
    if not groups:
        raise Refused(_("请先勾选要采用的教共体。"))
    for group in groups:
        if group.state != State.PROPOSED:
            raise Refused(_("“{name}”已经决定过。").format(name=group.name))
        found = groupings.entries(group)
        if not any(entry.role == "core" and entry.code for entry in found):
            raise Refused(_("“{name}”的核心校没有对上本县的学校，请先填好。").format(name=group.name))
        if sum(bool(entry.code) for entry in found) < 2:
            raise Refused(_("“{name}”对上的学校不到两所，不成教共体。").format(name=group.name))
