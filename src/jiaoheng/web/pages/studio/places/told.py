"""A plan of places in words: the answer on top, what is proven, why a place goes where it goes, what a merger needs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.findings import words as found_words
from jiaoheng.findings.words import number
from jiaoheng.language import Language
from jiaoheng.ledger.models import Scenario
from jiaoheng.plans import proof_words, sums, words
from jiaoheng.plans.layout.request import LayoutRequest
from jiaoheng.plans.plan import Dossier, PlacesAnswer, Plan, Served, WayMeasures
from jiaoheng.plans.words import Voice
from jiaoheng.plans.zones import telling
from jiaoheng.plans.zones.request import ZonesRequest

Part = dict[str, Any]
NAMED = 6


def whole(value: float | None) -> str:
    """Children or seats, without decimals; a dash where unknown."""
    return "—" if value is None else f"{round(value):,}"


def km(value: float | None) -> str:
    """A way."""
    return "—" if value is None else _("{km} 公里").format(km=number(value, 1))


def condition_line(scenario: Scenario, asked: LayoutRequest | ZonesRequest, language: Language) -> str:
    """What was asked, short enough for a list."""
    stage = found_words.stage_label(asked.stage, language)
    if isinstance(asked, ZonesRequest):
        if asked.groups or asked.areas:
            return _("{stage}划片，{first}—{until} 学年，多校划片").format(
                stage=stage, first=asked.first, until=asked.until
            )
        return _("{stage}划片，{first}—{until} 学年").format(stage=stage, first=asked.first, until=asked.until)
    text = _("{stage}布局，到 {until} 学年，{count} 所学校可以撤并")
    return text.format(stage=stage, until=asked.until, count=len(asked.consented))


def verdict(plan: Plan, answer: PlacesAnswer, voice: Voice, *, by_hand: bool = False) -> Part:
    """The answer on top."""
    status = plan.certificate.status
    stage = voice.stage(answer.stage)
    details = list(certificate(plan, by_hand=by_hand))
    if status in ("infeasible", "unfinished") and not answer.served:
        if status == "unfinished":
            sentence = _("在给定时间内没有算出{stage}的办法，也没有证明不存在。").format(stage=stage)
            return {"status": "unknown", "label": _("没有算出"), "sentence": sentence, "details": details}
        sentence = _("按给定的条件，{stage}学位怎么安排都不够。").format(stage=stage)
        return {"status": "fails", "label": _("做不到"), "sentence": sentence, "details": details}
    before, after = ends(answer)
    if answer.lacking:
        shape, label = "fails", _("学位不够")
        lacking = sum(count for _code, count in answer.lacking)
        text = (
            _("{stage}学位总数不够，至少还要加 {count} 个；在此之上的安排如下。")
            if status == "infeasible"
            else _("没有找到学位够用的安排；下面的安排要加 {count} 个{stage}学位，没有证明不能更少。")
        )
        sentence = text.format(stage=stage, count=whole(lacking))
    elif after is not None and after.over_capacity >= 0.5:
        shape, label = "floor", _("有学校超学位")
        sentence = _("{stage}安排好了，还有 {count} 名学生超出学位。").format(
            stage=stage, count=whole(after.over_capacity)
        )
    else:
        shape, label = "meets", _("都有学位")
        sentence = _("{stage}：每个村（社区）都有学校，没有学校超学位。").format(stage=stage)
    if before is not None and after is not None:
        text = _("上学路平均 {after}（现在 {before}），最远 {worst}；{moved} 名儿童换学校。")
        details.insert(
            0,
            text.format(
                after=km(after.mean_km), before=km(before.mean_km), worst=km(after.worst_km), moved=whole(answer.moved)
            ),
        )
    if plan.cost:
        details.insert(1, _("费用合计 {cost}。").format(cost=words.money(plan.cost, voice.language)))
    return {"status": shape, "label": label, "sentence": sentence, "details": details}


def certificate(plan: Plan, *, by_hand: bool = False) -> list[str]:
    """What is proven, in words."""
    proof = plan.certificate
    if by_hand:
        return [_("手工调整过：没有证明，数字是照调整后的片区重新算的。")]
    if proof.status == "infeasible":
        told = [
            _("已经证明：按现有学位没有办法，至少要加这么多。") if plan.moves else _("已经证明：按这些条件没有办法。")
        ]
    elif proof.gap is None or proof.status == "unfinished":
        told = [_("还没有证明离最好的办法有多远；延长计算时间再算。")]
    elif proof.status == "optimal" and proof_words.gap_label(proof.gap) == "0":
        told = [_("已经证明：按所设的轻重（路程、换学校、费用），没有更好的办法。")]
    else:
        gap = proof_words.gap_label(proof.gap)
        told = [_("已经证明：按所设的轻重，与最好的办法至多相差 {gap}%。").format(gap=gap)]
    if proof.solver:
        told.append(
            _("由 {solver} 计算，用了 {seconds} 秒；结果另用别的程序核对过：没有遗漏。").format(
                solver=proof.solver, seconds=number(proof.seconds, 1)
            )
        )
    return told


def ends(answer: PlacesAnswer) -> tuple[WayMeasures | None, WayMeasures | None]:
    """The measures of the last year, as things are and by the plan."""
    return (answer.before[-1] if answer.before else None, answer.after[-1] if answer.after else None)


def metrics(plan: Plan, answer: PlacesAnswer, voice: Voice) -> list[Part]:
    """The few figures that matter."""
    before, after = ends(answer)
    found: list[Part] = [{"label": _("换学校的儿童"), "value": whole(answer.moved)}]
    if after is not None:
        was = before.mean_km if before is not None else None
        worst = before.worst_km if before is not None else None
        over = before.over_capacity if before is not None else None
        now = _("现在 {figure}")
        found += [
            {"label": _("上学路平均"), "value": km(after.mean_km), "note": now.format(figure=km(was))},
            {"label": _("最远"), "value": km(after.worst_km), "note": now.format(figure=km(worst))},
            {"label": _("超学位的学生"), "value": whole(after.over_capacity), "note": now.format(figure=whole(over))},
            {"label": _("学校"), "value": str(after.schools), "unit": _("所")},
        ]
    if plan.cost:
        found.append({"label": _("费用合计"), "value": words.money(plan.cost, voice.language)})
    return found


def notes(answer: PlacesAnswer, voice: Voice) -> list[str]:
    """What must be known of the map and the places."""
    return list(telling.note_lines(answer, voice))


def lacking(answer: PlacesAnswer, voice: Voice) -> list[str]:
    """The seats that must be added where there is too little capacity."""
    text = _("{school}加 {count} 个学位")
    return [text.format(school=voice.school(code), count=whole(count)) for code, count in answer.lacking]


def why_lines(served: Served, voice: Voice) -> list[str]:
    """Why a place goes where it goes."""
    named = {
        "nearest": _("这是最近的学校。"),
        "full": _("更近的{nearest}学位已满。"),
        "kept": _("仍在现在的学校，没有变。"),
        "fixed": _("按要求固定。"),
        "in_one_piece": _("为使片区连成一块。"),
        "closed": _("更近的{nearest}不再招生。"),
        "feeder": _("与同一所小学的其他村升入同一所初中。"),
        "spread": _("为使热点学校分散到各片区。"),
        "boarding": _("走读太远，须寄宿。"),
    }
    nearest = voice.school(served.nearest) if served.nearest else _("学校")
    return [named[code].format(nearest=nearest) for code in served.why if code in named]


def schools_line(codes: tuple[str, ...], voice: Voice) -> str:
    """A school, or several that admit together."""
    return (_("、").join(voice.school(code) for code in codes)) or "—"


def way_line(length: float | None, minutes: float | None) -> str:
    """A way in kilometres and minutes, what is known of them."""
    said = km(length)
    return said if minutes is None else _("{km}，{minutes} 分钟").format(km=said, minutes=number(minutes, 0))


def place(served: Served, voice: Voice) -> list[Part]:
    """A place explained: who lives there, its way today and by the plan, why, and the nearest school."""
    found: list[Part] = [
        {
            "label": _("适龄儿童"),
            "value": _("{count} 人（{year} 学年）").format(count=whole(served.children), year=served.year),
        },
        {
            "label": _("现在"),
            "value": schools_line(served.before, voice),
            "note": way_line(served.before_km, served.before_minutes),
        },
        {
            "label": _("按方案"),
            "value": schools_line(served.schools, voice),
            "note": way_line(served.km, served.minutes),
        },
        {"label": _("为什么"), "value": "".join(why_lines(served, voice)) or "—"},
    ]
    if served.nearest:
        found.append({"label": _("最近的学校"), "value": voice.school(served.nearest)})
    return found


def condition(code: str, dossier: Dossier) -> str:
    """What must be met before a merger may be done, as a line to be ticked."""
    named = {
        "consent": _("已征求学生家长、学校师生、村民自治组织和乡镇政府的意见，多数同意，并已公示。"),
        "boarding": _("合并学校的寄宿床位已经够（需 {beds} 张），食堂、宿舍、保育人员已经落实。"),
        "transport": _("路远学生的校车或公共交通已经落实，有人负责安全。"),
        "small_needed": _("这是必要的村小或教学点：确有必要撤并，且已另有保障。"),
    }
    return named.get(code, code).format(beds=whole(dossier.beds_needed))


def dossier_facts(dossier: Dossier, voice: Voice) -> list[Part]:
    """The figures of a proposed merger."""
    beds = "—" if dossier.beds is None else whole(dossier.beds)
    size = _("{before} → {after} 人").format(
        before=number(dossier.mean_class_before, 1), after=number(dossier.mean_class_after, 1)
    )
    return [
        {"label": _("学生"), "value": _("{count} 人").format(count=whole(dossier.pupils))},
        {"label": _("并入"), "value": voice.school(dossier.to_school)},
        {"label": _("从哪一学年起"), "value": words.year_label(dossier.year, voice.language)},
        {"label": _("平均每班"), "value": size},
        {
            "label": _("寄宿床位"),
            "value": _("需 {needed} 张，现有 {beds}").format(needed=whole(dossier.beds_needed), beds=beds),
        },
    ]


def standing(scenario: Scenario) -> Part:
    """The status of a computed scenario of places for its shape, and in a few words."""
    if scenario.status == "infeasible":
        return {"status": "fails", "label": _("做不到，须放宽条件")}
    if scenario.status == "unfinished":
        return {"status": "unknown", "label": _("时间内没有算出")}
    moved = _("{count} 名儿童换学校").format(count=f"{scenario.moved or 0:,}")
    if scenario.by_hand:
        return {"status": "measured", "label": _("手工调整，{moved}").format(moved=moved)}
    proven = _("已证明最优") if scenario.status == "optimal" else _("可行")
    return {"status": "meets", "label": f"{proven}{_('，')}{moved}"}


def passing_line(plan: Plan, language: Language) -> str:
    """What the assessment says of the last year beside the present, in a sentence."""
    last = sums.last(plan)
    colon = _("：")
    return f"{words.year_label(last.year, language)}{colon}{words.outlook_line(last, language)}"
