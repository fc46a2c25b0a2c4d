"""A scenario as its pages show it: how it stands, what it says on top, what it costs, who passes when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiaoheng.findings import Assessment
from jiaoheng.findings import words as found_words
from jiaoheng.findings.words import fixed, number
from jiaoheng.language import Language
from jiaoheng.ledger import access, facts, planners, scenarios
from jiaoheng.ledger.models import Run, Scenario
from jiaoheng.plans import proof_words, sums, telling, words
from jiaoheng.plans.path.request import PathRequest
from jiaoheng.plans.plan import Outlook, Plan
from jiaoheng.plans.words import Voice
from jiaoheng.web.pages.studio.places import told
from jiaoheng.web.request import Request

Part = dict[str, Any]
MOST_SCHOOLS = 12
"""So many schools stand in the table of costs before the rest are added up."""


def standing(scenario: Scenario, language: Language) -> Part:
    """The status of a scenario for its shape, and in a few words."""
    if scenario.is_running:
        return {"status": "in_progress", "label": _("计算中")}
    if not scenario.is_computed:
        run = scenario.run
        if run is not None and run.status == Run.Status.CANCELLED:
            return {"status": "withdrawn", "label": _("已停止")}
        return {"status": "fails", "label": _("没有算成")}
    if scenario.is_of_places:
        return told.standing(scenario)
    if scenario.status == "infeasible":
        return {"status": "fails", "label": _("做不到，须放宽条件")}
    if scenario.status == "unfinished":
        return {"status": "unknown", "label": _("时间内没有算出")}
    if scenario.verdict != "meets":
        share = "—" if scenario.share is None else number(scenario.share, 1)
        return {"status": "floor", "label": _("预算不够，{share}% 学生在达标学校").format(share=share)}
    if scenario.status == "optimal":
        return {"status": "meets", "label": _("达标，已证明最省")}
    if scenario.gap is None:
        return {"status": "meets", "label": _("达标，没有证明最省")}
    gap = proof_words.gap_label(scenario.gap)
    return {"status": "meets", "label": _("达标，至多多花 {gap}%").format(gap=gap)}


def money(yuan: float | None, language: Language) -> str:
    """An amount."""
    return words.money(yuan, language)


def budget_line(scenario: Scenario, language: Language) -> str:
    """The budget in words: in all, by year, or none."""
    asked = scenarios.plain_request(scenario.request)
    said = [money(asked.budget, language)] if asked.budget is not None else []
    colon = "：" if language == "zh" else ": "
    said += [f"{year}{colon}{money(amount, language)}" for year, amount in sorted(asked.budgets.items())]
    return ("；" if language == "zh" else "; ").join(said) or _("不限")


def condition_line(scenario: Scenario, language: Language) -> str:
    """What was asked, short enough for a list: of a path its year and budget."""
    asked = planners.read(scenario.planner, scenario.request)
    if not isinstance(asked, PathRequest):
        return told.condition_line(scenario, asked, language)
    text = _("到 {until} 学年达标，预算 {budget}")
    return text.format(until=asked.until, budget=budget_line(scenario, language))


def voice_of(scenario: Scenario, language: Language) -> Voice:
    """The voice in which a scenario's plan speaks."""
    plan = scenarios.plan_of(scenario)
    moves = plan.moves if plan is not None else ()
    return Voice.of(scenario.request["standard"], facts.tables(scenario.snapshot), language, moves)


def verdict(plan: Plan, voice: Voice) -> Part:
    """The answer on top of the page."""
    status = plan.certificate.status
    if status in ("infeasible", "unfinished"):
        shape, label = ("fails", _("做不到")) if status == "infeasible" else ("unknown", _("没有算出"))
    elif sums.passes(plan):
        shape, label = "meets", _("达标")
    else:
        shape, label = "floor", _("还不能全部达标")
    return {
        "status": shape,
        "label": label,
        "sentence": words.headline(plan, voice),
        "details": list(proof_words.proof_sentences(plan, voice)),
    }


def metrics(plan: Plan, voice: Voice) -> list[Part]:
    """The few figures that matter."""
    language, last = voice.language, sums.last(plan)
    share = sums.pupil_share(last)
    found: list[Part] = []
    if plan.certificate.status in ("optimal", "feasible"):
        found.append(
            {
                "label": _("费用合计"),
                "value": money(plan.cost, language),
                "note": _("{count} 项举措").format(count=len(plan.moves)),
            }
        )
    found.append({"label": _("目标学年"), "value": str(plan.until), "note": words.year_label(plan.until, language)})
    if plan.after:
        before = plan.before
        was = _("现在 {passing} / {total}").format(passing=before.passing, total=before.sections)
        found.append({"label": _("达标的校段"), "value": f"{last.passing} / {last.sections}", "note": was})
        known = "—" if share is None else f"{number(share, 1)}%"
        found.append({"label": _("达标学校的学生"), "value": known})
    if plan.moves:
        found.append({"label": _("交流轮岗教师"), "value": str(sums.people_moved(plan.moves)), "unit": _("人")})
    return found


