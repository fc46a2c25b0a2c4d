"""A forecast in sentences: how many children, where seats are short, how sure it is, what it rests on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiaoheng.findings import words
from jiaoheng.findings.words import number
from jiaoheng.forecast.answer import Crossing, Oddity, Seats
from jiaoheng.forecast.request import ForecastRequest
from jiaoheng.language import Language
from jiaoheng.web.pages.forecast.figures import Seen

Part = dict[str, Any]
METHODS = ("naive", "linear", "mean_ratios", "sum_ratios", "average", "jiaoheng")


def stage_label(stage: str, language: Language) -> str:
    """A stage's name."""
    return words.stage_label(stage, language)


def whole(value: float | None) -> str:
    """Pupils or seats, without decimals and with thousands set apart; a dash where unknown."""
    return "—" if value is None else f"{round(value):,}"


def verdict(seen: Seen, language: Language) -> Part:
    """The answer on top: whether seats are short and where it is worst; then each stage in a sentence."""
    worst = _worst(seen)
    details = [line for stage in seen.stages if (line := stage_line(seen, stage, language))]
    if worst is None:
        sentence = _("到 {until} 学年，现有学位够用。").format(until=seen.until)
        return {"status": "meets", "label": _("学位够用"), "sentence": sentence, "details": details}
    stage, year, short = worst
    schools = [each for each in seen.of_year(stage, year) if each.short]
    sentence = _(
        "{stage}最紧的是 {year} 学年：{count} 所学校共缺 {short} 个学位，{school}缺得最多（{most} 个）。"
    ).format(
        stage=stage_label(stage, language),
        year=year,
        count=len(schools),
        short=whole(short),
        school=seen.name(schools[0].school_id),
        most=whole(schools[0].short),
    )
    spare = seen.spare(stage, year)
    if spare:
        text = _("同一学年别的{stage}空余 {spare} 个学位：缺在哪里、空在哪里，看“学位余缺”。")
        details.append(text.format(stage=stage_label(stage, language), spare=whole(spare)))
    return {"status": "fails", "label": _("有学校缺学位"), "sentence": sentence, "details": details}


def stage_line(seen: Seen, stage: str, language: Language) -> str:
    """How pupils of a stage change from the base year to the last one."""
    course = seen.course("county", seen.code, stage)
    now = next((point.value for point in course if point.year == seen.base), None)
    end = next((point for point in course if point.year == seen.until), None)
    if not now or end is None:
        return ""
    change = 100 * (end.value / now - 1)
    way = _("减 {share}%") if change < 0 else _("增 {share}%")
    text = _(
        "{stage}在校生 {base} 学年 {now} 人，{until} 学年约 {end} 人，{change}；80% 可能在 {low} 到 {high} 人之间。"
    )
    return text.format(
        stage=stage_label(stage, language), base=seen.base, now=whole(now), until=seen.until, end=whole(end.value),
        change=way.format(share=number(abs(change), 0)), low=whole(end.low), high=whole(end.high),
    )  # fmt: skip


def metrics(seen: Seen, language: Language) -> list[Part]:
    """Short and spare seats of each stage in its tightest year."""
    found: list[Part] = []
    for stage in seen.stages:
        years = range(seen.base + 1, seen.until + 1)
        if not any(each.seats is not None for year in years for each in seen.of_year(stage, year)):
            continue
        peak = max(years, key=lambda year: (seen.short(stage, year), -year))
        short = seen.short(stage, peak)
        found.append(
            {
                "label": _("{stage}最多缺学位").format(stage=stage_label(stage, language)),
                "value": whole(short),
                "note": _("{year} 学年").format(year=peak) if short else _("各学年都够"),
            }
        )
    crossing = len({each.school_id for each in seen.forecast.crossings})
    found.append({"label": _("将出现 56 人以上大班的学校"), "value": str(crossing), "unit": _("所")})
    return found


def crossing_line(seen: Seen, crossing: Crossing, language: Language) -> str:
    """When a school has a large class."""
    text = _("{school}{stage}{grade} {year} 学年平均每班 {mean} 人{sure}")
    sure = _("，低方案也超") if crossing.sure else _("，低方案不超")
    from jiaoheng.county import schema

    return text.format(
        school=seen.name(crossing.school_id),
        stage="",
        grade=schema().label("grade", crossing.grade, language),
        year=crossing.year,
        mean=number(crossing.class_mean, 1),
        sure=sure,
    )


def oddity_line(seen: Seen, oddity: Oddity) -> str:
    """Why a year's figures of a school are not learned from."""
    if oddity.why == "reorganised":
        text = _("{year} 学年{school}报 {reported} 人，按上年应有 {expected} 人，差数与{other}相抵：像是合并或拆分。")
    else:
        text = _("{year} 学年{school}报 {reported} 人，按上年各年级升上来应有约 {expected} 人，差得不像平常。")
    return text.format(
        year=oddity.year,
        school=seen.name(oddity.school_id),
        reported=whole(oddity.reported),
        expected=whole(oddity.expected),
        other=seen.name(oddity.other) if oddity.other else "",
    )


