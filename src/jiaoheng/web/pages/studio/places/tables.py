"""The tables of a scenario of places: today beside the plan, schools and their seats, places, villages of a merger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from jiaoheng.findings.words import number
from jiaoheng.plans.plan import Dossier, PlacesAnswer, WayMeasures
from jiaoheng.plans.words import Voice
from jiaoheng.web.pages.studio.places import maps, told

Part = dict[str, Any]
Link = Callable[[str], str]
SEARCHED = 12


def compared(answer: PlacesAnswer, by_hand: PlacesAnswer | None = None) -> Part:
    """The measures of the last year: today, by the plan, and as changed by hand where it is."""
    before, after = told.ends(answer)
    pairs = [(_("现在"), before), (_("按方案"), after)]
    if by_hand is not None:
        pairs.append((_("调整后"), told.ends(by_hand)[1]))
    lines: list[tuple[str, Callable[[WayMeasures], str], Callable[[WayMeasures], float | None]]] = [
        (_("上学路平均"), lambda m: told.km(m.mean_km), lambda m: m.mean_km),
        (_("最远的路"), lambda m: told.km(m.worst_km), lambda m: m.worst_km),
        (_("最远的时间"), lambda m: _minutes(m.worst_minutes), lambda m: m.worst_minutes),
        (_("路超过时限的儿童"), lambda m: told.whole(m.too_far), lambda m: m.too_far),
        (_("超出学位的学生"), lambda m: told.whole(m.over_capacity), lambda m: m.over_capacity),
        (_("招生的学校"), lambda m: str(m.schools), lambda _m: None),
    ]
    rows = []
    for label, say, value in lines:
        cells: list[Part] = [{"text": label, "kind": "name"}]
        first = value(before) if before is not None else None
        for place, (_title, measures) in enumerate(pairs):
            cell: Part = {"text": "—" if measures is None else say(measures), "kind": "number"}
            own = value(measures) if measures is not None else None
            if place and own is not None and first is not None and abs(own - first) > 0.005:
                better = own < first
                cell |= {"status": "meets" if better else "fails", "status_label": _("变好") if better else _("变差")}
            cells.append(cell)
        if any(cell["text"] != "—" for cell in cells[1:]):
            rows.append({"cells": cells})
    moved: list[Part] = [{"text": _("换学校的儿童"), "kind": "name"}, {"text": "—", "kind": "number"}]
    moved.append({"text": told.whole(answer.moved), "kind": "number"})
    if by_hand is not None:
        moved.append({"text": told.whole(by_hand.moved), "kind": "number"})
    rows.append({"cells": moved})
    columns: list[Part] = [{"label": _("最后一年"), "kind": "name"}]
    columns += [{"label": label, "kind": "number"} for label, _m in pairs]
    return _table("compared", _("与现在相比"), columns, rows, dense=True)


def seating(answer: PlacesAnswer, voice: Voice, link: Link) -> Part:
    """Schools by year: seats, pupils as things are and by the plan; those that lack most first."""
    years = sorted({each.year for each in answer.seating})
    own = {(each.school_id, each.year): each for each in answer.seating}
    zoned = any(each.zoned is not None for each in answer.seating)
    entries = []
    for code in sorted({each.school_id for each in answer.seating}):
        mine = [own.get((code, year)) for year in years]
        last = next((each for each in reversed(mine) if each is not None), None)
        if last is None:
            continue
        cells: list[Part] = [
            {"text": voice.school(code), "url": link(code), "kind": "name"},
            {"text": told.whole(last.seats), "kind": "number"},
            {"text": told.whole(last.pupils_before), "kind": "number"},
        ]
        over = 0.0
        for each in mine:
            cell: Part = {"text": "—" if each is None else told.whole(each.pupils), "kind": "number"}
            if each is not None and each.seats is not None and each.pupils > each.seats + 0.5:
                over = max(over, each.pupils - each.seats)
                cell |= {"status": "fails", "status_label": _("超学位")}
            cells.append(cell)
        if zoned:
            cells.append({"text": told.whole(last.zoned), "kind": "number"})
        cells.append({"text": told.whole(last.boarders) if last.boarders else "—", "kind": "number"})
        entries.append((-over, voice.school(code), {"cells": cells}))
    entries.sort(key=lambda entry: entry[:2])
    columns: list[Part] = [{"label": _("学校"), "kind": "name"}, {"label": _("学位"), "kind": "number"}]
    columns.append({"label": _("照现在"), "kind": "number", "unit": str(years[-1]) if years else ""})
    columns += [{"label": str(year), "kind": "number", "unit": _("按方案")} for year in years]
    if zoned:
        columns.append({"label": _("片区内适龄"), "kind": "number", "unit": str(years[-1]) if years else ""})
    columns.append({"label": _("寄宿"), "kind": "number"})
    rows = [entry[2] for entry in entries]
    table = _table("seating", _("各校学位和学生"), columns, rows)
    return table | {"matrix": True, "scrolls": True, "filter": len(rows) > SEARCHED}


def places(answer: PlacesAnswer, voice: Voice, *, only_changed: bool, school: str) -> Part:
    """Places: their school today and by the plan, the way, and why; those that change first, most children first."""
    changed = set(maps.changed(answer))
    own = [
        each
        for each in maps.served_in(answer).values()
        if (not only_changed or each.place_id in changed) and school in ("", *each.schools, *each.before)
    ]
    own.sort(key=lambda each: (each.place_id not in changed, -each.children, each.place_id))
    rows = [
        {
            "cells": [
                {
                    "text": voice.place(each.place_id),
                    "url": f"?{urlencode({'place': each.place_id})}#place",
                    "kind": "name",
                },
                {"text": told.whole(each.children), "kind": "number"},
                {"text": told.schools_line(each.before, voice), "kind": "text"},
                {"text": told.km(each.before_km), "kind": "number"},
                {"text": told.schools_line(each.schools, voice), "kind": "text"}
                | ({"note": _("换")} if each.place_id in changed else {}),
                {"text": told.km(each.km), "kind": "number"},
                {"text": "".join(told.why_lines(each, voice)) or "—", "kind": "text"},
            ]
        }
        for each in own
    ]
    heads = (_("村（社区）"), _("儿童"), _("现在"), _("路"), _("按方案"), _("路"), _("为什么"))
    kinds = ("name", "number", "text", "number", "text", "number", "text")
    columns = [{"label": head, "kind": kind} for head, kind in zip(heads, kinds, strict=True)]
    return _table("places", _("各村（社区）"), columns, rows, dense=True) | {"filter": len(rows) > SEARCHED}


def villages(dossier: Dossier, voice: Voice) -> Part:
    """The ways of each village before and after a merger."""
    rows = [
        {
            "cells": [
                {"text": voice.place(each.place_id), "kind": "name", "note": _("寄宿") if each.boards else ""},
                {"text": told.whole(each.children), "kind": "number"},
                {"text": told.way_line(each.before_km, each.before_minutes), "kind": "number"},
                {"text": told.way_line(each.after_km, each.after_minutes), "kind": "number"},
            ]
        }
        for each in dossier.villages
    ]
    heads = (_("村（社区）"), _("儿童"), _("现在的路"), _("以后的路"))
    columns = [{"label": head, "kind": "number" if place else "name"} for place, head in enumerate(heads)]
    return _table(f"villages-{dossier.school_id}", _("各村上学路"), columns, rows, dense=True)


def _minutes(value: float | None) -> str:
    return "—" if value is None else _("{minutes} 分钟").format(minutes=number(value, 0))


def _table(name: str, caption: str, columns: list[Part], rows: list[Part], **more: Any) -> Part:
    return {"id": name, "caption": caption, "caption_hidden": True, "columns": columns, "rows": rows, **more}
