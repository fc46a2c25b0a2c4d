"""The cost table: what each lever costs, how much of it there may be, where the figure is from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiaoheng.findings.words import number
from jiaoheng.language import Language, Text
from jiaoheng.ledger import access, facts, scenarios
from jiaoheng.ledger.actions import Refused
from jiaoheng.ledger.actions import scenarios as acts
from jiaoheng.ledger.models import CostEdition
from jiaoheng.ledger.spoken import spoken
from jiaoheng.plans import costs as tables
from jiaoheng.plans import words
from jiaoheng.plans.costs import CostTable, Lever
from jiaoheng.web.request import Request
from jiaoheng.web.views import needs

SITE_KINDS = ("build_rooms", "build_ground", "build_hall")
BLANK = 3
_FIGURES = ("cost", "lot", "lead", "school_most", "year_most", "share_most")
_UNITS = {
    "build_rooms": gettext_lazy("元/㎡"), "build_ground": gettext_lazy("元/㎡"), "build_hall": gettext_lazy("元/㎡"),
    "buy_equipment": gettext_lazy("元/元"), "fit_multimedia": gettext_lazy("元/间"), "add_class": gettext_lazy("元/班"),
}  # fmt: skip


class FigureField(forms.FloatField):
    """A figure that is shown with no more decimals than it has."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        """3200 and not 3200.0; what was typed, as it was."""
        return f"{value:.15g}" if isinstance(value, float) else value


class CostForm(forms.Form):
    """All levers, a row each; the sites of schools; the bounds of the whole county."""

    posts = forms.IntegerField(
        label=gettext_lazy("全县编制"), required=False, min_value=0,
        help_text=gettext_lazy("不填就按各校编制数相加。"),
    )  # fmt: skip
    room_area = FigureField(label=gettext_lazy("一间多媒体教室所需教学用房（㎡）"), min_value=1)
    transfer_km = FigureField(label=gettext_lazy("教师交流最远（公里）"), min_value=0)
    note = forms.CharField(label=gettext_lazy("修改原因"), max_length=200, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, table: CostTable, schools: list[tuple[str, str]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.table, self.schools = table, dict(schools)
        self.initial = {
            **self.initial,
            "posts": table.posts,
            "room_area": table.room_area,
            "transfer_km": table.transfer_km,
        }
        for lever in table.levers:
            self._add_lever(lever)
        self.sites = [(kind, code, most) for code, own in table.sites.items() for kind, most in own.items()]
        self.site_rows = len(self.sites) + BLANK
        for row in range(self.site_rows):
            kind, code, most = self.sites[row] if row < len(self.sites) else ("", "", None)
            self._add_site(row, schools, kind, code, most)

    def _add_lever(self, lever: Lever) -> None:
        kind = lever.kind
        above: dict[str, Any] = {"required": False, "min_value": 0}
        self.fields |= {
            f"{kind}-enabled": forms.BooleanField(required=False, initial=lever.enabled, label=_("启用")),
            f"{kind}-cost": FigureField(min_value=0, initial=lever.cost, label=_("单价")),
            f"{kind}-lot": FigureField(min_value=1e-6, initial=lever.lot, label=_("一批多少")),
            f"{kind}-lead": forms.IntegerField(min_value=0, max_value=5, initial=lever.lead, label=_("几学年见效")),
            f"{kind}-school_most": FigureField(initial=lever.school_most, label=_("每校上限"), **above),
            f"{kind}-year_most": FigureField(initial=lever.year_most, label=_("全县每年上限"), **above),
            f"{kind}-share_most": FigureField(
                initial=None if lever.share_most is None else round(100 * lever.share_most, 6),
                label=_("占教师上限（%）"), max_value=100, **above,
            ),
            f"{kind}-source": forms.CharField(
                max_length=600, widget=forms.Textarea(attrs={"rows": 2}), initial=self._source(lever), label=_("出处")),
        }  # fmt: skip
        for name in (*_FIGURES, "source", "enabled"):
            field = self.fields[f"{kind}-{name}"]
            # Within the table the column's head names a field; for the list of errors it names the lever too.
            field.label = f"{lever.label.say(self._language)} {field.label}"
            field.widget.attrs["aria-label"] = field.label

    def _add_site(self, row: int, schools: list[tuple[str, str]], kind: str, code: str, most: float | None) -> None:
        kinds = [("", "—"), *((one, words.kind_label(one, self._language)) for one in SITE_KINDS)]
        self.fields |= {
            f"site-{row}-school": forms.ChoiceField(
                choices=[("", "—"), *schools], initial=code, required=False, label=_("学校")
            ),
            f"site-{row}-kind": forms.ChoiceField(choices=kinds, initial=kind, required=False, label=_("举措")),
            f"site-{row}-most": FigureField(initial=most, min_value=0, required=False, label=_("最多（㎡）")),
        }

    @property
    def _language(self) -> Language:
        return spoken()

    def _source(self, lever: Lever) -> str:
        return lever.source.say(self._language)

    @property
    def lever_rows(self) -> list[dict[str, Any]]:
        """A row a lever, for the table."""
        return [
            {
                "label": lever.label.say(self._language),
                "unit": _UNITS.get(lever.kind, _("元/人")),
                "enabled": self[f"{lever.kind}-enabled"],
                "cells": [self[f"{lever.kind}-{name}"] for name in _FIGURES],
                "source": self[f"{lever.kind}-source"],
            }
            for lever in self.table.levers
        ]

    @property
    def site_lines(self) -> list[list[forms.BoundField]]:
        """A row a site."""
        return [[self[f"site-{row}-{name}"] for name in ("school", "kind", "most")] for row in range(self.site_rows)]

    def clean(self) -> dict[str, Any]:
        """A site is told whole, and once."""
        cleaned = super().clean() or {}
        self.kept_sites: dict[str, dict[str, float]] = {}
        for row in range(self.site_rows):
            code, kind, most = (cleaned.get(f"site-{row}-{name}") for name in ("school", "kind", "most"))
            if most is None:
                if code and kind and f"site-{row}-most" not in self.errors and row >= len(self.sites):
                    self.add_error(f"site-{row}-most", _("请填最多还能建多少；没有地方建填 0。"))
                continue
            if not code or not kind:
                self.add_error(f"site-{row}-school", _("请选学校和举措，或者清空数量。"))
            elif kind in self.kept_sites.get(code, {}):
                self.add_error(
                    f"site-{row}-school", _("{school}这项举措填了两次。").format(school=self.schools.get(code, code))
                )
            else:
                self.kept_sites.setdefault(code, {})[kind] = most
        return cleaned

    def changed_table(self) -> CostTable:
        """The table as it was filled in, once the form is valid."""
        given = self.cleaned_data
        return CostTable(
            levers=tuple(self._lever(lever) for lever in self.table.levers),
            sites=self.kept_sites,
            room_area=given["room_area"],
            transfer_km=given["transfer_km"],
            posts=given["posts"],
        )

    def _lever(self, lever: Lever) -> Lever:
        given = {name: self.cleaned_data[f"{lever.kind}-{name}"] for name in (*_FIGURES, "source", "enabled")}
        share, source = given["share_most"], given["source"]
        return Lever(
            kind=lever.kind,
            label=lever.label,
            cost=given["cost"],
            # A source that was not touched keeps its other language.
            source=lever.source if source == self._source(lever) else Text(zh=source, en=source),
            lot=given["lot"],
            lead=given["lead"],
            school_most=given["school_most"],
            year_most=given["year_most"],
            share_most=None if share is None else share / 100,
            enabled=given["enabled"],
        )


@needs("scenario.see")
def edit(request: Request) -> HttpResponse:
    """The table in force, its history, and, for those who may, its change."""
    present = scenarios.edition(request.county)
    table = scenarios.table(present)
    may_edit = access.may(request.user, "cost_table.edit", request.county)
    posted = request.POST if request.method == "POST" and may_edit else None
    form = CostForm(table, _schools(request), posted, initial={"seen": present.pk if present else 0})
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("成本表已保存；以后新建的方案用它，已有的方案不变。"))
        return redirect("cost_table")
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True
    return render(
        request,
        "studio/costs.html",
        {
            "form": form,
            "may_edit": may_edit,
            "present": present,
            "editions": _editions(request),
            "breadcrumbs": [{"label": _("方案"), "url": reverse("scenarios")}, {"label": _("成本表")}],
        },
    )


@require_POST
@needs("cost_table.edit")
def reset(request: Request) -> HttpResponse:
    """Back to the table as delivered; what was there stays in the history."""
    text = tables.written(tables.defaults())
    acts.edit_costs(request.actor, request.county, text=text, note=_("恢复系统自带的成本表"))
    messages.success(request, _("已恢复系统自带的成本表。"))
    return redirect("cost_table")


def _saved(request: Request, form: CostForm) -> bool:
    """Whether the table was put in force; where it cannot be, the form says why."""
    try:
        text = tables.written(form.changed_table())
        tables.parse(text, str(_("成本表")))
        acts.edit_costs(
            request.actor, request.county, text=text, note=form.cleaned_data["note"], seen=form.cleaned_data["seen"]
        )
    except tables.CostError as error:
        form.add_error(None, error.say(request.language))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def _editions(request: Request) -> list[dict[str, Any]]:
    """Who changed it when, and what, the last first."""
    language = request.language
    kept = list(CostEdition.objects.filter(county=request.county).select_related("made_by").order_by("pk"))
    before, told = tables.defaults(), []
    for each in kept:
        now = scenarios.table(each)
        told.append({"edition": each, "changes": list(_differences(before, now, language))})
        before = now
    return told[::-1]


def _differences(before: CostTable, now: CostTable, language: Language) -> Iterator[str]:
    """The figures that differ, in words."""
    colon = "：" if language == "zh" else ": "
    old = {lever.kind: lever for lever in before.levers}
    names = {"cost": _("单价"), "lot": _("一批多少"), "lead": _("几学年见效"), "school_most": _("每校上限"),
             "year_most": _("全县每年上限"), "share_most": _("占教师上限")}  # fmt: skip
    for lever in now.levers:
        was = old.get(lever.kind)
        label = lever.label.say(language)
        for name, said in names.items():
            first, second = getattr(was, name, None), getattr(lever, name)
            if first != second:
                yield f"{label} {said}{colon}{number(first)} → {number(second)}"
        if was is not None and was.enabled != lever.enabled:
            yield f"{label}{colon}{_('启用') if lever.enabled else _('停用')}"
        if was is not None and was.source != lever.source:
            yield f"{label} {_('出处')}{colon}{lever.source.say(language)}"
    for name, said in (
        ("posts", _("全县编制")),
        ("room_area", _("一间多媒体教室所需教学用房（㎡）")),
        ("transfer_km", _("教师交流最远（公里）")),
    ):
        first, second = getattr(before, name), getattr(now, name)
        if first != second:
            yield f"{said}{colon}{number(first)} → {number(second)}"
    if before.sites != now.sites:
        count = sum(len(own) for own in now.sites.values())
        yield _("各校可建：{count} 行").format(count=count)


def _schools(request: Request) -> list[tuple[str, str]]:
    """Codes and names of the county's schools, by name."""
    snapshot = facts.assessed_snapshot(request.county)
    names = facts.tables(snapshot).school_names() if snapshot else {}
    return sorted(names.items(), key=lambda pair: pair[1])
