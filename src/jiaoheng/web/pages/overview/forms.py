"""What can be chosen on the pages of the overview; all of it stays in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.findings import words
from jiaoheng.web.basis import Basis
from jiaoheng.web.pages.overview import rows as school_rows
from jiaoheng.web.pages.overview.county_map import choices
from jiaoheng.web.pages.overview.rows import Row
from jiaoheng.web.pages.overview.standing import status_label

Choices = list[tuple[str, Any]]


class MapForm(forms.Form):
    """What the map shows."""

    show = forms.ChoiceField(label=gettext_lazy("图上显示"), required=False)

    def __init__(self, of: Basis, shown: str) -> None:
        super().__init__(initial={"show": shown}, auto_id="map_%s")
        groups: Choices = [(label, [(own.key, own.label) for own in group]) for label, group in choices(of)]
        _set(self, "show", groups)


class MatrixForm(forms.Form):
    """Which schools the table of schools and figures lists."""

    name = forms.CharField(label=gettext_lazy("学校"), required=False, max_length=60, widget=forms.SearchInput)
    stage = forms.ChoiceField(label=gettext_lazy("学段"), required=False)
    verdict = forms.ChoiceField(label=gettext_lazy("结论"), required=False)
    town = forms.ChoiceField(label=gettext_lazy("乡镇（街道）"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("指标"), required=False)
    mine = forms.ChoiceField(label=gettext_lazy("范围"), required=False)

    def __init__(self, data: Any, of: Basis, listed: tuple[Row, ...], *, has_own: bool) -> None:
        super().__init__(data, auto_id="matrix_%s")
        stages = sorted({row.stage for row in listed} - {""}, key=school_rows.STAGES.index)
        verdicts = [
            name for name in ("fails", "unknown", "meets", "measured") if any(r.verdict == name for r in listed)
        ]
        labels = {area.id: area.label.say(of.language) for area in of.standard.areas}
        _set(self, "stage", _all([(name, words.stage_label(name, of.language)) for name in stages]))
        _set(self, "verdict", _all([(name, status_label(name, of)) for name in verdicts]))
        _set(self, "town", _all([(name, name) for name in sorted({row.town for row in listed} - {""})]))
        _set(self, "area", [(name, labels[name]) for name in school_rows.areas(of)])
        _set(self, "mine", [("", _("全县")), ("1", _("我负责的学校"))])
        if not has_own:
            del self.fields["mine"]
        if len(self.fields["area"].choices) < 2:  # type: ignore[attr-defined]
            del self.fields["area"]


def _all(choices: Choices) -> Choices:
    return [("", _("全部")), *choices]


def _set(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
