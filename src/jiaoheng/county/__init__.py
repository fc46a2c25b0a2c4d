"""The facts of a county: tables, problems, checks, snapshots."""

from jiaoheng.county.across import across
from jiaoheng.county.admission import Admission, admit
from jiaoheng.county.checks import check
from jiaoheng.county.comparison import Comparison, compare
from jiaoheng.county.comparison_words import comparison_sentences
from jiaoheng.county.conflicts import Conflict, conflicts
from jiaoheng.county.county import County, Gap, build
from jiaoheng.county.differences import Difference
from jiaoheng.county.merging import merged, merged_returns
from jiaoheng.county.moves import KINDS, Closing, Kind, Move, MoveError, Reason, apply, carried, closing
from jiaoheng.county.precedence import Precedence, PrecedenceError
from jiaoheng.county.problems import EARLIER, Origin, Problem, errors
from jiaoheng.county.reconciling import Brought, bring, bring_returns, reconcile, reordered, standing
from jiaoheng.county.rows import Batch, Rejected, Row
from jiaoheng.county.schema import schema
from jiaoheng.county.written import WrittenCell, WrittenRow, written
from jiaoheng.county.yearly import YearChange, brought_schools, change_sentence, changes_since_last_year

__all__ = [
    "EARLIER",
    "KINDS",
    "Admission",
    "Batch",
    "Brought",
    "Closing",
    "Comparison",
    "Conflict",
    "County",
    "Difference",
    "Gap",
    "Kind",
    "Move",
    "MoveError",
    "Origin",
    "Precedence",
    "PrecedenceError",
    "Problem",
    "Reason",
    "Rejected",
    "Row",
    "WrittenCell",
    "WrittenRow",
    "YearChange",
    "across",
    "admit",
    "apply",
    "bring",
    "bring_returns",
    "brought_schools",
    "build",
    "carried",
    "change_sentence",
    "changes_since_last_year",
    "check",
    "closing",
    "compare",
    "comparison_sentences",
    "conflicts",
    "errors",
    "merged",
    "merged_returns",
    "reconcile",
    "reordered",
    "schema",
    "standing",
    "written",
]
