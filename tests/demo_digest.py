"""A county's contents as one number."""

from __future__ import annotations

import csv
import hashlib
import io
import json

from jiaoheng.county import County


def digest(county: County) -> str:
    """SHA-256 of all tables as CSV, without columns that hold nothing, and of the boundaries."""
    found = hashlib.sha256()
    for name, table in county.tables.items():
        columns = [column for column in table.column_names if table[column].null_count < table.num_rows]
        text = io.StringIO()
        csv.writer(text).writerows([columns, *zip(*(table[column].to_pylist() for column in columns), strict=True)])
        found.update(f"{name}\n{text.getvalue()}".encode())
    found.update(json.dumps(county.boundaries, ensure_ascii=False, sort_keys=True).encode())
    return found.hexdigest()
