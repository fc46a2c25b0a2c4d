"""Files to take away: the template, one's own rows to go on from, what was uploaded, the rows that wait."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from jiaoheng import sources
from jiaoheng.county import Rejected
from jiaoheng.county.waiting import write_waiting
from jiaoheng.ledger import facts, submissions
from jiaoheng.ledger.models import Organisation, SourceFile, Submission
from jiaoheng.ledger.submissions import own_rows
from jiaoheng.sources.waiting_workbook import write_waiting_workbook
from jiaoheng.web.request import Request
from jiaoheng.web.views import found, needs


def stored(path: Path, name: str) -> FileResponse:
    """A file that lies in the workspace's home folder, as an attachment."""
    return attachment(io.BytesIO(path.read_bytes()), name)


def attachment(file: IO[bytes], name: str) -> FileResponse:
    """A file to be saved, never shown: whatever is in it, the browser runs nothing of it."""
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")


@needs("submission.see")
def template(request: Request) -> HttpResponseBase:
    """The empty workbook."""
    name = _("数据模板.xlsx")
    return attachment(_written(lambda path: sources.write_template(path, request.language), name), name)


@needs("submission.create")
def own(request: Request, code: str) -> HttpResponseBase:
    """A school's own rows of the latest year as a workbook, to go on from: nobody types them again."""
    school = found(request, "submission.create", Organisation, kind=Organisation.Kind.SCHOOL, code=code)
    latest = facts.latest_snapshot(request.county)
    if latest is None or school.county != request.county:
        raise Http404
    county = own_rows(facts.tables(latest), code)
    name = f"{school.name}.xlsx"
    return attachment(_written(lambda path: sources.write_workbook(county, path, request.language), name), name)


@needs("submission.see")
def file(request: Request, pk: int, file: int) -> HttpResponseBase:
    """A file as it was uploaded."""
    source = found(request, "submission.see", SourceFile, pk=file, submission=pk)
    path = submissions.files_folder(source.submission) / source.stored
    if source.gone or not path.exists():
        raise Http404
    return stored(path, source.name.replace("/", "_"))


@needs("submission.see")
def waiting_csv(request: Request, pk: int) -> HttpResponseBase:
    """The rows that wait, with what is wrong with each."""
    rejected, name = _rejected(request, pk, "csv")
    return attachment(_written(lambda path: write_waiting(path, rejected, request.language), name), name)


@needs("submission.see")
def waiting_workbook(request: Request, pk: int) -> HttpResponseBase:
    """The rows that wait as sheets that can be mended and uploaded again."""
    rejected, name = _rejected(request, pk, "xlsx")
    return attachment(_written(lambda path: write_waiting_workbook(path, rejected, request.language), name), name)


def _rejected(request: Request, pk: int, ending: str) -> tuple[tuple[Rejected, ...], str]:
    submission = found(request, "submission.see", Submission, pk=pk)
    checked = submissions.last_check(submission)
    if checked is None or not checked.rejected:
        raise Http404
    return checked.rejected, _("{title}-待改.{ending}").format(title=submission.title, ending=ending)


def _written(write: Callable[[Path], Any], name: str) -> IO[bytes]:
    """What a function writes to a file, read back."""
    with tempfile.TemporaryDirectory(prefix="jiaoheng-") as folder:
        path = Path(folder) / f"file{Path(name).suffix}"
        write(path)
        return io.BytesIO(path.read_bytes())
