"""What the levers cost: a table that a county edits, with defaults and where they come from."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jiaoheng import typed
from jiaoheng.county import schema
from jiaoheng.county.moves import KINDS
from jiaoheng.language import Language, Text, catalogue
from jiaoheng.toml_lines import TomlPath, key_lines, line_of, refusal
from jiaoheng.toml_lines import written as place_written

_DEFAULTS = Path(__file__).with_name("costs.toml")
_MESSAGES = Path(__file__).with_name("costs_errors.toml")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_ABSENT = re.compile(r"Object missing required field `(.*)`")
_OWN_SOURCE = Text(zh="本县填写，未注明来源", en="Entered by the county; no source given")

STAGES = tuple(str(code.value) for code in schema().codes["stage"])

T = TypeVar("T", bound=msgspec.Struct)
_Slip = tuple[TomlPath, Text]


class Lever(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to raise a figure, as a kind of move.

    ``cost`` is yuan a unit of the kind, ``lot`` the units in which it comes, ``lead`` the school years from ordering to
    counting. ``school_most`` bounds the units a school, all years together, ``year_most`` the units a year in the whole
    county; None: unbounded. ``share_most`` bounds them as a share of the teachers of a school's stage.
    """

    kind: str
    label: Text
    cost: float
    source: Text
    lot: float = 1.0
    lead: int = 1
    school_most: float | None = None
    year_most: float | None = None
    share_most: float | None = None
    enabled: bool = True