def grounds(plan: Plan, voice: Voice) -> list[str]:
    """The limits that hold the plan back, with their prices, in sentences."""
    return [telling.sentence(line, voice.language) for line in proof_words.binding_lines(plan, voice)]


def relaxations(plan: Plan, voice: Voice) -> list[Part]:
    """The smallest loosening, and what can be done about each part of it."""
    found = proof_words.relaxation_lines(plan, voice)
    return [{"line": telling.sentence(line, voice.language), "remedy": remedy} for line, remedy in found]


def cost_tables(plan: Plan, voice: Voice, link: Callable[[str], str] | None = None) -> list[Part]:
    """Cost by school year, by kind, by school: three tables."""
    language = voice.language
    by_year = sums.cost_by(plan.moves, sums.year_paid)
    by_kind = sums.cost_by(plan.moves, lambda move: move.kind)
    by_school = sums.cost_by(plan.moves, sums.school_of)
    years = [(words.year_label(year, language), cost, "") for year, cost in sorted(by_year.items())]
    kinds = [(words.kind_label(kind, language), cost, "") for kind, cost in _dearest(by_kind)]
    schools = [(voice.school(code), cost, link(code) if link else "") for code, cost in _dearest(by_school)]
    rest = sum(cost for _name, cost, _url in schools[MOST_SCHOOLS:])
    shown = schools[:MOST_SCHOOLS]
    if len(schools) > MOST_SCHOOLS:
        shown.append((_("其余 {count} 所").format(count=len(schools) - MOST_SCHOOLS), rest, ""))
    return [
        _money_table("cost-years", _("按实施学年"), _("学年"), years, plan.cost, language),
        _money_table("cost-kinds", _("按举措"), _("举措"), kinds, plan.cost, language),
        _money_table("cost-schools", _("按学校"), _("学校"), shown, plan.cost, language),
    ]


def coefficients(plan: Plan, voice: Voice) -> Part:
    """Each coefficient now and in each year, against its limit."""
    outlooks = (plan.before, *plan.after)
    rows = []
    for even in plan.before.balance:
        if even.at_most is None:
            continue
        cells: list[Part] = [
            {"text": voice.check(even.check), "kind": "name"},
            {"text": voice.stage(even.stage), "kind": "short"},
        ]
        for outlook in outlooks:
            own = next((e for e in outlook.balance if (e.check, e.stage) == (even.check, even.stage)), None)
            cells.append(_figure(fixed(own.value if own else None, 3), own.status if own else "unknown", voice))
        rows.append({"cells": [*cells, {"text": fixed(even.at_most, 2), "kind": "number"}]})
    columns = [{"label": _("指标"), "kind": "name"}, {"label": _("学段"), "kind": "short"}, *_years(outlooks)]
    columns.append({"label": _("限值"), "kind": "number"})
    return {"id": "coefficients", "caption": _("校际差异系数"), "caption_hidden": True, "columns": columns,
            "rows": rows, "matrix": True, "scrolls": True}  # fmt: skip


def passes_when(scenario: Scenario, plan: Plan, voice: Voice, link: Callable[[str], str]) -> Part:
    """Schools by year: who passes when; those that do not pass yet first."""
    outlooks = (plan.before, *plan.after)
    failing = [{(f.school_id, f.stage): f for f in outlook.failing} for outlook in outlooks]
    rows = []
    for code, stage in sections(scenario, plan):
        cells: list[Part] = [
            {"text": voice.school(code), "url": link(code), "kind": "name"},
            {"text": voice.stage(stage), "kind": "short"},
        ]
        for own in failing:
            found = own.get((code, stage))
            cell = _figure("", found.verdict if found else "meets", voice)
            if found is not None and found.below:
                count = len(found.below)
                cell["note"] = ngettext("{count} 项未达标", "{count} 项未达标", count).format(count=count)
            cells.append(cell)
        late = sum(cell["status"] != "meets" for cell in cells[2:])
        rows.append((-late, voice.school(code), stage, {"cells": cells}))
    rows.sort(key=lambda row: row[:3])
    columns = [{"label": _("学校"), "kind": "name"}, {"label": _("学段"), "kind": "short"}, *_years(outlooks)]
    table = {"id": "passes", "caption": _("各校哪一年达标"), "caption_hidden": True, "columns": columns}
    return table | {
        "rows": [row[3] for row in rows],
        "matrix": True,
        "scrolls": True,
        "filter": len(rows) > MOST_SCHOOLS,
    }


