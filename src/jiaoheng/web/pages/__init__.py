"""The pages: a folder each, with ``urls.py``, ``views.py``, ``templates/`` and the English of its texts."""

PAGES = (
    "people",
    "overview",
    "schools",
    "facts",
    "sources",
    "documents",
    "forecast",
    "studio",
    "funding",
    "tasks",
    "inspections",
    "runs",
    "audit",
)
