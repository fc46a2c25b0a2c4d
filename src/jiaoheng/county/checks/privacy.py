"""No personal data in the county's tables: columns refused by name, cells by the shape of their value."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from jiaoheng.county import words
from jiaoheng.county.checks.registry import rule
from jiaoheng.county.county import County
from jiaoheng.county.personal import INVISIBLE, personal_kind
from jiaoheng.county.problems import Origin, Problem
from jiaoheng.county.schema import schema
from jiaoheng.language import Text

KINDS = {
    "id_number": Text("身份证号", "an identity number"),
    "phone": Text("手机号", "a mobile number"),
    "email": Text("电子邮箱", "an e-mail address"),
}
# What may be one at all: eleven digits, with separators or without, or an at sign, of either width.
_WORTH_A_LOOK = f"(?:[0-9\uff10-\uff19][ \u3000\u00a0\uff0d{INVISIBLE}-]{{0,4}}){{11}}|[@\uff20]"
# A county's own codes may begin with its code and run to eleven digits, as mobile numbers do.
_OWN_CODES = frozenset({"school_id", "subject_id", "place_id", "parent_id"})


@rule
def personal_values(county: County) -> Iterator[Problem]:
    """Identity numbers, telephones and e-mail addresses in any column of text; the value is masked."""
    for table in schema().tables.values():
        for column in table.columns:
            values = county[table.name][column.name]
            if column.type not in ("id", "text") or not len(values):
                continue
            found = _found(values, county.code if column.name in _OWN_CODES else "")
            if found:
                where = pc.indices_nonzero(pc.is_in(values, value_set=pa.array(list(found), pa.string())))
                for index in where.to_pylist():
                    kind = KINDS[found[values[index].as_py()]]
                    yield Problem(
                        code="personal_value",
                        table=table.name,
                        column=column.name,
                        value=values[index].as_py(),
                        index=index,
                        details=words.both(kind=kind),
                    )


def personal_column(header: str, table: str = "", origin: Origin | None = None) -> Problem:
    """The problem of a column refused by its name, for the reader that met it."""
    return Problem(code="personal_column", table=table, column=header, value=header, origin=origin or Origin())


def _found(values: pa.ChunkedArray, own: str) -> dict[str, str]:
    """Personal values of a column and the kind of each."""
    distinct = pc.unique(values)
    likely = distinct.filter(pc.fill_null(pc.match_substring_regex(distinct, _WORTH_A_LOOK), False)).to_pylist()
    kinds = ((value, personal_kind(value)) for value in likely if not (len(own) == 6 and value.startswith(own)))
    return {value: kind for value, kind in kinds if kind}
