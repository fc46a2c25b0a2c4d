"""One cell, one value: what a clerk typed becomes the column's type exactly, or a problem, never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache

import msgspec

from jiaoheng.county.schema import Column, schema
from jiaoheng.sources.grids import Broken
from jiaoheng.sources.numbers import (
    NotANumberError,
    decimal,
    exact_integer,
    nearest_float,
    split_unit,
    times,
)
from jiaoheng.sources.overlooked import FORMULA
from jiaoheng.sources.text import as_text, narrow, shown, tidy, visible

# What stands for "not known" in statistical tables; -1 joins them where a figure cannot be negative.
NULL_MARKS = frozenset({"", "*", "**", "-", "--", "—", "——", "–", "−", "/", "\\", "n/a", "na", "null", "none"})
TRUE_MARKS = frozenset({"是", "1", "true", "√", "✓", "✔", "y", "yes", "对", "t"})
FALSE_MARKS = frozenset({"否", "0", "false", "×", "✗", "✘", "x", "n", "no", "错", "f"})
ALLOWED_SHOWN = 12

_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BUSY!|UNKNOWN!|FIELD!|#+)", re.I)
_NUMBER_ID = re.compile(r"(\d{6,})\.0", re.ASCII)
# A number has no last 0: 2.1 may be item 2.1 or item 2.10. No standard has items 2.20 or 2.30.
_CUT_SHORT = re.compile(r"\d+\.1", re.ASCII)
_SCIENTIFIC_ID = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.I)
_YEAR = re.compile(
    r"(\d{4})\s*年?\s*(?:(?:[-—–−~/至]|--|——)\s*(\d{4}|\d{2})\s*)?(?:学?年度?|school year)?", re.ASCII | re.I
)
_LISTED = re.compile("[、,;/|+]")
_JOINT = re.compile(r"\s*[\-—–_:/.、,()\[\]【】]\s*|\s+")
_MOMENTS = date | time | timedelta


class Parsed(msgspec.Struct, frozen=True):
    """A cell's value, None where missing; or a ``problem``, a code of ``problems.toml``, and its details."""

    value: object | None
    problem: str = ""
    details: Mapping[str, str] = {}


MISSING = Parsed(None)


def parse(column: Column, raw: object, *, factor: float = 1.0) -> Parsed:
    """Read one cell of a grid as a value of the column.

    ``factor`` takes a figure of the file's unit into the column's. A unit written behind the figure itself
    (``12.5万元``) goes before it; counts are bare integers and take none.
    """
    if isinstance(raw, Broken):
        return Parsed(None, "cell_formula" if raw == FORMULA else "cell_error" if raw[0] == "#" else "cell_type")
    if isinstance(raw, str) and _EXCEL_ERROR.fullmatch(narrow(raw)):
        return Parsed(None, "cell_error")
    if raw is None or raw == "":
        return MISSING
    if column.type in ("integer", "number"):
        return _number(column, raw, factor)
    return _READERS[column.type](column, raw)


def _number(column: Column, raw: object, factor: float) -> Parsed:
    if isinstance(raw, bool):
        return _refused(column, "cell_not_number")
    if isinstance(raw, _MOMENTS):
        return Parsed(None, "cell_date")
    try:
        if isinstance(raw, int | float):
            number = _finite(raw)
        else:
            text = narrow(str(raw))
            if text.lower() in NULL_MARKS:
                return MISSING
            if text == "无":
                return Parsed(None, "cell_none_word")
            text, factor = _without_unit(column, text, factor)
            number = decimal(text)
        if number == -1 and column.minimum is not None and column.minimum >= 0:
            return MISSING
        number = times(number, factor)
        value = exact_integer(number) if column.type == "integer" else nearest_float(number)
    except NotANumberError as error:
        return _refused(column, error.code)
    return _within(column, value)


def _finite(raw: int | float) -> Decimal:
    number = Decimal(repr(raw))
    if not number.is_finite():
        raise NotANumberError("cell_not_number")
    return number


def _without_unit(column: Column, text: str, factor: float) -> tuple[str, float]:
    """The bare figure, and the factor of the unit written behind it where the column knows that unit."""
    if column.type == "number" and column.unit:
        figure, unit = split_unit(text)
        accepts = schema().units[column.unit].accepts
        if unit in accepts:
            return figure, accepts[unit]
    return text, factor


def _refused(column: Column, code: str) -> Parsed:
    """The problem of a figure; whatever a count is instead of an integer, the clerk is told to write one."""
    if column.type == "integer" and code in ("cell_not_number", "cell_percent"):
        code = "cell_not_integer"
    units = "、".join(schema().units[column.unit].accepts) if column.unit else ""
    if code == "cell_not_number" and units:
        return Parsed(None, "cell_not_number_unit", {"units": units})
    return Parsed(None, code)


