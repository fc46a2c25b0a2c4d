"""How data arrive: ``read(path)`` gives a batch of rows, rows that wait, and problems."""

from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.forms import Known, known_from
from jiaoheng.sources.mapping import read_mapped, suggest
from jiaoheng.sources.mending import Dropped, Mend
from jiaoheng.sources.opening import open_source
from jiaoheng.sources.reading import read
from jiaoheng.sources.together import read_with
from jiaoheng.sources.workbook import write_template, write_workbook

__all__ = [
    "Dropped",
    "Known",
    "Mend",
    "SourceError",
    "known_from",
    "open_source",
    "read",
    "read_mapped",
    "read_with",
    "suggest",
    "write_template",
    "write_workbook",
]
