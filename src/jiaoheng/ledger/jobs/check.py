"""A submission is read, laid over the county's facts, checked, and what came of it is kept for the page."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from jiaoheng import sources, standards
from jiaoheng.county import (
    Admission,
    Batch,
    County,
    across,
    bring,
    brought_schools,
    changes_since_last_year,
    check,
    snapshots,
    written,
)
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.findings import Assessment, AssessmentError
from jiaoheng.findings import assess as assess_county
from jiaoheng.ledger import facts, foreign, submissions
from jiaoheng.ledger.actions.registry import SYSTEM, Refused
from jiaoheng.ledger.actions.runs import ask
from jiaoheng.ledger.actions.submissions import record_check
from jiaoheng.ledger.foreign import Foreign
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Mapped, Run, Snapshot, SourceFile, Submission
from jiaoheng.ledger.source_order import mark, precedence_of
from jiaoheng.ledger.submissions import Checked, Unread
from jiaoheng.sources import Known, SourceError, known_from
from jiaoheng.sources.folder import read_boundaries
from jiaoheng.sources.mending import Dropped, Mend
from jiaoheng.sources.turnout import turnout

_DAMAGED = ("现有数据快照损坏，无法核对。请联系管理员。", "The present snapshot is damaged; ask the administrator.")
_GONE = (
    "“{name}”的文件已不在服务器上，请移出后重新上传。",
    "The file “{name}” is no longer on the server; leave it out and upload it again.",
)
Reading = tuple[SourceFile, list[Mend], list[Dropped]]


@job("check", gettext_lazy("核对报送数据"))
def check_submission(run: Run, progress: Progress) -> dict[str, Any]:
    """Check a submission as it is now; superseded where it changed meanwhile, as then another check waits."""
    return check_now(run.inputs["submission"], progress)


@job("recheck", gettext_lazy("按新数据重新核对报送"))
def recheck(run: Run, progress: Progress) -> dict[str, Any]:
    """Check what schools have sent against the county's present facts, one after another.

    Whoever waits for something else comes first: then the rest is asked for once more. What was checked already is
    not checked again, so that this may start over at any time.
    """
    base = facts.latest_snapshot(run.county)
    sent = Submission.objects.filter(county=run.county, state=Submission.State.SUBMITTED).exclude(result="")
    checked_over = (base.name if base else "", mark(precedence_of(run.county)))
    every = sent.order_by("pk").values_list("pk", "base", "summary")
    stale = [key for key, over, summary in every if (over, summary.get("order", "")) != checked_over]
    done: list[int] = []
    failed: list[int] = []
    for place, key in enumerate(stale):
        if done and Run.objects.filter(status=Run.Status.WAITING).exclude(kind="recheck").exists():
            ask(SYSTEM, run.county, "recheck")
            break
        try:
            check_now(key, _part_of(progress, place, len(stale)))
        except JobError:
            failed.append(key)
        else:
            done.append(key)
    return {"checked": done, "failed": failed}


def _part_of(progress: Progress, place: int, of: int) -> Progress:
    """How far one of several checks is, as a part of them all."""

    def told(part: float, doing: Mapping[str, Any] | None = None) -> None:
        progress((place + part) / of, doing)

    return told


def check_now(key: int, progress: Progress) -> dict[str, Any]:
    """Check the submission of this key against the county's present facts.

    Raises ``JobError`` where those are damaged or one of its files is gone.
    """
    with transaction.atomic():
        submission = Submission.objects.select_related("county", "organisation").get(pk=key)
        reading = to_read(submission)
        base = facts.latest_snapshot(submission.county)
    progress(0.05)
    checked, admission = _checked(submission, base, reading, progress)
    name = f"{submission.revision}-{secrets.token_hex(4)}"
    with submissions.writing(submission, name) as folder:
        waiting = tuple(row for row in admission.rejected if not row.refused)
        draft = snapshots.write(
            admission.county,
            folder / submissions.DRAFT,
            source=submission.title,
            problems=admission.problems,
            rejected=waiting,
        )
        progress(0.8)
        checked = msgspec.structs.replace(checked, draft=draft.name, assessment=assessed(admission.county))
        submissions.put(folder, checked)
    try:
        record_check(
            SYSTEM,
            submission,
            revision=submission.revision,
            base=base.name if base else "",
            result=name,
            summary=checked.summary(),
        )
    except Refused:
        return {"submission": submission.pk, "superseded": True}
    return {"submission": submission.pk, "revision": submission.revision}


def to_read(submission: Submission) -> list[Reading]:
    """The files of a submission that count, each with what was set right in it."""
    kept = submission.files.filter(removed=False, gone=False).select_related("mapped").prefetch_related("mended")
    return [(source, *submissions.corrections(source)) for source in kept]


def _checked(
    submission: Submission, base: Snapshot | None, reading: list[Reading], progress: Progress
) -> tuple[Checked, Admission]:
    present = present_facts(base)
    submissions.forget_gone(submission)
    batches, unread, unknown = read_all(submission, reading, progress, present)
    under = None if submission.mode == Submission.Mode.REPLACE else present
    order = precedence_of(submission.county)
    brought = bring(under, batches, order, only=submission.school, dates=days(reading))
    admission = brought.admission
    progress(0.6)
    before = check(present) if present and under else ()
    problems, earlier = submissions.new_problems(admission.problems, before)
    progress(0.7)
    origins = {problem.origin for problem in problems if problem.origin.row is not None}
    origins |= {row.origin for row in admission.rejected}
    rows: dict[Any, Any] = {}
    for batch in batches:
        rows |= written(batch, origins)
    county, schools = admission.county, brought_schools(batches)
    concerned = {school for of in schools.values() for school in of}
    between = (each for each in across(county) if each.school in concerned)
    differences = (*brought.differences, *between)
    changes = changes_since_last_year(county, schools)
    spoken_of = {each.school for each in differences} | {each.school for each in changes}
    checked = Checked(
        draft="",
        county_code=county.code,
        county_name=county.name,
        years=county.years,
        brought=counted(batches),
        waiting=Counter(row.table for row in admission.rejected if not row.refused),
        refused=sum(row.refused for row in admission.rejected),
        gaps=sum(gap.rows for gap in county.gaps),
        problems=problems,
        earlier=earlier,
        rejected=admission.rejected,
        rows=tuple(rows.values()),
        sheets=tuple(sheet for batch in batches for sheet in batch.sheets),
        unread=tuple(unread),
        turnout=turnout(batches, present, county, whole=submission.school is None),
        differences=differences,
        changes=changes,
        order=mark(order),
        names={code: name for code, name in county.school_names().items() if code in spoken_of},
        foreign=tuple(unknown),
    )
    return checked, admission


def days(reading: Iterable[Reading]) -> dict[str, str]:
    """The days on which files came, by their names."""
    return {source.name: timezone.localtime(source.added_at).date().isoformat() for source, _, _ in reading}


def present_facts(base: Snapshot | None) -> County | None:
    """The tables of a snapshot, if there is one; raises ``JobError`` where it is damaged."""
    try:
        return facts.tables(base) if base else None
    except SnapshotError:
        raise JobError(*_DAMAGED) from None


def read(submission: Submission, reading: list[Reading], progress: Progress) -> tuple[list[Batch], list[Unread]]:
    """What the files of a submission hold, as ``read_all`` gives it."""
    present = present_facts(facts.latest_snapshot(submission.county))
    batches, unread, _foreign = read_all(submission, reading, progress, present)
    return batches, unread


def read_all(
    submission: Submission, reading: list[Reading], progress: Progress, present: County | None
) -> tuple[list[Batch], list[Unread], list[Foreign]]:
    """Every file by itself, in the order they came: one that cannot be read does not hold up the others.

    Files that are given to a mapping are read after all others, whose schools they may look up; those of one mapping
    together. The files that are none of our tables come third. Raises ``JobError`` where one is no longer on the
    server.
    """
    batches: list[Batch] = []
    unread: list[Unread] = []
    unknown: list[Foreign] = []
    mapped: list[tuple[Path, SourceFile, Mapped]] = []
    for source, _mends, _dropped in reading:
        if not (submissions.files_folder(submission) / source.stored).exists():
            raise JobError(*(text.format(name=source.name) for text in _GONE))
    own = [each for each in foreign.choices(submission.county, "zh") if each.key.startswith(foreign.OWN)]
    beside = known_from(present, submission.year)
    with submissions.readable(submission, [source for source, _, _ in reading]) as paths:
        for place, (path, (source, mends, dropped)) in enumerate(zip(paths, reading, strict=True)):
            part = 0.05 + 0.35 * place / len(paths)
            progress(part, {"place": place + 1, "of": len(paths), "file": source.name})
            if hasattr(source, "mapped"):
                mapped.append((path, source, source.mapped))
                continue
            batch = None
            try:
                batch = _batch(path, mends, dropped, beside, source.name)
            except SourceError as error:
                unread.append(Unread(source.name, error.text))
            else:
                batches.append(batch)
            if found := foreign.look(path, source.name, batch, own):
                unknown.append(found)
        _read_mapped(mapped, present, batches, unread)
    progress(0.4, {})
    return batches, unread, unknown


def _read_mapped(
    mapped: list[tuple[Path, SourceFile, Mapped]], present: County | None, batches: list[Batch], unread: list[Unread]
) -> None:
    """Add what mappings read of the files that are given to them, or why they cannot."""
    known = foreign.schools_known(present, batches) if mapped else {}
    for group in foreign.groups(mapped):
        try:
            batches.append(foreign.read(group, known))
        except SourceError as error:
            unread += (Unread(source.name, error.text) for _path, source, _mapped in group)


def _batch(path: Path, mends: list[Mend], dropped: list[Dropped], beside: Known, name: str) -> Batch:
    if path.suffix.lower() == ".geojson":
        return Batch({}, boundaries=read_boundaries(path))
    return sources.read(path, mends, dropped, beside, name)


def counted(batches: list[Batch]) -> dict[str, int]:
    """Rows of each table, good ones and those that wait."""
    counts: Counter[str] = Counter()
    for batch in batches:
        counts.update({table: len(rows) for table, rows in batch.rows.items()})
        counts.update(row.table for row in batch.rejected)
    return dict(counts)


def assessed(county: County) -> Assessment | None:
    """What the draft would be worth in its latest year; None where that cannot be reckoned."""
    if not county.years:
        return None
    try:
        return assess_county(county, standards.load(facts.NATIONAL))
    except AssessmentError:
        return None
