"""Several schools' returns are read, laid over the county's facts together, and what came of it is kept for the page.

All or nothing: where one of them cannot be taken in, none is, and it is said which and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy

from jiaoheng.county import (
    Admission,
    Batch,
    County,
    Precedence,
    Problem,
    bring,
    bring_returns,
    check,
    conflicts,
    errors,
    snapshots,
)
from jiaoheng.county import schema as county_schema
from jiaoheng.language import Language, Text
from jiaoheng.ledger import facts, submissions, together
from jiaoheng.ledger.jobs.check import assessed, counted, days, present_facts, read, to_read
from jiaoheng.ledger.jobs.registry import JobError, Progress, job
from jiaoheng.ledger.models import Run, Submission
from jiaoheng.ledger.source_order import mark, precedence_of
from jiaoheng.ledger.together import Member, Refusal, Together

_GONE = Text("这次报送已不是“已报送”状态。", "This submission is no longer “submitted”.")
_UNREAD = Text("文件“{file}”读不了：{reason}", "The file “{file}” cannot be read: {reason}")
_NOTHING = Text("没有读到任何数据。", "Nothing was read.")
_CONFLICT = Text(
    "与“{other}”的报送都填了同一行（{table} {key}），但“{column}”不一样。请与两所学校核实，退回填错的一份。",
    "This submission and that of “{other}” both fill in the same row ({table} {key}), but “{column}” differs. Ask both "
    "schools, and return the one that is wrong.",
)
_ROWS = Text("行数", "number of rows")
_WRONG = Text("{where}：{what}{more}", "{where}: {what}{more}")
_MORE = Text("（另有 {count} 处）", " (and {count} more)")
_COUNTY = Text(
    "数据中的县代码是“{found}”，不是本县的 {code}。",
    "The county code in the data is “{found}”, not {code} of this county.",
)


class _Return(msgspec.Struct, frozen=True):
    """A return as it was read."""

    submission: Submission
    batches: list[Batch]
    dates: dict[str, str]

    @property
    def school(self) -> str:
        return self.submission.organisation.code


@job(together.KIND, gettext_lazy("合并核对多所学校的报送"))
def check_together(run: Run, progress: Progress) -> dict[str, Any]:
    """Check returns as they are now; accepting asks whether they still are."""
    with transaction.atomic():
        base = facts.latest_snapshot(run.county)
        keys = run.inputs["submissions"]
        sent = Submission.objects.filter(county=run.county, organisation__kind="school", pk__in=keys)
        found = list(sent.select_related("county", "organisation").order_by("pk"))
        reading = [to_read(submission) for submission in found]
    present = present_facts(base)
    refusals: list[Refusal] = []
    returns: list[_Return] = []
    for place, (submission, files) in enumerate(zip(found, reading, strict=True)):
        batches, reason = _read(submission, files, present)
        refusals += [Refusal(submission.pk, reason)] if reason else []
        returns.append(_Return(submission, batches, days(files)))
        progress(0.5 * (place + 1) / len(found))
    refusals += _conflicting(present, returns)
    order = precedence_of(run.county)
    members = tuple(_member(each) for each in returns)
    checked = Together(base.name if base else "", members, tuple(refusals), order=mark(order))
    name = f"{run.pk}-{secrets.token_hex(4)}"
    with together.writing(run, name) as folder:
        if not refusals:
            checked = _laid(run, checked, present, returns, folder / submissions.DRAFT, progress)
        together.put(folder, checked)
    return {"folder": name, "refused": len(checked.refusals)}


def _laid(
    run: Run, checked: Together, present: County | None, returns: Sequence[_Return], draft: Any, progress: Progress
) -> Together:
    """The returns over the present facts: a draft, or why there is none."""
    order = precedence_of(run.county)
    dates = {each.school: each.dates for each in returns}
    brought = bring_returns(present, _laid_over(returns), order, dates=dates)
    admission = brought.admission
    progress(0.7)
    problems, _earlier = submissions.new_problems(admission.problems, check(present) if present else ())
    if wrong := _wrong(admission, problems):
        return msgspec.structs.replace(checked, refusals=_blamed(present, returns, order, wrong))
    county = admission.county
    if county.code != run.county.code:
        reason = Text(*(text.format(found=county.code or "—", code=run.county.code) for text in _both(_COUNTY)))
        return msgspec.structs.replace(checked, refusals=(Refusal(None, reason),))
    names = "、".join(each.submission.organisation.name for each in returns)
    source = f"{len(returns)} 所学校的报送：{names}"[:200]
    written = snapshots.write(county, draft, source=source, problems=admission.problems)
    progress(0.85)
    return msgspec.structs.replace(
        checked,
        draft=written.name,
        warnings=len(problems),
        assessment=assessed(county),
        differences=brought.differences,
    )


def _read(submission: Submission, files: list[Any], present: County | None) -> tuple[list[Batch], Text | None]:
    """What a return holds, and why it cannot be taken in, if it cannot be read."""
    if submission.state != Submission.State.SUBMITTED:
        return [], _GONE
    try:
        batches, unread = read(submission, files, _quietly)
    except JobError as error:
        chinese, english = str(error).splitlines()
        return [], Text(chinese, english)
    if unread:
        first = unread[0]
        said = _both(first.reason)
        return batches, Text(
            *(text.format(file=first.file, reason=reason) for text, reason in zip(_both(_UNREAD), said, strict=True))
        )
    return batches, None if counted(batches) else _NOTHING


def _quietly(part: float, doing: Mapping[str, Any] | None = None) -> None:
    """How far one return is read is not told."""


def _laid_over(returns: Sequence[_Return]) -> list[tuple[str, list[Batch]]]:
    return [(each.school, each.batches) for each in returns]


def _member(each: _Return) -> Member:
    of = each.submission
    return Member(of.pk, of.revision, each.school, of.organisation.name, sum(counted(each.batches).values()))


def _conflicting(present: County | None, returns: Sequence[_Return]) -> Iterator[Refusal]:
    """Each return that tells a row otherwise than another does, once."""
    told: set[int] = set()
    for conflict in conflicts(present, _laid_over(returns)):
        pair = (conflict.first, conflict.second)
        for one, other in (pair, pair[::-1]):
            if one not in told:
                told.add(one)
                yield Refusal(returns[one].submission.pk, _conflict(conflict, returns[other].submission))


def _conflict(conflict: Any, other: Submission) -> Text:
    table = county_schema().tables[conflict.table]
    label = table.column(conflict.column).label if conflict.column else _ROWS
    key = " · ".join(str(part) for part in conflict.key if part is not None)
    texts = zip(_both(_CONFLICT), _both(table.label), _both(label), strict=True)
    return Text(
        *(text.format(other=other.organisation.name, table=of, key=key, column=column) for text, of, column in texts)
    )


def _wrong(admission: Admission, problems: Sequence[Problem]) -> list[Problem]:
    """What keeps rows waiting, or is refused."""
    of_rows = [problem for row in admission.rejected for problem in row.problems]
    return of_rows or list(errors(tuple(problems)))


def _blamed(
    present: County | None, returns: Sequence[_Return], order: Precedence, wrong: Sequence[Problem]
) -> tuple[Refusal, ...]:
    """The returns that are wrong by themselves; where each is right alone, what is wrong with them together."""
    before = check(present) if present else ()
    found: list[Refusal] = []
    for each in returns:
        alone = bring(present, each.batches, order, only=each.school).admission
        problems, _earlier = submissions.new_problems(alone.problems, before)
        if own := _wrong(alone, problems):
            found.append(Refusal(each.submission.pk, _words(own)))
    return tuple(found) or (Refusal(None, _words(wrong)),)


def _words(wrong: Sequence[Problem]) -> Text:
    return Text(_said(wrong, "zh"), _said(wrong, "en"))


def _said(wrong: Sequence[Problem], language: Language) -> str:
    first, others = wrong[0], len(wrong) - 1
    more = _MORE.say(language, count=others) if others else ""
    return _WRONG.say(language, where=first.where(language), what=first.what(language), more=more)


def _both(text: Text) -> tuple[str, str]:
    return text.zh, text.en
