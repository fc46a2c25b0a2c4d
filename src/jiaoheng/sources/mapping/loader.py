"""Reads a mapping file and refuses every slip in it, with line and place, before any data are touched."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jiaoheng import typed
from jiaoheng.language import Language, Text, catalogue
from jiaoheng.sources.errors import SourceError
from jiaoheng.sources.mapping.spec import Boundaries, Feed, Lookup, Rule, Source, Spec
from jiaoheng.sources.mapping.verify import Slip, verify
from jiaoheng.toml_lines import TomlPath, key_lines, line_of, refusal, written

SLIPS_FILE = Path(__file__).with_name("slips.toml")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_ABSENT = re.compile(r"Object missing required field `(.*)`")

T = TypeVar("T")


class MappingError(SourceError):
    """A mapping file that cannot be used. ``slips`` are (line or None, place in the file, what is wrong)."""

    def __init__(self, file: str, slips: Iterable[tuple[int | None, str, Text]]) -> None:
        self.code = "mapping"
        self.slips = tuple(slips)
        head = catalogue(SLIPS_FILE)["head"]
        self.text = Text(
            zh="\n".join([head.say("zh", file=file), *(self._line(slip, file, "zh") for slip in self.slips)]),
            en="\n".join([head.say("en", file=file), *(self._line(slip, file, "en") for slip in self.slips)]),
        )
        Exception.__init__(self, self.text.en)

    @staticmethod
    def _line(slip: tuple[int | None, str, Text], file: str, language: Language) -> str:
        line, place, text = slip
        where = f"{file}:{line}" if line is not None else file
        return f"  {where}  {place}{': ' if place else ''}{text.say(language)}"


def load(path: Path) -> Spec:
    """The mapping of a TOML file.

    Raises ``MappingError`` with every slip found: a key that does not exist (and the one that was perhaps
    meant), a value of the wrong kind, a table or column that ours are not, a code that is in no list.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MappingError(path.name, [(None, "", _say("unreadable", reason=error.strerror or str(error)))]) from None
    except UnicodeDecodeError:
        raise MappingError(path.name, [(None, "", _say("not_utf8"))]) from None
    return loads(text, path.name)


def loads(text: str, file: str) -> Spec:
    """The mapping of a text; ``file`` is what its slips are told of. Raises ``MappingError`` as ``load`` does."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingError(file, [(None, "", _say("not_toml", reason=error))]) from None
    reading = _Reading()
    spec = reading.spec(raw)
    slips = reading.slips or ([] if spec is None else verify(spec))
    if slips or spec is None:
        lines = key_lines(text)
        placed = [(line_of(slip.path, lines), written(slip.path), _say(slip.code, **slip.values)) for slip in slips]
        raise MappingError(file, sorted(placed, key=lambda slip: slip[0] or 0))
    return spec


def _say(code: str, **values: object) -> Text:
    message = catalogue(SLIPS_FILE)[code]
    return Text(zh=message.say("zh", **values), en=message.say("en", **values))


class _Reading:
    """Turns the parsed TOML into structs piece by piece, so that each slip is found with its own path."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []

    def spec(self, raw: dict[str, Any]) -> Spec | None:
        raw = dict(raw)
        sources = self._named(raw, "sources", Source, _source)
        lookups = self._named(raw, "lookups", Lookup)
        feeds = [self._feed(feed, ("feeds", index)) for index, feed in enumerate(self._list(raw, "feeds"))]
        boundaries = [
            self._convert(entry, Boundaries, ("boundaries", index))
            for index, entry in enumerate(self._list(raw, "boundaries"))
        ]
        spec = self._convert({"sources": {}, "feeds": [], **raw}, Spec, ())
        if spec is None or self.slips:
            return None
        return msgspec.structs.replace(
            spec, sources=sources, lookups=lookups, feeds=tuple(feeds), boundaries=tuple(boundaries)
        )

    def _feed(self, raw: Any, path: TomlPath) -> Feed | None:
        if not isinstance(raw, dict):
            return self._convert(raw, Feed, path)
        raw = dict(raw)
        derive = self._named(raw, "derive", Rule, _rule, path)
        columns = self._named(raw, "columns", Rule, _rule, path)
        if "where" in raw:
            raw["where"] = _where(raw["where"])
        if isinstance(raw.get("combine"), str):
            raw["combine"] = {"default": raw["combine"]}
        feed = self._convert(raw, Feed, path)
        return None if feed is None else msgspec.structs.replace(feed, derive=derive, columns=columns)

    def _named(
        self, raw: dict[str, Any], key: str, kind: type[T], before: Any = None, above: TomlPath = ()
    ) -> Mapping[str, T]:
        """The entries of a table of named things, taken out of ``raw``."""
        entries = raw.pop(key, {})
        if not isinstance(entries, dict):
            self.slips.append(Slip((*above, key), "not_a_table"))
            return {}
        found = {}
        for name, entry in entries.items():
            value = self._convert(before(entry) if before else entry, kind, (*above, key, name))
            if value is not None:
                found[name] = value
        return found

    def _list(self, raw: dict[str, Any], key: str) -> list[Any]:
        entries = raw.pop(key, [])
        if isinstance(entries, list):
            return entries
        self.slips.append(Slip((key,), "not_a_list", {"key": key}))
        return []

    def _convert(self, raw: Any, kind: type[T], path: TomlPath) -> T | None:
        try:
            return typed.convert(raw, kind)
        except msgspec.ValidationError as error:
            self.slips.append(_slip(str(error), kind, path))
            return None


