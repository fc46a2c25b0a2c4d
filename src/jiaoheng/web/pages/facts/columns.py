"""A file that is none of our tables: read through a mapping that fits, or its columns are pointed at."""

from __future__ import annotations

import operator
from pathlib import Path, PurePath
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiaoheng.county import schema
from jiaoheng.county.snapshots import SnapshotError
from jiaoheng.ledger import access, clock, facts, foreign, submissions
from jiaoheng.ledger.actions import Refused, mappings
from jiaoheng.ledger.actions.submissions import must_be_open
from jiaoheng.ledger.models import Organisation, SourceFile, Submission
from jiaoheng.sources import SourceError
from jiaoheng.sources.mapping import MappingError
from jiaoheng.sources.mapping.making import Preview, View, preview, views
from jiaoheng.web.pages.facts import pointing, rows
from jiaoheng.web.pages.facts.pointing import Chosen
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs

SHOWN = 5


@require_POST
@needs("submission.change")
def read(request: Request, pk: int, file: int) -> HttpResponse:
    """Read a file, or all files of the submission that the mapping fits, through a mapping that is there."""
    source = found(request, "submission.change", SourceFile, pk=file, submission=pk)
    chosen = foreign.choice(source.submission.county, request.POST.get("mapping", ""), request.language)
    if chosen is None:
        messages.error(request, _("请先选择一种对应关系。"))
        return redirect("submission", pk=pk)
    files = [source]
    if request.POST.get("all"):
        fitting = {each.file for each in _foreign(source.submission) if chosen.key in each.fits}
        files = [each for each in source.submission.files.filter(removed=False, gone=False) if each.name in fitting]
    year = request.POST.get("year", "").strip()
    try:
        mappings.map_files(
            request.actor,
            source.submission,
            files,
            title=chosen.title,
            text=chosen.text,
            origin=chosen.key,
            year=int(year) if year.isdecimal() and len(year) == 4 else None,
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("按“{title}”读取，正在核对。").format(title=chosen.title))
    return redirect("submission", pk=pk)


@require_POST
@needs("submission.change")
def unread(request: Request, pk: int, file: int) -> HttpResponse:
    """Read a file as one of our own tables again."""
    source = found(request, "submission.change", SourceFile, pk=file, submission=pk)
    try:
        mappings.unmap_file(request.actor, source)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("不再按对应关系读取，正在核对。"))
    return redirect("submission", pk=pk)


@needs("submission.change")
def point(request: Request, pk: int, file: int) -> HttpResponse:
    """Point at the columns of a file; by POST, see what it would read or read it so."""
    source = found(request, "submission.change", SourceFile, pk=file, submission=pk)
    try:
        must_be_open(source.submission)
        if source.removed or source.gone:
            raise Refused(_("这个文件已经移出，不再读取。"))
        with foreign.stored(submissions.files_folder(source.submission) / source.stored, source.name) as path:
            return _page(request, source, path)
    except Refused as refused:
        messages.error(request, str(refused))
    except SourceError as error:
        messages.error(request, error.say(request.language))
    except FileNotFoundError:
        messages.error(request, _("“{name}”已不在服务器上，请移出后重新上传。").format(name=source.name))
    return redirect("submission", pk=pk)


def offered(request: Request, submission: Submission, source: SourceFile) -> dict[str, Any]:
    """What the submission's page offers beside a file: how it is read now, or how it could be."""
    of = [submission.pk, source.pk]
    mapped = getattr(source, "mapped", None)
    looked = next((each for each in _foreign(submission) if each.file == source.name), None)
    if mapped is None and looked is None:
        return {}
    choices = foreign.choices(submission.county, request.language)
    titles = {each.key: each.title for each in choices}
    fits = [key for key in (looked.fits if looked else ()) if key in titles]
    alike = [each for each in _foreign(submission) if fits and fits[0] in each.fits]
    return {
        "mapped": mapped,
        "fit": {"key": fits[0], "title": titles[fits[0]], "files": len(alike)} if fits else None,
        "choices": choices,
        "persons": source.persons or bool(looked and looked.persons),
        "year": default_year(submission.county),
        "read_url": reverse("submission_read_file", args=of),
        "unread_url": reverse("submission_unmap_file", args=of),
        "point_url": reverse("submission_columns", args=of),
    }


def default_year(county: Organisation) -> int:
    """The school year that a file that says none is most likely of: the county's latest, or the present one."""
    latest = facts.latest_snapshot(county)
    today = clock.today()
    return latest.year if latest else today.year - (today.month < 9)


def _foreign(submission: Submission) -> tuple[foreign.Foreign, ...]:
    checked = submissions.last_check(submission)
    return checked.foreign if checked else ()