def outlook_lines(plan: Plan, language: Language) -> list[str]:
    """Each year in a sentence, the present one first."""
    colon = "：" if language == "zh" else ": "
    now = words.now_label(plan.before.year, language) + colon + words.outlook_line(plan.before, language)
    told = [now, *(telling.year_line(year, language) for year in plan.after)]
    return [telling.sentence(line, language) for line in told]


def run_part(request: Request, scenario: Scenario, run: Run, which: str, base: Part) -> Part:
    """The progress of a scenario's run: its phase, the best so far and the bound; ``base`` is that of any run."""
    unfinished = run.status in Run.UNFINISHED
    may_stop = unfinished and access.may(request.user, "scenario.ask", scenario)
    doing = run.result.get("doing") if isinstance(run.result, dict) else None
    return base | {
        "poll_url": reverse("scenario_progress", args=(scenario.pk, which)) if unfinished else "",
        "cancel_url": reverse("scenario_cancel", args=(scenario.pk, which)) if may_stop else "",
        "text": " ".join(
            filter(
                None,
                [_doing(doing or {}, request.language, ways=scenario.planner == Scenario.Planner.ZONES), base["text"]],
            )
        ),
    }


def _doing(doing: Mapping[str, Any], language: Language, *, ways: bool = False) -> str:
    """What a planner told of its progress, in words; ``ways``: it counts kilometres of children, not yuan."""
    stop, said = ("。", []) if language == "zh" else (".", [])
    phase = str(doing.get("phase") or "")
    if words.there(f"phase_{phase}"):
        said.append(words.say(f"phase_{phase}", language))
    pupils = phase == "passing"
    for name, text in (("objective", _("目前最好：{amount}")), ("bound", _("已证明的界：{amount}"))):
        value = doing.get(name)
        if isinstance(value, int | float):
            if ways:
                amount = _("{km} 学生·公里").format(km=f"{round(value):,}")
            else:
                amount = words.pupils_label(value, language) if pupils else money(value, language)
            said.append(text.format(amount=amount))
    return "".join(f"{line}{stop}{'' if language == 'zh' else ' '}" for line in said).strip()


def sections(scenario: Scenario, plan: Plan) -> list[tuple[str, str]]:
    """Schools' stages that are judged: those of the assessment that the plan began with."""
    assessed: Assessment | None = facts.assessment(scenario.snapshot, plan.standard, plan.base_year)
    if assessed is not None:
        return [(school.school_id, school.stage) for school in assessed.schools]
    every = (failing for outlook in (plan.before, *plan.after) for failing in outlook.failing)
    return list(dict.fromkeys((failing.school_id, failing.stage) for failing in every))


def _years(outlooks: Iterable[Outlook]) -> list[Part]:
    return [
        {"label": str(outlook.year), "kind": "number", "unit": _("现状") if place == 0 else ""}
        for place, outlook in enumerate(outlooks)
    ]


def _figure(text: str, status: str, voice: Voice) -> Part:
    label = found_words.status_label(status, None, voice.language)
    return {"text": text, "status": status, "status_label": label, "kind": "number"}


def _dearest(costs: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(costs.items(), key=lambda pair: (-pair[1], pair[0]))


def _money_table(
    name: str, caption: str, head: str, rows: list[tuple[str, float, str]], total: float, language: Language
) -> Part:
    def share(cost: float) -> str:
        return f"{number(100 * cost / total, 1)}%" if total else "—"

    return {
        "id": name,
        "caption": caption,
        "dense": True,
        "columns": [
            {"label": head, "kind": "name"},
            {"label": _("费用"), "kind": "number"},
            {"label": _("占比"), "kind": "number"},
        ],
        "rows": [
            {
                "cells": [
                    {"text": label, "url": url, "kind": "name"},
                    {"text": money(cost, language), "kind": "number"},
                    {"text": share(cost), "kind": "number"},
                ]
            }
            for label, cost, url in rows
        ],
        "foot": [
            {"text": _("合计"), "kind": "name"},
            {"text": money(total, language), "kind": "number"},
            {"text": "", "kind": "number"},
        ],
    }
