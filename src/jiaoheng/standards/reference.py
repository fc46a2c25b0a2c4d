"""The reference page of the catalogue of indicators, written from it; run as a program it renews ``docs/``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from jiaoheng.county import schema
from jiaoheng.language import Language, Text, write_pages
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import finance_items, signed
from jiaoheng.measures.totals import total
from jiaoheng.standards.indicators import MEASURES, Catalogue, Indicator, catalogue, filled

PAGES: dict[Language, str] = {"zh": "indicators.zh-CN.md", "en": "indicators.md"}

_TEXTS = {
    "title": Text("规划指标目录", "Indicators that plans promise"),
    "generated": Text(
        "本页由 `src/jiaoheng/standards/indicators.toml` 生成，改动请改那里，再运行"
        " `python -m jiaoheng.standards.reference`。",
        "Written from `src/jiaoheng/standards/indicators.toml`: change that, then run"
        " `python -m jiaoheng.standards.reference`.",
    ),
    "intro": Text(
        "规划、方案里的量化目标，凡与下列指标相符的，都用同一套测算方法衡量。“测算”的由数据表直接算出，缺数据时为未知，"
        "从不按 0 计；算不出的，可在“上报指标”表中按代码填报并附佐证。分学段的指标，代码后加学段："
        "`teachers_bachelor.primary`。年份都是学年开始的年份。",
        "Targets of plans that promise one of these figures are measured by the same engine. Those that are computed"
        " come from the tables; where something is missing they are unknown, never 0, and the figure can be entered in"
        " “Reported figures” under its code, with evidence. An indicator of one stage has the stage behind its code:"
        " `teachers_bachelor.primary`. Years are school years by the year in which they begin.",
    ),
    "reported": Text("上报", "reported"),
    "norm": Text("没有期限时须一直保持", "without a date it is to be kept always"),
    "more": Text("越多越好", "more is better"),
    "less": Text("越少越好", "less is better"),
    "none": Text("—", "—"),
    "all": Text("不分学段", "all schools"),
}
_HEADS = (
    Text("指标", "Indicator"),
    Text("代码", "Code"),
    Text("学段", "Schools"),
    Text("单位", "Unit"),
    Text("方向", "Direction"),
    Text("公式", "Formula"),
    Text("口径", "Definition"),
    Text("文件中的叫法", "As documents say it"),
)


def reference(language: Language) -> str:
    """The page in Markdown: every family of indicators by topic."""
    known = catalogue()
    parts = [f"# {_say('title', language)}", _say("generated", language), _say("intro", language)]
    for topic in known.topics:
        families: dict[str, list[Indicator]] = {}
        for indicator in known.indicators:
            if indicator.topic == topic.id:
                families.setdefault(indicator.family, []).append(indicator)
        rows = [_row(known, family, language) for family in families.values()]
        parts += [f"## {topic.label.say(language)}", _grid([head.say(language) for head in _HEADS], rows)]
    return "\n\n".join(parts) + "\n"


def _row(known: Catalogue, family: Sequence[Indicator], language: Language) -> tuple[str, ...]:
    first = family[0]
    notes = [first.note.say(language), *([_say("norm", language)] if first.norm else [])]
    names = (" + " if language == "en" else "＋").join("/".join(group) for group in first.names)
    return (
        first.family_label.say(language),
        f"`{first.family}`",
        ("、" if language == "zh" else ", ").join(_reach(known, each, language) for each in family),
        MEASURES[first.measure].unit.say(language),
        _say(first.better, language),
        _formula(first, language),
        ("；" if language == "zh" else "; ").join(note.rstrip("。.") for note in notes),
        names,
    )


def _reach(known: Catalogue, indicator: Indicator, language: Language) -> str:
    labels = {reach.id: reach.label for reach in known.reaches}
    label = labels[indicator.reach].say(language) if indicator.reach else _say("all", language)
    return f"{label} (`.{indicator.reach}`)" if indicator.id != indicator.family else label


def _formula(indicator: Indicator, language: Language) -> str:
    if indicator.formula == "reported":
        return _say("reported", language)
    how = FORMULAS[indicator.formula].how.say(language)
    for mark, names in (("{inputs}", indicator.inputs), ("{per}", indicator.per)):
        how = how.replace(mark, _sum(indicator, names, language))
    return how


def _sum(indicator: Indicator, names: Iterable[str], language: Language) -> str:
    terms = [(" − " if minus else " + ") + _input(indicator, name, language) for name, minus in map(signed, names)]
    text = "".join(terms).removeprefix(" + ")
    return f"({text})" if len(terms) > 1 else text


def _input(indicator: Indicator, name: str, language: Language) -> str:
    """An input by its label, without the stage that differs within the family."""
    if name in finance_items():
        return schema().label("finance_item", name, language)
    found = total(filled(name))
    if found is None:
        raise KeyError(name)
    if indicator.id == indicator.family:
        return found.label.say(language)
    shown = "N" if name != filled(name) else str(found.number)
    return found.what.label.say(language).replace("{number}", shown)


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _say(name: str, language: Language) -> str:
    return _TEXTS[name].say(language)


if __name__ == "__main__":
    for page in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"), PAGES, reference):
        print(page)
