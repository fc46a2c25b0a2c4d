"""A plan as a standard: its confirmed targets as a TOML file that is assessed by the same engine as the nation's.

Each target becomes an item with the document's own words as its article. What cannot be measured is not dropped: it
is handed back with the reason, and listed at the end of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from jiaoheng.documents.linking import link
from jiaoheng.documents.promises import Impossible, Promise, promise
from jiaoheng.documents.records import Reading, Record, Target
from jiaoheng.language import Text
from jiaoheng.standards.indicators import catalogue


class Confirmed(msgspec.Struct, frozen=True):
    """A target and the indicator that it promises; ``corrected`` holds the fields as a person put them right.

    The place and quotation are those of ``target``.
    """

    target: Target
    indicator: str
    corrected: Target | None = None

    @property
    def holds(self) -> Target:
        """The target as it holds."""
        if self.corrected is None:
            return self.target
        own = self.target
        return msgspec.structs.replace(self.corrected, quote=own.quote, start=own.start, end=own.end, path=own.path)


class LeftOut(msgspec.Struct, frozen=True):
    """A target that the file does not measure, and why."""

    target: Target
    why: Text


class Draft(msgspec.Struct, frozen=True):
    """The text of a standard's file; ``items`` is how many targets it measures."""

    text: str
    items: int
    left_out: tuple[LeftOut, ...]


NO_INDICATOR = Text(zh="没有可衡量它的指标", en="no indicator measures it")


AGAIN = Text(zh="与另一项承诺相同，只测算一次", en="the same as another promise, and measured once")


def draft(reading: Reading, name: str) -> Draft:
    """A reading as a standard, with the links that are certain; ``name`` is the standard's id."""
    links = [(target, link(target).indicator) for target in reading.targets]
    linked = [Confirmed(target, indicator) for target, indicator in links if indicator is not None]
    others = [LeftOut(target, NO_INDICATOR) for target, indicator in links if indicator is None]
    return standard(reading.document, linked, name, others)


def standard(document: Record, confirmed: Iterable[Confirmed], name: str, others: Sequence[LeftOut] = ()) -> Draft:
    """The file of a plan's confirmed targets, in the order of the document.

    ``others`` are targets that nothing measures, to be listed in it. Raises ``KeyError`` for an unknown indicator.
    """
    found: list[tuple[Target, Promise]] = []
    left_out = list(others)
    for each in sorted(confirmed, key=lambda each: each.target.start):
        try:
            found.append((each.holds, promise(each.holds, catalogue().indicator(each.indicator), document)))
        except Impossible as reason:
            left_out.append(LeftOut(each.holds, reason.why))
    promises = _once(found)
    left_out += [LeftOut(target, AGAIN) for target, own in found if (target, own) not in promises]
    left_out.sort(key=lambda each: each.target.start)
    parts = [_head(document, name, promises)]
    parts += [_item(str(place), target, own, document) for place, (target, own) in enumerate(promises, start=1)]
    if left_out:
        parts.append("\n".join(["# 未列入测算的目标 · Targets that are not measured", *map(_comment, left_out)]))
    return Draft("\n\n".join(parts) + "\n", len(promises), tuple(left_out))


def _once(found: Sequence[tuple[Target, Promise]]) -> list[tuple[Target, Promise]]:
    """Promises that a document makes several times once only: the one that tells a baseline, else the first."""
    kept: dict[object, tuple[Target, Promise]] = {}
    for target, own in found:
        pace = own.pace
        change = (pace.due, pace.change, pace.yearly) if pace else None
        same = (own.indicator.id, own.inputs, own.limit, change)
        before = kept.get(same)
        if before is None or (_has_baseline(own) and not _has_baseline(before[1])):
            kept[same] = (target, own)
    return sorted(kept.values(), key=lambda pair: pair[0].start)


def _has_baseline(own: Promise) -> bool:
    return own.pace is not None and own.pace.baseline is not None


def _head(document: Record, name: str, promises: Sequence[tuple[Target, Promise]]) -> str:
    title = _line(document.title or "") or name
    topics = [topic for topic in catalogue().topics if any(own.indicator.topic == topic.id for _, own in promises)]
    areas = [f"  {{ id = {_text(topic.id)}, label = {_both(topic.label)} }}," for topic in topics]
    period = f" {document.period[0]}–{document.period[1]}" if document.period else ""
    return "\n".join(
        [
            f"# {title}{period}: the plan's targets. Years are school years by the year they begin in.",
            f"id = {_text(name)}",
            f"label = {_both(Text(title, title))}",
            f"document = {_text(' '.join(filter(None, (title, document.number))))}",
            f"in_force_from = {_in_force(document, promises)}",
            "areas = [",
            *areas,
            "]",
        ]
    )


def _in_force(document: Record, promises: Sequence[tuple[Target, Promise]]) -> date:
    """From when the plan holds: its date, else the first day of its period or of the earliest year it names."""
    if document.issued:
        try:
            return date.fromisoformat(document.issued)
        except ValueError:
            pass
    years = [document.period[0]] if document.period else []
    years += [year for _, own in promises if own.pace for year in (own.pace.baseline_year, own.pace.due) if year]
    return date(min(years, default=2000), 1, 1)


def _item(number: str, target: Target, own: Promise, document: Record) -> str:
    indicator = own.indicator
    place = f"第 {target.start + 1}—{target.end} 字"
    where = "，".join([*map(_line, target.path[-1:]), place])
    check = {"id": _text(number), "formula": _text(indicator.formula), "scope": _text("county")}
    inputs = own.inputs if indicator.formula != "reported" else (indicator.id,)
    check["inputs"] = _list(inputs)
    if indicator.per:
        check["per"] = _list(indicator.per)
    if own.limit is not None:
        check["limits"] = f"[{{ {own.limit[0]} = {_number(own.limit[1])} }}]"
    if own.pace is not None:
        check["pace"] = _pace(own)
    check["note"] = _both(indicator.note)
    lines = [
        "[[items]]",
        f"id = {_text(number)}",
        f"area = {_text(indicator.topic)}",
        f"label = {_both(own.label)}",
        f"short = {_both(own.short)}",
        f"article = {_text(f'“{_line(target.quote)}”（{where}）')}",
        'confidence = "B"',
        f"sources = {_list((_line(document.title or '') or number,))}",
    ]
    if indicator.measure != "coefficient":
        lines.append(f"unit = {_both(indicator.unit)}")
    if indicator.formula != "reported":
        lines.append(f"reported = {_text(indicator.id)}")
    entries = [f"{key} = {value}" for key, value in check.items()]
    return "\n".join([*lines, "[[items.checks]]", *entries])


def _pace(own: Promise) -> str:
    told = msgspec.to_builtins(own.pace)
    entries = [
        f"{key} = {'true' if value is True else _number(value)}"
        for key, value in told.items()
        if value not in (None, False) or (value == 0 and key == "baseline")
    ]
    return f"{{ {', '.join(entries)} }}" if entries else "{}"


def _comment(left: LeftOut) -> str:
    return f"# 第 {left.target.start + 1} 字 “{_line(left.target.quote)}”：{_line(left.why.zh)} · {_line(left.why.en)}"


def _line(text: str) -> str:
    """Words on one line, without blanks at their ends."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split())).strip()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _both(text: Text) -> str:
    one = f", one = {_text(text.one)}" if text.one else ""
    return f"{{ zh = {_text(text.zh)}, en = {_text(text.en)}{one} }}"