def _slip(message: str, kind: type[Any], path: TomlPath) -> Slip:
    """What msgspec refused, in the words of the person who wrote the file."""
    what, inner = refusal(message)
    if unknown := _UNKNOWN.fullmatch(what):
        key = unknown.group(1)
        near = difflib.get_close_matches(key, _keys(kind, inner), n=1)
        return Slip(
            (*path, *inner, key),
            "unknown_key_near" if near else "unknown_key",
            {"key": key, "near": near[:1] and near[0]},
        )
    if absent := _ABSENT.fullmatch(what):
        return Slip((*path, *inner), "key_absent", {"key": absent.group(1)})
    return Slip((*path, *inner), "wrong_kind", {"reason": what})


def _keys(kind: Any, inner: TomlPath) -> list[str]:
    """The keys that the struct at the end of a path in ``kind`` may have; ``kind``'s own where unclear."""
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for step in inner:
        if isinstance(step, str) and step in fields:
            for inside in _structs(fields[step]):
                return [field.encode_name for field in msgspec.structs.fields(inside)]
    return list(fields)


def _structs(of: Any) -> list[type[msgspec.Struct]]:
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return [of]
    return [struct for part in getattr(of, "__args__", ()) for struct in _structs(part)]


def _source(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    lists = {key: raw[key] for key in ("leave_out", "refuse") if isinstance(raw.get(key), list)}
    return {**raw, **{key: [_with_where(entry) for entry in entries] for key, entries in lists.items()}}


def _rule(raw: Any) -> Any:
    """A rule may be written short: a header, or headers of which the first that is there counts."""
    if isinstance(raw, (str, list)):
        return {"column": raw}
    if not isinstance(raw, dict):
        return raw
    made = dict(raw)
    if isinstance(raw.get("cases"), list):
        made["cases"] = [_with_where(case) for case in raw["cases"]]
    if "or" in raw:
        made["or"] = _rule(raw["or"])
    return made


def _with_where(raw: Any) -> Any:
    return {**raw, "where": _where(raw["where"])} if isinstance(raw, dict) and "where" in raw else raw


def _where(raw: Any) -> Any:
    """A condition may be written short: the value that a cell must be, or several of which it must be one."""
    if not isinstance(raw, dict):
        return raw
    return {header: test if isinstance(test, dict) else {"is": test} for header, test in raw.items()}
