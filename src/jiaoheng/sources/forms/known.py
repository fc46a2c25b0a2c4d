"""What is known beside the files."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Known(msgspec.Struct, frozen=True):
    """Codes of schools by their names (as ``text.tidy`` writes them), and the year of files that say none."""

    schools: Mapping[str, str] = {}
    year: int | None = None
