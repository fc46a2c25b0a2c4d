"""Which source holds where several tell the same fact: an order of the bureau's, with exceptions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jiaoheng import typed
from jiaoheng.county.schema import schema
from jiaoheng.language import Language, Text

OWN = "workbook"
"""The source of our own tables, and of facts of which no source is noted."""
ROSTER = "roster"

_UNREADABLE = Text("{path}：不是有效的 TOML 文件：{why}", "{path}: not a valid TOML file: {why}")
_SOURCE = Text(
    "{path}：{where} 中的来源“{name}”不存在，可用：{names}",
    "{path}: {where} names the source “{name}”; there are {names}",
)
_TWICE = Text("{path}：{where} 中的来源“{name}”写了两次", "{path}: {where} names the source “{name}” twice")
_PLACE = Text(
    "{path}：[exceptions] 中没有这样的表或列：{name}", "{path}: [exceptions]: no such table or column: {name}"
)


class PrecedenceError(ValueError):
    """An order that cannot be used, told in both languages."""

    def __init__(self, text: Text, **values: object) -> None:
        self.text = Text(*(text.say(language, **values) for language in ("zh", "en")))
        super().__init__(self.text.en)

    def say(self, language: Language) -> str:
        """What is wrong, in one language."""
        return self.text.say(language)


class Precedence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of sources, the highest first, and other orders by table (``staff``) or column (``facilities.books``).

    A source that an order leaves out comes after those that it names, an exception's then as in ``order``, that
    one's as in the schema's list. Of teachers a roster comes first unless an exception for ``staff`` says otherwise.
    """

    order: tuple[str, ...] = ()
    exceptions: Mapping[str, tuple[str, ...]] = {}

    def sources(self, table: str = "", column: str = "") -> tuple[str, ...]:
        """All sources, the highest first, for a column of a table; without arguments the general order."""
        first = self.exceptions.get(self.rule(table, column), (ROSTER,) if table == "staff" else ())
        return tuple(dict.fromkeys((*first, *self.order, *sources())))

    def rule(self, table: str, column: str = "") -> str:
        """The exception that decides of a column: its own, its table's, or empty for the general order."""
        return next((name for name in (f"{table}.{column}", table) if name in self.exceptions), "")

    @property
    def staff_from(self) -> str:
        """Whether teachers are counted from a roster (``roster``) or told by statistical forms (``counts``)."""
        order = self.sources("staff")
        return "roster" if order.index(ROSTER) < order.index("form") else "counts"


class Ranking:
    """A precedence that is asked again and again: it answers from memory."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._ranks: dict[tuple[str, str], dict[str, int]] = {}

    def rank(self, source: str, table: str, column: str = "") -> int:
        """Where a source comes for a column, 0 being the highest."""
        if (table, column) not in self._ranks:
            order = self._precedence.sources(table, column)
            self._ranks[table, column] = {name: at for at, name in enumerate(order)}
        return self._ranks[table, column][source or OWN]

    def rule(self, table: str, column: str = "") -> str:
        """The exception that decides of a column."""
        return self._precedence.rule(table, column)


DEFAULT = Precedence()


def sources() -> tuple[str, ...]:
    """The codes of all sources in the schema's order."""
    return tuple(str(code.value) for code in schema().codes["source"])


def verify(precedence: Precedence, path: str = "") -> None:
    """Raise ``PrecedenceError`` for a source, table or column that there is not, or a source named twice."""
    for where, order in (("order", precedence.order), *precedence.exceptions.items()):
        _verify_order(path, where, order)
    for name in precedence.exceptions:
        table, _, column = name.partition(".")
        found = schema().tables.get(table)
        if found is None or (column and column not in {each.name for each in found.columns}) or name.endswith("."):
            raise PrecedenceError(_PLACE, path=path, name=name)


def load(path: Path) -> Precedence:
    """An order from a TOML file: ``order = […]`` and a table ``[exceptions]``.

    Raises ``PrecedenceError`` where it names what there is not.
    """
    try:
        loaded = typed.convert(tomllib.loads(path.read_text(encoding="utf-8-sig")), Precedence)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise PrecedenceError(_UNREADABLE, path=path, why=error) from None
    verify(loaded, str(path))
    return loaded


def _verify_order(path: str, where: str, order: Sequence[str]) -> None:
    known = sources()
    for place, name in enumerate(order):
        if name not in known:
            raise PrecedenceError(_SOURCE, path=path, where=where, name=name, names="、".join(known))
        if name in order[:place]:
            raise PrecedenceError(_TWICE, path=path, where=where, name=name)
