"""The list of schools: which are wanted, in which order, and how a row reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.county import County
from jiaoheng.findings import Assessment, SchoolVerdict, words
from jiaoheng.language import Language

_ORDER = {"fails": 0, "unknown": 1, "meets": 2, "measured": 3}
_SORTS = ("name", "pupils", "meets", "fails", "verdict")


class Wanted(msgspec.Struct, frozen=True):
    """What the address asks for: part of a name, stage, verdict, town, order."""

    text: str = ""
    stage: str = ""
    verdict: str = ""
    town: str = ""
    sort: str = "verdict"
    down: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Wanted:
        """Read it from an address; what it does not know is left out."""
        sort = query.get("sort", "verdict")
        return cls(
            text=query.get("text", "").strip(),
            stage=query.get("stage", ""),
            verdict=query.get("verdict", ""),
            town=query.get("town", ""),
            sort=sort.removeprefix("-") if sort.removeprefix("-") in _SORTS else "verdict",
            down=sort.startswith("-"),
        )

    def address(self, **changes: str) -> str:
        """The address of the list with some of this changed."""
        query = QueryDict(mutable=True)
        own = {name: getattr(self, name) for name in ("text", "stage", "verdict", "town")}
        own["sort"] = ("-" if self.down else "") + self.sort
        query.update({name: value for name, value in {**own, **changes}.items() if value})
        return f"{reverse('schools')}?{query.urlencode()}"


class Entry(msgspec.Struct, frozen=True):
    """One section of a school as the list shows it."""

    own: SchoolVerdict
    town: str
    stage: str


def schools(county: County, assessment: Assessment, wanted: Wanted, language: Language) -> list[Entry]:
    """The wanted sections of schools in the wanted order."""
    towns = towns_of(county)
    entries = [
        Entry(own, towns.get(own.school_id, ""), words.stage_label(own.stage, language))
        for own in assessment.schools
        if wanted.text in own.name
        and wanted.stage in ("", own.stage)
        and wanted.verdict in ("", own.verdict)
        and wanted.town in ("", towns.get(own.school_id, ""))
    ]
    entries.sort(key=lambda entry: (entry.own.school_id, entry.own.stage))
    return sorted(entries, key=lambda entry: _rank(entry, wanted.sort), reverse=wanted.down)


def _rank(entry: Entry, sort: str) -> tuple[Any, ...]:
    own = entry.own
    if sort == "name":
        return (own.name,)
    if sort == "verdict":
        return _ORDER[own.verdict], -own.fails, -own.floor, -(own.pupils or 0)
    return (getattr(own, sort) or 0,)


def towns_of(county: County) -> dict[str, str]:
    """The town of each school by its code, where the places say it."""
    places = {row["place_id"]: row for row in county["places"].to_pylist()}
    found = {}
    for row in county["schools"].to_pylist():
        place = places.get(row["place_id"])
        while place and place["level"] == "village":
            place = places.get(place["parent_id"])
        if place:
            found[row["school_id"]] = place["name"]
    return found


class Filters(forms.Form):
    """The form above the list."""

    text = forms.CharField(label=gettext_lazy("校名"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    stage = forms.ChoiceField(label=gettext_lazy("学段"), required=False)
    verdict = forms.ChoiceField(label=gettext_lazy("结论"), required=False)
    town = forms.ChoiceField(label=gettext_lazy("乡镇"), required=False)

    @classmethod
    def of(cls, county: County, assessment: Assessment, wanted: Wanted, language: Language) -> Filters:
        """The form with what there is to choose from and what is chosen."""
        form = cls(initial={name: getattr(wanted, name) for name in ("text", "stage", "verdict", "town")})
        everything = [("", _("全部"))]
        stages = dict.fromkeys(own.stage for own in assessment.schools)
        verdicts = [name for name in _ORDER if any(own.verdict == name for own in assessment.schools)]
        towns = sorted(set(towns_of(county).values()))
        choices = {
            "stage": [(stage, words.stage_label(stage, language)) for stage in stages],
            "verdict": [(name, words.say(f"status_{name}", language)) for name in verdicts],
            "town": [(town, town) for town in towns],
        }
        for name, options in choices.items():
            form.fields[name].choices = everything + options  # type: ignore[attr-defined]
        return form


def table(entries: Sequence[Entry], wanted: Wanted) -> dict[str, Any]:
    """The list as the table part shows it."""
    heads = (
        ("name", _("学校"), "name"),
        ("", _("乡镇"), "text"),
        ("", _("学段"), "short"),
        ("pupils", _("在校生"), "number"),
        ("meets", _("达标项"), "number"),
        ("fails", _("未达标项"), "number"),
        ("verdict", _("结论"), "short"),
    )
    return {
        "id": "schools",
        "caption": _("学校"),
        "caption_hidden": True,
        "columns": [_column(name, label, kind, wanted) for name, label, kind in heads],
        "rows": [{"cells": _cells(entry)} for entry in entries],
    }


def _column(name: str, label: str, kind: str, wanted: Wanted) -> dict[str, Any]:
    if not name:
        return {"label": label, "kind": kind}
    down = wanted.sort == name and not wanted.down
    column = {"label": label, "kind": kind, "url": wanted.address(sort=f"-{name}" if down else name)}
    if wanted.sort == name:
        column["sorted"] = "descending" if wanted.down else "ascending"
    return column


def _cells(entry: Entry) -> list[dict[str, Any]]:
    own = entry.own
    return [
        {"text": own.name, "kind": "name", "url": reverse("school", args=[own.school_id])},
        {"text": entry.town, "kind": "text"},
        {"text": entry.stage, "kind": "short"},
        {"text": words.number(own.pupils), "kind": "number"},
        {"text": str(own.meets), "kind": "number"},
        {"text": str(own.floor + own.fails), "kind": "number"},
        {"status": own.verdict, "kind": "short"},
    ]
