"""The tables and drawings of a forecast's pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from jiaoheng.county import schema
from jiaoheng.county.grades import is_stage, stage_of
from jiaoheng.findings.words import number
from jiaoheng.forecast.answer import Seats
from jiaoheng.language import Language
from jiaoheng.reports.forecast_charts import course, pyramid
from jiaoheng.reports.map import county_map
from jiaoheng.reports.map_layers import Mark
from jiaoheng.web.pages.forecast import story
from jiaoheng.web.pages.forecast.figures import AGES, Seen, standing
from jiaoheng.web.pages.forecast.story import METHODS, stage_label, whole

Part = dict[str, Any]
Link = Callable[[str], str]
ORDER = ("fails", "unknown", "meets", "measured")
SORTS = ("short", "spare", "now", "peak", "name")
SEARCHED = 12


def ages(seen: Seen, language: Language) -> Part | None:
    """The pyramid of ages, the first year that has one beside the last; None where no children were counted."""
    years = [year for year in seen.children_years if year <= seen.base]
    if not years:
        return None
    bands = [(stage_label(stage, language), *AGES[stage]) for stage in AGES]
    pair = (years[0], years[-1])
    drawn = pyramid(seen.children(pair[0]), seen.children(pair[1]), pair, bands, language)
    return {"svg": drawn, "before": pair[0], "now": pair[1]}


def county_courses(seen: Seen, language: Language) -> list[Part]:
    """Pupils of each stage over the years, with the seats that there are now."""
    found = []
    for stage in seen.stages:
        points = seen.course("county", seen.code, stage)
        seats = sum(each.seats or 0.0 for each in seen.of_year(stage, seen.base + 1))
        label = stage_label(stage, language)
        drawn = course(points, seen.base, label, seats=seats or None, language=language, width=420, height=170)
        if drawn:
            found.append({"title": label, "svg": drawn})
    return found


def town_courses(seen: Seen, stage: str, language: Language) -> list[Part]:
    """Pupils of a stage over the years, town by town, each on its own scale."""
    found = []
    for town in seen.towns:
        points = seen.course("town", town, stage)
        if points:
            name = seen.place_name(town)
            change = 100 * (
                points[-1].value / max(next((p.value for p in points if p.year == seen.base), 0.0), 1.0) - 1
            )
            text = _("减 {share}%") if change < 0 else _("增 {share}%")
            drawn = course(points, seen.base, name, language=language, width=290, height=118)
            found.append({"title": name, "note": text.format(share=number(abs(change), 0)), "svg": drawn})
    return found


def entrants(seen: Seen, language: Language) -> Part | None:
    """Children who come of school age, by stage and year."""
    stages = [stage for stage in seen.stages if seen.entrants(stage)]
    if not stages:
        return None
    years = sorted({year for stage in stages for year in seen.entrants(stage)})
    columns: list[Part] = [{"label": _("学年"), "kind": "name"}]
    columns += [{"label": stage_label(stage, language), "kind": "number"} for stage in stages]
    rows = [
        {
            "cells": [
                {"text": str(year), "kind": "name"},
                *({"text": whole(seen.entrants(stage).get(year)), "kind": "number"} for stage in stages),
            ]
        }
        for year in years
    ]
    return _table("entrants", _("每年到入学年龄的儿童"), columns, rows, dense=True)


def map_of(seen: Seen, stage: str, year: int, link: Link, language: Language) -> Part:
    """Schools of a stage by short and spare seats in a year."""
    marks: dict[str, Mark] = {}
    for each in seen.of_year(stage, year):
        name = seen.name(each.school_id)
        status: Any = standing(each)
        marks[each.school_id] = Mark(f"{name}{_('：')}{seats_line(each)}", status, each.pupils)
    drawn = county_map(
        seen.county, marks, label=_("{year} 学年学位余缺").format(year=year), link=link, language=language, width=720
    )
    left_out = {left.school_id for left in drawn.left_out}
    counts = Counter(mark.status for code, mark in marks.items() if code not in left_out)
    labels = {
        "fails": _("缺学位"), "unknown": _("学位数不知道"), "meets": _("够用"), "measured": _("空余三成以上"),
    }  # fmt: skip
    legend = [
        {"status": status, "label": f"{labels[status]} {counts[status]}"}  # type: ignore[index]
        for status in ORDER
        if counts[status]  # type: ignore[index]
    ]
    return {"svg": drawn.svg, "legend": legend, "notes": drawn.notes(seen.county, language)}


def seats_line(each: Seats) -> str:
    """Pupils, seats, and what is short or spare."""
    if each.seats is None:
        return _("在校约 {pupils} 人，学位数不知道").format(pupils=whole(each.pupils))
    text = (
        _("在校约 {pupils} 人，学位 {seats}，缺 {count}")
        if each.short
        else _("在校约 {pupils} 人，学位 {seats}，空 {count}")
    )
    return text.format(pupils=whole(each.pupils), seats=whole(each.seats), count=whole(each.short or each.spare))


def shortest(seen: Seen, stage: str, year: int, link: Link) -> Part:
    """The schools that lack seats in a year."""
    rows = [
        {
            "cells": [
                {"text": seen.name(each.school_id), "url": link(each.school_id), "kind": "name"},
                {"text": whole(each.pupils), "kind": "number"},
                {"text": whole(each.seats), "kind": "number"},
                {"text": whole(each.short), "kind": "number", "status": "fails", "status_label": _("缺学位")},
            ]
        }
        for each in seen.of_year(stage, year)
        if each.short and each.short >= 0.5
    ]
    columns = [
        {"label": _("学校"), "kind": "name"},
        {"label": _("在校生"), "kind": "number"},
        {"label": _("学位"), "kind": "number"},
        {"label": _("缺"), "kind": "number"},
    ]
    return _table("short", _("缺学位的学校"), columns, rows, dense=True)


def schools(seen: Seen, asked: dict[str, str], sort: str, link: Callable[[str, str], str], language: Language) -> Part:
    """Schools now and in the year when they have most pupils, with seats and when a class reaches 56."""
    crossings = {(each.school_id, each.stage): each.year for each in reversed(seen.forecast.crossings)}
    entries = []
    for code, stage in seen.sections:
        if asked.get("stage", "") not in ("", stage) or asked.get("town", "") not in ("", seen.town(code)):
            continue
        peak, now = seen.peak(code, stage), seen.history.get(("school", code, stage, seen.base))
        if peak is not None:
            entries.append((code, stage, now, peak, crossings.get((code, stage))))
    down = sort.startswith("-")
    key = sort.removeprefix("-")
    ranks: dict[str, Callable[[Any], Any]] = {
        "short": lambda e: e[3].short or -(e[3].spare or 0.0),
        "spare": lambda e: e[3].spare or 0.0,
        "now": lambda e: e[2] or 0.0,
        "peak": lambda e: e[3].pupils,
        "name": lambda e: e[0],
    }
    entries.sort(key=lambda e: (e[0], e[1]))
    entries.sort(key=ranks[key], reverse=down)
    rows = []
    for code, stage, now, peak, crossing in entries:
        state = standing(peak)
        balance = -peak.short if peak.short else peak.spare
        text = "—" if balance is None else f"−{whole(-balance)}" if balance < 0 else f"+{whole(balance)}"
        rows.append(
            {
                "cells": [
                    {"text": seen.name(code), "url": link(code, stage), "kind": "name"},
                    {"text": stage_label(stage, language), "kind": "short"},
                    {"text": seen.place_name(seen.town(code)) if seen.town(code) else "—", "kind": "short"},
                    {"text": whole(now), "kind": "number"},
                    {"text": whole(peak.pupils), "kind": "number", "note": str(peak.year)},
                    {"text": whole(peak.seats), "kind": "number"},
                    {"text": text, "kind": "number"}
                    | ({"status": "fails", "status_label": _("缺学位")} if state == "fails" else {}),
                    {"text": str(crossing) if crossing else "—", "kind": "short"},
                ]
            }
        )
    columns = [
        _sorted(_("学校"), "name", "name", sort, asked),
        {"label": _("学段"), "kind": "short"},
        {"label": _("乡镇"), "kind": "short"},
        _sorted(_("{year} 学年").format(year=seen.base), "now", "number", sort, asked),
        _sorted(_("最多时（学年）"), "peak", "number", sort, asked),
        {"label": _("学位"), "kind": "number"},
        _sorted(_("那时余（＋）缺（−）"), "short", "number", sort, asked),
        {"label": _("何时超 56 人"), "kind": "short"},
    ]
    return _table("schools", _("各校"), columns, rows) | {"filter": len(rows) > SEARCHED}


def grades(seen: Seen, code: str, stage: str, language: Language) -> Part:
    """A school's grades over the years: counted, then forecast; a cohort goes down the diagonal."""
    own = sorted({grade for school, _y, grade in seen.grades if school == code and _stage(seen, code, grade) == stage})
    years = list(range(max(seen.base - 3, seen.county.years[0]), seen.until + 1))
    rows = []
    for grade in own:
        cells: list[Part] = [{"text": schema().label("grade", grade, language), "kind": "name"}]
        for year in years:
            pupils = seen.grades.get((code, year, grade))
            cells.append({"text": whole(pupils), "kind": "number"})
        rows.append({"cells": cells})
    columns: list[Part] = [{"label": _("年级"), "kind": "name"}]
    columns += [
        {"label": str(year), "kind": "number", "unit": _("推算") if year > seen.base else _("上报")} for year in years
    ]
    return _table("grades", _("各年级在校生"), columns, rows) | {"matrix": True, "scrolls": True}