def _within(column: Column, value: int | float) -> Parsed:
    low, high = column.minimum, column.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return Parsed(value)
    if low is not None and value < low:
        return Parsed(None, "below_minimum", {"minimum": f"{low:g}"})
    return Parsed(None, "above_maximum", {"maximum": f"{high:g}"})


def _id(column: Column, raw: object) -> Parsed:
    if isinstance(raw, bool | _MOMENTS):
        return Parsed(None, "cell_date" if isinstance(raw, _MOMENTS) else "cell_id_boolean")
    if isinstance(raw, float) and abs(raw) >= 1e15:
        return Parsed(None, "cell_id_digits")
    text = shown(raw)
    if isinstance(raw, float) and _CUT_SHORT.fullmatch(text):
        return Parsed(None, "cell_id_fraction")
    if text.lower() in NULL_MARKS or text == "无":
        return MISSING
    if _SCIENTIFIC_ID.fullmatch(text):
        return Parsed(None, "cell_id_digits")
    if text.startswith("'") and text[1:].isdigit():
        text = text[1:]
    whole = _NUMBER_ID.fullmatch(text)
    return Parsed(whole.group(1) if whole else text)


def _text(column: Column, raw: object) -> Parsed:
    text = visible(as_text(raw)).strip()
    return MISSING if narrow(text).lower() in NULL_MARKS or text == "无" else Parsed(text)


def _year(column: Column, raw: object) -> Parsed:
    if isinstance(raw, _MOMENTS):
        return Parsed(None, "cell_date")
    text = shown(raw)
    if text.lower() in NULL_MARKS or text == "-1":
        return MISSING
    found = None if isinstance(raw, bool) else _YEAR.fullmatch(text.removesuffix(".0"))
    if not found:
        return Parsed(None, "cell_year")
    begins = int(found.group(1))
    ends = found.group(2)
    if ends and int(ends) != (begins + 1 if len(ends) == 4 else (begins + 1) % 100):
        return Parsed(None, "cell_year")
    return _within(column, begins)


def _boolean(column: Column, raw: object) -> Parsed:
    text = shown(raw).lower()
    if text in TRUE_MARKS:
        return Parsed(True)
    if text in FALSE_MARKS:
        return Parsed(False)
    return MISSING if text in NULL_MARKS else Parsed(None, "cell_boolean")


def _code(column: Column, raw: object) -> Parsed:
    """A code by value, label or alias, or two of them as in ``211 小学``; the list goes before null marks."""
    text = shown(raw)
    value = _listed(column.codes, text)
    if value is not None:
        return Parsed(value)
    if text.lower() in NULL_MARKS:
        return MISSING
    return Parsed(None, "unknown_code", _allowed(column.codes))


def _codes(column: Column, raw: object) -> Parsed:
    text = shown(raw)
    if (whole := _listed(column.codes, text)) is not None:
        return Parsed(str(whole))
    if text.lower() in NULL_MARKS:
        return MISSING
    values: list[str] = []
    for part in filter(None, map(str.strip, _LISTED.split(text))):
        whole = _listed(column.codes, part)
        for value in [whole] if whole is not None else [_listed(column.codes, word) for word in part.split()]:
            if value is None:
                return Parsed(None, "unknown_code", _allowed(column.codes))
            values.append(str(value))
    if not values:
        return Parsed(None, "unknown_code", _allowed(column.codes))
    return Parsed(";".join(dict.fromkeys(values)))


def _listed(codes: str, text: str) -> str | int | None:
    """The code that a text names, None where it names none or two different ones."""
    names = code_names(codes)
    found = names.get(tidy(text))
    if found is not None:
        return found
    for joint in _JOINT.finditer(text):
        left, right = text[: joint.start()], text[joint.end() :].rstrip(")]】 ")
        if left and right:
            value = names.get(tidy(left))
            if value is not None and value == names.get(tidy(right)):
                return value
    return None


@cache
def code_names(codes: str) -> Mapping[str, str | int]:
    """Every way to name a code of a list, folded for comparison; a name that two codes share is left out."""
    names: dict[str, str | int] = {}
    shared = set()
    for code in schema().codes[codes]:
        for name in (str(code.value), code.label.zh, code.label.en, *code.aliases):
            key = tidy(name)
            if names.setdefault(key, code.value) != code.value:
                shared.add(key)
    return {name: value for name, value in names.items() if name not in shared}


def _allowed(codes: str) -> Mapping[str, str]:
    listed = schema().codes[codes]
    first = listed[:ALLOWED_SHOWN]
    rest = len(listed) - len(first)
    return {
        "codes_zh": "、".join(code.label.zh for code in first) + (f"……（共 {len(listed)} 项）" if rest else ""),
        "codes_en": ", ".join(code.label.en for code in first) + (f" … ({len(listed)} in all)" if rest else ""),
    }


_READERS: Mapping[str, Callable[[Column, object], Parsed]] = {
    "id": _id,
    "text": _text,
    "year": _year,
    "boolean": _boolean,
    "code": _code,
    "codes": _codes,
}
