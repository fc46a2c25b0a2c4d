"""Which headers a mapping needs in a foreign table."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import product

import msgspec

from jiaoheng.sources.mapping.foreign import Line
from jiaoheng.sources.mapping.patterns import fill, holes, match, only_values
from jiaoheng.sources.mapping.spec import Feed, Rule, Source, Spec, Where, listed
from jiaoheng.sources.text import tidy

NUMBER = "#"
"""The name by which a template has a row's number within its source."""


class Need(msgspec.Struct, frozen=True):
    """One header, under any of several names, or any header of a pattern."""

    names: tuple[str, ...]
    optional: bool = False
    pattern: bool = False

    def keys(self) -> frozenset[str]:
        """Its names, tidied."""
        return frozenset(map(tidy, self.names))

    def met(self, headers: Container[str] | Iterable[str]) -> bool:
        """Whether one of these tidied headers will do."""
        if self.pattern:
            assert isinstance(headers, Iterable)
            return any(match(name, header) is not None for header in headers for name in self.names)
        assert isinstance(headers, Container)
        return any(tidy(name) in headers for name in self.names)


def of_source(spec: Spec, name: str) -> tuple[Need, ...]:
    """All that the mapping needs of one source."""
    found: dict[Need, None] = {}
    source = spec.sources[name]
    for entry in source.leave_out:
        found |= dict.fromkeys(_where(entry.where))
    for header in listed(source.fill_down):
        found[Need((header,))] = None
    for entry in source.refuse:
        found |= dict.fromkeys(_where(entry.where))
    for lookup in spec.lookups.values():
        if lookup.source == name:
            found |= dict.fromkeys(Need((header,)) for header in listed(lookup.key))
            values = listed(lookup.value)
            found |= dict.fromkeys(Need((header,), optional=len(values) > 1) for header in values)
    for feed in spec.feeds:
        if feed.source == name:
            needs = of_feed(feed, spec)
            found |= dict.fromkeys(
                msgspec.structs.replace(need, optional=True) if feed.optional else need for need in needs
            )
    given = about(source)
    return tuple(need for need in found if not given.intersection(map(tidy, need.names)))


def about(source: Source) -> frozenset[str]:
    """The tidied names that the names of a source's file and sheet give to all of its rows."""
    return frozenset(_names(source.file) | _names(source.sheet))


def of_feed(feed: Feed, spec: Spec) -> tuple[Need, ...]:
    """The headers that one feed needs, without the names it makes itself."""
    needs: list[Need] = [*_where(feed.where)]
    for rule in (*feed.derive.values(), *feed.columns.values()):
        needs += _rule(rule, spec)
    made = {*map(tidy, feed.derive), NUMBER}
    if feed.unpivot:
        made |= {tidy(feed.unpivot.value), *_names(feed.unpivot.headers)}
        needs += _unpivoted(feed)
    for total in feed.totals:
        needs += [Need((part,), pattern=bool(holes(part))) for part in (total.column, *listed(total.parts))]
    if feed.combine and feed.combine.order:
        needs.append(Need((feed.combine.order.column,)))
    return tuple(dict.fromkeys(left for need in needs if (left := _left(need, made))))


def _left(need: Need, made: set[str]) -> Need | None:
    """What is left of a need when some names come about without the file."""
    names = tuple(name for name in need.names if tidy(name) not in made)
    if names == need.names:
        return need
    return Need(names, optional=True, pattern=need.pattern) if names else None


def uses(rule: Rule, spec: Spec) -> frozenset[str]:
    """The tidied names of all cells that a rule looks at."""
    return frozenset(tidy(name) for need in _rule(rule, spec) for name in need.names)


def imported(feed: Feed, spec: Spec, headers: Iterable[str]) -> tuple[str, ...]:
    """Those of a sheet's tidied headers whose cells a feed brings into our table."""
    rules = (*feed.derive.values(), *feed.columns.values())
    names = {tidy(name) for rule in rules for need in _rule(rule, spec, cases=False) for name in need.names}
    wide = feed.unpivot.headers if feed.unpivot else ""
    return tuple(key for key in headers if key in names or (wide and match(wide, key) is not None))


def _unpivoted(feed: Feed) -> Iterator[Need]:
    unpivot = feed.unpivot
    if unpivot is None:
        return
    names = holes(unpivot.headers)
    if any(name not in unpivot.only for name in names):
        yield Need((unpivot.headers,), pattern=True)
        return
    for values in product(*(only_values(unpivot.only[name]) for name in names)):
        yield Need((fill(unpivot.headers, dict(zip(names, values, strict=True))),))


def _rule(rule: Rule, spec: Spec, *, cases: bool = True) -> Iterator[Need]:
    if rule.or_ is not None:
        yield from _alternatives(rule, spec, cases=cases)
        return
    if rule.column:
        yield Need(listed(rule.column), optional=rule.optional)
    for name in (*holes(rule.template), *by(rule, spec)):
        yield Need((name,))
    for case in rule.cases if cases else ():
        yield from _where(case.where)


def _alternatives(rule: Rule, spec: Spec, *, cases: bool) -> Iterator[Need]:
    """The headers of a rule and of those under ``or``: one will do, and none if the last needs none."""
    names: dict[str, None] = {}
    optional = False
    for each in chain(rule):
        single = msgspec.structs.replace(each, or_=None)
        needs = tuple(_rule(single, spec, cases=cases))
        names |= dict.fromkeys(name for need in needs for name in need.names)
        optional = optional or not needs or each.optional
    if names:
        yield Need(tuple(names), optional=optional)


def chain(rule: Rule) -> Iterator[Rule]:
    """A rule and those under its ``or``."""
    following: Rule | None = rule
    while following is not None:
        yield following
        following = following.or_


def chosen(rule: Rule, spec: Spec, has: Callable[[str], bool]) -> Rule:
    """The first of a rule and those under its ``or`` whose columns the file has; the last where it has none."""
    for each in chain(rule):
        if each.or_ is None or _can(each, spec, has):
            return each
    return rule


def _can(rule: Rule, spec: Spec, has: Callable[[str], bool]) -> bool:
    if rule.column:
        return any(map(has, listed(rule.column)))
    return all(map(has, (*holes(rule.template), *by(rule, spec))))


def by(rule: Rule, spec: Spec) -> tuple[str, ...]:
    """The headers that a rule looks something up by: its own, or those of the lookup's key."""
    if not rule.lookup:
        return ()
    return listed(rule.by) or listed(spec.lookups[rule.lookup].key)


def present(rule: Rule, line: Line) -> str:
    """The first of a rule's headers that the file has."""
    names = listed(rule.column)
    if len(names) == 1:
        return names[0]
    return next((name for name in names if line.has(name)), names[0])


def behind(rule: Rule, spec: Spec, line: Line) -> str:
    """The header that a rule's value comes from, for messages; empty for a constant."""
    rule = chosen(rule, spec, line.has)
    if rule.column:
        return present(rule, line)
    return next(iter(by(rule, spec) or holes(rule.template)), "")


def _where(where: Where) -> Iterator[Need]:
    for header, condition in where.items():
        yield Need((header,), optional=condition.optional)


def _names(pattern: str) -> set[str]:
    return set(map(tidy, holes(pattern)))