def steps(seen: Seen, code: str, stage: str, year: int, language: Language) -> Part:
    """How a year's pupils come about: each grade from the one below it a year before, the first from entrants."""
    own = sorted({grade for school, _y, grade in seen.grades if school == code and _stage(seen, code, grade) == stage})
    rows = []
    total = 0.0
    for place, grade in enumerate(own):
        pupils = seen.grades.get((code, year, grade))
        before = (
            seen.grades.get((code, year - 1, own[place - 1])) if place else seen.grades.get((code, year - 1, grade))
        )
        total += pupils or 0.0
        label = schema().label("grade", grade, language)
        if place:
            from_label = _("{year} 学年{grade}").format(
                year=year - 1, grade=schema().label("grade", own[place - 1], language)
            )
            rate = number(pupils / before, 3) if pupils is not None and before else "—"
        else:
            from_label, rate = _("新生（上一年 {count} 人）").format(count=whole(before)), "—"
        rows.append(
            {
                "cells": [
                    {"text": label, "kind": "name"},
                    {"text": from_label, "kind": "text"},
                    {"text": whole(before) if place else "—", "kind": "number"},
                    {"text": f"× {rate}" if place else "—", "kind": "number"},
                    {"text": whole(pupils), "kind": "number"},
                ]
            }
        )
    columns = [
        {"label": _("年级"), "kind": "name"},
        {"label": _("从哪里来"), "kind": "text"},
        {"label": _("上一年人数"), "kind": "number"},
        {"label": _("升级率"), "kind": "number"},
        {"label": _("{year} 学年").format(year=year), "kind": "number"},
    ]
    foot = [{"text": _("合计"), "kind": "name"}, *({"text": "", "kind": "number"} for _n in range(3))]
    return _table("step-table", _("怎么算的"), columns, rows, dense=True) | {
        "foot": [*foot, {"text": whole(total), "kind": "number"}]
    }


