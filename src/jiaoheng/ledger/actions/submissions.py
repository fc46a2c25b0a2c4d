"""Statistics on their way in: brought, mended, submitted, returned, accepted.

Whatever changes what would be read raises the submission's revision and asks for a check of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.county import snapshots as frozen
from jiaoheng.ledger import access, clock, facts, store, submissions
from jiaoheng.ledger.actions.asking import answer
from jiaoheng.ledger.actions.facts import record_snapshot
from jiaoheng.ledger.actions.organisations import follow
from jiaoheng.ledger.actions.registry import Act, Actor, Forbidden, Refused, action
from jiaoheng.ledger.models import Organisation, Run, Snapshot, SourceFile, Submission
from jiaoheng.ledger.source_order import mark, precedence_of
from jiaoheng.ledger.uploads import Received

State = Submission.State
Kind = Organisation.Kind


@action("submission.create", gettext_lazy("新建报送"))
def create(
    act: Act,
    organisation: Organisation,
    *,
    title: str,
    mode: str,
    token: str,
    received: Sequence[Received] = (),
    year: int | None = None,
) -> Submission:
    """Begin bringing in a county's or a school's statistics; ``received`` lie in the folder of ``token`` already.

    ``year`` is the school year of files that say none.
    """
    if organisation.kind not in (Kind.COUNTY, Kind.SCHOOL) or organisation.county is None:
        raise Refused(_("只能为全县或一所学校报送数据。"))
    if organisation.kind == Kind.SCHOOL:
        mode = Submission.Mode.MERGE
        if facts.latest_snapshot(organisation.county) is None:
            raise Refused(_("县教育局还没有采纳全县数据，学校暂时不能报送。请联系教育局。"))
    made = Submission(
        county=organisation.county,
        organisation=organisation,
        title=title.strip(),
        mode=mode,
        token=token,
        year=year,
        created_by=act.person,
    )
    made.save()
    if received:
        _add(act, made, received)
    return made


@action("submission.add_files", gettext_lazy("上传文件"), right="submission.change")
def add_files(act: Act, submission: Submission, received: Sequence[Received]) -> Submission:
    """Add files that lie in the submission's folder already; a name that is there gets a number."""
    must_be_open(submission)
    _add(act, submission, received)
    return submission


@action("submission.remove_file", gettext_lazy("移出文件"), right="submission.change")
def remove_file(act: Act, source: SourceFile) -> SourceFile:
    """Leave a file out; it can be put back, with what was mended in it."""
    return _set_removed(act, source, removed=True)


@action("submission.restore_file", gettext_lazy("放回文件"), right="submission.change")
def restore_file(act: Act, source: SourceFile) -> SourceFile:
    """Put a file back that was left out."""
    return _set_removed(act, source, removed=False)


@action("submission.check", gettext_lazy("重新核对"), right="submission.change")
def check(act: Act, submission: Submission) -> Submission:
    """Ask for another check, such as when the county's facts have changed since."""
    if submission.state in (State.ACCEPTED, State.WITHDRAWN):
        raise Refused(_("这次报送已经结束，不用再核对。"))
    ask_check(act, submission)
    return submission


@action("submission.checked", gettext_lazy("核对完成"), right="submission.change")
def record_check(
    act: Act, submission: Submission, *, revision: int, base: str, result: str, summary: dict[str, Any]
) -> Submission:
    """Note what a check gave; refused where the submission has changed since the check read it."""
    if submission.revision != revision or submission.state in (State.ACCEPTED, State.WITHDRAWN):
        raise Refused(_("报送内容已有改动，这次核对作废。"))
    submission.checked, submission.base = revision, base
    submission.result, submission.summary = result, summary
    submission.save()
    return submission


@action("submission.submit", gettext_lazy("报送教育局"))
def submit(act: Act, submission: Submission) -> Submission:
    """A school sends its return to the bureau."""
    must_be_open(submission)
    if submission.school is None:
        raise Refused(_("全县数据不用报送，由教育局直接采纳。"))
    _must_be_readable(submission)
    _move(submission, State.SUBMITTED)
    answer(act, submission)
    return submission


@action("submission.take_back", gettext_lazy("收回修改"), right="submission.submit")
def take_back(act: Act, submission: Submission) -> Submission:
    """A school takes its return back before the bureau has decided on it."""
    _must_be_in(submission, State.SUBMITTED)
    _move(submission, State.DRAFT)
    return submission


