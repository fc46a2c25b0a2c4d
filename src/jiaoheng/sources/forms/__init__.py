"""National statistical forms: a school's workbook, old and new, and the county's export, read by their words.

``catalogue.toml`` says which words name a figure; nothing is found by its address.
"""

from jiaoheng.sources.forms.export import export_header, read_export
from jiaoheng.sources.forms.joining import county_of, joined_rows
from jiaoheng.sources.forms.known import Known, known_from
from jiaoheng.sources.forms.reading import holds_forms, is_form, read_forms
from jiaoheng.sources.forms.school import needed_forms

__all__ = [
    "Known",
    "county_of",
    "export_header",
    "holds_forms",
    "is_form",
    "joined_rows",
    "known_from",
    "needed_forms",
    "read_export",
    "read_forms",
]