def seats_by_year(seen: Seen, code: str, stage: str) -> Part:
    """A school's seats against its pupils, year by year."""
    rows = []
    for year in range(seen.base + 1, seen.until + 1):
        each = seen.seats.get((code, stage, year))
        spread = seen.spreads.get(("school", code, stage, year))
        if each is None:
            continue
        band = f"{whole(spread.low)}–{whole(spread.high)}" if spread is not None else "—"
        rows.append(
            {
                "cells": [
                    {"text": str(year), "url": f"?{urlencode({'stage': stage, 'year': year})}#steps", "kind": "name"},
                    {"text": whole(each.pupils), "kind": "number"},
                    {"text": band, "kind": "number"},
                    {"text": whole(each.seats), "kind": "number"},
                    {"text": whole(each.short) if each.short else "—", "kind": "number"}
                    | ({"status": "fails", "status_label": _("缺学位")} if each.short else {}),
                    {"text": whole(each.spare) if each.spare else "—", "kind": "number"},
                    {"text": number(each.class_mean, 1), "kind": "number"},
                ]
            }
        )
    heads = (_("学年"), _("在校生"), _("80% 可能"), _("学位"), _("缺"), _("空"), _("每班（班数不变）"))
    columns = [{"label": head, "kind": "number" if place else "name"} for place, head in enumerate(heads)]
    return _table("years", _("逐年学位"), columns, rows, dense=True)


