"""The pages: a folder each, with ``urls.py``, ``views.py``, ``templates/`` and the English of its texts."""

PAGES = (
    "people",
    "overview",
    "schools",
    "facts",
    "sources",
    "funding",
    "documents",
    "tasks",
    "inspections",
    "runs",
    "audit",
)
