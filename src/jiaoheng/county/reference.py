"""The reference page of the county's tables, written from the schema; run as a program it renews ``docs/``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from jiaoheng.county.schema import SEVERAL, Column, Schema, Table, schema
from jiaoheng.language import Language, Text, write_pages

PAGES: dict[Language, str] = {"zh": "tables.zh-CN.md", "en": "tables.md"}

_TYPES = {
    "id": Text("代码（文本，保留前导零）", "code (text, leading zeros kept)"),
    "text": Text("文本", "text"),
    "integer": Text("整数", "whole number"),
    "number": Text("数", "number"),
    "boolean": Text("是/否", "yes or no"),
    "year": Text("学年", "school year"),
    "code": Text("选项", "choice"),
    "codes": Text("选项（可多选）", "choices"),
}
_TEXTS = {
    "title": Text("县的数据表", "The county's tables"),
    "generated": Text(
        "本页由 `src/jiaoheng/county/schema.toml` 生成，改动请改那里，再运行 `python -m jiaoheng.county.reference`。",
        "Written from `src/jiaoheng/county/schema.toml`: change that, then run `python -m jiaoheng.county.reference`.",
    ),
    "intro": Text(
        "每张表对应工作簿的一个工作表（或一个 CSV、Parquet 文件）。表头用中文名称、英文代码或“也可写作”中的任何一个"
        "都行，列的顺序不限。**没有的数据留空，不要填 0**：空表示不知道，0 表示确实没有。学年填开始的年份："
        "2025—2026 学年填 2025。姓名、身份证号、电话等个人信息一律不收。",
        "A table is a sheet of the workbook, or a CSV or Parquet file. Headers may be the Chinese or English label, "
        "the code or any of “also accepted”, in any order. **Leave blank what is not known; never write 0 for it**: "
        "0 says that there is none. A school year is the year in which it begins: 2025 for 2025–2026. Personal data "
        "(names, identity numbers, telephones) are refused.",
    ),
    "tables": Text("数据表", "Tables"),
    "codes": Text("代码表", "Code lists"),
    "units": Text("单位", "Units"),
    "units_intro": Text(
        "数值按标准单位保存；表头或单元格写明下列单位的，读入时换算。",
        "Figures are kept in the standard unit; those that arrive in one of these are converted.",
    ),
    "key": Text("同一张表中不得重复的列：{key}。", "No two rows may have the same {key}."),
    "required": Text("必须有此表。", "This table is required."),
    "sheet_aliases": Text("工作表也可叫：{names}。", "The sheet may also be called: {names}."),
    "see": Text("见[{label}](#{anchor})", "see [{label}](#{anchor})"),
    "several": Text("多项用“{sign}”隔开", "several are joined by “{sign}”"),
    "refers": Text("须在“{label}”表中有", "must be in the table “{label}”"),
    "at_least": Text("不小于 {minimum}", "at least {minimum}"),
    "at_most": Text("不大于 {maximum}", "at most {maximum}"),
    "default": Text("留空按 {default}", "blank means {default}"),
    "example": Text("例：{example}", "such as {example}"),
    "aliases": Text("也可写作：{names}", "also accepted: {names}"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
}
_COLUMN_HEADS = (
    Text("列", "Column"),
    Text("代码", "Name"),
    Text("类型", "Type"),
    Text("单位", "Unit"),
    Text("必填", "Required"),
    Text("说明", "Notes"),
)
_CODE_HEADS = (Text("代码", "Code"), Text("含义", "Meaning"), Text("也可写作", "Also accepted"))
_UNIT_HEADS = (Text("标准单位", "Standard unit"), Text("可接受的单位及倍数", "Accepted, with the factor"))


def reference(language: Language) -> str:
    """The page in Markdown: every table, column, code list and unit of the schema."""
    known = schema()
    parts = [f"# {_say('title', language)}", _say("generated", language), _say("intro", language)]
    parts.append(f"## {_say('tables', language)}")
    for table in known.tables.values():
        parts += _table(known, table, language)
    parts.append(f"## {_say('codes', language)}")
    for name in known.codes:
        parts += _codes(known, name, language)
    parts += [f"## {_say('units', language)}", _say("units_intro", language), _units(known, language)]
    return "\n\n".join(parts) + "\n"


def _table(known: Schema, table: Table, language: Language) -> list[str]:
    key = [f"`{name}`" for name in table.key]
    about = [_say("key", language, key=_joined(key, language))]
    if table.required:
        about.append(_say("required", language))
    if table.aliases:
        about.append(_say("sheet_aliases", language, names=_joined(table.aliases, language)))
    rows = [
        (
            column.label.say(language),
            f"`{column.name}`",
            _TYPES[column.type].say(language),
            known.units[column.unit].label.say(language) if column.unit else "",
            _say("yes", language) if column.required else "",
            _notes(known, column, language),
        )
        for column in table.columns
    ]
    return [
        f"### {table.label.say(language)} · `{table.name}`",
        _spaced([_ended(table.note.say(language), language), *about], language),
        _grid([head.say(language) for head in _COLUMN_HEADS], rows),
    ]


def _notes(known: Schema, column: Column, language: Language) -> str:
    notes = [column.note.say(language)] if column.note else []
    if column.codes:
        label = known.code_labels[column.codes].say(language)
        notes.append(_say("see", language, label=label, anchor=_anchor(column.codes)))
    if column.type == "codes":
        notes.append(_say("several", language, sign=SEVERAL))
    if column.refers:
        notes.append(_say("refers", language, label=known.tables[column.refers.partition(".")[0]].label.say(language)))
    if column.minimum is not None:
        notes.append(_say("at_least", language, minimum=f"{column.minimum:g}"))
    if column.maximum is not None:
        notes.append(_say("at_most", language, maximum=f"{column.maximum:g}"))
    if column.default is not None:
        notes.append(_say("default", language, default=_value(known, column, column.default, language)))
    if column.example is not None:
        notes.append(_say("example", language, example=_value(known, column, column.example, language)))
    if column.aliases:
        notes.append(_say("aliases", language, names=_joined(column.aliases, language)))
    return ("；" if language == "zh" else "; ").join(notes)


def _codes(known: Schema, name: str, language: Language) -> list[str]:
    rows = [
        (f"`{code.value}`", code.label.say(language), _joined(code.aliases, language)) for code in known.codes[name]
    ]
    return [
        f'<a id="{_anchor(name)}"></a>',
        f"### {known.code_labels[name].say(language)} · `{name}`",
        _grid([head.say(language) for head in _CODE_HEADS], rows),
    ]


def _units(known: Schema, language: Language) -> str:
    rows = [
        (
            unit.label.say(language),
            _joined([f"{name} × {factor:.10g}" for name, factor in unit.accepts.items()], language),
        )
        for unit in known.units.values()
    ]
    return _grid([head.say(language) for head in _UNIT_HEADS], rows)


def _value(known: Schema, column: Column, value: object, language: Language) -> str:
    if column.codes:
        return known.label(column.codes, value, language)
    if isinstance(value, bool):
        return _say("yes" if value else "no", language)
    return str(value)


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _joined(names: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _spaced(sentences: Sequence[str], language: Language) -> str:
    return ("" if language == "zh" else " ").join(sentences)


def _ended(sentence: str, language: Language) -> str:
    return sentence + ("。" if language == "zh" else ".")


def _anchor(codes: str) -> str:
    return f"codes-{codes}"


def _say(name: str, language: Language, **values: str) -> str:
    return _TEXTS[name].say(language, **values)


if __name__ == "__main__":
    for page in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"), PAGES, reference):
        print(page)
