"""The facts of a county: tables, problems, checks, snapshots."""

from jiaoheng.county.admission import Admission, admit
from jiaoheng.county.checks import check
from jiaoheng.county.county import County, Gap, build
from jiaoheng.county.merging import merged
from jiaoheng.county.problems import EARLIER, Origin, Problem, errors
from jiaoheng.county.rows import Batch, Rejected, Row
from jiaoheng.county.schema import schema
from jiaoheng.county.written import WrittenCell, WrittenRow, written

__all__ = [
    "EARLIER",
    "Admission",
    "Batch",
    "County",
    "Gap",
    "Origin",
    "Problem",
    "Rejected",
    "Row",
    "WrittenCell",
    "WrittenRow",
    "admit",
    "build",
    "check",
    "errors",
    "merged",
    "schema",
    "written",
]