class Running(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What schools cost a year, in yuan, beyond what their pupils cost anywhere.

    ``school``, ``point`` and ``campus``: of keeping one of them; ``boarder``: of a child who boards. ``years``: over
    how many years buildings are counted when their cost is set against these.
    """

    school: float
    point: float
    campus: float
    boarder: float
    years: float
    source: Text


class CostTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All levers, and the bounds of single schools: units by school and then by kind (what a site still takes).

    ``room_area``: m² of teaching rooms that a multimedia room needs; ``transfer_km``: how far a teacher is moved at
    most; ``posts`` (编制): posts of the county, None to add up those of the schools. ``seat_area``: m² of teaching
    rooms that a new seat brings, by stage. ``running`` is for layouts; None for the program's own assumptions.
    """

    levers: tuple[Lever, ...]
    sites: Mapping[str, Mapping[str, float]] = {}
    room_area: float = 80.0
    transfer_km: float = 30.0
    posts: int | None = None
    seat_area: Mapping[str, float] = {}
    running: Running | None = None

    def lever(self, kind: str) -> Lever | None:
        """The lever of a kind where it is there and enabled."""
        return next((lever for lever in self.levers if lever.kind == kind and lever.enabled), None)


class CostError(ValueError):
    """A cost table that cannot be used. ``slips`` are (line or None, place in the table, what is wrong)."""

    def __init__(self, name: str, slips: Iterable[tuple[int | None, str, Text]]) -> None:
        self.slips = tuple(slips)
        self.text = Text(zh=self._told(name, "zh"), en=self._told(name, "en"))
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong, a line for each slip, and how to mend it."""
        return self.text.say(language)

    def _told(self, name: str, language: Language) -> str:
        lines = [catalogue(_MESSAGES)["head"].say(language, file=name)]
        for line, place, text in self.slips:
            where = f"{name}:{line}" if line is not None else name
            lines.append(f"  {where}  {place}{': ' if place else ''}{text.say(language)}")
        return "\n".join(lines)


@cache
def defaults() -> CostTable:
    """The table that comes with the program, of assumptions that a county replaces by its own prices."""
    return parse(_DEFAULTS.read_text(encoding="utf-8"), _DEFAULTS.name)


def parse(text: str, name: str, schools: Collection[str] | None = None) -> CostTable:
    """A table from the text of a TOML file; ``name`` stands for the file in messages.

    A lever may leave out its label, which is then that of its kind, and its source, which is then said not to be
    given; both may be one text for both languages. Raises ``CostError`` with every slip found: what is not TOML, a key
    that there is not, a lever without a cost, figures that cannot be, and, with ``schools``, sites of schools that are
    not among these codes.
    """
    try:
        raw = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CostError(name, [(None, "", _say("not_toml", reason=error))]) from None
    slips: list[_Slip] = []
    levers = _levers(raw, slips)
    table = _converted(dict(raw) | {"levers": []} | _running(raw), CostTable, (), slips)
    if table is not None:
        table = msgspec.structs.replace(table, levers=tuple(levers.values()))
        slips += _wrong(table, tuple(levers), schools)
    if table is None or slips:
        lines = key_lines(text.removeprefix("\ufeff"))
        placed = [(line_of(path, lines), _place(path, raw), said) for path, said in slips]
        raise CostError(name, sorted(placed, key=lambda slip: slip[0] or 0))
    return table


def verify(table: CostTable, name: str, schools: Collection[str] | None = None) -> None:
    """Raise ``CostError`` as ``parse`` does for a table that was not read from a file."""
    if slips := list(_wrong(table, range(len(table.levers)), schools)):
        raw = {"levers": [{"kind": lever.kind} for lever in table.levers]}
        raise CostError(name, [(None, _place(path, raw), said) for path, said in slips])


def written(table: CostTable) -> str:
    """The table as the text of a TOML file, which ``parse`` reads as the same table."""
    lines = [f"room_area = {_value(table.room_area)}", f"transfer_km = {_value(table.transfer_km)}"]
    if table.posts is not None:
        lines.append(f"posts = {table.posts}")
    if table.seat_area:
        lines += [
            "",
            "[seat_area]",
            *(f"{_value(stage)} = {_value(float(area))}" for stage, area in table.seat_area.items()),
        ]
    if table.running is not None:
        fields = msgspec.structs.fields(table.running)
        lines += [
            "",
            "[running]",
            *(f"{field.name} = {_value(getattr(table.running, field.name))}" for field in fields),
        ]
    for lever in table.levers:
        lines += ["", "[[levers]]"]
        for field in msgspec.structs.fields(lever):
            value = getattr(lever, field.name)
            if value is not None and (field.required or value != field.default):
                lines.append(f"{field.name} = {_value(value)}")
    for school, site in table.sites.items():
        lines += ["", f"[sites.{_value(school)}]"]
        lines += [f"{_value(kind)} = {_value(float(most))}" for kind, most in site.items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """A value as TOML; JSON writes strings alike but for one character."""
    if isinstance(value, Text):
        one = f", one = {_value(value.one)}" if value.one else ""
        return f"{{ zh = {_value(value.zh)}, en = {_value(value.en)}{one} }}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value) if isinstance(value, bool) else repr(value)


def _running(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The costs of running schools as they are written, with the source that may be left out or given once."""
    own = raw.get("running")
    if not isinstance(own, dict):
        return {}
    filled = {"source": {"zh": _OWN_SOURCE.zh, "en": _OWN_SOURCE.en}} | own
    if isinstance(filled["source"], str):
        filled["source"] = {"zh": filled["source"], "en": filled["source"]}
    return {"running": filled}


def _levers(raw: Mapping[str, Any], slips: list[_Slip]) -> dict[int, Lever]:
    """The levers that could be read, by their place, so that each slip is told with its own."""
    entries = raw.get("levers")
    if not isinstance(entries, list) or not entries:
        slips.append((("levers",), _say("no_levers")))
        return {}
    read = {place: _converted(_filled(entry), Lever, ("levers", place), slips) for place, entry in enumerate(entries)}
    return {place: lever for place, lever in read.items() if lever is not None}


def _filled(entry: object) -> object:
    """A lever as it is written, with the label and source that may be left out, and texts given once for both."""
    if not isinstance(entry, dict):
        return entry
    filled: dict[str, Any] = {"source": {"zh": _OWN_SOURCE.zh, "en": _OWN_SOURCE.en}}
    kind = entry.get("kind")
    if isinstance(kind, str) and kind:
        filled["label"] = {"zh": KINDS[kind].label.zh, "en": KINDS[kind].label.en} if kind in KINDS else kind
    filled |= entry
    return {
        name: {"zh": value, "en": value} if name in ("label", "source") and isinstance(value, str) else value
        for name, value in filled.items()
    }


def _converted(value: object, kind: type[T], path: TomlPath, slips: list[_Slip]) -> T | None:
    try:
        return typed.convert(value, kind)
    except msgspec.ValidationError as error:
        what, at = refusal(str(error))
    if unknown := _UNKNOWN.fullmatch(what):
        names = [field.name for field in msgspec.structs.fields(kind)]
        near = difflib.get_close_matches(unknown[1], names, 1)
        said = _say("unknown_key_near", key=unknown[1], near=near[0]) if near else None
        slips.append(((*path, *at, unknown[1]), said or _say("unknown_key", key=unknown[1], names="、".join(names))))
    elif (absent := _ABSENT.fullmatch(what)) and absent[1] == "cost":
        slips.append((path, _say("no_cost")))
    elif absent:
        slips.append(((*path, *at), _say("absent", key=absent[1])))
    else:
        slips.append(((*path, *at), _say("wrong_kind", reason=what)))
    return None


def _wrong(table: CostTable, places: Iterable[int], schools: Collection[str] | None) -> Iterator[_Slip]:
    """What the types cannot see; ``places`` are those of the levers in the file."""
    seen: set[str] = set()
    for place, lever in zip(places, table.levers, strict=True):
        path: TomlPath = ("levers", place)
        if lever.kind not in KINDS:
            yield (*path, "kind"), _say("unknown_kind", kind=lever.kind, names="、".join(KINDS))
        elif lever.kind in seen:
            yield (*path, "kind"), _say("kind_twice", kind=lever.kind)
        seen.add(lever.kind)
        for key, said in _wrong_figures(lever):
            yield (*path, key), said
    for key, value in (("room_area", table.room_area), ("transfer_km", table.transfer_km)):
        if not (math.isfinite(value) and value > 0):
            yield (key,), _say("above_zero", key=key, value=value)
    if table.posts is not None and table.posts < 0:
        yield ("posts",), _say("not_negative", key="posts", value=table.posts)
    for stage, area in table.seat_area.items():
        if stage not in STAGES:
            yield ("seat_area", stage), _say("unknown_stage", stage=stage, names="、".join(STAGES))
        if not (math.isfinite(area) and area >= 0):
            yield ("seat_area", stage), _say("not_negative", key=stage, value=area)
    if table.running is not None:
        for key in ("school", "point", "campus", "boarder"):
            value = getattr(table.running, key)
            if not (math.isfinite(value) and value >= 0):
                yield ("running", key), _say("not_negative", key=key, value=value)
        if not (math.isfinite(table.running.years) and table.running.years > 0):
            yield ("running", "years"), _say("above_zero", key="years", value=table.running.years)
    for school, site in table.sites.items():
        if schools is not None and school not in schools:
            yield ("sites", school), _say("unknown_school", school=school)
        for kind, most in site.items():
            if kind not in KINDS:
                yield ("sites", school, kind), _say("unknown_kind", kind=kind, names="、".join(KINDS))
            if not (math.isfinite(most) and most >= 0):
                yield ("sites", school, kind), _say("not_negative", key=kind, value=most)


def _wrong_figures(lever: Lever) -> Iterator[tuple[str, Text]]:
    for key in ("cost", "lead", "school_most", "year_most", "share_most"):
        value = getattr(lever, key)
        if value is not None and not (math.isfinite(value) and value >= 0):
            yield key, _say("not_negative", key=key, value=value)
    if not (math.isfinite(lever.lot) and lever.lot > 0):
        yield "lot", _say("above_zero", key="lot", value=lever.lot)
    elif lever.kind in KINDS and KINDS[lever.kind].counted and lever.lot != int(lever.lot):
        yield "lot", _say("whole_lot", value=lever.lot)
    if lever.share_most is not None and lever.share_most > 1:
        yield "share_most", _say("share", value=lever.share_most)


def _place(path: TomlPath, raw: Mapping[str, Any]) -> str:
    """A place in the table as people write it, a lever with its kind."""
    if len(path) > 1 and path[0] == "levers" and isinstance(path[1], int):
        entry = raw["levers"][path[1]]
        kind = entry.get("kind", "") if isinstance(entry, Mapping) else ""
        rest = place_written(path[2:])
        named = place_written(path[:2]) + (f" {kind}" if kind else "")
        return f"{named}.{rest}" if rest else named
    return place_written(path)


def _say(code: str, **values: object) -> Text:
    message = catalogue(_MESSAGES)[code]
    return Text(zh=message.say("zh", **values), en=message.say("en", **values))
