"""The inputs of one figure, with the rows of the county's tables that each was added up from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow.compute as pc

from jiaoheng.county import County, schema
from jiaoheng.county.provenance import Claim
from jiaoheng.county.rows import key_text
from jiaoheng.language import Language, Text
from jiaoheng.measures.county_totals import relation
from jiaoheng.measures.demands import Demand
from jiaoheng.measures.engine import Connection, answers
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import COMPULSORY, finance_items, resources, signed
from jiaoheng.measures.totals import Total, total


class Row(msgspec.Struct, frozen=True):
    """A row of the county's tables that went into an input: its table, its key, and the cell.

    ``claims`` are those of the sources that told the cell; none where only our own tables did.
    """

    table: str
    key: Mapping[str, str | int]
    amount: float | None
    claims: tuple[Claim, ...] = ()


class Input(msgspec.Struct, frozen=True):
    """One input: what it amounts to for the section or school, and the rows it was added up from.

    ``share`` is the part of the whole school's figure that falls to the section, where it is split. Of a roster, the
    rows are counted and not listed. ``named`` by the standard, or else what the formula itself reads; ``per`` where the
    figure is a share of it.
    """

    name: str
    amount: float | None
    taken_off: bool = False
    share: float | None = None
    rows: tuple[Row, ...] = ()
    teachers_counted: int | None = None
    named: bool = True
    per: bool = False


def inputs(
    county: County, demand: Demand, figure: dict[str, Any], year: int, connection: Connection
) -> tuple[Input, ...]:
    """The inputs that the applied limit let count, then what else the formula reads."""
    if demand.formula == "reported":
        return (_reported(county, demand, year),)
    plus = () if figure["applied"] is None else demand.limits[figure["applied"]].plus
    named = dict(map(signed, demand.inputs + plus))
    needs = [name for name in FORMULAS[demand.formula].needs if name not in named]
    table = {"section": "sections", "school": "schools_measured", "county": "counties"}[FORMULAS[demand.formula].grain]
    where = "TRUE" if table == "counties" else "school_id = ?"
    values = [figure["school_id"]] if table != "counties" else []
    if table == "sections":
        where += " AND stage = ?"
        values.append(figure["stage"])
    own = answers(connection, f"SELECT * FROM {table} WHERE {where}", *values)[0]
    grades = answers(
        connection,
        "SELECT * FROM enrolled WHERE unit_id = ? AND stage = COALESCE(?, stage) ORDER BY school_id, grade",
        figure["school_id"],
        figure["stage"],
    )
    counted_with = answers(connection, "SELECT school_id FROM members WHERE unit_id = ?", figure["school_id"])
    members = [row["school_id"] for row in counted_with]
    if own.get("largest_class_low") is not None and own["largest_class_low"] == own["largest_class_high"]:
        needs = [name for name in needs if name != "largest_class_low"]
    parts = [*named, *needs, *(name for name in demand.per if name not in named)]
    found = [
        _total(connection, each, own, year)
        if (each := total(name))
        else _input(county, name, own, members, grades, year)
        for name in parts
    ]
    return tuple(
        msgspec.structs.replace(
            entry, taken_off=named.get(entry.name, False), named=entry.name in named, per=entry.name in demand.per
        )
        for entry in found
    )


def _total(connection: Connection, each: Total, own: dict[str, Any], year: int) -> Input:
    """A total of the county with the rows that it adds up; those that add nothing are not listed."""
    rows = []
    for row in answers(connection, f"SELECT * EXCLUDE (county_code) FROM ({relation(each, year)}) ORDER BY ALL"):
        amount = row.pop("amount", None) if not each.what.bounded else row["low"] if row["low"] == row["high"] else None
        nothing = (row.pop("low"), row.pop("high")) == (0, 0) if each.what.bounded else amount == 0
        if not nothing:
            rows.append(Row(each.what.table, row, None if amount is None else float(amount)))
    return Input(each.name, own[each.name], rows=tuple(rows))


def _input(
    county: County,
    name: str,
    own: dict[str, Any],
    members: list[str],
    grades: list[dict[str, Any]],
    year: int,
) -> Input:
    amount = None if own[name] is None else float(own[name])
    if name in resources("facilities"):
        rows = _source(county, "facilities", name, members, year)
        split = any(not row.key.get("stage") for row in rows) and own.get("share") not in (None, 1.0)
        return Input(name, amount, share=own["share"] if split else None, rows=rows)
    if name in resources("staff"):
        listed = county["teachers"]
        here = pc.field("school_id").isin(members) & (pc.field("year") == year) & (pc.field("stage") == own["stage"])
        on_roster = listed.filter(here).num_rows
        stated = _source(county, "staff", name, members, year)
        rows = tuple(row for row in stated if row.key.get("stage") == own["stage"])
        counts_first = county.staff_from == "counts" and any(row.amount is not None for row in rows)
        if on_roster and not counts_first:
            return Input(name, amount, teachers_counted=on_roster)
        return Input(name, amount, rows=rows)
    if name in finance_items():
        return Input(name, amount, rows=_money(county, members or [county.code], {name}, year))
    if name == "compulsory_quota":
        return Input(name, amount, rows=_money(county, [county.code], {"quota_primary", "quota_junior"}, year))
    column = "classes" if name in ("classes", "compulsory_classes") else "pupils"
    rows = tuple(
        Row(
            "enrolment",
            {key: grade[key] for key in ("school_id", "grade")} | {"year": year},
            grade[column],
            county.provenance.of("enrolment", key_text((grade["school_id"], year, grade["grade"])), column),
        )
        for grade in grades
        if not name.startswith("compulsory") or grade["stage"] in COMPULSORY
    )
    if name.startswith("largest_class"):
        known = {(grade["school_id"], grade["grade"]) for grade in grades}
        listed = _source(county, "classes", "pupils", members, year)
        banded = _source(county, "class_sizes", "classes", members, year)
        banded = tuple(row for row in banded if row.amount and row.key["stage"] == own.get("stage", row.key["stage"]))
        rows = tuple(row for row in listed if (row.key["school_id"], row.key["grade"]) in known) or (*rows, *banded)
    return Input(name, amount, rows=rows)


def _source(
    county: County, table: str, column: str, subjects: list[str], year: int, subject: str = "school_id"
) -> tuple[Row, ...]:
    """The rows of a table for these schools and this year, with the cell of one column."""
    keys = schema().tables[table].key
    return tuple(
        Row(
            table,
            {key: row[key] for key in keys if row[key] is not None},
            None if row[column] is None else float(row[column]),
            county.provenance.of(table, key_text(tuple(row[key] for key in keys)), column),
        )
        for row in county[table].to_pylist()
        if row[subject] in subjects and row["year"] == year
    )


def _money(county: County, subjects: list[str], items: set[str], year: int) -> tuple[Row, ...]:
    rows = _source(county, "finance", "amount", subjects, year, "subject_id")
    return tuple(row for row in rows if row.key["item"] in items)


def _reported(county: County, demand: Demand, year: int) -> Input:
    for row in county["reported"].to_pylist():
        if row["indicator"] == demand.inputs[0] and row["year"] == year and row["subject_id"] == county.code:
            key = {
                "subject_id": row["subject_id"],
                "indicator": row["indicator"],
                "year": year,
                "evidence": row["evidence"] or "",
            }
            return Input("value", row["value"], rows=(Row("reported", key, row["value"]),))
    return Input("value", None)


def input_label(name: str, language: Language) -> str:
    """How an input reads: the label of its column, its finance item, or of what the program adds up."""
    for table in ("facilities", "staff", "enrolment"):
        for column in schema().tables[table].columns:
            if column.name == name:
                return column.label.say(language)
    if name in finance_items():
        return schema().label("finance_item", name, language)
    if each := total(name.removesuffix("_high").removesuffix("_low")):
        return each.label.say(language)
    return DERIVED[name].say(language)


DERIVED = {
    "compulsory_pupils": Text(zh="义务教育阶段在校生", en="Pupils of the compulsory stages"),
    "compulsory_classes": Text(zh="义务教育阶段班数", en="Classes of the compulsory stages"),
    "compulsory_quota": Text(zh="生均公用经费标准（加权）", en="Operating quota per pupil, weighted"),
    "school_pupils": Text(zh="全校在校生", en="Pupils of the whole school"),
    "no_baseline": Text(zh="起点数值", en="The baseline"),
    "no_start": Text(zh="起点年份的数值", en="The figure of the baseline year"),
    "no_due": Text(zh="完成期限", en="The date by which it is due"),
    "not_begun": Text(zh="起点年份以后的数据", en="Figures of a year after the baseline"),
    "bounds": Text(zh="能定出准确数的数据", en="Facts that tell it exactly"),
    "about": Text(zh="准确的目标值", en="An exact target"),
    "no_value": Text(zh="现值", en="The present figure"),
    "largest_class": Text(zh="最大班额", en="Largest class"),
    "largest_class_low": Text(zh="最大班额（下界）", en="Largest class, at least"),
    "largest_class_high": Text(zh="最大班额（上界）", en="Largest class, at most"),
    "value": Text(zh="上报数值", en="Reported figure"),
    "reported": Text(zh="上报数值及佐证材料", en="Reported figure with its evidence"),
    "contradiction": Text(
        zh="相互一致的数据（减去的比原有的还多）", en="Figures that agree (more is taken off than there is)"
    ),
    "denominator": Text(zh="分母（为 0）", en="The denominator (it is 0)"),
}