def tests(seen: Seen, language: Language) -> Part:
    """Errors of each method on the county's own past, by level, stage and how far ahead; the least marked."""
    levels = {"school": _("各校"), "town": _("各乡镇"), "county": _("全县")}
    cases = sorted(
        {(each.level, each.stage, each.horizon, each.cases) for each in seen.forecast.tests},
        key=lambda case: (list(levels).index(case[0]), case[1], case[2]),
    )
    methods = [name for name in METHODS if any(each.method == name for each in seen.forecast.tests)]
    rows = []
    for level, stage, horizon, count in cases:
        own = {
            each.method: each
            for each in seen.forecast.tests
            if (each.level, each.stage, each.horizon) == (level, stage, horizon)
        }
        least = min(each.error for each in own.values())
        held = next((each.covered80 for each in own.values() if each.used and each.covered80 is not None), None)
        cells: list[Part] = [
            {"text": f"{levels[level]} · {stage_label(stage, language)}", "kind": "name"},
            {"text": str(horizon), "kind": "number"},
        ]
        for method in methods:
            told = own.get(method)
            cell: Part = {"text": "—" if told is None else number(told.error, 1), "kind": "number"}
            if told is not None and told.error == least:
                cell |= {"status": "meets", "status_label": _("误差最小")}
            cells.append(cell)
        cells.append({"text": "—" if held is None else f"{number(100 * held, 0)}%", "kind": "number"})
        cells.append({"text": str(count), "kind": "number"})
        rows.append({"cells": cells})
    columns: list[Part] = [{"label": _("推算什么"), "kind": "name"}, {"label": _("提前几年"), "kind": "number"}]
    columns += [{"label": story.method_label(method), "kind": "number", "unit": "%"} for method in methods]
    columns += [{"label": _("80% 区间命中"), "kind": "number"}, {"label": _("检验次数"), "kind": "number"}]
    return _table("tests", _("平均误差"), columns, rows) | {"matrix": True, "scrolls": True}


def _stage(seen: Seen, code: str, grade: int) -> str:
    if is_stage(grade):
        return ""
    return stage_of(grade, str(seen.schools.get(code, {}).get("kind") or ""), seen.county.primary_grades)


def _sorted(label: str, name: str, kind: str, sort: str, asked: dict[str, str]) -> Part:
    up = sort == f"-{name}" or (sort != name and name == "name")
    query = {key: value for key, value in asked.items() if value} | {"sort": name if up else f"-{name}"}
    column: Part = {"label": label, "kind": kind, "url": f"?{urlencode(query)}"}
    if sort.removeprefix("-") == name:
        column["sorted"] = "descending" if sort.startswith("-") else "ascending"
    return column


def _table(name: str, caption: str, columns: list[Part], rows: list[Part], **more: Any) -> Part:
    return {"id": name, "caption": caption, "caption_hidden": True, "columns": columns, "rows": rows, **more}
