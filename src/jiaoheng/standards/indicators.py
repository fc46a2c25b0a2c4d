"""The catalogue of figures that plan documents promise: how they are called, and how the tables show them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from jiaoheng import typed
from jiaoheng.language import Text, bracketed
from jiaoheng.measures.formulas import FORMULAS
from jiaoheng.measures.grains import is_column, signed

FILE = Path(__file__).with_name("indicators.toml")

Kind = Literal[
    "percent", "schools", "groups", "classes", "class_size", "persons", "places", "hours", "minutes",
    "training_hours", "yuan", "area", "books", "rooms", "ratio", "coefficient",
]  # fmt: skip
Better = Literal["more", "less", "none"]


class Measure(msgspec.Struct, frozen=True):
    """A kind of figure: its unit, and the units that documents may give it in, each with the factor to multiply by."""

    unit: Text
    accepts: Mapping[str, float]


MEASURES: Mapping[Kind, Measure] = {
    "percent": Measure(Text("%", "%"), {"%": 1, "个百分点": 1, "百分点": 1}),
    "schools": Measure(Text("所", "schools", one="school"), {"所": 1, "个": 1, "座": 1, "处": 1}),
    "groups": Measure(Text("个", "groups", one="group"), {"个": 1, "组": 1}),
    "classes": Measure(Text("个", "classes", one="class"), {"个": 1, "班": 1, "个班": 1}),
    # The document names the size; what is counted are the classes over it.
    "class_size": Measure(Text("个", "classes", one="class"), {"人": 1, "名": 1, "个": 1, "人/班": 1}),
    "persons": Measure(Text("人", "persons", one="person"), {"人": 1, "名": 1, "位": 1, "个": 1}),
    "places": Measure(Text("个", "places", one="place"), {"个": 1, "座": 1, "人": 1, "名": 1}),
    "hours": Measure(Text("小时", "hours", one="hour"), {"小时": 1, "个小时": 1, "分钟": 1 / 60}),
    "minutes": Measure(Text("分钟", "minutes", one="minute"), {"分钟": 1, "小时": 60, "个小时": 60}),
    # The document names the hours; what is measured are the teachers short of them.
    "training_hours": Measure(Text("%", "%"), {"学时": 1, "个学时": 1, "课时": 1}),
    "yuan": Measure(Text("元", "yuan"), {"元": 1, "元/生": 1, "元/人": 1, "元/年": 1, "元/生·年": 1}),
    "area": Measure(Text("㎡/人", "m² per pupil"), {"平方米": 1, "㎡": 1, "m²": 1, "平米": 1, "平方米/生": 1}),
    "books": Measure(Text("册/人", "books per pupil", one="book per pupil"), {"册": 1, "本": 1, "册/生": 1}),
    "rooms": Measure(Text("间", "rooms", one="room"), {"间": 1, "个": 1}),
    "ratio": Measure(Text("人", "pupils per teacher", one="pupil per teacher"), {"人": 1, "名": 1, ":1": 1, "": 1}),
    "coefficient": Measure(Text("（差异系数）", "(coefficient)"), {"": 1}),
}


class Reach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Schools that a figure is about, and how documents name them."""

    id: str
    label: Text
    words: tuple[str, ...]


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of education, under which a plan's targets are listed."""

    id: str
    label: Text


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure that plans promise. ``indicators.toml`` says what its fields mean.

    ``reach`` is empty for a figure of all schools, or where it does not matter; ``family`` is the id of the block that
    the indicator comes from, ``family_label`` its label.
    """

    id: str
    topic: str
    family: str
    family_label: Text
    label: Text
    measure: Kind
    better: Better
    names: tuple[tuple[str, ...], ...]
    formula: str
    note: Text
    inputs: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    reach: str = ""
    unsaid: str | None = None
    whole: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    norm: bool = False

    @property
    def unit(self) -> Text:
        """The unit of the figure that is measured."""
        return MEASURES[self.measure].unit

    @property
    def is_unsaid(self) -> bool:
        """Whether the figure is meant where a document names no schools."""
        return self.reach == (self.unsaid if self.unsaid is not None else "")


class Catalogue(msgspec.Struct, frozen=True):
    """All indicators, the topics and reaches they name, and the words that matter to none or to all of them."""

    topics: tuple[Topic, ...]
    reaches: tuple[Reach, ...]
    indicators: tuple[Indicator, ...]
    neutral: tuple[str, ...]
    narrowing: tuple[str, ...]

    def indicator(self, name: str) -> Indicator:
        """The indicator of this id; ``KeyError`` where there is none."""
        for indicator in self.indicators:
            if indicator.id == name:
                return indicator
        raise KeyError(name)

    def topic(self, name: str) -> Topic:
        """The topic of this id; ``KeyError`` where there is none."""
        for topic in self.topics:
            if topic.id == name:
                return topic
        raise KeyError(name)


@cache
def catalogue() -> Catalogue:
    """The catalogue of the program, loaded once.

    Raises ``ValueError`` naming the indicator where the file contradicts itself.
    """
    with FILE.open("rb") as file:
        raw = tomllib.load(file)
    labels = {entry["id"]: typed.convert(entry["label"], Text) for entry in raw["reaches"]}
    blocks = raw["indicators"]
    raw["indicators"] = [member for block in blocks for member in _members(block, labels)]
    loaded = typed.convert(raw, Catalogue)
    _verify(loaded)
    return loaded


def _members(block: dict[str, Any], labels: Mapping[str, Text]) -> Iterator[dict[str, Any]]:
    """A block as one indicator, or as one for each of its reaches."""
    reaches = block.get("reaches")
    if reaches is None:
        yield block | {"family": block["id"], "family_label": block["label"]}
        return
    shared = {key: value for key, value in block.items() if key != "reaches"}
    for reach in reaches:
        label = typed.convert(block["label"], Text)
        if reach:
            label = Text(labels[reach].zh + label.zh, label.en + bracketed(labels[reach].en, "en"))
        inputs = {
            key: [name.replace("{reach}", reach or "all") for name in block[key]]
            for key in ("inputs", "per")
            if key in block
        }
        own = {"id": f"{block['id']}.{reach}".rstrip("."), "label": label, "reach": reach, "family": block["id"]}
        yield shared | inputs | own | {"family_label": block["label"]}


def _verify(loaded: Catalogue) -> None:
    """Refuse a catalogue with an id twice, or one that names a topic or reach that is not there."""
    topics = {topic.id for topic in loaded.topics}
    reaches = {reach.id for reach in loaded.reaches} | {""}
    seen: set[str] = set()
    for indicator in loaded.indicators:
        where = f"{FILE.name}: {indicator.id}"
        if indicator.id in seen:
            raise ValueError(f"{where}: this id is used twice")
        seen.add(indicator.id)
        if indicator.topic not in topics:
            raise ValueError(f"{where}: no topic {indicator.topic!r}")
        if unknown := {indicator.reach, indicator.unsaid or "", *indicator.whole} - reaches:
            raise ValueError(f"{where}: no reach {sorted(unknown)}")
        if not all(indicator.names) or not indicator.names:
            raise ValueError(f"{where}: no names")
        if slip := _formula_slip(indicator):
            raise ValueError(f"{where}: {slip}")


def _formula_slip(indicator: Indicator) -> str:
    """What is wrong with an indicator's formula; empty where nothing is."""
    formula = FORMULAS.get(indicator.formula)
    if formula is None or formula.grain != "county":
        return f"no formula of a county {indicator.formula!r}"
    if bool(indicator.inputs) != ("{inputs}" in formula.how.zh) or bool(indicator.per) != ("{per}" in formula.how.zh):
        return f"the formula {indicator.formula!r} has other inputs"
    names = (filled(signed(name)[0]) for name in (*indicator.inputs, *indicator.per))
    return next((f"{name!r} is no figure of a county" for name in names if not is_column(name, "county")), "")


def filled(name: str) -> str:
    """An input as it is before a document names the class size, the hours or the year."""
    return name.replace("{limit}", "0").replace("{since}", "0")