def _page(request: Request, source: SourceFile, path: Path) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    plain = {name: str(value) for name, value in sent.items()}
    first = pointing.chosen(plain, default_year(source.submission.county))
    every = views(path, header_row=first.header_row or None, header_rows=first.header_rows)
    if not every:
        raise Refused(_("“{name}”里没有内容。").format(name=source.name))
    view = every[min(first.sheet, len(every) - 1)]
    of = pointing.completed(first, view, anew=plain.get("of") != pointing.signature(first))
    of = pointing.within(of, view)
    several = len(every) > 1
    told = pointing.wrong(of, view, request.language)
    title = plain.get("title", "").strip() or PurePath(source.name).stem
    text, seen = "", None
    if not told:
        text, told = _made(request, of, view, title, several)
    if text:
        seen = preview(path, text, given={"year": of.year} if of.year else {}, known=_known(source.submission))
    error = ""
    if plain.get("do") == "use" and text:
        try:
            return _use(request, source, of, title, text, keep=bool(plain.get("keep")))
        except Refused as refused:
            error = str(refused)
    elif plain.get("do") == "use":
        error = _("还不能这样读取，请先改好下面几处。")
    context = _context(request, source, of, view, [each.sheet or each.file for each in every]) | {
        "told": told,
        "error": error,
        "title_value": title,
        "keep": bool(plain.get("keep")) or request.method == "GET",
        "seen": _seen(request, of, seen),
    }
    return render(request, "facts/columns.html", context, status=409 if error else 200)


def _context(request: Request, source: SourceFile, of: Chosen, view: View, sheets: list[str]) -> dict[str, Any]:
    """What the page shows of the sheet and the choice."""
    language = request.language
    return {
        "source": source,
        "submission": source.submission,
        "breadcrumbs": [
            {"url": reverse("submissions"), "label": _("数据")},
            {"url": reverse("submission", args=[source.submission_id]), "label": source.submission.title},
            {"label": _("指认各列")},
        ],
        "of": of,
        "view": view,
        "signature": pointing.signature(of),
        "sheets": [{"place": place, "name": name} for place, name in enumerate(sheets)],
        "tables": [{"name": name, "label": table.label.say(language)} for name, table in schema().tables.items()],
        "ways": _ways(),
        "fields": list(pointing.fields(of, view, language)),
        "constants": pointing.constants(of, language),
        "asks_year": pointing.asks_year(of),
        "may_keep": access.may_anywhere(request.user, "mapping.change"),
        "first_rows": view.rows[:SHOWN],
    }


def _made(request: Request, of: Chosen, view: View, title: str, several: bool) -> tuple[str, list[str]]:
    """The mapping, or why there is none."""
    try:
        return pointing.mapping(of, view, title=title, several=several), []
    except MappingError as error:
        return "", pointing.slips(error, request.language)


def _use(request: Request, source: SourceFile, of: Chosen, title: str, text: str, *, keep: bool) -> HttpResponse:
    """Read the file so and, where that is asked for, keep the mapping for the county."""
    submission, origin = source.submission, ""
    if keep and access.may_anywhere(request.user, "mapping.change"):
        origin = f"{foreign.OWN}{mappings.add_mapping(request.actor, submission.county, title=title, text=text).pk}"
    mappings.map_files(request.actor, submission, [source], title=title, text=text, origin=origin, year=of.year)
    messages.success(request, _("按“{title}”读取，正在核对。").format(title=title))
    return redirect("submission", pk=submission.pk)


def _known(submission: Submission) -> Any:
    """The county's schools, by which names are looked up."""
    latest = facts.latest_snapshot(submission.county)
    try:
        return foreign.schools_known(facts.tables(latest) if latest else None, ())
    except SnapshotError:
        return {}


def _seen(request: Request, of: Chosen, seen: Preview | None) -> dict[str, Any] | None:
    """What would be read, as the page shows it."""
    if seen is None:
        return None
    table = schema().tables[of.table]
    columns = [
        {"label": table.column(name).label.say(request.language), "kind": "text" if place else "name"}
        for place, name in enumerate(seen.columns)
    ]
    problems = sorted(seen.problems, key=operator.attrgetter("severity"))
    return {
        "total": seen.total,
        "waiting": seen.waiting,
        "problems": rows.told(problems, request.language)[: SHOWN * 2],
        "table": {
            "caption": _("读成这样（前 {count} 行）").format(count=len(seen.rows)),
            "dense": True,
            "columns": columns,
            "rows": [{"cells": [{"text": _shown(value), "kind": "text"} for value in row]} for row in seen.rows],
        },
    }


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ways() -> list[dict[str, str]]:
    return [
        {"value": "rows", "label": _("一行就是一条")},
        {"value": "sum", "label": _("几行合成一条，数字相加")},
        {"value": "count", "label": _("一行一个人，只数人数")},
    ]