@action("submission.return", gettext_lazy("退回修改"))
def send_back(act: Act, submission: Submission, *, note: str) -> Submission:
    """The bureau returns a school's submission with what is to be mended."""
    _must_be_in(submission, State.SUBMITTED)
    if not note.strip():
        raise Refused(_("请写明退回的原因和要改的地方。"))
    submission.note = note.strip()
    _move(submission, State.RETURNED)
    return submission


@action("submission.withdraw", gettext_lazy("作废报送"))
def withdraw(act: Act, submission: Submission) -> Submission:
    """Give a submission up; its files stay but for lists of persons, and it can be taken up again."""
    must_be_open(submission)
    _move(submission, State.WITHDRAWN)
    return submission


@action("submission.restore", gettext_lazy("恢复报送"), right="submission.withdraw")
def restore(act: Act, submission: Submission) -> Submission:
    """Take up again what was given up."""
    _must_be_in(submission, State.WITHDRAWN)
    _move(submission, State.DRAFT)
    ask_check(act, submission)
    return submission


def accept(actor: Actor, submission: Submission, *, result: str) -> Snapshot | None:
    """Make a checked submission the county's facts; None where it changes nothing of them.

    ``result`` is the check that was looked at. The snapshot is in the county's store before the database knows of it:
    whenever the program is stopped, the county has its old facts or its new ones, and accepting again goes on.
    Raises ``Refused`` where the check is not of the present files and facts, or the facts are another county's.
    """
    if actor.person is not None and not access.may(actor.person, "submission.accept", submission):
        raise Forbidden("submission.accept")
    _must_be_acceptable(submission, result)
    checked = submissions.last_check(submission)
    assert checked is not None
    draft = submissions.draft_folder(submission, checked)
    county = frozen.read(draft)
    folder = frozen.copy(draft, store.snapshots(submission.county.code))
    snapshot = _accept(actor, submission, result=result, folder=folder, county=county)
    if snapshot is not None:
        frozen.make_latest(folder)
    return snapshot


@action("submission.accept", gettext_lazy("采纳报送"))
def _accept(act: Act, submission: Submission, *, result: str, folder: Path, county: County) -> Snapshot | None:
    """Record the snapshot, its units and the run that assesses it, together with the submission's end."""
    _must_be_acceptable(submission, result)
    return make_present(act, submission.county, [submission], folder=folder, county=county)


def make_present(
    act: Act, of: Organisation, accepted: Sequence[Submission], *, folder: Path, county: County
) -> Snapshot | None:
    """The part of an action by which submissions end in a snapshot; None where they change nothing.

    It is assessed, and what other schools have sent is checked against it.
    """
    latest = facts.latest_snapshot(of)
    is_same = latest is not None and latest.name == folder.name
    snapshot = None if is_same else record_snapshot(act, of, folder)
    for submission in accepted:
        submission.snapshot = snapshot
        _move(submission, State.ACCEPTED)
    if snapshot is None:
        act.details["unchanged"] = True
        return None
    follow(of, county)
    Run(county=of, organisation=of, kind="assess", snapshot=snapshot.name, asked_by=act.actor.person).save()
    ask_recheck(act, of)
    act.details |= {"snapshot": snapshot.name, "waiting": snapshot.waiting}
    return snapshot


def ask_recheck(act: Act, of: Organisation) -> None:
    """The part of an action after which what schools have sent, if any has, reads otherwise."""
    if not Submission.objects.filter(county=of, state=State.SUBMITTED).exists():
        return
    if not Run.objects.filter(county=of, kind="recheck", status=Run.Status.WAITING).exists():
        Run(county=of, organisation=of, kind="recheck", asked_by=act.actor.person).save()


def ask_check(act: Act, submission: Submission) -> None:
    """The part of an action that asks for a check, unless one waits already."""
    inputs = {"submission": submission.pk}
    if not Run.objects.filter(kind="check", inputs=inputs, status=Run.Status.WAITING).exists():
        run = Run(
            county=submission.county,
            organisation=submission.organisation,
            kind="check",
            inputs=inputs,
            asked_by=act.actor.person,
        )
        run.save()


def changed(act: Act, submission: Submission) -> None:
    """The part of an action after which the submission reads otherwise."""
    submission.revision += 1
    submission.changed_at = clock.now()
    submission.save()
    ask_check(act, submission)


