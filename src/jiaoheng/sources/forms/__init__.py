"""National statistical forms: a school's workbook, old and new, and the county's export, read by their words.

``catalogue.toml`` says which words name a figure; nothing is found by its address. ``is_form`` and ``is_export``
recognise a sheet, ``read_workbook`` and ``read_export`` make a batch of it.
"""

from jiaoheng.sources.forms.reading import Known, holds_forms, read_forms
from jiaoheng.sources.forms.school import needed_forms

__all__ = ["Known", "holds_forms", "needed_forms", "read_forms"]