def method_label(method: str) -> str:
    """What a method of forecasting is called."""
    named = {
        "naive": _("照上年不变"),
        "linear": _("直线外推"),
        "mean_ratios": _("队列留存（比率平均）"),
        "sum_ratios": _("队列留存（合计之比）"),
        "average": _("不变与留存的平均"),
        "jiaoheng": _("教衡"),
    }
    return named.get(method, method)


def seats_source(seats: Seats) -> str:
    """Where a number of seats is from."""
    if seats.seats is None:
        return _("没有报学位数，也没有班数，算不出学位。")
    if seats.source == "places":
        return _("学校办学条件表报的学位数。")
    return _("没有报学位数：按近年最多的班数乘以每班人数。")


def notes(seen: Seen) -> list[str]:
    """What the facts lack, and what was done instead."""
    told = {
        "no_children": _("没有各村（社区）分年龄儿童数：入学新生按学校近年一年级的趋势推算。"),
        "no_births": _("没有出生人数：2 岁以下还没有统计到的孩子，按近年的趋势推算，越往后越没有把握。"),
        "short_history": _("在校生只有不多几年：升级率只看得出大概，区间放宽了。"),
        "no_classes": _("有的学校没有班数，算不出每班人数。"),
        "no_seats": _("有的学校没有学位数也没有班数，不计缺余。"),
        "no_places": _("学校没有写明在哪个乡镇，没有分乡镇的数。"),
    }
    return [told[code] for code in seen.forecast.notes if code in told]


def assumptions(request: ForecastRequest, seen: Seen | None, language: Language) -> list[str]:
    """What was assumed, a line each; that nothing was, where nothing was."""
    semicolon = _("；")
    lines = []
    if request.class_sizes:
        sizes = [f"{stage_label(stage, language)} {number(size)}" for stage, size in request.class_sizes.items()]
        lines.append(_("每班人数：{sizes}").format(sizes=semicolon.join(sizes)))
    if request.migration:
        text = _("每年净流入的新生多 {share}%") if request.migration > 0 else _("每年净流入的新生少 {share}%")
        lines.append(text.format(share=number(abs(100 * request.migration), 2)))
    if request.births:
        told = [f"{year} {whole(births)}" for year, births in sorted(request.births.items())]
        lines.append(_("出生人数：{births}").format(births=semicolon.join(told)))
    for home in request.housing:
        place = seen.place_name(home.place_id) if seen is not None else home.place_id
        yields = semicolon.join(f"{stage_label(stage, language)} {number(each)}" for stage, each in home.yields.items())
        text = _("{place} {year} 学年入住 {homes} 户，每户带来学生：{yields}")
        line = text.format(place=place, year=home.year, homes=whole(home.homes), yields=yields or "—")
        if home.from_place and seen is not None:
            line += _("（从{place}迁来）").format(place=seen.place_name(home.from_place))
        lines.append(line + (f" · {home.note}" if home.note else ""))
    return lines or [_("没有另作假设：每班人数按标准，人口按近年的趋势。")]


def tested_line(seen: Seen, language: Language) -> str:
    """How the method in use did on the county's own past, beside the best of the others."""
    own = [each for each in seen.forecast.tests if each.used and each.level == "school"]
    if not own:
        return ""
    mine = max(own, key=lambda each: (each.cases, -each.horizon))
    peers = [
        each
        for each in seen.forecast.tests
        if (each.level, each.stage, each.horizon) == (mine.level, mine.stage, mine.horizon)
        and each.method != "jiaoheng"
    ]
    text = _("拿本县往年的数检验：提前 {horizon} 年推算各校{stage}在校生，平均误差 {error}%{peer}。")
    best = min(peers, key=lambda each: each.error) if peers else None
    peer = (
        _("；别的方法里最好的（{method}）{error}%").format(
            method=method_label(best.method), error=number(best.error, 1)
        )
        if best is not None
        else ""
    )
    return text.format(
        horizon=mine.horizon, stage=stage_label(mine.stage, language), error=number(mine.error, 1), peer=peer
    )


def count_schools(count: int) -> str:
    """So many schools."""
    return ngettext("{count} 所学校", "{count} 所学校", count).format(count=count)


def _worst(seen: Seen) -> tuple[str, int, float] | None:
    """Stage and year with most pupils without a seat."""
    every = [
        (seen.short(stage, year), stage, year) for stage in seen.stages for year in range(seen.base + 1, seen.until + 1)
    ]
    short, stage, year = max(every, default=(0.0, "", 0), key=lambda each: (each[0], -each[2]))
    return (stage, year, short) if short >= 1 else None
