"""The moves of a plan as a table, with their reasons linked to the figures that ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from jiaoheng.county.moves import Move, Reason
from jiaoheng.plans import sums, words
from jiaoheng.plans.plan import Plan
from jiaoheng.plans.words import Voice
from jiaoheng.web.links import address
from jiaoheng.web.pages.studio.forms import MovesForm

Part = dict[str, Any]


def choices(plan: Plan, voice: Voice) -> dict[str, list[tuple[str, str]]]:
    """By what the table can be narrowed: schools, kinds and years that occur."""
    schools = {code for move in plan.moves for code in (move.school_id, move.to_school) if code}
    years = sorted({sums.year_paid(move) for move in plan.moves})
    return {
        "school": sorted(((code, voice.school(code)) for code in schools), key=lambda pair: pair[1]),
        "kind": [(kind, words.kind_label(kind, voice.language)) for kind in dict.fromkeys(m.kind for m in plan.moves)],
        "year": [(str(year), words.year_label(year, voice.language)) for year in years],
    }


def chosen(plan: Plan, form: MovesForm) -> list[tuple[int, Move]]:
    """The moves that fit the conditions, with their places in the plan."""
    asked = form.cleaned_data
    return [
        (place, move)
        for place, move in enumerate(plan.moves)
        if asked.get("school", "") in ("", move.school_id, move.to_school)
        and asked.get("kind", "") in ("", move.kind)
        and asked.get("year", "") in ("", str(sums.year_paid(move)))
    ]


def rows(placed: Iterable[tuple[int, Move]], voice: Voice, school_link: Any) -> list[Part]:
    """Moves as the template ``studio/moves_table.html`` shows them."""
    return [
        {
            "place": place,
            "school": voice.school(move.school_id),
            "school_url": school_link(move.school_id),
            "stage": voice.stage(move.stage),
            "kind": words.kind_label(move.kind, voice.language),
            "what": words.move_what(move, voice),
            "begun": "—" if move.begun is None else str(move.begun),
            "year": str(move.year),
            "cost": words.money(move.cost, voice.language),
            "reasons": [
                {"text": words.reason_line(reason, voice), "url": reason_url(reason, move)} for reason in move.reasons
            ],
        }
        for place, move in placed
    ]


def reason_url(reason: Reason, move: Move) -> str:
    """The page that explains the figure that asks for a move."""
    if reason.rule == "coefficient":
        return address("explain_county", reason.check, reason.stage)
    return address("explain", sums.school_of(move), reason.check)


def of_school(plan: Plan, code: str) -> list[tuple[int, Move]]:
    """The moves at, from or to a school."""
    return [(place, move) for place, move in enumerate(plan.moves) if code in (move.school_id, move.to_school)]


def total(moves: Iterable[Move], voice: Voice) -> str:
    """What moves cost together, in a sentence."""
    listed = list(moves)
    cost = words.money(sum(move.cost for move in listed), voice.language)
    return _("{count} 项举措，合计 {cost}").format(count=len(listed), cost=cost)