def why_not_acceptable(submission: Submission) -> str:
    """Why a submission cannot be accepted now and what to do, in words; empty where it can."""
    ready = State.DRAFT if submission.school is None else State.SUBMITTED
    if submission.state != ready and not (submission.school is None and submission.is_open):
        return _("这次报送的状态是“{state}”，现在不能采纳。").format(state=submission.get_state_display())
    why = _why_not_readable(submission)
    if why:
        return why
    latest = facts.latest_snapshot(submission.county)
    if submission.base != (latest.name if latest else ""):
        if submission.school is not None:
            return _("核对以后，全县数据又有更新。系统会自动重新核对；稍后刷新本页，看过变化再采纳。")
        return _("核对以后，全县数据又有更新。请重新核对，看过变化再采纳。")
    if submission.summary.get("order", "") != mark(precedence_of(submission.county)):
        return _("核对以后，来源的先后顺序改过。请重新核对，看过变化再采纳。")
    if submission.summary.get("county") != submission.county.code:
        text = _("数据中的县代码是“{found}”，不是本县的 {code}。请在“县”表中改正。")
        return text.format(found=submission.summary.get("county") or "—", code=submission.county.code)
    return ""


def _must_be_acceptable(submission: Submission, result: str) -> None:
    if why := why_not_acceptable(submission):
        raise Refused(why)
    if submission.result != result:
        raise Refused(_("您看过以后，又有新的核对结果。请看过新的变化再采纳。"))


def _must_be_readable(submission: Submission) -> None:
    if why := _why_not_readable(submission):
        raise Refused(why)


def _why_not_readable(submission: Submission) -> str:
    if not submission.is_checked:
        return _("还没有核对完，请稍等片刻再试。")
    if submission.summary.get("unread"):
        return _("有文件读不了。请移出这些文件，或改好后重新上传。")
    if not submission.summary.get("rows"):
        return _("没有读到任何数据。请先上传填好的文件。")
    return ""


def must_be_open(submission: Submission) -> None:
    """Refuse a change of what is not, or no longer, to be changed."""
    if not submission.is_open:
        text = _("这次报送的状态是“{state}”，不能再改。")
        raise Refused(text.format(state=submission.get_state_display()))


def names_persons(submission: Submission, source: SourceFile) -> bool:
    """Whether the last check found that a file that is none of our tables lists persons."""
    checked = submissions.last_check(submission)
    return any(each.file == source.name and each.persons for each in (checked.foreign if checked else ()))


def _must_be_in(submission: Submission, state: str) -> None:
    if submission.state != state:
        text = _("这次报送的状态已是“{state}”，不能这样做。")
        raise Refused(text.format(state=submission.get_state_display()))


def _move(submission: Submission, state: str) -> None:
    submission.state, submission.changed_at = state, clock.now()
    submission.save()
    if state in (State.ACCEPTED, State.WITHDRAWN):
        _let_go(submission)


def _let_go(submission: Submission) -> None:
    """Delete the lists of persons of a submission that is over: what was counted in them is all that is needed."""
    for source in submission.files.filter(gone=False):
        if source.persons or names_persons(submission, source):
            source.persons = source.gone = True
            source.save()
    transaction.on_commit(lambda: submissions.forget_gone(submission))


def _add(act: Act, submission: Submission, received: Sequence[Received]) -> None:
    if not received:
        raise Refused(_("没有选择文件。"))
    there = set(submission.files.values_list("name", flat=True))
    added = []
    for file in received:
        name = _unused(file.name, there)
        there.add(name)
        added.append(name)
        SourceFile(
            submission=submission,
            name=name,
            stored=file.stored,
            size=file.size,
            sha256=file.sha256,
            added_by=act.person,
        ).save()
    act.details["files"] = added
    changed(act, submission)


def _unused(name: str, there: Iterable[str]) -> str:
    """The name, with a number behind it where files of it are there: problems name files by it."""
    taken = {each.casefold() for each in there}
    stem, dot, suffix = name.rpartition(".")
    tried, number = name, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{stem}({number}){dot}{suffix}" if stem else f"{name}({number})"
    return tried


def _set_removed(act: Act, source: SourceFile, *, removed: bool) -> SourceFile:
    submission = Submission.objects.select_for_update().get(pk=source.submission_id)
    must_be_open(submission)
    if source.gone:
        raise Refused(_("“{name}”是人员名单，原件已经删除。请重新上传。").format(name=source.name))
    if source.removed != removed:
        source.persons = source.persons or names_persons(submission, source)
        source.removed = removed
        source.save()
        changed(act, submission)
    return source
