"""The filters of the history and the question whether it is unbroken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiaoheng.ledger.actions import REGISTRY
from jiaoheng.ledger.history import KINDS
from jiaoheng.web.pages.tasks.forms import DayField


def _actions() -> list[tuple[str, Any]]:
    return [("", _("全部")), *((one.name, one.label) for one in REGISTRY.values())]


class HistoryFilter(forms.Form):
    """Which events to list."""

    text = forms.CharField(label=gettext_lazy("对象"), required=False, max_length=120, widget=forms.SearchInput)
    person: Any = forms.ModelChoiceField(
        None, label=gettext_lazy("操作人"), required=False, empty_label=gettext_lazy("全部")
    )
    action = forms.ChoiceField(label=gettext_lazy("操作"), required=False, choices=_actions)
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"), required=False, choices=lambda: [("", _("全部")), *KINDS.items()]
    )
    since = DayField(label=gettext_lazy("自"), required=False)
    until = DayField(label=gettext_lazy("至"), required=False)

    def __init__(self, people: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["person"].queryset = people


class HeadForm(forms.Form):
    """A hash that was noted earlier."""

    head = forms.RegexField(
        r"^[0-9a-fA-F]{64}$",
        label=gettext_lazy("以前记下的校验值（可不填）"),
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": gettext_lazy("校验值是 64 位的数字和字母 a–f，请完整抄写。")},
    )
